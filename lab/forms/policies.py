"""What a director types for a draft policy: weights, settings and why; and why one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale
from flask_babel.speaklater import LazyString  # type: ignore[import-untyped]
from wtforms import BooleanField, FloatField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import TextInput

from lab import vocabulary as words
from lab.forms.base import LabForm
from lab.matching.policy import DEFAULT_WEIGHTS, Policy
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l

WEIGHT = "weight_"
MOST_WEIGHT = 1000
LONGEST_REASON = 2000


class Amount(FloatField):
    """A number within limits, whole where the setting counts whole things; says in words what to type."""

    widget = TextInput()  # a browser keeps also what is no number

    def __init__(self, *args: Any, least: float, most: float, whole: bool = False, **kwargs: Any) -> None:
        self.least, self.most, self.whole = least, most, whole
        super().__init__(*args, **{"render_kw": {"inputmode": "decimal", "autocomplete": "off"}, **kwargs})

    @property
    def amount(self) -> float | int | None:
        """The number as the policy keeps it."""
        return int(self.data) if self.whole and self.data is not None else self.data

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:g}" if self.data is not None else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number, also with a comma. Raises ValueError in words."""
        self.data = None
        typed = str(valuelist[0]).strip().replace(",", ".") if valuelist else ""
        try:
            number = float(typed)
        except ValueError:
            number = float("nan")
        if not self.least <= number <= self.most or (self.whole and number != int(number)):
            raise ValueError(self._what_to_type())
        self.data = number

    def _what_to_type(self) -> str:
        limits = {"name": self.label.text, "least": f"{self.least:g}", "most": f"{self.most:g}"}
        if self.whole:
            return _("%(name)s: type a whole number from %(least)s to %(most)s.", **limits)
        return _("%(name)s: type a number from %(least)s to %(most)s.", **limits)


class PolicyForm(LabForm):
    """All weights and settings of a draft; the fields follow the vocabulary."""

    edition = HiddenField()
    based_on = HiddenField()
    reason = TextAreaField(
        _l("Why should it change?"),
        [InputRequired(_l("Say in a sentence why.")), Length(max=LONGEST_REASON, message=_l("Use at most 2,000 characters."))],
        description=_l("Whoever signs reads this, and it stays with the version."),
    )  # fmt: skip

    @property
    def weights(self) -> list[Amount]:
        """The field of each weight."""
        return [self[WEIGHT + code] for code in words.CRITERIA if code in DEFAULT_WEIGHTS]

    @property
    def settings(self) -> list[Any]:
        """The field of each setting."""
        return [self[code] for code in words.POLICY_SETTINGS]

    def fill(self, policy: Policy) -> PolicyForm:
        """Show these values."""
        for code, value in policy.weights.items():
            self[WEIGHT + code].data = value
        for code in words.POLICY_SETTINGS:
            self[code].data = getattr(policy, code)
        return self

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether the values make a policy."""
        fine = bool(super().validate(*args, **kwargs))
        weights = [field.data for field in self.weights]
        if None not in weights and not any(weights):
            self.form_errors = [_("At least one weight must be above 0.")]
            return False
        low, high = self["early_hours_low"], self["early_hours_high"]
        if low.data is not None and high.data is not None and high.data < low.data:
            high.errors = [_("The early hours must end where they begin, or later.")]
            return False
        return fine

    @property
    def values(self) -> Mapping[str, Any]:
        """The values as a policy keeps them."""
        settings = {
            field.name: field.amount if isinstance(field, Amount) else bool(field.data)
            for field in self.settings
        }
        return {
            "weights": {field.name.removeprefix(WEIGHT): field.data for field in self.weights},
            **settings,
        }


class RefuseForm(LabForm):
    """Why a policy that one person has signed is refused."""

    edition = HiddenField()
    because = StringField(
        _l("Why not?"),
        [InputRequired(_l("Say in a sentence why.")), Length(max=LONGEST_REASON, message=_l("Use at most 2,000 characters."))],
        description=_l("The person who signed reads this."),
    )  # fmt: skip


def _label(term: Any) -> Any:
    """The term's label in the reader's language, when it is read."""
    return LazyString(lambda: term.label.in_(str(get_locale() or "en")[:2]))


for _code in DEFAULT_WEIGHTS:
    setattr(PolicyForm, WEIGHT + _code, Amount(_label(words.CRITERIA[_code]), least=0, most=MOST_WEIGHT))
for _code, _term in words.POLICY_SETTINGS.items():
    _limits = Policy.limits(_code)
    if _limits is None:
        _field: Any = BooleanField(_label(_term))
    else:
        _whole = isinstance(getattr(Policy.default(), _code), int)
        _field = Amount(_label(_term), least=_limits[0], most=_limits[1], whole=_whole)
    setattr(PolicyForm, _code, _field)
