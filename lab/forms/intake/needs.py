"""What would help: each need by its weight, and the situation in own words."""

from __future__ import annotations

from functools import cache
from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from lab import vocabulary as words
from lab.forms.base import choices_of
from lab.forms.intake.base import LONG, Optional, TopicForm, spaced
from lab.forms.intake.names import looks_like_names
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l

PREFIX = "need_"


class NeedsForm(TopicForm):
    """The free text; the needs of the line are added by `needs_form`."""

    line = "nonprofit"
    description = TextAreaField(
        _l("What is going on, and what do you hope for?"), [Optional(), LONG],
        description=_l("Write as you would to a colleague. Please name no employees and nobody's views on the union."),
    )  # fmt: skip

    def groups(self) -> list[tuple[Any, list[tuple[Any, Any]]]]:
        """The groups with their needs and fields, in the order of the vocabulary."""
        made = []
        for group in words.NEED_GROUPS.values():
            rows = [
                (words.NEEDS[field.name.removeprefix(PREFIX)], field)
                for field in self
                if field.name.startswith(PREFIX)
                and words.NEEDS[field.name.removeprefix(PREFIX)].group == group.code
            ]
            if rows:
                made.append((group, rows))
        return made

    def chosen(self) -> list[dict[str, str]]:
        """What was chosen, the weightiest first."""
        made = [
            {"need": field.name.removeprefix(PREFIX), "weight": field.data}
            for field in self
            if field.name.startswith(PREFIX) and field.data in words.NEED_WEIGHTS
        ]
        return sorted(made, key=lambda need: words.NEED_WEIGHTS[need["weight"]].rank)

    def validate(self, extra_validators: Any = None) -> bool:
        """Something to go by: a need, or a text."""
        fine = super().validate(extra_validators)
        if not self.chosen() and not spaced(self.description.data):
            self.description.errors = (_("Choose at least one kind of help, or tell us in your own words."),)
            return False
        return fine

    def warnings(self) -> list[tuple[str, str]]:
        """A text that lists people should be thought over."""
        if not looks_like_names(self.description.data or ""):
            return []
        return [
            (
                _(
                    "This looks like a list of names. We do not need to know who is who. Edit it, or keep it if we are mistaken."
                ),
                "description",
            )
        ]

    def fragment(self) -> dict[str, Any]:
        """`needs` and `description`."""
        return {"needs": self.chosen(), "description": spaced(self.description.data)}


def _weights() -> list[SelectChoice]:
    return [SelectChoice("", _("Not needed")), *reversed(choices_of(words.NEED_WEIGHTS))]


@cache
def needs_form(line: str) -> type[NeedsForm]:
    """The form with one field for each need of the line."""
    fields = {
        PREFIX + code: SelectField(code, [Optional()], choices=_weights)
        for code, need in words.NEEDS.items()
        if line in need.lines
    }
    return type("NeedsForm", (NeedsForm,), {**fields, "line": line})
