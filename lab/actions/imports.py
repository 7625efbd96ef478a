"""Bringing in applications, consultants and supports that were kept elsewhere; safe to run twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

import sqlalchemy as sa

from lab import answers, exchange, notices
from lab import vocabulary as words
from lab.actions import people
from lab.actions.telling import directors
from lab.clock import answer_due, program_day
from lab.database import LOOK_AGAIN, afterwards, db, now, transaction
from lab.errors import BadInput
from lab.history import record
from lab.models import Case, Consultant, Convening, Event, Membership, Network, Person, Section
from lab.queries.intake import audience_of, topics_of
from lab.queries.matching import queue_columns
from lab.sections import fragments

NEW, CHANGED, SAME, LEFT = "new", "changed", "unchanged", "left"


@dataclass(frozen=True)
class Outcome:
    """What became of one row: its reference, new, changed, unchanged or left, and a remark."""

    ref: str
    what: str
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Everything that is to be brought in together."""

    applications: tuple[answers.Application, ...] = ()
    consultants: tuple[answers.Consultant, ...] = ()
    supports: tuple[answers.Supports, ...] = ()


def bring_in(batch: Batch, *, by: Person | None) -> list[Outcome]:
    """Bring in a whole batch or nothing: consultants first, then supports, then applications.

    A row that is as it was when it was last brought in is left alone, also if it was edited here since.
    Raises `BadInput` when a row cannot be taken as it is.
    """
    with transaction():
        seen = _brought_in_before()
        outcomes = [
            _kept(seen, "consultant", row.ref, exchange.consultant_to(row), partial(_consultant, row))
            for row in batch.consultants
        ]
        afterwards(LOOK_AGAIN)
        for supports in batch.supports:
            outcomes += _supports(supports, seen)
        for row in batch.applications:
            told = exchange.application_to(row)
            outcomes.append(_kept(seen, "application", row.ref, told, partial(_application, row, told)))
        if any(outcome.what == NEW for outcome in outcomes if outcome.ref in _refs(batch.applications)):
            _tell_directors(outcomes)
    return outcomes


def _refs(rows: Iterable[Any]) -> set[str]:
    return {row.ref for row in rows}


def _brought_in_before() -> dict[str, str]:
    """The mark of each row that was brought in, the latest one."""
    events = db.session.scalars(sa.select(Event).where(Event.verb == "imported").order_by(Event.id))
    return {event.about: str(event.details.get("mark", "")) for event in events}


def _kept(
    seen: dict[str, str], kind: str, ref: str, told: dict[str, Any], bring: Callable[[], Outcome]
) -> Outcome:
    """Bring in one row unless it is the same as last time, and remember its mark."""
    mark = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
    about = f"{kind} {ref}"[:80]
    if seen.get(about) == mark:
        return Outcome(ref, SAME)
    outcome = bring()
    if outcome.what != LEFT:
        record("imported", about=about, by=None, details={"mark": mark})
        seen[about] = mark
    return outcome


def _consultant(told: answers.Consultant) -> Outcome:
    row = db.session.scalar(sa.select(Consultant).where(Consultant.ref == told.ref))
    values = {
        "name": told.name or told.ref,
        "profile": exchange.consultant_to(told),
        "capacity_hours_month": int(told.capacity_hours_month or 0),
        "available_from": told.available_from or now().date(),
        "last_offered_on": told.last_offered_on,
    }
    if row is not None:
        remark = _another_address(row.person, told.email)
        for name, value in values.items():
            setattr(row, name, value)
        return Outcome(told.ref, CHANGED, remark)
    person = _person(told.email, told.name, state=told.base_state, ref=told.ref)
    other = db.session.scalar(sa.select(Consultant.ref).where(Consultant.person_id == person.id))
    if other is not None:
        raise BadInput(f"{told.ref}: the address {told.email} already belongs to the consultant {other}.")
    people.grant(person.id, "consultant", by=None)
    db.session.add(Consultant(ref=told.ref, person_id=person.id, reviewed_at=now(), **values))
    db.session.flush()
    return Outcome(told.ref, NEW)


def _another_address(person: Person, email: str) -> str:
    if not email or email.strip().lower() == person.email:
        return ""
    return f"the address here stays {person.email}"


def _person(email: str, name: str, *, state: str, ref: str) -> Person:
    if "@" not in email:
        raise BadInput(f"{ref}: a mail address is missing; somebody must be able to sign in.")
    place = words.STATES.get(state)
    zone = place.time_zone if place is not None else "America/Los_Angeles"
    return people.welcome(email, name=name, time_zone=zone)


