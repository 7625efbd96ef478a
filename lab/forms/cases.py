"""The forms of an applicant's own case."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from lab.forms.base import LabForm, WholeNumber
from lab.tongue import lazy_gettext as _l

LONGEST = 4000
MOST_PEOPLE = 60


class AppealForm(LabForm):
    """Why somebody should look at a referral again."""

    text = TextAreaField(
        _l("What should we look at again?"),
        [InputRequired(_l("Say in a few words what we should look at again.")),
         Length(max=LONGEST, message=_l("Use at most 4,000 characters."))],
        description=_l("Something we misread, or something that has changed. Please name no employees."),
    )  # fmt: skip


class TaskDoneForm(LabForm):
    """What is done, in the applicant's own words."""

    text = TextAreaField(
        _l("What is done?"),
        [InputRequired(_l("Say in a sentence what is done.")),
         Length(max=LONGEST, message=_l("Use at most 4,000 characters."))],
        description=_l("One sentence is enough, for example with whom and since when. Please name no employees."),
    )  # fmt: skip


class ConveningForm(LabForm):
    """How many people would come."""

    people = WholeNumber(
        _l("How many of you would come?"),
        [InputRequired(_l("Type a number of people from 1 to 60.")),
         NumberRange(min=1, max=MOST_PEOPLE, message=_l("Type a number of people from 1 to 60."))],
        description=_l("A guess is fine. You can change it later."),
        render_kw={"inputmode": "numeric"},
    )  # fmt: skip
