"""The forms of joining a network and of answering who asks."""

from __future__ import annotations

from wtforms import HiddenField, IntegerField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import HiddenInput

from lab.forms.base import LabForm
from lab.tongue import lazy_gettext as _l

LONGEST = 2000
ANSWERS = (
    SelectChoice("admit", _l("Welcome them")),
    SelectChoice("waitlist", _l("Put them on the waiting list")),
    SelectChoice("refuse", _l("Not this network")),
)


class AskForm(LabForm):
    """A wish to join, with a word to the lead."""

    case = HiddenField()
    message = TextAreaField(
        _l("A word to the lead (optional)"),
        [Length(max=LONGEST, message=_l("Use at most 2,000 characters."))],
        description=_l("What do you hope to bring home from it? Please name no employees."),
    )


class AnswerForm(LabForm):
    """The lead's answer, with words for those who asked."""

    version = IntegerField(widget=HiddenInput())
    answer = RadioField(_l("Your answer"), [InputRequired(_l("Choose what you answer."))], choices=ANSWERS)
    words = TextAreaField(
        _l("Your words to them"),
        [Length(max=LONGEST, message=_l("Use at most 2,000 characters."))],
        description=_l("They read this on their page. A no needs a sentence why."),
    )

    def validate_words(self, field: TextAreaField) -> None:
        """A no needs words."""
        if self.answer.data == "refuse" and not (field.data or "").strip():
            raise ValidationError(_l("Say in a sentence why, so that they know where they stand."))
