"""The forms of a consultant's time: hours of twelve weeks, and a pause with an end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import DateField, FieldList, FloatField, FormField, HiddenField
from wtforms.validators import InputRequired, NumberRange

from lab.forms.base import LabForm, LabRow
from lab.matching.weeks import MOST_IN_A_WEEK, WEEKS_AHEAD
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l

TYPE_HOURS = _l("Type a number from 0 to 60.")


class Hours(FloatField):
    """Hours with a point or a comma; where it is no number, it says what to type."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number. Raises ValueError in plain words."""
        try:
            super().process_formdata([str(value).strip().replace(",", ".") for value in valuelist])
        except ValueError as error:
            raise ValueError(str(TYPE_HOURS)) from error


class WeekRow(LabRow):
    """One week: its Monday, its hours, and the hours that the page showed."""

    monday = HiddenField()
    was = HiddenField()
    hours = Hours(
        _l("Hours"),
        [InputRequired(TYPE_HOURS), NumberRange(min=0, max=MOST_IN_A_WEEK, message=TYPE_HOURS)],
    )

    @property
    def changed(self) -> bool:
        """Whether other hours were typed than the page showed."""
        return as_typed(self.hours.data) != self.was.data


class WeeksForm(LabForm):
    """The next twelve weeks. Only what was changed is sent on, so two windows do not undo each other."""

    weeks = FieldList(FormField(WeekRow), max_entries=WEEKS_AHEAD)

    def rows(self) -> Sequence[WeekRow]:
        """The weeks as forms."""
        return [entry.form for entry in self.weeks]

    def row_of(self, monday: str) -> tuple[int, WeekRow] | None:
        """The place and the form of the week that begins on this Monday."""
        return next(((n, row) for n, row in enumerate(self.rows()) if row.monday.data == monday), None)

    def changes(self) -> dict[date, float]:
        """The hours of the weeks that were changed. Raises ValueError for a Monday that is no day."""
        return {
            date.fromisoformat(str(row.monday.data)): round(float(row.hours.data or 0), 1)
            for row in self.rows()
            if row.changed
        }


class PauseForm(LabForm):
    """No hours from one day to another."""

    first = DateField(_l("First day"), [InputRequired(_l("Type the first day of the pause."))])
    last = DateField(_l("Last day"), [InputRequired(_l("Type the last day of the pause."))])

    def validate(self, extra_validators: Any = None) -> bool:
        """The pause ends after it begins."""
        fine = super().validate(extra_validators)
        if fine and self.first.data and self.last.data and self.last.data < self.first.data:
            self.last.errors = (_("The last day comes after the first."),)
            return False
        return fine


def as_typed(hours: float | None) -> str:
    """Hours as a number field shows them: 2.3, 4."""
    return "" if hours is None else f"{round(hours, 1):g}"


def filled(hours: Sequence[tuple[date, float]], *, key: str) -> WeeksForm:
    """The form with the hours of these weeks."""
    return WeeksForm(
        data={
            "key": key,
            "weeks": [
                {"monday": monday.isoformat(), "was": as_typed(one), "hours": float(as_typed(one))}
                for monday, one in hours
            ],
        }
    )
