"""A small world of six cases in which each confidential field holds a token of its own.

`World.tokens` says what each token is; `may_see` says who is entitled to it. The sweep then looks
for tokens on every page of everybody.
"""

from __future__ import annotations

import copy
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lab.actions import keeping, policies, reviews
from lab.database import db, now
from lab.models import (
    Case,
    Consultant,
    Decision,
    Deletion,
    Engagement,
    Invitation,
    KeptForm,
    Membership,
    Network,
    NetworkMembership,
    Offer,
    PairSeat,
    Passkey,
    PeerPair,
    Person,
    PolicyVersion,
    PortfolioRun,
    Question,
    Recommendation,
    RoleGrant,
    SecondSignature,
    Section,
    Task,
    TaskReport,
)  # fmt: skip
from tests import a_policy, a_portfolio, factories

TODAY = datetime(2026, 10, 20, 17, tzinfo=UTC)


@dataclass
class World:
    """The people, the refs of all things, and every token with what it stands for."""

    people: dict[str, Person] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)  # token -> (case, kind of content)
    refs: dict[str, list[str]] = field(default_factory=dict)

    def token(self, case: str, kind: str) -> str:
        """A new token for this kind of content of this case."""
        made = "canary" + secrets.token_hex(8)
        self.tokens[made] = (case, kind)
        return made


# Who may read which content of which case. "*" stands for every kind of the case's own answers.
ANSWERS = frozenset({"organization", "answers", "contact"})
SIDE = {"management notes", "union notes"}
MAY_SEE: dict[str, dict[str, frozenset[str]]] = {
    "nobody": {},
    "administrator": {},
    "owner of the draft": {"draft": ANSWERS | {"invitation"}},
    "owner of the new one": {"new": ANSWERS},
    "owner in review": {"review": ANSWERS | {"question", "kept"}},
    "colleague in review": {"review": ANSWERS | {"question"}},
    "owner in offering": {"offering": ANSWERS | {"task", "words"}},
    "management of the joint case": {"joint": ANSWERS | {"management notes", "words", "network message"}},
    "union of the joint case": {"joint": ANSWERS | {"union notes", "words", "network message"}},
    "owner of the referred one": {"referred": ANSWERS | {"words"}},
    "removed colleague": {},
    "consultant with an offer": {},
    "consultant at work": {"joint": ANSWERS | {"words"}},
    "consultant who declined": {"offering": frozenset({"decline note"})},
    "network lead": {"joint": frozenset({"organization", "network message"})},
    "director on the cases": {
        "new": ANSWERS,
        "review": ANSWERS | {"question", "program"},
        "offering": ANSWERS | {"task", "words", "program", "decline note"},
        "joint": ANSWERS | SIDE | {"words", "program", "network message"},
        "referred": ANSWERS | {"words", "program"},
    },
    "other director": {
        "new": ANSWERS,
        "review": ANSWERS | {"question"},
        "offering": ANSWERS | {"task", "words", "decline note"},
        "joint": ANSWERS | {"words", "network message"},
        "referred": ANSWERS | {"words"},
    },
}
# Ten who hold forms that are not theirs to send; directors do not: every case is their work.
SENDERS = (
    "nobody", "administrator", "owner of the draft", "owner of the new one", "colleague in review",
    "management of the joint case", "removed colleague", "consultant with an offer", "consultant who declined",
    "network lead",
)  # fmt: skip


def may_see(who: str, case: str, kind: str) -> bool:
    """Whether this person is entitled to this kind of content of this case."""
    return kind in MAY_SEE[who].get(case, frozenset())


def make_world() -> World:
    """Build the world. The clock must stand at `TODAY`."""
    world = World()
    factories.the_supports()
    for name, role in (
        ("administrator", "administrator"), ("director on the cases", "director"), ("other director", "director"),
        ("network lead", "network_lead"),
    ):  # fmt: skip
        world.people[name] = factories.a_person(role, name=name)
    for name, told_as in (
        ("consultant with an offer", "C07"), ("consultant at work", "C06"), ("consultant who declined", "C04"),
    ):  # fmt: skip
        world.people[name] = factories.a_consultant(told_as).person
    _draft(world)
    _case(world, "new", told_as="O02", state="submitted", owner="owner of the new one")
    _review(world)
    _offering(world)
    _joint(world)
    referred = _case(world, "referred", told_as="O09", state="referred", owner="owner of the referred one")
    _decide(world, referred, "referred", decision="decline_refer")
    _groups(world)
    a_portfolio.a_run(world.people["director on the cases"])
    _policies(world)
    _own_things(world)
    _wish(world)
    _signature(world)
    _gather_refs(world)
    return world


def _person(world: World, name: str) -> Person:
    if name not in world.people:
        world.people[name] = factories.a_person(name=name)
    return world.people[name]


