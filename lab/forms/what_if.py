"""What a director tries out on a match review; it lives in the address and is never saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from lab import vocabulary as words
from lab.forms.base import LabRow, WholeNumber
from lab.matching.what_if import Changes
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l

MOST_HOURS, MOST_WEIGHT, MOST_FREE = 400, 100, 160
WEIGHT = "weight_"


class Day(DateField):
    """A day that, where it is none, says in words what to type."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day. Raises ValueError with words."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Type a day like 2026-11-23.")) from error


class WhatIfForm(LabRow):
    """What is tried out; an empty field stays as it is."""

    hours = WholeNumber(
        _l("Hours of work"),
        [Optional(), NumberRange(0, MOST_HOURS, _l("Type 0 to 400 hours, or nothing."))],
    )
    starts_on = Day(_l("Support begins on"), [Optional()])
    free_of = SelectField(_l("Whose free hours"), choices=[], validate_choice=False)
    free_hours = WholeNumber(
        _l("Their free hours a month"),
        [Optional(), NumberRange(0, MOST_FREE, _l("Type 0 to 160 hours a month, or nothing."))],
    )
    second = SelectField(_l("A second consultant"), choices=[], validate_choice=False)
    network_first = BooleanField(
        _l("A network first"), description=_l("Hours of a consultant begin three months later.")
    )

    def __init__(
        self, *args: Any, people: Sequence[tuple[str, str]], today: date, weights: Mapping[str, float],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.today, self.policy = today, weights
        self.free_of.choices = [("", _("Nobody’s")), *people]
        self.second.choices = [("", _("Nobody")), *people]
        self._refs = {ref for ref, _name in people}

    def weights(self) -> Iterable[tuple[Any, float]]:
        """The field of each weight that counts here, with what the policy says."""
        return [(self[WEIGHT + code], was) for code, was in self.policy.items()]

    def validate_starts_on(self, field: Any) -> None:
        """Not before the day that the recommendation counts from."""
        if field.data is not None and field.data < self.today:
            raise ValidationError(_("Support cannot begin before the day this was computed."))

    def validate_free_of(self, field: Any) -> None:
        """Somebody of the list, and only together with hours."""
        if field.data and field.data not in self._refs:
            raise ValidationError(_("Choose somebody of the list."))
        if field.data and self.free_hours.data is None and not self.free_hours.errors:
            raise ValidationError(_("Type how many hours a month they would have, or choose nobody."))

    def validate_free_hours(self, field: Any) -> None:
        """Somebody's."""
        if field.data is not None and not self.free_of.data:
            raise ValidationError(_("Choose whose hours these would be, or type nothing."))

    def validate_second(self, field: Any) -> None:
        """Somebody of the list."""
        if field.data and field.data not in self._refs:
            raise ValidationError(_("Choose somebody of the list."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field, and of all weights one stays above 0."""
        fine: bool = super().validate(extra_validators)
        weights = [field for field, _was in self.weights()]
        if weights and not any({**self.policy, **self._typed_weights()}.values()):
            weights[0].errors = [*weights[0].errors, _("At least one weight has to be above 0.")]
            return False
        return fine

    def _typed_weights(self) -> dict[str, float]:
        return {
            code: float(self[WEIGHT + code].data)
            for code in self.policy
            if self[WEIGHT + code].data is not None
        }

    def changes(self) -> Changes:
        """What is tried out; a weight as the policy has it is no change."""
        weights = {code: typed for code, typed in self._typed_weights().items() if typed != self.policy[code]}
        free = {str(self.free_of.data): float(self.free_hours.data)} if self.free_of.data else {}
        return Changes(
            hours=self.hours.data,
            starts_on=self.starts_on.data,
            weights=weights,
            free=free,
            network_first=bool(self.network_first.data),
            second=str(self.second.data or ""),
        )


for _code, _term in words.CRITERIA.items():
    setattr(
        WhatIfForm,
        WEIGHT + _code,
        WholeNumber(
            _term.label.en,
            [Optional(), NumberRange(0, MOST_WEIGHT, _l("Type 0 to 100 points, or nothing."))],
        ),
    )
