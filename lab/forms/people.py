"""The forms of an administrator: adding people, giving roles, finding somebody."""

from __future__ import annotations

from wtforms import EmailField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from lab.forms.base import LabForm
from lab.tongue import lazy_gettext as _l

ROLES = (
    ("director", _l("Director"), _l("Reads and decides cases, sends offers.")),
    ("administrator", _l("Administrator"), _l("Adds people and gives roles. Reads no cases.")),
    ("consultant", _l("Consultant"), _l("Gets offers once there is a profile.")),
    ("network_lead", _l("Network lead"), _l("Answers who asks to join their network.")),
)
BY_TWO = _l("A second person must agree.")
NAMES = {code: name for code, name, _hint in ROLES}


class PersonForm(LabForm):
    """Somebody new."""

    name = StringField(
        _l("Name"),
        [InputRequired(_l("Type how the person is called.")), Length(max=200)],
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        _l("Mail address"),
        [InputRequired(_l("Type their mail address.")), Length(max=254),
         Email(_l("Type a whole address, like name@example.org."))],
        description=_l("They sign in with a code sent to this address."),
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
    roles = SelectMultipleField(
        _l("Roles"),
        choices=[SelectChoice(code, name) for code, name, _hint in ROLES],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class FindForm(LabForm):
    """Somebody who is here already."""

    q = StringField(_l("Name or address"))
    role = SelectField(
        _l("Role"),
        choices=[
            SelectChoice("", _l("Everybody")),
            *(SelectChoice(code, name) for code, name, _hint in ROLES),
        ],
    )
