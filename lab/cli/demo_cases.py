"""The cases of the demo: a question and a no, one without hours, and one at each point of the way to a consultant."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from lab.actions import convenings, invitations, networks, people, task_reports
from lab.cli.demo_deeds import Director, case_of, consultant_says, person
from lab.cli.demo_time import StoryClock
from lab.database import db
from lab.models import Convening, Invitation, Network, NetworkMembership, Offer, Task

UNION_SIDE = (
    ("Bernadette Ruiz", "bernadette.ruiz@example.org", "union", "certificated_president"),
    ("Curtis Yamada", "curtis.yamada@example.org", "union", "classified_president"),
    ("Pauline Ashby", "pauline.ashby@example.org", "management", "board_member"),
)


def questions_and_noes(clock: StoryClock, director: Director) -> None:
    """A review that has begun, a question that waits for its answer, and a no with other places to go."""
    clock.days_ago(4)
    director.begin(case_of("O10"))
    director.compute(case_of("O10"))
    clock.days_ago(3)
    director.begin(case_of("O11"))
    director.ask(
        case_of("O11"),
        "You would like a hub for the whole region. Which districts have already said that they would come?",
        days=7,
    )
    director.decide(
        case_of("O08"),
        words="Thank you for writing so openly. What you ask for is help against the union your staff chose, and that"
        " is not our work. The places below answer questions of law and of bargaining. If your board decides"
        " otherwise, write to us again at any time.",
        reason="union_avoidance",
        referrals=(
            ("The regional office of the labor board", "answers questions about the law, free of charge"),
            ("The federal mediation service", "helps two sides who are stuck, free of charge"),
        ),
    )


def supports_without_hours(clock: StoryClock, director: Director) -> None:
    """Feather Ridge: both sides are in, the case runs without hours, and they ask for a network and an event."""
    clock.days_ago(4, hour=20)
    case = case_of("O04")
    owner = person(case.owner.email)
    for name, email, side, seat in UNION_SIDE:
        invitations.invite(
            case.id, email=email, name=name, side=side, seat=seat, by=owner, key=f"demo-{email}"
        )
        guest = people.welcome(email, name=name)
        invitation = db.session.scalars(sa.select(Invitation).where(Invitation.email == email)).one()
        invitations.accept(invitation.id, by=guest, name=name)
    clock.days_ago(2)
    decision = director.decide(
        case,
        words="You come as a team, and that is half of the way. Begin with the convening for new teams; your county's"
        " network is open to you afterwards. There is no need to pay for hours now.",
    )
    for code in list(decision.networks if decision else [])[:1]:
        network = db.session.scalars(sa.select(Network).where(Network.code == code)).one()
        networks.ask(network.id, case.id, message="We would like to hear how others began.", by=owner)
    for code in list(decision.convenings if decision else [])[:1]:
        event = db.session.scalars(sa.select(Convening).where(Convening.code == code)).one()
        convenings.register(event.id, case.id, people=4, by=owner)


def offers(clock: StoryClock, director: Director) -> None:
    """One case at each point of the way to a consultant."""
    clock.days_ago(3, hour=19)
    director.decide(
        case_of("O02"),
        words="Yes, we would like to help. What comes first is a lawyer who shares your wish for a decent way, and"
        " that nothing goes out meanwhile that you would not say yourself. Both are below, and we stay beside you.",
        conditions=(
            ("Call off the required meeting, and leave the letter unsent", 5),
            ("Agree with a lawyer who works with organizations that welcome unions", 12),
        ),
    )
    clock.days_ago(1, hour=17)
    _told_done()
    _under_way(director)
    _asked(director, "O07")
    offer = _asked(director, "O01")
    if offer is not None:
        consultant_says(offer).decline("capacity", "My month is full until spring.")
    offer = _asked(director, "O03")
    if offer is not None:
        consultant_says(offer).counter(later_by=timedelta(days=14))
    offer = _asked(director, "O06")
    if offer is not None:
        consultant_says(offer).look_at_names()


def _asked(director: Director, ref: str) -> Offer | None:
    """Decide on the case and ask at once: hours that are held for one case change what fits the next."""
    director.decide(
        case_of(ref),
        words="Yes, gladly. We are asking a consultant who has done this before, and you hear from us within days.",
    )
    return director.offer(case_of(ref))


def _told_done() -> None:
    """Chariton Valley: the first of two conditions is told done, and waits for the director."""
    case = case_of("O02")
    first = db.session.scalars(sa.select(Task).where(Task.case_id == case.id).order_by(Task.due_on)).first()
    if first is not None:
        task_reports.tell_done(
            first.ref, text="The meeting is off. The letter stays in my drawer, and the slides went back.",
            key="demo-told-done", by=case.owner,
        )  # fmt: skip


def _under_way(director: Director) -> None:
    """Hamilton Square: accepted, and a member of the network it asked to join."""
    offer = _asked(director, "O05")
    if offer is not None:
        consultant_says(offer).accept()
    case = case_of("O05")
    owner = person(case.owner.email)
    network = db.session.scalars(sa.select(Network).where(Network.code == "successor")).one()
    membership = networks.ask(
        network.id, case.id, message="Our third contract, and the first with a new team.", by=owner
    )
    lead = network.lead
    row = db.session.get_one(NetworkMembership, membership.id)
    if lead is not None:
        networks.answer(
            row.id, "admit", words="Welcome. The next meeting is about opening proposals.", version=row.version,
            by=lead,
        )  # fmt: skip
