"""Two cases, one of an employer and one of both sides, in which every role of the access matrix is somebody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from lab.actions import policies
from lab.database import db, now
from lab.models import (
    AccessReceipt,
    Case,
    Deletion,
    Engagement,
    LegalHold,
    Membership,
    Network,
    NetworkMembership,
    Offer,
    Person,
    PolicyVersion,
    Section,
)
from tests import a_policy, factories
from tests.trust import world as worlds
from tests.trust.world import World

# Whom each role is, in the world of the sweep and in what is added here.
STAND_INS = {
    "lead": (
        "owner in offering",
        "management of the joint case",
    ),  # of the employer's case, of the joint ones
    "colleague": ("colleague in offering", "colleague of the joint case"),
    "union_partner": "union of the joint case",
    "asked": "consultant with an offer",
    "assigned": "consultant at work",
    "other_consultant": "consultant who declined",
    "network_lead": "network lead",
    "network_member": "owner in review",
    "director": "director on the cases",
    "administrator": "administrator",
    "anyone": "nobody",
}


@dataclass
class Scene:
    """The world, and the references and tokens that the looks need."""

    world: World
    refs: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)

    def who(self, role: str, kind: str) -> str:
        """Who stands for this role in this kind of case."""
        found = STAND_INS[role]
        return found if isinstance(found, str) else found[kind != "employer"]

    def case(self, kind: str) -> Case:
        """The employer's case, the joint one, or the joint draft."""
        return self.world.cases[{"employer": "offering", "draft": "joint draft"}.get(kind, kind)]

    def tokens(self, case: str, *kinds: str) -> list[str]:
        """Every token of these kinds in this case."""
        return [
            token for token, (where, kind) in self.world.tokens.items() if where == case and kind in kinds
        ]


def make_scene() -> Scene:
    """The world of the sweep, with somebody for every role in both kinds of case. The clock must stand at its day."""
    world = worlds.make_world()
    scene = Scene(world)
    for name, kind in (("colleague in offering", "employer"), ("colleague of the joint case", "joint")):
        world.people[name] = factories.a_person(name=_mark(scene, f"colleague {kind}"))
        _seat(scene.case(kind), world.people[name], side="management", role="member")
    _offers(scene)
    _networks(scene)
    _draft(scene)
    _control(scene)
    for kind in ("employer", "joint", "draft"):
        scene.refs[kind] = scene.case(kind).ref
    return scene


def _mark(scene: Scene, name: str) -> str:
    scene.marks[name] = scene.world.token("-", name)
    return scene.marks[name]


def _seat(case: Case, person: Person, *, side: str, role: str) -> None:
    db.session.add(Membership(case_id=case.id, person_id=person.id, side=side, role=role, joined_at=now()))
    db.session.commit()


def _offers(scene: Scene) -> None:
    """One more works for the employer, one is asked by the joint case; sentences why stand with the work."""
    employer, joint = scene.case("employer"), scene.case("joint")
    done = worlds.an_offer(employer, "C06", "accepted", identity_shown_at=now(), answered_at=now())
    db.session.add(
        Engagement(
            offer_id=done.id, case_id=employer.id, consultant_id=done.consultant_id, hours_low=20, hours_high=30,
            hours_month=8, starts_on=done.starts_on, ends_on=done.ends_on, created_at=now(),
        )
    )  # fmt: skip
    asked = worlds.an_offer(joint, "C07", "offered")
    working = db.session.query(Offer).filter_by(case_id=joint.id, state="accepted").one()
    working.why = [f"Knows the stage {_mark(scene, 'why')}"]
    waiting = db.session.query(Offer).filter_by(case_id=employer.id, state="offered").one()
    gone = db.session.query(Offer).filter_by(case_id=employer.id, state="declined").one()
    db.session.commit()
    scene.refs |= {
        "asked employer": waiting.ref, "asked joint": asked.ref, "working employer": done.ref,
        "working joint": working.ref, "declined": gone.ref,
        "work joint": db.session.query(Engagement.ref).filter_by(case_id=joint.id).scalar(),
    }  # fmt: skip


def _networks(scene: Scene) -> None:
    """The employer asks to join, two others are members."""
    network = db.session.query(Network).filter_by(code="ca-region-2").one()
    for kind, state in (("employer", "requested"), ("review", "active"), ("new", "active")):
        case = scene.case(kind)
        db.session.add(
            NetworkMembership(
                network_id=network.id, case_id=case.id, person_id=case.owner_id, state=state, requested_at=now(),
                message=_mark(scene, f"message {kind}"),
            )
        )  # fmt: skip
    db.session.commit()


def _draft(scene: Scene) -> None:
    """Both sides write an application; each has notes."""
    world = scene.world
    case = factories.a_case(told_as="O04", state="draft", owner=world.people["management of the joint case"])
    case.submitted_at, case.document, case.next_action = None, None, ""
    world.cases["joint draft"] = case
    _seat(case, world.people["colleague of the joint case"], side="management", role="member")
    _seat(case, world.people["union of the joint case"], side="union", role="lead")
    for topic, audience in (("organization", "joint"), ("notes_management", "management"), ("notes_union", "union")):  # fmt: skip
        text = _mark(scene, f"draft {audience}")
        field_name = "name" if topic == "organization" else "note"
        db.session.add(
            Section(case_id=case.id, topic=topic, audience=audience, state="done", typed={field_name: [text]},
                    answers={}, saved_at=now())
        )  # fmt: skip
    db.session.commit()


def _control(scene: Scene) -> None:
    """The director has opened both cases, and both are kept because the law may ask for it."""
    director = scene.world.people["director on the cases"]
    for kind in ("employer", "joint"):
        case = scene.case(kind)
        db.session.add_all([
            AccessReceipt(case_id=case.id, person_id=director.id, what="review", day="2026-10-19", at=now()),
            LegalHold(case_id=case.id, reason=_mark(scene, f"hold {kind}"), review_on=date(2026, 12, 1),
                      set_by_id=director.id, set_at=now()),
        ])  # fmt: skip
    db.session.commit()
    for policy in db.session.query(PolicyVersion).filter(PolicyVersion.state.in_(("draft", "proposed"))):
        scene.refs[f"signed by {'director' if policy.state == 'draft' else 'administrator'}"] = policy.ref
    mine = scene.refs["signed by director"]
    policies.sign(mine, edition=a_policy.reread(mine).edition, by=scene.world.people["director on the cases"])
    scene.refs["deletion"] = db.session.query(Deletion.ref).scalar()
