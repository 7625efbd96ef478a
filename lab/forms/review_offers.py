"""What goes out to a consultant: hours, days and who is asked next."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, SelectField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from lab.forms.base import LabForm, WholeNumber, lies_ahead
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l


class OfferForm(LabForm):
    """What goes out to a consultant: hours, days, alternates."""

    consultant = HiddenField()
    hours_low = WholeNumber(
        _l("Hours, from"),
        [
            InputRequired(_l("Type the lower number of hours.")),
            NumberRange(1, 400, _l("Type 1 to 400 hours.")),
        ],
    )
    hours_high = WholeNumber(
        _l("Hours, to"),
        [
            InputRequired(_l("Type the higher number of hours.")),
            NumberRange(1, 400, _l("Type 1 to 400 hours.")),
        ],
    )
    hours_month = WholeNumber(
        _l("Hours a month"),
        [InputRequired(_l("Type the hours a month.")), NumberRange(1, 160, _l("Type 1 to 160 hours."))],
    )
    starts_on = DateField(_l("Starts on"), [InputRequired(_l("Type the day the work starts.")), lies_ahead])
    ends_on = DateField(_l("Ends on"), [InputRequired(_l("Type the day the work ends.")), lies_ahead])
    alternate_1 = SelectField(_l("First alternate"), choices=[], validate_choice=False)
    alternate_2 = SelectField(_l("Second alternate"), choices=[], validate_choice=False)
    next_by_itself = BooleanField(
        _l("Ask the next alternate without me if this one declines or does not answer"),
        description=_l(
            "The conflict check runs again before anybody else is asked, and you are told each time."
        ),
    )
    fewer_hours_allowed = BooleanField(
        _l("They may answer with fewer hours or a later start"),
        description=_l("You confirm such an answer before it counts."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def validate_hours_high(self, field: Any) -> None:
        """Not below the lower number."""
        if self.hours_low.data is not None and field.data is not None and field.data < self.hours_low.data:
            raise ValidationError(_("This is below the lower number of hours."))

    def validate_ends_on(self, field: Any) -> None:
        """After the first day."""
        if self.starts_on.data and field.data and field.data <= self.starts_on.data:
            raise ValidationError(_("The work ends after it starts."))

    def validate_alternate_2(self, field: Any) -> None:
        """Somebody else."""
        if field.data and field.data == self.alternate_1.data:
            raise ValidationError(_("Choose somebody else than the first alternate."))

    @property
    def alternates(self) -> list[str]:
        """The alternates in order."""
        return [ref for ref in (self.alternate_1.data, self.alternate_2.data) if ref]
