"""Whom to keep away: bodies and people with a tie, for the conflict check."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice

from lab.forms.intake.base import LONG, Optional, TopicForm, lines_of, required, spaced
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l


class ConflictsForm(TopicForm):
    """Parent bodies, and who should not be proposed."""

    has_parents = RadioField(
        _l("Does your organization belong to a larger one, or is it closely tied to another?"),
        [required(_l("Choose yes or no."))],
        description=_l("A national body, a fiscal sponsor, a parent or sister organization."),
    )
    parents = TextAreaField(_l("Their names, one a line"), [Optional(), LONG])
    wishes = TextAreaField(
        _l("Is there anybody who should not be proposed?"), [Optional(), LONG],
        description=_l("Such as “nobody who used to work here”, or the name of a firm. We treat it as confidential."),
    )  # fmt: skip

    def prepare(self) -> None:
        """Yes or no."""
        self.has_parents.choices = [SelectChoice("yes", _("Yes")), SelectChoice("no", _("No"))]

    def validate(self, extra_validators: Any = None) -> bool:
        """Who says yes tells which."""
        fine = super().validate(extra_validators)
        if self.has_parents.data == "yes" and not lines_of(self.parents.data):
            self.parents.errors = (_("Type at least one name, or choose no above."),)
            return False
        return fine

    def fragment(self) -> dict[str, Any]:
        """The parents of `organization`, and the wish as `conflict_wishes`."""
        parents = lines_of(self.parents.data) if self.has_parents.data == "yes" else []
        return {"organization": {"parents": parents}, "conflict_wishes": spaced(self.wishes.data)}
