"""What moves when something is tried out, and what two consultants cover together."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lab.answers import Skill
from lab.matching import Policy, recommend
from lab.matching.together import together
from lab.matching.what_if import NETWORK_GOES_AHEAD, Changes, applied, moves, remembered_likeness, told
from tests.unit.matching.worlds import applications, consultants, matched, supports

REFS = sorted(applications())
NAMES = {one.ref: one.name for one in consultants()}


def tried(ref, likeness=False, **changes):
    """The recommendation with these changes."""
    application = applications()[ref]
    now = applied(
        Changes(**changes), application=application, consultants=consultants(), policy=Policy.default(),
        as_of=application.submitted_on,
    )  # fmt: skip
    return recommend(
        now.application, consultants=now.consultants, supports=supports(), policy=now.policy,
        asked_hours=now.asked_hours, likeness=likeness, detail=False,
    )  # fmt: skip


def plain(ref):
    return recommend(applications()[ref], consultants=consultants(), supports=supports(), likeness=False)


@pytest.mark.parametrize("ref", REFS)
def test_nothing_tried_out_moves_nothing(ref):
    moved = moves(plain(ref), tried(ref))

    assert not Changes() and not moved
    assert told(moved, NAMES) == ["Nothing moves: the same people, in the same order, with the same points."]


@pytest.mark.parametrize("ref", REFS)
def test_texts_weigh_as_they_did_in_the_stored_recommendation(ref):
    stored = matched(ref)  # made with texts compared
    likeness = remembered_likeness(
        stored, application=applications()[ref], consultants=consultants(), policy=Policy.default()
    )

    assert not moves(stored, tried(ref, likeness=likeness or False))


def test_what_was_made_without_texts_remembers_none():
    assert remembered_likeness(
        plain("O01"), application=applications()["O01"], consultants=consultants(), policy=Policy.default()
    ) is None  # fmt: skip


def test_a_weight_alone_decides_and_the_gain_is_told():
    ref = next(ref for ref in REFS if len(plain(ref).consultants) > 2)
    found = tried(ref, weights={code: 0.0 for code in Policy.default().weights if code != "availability"})

    moved = moves(plain(ref), found)

    assert all(one.score == one.points["availability"] for one in found.consultants)
    assert [one.now_rank for one in moved.points] == sorted(one.now_rank for one in moved.points)
    assert "first" in told(moved, NAMES)[0]


def test_free_hours_open_the_gate_and_none_close_it():
    ref = next(
        ref for ref in REFS if any(one.gate == "capacity" and not one.also for one in plain(ref).excluded)
    )
    before = plain(ref)
    shut = next(one.ref for one in before.excluded if one.gate == "capacity" and not one.also)
    open_now = tried(ref, free={shut: 60.0}, starts_on=date(2027, 6, 1))

    assert [one.ref for one in moves(before, open_now).opened] == [shut] or open_now.candidate(shut)
    first = before.consultants[0].ref
    closed = moves(before, tried(ref, free={first: 0.0}))
    assert [one.ref for one in closed.closed] == [first]
    assert any(f"{NAMES[first]} would be kept out." in sentence for sentence in told(closed, NAMES))


def test_who_never_said_from_when_is_free_at_the_start():
    silent = replace(consultants()[0], available_from=None, capacity_hours_month=None)
    application = applications()["O01"]

    now = applied(
        Changes(free={silent.ref: 20.0}), application=application, consultants=[silent],
        policy=Policy.default(), as_of=application.submitted_on,
    ).consultants[0]  # fmt: skip

    assert now.capacity_hours_month == 20.0
    assert now.available_from == max(application.starts_on, application.submitted_on)


def test_hours_change_the_pace_and_are_told_with_their_price():
    ref = next(ref for ref in REFS if plain(ref).hours.low == 30)
    moved = moves(plain(ref), tried(ref, hours=60))

    said = told(moved, NAMES, months=3.0)

    assert (moved.hours_now.low, moved.hours_now.high) == (60, 60)
    assert any(
        "60 hours instead of 30 to 50: 19,500 dollars instead of 9,750 to 16,250." in sentence
        and "That is about 20 hours a month." in sentence
        for sentence in said
    )
    assert any("No consultant hours" in one for one in told(moves(plain(ref), tried(ref, hours=0)), NAMES))


def test_a_network_first_lets_hours_begin_three_months_later():
    application = applications()["O01"]
    now = applied(
        Changes(network_first=True), application=application, consultants=consultants(),
        policy=Policy.default(), as_of=application.submitted_on,
    )  # fmt: skip

    later = max(application.starts_on, application.submitted_on) + NETWORK_GOES_AHEAD
    assert now.application.start_from == later
    assert timedelta(days=91) == NETWORK_GOES_AHEAD


def test_what_was_given_is_not_touched():
    before = (applications()["O01"], consultants(), Policy.default().to_mapping())

    tried("O01", hours=99, starts_on=date(2027, 1, 1), weights={"stage": 1.0}, free={"C01": 1.0})

    assert (applications()["O01"], consultants(), Policy.default().to_mapping()) == before


def test_two_together_cover_what_either_covers_at_two_rates():
    made = next(matched(ref) for ref in REFS if len(matched(ref).consultants) > 1 and matched(ref).hours.high)
    first, second = (one.ref for one in made.consultants[:2])

    pair = together(made, second, consultants())

    assert pair is not None and (pair.lead, pair.second) == (first, second)
    assert pair.billed == (2 * made.hours.low, 2 * made.hours.high)
    assert pair.price == (made.hours.low * 325, made.hours.high * 325)
    skills = {skill.need for one in consultants() if one.ref in (first, second) for skill in one.skills}
    assert {one.need for one in pair.covered} == {one.need for one in pair.needs} & skills
    assert not set(pair.open_musts) & skills


def test_a_second_consultant_can_cover_the_must_that_the_first_lacks():
    made = next(matched(ref) for ref in REFS if len(matched(ref).consultants) > 1 and matched(ref).needs)
    first, second = (one.ref for one in made.consultants[:2])
    asked = [need for need in made.needs if need.source != "stage"]
    bare = [
        replace(one, skills=tuple(Skill(need=need.need) for need in asked) if one.ref == second else ())
        for one in consultants()
    ]

    pair = together(made, second, bare)

    assert pair is not None
    assert len(pair.covered) == len(pair.needs) and pair.open_musts == ()
    alone = together(made, first, bare)
    assert alone is not None and alone.lead == second, "who comes first is paired with the next"


def test_nobody_is_paired_with_somebody_unknown():
    assert together(matched("O01"), "NOBODY", consultants()) is None
