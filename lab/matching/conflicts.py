"""Conflicts of interest: block, look or clear for a consultant and a case, always with a sentence."""

import re
from collections.abc import Sequence
from datetime import date

from lab.answers import Application, Conflict, Consultant
from lab.matching.headline import spoken
from lab.matching.names import Sameness, same_organization
from lab.matching.policy import Policy
from lab.matching.profiles import Commitment
from lab.matching.result import GateFinding
from lab.matching.unions import Nearness, nearness

BLOCKING = frozenset({"employment", "board", "family", "financial"})
_KINDS = {
    "employment": "worked for",
    "board": "sat on the board of",
    "family": "has family at",
    "financial": "was paid by",
    "membership": "was a member of",
}
_KINDS_NOW = {
    "employment": "works for",
    "board": "sits on the board of",
    "family": "has family at",
    "financial": "is paid by",
    "membership": "is a member of",
}
_NO_FORMER_STAFF = re.compile(
    r"\b(?:don't|do not|please no|not|no|nobody|no one|none|avoid|without)\b[^.!?]{0,60}"
    r"\b(?:used to work|worked|has worked|have worked|former (?:staff|employee|colleague)\w*|formerly)\b"
    r"|\bno (?:queremos|quiero|mand\w+|envi\w+)[^.!?]{0,60}\b(?:trabaj[oó]|haya trabajado|ex[- ]?emplead\w+)",
    re.IGNORECASE,
)


def conflict_findings(
    consultant: Consultant,
    application: Application,
    *,
    as_of: date | None = None,
    policy: Policy | None = None,
    commitments: Sequence[Commitment] = (),
) -> list[GateFinding]:
    """What stands between a consultant and a case: blocks first, then looks; one pass where it is clear.

    Employment, a board seat, family or paid work at the organization, its parent or the local itself
    blocks while current or less than three years ended; a declared later date lengthens that. A tie to
    a parent body, to its lawyers or an older one is a look; so is whatever nobody has answered.
    """
    policy = policy or Policy.default()
    today = as_of or application.submitted_on
    if consultant.conflicts is None:
        return [_look("has not answered the conflict questions yet: ask before anything is shown.")]
    found = [
        finding
        for tie in consultant.conflicts
        for finding in _about(tie, consultant, application, today, policy)
    ]
    found += _wishes(consultant, application)
    found += _same_local_elsewhere(application, commitments, consultant)
    if not found:
        return [GateFinding(gate="conflict", verdict="pass", sentence="No declared tie touches this case.")]
    return sorted(found, key=lambda finding: finding.verdict != "block")


def _about(
    tie: Conflict, consultant: Consultant, application: Application, today: date, policy: Policy
) -> list[GateFinding]:
    target, sure = _target(tie, consultant, application)
    if not target:
        return []
    when = _when(tie)
    if sure is Nearness.SAME and tie.relationship in BLOCKING:
        opens = _opens(tie, policy)
        if opens is None or today < opens:
            return [_block(tie, target, opens)]
        return [_look(f"{_verb(tie)} {tie.party}{when}, {target}: longer ago than the rule, ask both sides.")]
    if sure is Nearness.SAME:
        return [_look(f"{_verb(tie)} {tie.party}{when}, {target}: the consent of both sides is needed.")]
    if sure is Nearness.PARENT:
        return [
            _look(f"{_verb(tie)} {tie.party}{when}, {target}: tell both sides and ask for their consent.")
        ]
    return [_look(f"{_verb(tie)} {tie.party}{when}; {target}, so ask before going on.")]


def _target(tie: Conflict, consultant: Consultant, application: Application) -> tuple[str, Nearness]:
    """What of the case the tie touches, and how surely; the surest one counts."""
    organization = application.organization
    doubt: tuple[str, Nearness] = ("", Nearness.OTHER)
    for name, what in [
        (organization.name, "the organization of this case"),
        *((parent, "a parent of the organization") for parent in organization.parents),
    ]:
        sameness = same_organization(tie.party, name)
        if sameness is Sameness.SAME:
            return what, Nearness.SAME
        if sameness is Sameness.LIKE and tie.party_kind in ("organization", "parent"):
            doubt = (f"the name is like {what}", Nearness.UNKNOWN)
    named = [unit.union for unit in application.units if unit.union]
    if organization.type == "labor_org":
        named.append(organization.name)
    for union in named:
        near = nearness(tie.party, union, organization.state, consultant.base_state)
        if near is Nearness.SAME:
            return "the union of this case", Nearness.SAME
        if near is Nearness.PARENT:
            doubt = ("the body that the local of this case belongs to", Nearness.PARENT)
        elif near is Nearness.UNKNOWN and not doubt[0]:
            doubt = ("it is not known whether that is the local of this case", Nearness.UNKNOWN)
    if not doubt[0] and tie.party_kind == "union" and _a_union_is_unnamed(application):
        doubt = ("the union of this case is not named yet", Nearness.UNKNOWN)
    counsel = application.counsel
    if counsel and counsel.name and same_organization(tie.party, counsel.name) is not Sameness.OTHER:
        return "the law firm of the applicant", Nearness.PARENT
    return doubt


def _a_union_is_unnamed(application: Application) -> bool:
    has_union = [unit for unit in application.units if unit.stage != "before_organizing"]
    return any(not unit.union for unit in has_union)


def _opens(tie: Conflict, policy: Policy) -> date | None:
    """The first day on which the tie no longer blocks; None while it is current."""
    if tie.ended_on is None:
        return None
    opens = _years_later(tie.ended_on, policy.conflict_years)
    if tie.bars_until is not None:
        opens = max(opens, date.fromordinal(min(tie.bars_until.toordinal() + 1, date.max.toordinal())))
    return opens


def _years_later(day: date, years: int) -> date:
    year = min(day.year + years, date.max.year)
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _block(tie: Conflict, target: str, opens: date | None) -> GateFinding:
    until = f"; not before {spoken(opens)}" if opens else "; as long as that lasts"
    return GateFinding(
        gate="conflict",
        verdict="block",
        sentence=f"{_verb(tie).capitalize()} {tie.party}{_when(tie)}, {target}{until}. This is never waived.",
        clearable=False,
        opens_on=opens,
    )


def _look(text: str) -> GateFinding:
    return GateFinding(gate="conflict", verdict="look", sentence=f"Look: {text}")


def _verb(tie: Conflict) -> str:
    return (_KINDS_NOW if tie.ended_on is None else _KINDS)[tie.relationship]


def _when(tie: Conflict) -> str:
    return f" until {spoken(tie.ended_on)}" if tie.ended_on else ""


def _wishes(consultant: Consultant, application: Application) -> list[GateFinding]:
    if not _NO_FORMER_STAFF.search(application.description):
        return []
    worked = [
        tie
        for tie in consultant.conflicts or ()
        if tie.relationship == "employment"
        and same_organization(tie.party, application.organization.name) is not Sameness.OTHER
    ]
    return [_look("the applicant asks for nobody who used to work there.")] if worked else []


def _same_local_elsewhere(
    application: Application, commitments: Sequence[Commitment], consultant: Consultant
) -> list[GateFinding]:
    state = application.organization.state
    unions = [unit.union for unit in application.units if unit.union]
    for commitment in commitments:
        if same_organization(commitment.organization, application.organization.name) is Sameness.SAME:
            continue
        for theirs in commitment.unions:
            for ours in unions:
                near = nearness(theirs, ours, state, commitment.state or consultant.base_state)
                if near is Nearness.SAME:
                    return [_look("works now for another client who faces the same local.")]
    return []
