"""Cases that wait for a consultant, a run over them, and what a director wants of it."""

from __future__ import annotations

import itertools
from typing import Any

from lab.actions import portfolio
from lab.models import Case, Person, PortfolioRun
from lab.queries.portfolio import Wishes
from lab.queries.viewers import viewer_of
from tests import an_offer, factories

_keys = itertools.count(1)
WAITING = ("O10", "O05", "O06", "O01")


def decided_cases(director: Person, *told_as: str) -> list[Case]:
    """Cases of this director that were accepted with hours, among all told consultants."""
    return [an_offer.a_decided_case(name, director=director) for name in told_as or WAITING]


def a_run(director: Person, **wishes: Any) -> PortfolioRun:
    """A run that is finished: done, or failed with words."""
    run = portfolio.ask(Wishes(**wishes), viewer=viewer_of(director), by=director, key=f"run-{next(_keys)}")
    portfolio.carry_on(run.id)
    return run


def a_director() -> Person:
    """Somebody who directs."""
    return factories.a_person("director", name="Dana Whitfield")


def assigned(run: PortfolioRun) -> dict[str, str]:
    """Who has which case in a finished run."""
    assert run.result is not None, run.problems
    return {one["application"]: one["consultant"] for one in run.result["assigned"]}
