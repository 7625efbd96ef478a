"""The groups of staff with a union or on the way to one, and where each of them stands."""

from __future__ import annotations

from typing import Any

from wtforms import FieldList, FormField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from lab import vocabulary as words
from lab.forms.base import LabRow, WholeNumber, choices_of
from lab.forms.intake.base import COUNT, SHORT, Optional, Ticks, TopicForm, required, spaced
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l

# Before these stages a group may not have chosen a union yet.
WITHOUT_UNION = frozenset({"before_organizing", "organizing"})
WITHOUT_GROUP = {"no": "before_organizing", "unsure": "organizing"}


class UnitForm(LabRow):
    """One group. A row that is left empty counts as none."""

    label = StringField(
        _l("Which group of staff?"),
        [Optional(), SHORT],
        description=_l("The jobs, such as teachers or front desk. No names of people."),
    )
    stage = SelectField(
        _l("Where does this group stand?"),
        [Optional()],
        choices=lambda: [SelectChoice("", _("Choose a stage")), *choices_of(words.STAGES)],
    )
    union = StringField(
        _l("Which union, and which local?"),
        [Optional(), SHORT],
        description=_l(
            "As you know it, such as CWA Local 1180. We check that nobody we propose has a tie to it."
        ),
    )
    size = WholeNumber(_l("About how many people are in it?"), [Optional(), COUNT])
    conditions = Ticks(
        _l("Is any of this going on in this group?"), [Optional()], choices=lambda: choices_of(words.CONDITIONS)
    )  # fmt: skip

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote anything in this row."""
        typed = (self.label.data, self.stage.data, self.union.data, self.conditions.data)
        return not any(typed) and self.size.data is None and not any(self.size.raw_data or [])

    def validate(self, extra_validators: Any = None) -> bool:
        """A group that is begun needs a name and a stage, and its union where it has one."""
        fine = super().validate(extra_validators)
        if self.is_empty:
            return fine
        for field, missing, text in (
            (self.label, not spaced(self.label.data), _("Say which group of staff this is.")),
            (self.stage, not self.stage.data, _("Choose where this group stands.")),
            (
                self.union,
                bool(self.stage.data)
                and self.stage.data not in WITHOUT_UNION
                and not spaced(self.union.data),
                _("Name the union of this group, or write “not known”."),
            ),
        ):
            if missing:
                field.errors = (*field.errors, text)
                fine = False
        return fine


class PeopleForm(TopicForm):
    """All groups, and what goes on in the whole organization."""

    rows = {"units": 12}  # noqa: RUF012 - read only
    any_group = RadioField(
        _l("Is there a group of staff that has a union or wants one?"),
        [required(_l("Choose what is closest."))],
    )
    units = FieldList(FormField(UnitForm), min_entries=1, max_entries=12)
    conditions = Ticks(
        _l("Is any of this going on in the whole organization?"), [Optional()],
        choices=lambda: choices_of(words.CONDITIONS),
        description=_l("Tick all that apply. If it is about one group, tick it there."),
    )  # fmt: skip

    def prepare(self) -> None:
        """The three answers, in words."""
        self.any_group.choices = [
            SelectChoice("yes", _("Yes, one or more")),
            SelectChoice("unsure", _("We hear of it, but know of no group yet")),
            SelectChoice("no", _("No, not that we know of")),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Somebody who says there is a group tells which."""
        fine = super().validate(extra_validators)
        told = [row.form for row in self.units if not row.form.is_empty]
        if self.any_group.data == "yes" and not told:
            self.units[0].form.label.errors = (_("Say which group of staff this is."),)
            return False
        labels = [spaced(unit.label.data).casefold() for unit in told]
        for number, unit in enumerate(told):
            if labels[number] and labels[number] in labels[:number]:
                unit.label.errors = (_("Two groups have this name. Give each its own."),)
                fine = False
        return fine

    def fragment(self) -> dict[str, Any]:
        """`bargaining_units`, or `stage` where there are none, and `conditions`."""
        units = [_unit(row.form) for row in self.units if not row.form.is_empty]
        alone = {"stage": WITHOUT_GROUP.get(self.any_group.data, "organizing")} if not units else {}
        return {"bargaining_units": units, "conditions": list(self.conditions.data or []), **alone}


def _unit(form: UnitForm) -> dict[str, Any]:
    return {
        "label": spaced(form.label.data),
        "union": spaced(form.union.data) or None,
        "size": form.size.data,
        "stage": form.stage.data,
        **({"conditions": list(form.conditions.data)} if form.conditions.data else {}),
    }


class SchoolPeopleForm(PeopleForm):
    """The same for a joint school team, with how far the partnership is."""

    level = RadioField(
        _l("How far are you in working together?"), [required(_l("Choose how far you are in working together."))],
        choices=lambda: choices_of(words.PARTNERSHIP_LEVELS),
    )  # fmt: skip

    def fragment(self) -> dict[str, Any]:
        """The groups and `partnership_level`."""
        return {**super().fragment(), "partnership_level": self.level.data}
