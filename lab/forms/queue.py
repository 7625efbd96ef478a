"""What the director's queue can be filtered by, and its words."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, SelectField, StringField

from lab import vocabulary as words
from lab.forms.base import LabForm, pairs_of
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l

FLAG_LABELS = {
    "conflict": _l("A possible conflict"),
    "date_near": _l("A date within 30 days"),
    "waiting_for_info": _l("Waiting for an answer"),
}
# What happens next with a case, as the queue says it.
NEXT_ACTIONS = {
    "start_review": _l("Start the review"),
    "decide": _l("Decide"),
    "wait_answer": _l("Wait for the answer"),
    "check_conditions": _l("Check the conditions"),
    "confirm_condition": _l("See whether a condition is met"),
    "send_offer": _l("Send the offer"),
    "wait_offer": _l("Wait for the consultant"),
    "choose_next": _l("Choose whom to ask next"),
    "look_at_conflict": _l("Look at a possible conflict"),
    "answer_counter": _l("Answer the consultant"),
    "close": _l("Close when the work is done"),
}


class QueueForm(LabForm):
    """What the queue shows; it lives in the address."""

    text = StringField(_l("Name or reference"))
    state = SelectField(_l("State"), validate_choice=False)
    line = SelectField(_l("Program"), validate_choice=False)
    stage = SelectField(_l("Stage"), validate_choice=False)
    tier = SelectField(_l("Tier"), validate_choice=False)
    flag = SelectField(_l("Flag"), validate_choice=False)
    mine = BooleanField(_l("Only mine"))

    def __init__(self, *args: Any, states: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = [
            ("", _("Waiting for us")), ("all", _("All, ended ones below")), ("ended", _("Ended")), *pairs_of(words.WORK_STATES, codes=states),
        ]  # fmt: skip
        self.line.choices = [("", _("Both")), *pairs_of(words.LINES)]
        self.stage.choices = [("", _("Any")), *pairs_of(words.STAGES)]
        self.tier.choices = [("", _("Any")), *pairs_of(words.TIERS)]
        self.flag.choices = [("", _("Any")), *((code, str(label)) for code, label in FLAG_LABELS.items())]