def _marked(world: World, case: str, told_as: str) -> dict[str, Any]:
    """A told application with a token in every text that says something about somebody."""
    document = copy.deepcopy(factories.an_application(told_as))
    mark = world.token
    document["organization"]["name"] = f"House {mark(case, 'organization')}"
    document["organization"]["city"] = mark(case, "answers")
    document["organization"]["parents"] = [mark(case, "answers")]
    document["description"] += " " + mark(case, "answers")
    document["timeframe"] = mark(case, "answers")
    document["foundation"]["note"] = mark(case, "answers")
    document["counsel"] = {"name": mark(case, "answers"), "aligned": "yes"}
    document["prior_participation"] = [mark(case, "answers")]
    for unit in document["bargaining_units"]:
        unit["union"], unit["label"] = mark(case, "answers"), mark(case, "answers")
    document["contact"] = {
        "role": mark(case, "contact"), "name": mark(case, "contact"), "email": f"{mark(case, 'contact')}@example.org",
    }  # fmt: skip
    return document


def _case(world: World, name: str, *, told_as: str, state: str, owner: str, directed: bool = False) -> Case:
    director = (
        world.people["director on the cases"] if directed or state not in ("draft", "submitted") else None
    )
    case = factories.a_case(told_as=told_as, state=state, owner=_person(world, owner), director=director)
    case.document = _marked(world, name, told_as)
    case.organization = case.document["organization"]["name"]
    factories.fill_sections(case)
    world.cases[name] = case
    db.session.commit()
    return case


def _policies(world: World) -> None:
    """A draft whose effect is computed, and one that another person has signed."""
    director = world.people["director on the cases"]
    a_policy.tried(a_policy.a_draft(director, floor=60.0), director)
    row = a_policy.a_draft(director, floor=65.0)
    ref = row.ref
    a_policy.tried(row, director)
    policies.sign(ref, edition=a_policy.reread(ref).edition, by=world.people["administrator"])


def _draft(world: World) -> None:
    case = _case(world, "draft", told_as="O12", state="draft", owner="owner of the draft")
    case.submitted_at, case.document, case.next_action = None, None, ""
    db.session.add(
        Invitation(
            case_id=case.id, email=f"{world.token('draft', 'invitation')}@example.org", side="management",
            invited_by_id=case.owner_id, created_at=now(), expires_at=now() + timedelta(days=7),
        )
    )  # fmt: skip
    db.session.commit()


def _member(world: World, case: Case, name: str, *, side: str, role: str, removed: bool = False) -> None:
    person = _person(world, name)
    db.session.add(
        Membership(
            case_id=case.id, person_id=person.id, side=side, role=role, joined_at=now(),
            removed_at=now() if removed else None,
        )
    )  # fmt: skip


def _review(world: World) -> None:
    case = _case(world, "review", told_as="O01", state="in_review", owner="owner in review")
    _member(world, case, "colleague in review", side="management", role="member")
    _member(world, case, "removed colleague", side="management", role="member", removed=True)
    db.session.add(
        Question(
            case_id=case.id, audience="management", text=world.token("review", "question"), due_on=date(2026, 10, 30),
            asked_by_id=world.people["director on the cases"].id, asked_at=now(),
            answer=world.token("review", "question"), answered_by_id=case.owner_id, answered_at=now(),
        )
    )  # fmt: skip
    db.session.commit()
    reviews.compute(case.id)


def _decide(world: World, case: Case, name: str, *, decision: str = "accept") -> Decision:
    made = Decision(
        case_id=case.id, decision=decision, tiers=["individualized"], note=world.token(name, "program"),
        words_to_applicant=world.token(name, "words"), decided_by_id=world.people["director on the cases"].id,
        decided_at=now(), recommendation_id=db.session.query(Recommendation.id).filter_by(case_id=case.id).scalar(),
    )  # fmt: skip
    case.decision = decision
    db.session.add(made)
    db.session.commit()
    return made


def an_offer(case: Case, told_as: str, state: str, **more: Any) -> Offer:
    """An offer of this case to this consultant, in this state."""
    recommendation = db.session.query(Recommendation).filter_by(case_id=case.id).first()
    assert recommendation is not None and case.director_id is not None
    consultant = db.session.query(Consultant).filter_by(ref=told_as).one()
    offer = Offer(
        case_id=case.id, consultant_id=consultant.id, recommendation_id=recommendation.id, state=state, hours_low=20,
        hours_high=30, hours_month=8, starts_on=date(2026, 11, 1), ends_on=date(2027, 1, 31), why=["Knows the stage"],
        sent_by_id=case.director_id, sent_at=now(), reply_by=now() + timedelta(days=3),
        summary=factories.an_offer_summary(case, recommendation, consultant), **more,
    )  # fmt: skip
    db.session.add(offer)
    db.session.commit()
    return offer


