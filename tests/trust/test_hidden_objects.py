"""What is not theirs leaves no trace: every page reads the same with one hidden thing more in the world."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from lab.database import db, now
from lab.models import Case, Network, NetworkMembership, Question, Section, SectionRevision, Task
from tests import factories
from tests.clients import LabClient, somebody
from tests.soak import soaking
from tests.trust import world as building
from tests.trust.odd_texts import pages_of
from tests.trust.sweep import browser
from tests.trust.world import MAY_SEE, World

pytestmark = pytest.mark.parametrize(
    "database", ["sqlite", "postgresql"] if soaking() else ["sqlite"], indirect=True
)
# What differs each time a page is drawn: tokens, and keys of forms.
DIFFERS = re.compile(r'name="(?:csrf_token|[\w-]*key)"(?: type="hidden")? value="[^"]*"')
# Has signed in and done nothing yet, so that a case of theirs brings nobody new.
STRANGER = "stranger"
DIRECTORS = {"director on the cases", "other director"}
Pages = dict[str, dict[str, str]]


def a_case(world: World, state: str) -> Case:
    """A case of somebody whom nobody here knows."""
    return building._case(world, f"hidden {len(world.cases)}", told_as="O05", state=state, owner=STRANGER)


def a_draft(world: World) -> None:
    case = a_case(world, "draft")
    case.submitted_at, case.document, case.next_action = None, None, ""
    db.session.commit()


def a_sent_case(world: World) -> None:
    a_case(world, "submitted")


def a_case_in_review(world: World) -> None:
    a_case(world, "in_review")


def a_union_note(world: World) -> None:
    section = db.session.query(Section).filter_by(case_id=world.cases["joint"].id, topic="notes_union").one()
    section.typed = section.answers = {"note": "hidden words", "share": False}
    section.saved_at = now() + timedelta(minutes=1)
    db.session.add(
        SectionRevision(section_id=section.id, audience="union", version=1, typed={"note": ["before"]},
                        saved_at=now(), saved_by_id=world.people["union of the joint case"].id)
    )  # fmt: skip
    db.session.commit()


def a_union_question(world: World) -> None:
    db.session.add(
        Question(case_id=world.cases["joint"].id, audience="union", text="hidden words", due_on=date(2026, 10, 30),
                 asked_by_id=world.people["director on the cases"].id, asked_at=now())
    )  # fmt: skip
    db.session.commit()


def a_union_task(world: World) -> None:
    db.session.add(
        Task(case_id=world.cases["joint"].id, audience="union", kind="first_task", text="hidden words",
             due_on=date(2026, 10, 30), created_at=now())
    )  # fmt: skip
    db.session.commit()


def an_offer(world: World) -> None:
    building.an_offer(world.cases["offering"], "C05", "offered")


def a_request(world: World) -> None:
    case = world.cases["review"]
    network = db.session.query(Network).filter_by(code="ca-region-2").one()
    db.session.add(
        NetworkMembership(network_id=network.id, case_id=case.id, person_id=case.owner_id, requested_at=now(),
                          message="hidden words")
    )  # fmt: skip
    db.session.commit()


def a_person(world: World) -> None:
    somebody(name="Hidden Person")


# What is added, and who may notice it.
HIDDEN: dict[str, tuple[Callable[[World], None], set[str]]] = {
    "draft": (a_draft, DIRECTORS),  # they read how many there are
    "union note": (a_union_note, {"union of the joint case"} | DIRECTORS),
    "sent case": (a_sent_case, DIRECTORS),
    "case in review": (a_case_in_review, DIRECTORS),
    "union question": (a_union_question, {"union of the joint case"} | DIRECTORS),
    "union task": (a_union_task, {"union of the joint case"} | DIRECTORS),
    "offer to somebody else": (an_offer, DIRECTORS),
    "request to a network": (a_request, {"owner in review", "colleague in review", "network lead"} | DIRECTORS),
    "person": (a_person, {"administrator"}),
}  # fmt: skip
CHOSEN = list(HIDDEN) if soaking() else ["draft", "union note"]
READERS = list(MAY_SEE) if soaking() else [
    "administrator", "colleague in review", "management of the joint case", "consultant at work", "network lead",
]  # fmt: skip
FEWEST = 300 if soaking() else 60


def read(client: LabClient, addresses: list[str]) -> dict[str, str]:
    """What these addresses answer, without what differs each time."""
    answers = ((address, client.get(address)) for address in addresses)
    return {
        address: f"{answer.status_code} {DIFFERS.sub('', answer.text)}"
        for address, answer in answers
        if not answer.mimetype.startswith("application/octet")
    }


def everything(app: Flask, world: World) -> Callable[[], Pages]:
    """Find every page of everybody, which also leaves the day's receipts; gives what reads them all again."""
    browsers = {who: browser(app, world, who) for who in READERS}
    found = {who: [address for address, _ in pages_of(app, client)] for who, client in browsers.items()}
    assert sum(map(len, found.values())) > FEWEST, "Too few pages are found for this to be a test."
    return lambda: {who: read(client, found[who]) for who, client in browsers.items()}


def traces(before: Pages, after: Pages, entitled: set[str]) -> list[str]:
    """The pages of those who are not entitled that read otherwise, with where they begin to."""
    return [
        f"{who}: {address}: {_around(was, after[who][address])}"
        for who, pages in before.items()
        for address, was in pages.items()
        if who not in entitled and was != after[who][address]
    ]


def _around(was: str, now_it_is: str) -> str:
    at = next((i for i, (x, y) in enumerate(zip(was, now_it_is, strict=False)) if x != y), len(was))
    return f"{was[max(0, at - 40) : at + 60]!r} is now {now_it_is[max(0, at - 40) : at + 60]!r}"


def test_nothing_hidden_leaves_a_trace(app: Flask, world: World) -> None:
    building._person(world, STRANGER)
    factories.a_consultant("C05")  # who is asked later, so that an offer brings nobody new
    db.session.commit()
    read_all = everything(app, world)
    before = read_all()
    assert read_all() == before if soaking() else before, "The pages differ by themselves."
    for name in CHOSEN:
        add, entitled = HIDDEN[name]
        add(world)
        after = read_all()
        found = traces(before, after, entitled)
        assert not found, f"{name}: {len(found)}\n" + "\n".join(found[:10])
        before = after


def test_a_page_that_tells_a_count_is_found(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counting() -> str:
        return f"{db.session.query(Case).count()} cases"

    counting.lock = "public"  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "public.privacy", counting)
    client = browser(app, world, "removed colleague")
    before = {"removed colleague": read(client, ["/privacy", "/"])}
    a_draft(world)
    after = {"removed colleague": read(client, ["/privacy", "/"])}
    if db.engine.dialect.name == "sqlite":
        assert len(traces(before, after, set())) == 1
        assert traces(before, after, {"removed colleague"}) == []
    else:
        assert traces(before, after, set()) == [], "Here the database itself keeps the count."
