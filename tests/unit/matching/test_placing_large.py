"""Placing when there are more pairings than the whole program is given: near the best, and proved."""

from __future__ import annotations

import random

import pytest

from lab.matching import hours_program
from lab.matching.placing import Pairing, Placed, _rounded_flow, one_by_one, place
from tests.soak import times


def a_world(cases: int, people: int, *, load: float, seed: int) -> tuple[list[Pairing], dict[str, float]]:
    """Cases that together want `load` times the hours that there are."""
    drawn = random.Random(seed)
    free = {f"P{number:03}": float(drawn.choice([10, 15, 20, 25, 30, 40])) for number in range(people)}
    mean = sum(free.values()) * load / cases
    pairings = []
    for case in range(cases):
        wanted = max(0.5, round(drawn.uniform(0.4, 1.6) * mean, 2))
        for ref, has in free.items():
            if drawn.random() < 0.9:
                score, hours = drawn.uniform(30, 100), min(wanted, has)
                pairings.append(
                    Pairing(case=case, consultant=ref, hours=hours, score=round(score * hours / wanted, 4))
                )
    return pairings, free


def total(chosen: tuple[Pairing, ...] | list[Pairing]) -> float:
    return sum(one.score for one in chosen)


def keeps_the_hours(found: Placed, free: dict[str, float]) -> bool:
    left = dict(free)
    for one in found.chosen:
        left[one.consultant] -= one.hours
    return min(left.values()) >= -1e-6 and len({one.case for one in found.chosen}) == len(found.chosen)


@pytest.mark.parametrize("load", [0.8, 1.3])
def test_fewer_pairings_in_the_program_give_what_all_of_them_do(
    monkeypatch: pytest.MonkeyPatch, load: float
) -> None:
    for seed in range(times(2, soak=20)):
        pairings, free = a_world(14, 4, load=load, seed=seed)
        whole = place(pairings, free)
        with monkeypatch.context() as changed:
            changed.setattr(hours_program, "SMALL", 0)
            changed.setattr(hours_program, "CORE", 25)
            fewer = place(pairings, free)
        assert whole is not None and fewer is not None
        assert keeps_the_hours(fewer, free)
        # No bound is under what the whole program finds, and what is found is near it.
        assert fewer.most >= len(whole.chosen)
        assert len(fewer.chosen) >= len(whole.chosen) - 1
        if len(fewer.chosen) == len(whole.chosen):
            assert fewer.bound >= total(whole.chosen) - 1e-4
            assert total(fewer.chosen) >= 0.99 * total(whole.chosen)


def test_locks_and_minima_stay_when_pairings_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    pairings, free = a_world(16, 5, load=0.6, seed=7)
    worst = min(pairings, key=lambda one: one.score)
    monkeypatch.setattr(hours_program, "SMALL", 0)
    monkeypatch.setattr(hours_program, "CORE", 40)
    found = place(pairings, free, locked=[(worst.case, worst.consultant)], minimums={"P003": 2})
    assert found is not None and worst in found.chosen and keeps_the_hours(found, free)
    assert sum(one.consultant == "P003" for one in found.chosen) >= 2
    assert place(pairings, free, minimums={"P003": 17}) is None


def test_a_large_portfolio_is_within_a_thousandth_and_never_under_the_flow() -> None:
    pairings, free = a_world(times(180, soak=1000), times(20, soak=60), load=0.9, seed=1)
    assert len(pairings) > hours_program.SMALL
    found = place(pairings, free)
    flow = _rounded_flow(pairings, free, set(), {})
    assert found is not None and flow is not None and keeps_the_hours(found, free)
    simple = one_by_one(pairings, free)
    for other in (flow, simple):
        assert (len(found.chosen), total(found.chosen)) >= (len(other), total(other) - 1e-6)
    assert found.bound - total(found.chosen) <= 1e-3 * found.bound
