"""The forms of a consultant's answers to an offer."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from lab import vocabulary as words
from lab.forms.base import LabForm, WholeNumber, choices_of

CONFLICT_CHOICES = [
    SelectChoice("none", _l("No")),
    SelectChoice("possible", _l("Possibly")),
    SelectChoice("yes", _l("Yes")),
]
LONGEST_NOTE = 2000


def _question(label: Any, hint: Any, missing: Any) -> Any:
    return RadioField(
        label,
        [AnyOf(("none", "possible", "yes"), message=missing)],
        choices=CONFLICT_CHOICES,
        description=hint,
        validate_choice=False,
    )


class ConflictForm(LabForm):
    """Four plain questions about ties to the names on the page."""

    worked_for = _question(
        _l("Have you worked for one of them, or served on a board?"),
        _l("Also as a volunteer, at any time."),
        _l("Say whether you have worked for one of them."),
    )
    family = _question(
        _l("Does somebody close to you work there?"),
        _l("Family, a partner, a close friend."),
        _l("Say whether somebody close to you works there."),
    )
    money = _question(
        _l("Is there money between you and one of them?"),
        _l("A contract, a grant, a debt, a share, a bid."),
        _l("Say whether there is money between you and one of them."),
    )
    other_side = _question(
        _l("Do you work for the other side, or have you in the last three years?"),
        _l("The union or local, its parent body, the employer, a law firm in the case."),
        _l("Say whether you work, or worked lately, for the other side."),
    )
    note = TextAreaField(
        _l("Anything the director should know"),
        [Optional(), Length(max=LONGEST_NOTE)],
        description=_l("Only the director reads this."),
    )

    def answers(self) -> dict[str, str]:
        """The four answers by question."""
        return {name: str(self[name].data) for name in ("worked_for", "family", "money", "other_side")}


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
        _l("Start on"), [InputRequired(_l("Type a day, for example 2027-01-15."))],
        description=_l("Year, month, day, for example 2027-01-15."),
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
