"""What a director and a consultant do in the demo's story, each deed by its action."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

import sqlalchemy as sa

from lab.actions import answers_to_offers, conflict_checks, decisions, follow_up, offers, reviews
from lab.database import db, now
from lab.lifecycle import DECIDED_STATES
from lab.matching.result import Recommendation as Result
from lab.models import Case, Consultant, Decision, Offer, Person
from lab.queries.candidates import pace_of
from lab.queries.capacity import left_with
from lab.queries.matching import application_of

OPEN_TO = ("recommended", "optional", "conditional")
WORK = timedelta(weeks=13)  # as the form of an offer proposes
keys = count(1)


def key() -> str:
    """A key for the next deed."""
    return f"demo-story-{next(keys)}"


def person(email: str) -> Person:
    """The person with this address."""
    return db.session.scalars(sa.select(Person).where(Person.email == email)).one()


def case_of(ref: str) -> Case:
    """The case that came in under this reference."""
    return db.session.scalars(sa.select(Case).where(Case.imported_ref == ref)).one()


@dataclass
class Director:
    """A director who works through the cases."""

    who: Person
    results: dict[int, tuple[str, Result]] = field(default_factory=dict)

    def begin(self, case: Case) -> None:
        """Begin the review."""
        reviews.begin(case.id, by=self.who)

    def compute(self, case: Case) -> Result:
        """Have the recommendation computed."""
        row = reviews.compute(case.id, by=self.who)
        result = Result.from_record(row.result)
        self.results[case.id] = (row.ref, result)
        return result

    def ask(self, case: Case, text: str, *, days: int) -> None:
        """Ask a question before deciding."""
        self.compute(case)
        decisions.decide(
            case.id,
            decisions.Choice(
                decision="hold_conversation",
                recommendation_ref=self.results[case.id][0],
                read_version=_version(case),
                ask=decisions.Ask(text, due_on=now().date() + timedelta(days=days)),
            ),
            key=key(),
            by=self.who,
        )

    def decide(
        self,
        case: Case,
        *,
        words: str,
        conditions: Iterable[tuple[str, int]] = (),
        reason: str = "",
        referrals: Iterable[tuple[str, str]] = (),
    ) -> Decision | None:
        """Begin, look at the recommendation, and decide as it recommends."""
        if case.state == "submitted":
            self.begin(case)
        result = self.compute(case)
        hours = result.hours_proposed and result.tier("individualized").standing in OPEN_TO
        first = next((one.ref for one in result.shortlist), "") if hours else ""
        referred = result.decision == "decline_refer"
        today = now().date()
        choice = decisions.Choice(
            decision=result.decision,
            recommendation_ref=self.results[case.id][0],
            read_version=_version(case),
            tiers=tuple(
                advice.tier
                for advice in result.tiers
                if advice.standing == "recommended" or (first and advice.tier == "individualized")
            ),
            networks=tuple(advice.network for advice in result.networks if advice.standing in OPEN_TO),
            convenings=tuple(
                advice.convening for advice in result.convenings if advice.standing == "recommended"
            ),
            consultant_ref="" if referred else first,
            conditions=tuple(decisions.ToDo(text, today + timedelta(days=days)) for text, days in conditions),
            cleared=dict.fromkeys(decisions.look_keys(result, first), "Looked at, and no obstacle."),
            reason_code=reason,
            words_to_applicant=words,
            referrals=tuple(decisions.Referral(name, how) for name, how in referrals),
        )
        return decisions.decide(case.id, choice, key=key(), by=self.who)

    def offer(self, case: Case) -> Offer | None:
        """Send an offer to the consultant of the decision, with the others as alternates by themselves."""
        decided = follow_up.latest_decision(case.id)
        if decided is None or case.state not in DECIDED_STATES or not decided.consultant_ref:
            return None
        result = self.results[case.id][1]
        chosen = db.session.scalars(
            sa.select(Consultant).where(Consultant.ref == decided.consultant_ref)
        ).one()
        starts = max(now().date() + timedelta(days=3), _start(case), chosen.available_from)
        ends = starts + WORK
        free = left_with(chosen, hours_month=0, starts_on=starts, ends_on=ends, but_offers_of=case.id)
        others = [one.ref for one in result.shortlist if one.ref != decided.consultant_ref]
        looks: dict[str, str] = {}
        for ref in (decided.consultant_ref, *others):
            looks |= dict.fromkeys(decisions.look_keys(result, ref), "Looked at, and no obstacle.")
        return offers.send(
            case.id,
            consultant_ref=decided.consultant_ref,
            hours_low=result.hours.low,
            hours_high=result.hours.high,
            hours_month=min(pace_of(result), free),
            starts_on=starts,
            ends_on=ends,
            alternates=others,
            next_by_itself=True,
            fewer_hours_allowed=True,
            key=key(),
            by=self.who,
            cleared=looks,
        )


def _version(case: Case) -> int:
    """The version of the case as a page would have shown it a moment ago."""
    return db.session.scalars(sa.select(Case.version).where(Case.id == case.id)).one()


def _start(case: Case) -> date:
    return application_of(case).starts_on


@dataclass
class consultant_says:  # noqa: N801 - reads as a sentence in the story
    """What the consultant of an offer does with it."""

    offer: Offer

    @property
    def who(self) -> Person:
        """The consultant, as a person."""
        return self.offer.consultant.person

    def look_at_names(self) -> None:
        """Open the summary, promise to keep the names, see them."""
        answers_to_offers.opened(self.offer.ref, what="summary", by=self.who)
        conflict_checks.show_identity(self.offer.ref, promised=True, by=self.who)

    def no_conflict(self) -> None:
        """Answer the four questions with no."""
        self.look_at_names()
        clear = dict.fromkeys(conflict_checks.QUESTIONS, "none")
        conflict_checks.answer_conflicts(
            self.offer.ref, clear, version=self._version(), key=key(), by=self.who
        )

    def accept(self) -> None:
        """Say yes."""
        self.no_conflict()
        answers_to_offers.accept(self.offer.ref, version=self._version(), key=key(), by=self.who)

    def counter(self, *, later_by: timedelta) -> None:
        """Propose fewer hours a month and a later start."""
        self.no_conflict()
        answers_to_offers.counter(
            self.offer.ref, hours_month=self.offer.hours_month - 2, starts_on=self.offer.starts_on + later_by,
            note_text="I am at a bargaining table until then.", version=self._version(), key=key(), by=self.who,
        )  # fmt: skip

    def decline(self, reason: str, note: str) -> None:
        """Say no, with a reason for the director alone."""
        answers_to_offers.decline(
            self.offer.ref, reason=reason, note_text=note, version=self._version(), key=key(), by=self.who
        )

    def _version(self) -> int:
        return db.session.scalars(sa.select(Offer.version).where(Offer.id == self.offer.id)).one()
