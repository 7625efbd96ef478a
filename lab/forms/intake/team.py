"""The required seats of a joint school team, and each side's own notes."""

from __future__ import annotations

from functools import cache
from typing import Any

from wtforms import BooleanField, RadioField, TextAreaField

from lab import vocabulary as words
from lab.forms.base import choices_of
from lab.forms.intake.base import LONG, Optional, TopicForm, required
from lab.tongue import lazy_gettext as _l


class TeamForm(TopicForm):
    """One answer for each seat; the fields are added by `team_form`."""

    def fragment(self) -> dict[str, Any]:
        """`team` by seat."""
        return {"team": {seat: self[seat].data for seat in words.TEAM_SEATS}}


@cache
def team_form() -> type[TeamForm]:
    """The form with the required seats."""
    fields = {
        seat: RadioField(
            seat, [required(_l("Answer for each seat."))], choices=lambda: choices_of(words.SEAT_ANSWERS)
        )
        for seat in words.TEAM_SEATS
    }  # fmt: skip
    return type("TeamForm", (TeamForm,), fields)


class NotesForm(TopicForm):
    """What only one side may read. It never becomes part of the application itself."""

    note = TextAreaField(
        _l("What should your side's reader know that the other side should not read?"),
        [Optional(), LONG],
        description=_l("It may stay empty. Please name no employees."),
    )
    share = BooleanField(
        _l("Share this note with our consultant"),
        description=_l("Once a consultant is assigned. They may not pass it on to the other side."),
    )  # fmt: skip

    def fragment(self) -> dict[str, Any]:
        """The note, and whether the consultant may read it."""
        return {"note": (self.note.data or "").strip(), "share": bool(self.share.data)}
