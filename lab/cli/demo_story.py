"""Who lives in the demo, and what has happened to each of them by the time you look."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from lab import exchange
from lab.actions import (
    cases,
    convenings,
    imports,
    intake,
    invitations,
    networks,
    people,
)
from lab.cli.demo_deeds import Director, consultant_says, person
from lab.cli.demo_time import StoryClock, story_time, texts
from lab.database import db, now
from lab.models import Case, Convening, Invitation, Network, NetworkMembership, Person, Section
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
        clock.days_ago(6, hour=15)
        _staff()
        _bring_in(clock)
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


def _bring_in(clock: StoryClock) -> None:
    told = texts(clock.real.date())
    clock.days_ago(5, hour=16)
    imports.bring_in(
        imports.Batch(
            applications=exchange.read_applications(told["applications"]).or_refuse("The demo"),
            consultants=exchange.read_consultants(told["consultants"]).or_refuse("The demo"),
            supports=exchange.read_supports(told["supports"]).or_refuse("The demo"),
        ),
        by=None,
    )


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
        words="Yes, we would like to help. What comes first is a lawyer who shares your wish for a decent way; here"
        " are two names, and we stay beside you meanwhile.",
        conditions=(("Agree with a lawyer who works with organizations that welcome unions", 12),),
    )
    clock.days_ago(2, hour=16)
    yes = (
        "Yes, gladly. We are asking a consultant who has done this before, and you hear from us within days."
    )
    for ref in ("O05", "O06", "O03", "O01", "O07"):
        director.decide(_case(ref), words=yes)
    clock.days_ago(1, hour=17)
    _under_way(director)
    offer = director.offer(_case("O01"))
    if offer is not None:
        consultant_says(offer).decline("capacity", "My month is full until spring.")
    offer = director.offer(_case("O03"))
    if offer is not None:
        consultant_says(offer).counter(later_by=timedelta(days=14))
    offer = director.offer(_case("O06"))
    if offer is not None:
        consultant_says(offer).look_at_names()
    director.offer(_case("O07"))


def _under_way(director: Director) -> None:
    """Hamilton Square: accepted, and a member of the network it asked to join."""
    case = _case("O05")
    offer = director.offer(case)
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
