"""A case, its offers, networks and invitations are walked through as every role: no state past its table (T31)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from lab.database import db
from lab.errors import LabError
from lab.models import Case, Event, Invitation, NetworkMembership, Offer, Recommendation
from lab.queries.audit import check
from tests import databases
from tests.clients import Clock
from tests.conftest import app_for, settings_for, url_of
from tests.failures.machines import MACHINES
from tests.failures.walkers import DEEDS, WAY, a_world
from tests.soak import times

WALKS = times(6, soak=5000)
STEPS = times(20, soak=40)
WALKED = (Case, Offer, NetworkMembership, Invitation, Recommendation)
PARTS = ("lead", "director", "other_director", "consultant", "network_lead", "guest", "stranger")


def states() -> dict[tuple[str, int], tuple[str, int, str]]:
    """Of everything that is walked: its state, its version where it has one, and its reference."""
    db.session.rollback()
    found = {}
    for model in WALKED:
        version: Any = getattr(model, "version", sa.literal(0))
        for row in db.session.execute(sa.select(model.id, model.state, version, model.ref)):
            found[model.__name__, row[0]] = (row[1], row[2], row[3])
    return found


class Walk(RuleBasedStateMachine):
    """Somebody does something, or tries to."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        databases.clear(self.url)
        self.app = app_for(settings_for(self.url))
        self.context = self.app.app_context()
        self.context.push()
        self.clock = Clock(self.app, datetime(2026, 11, 23, 18, tzinfo=UTC))
        self.world = a_world(self.clock)
        self.at = 0
        db.session.rollback()

    def teardown(self) -> None:
        assert check().breaks == ()
        db.session.remove()
        self.app.extensions.pop("lab.clock", None)
        self.context.pop()

    @initialize(steps=st.sampled_from([0, 3, 5, 7, 9, len(WAY)]))
    def begin_somewhere(self, steps: int) -> None:
        """Walks begin anywhere on the way."""
        for _step in range(steps):
            self.go_on()

    @rule()
    def go_on(self) -> None:
        """The next step of the way to accepted work."""
        self._try(WAY[self.at % len(WAY)], DEEDS[WAY[self.at % len(WAY)]][0])
        self.at += 1

    @rule(deed=st.sampled_from(sorted(DEEDS)))
    def do_what_is_theirs(self, deed: str) -> None:
        self._try(deed, DEEDS[deed][0])

    @rule(deed=st.sampled_from(sorted(DEEDS)), part=st.sampled_from(PARTS))
    def try_anything(self, deed: str, part: str) -> None:
        self._try(deed, part)

    def _try(self, deed: str, part: str) -> None:
        before, rows = states(), self._rows_of_history()
        try:
            DEEDS[deed][1](self.world, self.world.person(part))
        except LabError:
            refused = True
        else:
            refused = False
        after = states()
        written = self._rows_of_history() - rows
        if refused:
            # Only that a conflict appeared, or that somebody stopped waiting, is noted beside a refusal.
            assert after == before or written, f"{deed} was refused and changed something."
        for key, (state, version, _ref) in after.items():
            machine = MACHINES[next(model for model in WALKED if model.__name__ == key[0])]
            if key not in before:
                assert state in machine.begins or (key[0], state) in {("Recommendation", "stale")}, (
                    deed,
                    key,
                    state,
                )
                continue
            was, older, _ref = before[key]
            if state != was:
                assert written >= 1, f"{deed} left no row of history."
            if (state, version) != (was, older):
                assert version > older or key[0] in ("Invitation", "Recommendation"), (deed, key)

    @staticmethod
    def _rows_of_history() -> int:
        return db.session.scalar(sa.select(sa.func.count()).select_from(Event)) or 0

    @invariant()
    def every_state_is_known(self) -> None:
        for (name, _id), (state, _version, _ref) in states().items():
            machine = next(MACHINES[model] for model in WALKED if model.__name__ == name)
            assert state in machine.begins | {to for _before, to in machine.edges}

    @invariant()
    def one_taken_offer_at_most(self) -> None:
        taken = [
            key for key, told in states().items() if key[0] == "Offer" and told[0] in ("accepted", "active")
        ]
        assert len(taken) <= 1


def heard(seen: list[tuple[Any, str, str]]):
    """Every change of a state while it happens, also those within one deed."""

    def listener(target: Any, value: str, old: Any, _initiator: Any) -> None:
        if isinstance(old, str):
            seen.append((type(target), old, value))

    return listener


def test_nobody_leads_a_thing_past_its_table():
    Walk.url = url_of("sqlite")
    seen: list[tuple[Any, str, str]] = []
    listener = heard(seen)
    for model in MACHINES:
        sa.event.listen(model.state, "set", listener, active_history=True)
    try:
        run_state_machine_as_test(
            Walk,
            settings=settings(
                max_examples=WALKS, stateful_step_count=STEPS, deadline=None, derandomize=True, database=None,
                suppress_health_check=list(HealthCheck), phases=[Phase.generate],
            ),
        )  # fmt: skip
    finally:
        for model in MACHINES:
            sa.event.remove(model.state, "set", listener)
        databases.clear(Walk.url)
    past = {(model.__name__, old, new) for model, old, new in seen if (old, new) not in MACHINES[model].edges}
    assert past == set()
    walked = {(model.__name__, new) for model, _old, new in seen}
    assert walked >= {("Case", "offering"), ("Offer", "accepted"), ("Invitation", "accepted")}
    print(f"{WALKS} walks, {len(seen)} changes of {len(walked)} kinds: {sorted(walked)}")
