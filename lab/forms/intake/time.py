"""Time, budget and language: when, how much, in which languages and how to meet."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, StringField, TextAreaField

from lab import vocabulary as words
from lab.forms.base import choices_of
from lab.forms.intake.base import (
    LONG,
    SHORT,
    Optional,
    Ticks,
    TopicForm,
    TypedDate,
    lines_of,
    required,
    spaced,
)  # fmt: skip
from lab.tongue import gettext as _
from lab.tongue import lazy_gettext as _l
from lab.tongue import tongue


class TimeForm(TopicForm):
    """What help may cost and when it can happen."""

    urgency = RadioField(
        _l("How soon do you need help?"),
        [required(_l("Choose how soon you need help."))],
        choices=lambda: choices_of(words.URGENCIES),
    )
    start_from = TypedDate(
        _l("Is there a day from which it should begin?"),
        [Optional()],
        description=_l(
            "With the year: January 11, 2027 or 1/11/2027 (month first, then day). Left empty, it means at once."
        ),
    )
    timeframe = StringField(
        _l("Anything else about the timing?"),
        [Optional(), SHORT],
        description=_l("Such as “before the vote” or “not in August”."),
    )
    hours = RadioField(
        _l("How many hours with a consultant do you have in mind?"),
        [required(_l("Choose about how many hours you have in mind."))],
        choices=lambda: choices_of(words.HOURS_BUDGETS),
    )
    languages = Ticks(
        _l("Which languages should the sessions be held in?"),
        [required(_l("Choose at least one language."))],
        default=["en"],
        choices=lambda: choices_of(words.LANGUAGES),
        description=_l("Tick each one that is needed."),
    )
    meeting = RadioField(
        _l("How would you like to meet?"),
        [required(_l("Choose how you would like to meet."))],
        choices=lambda: choices_of(words.SESSION_FORMATS),
    )
    before = TextAreaField(
        _l("Have you taken part in any of our gatherings or networks?"), [Optional(), LONG],
        description=_l("One a line. Leave it empty if this is your first time."),
    )  # fmt: skip

    def prices(self) -> dict[str, str]:
        """For each choice of hours what it costs, and its share of a budget where that is told."""
        return {code: _price(code, self.asked.told.budget_band) for code in words.HOURS_BUDGETS}

    def fragment(self) -> dict[str, Any]:
        """`urgency`, `start_from`, `timeframe`, `hours_budget`, languages, format and earlier participation."""
        start = {"start_from": self.start_from.day.isoformat()} if self.start_from.day else {}
        return {
            "urgency": self.urgency.data,
            **start,
            "timeframe": spaced(self.timeframe.data),
            "hours_budget": self.hours.data,
            "session_languages": list(self.languages.data),
            "session_format": self.meeting.data,
            "prior_participation": lines_of(self.before.data),
        }


def _price(code: str, band: str | None) -> str:
    term = words.HOURS_BUDGETS[code]
    if not term.high:
        return _("Free: networks of peers and the guides.")
    low, high = term.low * words.RATE_USD, term.high * words.RATE_USD
    told = _("%(low)s to %(high)s USD for one consultant", low=f"{low:,}", high=f"{high:,}")
    if code == "over_50":
        told = _("from %(low)s USD for one consultant", low=f"{low:,}")
    share = _share_of_budget(low, band)
    return f"{told}; {share}" if share else told


def _share_of_budget(sum_usd: int, band: str | None) -> str:
    """What part of a year's budget a sum is; each end of the band gives one end of the answer."""
    budget = words.BUDGET_BANDS.get(band) if band else None
    if budget is None:
        return ""
    least = _share(sum_usd / budget.high) if budget.high else ""
    most = _share(sum_usd / budget.low) if budget.low else ""
    if least and most and least != most:
        return _("%(least)s to %(most)s of your yearly budget", least=least, most=most)
    if most:
        return _("at most %(share)s of your yearly budget", share=most)
    return _("at least %(share)s of your yearly budget", share=least)


def _share(share: float) -> str:
    return tongue().percent(share, 1 if share >= 0.001 else 2)
