"""The consent under which an application is sent."""

from __future__ import annotations

from wtforms import BooleanField
from wtforms.validators import InputRequired

from lab.forms.base import LabForm
from lab.tongue import lazy_gettext as _l


class CheckForm(LabForm):
    """The tick without which nothing is sent."""

    consent = BooleanField(
        _l("I have read this, it is right as far as we know, and I may send it for our organization."),
        [InputRequired(_l("Tick the box to say that you may send this."))],
    )
