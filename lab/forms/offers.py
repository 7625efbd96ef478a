"""The forms of a consultant's answers to an offer: another proposal, a reason, a question."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lab import vocabulary as words
from lab.forms.base import LabForm, WholeNumber, choices_of
from lab.tongue import lazy_gettext as _l

LONGEST_NOTE = 2000


class CounterForm(LabForm):
    """Fewer hours or a later start."""

    hours_month = WholeNumber(
        _l("Hours a month"),
        [
            InputRequired(_l("Type the hours a month.")),
            NumberRange(min=1, message=_l("Type at least one hour.")),
        ],
    )
    starts_on = DateField(
        _l("Start on"), [InputRequired(_l("Type a day, for example 2027-01-15."))]
    )  # fmt: skip
    note = TextAreaField(
        _l("Why, in a sentence"),
        [Optional(), Length(max=LONGEST_NOTE)],
        description=_l("Only the director reads this."),
    )


class WhyForm(LabForm):
    """Why an offer was declined; nobody has to say."""

    reason = RadioField(_l("Why, if you like to say"), [Optional()], validate_choice=False)
    note = TextAreaField(_l("More, if you like"), [Optional(), Length(max=LONGEST_NOTE)])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.reason.choices = choices_of(words.DECLINE_REASONS)


class QuestionForm(LabForm):
    """A question to the director."""

    text = TextAreaField(
        _l("Your question"),
        [InputRequired(_l("Write your question.")), Length(max=LONGEST_NOTE)],
        description=_l("The director reads it on their page; the mail says only that there is a question."),
    )
