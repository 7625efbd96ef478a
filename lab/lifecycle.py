"""Which step leads where, and who may take it: one table for each thing that has states.

The tables follow section 4 of the trust rules: a step is one conditional change of state,
written together with its history and its mail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lab.errors import NotAllowed, NotNow

APPLICANT, CONSULTANT, DIRECTOR, LEAD, CLOCK = "applicant", "consultant", "director", "network_lead", "clock"
STAFF = "staff"


@dataclass(frozen=True)
class Step:
    """One step: who may take it, from which states, to which state."""

    who: frozenset[str]
    before: frozenset[str]
    after: str


def _step(who: str, before: str, after: str) -> Step:
    return Step(frozenset(who.split()), frozenset(before.split()), after)


OPEN_CASE = "draft submitted in_review info_requested awaiting_conditions offering active"

CASE: Mapping[str, Step] = {
    "submit": _step(APPLICANT, "draft", "submitted"),
    "start_review": _step(DIRECTOR, "submitted", "in_review"),
    "ask": _step(DIRECTOR, "in_review", "info_requested"),
    "answer": _step(APPLICANT, "info_requested", "in_review"),
    "resume": _step(DIRECTOR, "info_requested", "in_review"),
    "accept": _step(DIRECTOR, "in_review", "offering"),
    "accept_without_hours": _step(DIRECTOR, "in_review", "active"),
    "accept_with_conditions": _step(DIRECTOR, "in_review", "awaiting_conditions"),
    "conditions_met": _step(DIRECTOR, "awaiting_conditions", "offering"),
    "conditions_met_without_hours": _step(DIRECTOR, "awaiting_conditions", "active"),
    "activate": _step("consultant director", "offering", "active"),
    "reopen": _step(DIRECTOR, "offering active awaiting_conditions", "in_review"),
    "refer": _step(DIRECTOR, "in_review", "referred"),
    "appeal": _step(APPLICANT, "referred", "submitted"),
    "withdraw": _step(APPLICANT, OPEN_CASE, "withdrawn"),
    # A backup brought back what had been deleted: it ends again before it is deleted again.
    "end_after_restore": _step(CLOCK, f"{OPEN_CASE} expired", "withdrawn"),
    "close": _step(DIRECTOR, "active", "closed"),
    "expire": _step(CLOCK, "draft", "expired"),
    "delete": _step(APPLICANT, "draft", "expired"),
    "erase": _step(CLOCK, "withdrawn referred closed", "deleted"),
}

DELETION: Mapping[str, Step] = {
    "verify": _step(APPLICANT, "requested", "queued"),
    "hold": _step("director clock", "requested queued", "held"),
    "release": _step(DIRECTOR, "held", "queued"),
    "undo": _step(APPLICANT, "requested queued held", "undone"),
    "execute": _step("clock director", "queued", "executed"),
}

RECOMMENDATION: Mapping[str, Step] = {
    "approve": _step(DIRECTOR, "computed", "approved"),
    "reject": _step(DIRECTOR, "computed", "rejected"),
    "go_stale": _step(CLOCK, "computed approved", "stale"),
    "fulfil": _step("consultant director", "approved stale", "fulfilled"),
}

OFFER: Mapping[str, Step] = {
    "accept": _step(CONSULTANT, "offered", "accepted"),
    "counter": _step(CONSULTANT, "offered", "countered"),
    "confirm_counter": _step(DIRECTOR, "countered", "accepted"),
    "refuse_counter": _step(DIRECTOR, "countered", "withdrawn"),
    "decline": _step(CONSULTANT, "offered", "declined"),
    "expire": _step(CLOCK, "offered", "expired"),
    "withdraw": _step("director applicant", "offered countered", "withdrawn"),
    "end_early": _step("consultant director applicant", "accepted active", "ended_early"),
}

ENGAGEMENT: Mapping[str, Step] = {
    "complete": _step(DIRECTOR, "active", "completed"),
    "end_early": _step("consultant director applicant", "active", "ended_early"),
}

NETWORK_MEMBERSHIP: Mapping[str, Step] = {
    "admit": _step("network_lead director", "requested waitlisted", "active"),
    "waitlist": _step("network_lead director", "requested", "waitlisted"),
    "refuse": _step("network_lead director", "requested waitlisted", "refused"),
    "leave": _step(APPLICANT, "invited requested waitlisted active paused", "left"),
    "invite": _step(DIRECTOR, "requested waitlisted", "invited"),
    "accept": _step(APPLICANT, "invited", "active"),
    "look_first": _step(APPLICANT, "invited", "waitlisted"),
    "decline": _step(APPLICANT, "invited", "left"),
}

PEER_PAIR: Mapping[str, Step] = {
    "agree": _step(APPLICANT, "asked", "agreed"),
    "end": _step("applicant director", "asked agreed", "ended"),
}

INVITATION: Mapping[str, Step] = {
    "accept": _step(APPLICANT, "invited", "accepted"),
    "decline": _step(APPLICANT, "invited", "declined"),
    "revoke": _step(APPLICANT, "invited", "revoked"),
    "expire": _step(CLOCK, "invited", "expired"),
}

PORTFOLIO_RUN: Mapping[str, Step] = {
    "begin": _step("director clock", "queued running", "running"),
    "finish": _step("director clock", "running", "done"),
    "fail": _step("director clock", "queued running", "failed"),
}

POLICY: Mapping[str, Step] = {
    "edit": _step("director", "draft", "draft"),
    "propose": _step("director", "draft", "proposed"),
    "sign": _step("director", "proposed", "in_force"),
    "refuse": _step("director", "proposed", "refused"),
    "retire": _step("director", "in_force", "retired"),
}

WEIGHT_PROPOSAL: Mapping[str, Step] = {
    "make": _step(CLOCK, "waiting", "made"),
    "find_too_few": _step(CLOCK, "waiting", "too_few"),
}

SECOND_SIGNATURE: Mapping[str, Step] = {
    "approve": _step(STAFF, "waiting", "approved"),
    "refuse": _step(STAFF, "waiting", "refused"),
    "withdraw": _step(STAFF, "waiting", "withdrawn"),
}

OPEN_CASE_STATES = frozenset(OPEN_CASE.split())
DECIDED_STATES = frozenset({"offering", "awaiting_conditions", "active", "closed", "referred"})
LIVE_OFFER_STATES = frozenset({"offered", "countered"})
TAKEN_OFFER_STATES = frozenset({"accepted", "active"})


def after(steps: Mapping[str, Step], step: str, state: str, *, by: str) -> str:
    """The state that `step` leads to from `state` when `by` takes it.

    `by` is one of applicant, consultant, director, network_lead, clock, staff.
    Raises `NotAllowed` when it is not theirs to take, `NotNow` when the state does not allow it.
    """
    rule = steps[step]
    if by not in rule.who:
        raise NotAllowed("This step is not yours to take.")
    if state not in rule.before:
        raise NotNow(
            "This has changed since you opened it, so that step is no longer possible. Look at it again."
        )
    return rule.after


def may(steps: Mapping[str, Step], step: str, state: str, *, by: str) -> bool:
    """Whether `after` would give a state instead of refusing."""
    return by in steps[step].who and state in steps[step].before