def _supports(told: answers.Supports, seen: dict[str, str]) -> list[Outcome]:
    plain = exchange.supports_to(told)
    outcomes = []
    for kind, key in (("peer", "peer_networks"), ("regional", "regional_networks")):
        for row in plain[key]:
            outcomes.append(_kept(seen, "network", row["network"], row, partial(_network, row, kind)))
    outcomes += [
        _kept(seen, "convening", row["convening"], row, partial(_convening, row))
        for row in plain["convenings"]
    ]
    return outcomes


def _network(told: dict[str, Any], kind: str) -> Outcome:
    row = db.session.scalar(sa.select(Network).where(Network.code == told["network"]))
    lead, remark = _lead(told.get("lead"))
    values = {
        "kind": kind, "line": told["line"], "name": told["name"] or told["network"], "side": told["side"],
        "status": told["status"], "capacity": told.get("capacity"), "profile": told,
    }  # fmt: skip
    if row is None:
        db.session.add(Network(code=told["network"], lead_id=lead, **values))
        return Outcome(told["network"], NEW, remark)
    for name, value in values.items():
        setattr(row, name, value)
    row.lead_id = lead if lead is not None else row.lead_id
    return Outcome(told["network"], CHANGED, remark)


def _lead(ref: str | None) -> tuple[int | None, str]:
    """The person who leads, by their reference as a consultant; they get the role."""
    if not ref:
        return None, ""
    person_id = db.session.scalar(sa.select(Consultant.person_id).where(Consultant.ref == ref))
    if person_id is None:
        return None, f"its lead {ref} is nobody we know yet"
    people.grant(person_id, "network_lead", by=None)
    return person_id, ""


def _convening(told: dict[str, Any]) -> Outcome:
    row = db.session.scalar(sa.select(Convening).where(Convening.code == told["convening"]))
    values = {
        "line": told["line"], "name": told["name"] or told["convening"], "profile": told,
        "starts_on": date.fromisoformat(told["starts_on"]), "ends_on": date.fromisoformat(told["ends_on"]),
    }  # fmt: skip
    if row is None:
        db.session.add(Convening(code=told["convening"], **values))
        return Outcome(told["convening"], NEW)
    for name, value in values.items():
        setattr(row, name, value)
    return Outcome(told["convening"], CHANGED)


def _application(told: answers.Application, document: dict[str, Any]) -> Outcome:
    case = db.session.scalar(sa.select(Case).where(Case.imported_ref == told.ref))
    if case is None:
        case = _new_case(told, document)
        return Outcome(told.ref, NEW, f"is now the case {case.ref}")
    if case.state != "submitted":
        differs = sorted(
            key for key in {*document, *(case.document or {})}
            if document.get(key) != (case.document or {}).get(key)
        )  # fmt: skip
        state = words.CASE_STATES[case.state].label.en.lower()
        return Outcome(
            told.ref, LEFT, f"the case {case.ref} is already “{state}”; it differs in {', '.join(differs)}"
        )
    _answers(case, told, document)
    record("application_updated", about=case.ref, by=None, case=case, audience="joint")
    return Outcome(told.ref, CHANGED, f"the case {case.ref}")


def _new_case(told: answers.Application, document: dict[str, Any]) -> Case:
    owner = _person(told.contact.email, told.contact.name, state=told.organization.state, ref=told.ref)
    submitted = datetime.combine(told.submitted_on, time(20), UTC)
    case = Case(
        imported_ref=told.ref, line=told.line, kind=told.case_kind, state="submitted", owner_id=owner.id,
        created_at=now(), submitted_at=min(submitted, now()), next_action="start_review",
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    db.session.add(
        Membership(case_id=case.id, person_id=owner.id, side="management", role="lead", joined_at=now())
    )
    _answers(case, told, document)
    record("submitted", about=case.ref, by=owner, case=case, audience="joint", at=case.submitted_at)
    return case


def _answers(case: Case, told: answers.Application, document: dict[str, Any]) -> None:
    """The answers, what the queue orders by, and one section a topic, as if they had been typed here."""
    today = program_day(now())
    case.document = document
    case.organization = told.organization.name
    case.sector, case.place_state = told.organization.sector, told.organization.state
    for name, value in queue_columns(told, today).items():
        setattr(case, name, value)
    case.due_on = answer_due(today, case.clock_on)
    parts = fragments(document)
    sections = {section.topic: section for section in case.sections}
    for topic in topics_of(case.kind):
        section = sections.get(topic)
        if section is None:
            section = Section(case_id=case.id, topic=topic, audience=audience_of(case.kind, topic), typed={})
            db.session.add(section)
        if topic in parts:
            section.answers, section.state = parts[topic], "done"
            section.saved_at, section.saved_by_id = now(), case.owner_id


def _tell_directors(outcomes: list[Outcome]) -> None:
    refs = ",".join(sorted(outcome.ref for outcome in outcomes if outcome.what == NEW))
    mark = hashlib.sha256(refs.encode()).hexdigest()[:12]
    for director in directors():
        notices.queue("case-waiting", about=f"import {mark}", to=director)
