"""The forms of proposed groups: who is in them stands in the form, so that what was read is what is sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from lab.forms.base import LabForm
from lab.tongue import lazy_gettext as _l


class GroupForm(LabForm):
    """The cases of a proposal, by reference, with spaces between."""

    members = HiddenField()

    @property
    def refs(self) -> list[str]:
        """The references, each once."""
        return list(dict.fromkeys((self.members.data or "").split()))


class NetworkForm(GroupForm):
    """A network to launch."""

    name = StringField(
        _l("Name of the network"),
        [
            InputRequired(_l("Give the network a name.")),
            Length(max=100, message=_l("Use at most 100 characters.")),
        ],
        description=_l("Its members read this. Name no organization."),
        render_kw={"autocomplete": "off"},
    )
    lead = SelectField(_l("Lead"), description=_l("Answers who asks to join. You may name somebody later."))

    def __init__(self, *args: Any, leads: Iterable[tuple[str, str]] = (), **values: Any) -> None:
        super().__init__(*args, **values)
        self.lead.choices = lead_choices(leads)


def lead_choices(leads: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Nobody, and everybody who may lead, by reference and name."""
    return [SelectChoice("", _l("Nobody yet")), *(SelectChoice(ref, name) for ref, name in leads)]


class LeadForm(LabForm):
    """Who leads a network that is there."""

    lead = SelectField(_l("Lead"), description=_l("Somebody with the role of a network lead."))

    def __init__(self, *args: Any, leads: Iterable[tuple[str, str]] = (), **values: Any) -> None:
        super().__init__(*args, **values)
        self.lead.choices = lead_choices(leads)


class RegionForm(GroupForm):
    """A region to propose."""

    agreed = BooleanField(
        _l("The county office has agreed to be the hub"),
        [InputRequired(_l("Speak with the county office first, then tick this."))],
    )


class PairForm(GroupForm):
    """Two to be asked."""

    kind = HiddenField()
