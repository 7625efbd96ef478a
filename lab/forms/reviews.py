"""The forms of a review: the decision with its tasks, and small notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)  # fmt: skip
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lab import vocabulary as words
from lab.forms.base import LabForm, lies_ahead, pairs_of
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l

LONG, SHORT = 4000, 200
TASK_ROWS = {"condition": 3, "task": 4}  # as many as a recommendation may propose


class Ticks(SelectMultipleField):
    """Several ticks from a list."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


@dataclass(frozen=True)
class LookToClear:
    """One thing to clear with a reason: the field, whom it is about, what it is and what was typed."""

    field: str
    who: str
    sentence: str
    typed: str
    concerns: bool = True


class DecisionForm(LabForm):
    """One decision on a case, whichever it is; each decision needs its own part."""

    read_version = HiddenField()
    recommendation = HiddenField()
    decision = RadioField(
        _l("Your decision"), [InputRequired(_l("Choose a decision."))], choices=[], validate_choice=True
    )
    tiers = Ticks(_l("Tiers of support"), choices=[])
    networks = Ticks(_l("Networks to offer"), choices=[])
    convenings = Ticks(_l("Convenings to offer"), choices=[])
    consultant = HiddenField(_l("Consultant"))
    condition_text_1 = StringField(_l("Condition 1"), [Length(max=SHORT)])
    condition_due_1 = DateField(_l("Met by, condition 1"), [Optional(), lies_ahead])
    condition_text_2 = StringField(_l("Condition 2"), [Length(max=SHORT)])
    condition_due_2 = DateField(_l("Met by, condition 2"), [Optional(), lies_ahead])
    condition_text_3 = StringField(_l("Condition 3"), [Length(max=SHORT)])
    condition_due_3 = DateField(_l("Met by, condition 3"), [Optional(), lies_ahead])
    task_text_1 = StringField(_l("First task 1"), [Length(max=SHORT)])
    task_due_1 = DateField(_l("Done by, task 1"), [Optional(), lies_ahead])
    task_text_2 = StringField(_l("First task 2"), [Length(max=SHORT)])
    task_due_2 = DateField(_l("Done by, task 2"), [Optional(), lies_ahead])
    task_text_3 = StringField(_l("First task 3"), [Length(max=SHORT)])
    task_due_3 = DateField(_l("Done by, task 3"), [Optional(), lies_ahead])
    task_text_4 = StringField(_l("First task 4"), [Length(max=SHORT)])
    task_due_4 = DateField(_l("Done by, task 4"), [Optional(), lies_ahead])
    words_accept = TextAreaField(_l("What the applicant reads"), [Length(max=LONG)])
    words_conditions = TextAreaField(_l("What the applicant reads"), [Length(max=LONG)])
    words_refer = TextAreaField(_l("What the applicant reads"), [Length(max=LONG)])
    question = TextAreaField(_l("Your question"), [Length(max=LONG)])
    question_due = DateField(_l("Answer by"), [Optional(), lies_ahead])
    question_topics = Ticks(_l("Answers they may change"), choices=[])
    question_audience = RadioField(_l("Who reads the question"), [Optional()], choices=[])
    referral_reason = SelectField(_l("Reason"), choices=[], validate_choice=False)
    place_name_1 = StringField(_l("Another place to turn to"), [Length(max=SHORT)])
    place_how_1 = StringField(_l("How to reach it"), [Length(max=SHORT)])
    place_name_2 = StringField(_l("One more place"), [Length(max=SHORT)])
    place_how_2 = StringField(_l("How to reach it"), [Length(max=SHORT)])
    override_reason = SelectField(
        _l("Why it differs from the recommendation"), choices=[], validate_choice=False
    )
    note = TextAreaField(_l("Note for the program"), [Length(max=LONG)])

    # Filled by the route: who may be chosen, what must be cleared, what the deed itself refused.
    consultants: Sequence[tuple[str, str]] = ()
    looks: Sequence[LookToClear] = ()
    form_errors: list[str]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        self.decision.choices = pairs_of(words.DECISIONS)
        self.tiers.choices = pairs_of(words.TIERS)
        self.question_audience.choices = pairs_of(words.AUDIENCES, codes=("joint", "management", "union"))
        self.referral_reason.choices = [("", _("Choose")), *pairs_of(words.REFERRAL_REASONS)]
        self.override_reason.choices = [("", _("As recommended")), *pairs_of(words.OVERRIDE_REASONS)]

    def rows(self, kind: str) -> list[tuple[Any, Any]]:
        """Text and day of each row; kind is condition or task."""
        return [(self[f"{kind}_text_{n}"], self[f"{kind}_due_{n}"]) for n in range(1, TASK_ROWS[kind] + 1)]

    def places(self) -> list[tuple[Any, Any]]:
        """Name and way of each other place."""
        return [(self[f"place_name_{n}"], self[f"place_how_{n}"]) for n in (1, 2)]

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: what the chosen decision needs."""
        super().validate(extra_validators)
        needs = {
            "accept": self._accepting,
            "accept_with_conditions": self._conditions,
            "hold_conversation": self._talking,
            "decline_refer": self._referring,
        }
        needs.get(self.decision.data or "", lambda: None)()
        return not self.errors

    def _accepting(self) -> None:
        self._need(self.words_accept, _("Write what the applicant will read."))
        self._tiers_and_days("task")

    def _conditions(self) -> None:
        self._need(self.words_conditions, _("Write what the applicant will read."))
        self._need(self.condition_text_1, _("Write at least one condition."))
        self._tiers_and_days("task")
        self._tiers_and_days("condition")

    def _tiers_and_days(self, kind: str) -> None:
        if not self.tiers.data and not self.tiers.errors:
            self.tiers.errors = (_("Choose at least one tier of support."),)
        for text, day in self.rows(kind):
            if (text.data or "").strip() and day.data is None and not day.errors:
                day.errors = (_("Type the day for this task."),)

    def _talking(self) -> None:
        self._need(self.question, _("Write the question you want to talk about."))
        if self.question_due.data is None and not self.question_due.errors:
            self.question_due.errors = (_("Type the day by which you ask for the answer."),)
        elif self.question_due.data == self.today:
            self.question_due.errors = (_("Give at least one day for the answer."),)

    def _referring(self) -> None:
        self._need(self.words_refer, _("Write what the applicant will read."))
        self._need(self.referral_reason, _("Choose the reason for referring."))
        self._need(self.place_name_1, _("Name at least one other place to turn to."))

    @staticmethod
    def _need(field: Any, message: str) -> None:
        if not (field.data or "").strip() and not field.errors:
            field.errors = (message,)


class NoteForm(LabForm):
    """A reason in the director's words."""

    note = TextAreaField(
        _l("Why"), [InputRequired(_l("Write why.")), Length(max=LONG)],
        description=_l("Only the program reads this."),
    )  # fmt: skip


class NotYetForm(LabForm):
    """What is still missing of a task that was told done."""

    text = TextAreaField(
        _l("What is still missing?"), [InputRequired(_l("Say what is still missing.")), Length(max=LONG)],
        description=_l("The applicant reads this and can tell you again."),
    )  # fmt: skip
