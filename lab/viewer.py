"""Who is looking: a person with their roles and places, as of one request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Seat:
    """The viewer's place in one case."""

    side: str
    role: str


@dataclass(frozen=True)
class Viewer:
    """Who is looking, as of this request: their roles, their cases, their consultant profile."""

    person_id: int | None = None
    email: str = ""
    name: str = ""
    locale: str = "en"
    time_zone: str = "America/Los_Angeles"
    roles: frozenset[str] = frozenset()
    seats: Mapping[int, Seat] = field(default_factory=dict)
    consultant_id: int | None = None
    engaged_case_ids: frozenset[int] = frozenset()
    led_network_ids: frozenset[int] = frozenset()
    # Cases of which a consultant was asked, or which asked to join a network of a lead.
    told_case_ids: frozenset[int] = frozenset()
    ties: tuple[str, ...] = ()
    # Cases that two people of the program opened for this viewer, on the one page that shows them.
    glass_case_ids: frozenset[int] = frozenset()

    @property
    def signed_in(self) -> bool:
        """Whether a person is behind this viewer."""
        return self.person_id is not None

    def is_a(self, role: str) -> bool:
        """Whether the viewer holds the role now."""
        return role in self.roles


NOBODY = Viewer()
