"""What a director wants of a run: who is kept with whom, who is ruled out, and least numbers of cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import SelectField, SelectMultipleField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lab.forms.base import LabForm, LabRow, WholeNumber
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l

MOST_CASES = 20


class CaseRow(LabRow):
    """One case: who must have it, and who must not."""

    keep = SelectField(_l("Keep with"), validate_choice=False)
    without = SelectMultipleField(
        _l("Not with"), validate_choice=False, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )  # fmt: skip


class LeastRow(LabRow):
    """One consultant: at least so many cases."""

    least = WholeNumber(
        _l("At least this many cases"),
        [Optional(), NumberRange(0, MOST_CASES, _l("Type 0 to 20 cases, or nothing."))],
    )


@dataclass(frozen=True, kw_only=True)
class Choosing:
    """A case with those who could have it (reference, name), and its row of the form."""

    ref: str
    organization: str
    people: Sequence[tuple[str, str]]
    row: CaseRow


@dataclass(frozen=True, kw_only=True)
class Learning:
    """A consultant with their free hours, and their row of the form."""

    ref: str
    name: str
    hours: int
    row: LeastRow


class RunForm(LabForm):
    """What a run is asked for; the rows follow the open cases and the consultants."""

    cases: Sequence[Choosing] = ()
    learners: Sequence[Learning] = ()

    def fill(
        self,
        cases: Sequence[tuple[str, str, Sequence[tuple[str, str]]]],
        people: Sequence[tuple[str, str, int]],
        *,
        wishes: tuple[Mapping[str, str], Mapping[str, Sequence[str]], Mapping[str, int]],
        sent: Any = None,
    ) -> RunForm:
        """Make the rows: as they were sent, otherwise as these wishes (kept, ruled out, least) say."""
        kept, without, least = wishes
        self.cases = [
            self._choosing(
                ref, organization, could, sent, keep=kept.get(ref, ""), without=without.get(ref, ())
            )
            for ref, organization, could in cases
        ]
        self.learners = [
            Learning(
                ref=ref, name=name, hours=hours,
                row=LeastRow(sent, prefix=f"{ref}-", data={"least": least.get(ref)}),
            )
            for ref, name, hours in people
        ]  # fmt: skip
        return self

    @staticmethod
    def _choosing(
        ref: str, organization: str, could: Sequence[tuple[str, str]], sent: Any, *, keep: str, without: Sequence[str]
    ) -> Choosing:  # fmt: skip
        row = CaseRow(sent, prefix=f"{ref}-", data={"keep": keep, "without": list(without)})
        row.keep.choices = [("", _("Whoever fits best")), *could]
        row.without.choices = list(could)
        return Choosing(ref=ref, organization=organization, people=could, row=row)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether the form and each of its rows can be read."""
        rows = [bool(one.row.validate()) for one in self.cases]
        rows += [bool(one.row.validate()) for one in self.learners]
        return bool(super().validate(*args, **kwargs)) and all(rows)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What is wrong in the rows: the sentence and the field it belongs to."""
        return [
            (f"{one.name}: {error}", one.row.least.id) for one in self.learners for error in one.row.least.errors
        ]  # fmt: skip

    @property
    def locked(self) -> tuple[tuple[str, str], ...]:
        """The pairs that must be."""
        return tuple((one.ref, one.row.keep.data) for one in self.cases if one.row.keep.data)

    @property
    def banned(self) -> tuple[tuple[str, str], ...]:
        """The pairs that must not be."""
        return tuple((one.ref, ref) for one in self.cases for ref in one.row.without.data or ())

    @property
    def minimums(self) -> dict[str, int]:
        """The least number of cases of each consultant who has one."""
        return {one.ref: one.row.least.data for one in self.learners if one.row.least.data}
