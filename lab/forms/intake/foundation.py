"""The commitments clause by clause, and the lawyer."""

from __future__ import annotations

from functools import cache
from typing import Any

from wtforms import RadioField, StringField, TextAreaField

from lab import vocabulary as words
from lab.forms.base import choices_of
from lab.forms.intake.base import LONG, SHORT, Optional, TopicForm, required, spaced
from lab.tongue import lazy_gettext as _l

ANSWERS = ("yes", "unsure", "no")


class FoundationForm(TopicForm):
    """The clauses of the line are added by `foundation_form`."""

    def clauses(self) -> list[tuple[Any, Any, Any, Any]]:
        """Each clause with its three fields: answer, note, what would make it possible."""
        return [
            (clause, self[code], self[f"{code}_note"], self[f"{code}_possible"])
            for code, clause in words.FOUNDATION.items()
            if code in self
        ]

    def fragment(self) -> dict[str, Any]:
        """`foundation` with one note, and `counsel` where the line asks for a lawyer."""
        answers = {code: self[code].data if code in self else "not_applicable" for code in words.FOUNDATION}
        made: dict[str, Any] = {"foundation": {**answers, "note": self._note()}}
        if "counsel" in self and spaced(self["counsel"].data):
            made["counsel"] = {"name": spaced(self["counsel"].data), "aligned": answers["aligned_lawyer"]}
        return made

    def _note(self) -> str:
        lines = []
        for clause, _answer, note, possible in self.clauses():
            if spaced(note.data):
                lines.append(f"{clause.label.en}: {spaced(note.data)}")
            if spaced(possible.data):
                lines.append(f"{clause.label.en}, what would make it possible: {spaced(possible.data)}")
        return "\n".join(lines)


@cache
def foundation_form(line: str) -> type[FoundationForm]:
    """The form with the clauses that this line is asked for."""
    fields: dict[str, Any] = {}
    for code, clause in words.FOUNDATION.items():
        if line not in clause.lines:
            continue
        fields[code] = RadioField(
            code,
            [required(_l("Answer each commitment. “Not sure yet” is an honest answer."))],
            choices=lambda: choices_of(words.FOUNDATION_ANSWERS, codes=ANSWERS),
        )
        fields[f"{code}_note"] = TextAreaField(_l("In your own words"), [Optional(), LONG])
        fields[f"{code}_possible"] = TextAreaField(
            _l("If not yet: what would make it possible?"), [Optional(), LONG]
        )  # fmt: skip
    if "aligned_lawyer" in fields:
        fields["counsel"] = StringField(
            _l("Your labor lawyer or firm"), [Optional(), SHORT],
            description=_l("So that nobody with a tie to them is proposed. Leave it empty if you have none."),
        )  # fmt: skip
    return type("FoundationForm", (FoundationForm,), fields)
