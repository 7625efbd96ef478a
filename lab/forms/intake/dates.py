"""Dates that matter: what kind of day, when, and for which group."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FieldList, FormField, SelectField
from wtforms.fields.choices import SelectChoice

from lab import vocabulary as words
from lab.forms.base import LabRow, choices_of
from lab.forms.intake.base import Optional, TopicForm, TypedDate
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l


class DayForm(LabRow):
    """One day. A row that is left empty counts as none."""

    kind = SelectField(
        _l("What happens, or happened, on that day?"),
        [Optional()],
        choices=lambda: [SelectChoice("", _("Choose")), *choices_of(words.DATE_KINDS)],
    )
    when = TypedDate(
        _l("When?"),
        [Optional()],
        description=_l("With the year: November 12, 2026 or 11/12/2026 (month first, then day)."),
    )
    unit = SelectField(_l("For which group?"), [Optional()], choices=[], validate_choice=False)  # fmt: skip

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote anything in this row."""
        return not self.kind.data and not (self.when.data or "").strip()

    def validate(self, extra_validators: Any = None) -> bool:
        """A day needs its kind and its date."""
        fine = super().validate(extra_validators)
        if self.is_empty:
            return fine
        if not self.kind.data:
            self.kind.errors = (*self.kind.errors, _("Choose what happens on that day."))
        if not (self.when.data or "").strip():
            self.when.errors = (*self.when.errors, _("Type the date, or leave this row empty."))
        return fine and not self.kind.errors and not self.when.errors


class DatesForm(TopicForm):
    """All dates, or that there are none."""

    rows = {"days": 20}  # noqa: RUF012 - read only
    days = FieldList(FormField(DayForm), min_entries=1, max_entries=20)
    none = BooleanField(_l("No date matters right now"))

    def prepare(self) -> None:
        """Each row offers the groups that were named."""
        groups = [
            SelectChoice("", _("The whole organization")),
            *(SelectChoice(label, label) for label in self.asked.told.units),
        ]
        for row in self.days:
            row.form.unit.choices = groups
            if len(self.asked.told.units) < 2:
                # Nobody is asked for which group it is, so it is for all of them.
                row.form.unit.data = ""

    def validate(self, extra_validators: Any = None) -> bool:
        """At least one date or the tick, and no day twice for one group."""
        fine = super().validate(extra_validators)
        told = [row.form for row in self.days if not row.form.is_empty]
        if not told and not self.none.data:
            self.none.errors = (_("Type a date, or tick that none matters right now."),)
            fine = False
        seen = set()
        for row in told:
            which = (row.kind.data, row.unit.data)
            if row.kind.data and which in seen:
                row.kind.errors = (_("This day stands here twice for the same group."),)
                fine = False
            seen.add(which)
            if row.unit.data and row.unit.data not in self.asked.told.units:
                row.unit.errors = (
                    _("There is no group “%(name)s” any more. Choose the group again.", name=row.unit.data),
                )
                fine = False
        return fine

    def fragment(self) -> dict[str, Any]:
        """`dates` of the whole organization, and `unit_dates` by the group's name."""
        dates: dict[str, str] = {}
        of_units: dict[str, dict[str, str]] = {}
        for row in (row.form for row in self.days if not row.form.is_empty):
            place = of_units.setdefault(row.unit.data, {}) if row.unit.data else dates
            place[row.kind.data] = row.when.day.isoformat()
        return {"dates": dates, "unit_dates": of_units}
