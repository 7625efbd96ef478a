"""The form on the style guide: one field of each kind."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lab import vocabulary as words
from lab.forms.base import LabForm, choices_of
from lab.tongue import lazy_gettext as _l


class SampleForm(LabForm):
    """Every kind of field that the component draws."""

    organization = StringField(
        _l("Name of your organization"), [InputRequired(_l("Type the name of your organization."))]
    )
    staff = IntegerField(
        _l("How many people work there?"),
        [
            InputRequired(_l("Type a number, like 143.")),
            NumberRange(1, 100_000, _l("Type a number from 1 to 100,000.")),
        ],
    )
    vote_on = DateField(
        _l("Day of the vote"), [Optional()], description=_l("Leave it empty while there is no date.")
    )
    state = SelectField(_l("State"), [InputRequired(_l("Choose a state."))])
    stage = RadioField(_l("Where are you now?"), [InputRequired(_l("Choose the stage that fits best."))])
    needs = SelectMultipleField(
        _l("What would help?"),
        [InputRequired(_l("Choose at least one. You can change it later."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    story = TextAreaField(
        _l("What is going on?"),
        [InputRequired(_l("Write a sentence or two."))],
        description=_l("Please name no employees."),
    )
    agreed = BooleanField(_l("I may speak for my organization"), [InputRequired(_l("Tick this to go on."))])

    @classmethod
    def of(cls, data: dict[str, object]) -> SampleForm:
        """A form filled with these values, with its choices from the vocabulary."""
        form = cls(data=data)
        form._offer_choices()
        return form

    @classmethod
    def refused(cls) -> SampleForm:
        """A form that was sent empty and came back."""
        form = cls(prefix="refused")
        form._offer_choices()
        form.validate()
        return form

    def _offer_choices(self) -> None:
        self.state.choices = choices_of(words.STATES, codes=("CA", "NY", "WA"))
        self.stage.choices = choices_of(words.STAGES)
        self.needs.choices = choices_of(words.NEEDS, codes=tuple(words.NEEDS)[:5])
