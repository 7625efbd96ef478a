"""What anybody may try with one case, its offers, networks and invitations: each deed through the real actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from lab import vocabulary as words
from lab.actions import (
    answers_to_offers,
    cases,
    conflict_checks,
    decisions,
    follow_up,
    intake_check,
    intake_questions,
    invitations,
    networks,
    offer_clock,
    offers,
    reopening,
    reviews,
    timers,
)
from lab.database import db, now, transaction
from lab.errors import NotFound
from lab.history import record
from lab.matching.result import Recommendation as Match
from lab.models import Case, Invitation, Network, NetworkMembership, Offer, Person, Question
from lab.queries import intake_document, recommendations
from tests import factories
from tests.an_offer import TERMS, the_consultants
from tests.clients import Clock

REASONS = {"decline_refer": next(iter(words.REFERRAL_REASONS))}
NONE = dict.fromkeys(conflict_checks.QUESTIONS, "none")


@dataclass
class World:
    """One case and everybody around it."""

    clock: Clock
    people: dict[str, int]
    case_id: int
    tries: int = 0

    def person(self, role: str) -> Person:
        """Who plays this part; the consultant is whoever was asked last."""
        offer = self.offer()
        if role == "consultant" and offer is not None:
            return offer.consultant.person
        return db.session.get_one(Person, self.people.get(role) or self.people["stranger"])

    @property
    def case(self) -> Case:
        return db.session.get_one(Case, self.case_id)

    def offer(self) -> Offer | None:
        return self._last(Offer)

    def found(self, model: Any) -> Any:
        """The newest row of the case. Raises `NotFound` where there is none, as a page that is not there."""
        row = self._last(model)
        if row is None:
            raise NotFound("There is none.")
        return row

    def key(self) -> str:
        self.tries += 1
        return f"walk {self.tries}"

    def _last(self, model: Any) -> Any:
        query = sa.select(model).where(model.case_id == self.case_id).order_by(model.id.desc())
        return db.session.scalars(query).first()


def a_world(clock: Clock) -> World:
    """A draft that is ready to be sent, in a house with consultants and networks."""
    the_consultants()
    lead_of_network = factories.a_person("network_lead")
    factories.the_supports(lead_of_network)
    director = factories.a_person("director")
    case = factories.a_case(told_as="O10", state="draft")
    case.submitted_at = None
    factories.fill_sections(case)
    with transaction():
        record("started", about=case.ref, by=db.session.get_one(Person, case.owner_id), case=case)
    people = {
        "lead": case.owner_id, "director": director.id, "other_director": factories.a_person("director").id,
        "network_lead": lead_of_network.id, "guest": factories.a_person(email="guest@example.org").id,
        "stranger": factories.a_person().id,
    }  # fmt: skip
    return World(clock, people, case.id)


def _choice(world: World, decision: str) -> decisions.Choice:
    row = recommendations.newest(world.case_id)
    if row is None:
        raise NotFound("There is none.")
    match = Match.from_record(row.result)
    first = match.consultants[0].ref if decision == "accept" and match.consultants else ""
    return decisions.Choice(
        decision=decision, recommendation_ref=row.ref, read_version=world.case.version,
        tiers=tuple(one.tier for one in match.tiers if one.standing in ("recommended", "conditional")),
        networks=tuple(one.network for one in match.networks if one.standing != "excluded"),
        consultant_ref=first,
        cleared=dict.fromkeys(decisions.look_keys(match, first), "Talked it through."),
        reason_code=REASONS.get(decision, "director_knows_more"), note="For the walk.", words_to_applicant="We looked at it together.",
        ask=decisions.Ask(text="When could we talk?", due_on=now().date() + timedelta(days=7)),
        referrals=(decisions.Referral("A bar association"), decisions.Referral("A mediator")),
    )  # fmt: skip


def _decide(decision: str) -> Callable[[World, Person], Any]:
    return lambda world, by: decisions.decide(world.case_id, _choice(world, decision), key=world.key(), by=by)


def _send(world: World, by: Person) -> Any:
    row, decision = recommendations.approved(world.case_id), follow_up.latest_decision(world.case_id)
    if row is None or decision is None or not decision.consultant_ref:
        raise NotFound("There is none.")
    looks = decisions.look_keys(Match.from_record(row.result), decision.consultant_ref)
    return offers.send(
        world.case_id, consultant_ref=decision.consultant_ref, **TERMS, alternates=[], next_by_itself=False,
        fewer_hours_allowed=True, cleared=dict.fromkeys(looks, "Asked both sides."), key=world.key(), by=by,
    )  # fmt: skip


def _check_conflicts(world: World, by: Person) -> Any:
    offer = world.found(Offer)
    conflict_checks.show_identity(offer.ref, promised=True, by=by)
    version = world.found(Offer).version
    return conflict_checks.answer_conflicts(offer.ref, NONE, version=version, key=world.key(), by=by)


def _answer(deed: Callable[..., Any], **values: Any) -> Callable[[World, Person], Any]:
    def answer(world: World, by: Person) -> Any:
        offer = world.found(Offer)
        return deed(offer.ref, version=offer.version, key=world.key(), by=by, **values)

    return answer


def _invite(world: World, by: Person) -> Any:
    return invitations.invite(
        world.case_id, email="guest@example.org", name="Gil Guest", side="management", by=by, key=world.key()
    )


def _ask_network(world: World, by: Person) -> Any:
    for network in db.session.scalars(sa.select(Network).order_by(Network.id)).all():
        if network.code in {code for codes in _proposed(world) for code in codes}:
            return networks.ask(network.id, world.case_id, message="", by=by, key=world.key())
    raise NotFound("There is none.")


def _proposed(world: World) -> list[Any]:
    from lab.queries.networks import proposed_to

    return list(proposed_to([world.case_id]).values())


def _answer_network(step: str) -> Callable[[World, Person], Any]:
    def answer(world: World, by: Person) -> Any:
        row = world.found(NetworkMembership)
        return networks.answer(row.id, step, words="Here is why.", version=row.version, by=by)

    return answer


def _days(count: int) -> Callable[[World, Person], Any]:
    import lab.actions.deletions
    import lab.actions.follow_up
    import lab.actions.intake_drafts
    import lab.actions.invitations
    import lab.actions.offer_clock
    import lab.actions.outcomes  # noqa: F401 - these name the deeds of their timers

    def later(world: World, by: Person) -> Any:
        world.clock.go(days=count)
        return timers.run_due()

    return later


# What can be done, and whose it is. Anybody may try anything.
DEEDS: dict[str, tuple[str, Callable[[World, Person], Any]]] = {
    "submit": ("lead", lambda world, by: intake_check.submit(
        world.case_id, seen=intake_document.shared_version(world.case_id), by=by, key=world.key())),
    "withdraw": ("lead", lambda world, by: cases.withdraw(world.case_id, by=by)),
    "appeal": ("lead", lambda world, by: cases.appeal(world.case_id, text="Look again, please.", by=by)),
    "answer question": ("lead", lambda world, by: intake_questions.answer_question(
        world.found(Question).id, text="In June.", by=by, key=world.key())),
    "begin": ("director", lambda world, by: reviews.begin(world.case_id, by=by)),
    "compute": ("director", lambda world, by: reviews.compute(world.case_id, by=by)),
    "look again": ("director", lambda world, by: reviews.mark_stale(world.case_id)),
    "take over": ("other_director", lambda world, by: reviews.take_over(world.case_id, by=by)),
    "accept case": ("director", _decide("accept")),
    "hold a conversation": ("director", _decide("hold_conversation")),
    "refer": ("director", _decide("decline_refer")),
    "stop waiting": ("director", lambda world, by: follow_up.stop_waiting(world.case_id, by=by)),
    "reopen": ("director", lambda world, by: reopening.reopen(world.case_id, note="Once more.", by=by)),
    "close": ("director", lambda world, by: follow_up.close(world.case_id, by=by)),
    "send offer": ("director", _send),
    "withdraw offer": ("director", lambda world, by: offers.withdraw(
        world.found(Offer).ref, reason="Plans changed.", by=by, key=world.key())),
    "confirm counter": ("director", _answer(offers.confirm_counter)),
    "refuse counter": ("director", _answer(offers.refuse_counter, reason="Too few hours.")),
    "check conflicts": ("consultant", _check_conflicts),
    "accept offer": ("consultant", _answer(answers_to_offers.accept)),
    "decline offer": ("consultant", _answer(answers_to_offers.decline)),
    "counter": ("consultant", _answer(answers_to_offers.counter, hours_month=8, starts_on=date(2026, 12, 15))),
    "more time": ("consultant", lambda world, by: offer_clock.take_more_time(
        world.found(Offer).ref, key=world.key(), by=by)),
    "invite": ("lead", _invite),
    "revoke": ("lead", lambda world, by: invitations.revoke(world.found(Invitation).id, by=by)),
    "join": ("guest", lambda world, by: invitations.accept(world.found(Invitation).id, by=by, name="Gil Guest")),
    "decline invitation": ("guest", lambda world, by: invitations.decline(world.found(Invitation).id, by=by)),
    "ask network": ("lead", _ask_network),
    "admit": ("network_lead", _answer_network("admit")),
    "waitlist": ("network_lead", _answer_network("waitlist")),
    "refuse": ("network_lead", _answer_network("refuse")),
    "leave network": ("lead", lambda world, by: networks.leave(world.found(NetworkMembership).id, by=by)),
    "an hour": ("stranger", _days(0)),
    "four days": ("stranger", _days(4)),
    "eight days": ("stranger", _days(8)),
}  # fmt: skip
# The way to accepted work, so that walks get there; each may be left anywhere.
WAY = (
    "submit", "begin", "compute", "accept case", "send offer", "check conflicts", "accept offer", "ask network", "admit",
    "invite", "join", "leave network", "close",
)  # fmt: skip
