"""The forms of the director: the queue's filters, the decision with its tasks, the offer, and small notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)  # fmt: skip
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lab import vocabulary as words
from lab.forms.base import LabForm, WholeNumber, choices_of

LONG, SHORT = 4000, 200
TASK_ROWS = 3

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
    "send_offer": _l("Send the offer"),
    "wait_offer": _l("Wait for the consultant"),
    "choose_next": _l("Choose whom to ask next"),
    "look_at_conflict": _l("Look at a possible conflict"),
    "answer_counter": _l("Answer the consultant"),
    "close": _l("Close when the work is done"),
}


class Ticks(SelectMultipleField):
    """Several ticks from a list."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


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
            ("", _("Waiting for us")), ("all", _("All")), *_pairs(words.WORK_STATES, codes=states),
        ]  # fmt: skip
        self.line.choices = [("", _("Both")), *_pairs(words.LINES)]
        self.stage.choices = [("", _("Any")), *_pairs(words.STAGES)]
        self.tier.choices = [("", _("Any")), *_pairs(words.TIERS)]
        self.flag.choices = [("", _("Any")), *((code, str(label)) for code, label in FLAG_LABELS.items())]


class RosterForm(LabForm):
    """What the roster shows; it lives in the address."""

    text = StringField(_l("Name"))
    line = SelectField(_l("Program"), validate_choice=False)
    need = SelectField(_l("Help with"), validate_choice=False)
    language = SelectField(_l("Language"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line.choices = [("", _("Both")), *_pairs(words.LINES)]
        self.need.choices = [("", _("Anything")), *_pairs(words.CONSULTANT_SKILLS)]
        self.language.choices = [("", _("Any")), *_pairs(words.LANGUAGES)]


def _pairs(terms: Any, codes: Any = None) -> list[tuple[str, str]]:
    return [(str(choice.value), str(choice.label)) for choice in choices_of(terms, codes=codes)]


def _ahead(form: Any, field: Any) -> None:
    if field.data is not None and field.data < form.today:
        raise ValidationError(_("This day has passed. Type a day that lies ahead."))


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
    condition_due_1 = DateField(_l("Met by, condition 1"), [Optional(), _ahead])
    condition_text_2 = StringField(_l("Condition 2"), [Length(max=SHORT)])
    condition_due_2 = DateField(_l("Met by, condition 2"), [Optional(), _ahead])
    condition_text_3 = StringField(_l("Condition 3"), [Length(max=SHORT)])
    condition_due_3 = DateField(_l("Met by, condition 3"), [Optional(), _ahead])
    task_text_1 = StringField(_l("First task 1"), [Length(max=SHORT)])
    task_due_1 = DateField(_l("Done by, task 1"), [Optional(), _ahead])
    task_text_2 = StringField(_l("First task 2"), [Length(max=SHORT)])
    task_due_2 = DateField(_l("Done by, task 2"), [Optional(), _ahead])
    task_text_3 = StringField(_l("First task 3"), [Length(max=SHORT)])
    task_due_3 = DateField(_l("Done by, task 3"), [Optional(), _ahead])
    words_accept = TextAreaField(_l("What the applicant reads"), [Length(max=LONG)])
    words_conditions = TextAreaField(_l("What the applicant reads"), [Length(max=LONG)])
    words_refer = TextAreaField(_l("What the applicant reads"), [Length(max=LONG)])
    question = TextAreaField(_l("Your question"), [Length(max=LONG)])
    question_due = DateField(_l("Answer by"), [Optional(), _ahead])
    question_topics = Ticks(_l("Answers they may change"), choices=[])
    question_audience = RadioField(_l("Who reads the question"), [Optional()], choices=[])
    referral_reason = SelectField(_l("Reason"), choices=[], validate_choice=False)
    place_name_1 = StringField(_l("Another place to turn to"), [Length(max=SHORT)])
    place_how_1 = StringField(_l("How to reach it"), [Length(max=SHORT)])
    place_name_2 = StringField(_l("One more place"), [Length(max=SHORT)])
    place_how_2 = StringField(_l("How to reach it"), [Length(max=SHORT)])
    override_reason = SelectField(_l("Why it differs from the proposal"), choices=[], validate_choice=False)
    note = TextAreaField(_l("Note for the program"), [Length(max=LONG)])

    # Filled by the route: who may be chosen, what must be cleared, what the deed itself refused.
    consultants: Sequence[tuple[str, str]] = ()
    looks: Sequence[tuple[str, str, str, str]] = ()
    form_errors: list[str]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        self.decision.choices = _pairs(words.DECISIONS)
        self.tiers.choices = _pairs(words.TIERS)
        self.question_audience.choices = _pairs(words.AUDIENCES, codes=("joint", "management", "union"))
        self.referral_reason.choices = [("", _("Choose")), *_pairs(words.REFERRAL_REASONS)]
        self.override_reason.choices = [("", _("As proposed")), *_pairs(words.OVERRIDE_REASONS)]

    def rows(self, kind: str) -> list[tuple[Any, Any]]:
        """Text and day of each row; kind is condition or task."""
        return [(self[f"{kind}_text_{n}"], self[f"{kind}_due_{n}"]) for n in range(1, TASK_ROWS + 1)]

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


class OfferForm(LabForm):
    """What goes out to a consultant: hours, days, alternates."""

    consultant = HiddenField()
    hours_low = WholeNumber(
        _l("Hours, from"),
        [
            InputRequired(_l("Type the lower number of hours.")),
            NumberRange(1, 400, _l("Type 1 to 400 hours.")),
        ],
    )
    hours_high = WholeNumber(
        _l("Hours, to"),
        [
            InputRequired(_l("Type the higher number of hours.")),
            NumberRange(1, 400, _l("Type 1 to 400 hours.")),
        ],
    )
    hours_month = WholeNumber(
        _l("Hours a month"),
        [InputRequired(_l("Type the hours a month.")), NumberRange(1, 160, _l("Type 1 to 160 hours."))],
    )
    starts_on = DateField(_l("Starts on"), [InputRequired(_l("Type the day the work starts.")), _ahead])
    ends_on = DateField(_l("Ends on"), [InputRequired(_l("Type the day the work ends.")), _ahead])
    alternate_1 = SelectField(_l("First alternate"), choices=[], validate_choice=False)
    alternate_2 = SelectField(_l("Second alternate"), choices=[], validate_choice=False)
    next_by_itself = BooleanField(
        _l("Ask the next alternate without me if this one declines or does not answer"),
        description=_l(
            "The conflict check runs again before anybody else is asked, and you are told each time."
        ),
    )
    fewer_hours_allowed = BooleanField(
        _l("They may answer with fewer hours or a later start"),
        description=_l("You confirm such an answer before it counts."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def validate_hours_high(self, field: Any) -> None:
        """Not below the lower number."""
        if self.hours_low.data is not None and field.data is not None and field.data < self.hours_low.data:
            raise ValidationError(_("This is below the lower number of hours."))

    def validate_ends_on(self, field: Any) -> None:
        """After the first day."""
        if self.starts_on.data and field.data and field.data <= self.starts_on.data:
            raise ValidationError(_("The work ends after it starts."))

    def validate_alternate_2(self, field: Any) -> None:
        """Somebody else."""
        if field.data and field.data == self.alternate_1.data:
            raise ValidationError(_("Choose somebody else than the first alternate."))

    @property
    def alternates(self) -> list[str]:
        """The alternates in order."""
        return [ref for ref in (self.alternate_1.data, self.alternate_2.data) if ref]


class NoteForm(LabForm):
    """A reason in the director's words."""

    note = TextAreaField(
        _l("Why"), [InputRequired(_l("Write why.")), Length(max=LONG)],
        description=_l("Only the program reads this."),
    )  # fmt: skip


def in_working_days(today: date, days: int) -> date:
    """A day some days ahead that is no Saturday or Sunday, as a first proposal in a form."""
    day = today + timedelta(days=days)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
