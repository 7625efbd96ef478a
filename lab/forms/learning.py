"""The forms of the Learning page."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from lab.forms.base import LabForm
from lab.tongue import lazy_gettext as _l


class ReasonForm(LabForm):
    """Why a group's rate is under four fifths of the highest."""

    text = TextAreaField(
        _l("What explains the difference, or what will be done about it?"),
        [
            InputRequired(_l("Say what explains the difference, or what will be done about it.")),
            Length(max=2000, message=_l("Use at most 2,000 characters.")),
        ],
        description=_l(
            "Kept with your name and the day. Directors read it here and in the table to take along."
        ),
    )
