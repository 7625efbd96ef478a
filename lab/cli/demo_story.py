"""Who lives in the demo, and what has happened to each of them by the time you look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from lab import exchange
from lab.actions import (
    cases,
    convenings,
    follow_up,
    imports,
    intake,
    invitations,
    networks,
    people,
    task_reports,
)
from lab.cli.demo_deeds import Director, consultant_says, person
from lab.cli.demo_time import StoryClock, story_time, texts
from lab.database import db, now
from lab.models import Case, Convening, Invitation, Network, NetworkMembership, Offer, Person, Section, Task
from lab.sections import fragments

DANA, MILES, ALMA = "dana.whitfield@example.org", "miles.okoro@example.org", "alma.reyes@example.org"
NIA, PETRA = "nia.calloway@example.org", "petra.lindqvist@example.org"
UNION_SIDE = (
    ("Bernadette Ruiz", "bernadette.ruiz@example.org", "union", "certificated_president"),
    ("Curtis Yamada", "curtis.yamada@example.org", "union", "classified_president"),
    ("Pauline Ashby", "pauline.ashby@example.org", "management", "board_member"),
)


def tell() -> str:
    """Fill the database by doing what people would have done over the last days. Gives a sentence on it."""
    with story_time() as clock:
        told = texts(clock.real.date())
        clock.days_ago(45, hour=15)
        _staff()
        clock.days_ago(44, hour=16)
        _bring_in(told, applications="earlier", others=("consultants", "supports"))
        _finished(clock)
        clock.days_ago(5, hour=16)
        _bring_in(told, applications="applications")
        _drafts(clock)
        director = Director(person(DANA))
        _questions_and_noes(clock, director)
        _supports_without_hours(clock, director)
        _offers(clock, director)
        _withdrawn(clock)
    counted = {
        model: db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Person, Case)
    }
    return f"The demo now has {counted[Person]} invented people and {counted[Case]} applications."


def _staff() -> None:
    for name, email, roles in (
        ("Dana Whitfield", DANA, ("director",)),
        ("Miles Okoro", MILES, ("director",)),
        ("Alma Reyes", ALMA, ("administrator",)),
    ):
        made = people.welcome(email, name=name)
        for role in roles:
            people.grant(made.id, role, by=None)


def _bring_in(told: dict[str, str], *, applications: str, others: Sequence[str] = ()) -> None:
    batch = imports.Batch(
        applications=exchange.read_applications(told[applications]).or_refuse("The demo"),
        consultants=exchange.read_consultants(told["consultants"] if others else "[]").or_refuse("The demo"),
    )
    if others:
        supports = exchange.read_supports(told["supports"]).or_refuse("The demo")
        batch = replace(batch, supports=supports)
    imports.bring_in(batch, by=None)


def _finished(clock: StoryClock) -> None:
    """Prairie Wind: asked, helped for some weeks, closed; its director of that time still is."""
    clock.days_ago(42)
    director = Director(person(MILES))
    director.decide(
        _case("O13"), words="Yes, gladly. Somebody who has done this often will write to you within days."
    )
    clock.days_ago(41)
    offer = director.offer(_case("O13"))
    if offer is not None:
        clock.days_ago(40)
        consultant_says(offer).accept()
        clock.days_ago(8)
        follow_up.close(_case("O13").id, by=director.who)


def _case(ref: str) -> Case:
    return db.session.scalars(sa.select(Case).where(Case.imported_ref == ref)).one()


def _drafts(clock: StoryClock) -> None:
    """Two people are still writing: one alone, one with a colleague of the other side."""
    clock.days_ago(2, hour=18)
    nia = people.welcome(NIA, name="Nia Calloway")
    case = intake.start(line="nonprofit", kind="employer", by=nia, key="demo-draft", name="Nia Calloway")
    _write(case, nia, like="O05", topics=("organization", "people"), name="Riverbend Tenants Alliance")
    petra = people.welcome(PETRA, name="Petra Lindqvist")
    joint = intake.start(line="schools", kind="joint", by=petra, key="demo-joint", name="Petra Lindqvist")
    _write(joint, petra, like="O04", topics=("organization",), name="Willow Creek Unified School District")
    invitations.invite(
        joint.id, email="andre.sandoval@example.org", name="André Sandoval", side="union",
        seat="certificated_president", by=petra, key="demo-invite",
    )  # fmt: skip


def _write(case: Case, writer: Person, *, like: str, topics: tuple[str, ...], name: str) -> None:
    """Fill some parts with the answers of an application that exists, under another name."""
    document = _case(like).document or {}
    parts = fragments({**document, "organization": {**document["organization"], "name": name}})
    for section in db.session.scalars(sa.select(Section).where(Section.case_id == case.id)).all():
        if section.topic in topics:
            part = parts[section.topic]
            intake.save(
                section.id, typed={}, answers=part, read_version=section.version,
                by=writer, finished=True,
            )  # fmt: skip


def _questions_and_noes(clock: StoryClock, director: Director) -> None:
    clock.days_ago(4)
    director.begin(_case("O10"))
    director.compute(_case("O10"))
    clock.days_ago(3)
    director.begin(_case("O11"))
    director.ask(
        _case("O11"),
        "You would like a hub for the whole region. Which districts have already said that they would come?",
        days=7,
    )
    director.decide(
        _case("O08"),
        words="Thank you for writing so openly. What you ask for is help against the union your staff chose, and that"
        " is not our work. The places below answer questions of law and of bargaining. If your board decides"
        " otherwise, write to us again at any time.",
        reason="union_avoidance",
        referrals=(
            ("The regional office of the labor board", "answers questions about the law, free of charge"),
            ("The federal mediation service", "helps two sides who are stuck, free of charge"),
        ),
    )


def _supports_without_hours(clock: StoryClock, director: Director) -> None:
    """Feather Ridge: both sides are in, the case runs without hours, and they ask for a network and an event."""
    clock.days_ago(4, hour=20)
    case = _case("O04")
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


def _offers(clock: StoryClock, director: Director) -> None:
    """One case at each point of the way to a consultant."""
    clock.days_ago(3, hour=19)
    director.decide(
        _case("O02"),
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
        _case(ref),
        words="Yes, gladly. We are asking a consultant who has done this before, and you hear from us within days.",
    )
    return director.offer(_case(ref))


def _told_done() -> None:
    """Chariton Valley: the first of two conditions is told done, and waits for the director."""
    case = _case("O02")
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
    case = _case("O05")
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


def _withdrawn(clock: StoryClock) -> None:
    clock.days_ago(1, hour=20)
    case = _case("O09")
    cases.withdraw(case.id, by=person(case.owner.email))
    clock.moment = min(clock.real, now() + timedelta(minutes=1))
