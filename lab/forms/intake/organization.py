"""Who applies: name, kind, place and size of the organization."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from lab import vocabulary as words
from lab.forms.base import WholeNumber, choices_of
from lab.forms.intake.base import COUNT, SHORT, Optional, TopicForm, required, spaced
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l

TYPES = {
    "nonprofit": ("nonprofit", "charter", "university", "labor_org", "other"),
    "schools": ("school_district", "county_office", "charter", "labor_org"),
}


def _choose(terms: Any, text: str) -> Any:
    return [SelectChoice("", text), *choices_of(terms)]


class OrganizationForm(TopicForm):
    """The organization of a nonprofit line."""

    name = StringField(
        _l("Name of your organization"),
        [required(_l("Type the name of your organization.")), SHORT],
        render_kw={"autocomplete": "organization"},
    )
    type = RadioField(
        _l("What kind of organization is it?"),
        [required(_l("Choose what kind of organization it is."))],
        choices=lambda: choices_of(words.ORGANIZATION_TYPES, codes=TYPES["nonprofit"]),
    )
    mission = RadioField(
        _l("Is social justice part of your mission?"),
        [required(_l("Say whether social justice is part of your mission."))],
        choices=lambda: choices_of(words.YES_NO_UNSURE),
    )
    sector = SelectField(
        _l("Field of work"),
        [required(_l("Choose the field that fits best."))],
        choices=lambda: _choose(words.SECTORS, _("Choose a field")),
    )
    city = StringField(_l("City"), [Optional(), SHORT], render_kw={"autocomplete": "address-level2"})
    county = StringField(_l("County"), [Optional(), SHORT])
    state = SelectField(
        _l("State"),
        [required(_l("Choose the state where most of your staff work."))],
        choices=lambda: _choose(words.STATES, _("Choose a state")),
        description=_l("Where most of your staff work."),
    )
    staff = WholeNumber(
        _l("How many people work there?"),
        [required(_l("Type about how many people work there.")), COUNT],
        description=_l("Everyone on the payroll, full or part time. An estimate is fine."),
    )
    supervisors = WholeNumber(
        _l("How many of them supervise others?"),
        [Optional(), COUNT],
        description=_l("They usually need to know first what to say."),
    )
    budget = SelectField(
        _l("Budget for one year"),
        [Optional()],
        choices=lambda: _choose(words.BUDGET_BANDS, _("I do not know")),
        description=_l("It helps us propose a size of help that you can afford."),
    )
    role = StringField(
        _l("Your own role there"), [required(_l("Type your role, such as executive director.")), SHORT],
        render_kw={"autocomplete": "organization-title"},
    )  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        """Those who supervise are some of those who work there."""
        fine = super().validate(extra_validators)
        staff, supervisors = self.staff.data, self.supervisors.data
        if staff is None or supervisors is None or supervisors <= staff:
            return fine
        self.staff.errors = (
            *self.staff.errors,
            _("Fewer people work there (%(staff)s) than supervise others (%(supervisors)s). Check both numbers.",
              staff=f"{staff:,}", supervisors=f"{supervisors:,}"),
        )  # fmt: skip
        self.supervisors.errors = (
            *self.supervisors.errors,
            _("More people supervise (%(supervisors)s) than work there (%(staff)s). Count supervisors among the staff.",
              staff=f"{staff:,}", supervisors=f"{supervisors:,}"),
        )  # fmt: skip
        return False

    def fragment(self) -> dict[str, Any]:
        """`organization` without its parents, and the role of the contact."""
        return {
            "organization": {
                "name": spaced(self.name.data),
                "type": self.type.data,
                "mission_social_justice": self.mission.data if "mission" in self else "unsure",
                "sector": self.sector.data,
                "city": spaced(self.city.data),
                "county": spaced(self.county.data),
                "state": self.state.data if "state" in self else "CA",
                "staff_count": self.staff.data,
                "supervisors_count": self.supervisors.data,
                "annual_budget_band": self.budget.data or None,
            },
            "contact": {"role": spaced(self.role.data)},
        }


class SchoolOrganizationForm(OrganizationForm):
    """The district, office, charter or chapter of a schools line: always in California, with its county."""

    mission = None
    state = None
    type = RadioField(
        _l("What kind of organization is it?"),
        [required(_l("Choose what kind of organization it is."))],
        choices=lambda: choices_of(words.ORGANIZATION_TYPES, codes=TYPES["schools"]),
    )
    sector = SelectField(
        _l("Field of work"),
        [required(_l("Choose the field that fits best."))],
        default="k12_education",
        choices=lambda: choices_of(
            words.SECTORS, codes=("k12_education", "early_childhood", "labor_organization")
        ),
    )
    county = SelectField(
        _l("County"), [required(_l("Choose your county."))],
        choices=lambda: _choose(words.CA_COUNTIES, _("Choose a county")),
        description=_l("Networks and gatherings are arranged by county."),
    )  # fmt: skip
