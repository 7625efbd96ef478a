"""The answer to a question of the director."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from lab.forms.base import LabForm
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l


class AnswerForm(LabForm):
    """A text; where parts were named for change it may stay empty."""

    answer = TextAreaField(
        _l("Your answer"), [Optional(), Length(max=10_000, message=_l("Use fewer than 10,000 characters."))],
        description=_l("Please name no employees."),
    )  # fmt: skip

    def validate_for(self, *, needs_text: bool) -> bool:
        """Whether it can be sent; a text is needed where nothing else was asked for."""
        fine = bool(self.validate())
        if needs_text and not (self.answer.data or "").strip():
            self.answer.errors = (_("Type your answer."),)
            return False
        return fine
