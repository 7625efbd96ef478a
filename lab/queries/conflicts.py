"""What stands between one consultant and one case today: declared ties, and other clients."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from lab import answers, exchange
from lab.database import db
from lab.lifecycle import LIVE_OFFER_STATES
from lab.matching.conflicts import conflict_findings
from lab.matching.names import Sameness, same_organization
from lab.matching.profiles import Commitment
from lab.matching.result import GateFinding
from lab.matching.unions import Nearness, nearness
from lab.models import Case, Consultant, Engagement, Offer
from lab.queries.matching import application_of
from lab.queries.policies import in_force
from lab.row_security import as_the_program


@as_the_program()
def conflicts_of(consultant: Consultant, case: Case, *, today: date) -> list[GateFinding]:
    """The findings of the conflict check for this pair, blocks first; one "pass" where it is clear.

    Beside what matching checks: nobody serves an employer's own case and a joint case that touches
    the same employer, local or law firm. Raises `NotNow` if nothing was submitted.
    """
    application = application_of(case)
    others = [other for other in _served(consultant, but=case.id) if other.document is not None]
    findings = conflict_findings(
        exchange.consultant_from(consultant.profile),
        application,
        as_of=today,
        policy=in_force(),
        commitments=[_commitment(other) for other in others],
    )
    both = _serves_both(application, case.kind, others)
    return [both, *findings] if both else findings


def blocking(findings: Iterable[GateFinding]) -> GateFinding | None:
    """The first finding that closes the way, if one does."""
    return next((finding for finding in findings if finding.verdict == "block"), None)


def to_look_at(findings: Iterable[GateFinding]) -> list[GateFinding]:
    """The findings that a director looks at before going on."""
    return [finding for finding in findings if finding.verdict == "look"]


def _served(consultant: Consultant, *, but: int) -> list[Case]:
    """The cases this consultant works for or is asked for now."""
    working = sa.select(Engagement.case_id).where(
        Engagement.consultant_id == consultant.id, Engagement.state == "active"
    )
    asked = sa.select(Offer.case_id).where(
        Offer.consultant_id == consultant.id, Offer.state.in_(LIVE_OFFER_STATES)
    )
    query = sa.select(Case).where(Case.id.in_(working.union(asked)), Case.id != but).order_by(Case.id)
    return list(db.session.scalars(query))


def _commitment(case: Case) -> Commitment:
    units = (case.document or {}).get("bargaining_units") or []
    unions = tuple(unit["union"] for unit in units if unit.get("union"))
    return Commitment(organization=case.organization, unions=unions, state=case.place_state)


def _serves_both(application: answers.Application, kind: str, others: Iterable[Case]) -> GateFinding | None:
    for other in others:
        if other.kind != kind and _touch(application, application_of(other)):
            return GateFinding(
                gate="conflict",
                verdict="block",
                sentence="Works on the other kind of case with the same employer, local or law firm: "
                "one person does not serve an employer alone and both sides together.",
                clearable=False,
            )
    return None


def _touch(one: answers.Application, other: answers.Application) -> bool:
    """Whether two applications share an employer or parent, a local, or a law firm."""
    for mine in _bodies(one):
        if any(same_organization(mine, theirs) is Sameness.SAME for theirs in _bodies(other)):
            return True
    state, their_state = one.organization.state, other.organization.state
    for mine in _unions(one):
        if any(nearness(theirs, mine, state, their_state) is Nearness.SAME for theirs in _unions(other)):
            return True
    firms = [app.counsel.name for app in (one, other) if app.counsel and app.counsel.name]
    return len(firms) == 2 and same_organization(*firms) is Sameness.SAME


def _bodies(application: answers.Application) -> list[str]:
    return [application.organization.name, *application.organization.parents]


def _unions(application: answers.Application) -> list[str]:
    return [unit.union for unit in application.units if unit.union]
