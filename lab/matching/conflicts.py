"""Conflicts of interest: block, look or clear for a consultant and a case, always with a sentence."""

import re
from collections.abc import Sequence
from datetime import date

from lab.answers import Application, Conflict, Consultant
from lab.matching.names import Sameness, same_organization
from lab.matching.policy import Policy
from lab.matching.profiles import Commitment
from lab.matching.result import GateFinding
from lab.matching.unions import Nearness, nearness
from lab.said import Said, begun, say, spoken, template

BLOCKING = frozenset({"employment", "board", "family", "financial"})
_KINDS = {
    "employment": template("worked for %(party)s until %(day)s"),
    "board": template("sat on the board of %(party)s until %(day)s"),
    "family": template("has family at %(party)s until %(day)s"),
    "financial": template("was paid by %(party)s until %(day)s"),
    "membership": template("was a member of %(party)s until %(day)s"),
}
_KINDS_NOW = {
    "employment": template("works for %(party)s"),
    "board": template("sits on the board of %(party)s"),
    "family": template("has family at %(party)s"),
    "financial": template("is paid by %(party)s"),
    "membership": template("is a member of %(party)s"),
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
        return [_look(say("has not answered the conflict questions yet: ask before anything is shown."))]
    found = [
        finding
        for tie in consultant.conflicts
        for finding in _about(tie, consultant, application, today, policy)
    ]
    found += _wishes(consultant, application)
    found += _same_local_elsewhere(application, commitments, consultant)
    if not found:
        clear = say("No declared tie touches this case.")
        return [GateFinding(gate="conflict", verdict="pass", sentence=clear)]
    return sorted(found, key=lambda finding: finding.verdict != "block")


def _about(
    tie: Conflict, consultant: Consultant, application: Application, today: date, policy: Policy
) -> list[GateFinding]:
    target, sure = _target(tie, consultant, application)
    if not target:
        return []
    said = {"tie": _tie(tie), "target": target}
    if sure is Nearness.SAME and tie.relationship in BLOCKING:
        opens = _opens(tie, policy)
        if opens is None or today < opens:
            return [_block(tie, target, opens)]
        return [_look(say("%(tie)s, %(target)s: longer ago than the rule, ask both sides.", **said))]
    if sure is Nearness.SAME:
        return [_look(say("%(tie)s, %(target)s: the consent of both sides is needed.", **said))]
    if sure is Nearness.PARENT:
        return [_look(say("%(tie)s, %(target)s: tell both sides and ask for their consent.", **said))]
    return [_look(say("%(tie)s; %(target)s, so ask before going on.", **said))]


def _target(tie: Conflict, consultant: Consultant, application: Application) -> tuple[str, Nearness]:
    """What of the case the tie touches, and how surely; the surest one counts."""
    organization = application.organization
    doubt: tuple[str, Nearness] = ("", Nearness.OTHER)
    for name, what in [
        (organization.name, say("the organization of this case")),
        *((parent, say("a parent of the organization")) for parent in organization.parents),
    ]:
        sameness = same_organization(tie.party, name)
        if sameness is Sameness.SAME:
            return what, Nearness.SAME
        if sameness is Sameness.LIKE and tie.party_kind in ("organization", "parent"):
            doubt = (say("the name is like %(what)s", what=what), Nearness.UNKNOWN)
    named = [unit.union for unit in application.units if unit.union]
    if organization.type == "labor_org":
        named.append(organization.name)
    for union in named:
        near = nearness(tie.party, union, organization.state, consultant.base_state)
        if near is Nearness.SAME:
            return say("the union of this case"), Nearness.SAME
        if near is Nearness.PARENT:
            doubt = (say("the body that the local of this case belongs to"), Nearness.PARENT)
        elif near is Nearness.UNKNOWN and not doubt[0]:
            doubt = (say("it is not known whether that is the local of this case"), Nearness.UNKNOWN)
    if not doubt[0] and tie.party_kind == "union" and _a_union_is_unnamed(application):
        doubt = (say("the union of this case is not named yet"), Nearness.UNKNOWN)
    counsel = application.counsel
    if counsel and counsel.name and same_organization(tie.party, counsel.name) is not Sameness.OTHER:
        return say("the law firm of the applicant"), Nearness.PARENT
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
    said = {"tie": begun(_tie(tie)), "target": target}
    if opens:
        until = spoken(opens)
        sentence = say("%(tie)s, %(target)s; not before %(day)s. This is never waived.", day=until, **said)
    else:
        sentence = say("%(tie)s, %(target)s; as long as that lasts. This is never waived.", **said)
    return GateFinding(gate="conflict", verdict="block", sentence=sentence, clearable=False, opens_on=opens)


def _look(text: Said) -> GateFinding:
    return GateFinding(gate="conflict", verdict="look", sentence=say("Look: %(what)s", what=text))


def _tie(tie: Conflict) -> Said:
    if tie.ended_on is None:
        return say(_KINDS_NOW[tie.relationship], party=tie.party)
    return say(_KINDS[tie.relationship], party=tie.party, day=spoken(tie.ended_on))


def _wishes(consultant: Consultant, application: Application) -> list[GateFinding]:
    if not _NO_FORMER_STAFF.search(application.description):
        return []
    worked = [
        tie
        for tie in consultant.conflicts or ()
        if tie.relationship == "employment"
        and same_organization(tie.party, application.organization.name) is not Sameness.OTHER
    ]
    return [_look(say("the applicant asks for nobody who used to work there."))] if worked else []


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
                    return [_look(say("works now for another client who faces the same local."))]
    return []