def _offering(world: World) -> None:
    case = _case(world, "offering", told_as="O03", state="offering", owner="owner in offering")
    reviews.compute(case.id)
    _decide(world, case, "offering")
    text = world.token("offering", "task")
    task = Task(case_id=case.id, audience="management", kind="first_task", text=text, due_on=date(2026, 10, 30),
                created_at=now())  # fmt: skip
    db.session.add(task)
    db.session.flush()
    db.session.add(
        TaskReport(task_id=task.id, audience="management", text=world.token("offering", "task"),
                   told_by_id=case.owner_id, told_at=now(), not_yet=world.token("offering", "task"))
    )  # fmt: skip
    an_offer(case, "C04", "declined", decline_reason="time", decline_note=world.token("offering", "decline note"),
           answered_at=now())  # fmt: skip
    an_offer(case, "C07", "offered")


def _joint(world: World) -> None:
    case = _case(world, "joint", told_as="O04", state="active", owner="management of the joint case")
    _member(world, case, "union of the joint case", side="union", role="lead")
    for side in ("management", "union"):
        text = world.token("joint", f"{side} notes")
        db.session.add(
            Section(case_id=case.id, topic=f"notes_{side}", audience=side, state="done", typed={"note": [text]},
                    answers={"note": text, "share": False}, saved_at=now())
        )  # fmt: skip
    db.session.commit()
    reviews.compute(case.id)
    _decide(world, case, "joint")
    offer = an_offer(case, "C06", "accepted", identity_shown_at=now(), answered_at=now())
    db.session.add(
        Engagement(
            offer_id=offer.id, case_id=case.id, consultant_id=offer.consultant_id, hours_low=20, hours_high=30,
            hours_month=8, starts_on=offer.starts_on, ends_on=offer.ends_on, created_at=now(),
        )
    )  # fmt: skip
    network = db.session.query(Network).filter_by(code="ca-region-2").one()
    network.lead_id = world.people["network lead"].id
    db.session.add(
        NetworkMembership(
            network_id=network.id, case_id=case.id, person_id=case.owner_id, requested_at=now(),
            message=world.token("joint", "network message"),
        )
    )  # fmt: skip
    db.session.commit()


def _groups(world: World) -> None:
    """Two who are asked to meet and do not know each other, and one who is invited to a network."""
    offering, joint = world.cases["offering"], world.cases["joint"]
    pair = PeerPair(
        kind="peer_coaching", asked_by_id=world.people["director on the cases"].id, asked_at=now(),
        reasons=[f"{offering.organization} and {joint.organization} would help each other."],
        seats=[PairSeat(case_id=case.id, kind="peer_coaching") for case in (offering, joint)],
    )  # fmt: skip
    network = db.session.query(Network).filter_by(code="successor").one()
    invited = NetworkMembership(
        network_id=network.id,
        case_id=offering.id,
        person_id=offering.owner_id,
        state="invited",
        requested_at=now(),
    )
    db.session.add_all([pair, invited])
    db.session.commit()


def _own_things(world: World) -> None:
    """What belongs to one person and no case: a passkey, and a form kept while a session ran out."""
    owner = world.people["owner in review"].id
    db.session.add(
        Passkey(person_id=owner, credential_id="a-key", public_key=b"-", name="Phone", created_at=now())
    )
    db.session.commit()
    text = f"I was still typing {world.token('review', 'kept')}"
    keeping.keep(owner, action="/cases/", page="/cases/", fields=[("note", text)])


def _wish(world: World) -> None:
    """Somebody asked that their case be deleted, and has days to change their mind."""
    case = world.cases["referred"]
    db.session.add(
        Deletion(case_id=case.id, state="queued", asked_by_id=case.owner_id, asked_at=now(), verified_at=now(),
                 due_at=now() + timedelta(days=7))
    )  # fmt: skip
    db.session.commit()


def _signature(world: World) -> None:
    """An administrator asks to read a case, and a colleague has not answered yet."""
    case = world.cases["joint"]
    asker = _person(world, "administrator who asks")
    db.session.add(RoleGrant(person_id=asker.id, role="administrator", granted_at=now()))
    db.session.add(
        SecondSignature(deed="glass", about=case.ref, case_id=case.id, reason="A complaint", asked_by_id=asker.id,
                        asked_at=now(), ends_at=now() + timedelta(days=1))
    )  # fmt: skip
    db.session.commit()


def _gather_refs(world: World) -> None:
    for model in (Case, Offer, Question, Task, Recommendation, NetworkMembership, PairSeat, Invitation, Engagement, Person,
                  Consultant, PolicyVersion, PortfolioRun, Passkey, KeptForm, Deletion, SecondSignature):  # fmt: skip
        world.refs[model.__tablename__] = [ref for (ref,) in db.session.query(model.ref)]
