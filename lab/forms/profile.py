"""The form of a consultant's profile; it gives back the exchange format."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)  # fmt: skip
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lab import vocabulary as words
from lab.forms.base import LabForm, LabRow, WholeNumber, choices_of
from lab.tongue import lazy_gettext as _l

MOST_HOURS = 200
MOST_CONFLICTS = 40
ZONES = (
    ("America/Los_Angeles", _l("Pacific time")), ("America/Denver", _l("Mountain time")),
    ("America/Phoenix", _l("Arizona time")), ("America/Chicago", _l("Central time")),
    ("America/New_York", _l("Eastern time")), ("America/Puerto_Rico", _l("Atlantic time")),
    ("America/Anchorage", _l("Alaska time")), ("Pacific/Honolulu", _l("Hawaii time")),
)  # fmt: skip
LEVELS = [
    ("0", _l("Not mine")), ("1", _l("1: I know it")), ("2", _l("2: I have done it")), ("3", _l("3: my field")),
]  # fmt: skip


class Ticks(SelectMultipleField):
    """Several ticks from a list."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ConflictRow(LabRow):
    """One tie to an organization, a union or a law firm."""

    party = StringField(_l("Name"), [Length(max=300)])
    party_kind = SelectField(_l("What it is"))
    relationship = SelectField(_l("Your tie"))
    ended_on = DateField(_l("Ended on"), [Optional()], description=_l("Empty while it lasts."))
    bars_until = DateField(_l("Keep apart until"), [Optional()], description=_l("If you know a day."))
    note = StringField(_l("Note"), [Length(max=500)])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.party_kind.choices = choices_of(words.CONFLICT_PARTY_KINDS)
        self.relationship.choices = choices_of(words.CONFLICT_RELATIONSHIPS)


class SkillsForm(LabRow):
    """A level for each need; the fields are the needs of the vocabulary."""


for _code in words.CONSULTANT_SKILLS:
    setattr(
        SkillsForm,
        _code,
        SelectField(choices=[SelectChoice(code, text) for code, text in LEVELS], default="0"),
    )


class ProfileForm(LabForm):
    """What matching and directors know of a consultant."""

    version = HiddenField()
    capacity_hours_month = WholeNumber(
        _l("Hours a month you give the program"),
        [InputRequired(_l("Type the hours a month, 0 if none.")),
         NumberRange(min=0, max=MOST_HOURS, message=_l("Type a number from 0 to 200."))],
        description=_l("In all, with the work you have accepted."),
    )  # fmt: skip
    available_from = DateField(_l("Free from"), [InputRequired(_l("Type a day, for example 2027-01-15."))])
    paused = BooleanField(
        _l("Take a pause"), description=_l("You get no new offers until you take this tick away.")
    )
    time_zone = SelectField(_l("Your time zone"), description=_l("Reply-by times are shown in it."))
    base = StringField(
        _l("Where you are based"),
        [Length(max=120)],
        description=_l("City and state, for example Portland, OR."),
    )
    languages = Ticks(_l("Languages you work in"))
    lines = Ticks(_l("Lines you work on"))
    stages = Ticks(_l("Stages you know"))
    partnership_levels = Ticks(_l("School teams you know"))
    conditions = Ticks(_l("Conditions you know"))
    sectors = Ticks(_l("Fields you have worked in"))
    any_state = BooleanField(_l("Any state"))
    states = Ticks(_l("States you work in"))
    remote = RadioField(
        _l("Online or in person"),
        choices=[
            SelectChoice("yes", _l("Online")),
            SelectChoice("in_person_preferred", _l("Rather in person")),
            SelectChoice("no", _l("In person only")),
        ],
    )
    skills = FormField(SkillsForm)
    conflicts_answered = BooleanField(
        _l("This list is complete, or I have no such ties"),
        description=_l("Without this tick a director has to ask you before each offer."),
    )
    conflicts = FieldList(FormField(ConflictRow), max_entries=MOST_CONFLICTS)
    bio = TextAreaField(_l("About you"), [Length(max=4000)])
    items = TextAreaField(_l("Past work, one a line"), [Length(max=4000)])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        for name, terms in (
            ("languages", words.LANGUAGES), ("lines", words.LINES), ("stages", words.STAGES),
            ("partnership_levels", words.PARTNERSHIP_LEVELS), ("conditions", words.CONDITIONS),
            ("sectors", words.SECTORS), ("states", words.STATES),
        ):  # fmt: skip
            self[name].choices = choices_of(terms)
        known = [code for code, _label in ZONES]
        zone = self.time_zone.data
        zones = [*ZONES, *([(zone, zone)] if zone and zone not in known else [])]
        self.time_zone.choices = [SelectChoice(code, text) for code, text in zones]

    def validate(self, extra_validators: Any = None) -> bool:
        """Beside each field: a tie needs a name, and needs at least one language."""
        fine = super().validate(extra_validators)
        for row in self.conflicts:
            told = row.form.note.data or row.form.ended_on.data or row.form.bars_until.data
            if told and not (row.form.party.data or "").strip():
                row.form.party.errors = (str(_l("Name the organization, union or firm.")),)
                fine = False
        if not self.languages.data:
            self.languages.errors = (str(_l("Choose at least one language.")),)
            fine = False
        return fine

    def profile(self) -> dict[str, Any]:
        """The profile in the exchange format."""
        named = [row.form for row in self.conflicts if (row.form.party.data or "").strip()]
        ties: list[dict[str, Any]] | None = [_tie(row) for row in named]
        return {
            **{
                name: list(self[name].data or [])
                for name in ("languages", "lines", "stages", "partnership_levels", "conditions", "sectors", "states")
            },
            "base": (self.base.data or "").strip(),
            "any_state": bool(self.any_state.data),
            "remote": self.remote.data or "yes",
            "capacity_hours_month": self.capacity_hours_month.data,
            "available_from": self.available_from.data.isoformat() if self.available_from.data else None,
            "skills": [
                {"need": code, "level": int(level)} for code, level in self.skills.data.items() if level in ("1", "2", "3")
            ],
            "conflicts": ties if ties or self.conflicts_answered.data else None,
            "bio": (self.bio.data or "").strip(),
            "items": [line.strip() for line in (self.items.data or "").splitlines() if line.strip()],
        }  # fmt: skip


def _tie(row: Any) -> dict[str, Any]:
    tie = {
        "party": row.party.data.strip(),
        "party_kind": row.party_kind.data,
        "relationship": row.relationship.data,
    }
    if row.ended_on.data:
        tie["ended_on"] = row.ended_on.data.isoformat()
    if row.bars_until.data:
        tie["bars_until"] = row.bars_until.data.isoformat()
    if (row.note.data or "").strip():
        tie["note"] = row.note.data.strip()
    return tie
