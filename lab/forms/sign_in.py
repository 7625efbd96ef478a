"""The forms of signing in."""

from __future__ import annotations

from wtforms import EmailField, HiddenField, StringField
from wtforms.validators import Email, InputRequired, Length

from lab.forms.base import LabForm
from lab.tongue import lazy_gettext as _l


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


class SecondForm(LabForm):
    """The second factor by something typed."""

    code = StringField(
        _l("The code"),
        [InputRequired(_l("Type the six digits that your app shows, or a recovery code.")), Length(max=30)],
        description=_l("Six digits from your app, or one of your recovery codes."),
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "characters"},
    )


class AppForm(LabForm):
    """The first digits that a new app shows."""

    code = StringField(
        _l("The six digits it shows now"),
        [InputRequired(_l("Type the six digits that the app shows.")), Length(max=12)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"},
    )


class PasskeyForm(LabForm):
    """A new passkey: what the browser made, and how the device is called."""

    name = StringField(
        _l("What do you call this device?"),
        [InputRequired(_l("Type a name, like “My phone”.")), Length(max=80)],
        description=_l("So that you know which one to remove when a device is lost."),
        render_kw={"autocomplete": "off"},
    )
    credential = HiddenField(render_kw={"data-credential": True})


class NameForm(LabForm):
    """Another name for a passkey."""

    name = StringField(
        _l("What do you call this device?"),
        [InputRequired(_l("Type a name, like “My phone”.")), Length(max=80)],
        render_kw={"autocomplete": "off"},
    )
