"""The pairs of a run that a director chose go out as offers in one deed; a pair that no longer holds is left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from lab import history
from lab.actions import offers, reviews
from lab.actions.offer_guards import Terms, check_terms, decided_for_hours, obstacle, slot_is_free
from lab.actions.offer_steps import days_to_reply
from lab.clock import end_of_working_day, program_day
from lab.database import db, lock, now, transaction
from lab.errors import BadInput, LabError, NotNow
from lab.matching.result import Recommendation as Match
from lab.models import Case, Consultant, Person, PortfolioCase, PortfolioRun
from lab.queries import recommendations
from lab.queries.matching import application_of, busiest, capacity_in, promises
from lab.queries.portfolio_next import Given, given_by, next_best
from lab.queries.portfolio_result import sent_from
from lab.said import Said, kept, say

WORK = timedelta(weeks=13)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One placement of a run with the hours a month that it asks for."""

    case: Case
    consultant: Consultant
    hours: int


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An offer as it would go out now, or why it would not."""

    pair: Pair
    terms: Terms
    reply_by: datetime
    why_not: str
    then: tuple[str, ...] = ()  # who is proposed next, by name, if this one declines


def drafts(run: PortfolioRun, case_refs: Iterable[str], *, by: Person) -> list[Draft]:
    """The offers that these cases of the run would become. Nothing is written."""
    given = given_by(run)
    return [_draft(pair, given, by) for pair in _pairs(run, case_refs)]


def _draft(pair: Pair, given: Given, by: Person) -> Draft:
    row = recommendations.approved(pair.case.id) or recommendations.newest(pair.case.id)
    if row is None:
        raise NotNow("Decide on this case first; then a consultant can be asked.")
    match = Match.from_record(row.result)
    terms = _terms(pair, match)
    try:
        _check(pair, terms, by=by)
        why_not = ""
    except LabError as refused:
        why_not = refused.message
    zone = pair.consultant.person.time_zone
    reply_by = end_of_working_day(now(), days_to_reply(pair.case, match), zone)
    then = () if why_not else _names(_then(pair, match, terms, given))
    return Draft(pair=pair, terms=terms, reply_by=reply_by, why_not=why_not, then=then)


def _then(pair: Pair, match: Match, terms: Terms, given: Given) -> list[str]:
    """Who is proposed to the director if this one declines; nobody is asked by itself, for the plan is a whole."""
    return next_best(
        pair.case, match, but=pair.consultant.ref, hours_month=terms.hours_month, starts_on=terms.starts_on,
        ends_on=terms.ends_on, given=given,
    )  # fmt: skip


def _names(refs: Sequence[str]) -> tuple[str, ...]:
    rows = db.session.scalars(sa.select(Consultant).where(Consultant.ref.in_(refs))) if refs else ()
    names = {row.ref: row.name for row in rows}
    return tuple(names[ref] for ref in refs)


def release(run_id: int, case_refs: Iterable[str], *, key: str, by: Person) -> tuple[int, int]:
    """Ask the consultants of these cases, all in one deed; how many offers went out and how many were left out.

    A pair that no longer holds is kept with its reason, and the others go out. The same key again, or a
    pair that went out before, does nothing. Raises `BadInput` where no pair of the run is chosen, `NotNow`
    where the run is not finished.
    """
    chosen = sorted(set(case_refs))
    run = db.session.get_one(PortfolioRun, run_id)
    # Looked at before anything goes out: one offer takes hours that the recommendation of another case saw as free.
    for pair in _pairs(run, chosen):
        reviews.mark_stale(pair.case.id)
    with transaction():
        held: PortfolioRun = lock(PortfolioRun, run_id)
        if not history.claim(key, purpose="portfolio_release", by=by):
            return 0, 0
        if held.state != "done":
            raise NotNow("This run is not finished. Wait for it, then choose.")
        pairs = [pair for pair in _pairs(held, chosen) if pair.case.ref not in sent_from(held)]
        if not chosen:
            raise BadInput("Choose at least one pair.")
        _hold(pairs)
        sent, left_out = [], []
        given = given_by(held)
        for pair in pairs:
            try:
                with db.session.begin_nested():
                    ref = _send(pair, given, by)
            except LabError as refused:
                left_out.append({**_named(pair), "why": kept(refused.message)})
            else:
                sent.append({**_named(pair), "offer": ref})
                given.pop(pair.case.ref)  # its offer holds the hours from now on
        if not pairs:
            return 0, 0
        entry = {"at": now().isoformat(), "by": by.id, "sent": sent, "left_out": left_out}
        held.releases = [*held.releases, entry]
        history.record(
            "portfolio_released", about=f"portfolio {held.ref}", by=by,
            details={"offers": [one["offer"] for one in sent], "left_out": [one["case"] for one in left_out]},
        )  # fmt: skip
    return len(sent), len(left_out)


def _named(pair: Pair) -> dict[str, str]:
    return {"case": pair.case.ref, "consultant": pair.consultant.ref}


def _pairs(run: PortfolioRun, case_refs: Iterable[str]) -> list[Pair]:
    """The placements of these cases in the order of the run; what is none of it is left aside."""
    wanted = set(case_refs)
    assigned = {one["application"]: one for one in (run.result or {}).get("assigned", ())}
    cases = db.session.scalars(
        sa.select(Case)
        .join(PortfolioCase, PortfolioCase.case_id == Case.id)
        .where(PortfolioCase.run_id == run.id, Case.ref.in_(wanted & set(assigned)))
        .order_by(PortfolioCase.place)
    ).all()
    refs = {assigned[case.ref]["consultant"] for case in cases}
    people = {
        row.ref: row for row in db.session.scalars(sa.select(Consultant).where(Consultant.ref.in_(refs)))
    }
    return [
        Pair(case=case, consultant=people[placed["consultant"]], hours=placed["hours"])
        for case in cases
        if (placed := assigned[case.ref])["consultant"] in people
    ]


def _hold(pairs: Sequence[Pair]) -> None:
    """Hold the rows as everybody does who takes a slot, consultants before cases, so that nobody waits in a ring."""
    for ident in sorted({pair.consultant.id for pair in pairs}):
        lock(Consultant, ident)
    for ident in sorted({pair.case.id for pair in pairs}):
        lock(Case, ident)


def _terms(pair: Pair, match: Match) -> Terms:
    """What the recommendation proposes, from the first day on which both can begin."""
    start = max(program_day(now()), application_of(pair.case).starts_on, pair.consultant.available_from)
    return Terms(
        hours_low=match.hours.low, hours_high=match.hours.high, hours_month=min(pair.hours, match.hours.high),
        starts_on=start, ends_on=start + WORK,
    )  # fmt: skip


def _send(pair: Pair, given: Given, by: Person) -> str:
    _decision, row = decided_for_hours(pair.case)
    match = Match.from_record(row.result)
    terms = _terms(pair, match)
    _check(pair, terms, by=by)
    alternates = _then(pair, match, terms, given)
    return offers.ask(pair.case, pair.consultant.ref, terms=terms, by=by, alternates=alternates).ref


def _check(pair: Pair, terms: Terms, *, by: Person) -> None:
    """Everything that a single offer asks for, and that the hours are free beside all other open offers.

    Raises `NotNow`, `NotAllowed` or `BadInput` with the reason.
    """
    reviews.must_be_theirs(pair.case, by)
    decision, row = decided_for_hours(pair.case)
    slot_is_free(pair.case, 1)
    check_terms(terms)
    why_not = obstacle(
        pair.case, pair.consultant, match=Match.from_record(row.result), decision=decision, terms=terms,
        fewer_hours=False,
    ) or _short(pair, terms)  # fmt: skip
    if why_not:
        raise NotNow(why_not)


def _short(pair: Pair, terms: Terms) -> Said | str:
    """Why the hours do not suffice, with what open offers hold counted as taken; empty where they do."""
    row = pair.consultant
    taken = busiest(promises([row.id], from_day=terms.starts_on, to_day=terms.ends_on)[row.id])
    free = max(0, capacity_in(row, starts_on=terms.starts_on, ends_on=terms.ends_on) - taken)
    if free >= terms.hours_month:
        return ""
    return say(
        "%(name)s has %(free)s of %(wanted)s hours a month left beside their work and other offers.",
        name=row.name, free=free, wanted=terms.hours_month,
    )  # fmt: skip
