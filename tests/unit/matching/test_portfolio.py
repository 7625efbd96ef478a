"""All cases at once: as many as possible, then the best sum, never above anybody's hours."""

from collections import defaultdict
from dataclasses import replace
from itertools import product

from lab.matching import Policy, recommend
from lab.matching.decision import Decided
from lab.matching.gates import Pair
from lab.matching.portfolio import portfolio_of
from lab.matching.profiles import read_case
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
        placed: list[float] = []
        for one, candidate in zip(open_cases, choice, strict=True):
            if candidate is not None:
                pace = round(max(one.hours.low / one.months, 6), 2)
                taken = min(pace, free[candidate.ref])
                used[candidate.ref] += taken
                placed.append(round(candidate.score * taken / pace, 4))
        if all(used[ref] <= free[ref] for ref in used):
            best = max(best, (len(placed), round(sum(placed), 4)))
    return best


def test_a_smaller_scope_is_better_than_nobody_and_counts_for_its_part():
    ana = next(one for one in consultants() if one.ref == "C01")
    few = replace(ana, conflicts=(), capacity_hours_month=7.0)
    made = recommend(applications()["O07"], consultants=[few], supports=supports(), detail=False)
    found = portfolio_of([replace(made, months=1.0)], [few])

    assert found.assigned[0].hours_month == 7.0
    assert found.assigned[0].score < made.consultants[0].score


def test_a_dated_end_makes_the_pace_that_the_gate_speaks_of():
    made = matched("O07")
    free = {one.ref: one.capacity_hours_month for one in consultants()}
    assert made.months is not None
    for shorter in (made.months, 1.0):
        found = portfolio_of([replace(made, months=shorter)], consultants())
        pace = round(max(made.hours.low / shorter, 6), 2)
        assert found.assigned[0].hours_month == min(pace, free[found.assigned[0].consultant])


def test_who_is_nearest_is_named_where_nobody_passes():
    reasons = dict(portfolio_of(everything(), consultants()).unassigned)

    assert reasons["O11"].startswith("Nobody passes the gates. The nearest is C06")
    assert "from 1 July 2027" in reasons["O11"]


def test_an_early_case_needs_the_same_hours_in_its_gate_and_in_the_portfolio():
    """Before there is a union a few hours do; whoever has those is nobody's smaller scope."""
    unit = applications()["O02"].units[0]
    early = replace(
        applications()["O02"],
        units=(replace(unit, stage="organizing", dates={}),),
        dates={},
        hours_budget="30_50",
    )
    policy = Policy.default()
    pair = Pair(
        case=read_case(early, early.submitted_on),
        consultant=consultants()[0],
        policy=policy,
        decided=Decided(decision="accept", reasons=()),
    )
    made = recommend(early, consultants=consultants(), supports=supports())

    assert pair.case.few_hours_are_enough
    assert made.hours.low == policy.early_hours_low
    assert pair.pace == made.hours.low / made.months
    assert not any("smaller scope" in gap for one in made.consultants for gap in one.gaps)
