"""Who lives in the demo, and what has happened to each of them by the time you look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from lab import exchange
from lab.actions import (
    cases,
    follow_up,
    imports,
    intake,
    invitations,
    people,
)
from lab.cli import demo_cases, demo_program
from lab.cli.demo_deeds import Director, case_of, consultant_says, person
from lab.cli.demo_time import StoryClock, story_time, texts
from lab.database import db, now
from lab.models import Case, Person, Section
from lab.sections import fragments

DANA, MILES, ALMA = "dana.whitfield@example.org", "miles.okoro@example.org", "alma.reyes@example.org"
NIA, PETRA = "nia.calloway@example.org", "petra.lindqvist@example.org"
WAITING = ("O14", "O15", "O16", "O17", "O18", "O19", "O20")


def tell() -> str:
    """Fill the database by doing what people would have done over the last days. Gives a sentence on it."""
    with story_time() as clock:
        told = texts(clock.real.date())
        clock.days_ago(45, hour=15)
        _staff()
        clock.days_ago(44, hour=16)
        _bring_in(told, applications="earlier", others=("consultants", "supports"))
        helped = _helped(clock)
        clock.days_ago(30, hour=16)
        _bring_in(told, applications="waiting")
        _waiting(clock)
        clock.days_ago(8)
        follow_up.close(case_of("O13").id, by=helped.who)
        clock.days_ago(5, hour=16)
        _bring_in(told, applications="applications")
        _drafts(clock)
        director = Director(person(DANA))
        demo_cases.questions_and_noes(clock, director)
        demo_cases.supports_without_hours(clock, director)
        demo_cases.offers(clock, director)
        _withdrawn(clock)
        _program(clock)
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


def _helped(clock: StoryClock) -> Director:
    """Prairie Wind: asked, helped for some weeks; its director of that time still is."""
    clock.days_ago(42)
    director = Director(person(MILES))
    director.decide(
        case_of("O13"), words="Yes, gladly. Somebody who has done this often will write to you within days."
    )
    clock.days_ago(41)
    offer = director.offer(case_of("O13"))
    if offer is not None:
        clock.days_ago(40)
        consultant_says(offer).accept()
    return director


def _waiting(clock: StoryClock) -> None:
    """Seven who ask for company and no hours: five at one stage, and two who would each like one peer."""
    clock.days_ago(26, hour=16)
    director = Director(person(MILES))
    for ref in WAITING:
        director.decide(
            case_of(ref),
            words="You are right: company helps most here. We look for others who stand where you stand, and write"
            " to you as soon as a group can begin. Until then the webinars are open to you.",
        )


def _program(clock: StoryClock) -> None:
    """What goes beyond one case: two are asked to meet, two plans lie side by side, a draft policy waits."""
    clock.days_ago(1, hour=21)
    dana = Director(person(DANA))
    demo_program.ask_a_pair((case_of("O19"), case_of("O20")), by=dana.who)
    dana.decide(
        case_of("O21"),
        words="Yes, gladly. We look for somebody who has taught this before, and you hear from us within days.",
    )
    demo_program.run_twice(dana.who)
    demo_program.draft_a_policy(dana.who)


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
    document = case_of(like).document or {}
    parts = fragments({**document, "organization": {**document["organization"], "name": name}})
    for section in db.session.scalars(sa.select(Section).where(Section.case_id == case.id)).all():
        if section.topic in topics:
            part = parts[section.topic]
            intake.save(
                section.id, typed={}, answers=part, read_version=section.version,
                by=writer, finished=True,
            )  # fmt: skip


def _withdrawn(clock: StoryClock) -> None:
    clock.days_ago(1, hour=20)
    case = case_of("O09")
    cases.withdraw(case.id, by=person(case.owner.email))
    clock.moment = min(clock.real, now() + timedelta(minutes=1))
