"""Things for tests: each function makes one and names only what the test is about."""

from __future__ import annotations

import copy
import itertools
import json
from datetime import date
from pathlib import Path
from typing import Any

from lab.database import db, now
from lab.models import (
    Case,
    Consultant,
    Convening,
    Membership,
    Network,
    Person,
    Recommendation,
    RoleGrant,
    Section,
)  # fmt: skip
from lab.queries.summaries import summary_for
from lab.sections import fragments

CASES = Path(__file__).parent / "cases"
_numbers = itertools.count(1)


def told(name: str) -> Any:
    """One of the told files: applications, consultants, supports."""
    return json.loads((CASES / f"{name}.json").read_text())


def a_person(*roles: str, name: str = "", email: str = "") -> Person:
    """Somebody with these roles."""
    number = next(_numbers)
    person = Person(
        email=email or f"someone{number}@example.org", name=name or f"Person {number}", created_at=now()
    )
    db.session.add(person)
    db.session.flush()
    for role in roles:
        db.session.add(RoleGrant(person_id=person.id, role=role, granted_at=now()))
    db.session.commit()
    return person


def an_application(ref: str = "O01", **changes: Any) -> dict[str, Any]:
    """One of the twelve told applications, with changes at its top level."""
    found = next(row for row in told("applications") if row["ref"] == ref)
    return {**copy.deepcopy(found), **changes}


def a_case(
    *,
    told_as: str = "O01",
    state: str = "submitted",
    owner: Person | None = None,
    director: Person | None = None,
) -> Case:
    """A case that was submitted with a told application, its owner as lead of the management side."""
    document = an_application(told_as)
    owner = owner or a_person()
    case = Case(
        line=document["line"], kind=document["case_kind"], state=state, owner_id=owner.id,
        director_id=director.id if director else None, created_at=now(), submitted_at=now(), document=document,
        organization=document["organization"]["name"], sector=document["organization"]["sector"],
        place_state=document["organization"]["state"], next_action="start_review",
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    db.session.add(
        Membership(case_id=case.id, person_id=owner.id, side="management", role="lead", joined_at=now())
    )
    db.session.commit()
    return case


def a_consultant(told_as: str = "C07", *, capacity: int | None = None) -> Consultant:
    """One of the eight told consultants, able to sign in."""
    profile = copy.deepcopy(next(row for row in told("consultants") if row["ref"] == told_as))
    if capacity is not None:
        profile["capacity_hours_month"] = capacity
    person = a_person("consultant", name=profile["name"], email=profile["email"])
    consultant = Consultant(
        ref=profile["ref"], person_id=person.id, name=profile["name"], profile=profile,
        capacity_hours_month=profile["capacity_hours_month"],
        available_from=date.fromisoformat(profile["available_from"]), reviewed_at=now(),
    )  # fmt: skip
    db.session.add(consultant)
    db.session.commit()
    return consultant


def the_supports(lead: Person | None = None) -> None:
    """The told networks and convenings."""
    supports = told("supports")
    for kind, key in (("peer", "peer_networks"), ("regional", "regional_networks")):
        for row in supports[key]:
            db.session.add(
                Network(
                    code=row["network"], kind=kind, line=row["line"], name=row["name"], side=row["side"],
                    status=row["status"], capacity=row.get("capacity"), lead_id=lead.id if lead else None, profile=row,
                )
            )  # fmt: skip
    for row in supports["convenings"]:
        db.session.add(
            Convening(
                code=row["convening"], line=row["line"], name=row["name"],
                starts_on=date.fromisoformat(row["starts_on"]), ends_on=date.fromisoformat(row["ends_on"]), profile=row,
            )
        )  # fmt: skip
    db.session.commit()


def fill_sections(case: Case) -> None:
    """The sections of a case, done, as its document tells them."""
    assert case.document is not None
    audience = "joint" if case.kind == "joint" else "management"
    for topic, answers in fragments(case.document).items():
        db.session.add(
            Section(
                case_id=case.id, topic=topic, audience=audience, state="done", answers=answers, saved_at=now()
            )
        )
    db.session.commit()


def an_offer_summary(case: Case, recommendation: Recommendation, consultant: Consultant) -> dict[str, Any]:
    """What a consultant sees first, without identity: twenty to thirty hours from November to January."""
    return summary_for(
        case, recommendation, consultant, hours_low=20, hours_high=30, hours_month=8,
        starts_on=date(2026, 11, 1), ends_on=date(2027, 1, 31),
    )  # fmt: skip
