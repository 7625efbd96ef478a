"""Pools of consultants who can do the work, with other hours, days, depths and fields: what properties are tried on."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from lab import vocabulary as words
from lab.answers import Consultant
from tests.unit.matching.worlds import consultants

SOON = date(2026, 9, 1)


@st.composite
def pools_of_able_people(draw: st.DrawFn) -> list[Consultant]:
    """Two to eight of the told consultants, free enough and in time more often than not, of any stage."""
    chosen = draw(
        st.lists(st.sampled_from(consultants()), min_size=2, max_size=8, unique_by=lambda one: one.ref)
    )
    return [_varied(draw, one) for one in chosen]


def _varied(draw: st.DrawFn, one: Consultant) -> Consultant:
    levels = draw(st.lists(st.integers(1, 3), min_size=len(one.skills), max_size=len(one.skills)))
    return replace(
        one,
        lines=("nonprofit", "schools"),
        stages=tuple(words.STAGES),
        partnership_levels=tuple(words.PARTNERSHIP_LEVELS),
        languages=("en", "es"),
        conflicts=(),
        sectors=draw(st.sampled_from([one.sectors, (), tuple(words.SECTORS)])),
        states=draw(st.sampled_from([one.states, (), ("CA", "NY", "WA")])),
        skills=tuple(replace(skill, level=level) for skill, level in zip(one.skills, levels, strict=True)),
        capacity_hours_month=float(draw(st.integers(5, 40))),
        available_from=SOON + timedelta(days=draw(st.integers(0, 90))),
    )
