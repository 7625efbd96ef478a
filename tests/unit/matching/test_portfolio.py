"""All cases at once: as many as possible, then the best sum, never above anybody's hours."""

from collections import defaultdict
from dataclasses import replace
from itertools import product

from lab.matching import recommend
from lab.matching.portfolio import portfolio_of
from tests.unit.matching.worlds import applications, consultants, matched, supports


def everything():
    return [matched(ref) for ref in sorted(applications())]


def test_nobody_gets_more_hours_than_are_free_and_every_case_is_answered():
    found = portfolio_of(everything(), consultants())
    used: dict[str, float] = defaultdict(float)
    for assigned in found.assigned:
        used[assigned.consultant] += assigned.hours_month

    free = {one.ref: one.capacity_hours_month for one in consultants()}
    assert all(used[ref] <= free[ref] + 1e-9 for ref in used)
    answered = {one.application for one in found.assigned} | {ref for ref, _ in found.unassigned}
    assert answered == set(applications())
    assert all(reason.endswith(".") for _, reason in found.unassigned)


def test_it_is_never_worse_than_one_by_one_and_always_the_same():
    found = portfolio_of(everything(), consultants())

    assert found.total >= found.one_by_one_total
    assert found == portfolio_of(everything(), consultants())


def test_the_whole_places_more_than_first_come_first_served():
    """The first case could take either; one by one it takes the only one who fits the second."""
    table, other = applications()["O07"], applications()["O05"]
    ana = next(one for one in consultants() if one.ref == "C01")
    ana = replace(ana, conflicts=(), capacity_hours_month=10.0)
    second = replace(ana, ref="C99", languages=("es",), sectors=())
    cases = [
        recommend(one, consultants=[ana, second], supports=supports(), detail=False) for one in (table, other)
    ]
    found = portfolio_of(cases, [ana, second])

    assert len(found.assigned) == 2
    assert found.total > found.one_by_one_total


def test_the_solver_finds_what_trying_everything_finds():
    scarce = [replace(one, capacity_hours_month=11.0) for one in consultants()]
    made = [
        recommend(application, consultants=scarce, supports=supports(), detail=False, likeness=False)
        for application in applications().values()
    ]
    found = portfolio_of(made, scarce)
    assert (len(found.assigned), found.total) == _by_hand(made, {one.ref: 11.0 for one in scarce})


def _by_hand(made, free):
    open_cases = [one for one in made if one.hours_proposed and one.shortlist]
    best = (0, 0.0)
    for choice in product(*[[None, *one.shortlist] for one in open_cases]):
        used: dict[str, float] = defaultdict(float)
        for one, candidate in zip(open_cases, choice, strict=True):
            if candidate is not None:
                used[candidate.ref] += round(max(one.hours.low / 3, 6), 2)
        if all(used[ref] <= free[ref] for ref in used):
            placed = [candidate.score for candidate in choice if candidate is not None]
            best = max(best, (len(placed), round(sum(placed), 4)))
    return best
