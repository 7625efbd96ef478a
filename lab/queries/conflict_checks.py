"""The names of a case that a consultant checks for conflicts."""

from __future__ import annotations

from dataclasses import dataclass

from lab.models import Case
from lab.queries.matching import application_of


@dataclass(frozen=True)
class Identity:
    """Step 2: the names that a conflict is checked against, and nothing else."""

    organization: str
    parents: tuple[str, ...]
    unions: tuple[tuple[str, str], ...]  # the unit and its union
    law_firm: str


def identity_of(case: Case) -> Identity:
    """The names of a case for the conflict check."""
    application = application_of(case)
    counsel = application.counsel
    return Identity(
        organization=application.organization.name,
        parents=application.organization.parents,
        unions=tuple((unit.label, unit.union or "") for unit in application.units),
        law_firm=counsel.name if counsel else "",
    )
