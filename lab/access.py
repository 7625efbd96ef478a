"""Who may do what: `can(viewer, action, thing)` decides for pages, mail, exports and search.

Deny by default. What somebody may not see does not exist for them: callers answer 404, and lists
and counts come from queries scoped by `case_ids`. The rules are those of the access matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lab.models import (
    Case,
    Consultant,
    ConveningInterest,
    Engagement,
    Invitation,
    Membership,
    Network,
    NetworkMembership,
    Offer,
    Question,
    SecondSignature,
    Section,
    Task,
)  # fmt: skip
from lab.viewer import Viewer

# The states in which an applicant's side may still change what was answered.
EDITABLE = frozenset({"draft"})


def can(viewer: Viewer, action: str, thing: Any = None) -> bool:
    """Whether `viewer` may do `action` to `thing`. An unknown action is a mistake and raises KeyError."""
    rule = RULES[action]
    if not viewer.signed_in:
        return False
    answer = rule(viewer, thing)
    if answer is not True and answer is not False:
        raise TypeError(f"The rule for {action} must answer True or False.")
    return answer


def audiences_of(viewer: Viewer, case: Case) -> frozenset[str]:
    """Which audiences' texts of this case the viewer may read."""
    seat = viewer.seats.get(case.id)
    if seat is not None:
        return frozenset({seat.side, "joint"})
    if on_case_as_director(viewer, case) or _through_glass(viewer, case):
        return frozenset({"management", "union", "joint", "program"})
    if _directs(viewer, case):
        # A director who is not assigned reads what an employer's own side or both sides share.
        return frozenset({"joint", "management"}) if case.kind == "employer" else frozenset({"joint"})
    if case.id in viewer.engaged_case_ids:
        return frozenset({"joint", "management"}) if case.kind == "employer" else frozenset({"joint"})
    return frozenset()


def has_tie(viewer: Viewer, case: Case) -> bool:
    """Whether a director declared a tie to the organization; then the case does not exist for them."""
    name = case.organization.casefold()
    return any(tie.casefold() in name for tie in viewer.ties if tie)


def _directs(viewer: Viewer, case: Case) -> bool:
    return (
        viewer.is_a("director")
        and case.state not in ("draft", "expired", "deleted")
        and not has_tie(viewer, case)
    )


def on_case_as_director(viewer: Viewer, case: Case) -> bool:
    """Whether the viewer is the director assigned to this case."""
    return _directs(viewer, case) and case.director_id == viewer.person_id


def _through_glass(viewer: Viewer, case: Case) -> bool:
    """Whether two people opened this case for the viewer."""
    return case.id in viewer.glass_case_ids and _may_be_opened(viewer, case)


def _may_be_opened(viewer: Viewer, case: Case) -> bool:
    """Whether there is something to open, and nothing that ties the viewer to it."""
    staff = viewer.is_a("director") or viewer.is_a("administrator")
    return staff and case.state not in ("draft", "expired", "deleted") and not has_tie(viewer, case)


def _member(viewer: Viewer, case: Case) -> bool:
    return case.id in viewer.seats and case.state != "deleted"


def _leads(viewer: Viewer, case: Case) -> bool:
    seat = viewer.seats.get(case.id)
    return _member(viewer, case) and seat is not None and seat.role == "lead"


def _reads_case(viewer: Viewer, case: Case) -> bool:
    return _member(viewer, case) or _directs(viewer, case) or _through_glass(viewer, case)


def _reads_section(viewer: Viewer, section: Section) -> bool:
    case = section.case
    if section.audience in audiences_of(viewer, case):
        return True
    return case.id in viewer.engaged_case_ids and section.shared_with_consultant


def _writes_section(viewer: Viewer, section: Section) -> bool:
    return _member(viewer, section.case) and section.audience in audiences_of(viewer, section.case)


def _reads_task(viewer: Viewer, task: tuple[Case, Task]) -> bool:
    return task[1].audience in audiences_of(viewer, task[0])


def _tells_done(viewer: Viewer, task: tuple[Case, Task]) -> bool:
    return _leads(viewer, task[0]) and _reads_task(viewer, task)


def _reads_question(viewer: Viewer, question: tuple[Case, Question]) -> bool:
    return _reads_case(viewer, question[0]) and question[1].audience in audiences_of(viewer, question[0])


def _answers_question(viewer: Viewer, question: tuple[Case, Question]) -> bool:
    return _member(viewer, question[0]) and _reads_question(viewer, question)


def _own_offer(viewer: Viewer, offer: Offer) -> bool:
    return viewer.consultant_id is not None and offer.consultant_id == viewer.consultant_id


def _offer_identity(viewer: Viewer, offer: Offer) -> bool:
    live = offer.state in ("offered", "countered", "accepted", "active")
    return _own_offer(viewer, offer) and live and offer.identity_shown_at is not None


def _own_profile(viewer: Viewer, consultant: Consultant) -> bool:
    return viewer.consultant_id == consultant.id


def _own_invitation(viewer: Viewer, invitation: Invitation) -> bool:
    return invitation.email == viewer.email


