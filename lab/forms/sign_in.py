"""The forms of signing in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, StringField
from wtforms.validators import Email, InputRequired, Length

from lab.forms.base import LabForm


class AddressForm(LabForm):
    """Where to send the link and the code."""

    email = EmailField(
        _l("Your mail address"),
        [InputRequired(_l("Type your mail address.")), Length(max=254),
         Email(_l("Type a whole address, like name@example.org."))],
        description=_l("Use an address that only you read."),
        render_kw={"autocomplete": "email"},
    )  # fmt: skip
    next = HiddenField()


class CodeForm(LabForm):
    """The code from the mail."""

    email = HiddenField()
    code = StringField(
        _l("The code from the mail"),
        [InputRequired(_l("Type the eight characters from the mail.")), Length(max=20)],
        description=_l("Eight letters and numbers. You may paste them; a dash does not matter."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"},
    )
