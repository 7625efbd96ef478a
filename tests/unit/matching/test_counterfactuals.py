"""What would bring a consultant to the first place: every sentence is true when it is done."""

import itertools
from dataclasses import replace

import pytest

from lab import vocabulary as words
from lab.answers import Skill
from lab.matching import recommend
from tests.unit.matching.worlds import (
    applications,
    consultants,
    matched,
    supports,
    told_match,
    told_people,
)
from tests.unit.matching.worlds import (
    told as told_application,
)

NEEDS = {need.label.en.lower(): code for code, need in words.NEEDS.items()}


def covering(people, person, labels):
    """The people, of whom one covers these needs in full."""
    more = {NEEDS[label] for label in labels}
    return [
        replace(
            one,
            skills=(
                *(skill for skill in one.skills if skill.need not in more),
                *(Skill(need=need) for need in sorted(more)),
            ),
        )
        if one.ref == person
        else one
        for one in people
    ]


def first_with(ref, person, *labels):
    """Who is first once this person covers these needs in full."""
    people = covering(consultants(), person, labels)
    return recommend(applications()[ref], consultants=people, supports=supports()).consultants[0].ref


def needs_of(sentence):
    """The needs that a sentence names."""
    told = sentence.removeprefix("Would be first if ").removesuffix(".")
    return [
        part.removeprefix("they covered ").removesuffix(" in full")
        for part in told.split(" and they covered ")
    ]


@pytest.mark.parametrize(("ref", "person"), [("E12", "SHAH"), ("E16", "RUIZ"), ("E17", "VEGA")])
def test_one_change_that_is_named_is_enough(ref, person):
    told = told_match(ref).candidate(person).counterfactual[0]

    people = covering(told_people(), person, needs_of(told))
    changed = recommend(told_application(ref), consultants=people, supports=supports())

    assert changed.consultants[0].ref == person


@pytest.mark.parametrize(("ref", "person"), [("O10", "C08"), ("O12", "C07")])
def test_two_changes_are_named_only_where_one_is_not_enough_and_both_are(ref, person):
    (told,) = matched(ref).candidate(person).counterfactual
    both = needs_of(told)

    assert len(both) == 2
    assert first_with(ref, person, *both) == person
    assert all(first_with(ref, person, one) != person for one in both)


def test_who_stays_behind_whatever_changes_is_told_so_and_it_is_true():
    (told,) = matched("O01").candidate("C04").counterfactual
    wanted = [words.NEEDS[one.need].label.en.lower() for one in matched("O01").needs]

    assert told.startswith("No single change in hours, date or skills would bring them to the first place")
    for pair in itertools.combinations(wanted, 2):
        assert first_with("O01", "C04", *pair) != "C04"


@pytest.mark.parametrize("ref", ["O01", "O02", "O03", "O10", "O12"])
def test_everybody_behind_the_first_is_told_what_would_change_that(ref):
    found = matched(ref)

    assert found.consultants[0].counterfactual == ()
    assert all(one.counterfactual for one in found.consultants[1:])