def _engaged(viewer: Viewer, engagement: Engagement) -> bool:
    return viewer.consultant_id == engagement.consultant_id or _member(viewer, engagement.case)


def _tells_outcome(viewer: Viewer, work: Engagement) -> bool:
    """Who is asked how the work went: its consultant, and the leads of the case."""
    return viewer.consultant_id == work.consultant_id or _leads(viewer, work.case)


def _leads_network(viewer: Viewer, network: Network) -> bool:
    return network.id in viewer.led_network_ids or viewer.is_a("director")


def _answers_request(viewer: Viewer, membership: NetworkMembership) -> bool:
    """The lead of the network, or a director who may know the case."""
    return membership.network_id in viewer.led_network_ids or _directs(viewer, membership.case)


def _own_interest(viewer: Viewer, interest: ConveningInterest) -> bool:
    return interest.case_id in viewer.seats


def _same_side(viewer: Viewer, membership: Membership) -> bool:
    seat = viewer.seats.get(membership.case_id)
    return seat is not None and seat.role == "lead" and seat.side == membership.side


def _reads_signature(viewer: Viewer, row: SecondSignature) -> bool:
    """Staff; and a director only what is about no case, or about one that they may know."""
    if row.case_id is not None and viewer.is_a("director"):
        return row.case is not None and _directs(viewer, row.case)
    return _directs_or_administers(viewer, row)


def _answers_signature(viewer: Viewer, row: SecondSignature) -> bool:
    """Another one than who asked, and than whom it concerns."""
    return _reads_signature(viewer, row) and viewer.person_id not in (row.asked_by_id, row.person_id)


def _role(role: str) -> Callable[[Viewer, Any], bool]:
    return lambda viewer, thing: viewer.is_a(role)


def _directs_or_administers(viewer: Viewer, thing: Any) -> bool:
    return viewer.is_a("director") or viewer.is_a("administrator")


RULES: Mapping[str, Callable[[Viewer, Any], bool]] = {
    # The applicant's own case
    "case.start": lambda viewer, thing: True,
    "case.read": _reads_case,
    "case.own": _member,
    "case.edit": lambda viewer, case: _member(viewer, case) and case.state in EDITABLE,
    "case.submit": _leads,
    "case.withdraw": _leads,
    "case.appeal": _leads,
    "case.ask_deletion": _leads,
    "deletion.read": lambda viewer, case: case.id in viewer.seats,
    "deletions.manage": _directs_or_administers,
    "hold.set": lambda viewer, case: _directs(viewer, case),
    "case.delete": lambda viewer, case: _leads(viewer, case) and case.state == "draft",
    "case.receipt": lambda viewer, case: _member(viewer, case) or on_case_as_director(viewer, case),
    "section.read": _reads_section,
    "section.write": _writes_section,
    "task.read": _reads_task,
    "task.tell_done": _tells_done,
    "question.read": _reads_question,
    "question.answer": _answers_question,
    "team.invite": _leads,
    "team.remove": _same_side,
    "invitation.answer": _own_invitation,
    # The director's work
    "queue.read": _role("director"),
    "review.read": _directs,
    "review.start": _directs,
    "review.decide": on_case_as_director,
    "program.read": on_case_as_director,
    "offer.send": on_case_as_director,
    "offer.manage": lambda viewer, offer: on_case_as_director(viewer, offer.case),
    "roster.read": _role("director"),
    "learning.read": _role("director"),
    "portfolio.read": _role("director"),
    "policies.read": _directs_or_administers,
    "policies.write": _directs_or_administers,
    "policies.sign": _directs_or_administers,
    # The consultant's work
    "offers.list": _role("consultant"),
    "offer.read": _own_offer,
    "offer.identity": _offer_identity,
    "offer.answer": _own_offer,
    "engagement.read": _engaged,
    "outcome.tell": _tells_outcome,
    "profile.write": _own_profile,
    # Networks and convenings
    "network.join": _member,
    "network.lead": _leads_network,
    "network.name_lead": _role("director"),
    "network_membership.read": lambda viewer, m: m.case_id in viewer.seats or _answers_request(viewer, m),
    "network_membership.answer": _answers_request,
    "network_membership.leave": lambda viewer, m: m.case_id in viewer.seats,
    "network_membership.accept": lambda viewer, m: m.case_id in viewer.seats,
    "pair.answer": lambda viewer, seat: seat.case_id in viewer.seats,
    "groups.launch": _role("director"),
    "interest.cancel": _own_interest,
    # What needs two people
    "signatures.list": _directs_or_administers,
    "signature.read": _reads_signature,
    "signature.answer": _answers_signature,
    "signature.own": lambda viewer, row: (
        row.asked_by_id == viewer.person_id and _reads_signature(viewer, row)
    ),
    "glass.ask": _may_be_opened,
    "glass.look": _through_glass,
    "cases.export": _role("director"),
    # What is one's own
    "kept.read": lambda viewer, form: form.person_id == viewer.person_id,
    # Administration
    "people.manage": _role("administrator"),
}
