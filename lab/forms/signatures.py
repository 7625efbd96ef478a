"""The forms of what needs two people, and the words for what they may ask."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lab.forms.base import LabForm
from lab.tongue import lazy_gettext as _l

LONGEST_REASON = 1000
DEEDS = {
    "grant": _l("Give a role"),
    "reset": _l("Take away a lost second factor"),
    "export": _l("Take a table of all cases along"),
    "glass": _l("Read a case"),
    "early": _l("Delete before the seven days are over"),
}
STATES = {
    "waiting": (_l("Waits"), "attention"),
    "open": (_l("Open for a day"), "attention"),
    "approved": (_l("Done"), "done"),
    "refused": (_l("Refused"), "neutral"),
    "withdrawn": (_l("Taken back"), "neutral"),
    "over": (_l("Over"), "neutral"),
}


class ReasonForm(LabForm):
    """Why somebody asks."""

    reason = TextAreaField(
        _l("Why is it needed?"),
        [InputRequired(_l("Say in a sentence why it is needed.")),
         Length(max=LONGEST_REASON, message=_l("Use at most 1,000 characters."))],
        description=_l("The colleague who answers reads this. Name nobody outside the program."),
    )  # fmt: skip


class CaseForm(ReasonForm):
    """Which case, and why."""

    case = StringField(
        _l("Reference of the case"),
        [InputRequired(_l("Type the reference, like LL-7K3M9Q.")), Length(max=20)],
        description=_l("It begins with LL-."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
