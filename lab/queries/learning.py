"""What the Learning page shows: figures of outcomes and answers, overrides by month, proposals, selection rates."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lab import spreadsheet
from lab import vocabulary as words
from lab.clock import program_day
from lab.database import db
from lab.matching.calibration import share_with_interval
from lab.matching.learning import LEAST_CASES
from lab.models import Decision, Offer, Outcome, WeightProposal
from lab.queries import past_cases, selection
from lab.queries.outcomes import CONSULTANT, ORDER
from lab.row_security import as_the_program

MONTHS = 12
QUESTIONS = {
    "goal": frozenset({"reached", "partly"}),
    "trust": frozenset({"grown"}),
    "recommend": frozenset({"yes"}),
}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A share with its counts and interval; no share where there are too few to show one."""

    code: str
    yes: int
    of: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Month:
    """The decisions of one month and the reasons of those that differ; no share where there are too few."""

    first: date
    decisions: int
    reasons: Sequence[tuple[str, int]]
    share: float | None

    @property
    def overrides(self) -> int:
        """How many decisions differ from what was recommended."""
        return sum(count for _, count in self.reasons)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What people said at one moment, on the clients' or the consultants' side: one figure a question."""

    moment: str
    who: str
    figures: Sequence[Figure]


@dataclass(frozen=True, kw_only=True)
class Learning:
    """Everything on the page."""

    outcomes: Figure  # engagements that ended well, as their clients tell
    answers: Figure  # offers that were answered with yes
    declines: Sequence[tuple[str, int]]
    told: Sequence[Told]
    proposals: Sequence[WeightProposal]
    waiting: bool
    months: Sequence[Month]
    rates: Sequence[selection.Rate]

    @property
    def enough(self) -> bool:
        """Whether there are cases enough for a proposal."""
        return max(self.outcomes.of, self.answers.of) >= LEAST_CASES


def figure(code: str, yes: int, of: int, *, least: int) -> Figure:
    """A figure that shows its share from `least` cases on."""
    if of < least:
        return Figure(code=code, yes=yes, of=of)
    share, low, high = share_with_interval(yes, of)
    return Figure(code=code, yes=yes, of=of, share=share, low=low, high=high)


@as_the_program()
def everything(*, least: int) -> Learning:
    """All that is shown; `least` is the smallest group whose rate may be shown."""
    ended, answered = past_cases.outcomes(), past_cases.answers_to_offers()
    proposals = newest_proposals()
    return Learning(
        outcomes=figure("outcomes", sum(ended.good), len(ended.good), least=LEAST_CASES),
        answers=figure("answers", sum(answered.good), len(answered.good), least=LEAST_CASES),
        declines=_declines() if len(answered.good) >= LEAST_CASES else (),
        told=_told(least=least) if len(ended.good) >= LEAST_CASES else (),
        proposals=[one for one in proposals if one.state == "made"],
        waiting=any(one.state == "waiting" for one in proposals),
        months=overrides(least=least),
        rates=selection.rates(least=least),
    )


def newest_proposals() -> Sequence[WeightProposal]:
    """Of each kind what waits to be worked out and the newest that was made."""
    newest = (
        sa.select(sa.func.max(WeightProposal.id))
        .where(WeightProposal.state.in_(("made", "waiting")))
        .group_by(WeightProposal.about, WeightProposal.state)
    )
    return db.session.scalars(
        sa.select(WeightProposal)
        .where(WeightProposal.id.in_(newest))
        .options(joinedload(WeightProposal.asked_by))
        .order_by(WeightProposal.about.desc(), WeightProposal.id)
    ).all()


def _declines() -> list[tuple[str, int]]:
    """Why offers were declined, the most frequent reason first."""
    rows = db.session.execute(
        sa.select(Offer.decline_reason, sa.func.count())
        .where(Offer.state == "declined", Offer.decline_reason != "")
        .group_by(Offer.decline_reason)
    )
    return sorted(((code, count) for code, count in rows), key=lambda row: (-row[1], row[0]))


def _told(*, least: int) -> list[Told]:
    counts: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for one in db.session.scalars(sa.select(Outcome).order_by(Outcome.id)):
        counts[one.moment, CONSULTANT if one.side == CONSULTANT else "client"].append(one)
    return [
        Told(
            moment=moment, who=who,
            figures=[
                figure(name, sum(getattr(one, name) in good for one in said), len(said), least=least)
                for name, good in QUESTIONS.items()
            ],
        )
        for moment in ORDER
        for who in ("client", CONSULTANT)
        if (said := counts[moment, who])
    ]  # fmt: skip


def overrides(*, least: int) -> list[Month]:
    """The last twelve months with decisions, the newest first."""
    found: dict[date, Counter[str]] = defaultdict(Counter)
    for at, code in db.session.execute(sa.select(Decision.decided_at, Decision.reason_code)):
        found[program_day(at).replace(day=1)][code if code in words.OVERRIDE_REASONS else ""] += 1
    return [
        Month(
            first=month, decisions=counts.total(),
            reasons=[(code, count) for code, count in counts.most_common() if code],
            share=1 - counts[""] / counts.total() if counts.total() >= least else None,
        )
        for month, counts in sorted(found.items(), reverse=True)[:MONTHS]
    ]  # fmt: skip


HEADS = ("table", "measure", "group", "yes", "of", "share", "from", "to", "reason", "reason_by", "reason_on")


def as_csv(shown: Learning) -> str:
    """The figures as a table of codes; what is too small to show has no share."""
    return spreadsheet.as_csv(HEADS, _rows(shown))


def _rows(shown: Learning) -> Iterator[Sequence[str | int]]:
    for table, one in (("outcomes", shown.outcomes), ("answers", shown.answers)):
        yield _figure_cells(table, "", one)
    for told in shown.told:
        for one in told.figures:
            yield _figure_cells("told", f"{told.moment} {told.who}", one)
    for rate in shown.rates:
        yes = rate.yes if rate.share is not None else ""
        why = rate.reason
        yield (
            f"selection by {rate.split}", rate.measure, rate.code, yes, rate.of, _number(rate.share), "", "",
            why.text if why else "", why.told_by.name if why else "", why.told_at.date().isoformat() if why else "",
        )  # fmt: skip
    for month in shown.months:
        for code, count in month.reasons:
            about = ("overrides", month.first.isoformat()[:7], code, count, month.decisions)
            yield (*about, *[""] * (len(HEADS) - len(about)))


def _figure_cells(table: str, measure: str, one: Figure) -> list[str | int]:
    yes = one.yes if one.share is not None else ""
    return [
        table,
        measure,
        one.code,
        yes,
        one.of,
        _number(one.share),
        _number(one.low),
        _number(one.high),
        "",
        "",
        "",
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
