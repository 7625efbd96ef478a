"""The forms around deleting: the code that was mailed, and why a case is held."""

from __future__ import annotations

from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lab.forms.base import LabForm
from lab.tongue import lazy_gettext as _l

LONGEST_REASON = 1000


class CodeForm(LabForm):
    """The code from the mail."""

    code = StringField(
        _l("The code from the mail"),
        [InputRequired(_l("Type the code we sent you.")), Length(max=20)],
        description=_l("Eight letters and digits. It works for half an hour."),
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"},
    )


class HoldForm(LabForm):
    """Why a case must be kept, and when somebody looks at that again."""

    reason = TextAreaField(
        _l("Why must this be kept?"),
        [InputRequired(_l("Say in a sentence why this must be kept.")),
         Length(max=LONGEST_REASON, message=_l("Use at most 1,000 characters."))],
        description=_l("Only the program reads this. The applicant sees that there is a hold, and until when."),
    )  # fmt: skip
    review_on = DateField(
        _l("Look at it again on"),
        [InputRequired(_l("Type a day that lies ahead, on which somebody looks at this again."))],
    )
