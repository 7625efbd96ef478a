"""All cases at once: as many as possible, then the best sum, never above anybody's hours."""

import random
from collections import defaultdict
from dataclasses import replace
from itertools import product

import pytest

from lab.errors import BadInput
from lab.matching import Policy, hours_program, placing, recommend
from lab.matching.decision import Decided
from lab.matching.gates import Pair
from lab.matching.placing import Pairing, place
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


def some_pairings(seed: int, *, cases: int = 5, people: int = 3) -> tuple[list[Pairing], dict[str, float]]:
    """Pairings with hours of their own, and hours that are not enough for all."""
    drawn = random.Random(seed)
    free = {f"P{n}": drawn.choice([8.0, 12.0, 20.0]) for n in range(people)}
    pairings = [
        Pairing(case=case, consultant=ref, hours=drawn.choice([6.0, 7.5, 10.0]), score=drawn.randint(40, 95))
        for case in range(cases)
        for ref in free
        if drawn.random() < 0.8
    ]
    return [one for one in pairings if one.hours <= free[one.consultant]], free


def tried_out(pairings, free, *, locked=frozenset(), minimums=None):
    """The most cases and the highest total of all choices; None where no choice keeps everything."""
    cases = sorted({one.case for one in pairings})
    best = None
    for way in product(*[[None, *(one for one in pairings if one.case == case)] for case in cases]):
        chosen = [one for one in way if one is not None]
        used = {ref: sum(one.hours for one in chosen if one.consultant == ref) for ref in free}
        counts = {ref: sum(one.consultant == ref for one in chosen) for ref in free}
        if (
            any(used[ref] > free[ref] + 1e-9 for ref in free)
            or not locked <= {(one.case, one.consultant) for one in chosen}
            or any(counts[ref] < least for ref, least in (minimums or {}).items())
        ):
            continue
        here = (len(chosen), sum(one.score for one in chosen))
        best = here if best is None else max(best, here)
    return best


@pytest.mark.parametrize("seed", range(25))
def test_hours_of_all_kinds_locks_and_minimums_are_kept_and_nothing_better_is_possible(seed):
    pairings, free = some_pairings(seed)
    lock = {(pairings[seed % len(pairings)].case, pairings[seed % len(pairings)].consultant)}
    for locked, minimums in ((frozenset(), {}), (lock, {}), (frozenset(), {"P1": 2}), (lock, {"P0": 1})):
        expected = tried_out(pairings, free, locked=locked, minimums=minimums)
        found = place(pairings, free, locked=locked, minimums=minimums)
        if expected is None:
            assert found is None
            continue
        assert found is not None
        assert (len(found.chosen), sum(one.score for one in found.chosen)) == pytest.approx(expected)
        assert found.most >= len(found.chosen)
        assert found.bound == pytest.approx(expected[1], abs=1e-3)


def test_a_search_that_is_cut_short_keeps_the_hours_and_says_how_far_it_may_be(monkeypatch):
    monkeypatch.setattr(hours_program, "SMALL", 0)
    monkeypatch.setattr(hours_program, "CUT_SHORT", {"mip_rel_gap": 0.2, "node_limit": 1})
    pairings, free = some_pairings(3, cases=40, people=8)
    found = place(pairings, free)
    greedy = placing.one_by_one(pairings, free)
    assert found is not None and len(found.chosen) >= len(greedy)
    used = defaultdict(float)
    for one in found.chosen:
        used[one.consultant] += one.hours
    assert all(used[ref] <= free[ref] + 1e-6 for ref in used)
    assert found.bound >= sum(one.score for one in found.chosen)


def test_the_order_of_the_input_makes_no_difference():
    there = portfolio_of(everything(), consultants())
    back = portfolio_of(everything()[::-1], consultants()[::-1])
    assert {(one.application, one.consultant) for one in there.assigned} == {
        (one.application, one.consultant) for one in back.assigned
    }
    assert (there.total, there.one_by_one_total) == (back.total, back.one_by_one_total)


def test_a_lock_a_ban_and_a_minimum_are_kept():
    plain = portfolio_of(everything(), consultants())
    assert plain.gap == 0.0 and plain.bound >= plain.total
    first = plain.assigned[0]
    without = portfolio_of(everything(), consultants(), banned=[(first.application, first.consultant)])
    assert (first.application, first.consultant) not in {
        (one.application, one.consultant) for one in without.assigned
    }
    other = next(
        (made.ref, one.ref)
        for made in everything()
        if made.hours_proposed
        for one in made.shortlist
        if (made.ref, one.ref) not in {(a.application, a.consultant) for a in plain.assigned}
    )
    held = portfolio_of(everything(), consultants(), locked=[other])
    assert other in {(one.application, one.consultant) for one in held.assigned}
    counts = defaultdict(int)
    for one in plain.assigned:
        counts[one.consultant] += 1
    least = min((one.ref for made in everything() for one in made.shortlist), key=lambda ref: counts[ref])
    more = portfolio_of(everything(), consultants(), minimums={least: counts[least] + 1})
    assert sum(one.consultant == least for one in more.assigned) == counts[least] + 1


def test_what_cannot_hold_is_named_and_nothing_else():
    case = next(made for made in everything() if made.hours_proposed and len(made.shortlist) > 1)
    one, other = case.shortlist[0].ref, case.shortlist[1].ref
    with pytest.raises(BadInput) as told:
        portfolio_of(everything(), consultants(), locked=[(case.ref, one), (case.ref, other)])
    assert told.value.problems == [f"{case.ref} is locked with more than one consultant."]

    with pytest.raises(BadInput) as told:
        portfolio_of(everything(), consultants(), locked=[(case.ref, one)], minimums={other: 99})
    assert told.value.problems == [f"{other} gets at least 99 cases."]

    with pytest.raises(BadInput) as told:
        portfolio_of(everything(), consultants(), locked=[(case.ref, "nobody")])
    assert "the gates do not let them pass" in told.value.problems[0]
