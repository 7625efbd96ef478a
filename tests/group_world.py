"""Cases under way that wait for a network, a peer or a region."""

from __future__ import annotations

import copy
from typing import Any

from lab.database import db, transaction
from lab.models import Case, Person
from tests.factories import a_case, a_person

FIELDS = ("legal_services", "arts_culture", "human_services", "environment", "housing_homelessness")
PLACES = ("NY", "CA", "IL", "WA", "MA")


def a_house(number: int, *, stage: str = "first_contract_bargaining", needs: tuple[str, ...] = ("peer_learning",),
            **changes: Any) -> Case:  # fmt: skip
    """An employer of its own name, field and union that was accepted."""
    case = a_case(told_as="O05", state="active", owner=a_person(name=f"Lead {number}"))
    document = copy.deepcopy(case.document or {})
    document["organization"] |= {
        "name": changes.get("name", f"Sample House {'ABCDEFGHIJKLMNOP'[number]}"), "state": PLACES[number % 5],
        "sector": FIELDS[number % 5], "staff_count": 20 + 30 * number,
    }  # fmt: skip
    document["bargaining_units"] = [
        {
            "label": "Staff",
            "stage": stage,
            "union": changes.get("union", f"UAW Local {1000 + number}"),
            "size": 20,
        }
    ]
    document["dates"] = {"first_session": f"2026-0{1 + number % 9}-10"}
    document["needs"] = [{"need": need, "weight": "must"} for need in needs]
    return _with(case, document, stage=stage)


def a_team(number: int, county: str, *, needs: tuple[str, ...] = ("peer_learning",)) -> Case:
    """A school team of both sides that was accepted."""
    case = a_case(told_as="O04", state="active", owner=a_person(name=f"Team lead {number}"))
    document = copy.deepcopy(case.document or {})
    document["organization"] |= {
        "name": f"{'North East South West Upper Lower'.split()[number]} Sample Unified",
        "county": county,
    }
    document["bargaining_units"] = [
        {"label": "Teachers", "stage": "established", "union": f"CTA Chapter {3000 + number}", "size": 90}
    ]
    document["needs"] = [{"need": need, "weight": "must"} for need in needs]
    return _with(case, document, stage="established")


def _with(case: Case, document: dict[str, Any], *, stage: str) -> Case:
    document["description"] = ""  # what is asked for is what is ticked
    with transaction():
        case.document, case.stage = document, stage
        case.organization = document["organization"]["name"]
        case.sector, case.place_state = document["organization"]["sector"], document["organization"]["state"]
    return case


def five_houses(**changes: Any) -> list[Case]:
    """As many as a network needs, at one stage."""
    return [a_house(number, **changes) for number in range(5)]


def change(case: Case, **organization: Any) -> None:
    """Let an organization be another."""
    with transaction():
        row = db.session.get_one(Case, case.id)
        document = copy.deepcopy(row.document or {})
        document["bargaining_units"][0] |= organization
        row.document = document


def lead_of(case: Case) -> Person:
    """Who answers for a case."""
    return case.owner
