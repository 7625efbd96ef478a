"""Laws of the matching that hold for any input: order, names, missing data, weights, sums."""

import json
import math
import random
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab import vocabulary as words
from lab.answers import Conflict, Consultant, Skill
from lab.matching import Policy, Recommendation, recommend
from tests.unit.matching.worlds import (
    applications,
    consultants,
    matched,
    supports,
    told,
    told_applications,
    told_people,
)

REFS = sorted(applications())
TOLD = sorted(told_applications())
some_refs = st.sampled_from(REFS)
calm = settings(max_examples=40, deadline=None, derandomize=True)
ROOT = Path(__file__).parents[3]


@st.composite
def profiles(draw: st.DrawFn) -> Consultant:
    """A consultant with any profile."""
    some = {"max_size": 5, "unique": True}
    return Consultant(
        ref=draw(st.sampled_from(["A1", "B2", "C3", "D4", "E5", "F6"])),
        base=draw(st.sampled_from(["Brooklyn, NY", "Oakland, CA", "Boise, ID", ""])),
        lines=("nonprofit", "schools"),
        skills=tuple(
            Skill(need=need, level=draw(st.integers(1, 3)))
            for need in draw(st.lists(st.sampled_from(list(words.NEEDS)), **some))
        ),
        stages=tuple(draw(st.lists(st.sampled_from(list(words.STAGES)), **some))),
        conditions=tuple(draw(st.lists(st.sampled_from(list(words.CONDITIONS)), **some))),
        partnership_levels=tuple(draw(st.lists(st.sampled_from(list(words.PARTNERSHIP_LEVELS)), **some))),
        sectors=tuple(draw(st.lists(st.sampled_from(list(words.SECTORS)), **some))),
        states=tuple(draw(st.lists(st.sampled_from(["NY", "CA", "WA", "IA", "PA"]), **some))),
        languages=tuple(draw(st.lists(st.sampled_from(["en", "es", "hi"]), **some))),
        capacity_hours_month=draw(st.one_of(st.none(), st.integers(0, 40).map(float))),
        available_from=draw(st.one_of(st.none(), st.dates(_day(2026, 9), _day(2027, 3)))),
        conflicts=draw(st.sampled_from([None, ()])),
    )


def _day(year: int, month: int) -> date:
    return date(year, month, 1)


def one(ref: str, consultant: Consultant, **options: object) -> Recommendation:
    return recommend(
        applications()[ref],
        consultants=[consultant],
        supports=supports(),
        likeness=False,
        detail=False,
        **options,
    )


def worth(found: Recommendation) -> float:
    """The score, or less than any score where a gate is closed."""
    return found.consultants[0].score if found.consultants else -1.0


@settings(max_examples=12, deadline=None, derandomize=True)
@given(some_refs, st.randoms(use_true_random=False))
def test_the_order_of_the_input_is_irrelevant(ref, chance):
    people = list(consultants())
    chance.shuffle(people)

    found = recommend(applications()[ref], consultants=people, supports=supports())

    assert found.to_record() == matched(ref).to_record()


@pytest.mark.parametrize("ref", REFS)
def test_names_change_nothing(ref):
    people = [replace(one, name=f"Nobody {n}", email="") for n, one in enumerate(consultants())]
    application = applications()[ref]
    contact = replace(application.contact, name="Somebody else", email="")

    found = recommend(replace(application, contact=contact), consultants=people, supports=supports())

    assert found.to_json() == matched(ref).to_json()


@calm
@given(some_refs, profiles())
def test_hiding_anything_never_helps(ref, person):
    told_all = worth(one(ref, person))

    for hidden in (
        {"available_from": None},
        {"capacity_hours_month": None},
        {"sectors": ()},
        {"states": ()},
        {"skills": ()},
        {"stages": ()},
        {"partnership_levels": ()},
        {"languages": ()},
        {"conditions": ()},
        {"base": ""},
    ):
        assert worth(one(ref, replace(person, **hidden))) <= told_all + 1e-9, hidden


@calm
@given(some_refs, profiles())
def test_knowing_more_never_lowers_the_score(ref, person):
    before = worth(one(ref, person))
    application = applications()[ref]
    stage = matched(ref).stage
    deeper = tuple(Skill(need=need.need) for need in matched(ref).needs)
    others = tuple(skill for skill in person.skills if skill.need not in {more.need for more in deeper})

    for better in (
        {"skills": (*others, *deeper)},
        {"stages": (*person.stages, stage)},
        {"sectors": (*person.sectors, application.organization.sector)},
        {"states": (*person.states, application.organization.state)},
        {"conditions": tuple(words.CONDITIONS)},
        {"languages": (*person.languages, *application.session_languages)},
    ):
        assert worth(one(ref, replace(person, **better))) >= before - 1e-9, better
    if person.available_from is not None:
        sooner = person.available_from - timedelta(days=9)
        assert worth(one(ref, replace(person, available_from=sooner))) >= before - 1e-9
    if person.capacity_hours_month is not None:
        more = person.capacity_hours_month + 5
        assert worth(one(ref, replace(person, capacity_hours_month=more))) >= before - 1e-9


@calm
@given(some_refs, profiles(), st.sampled_from(list(words.CONFLICT_RELATIONSHIPS)))
def test_taking_a_conflict_away_never_lowers_anybody(ref, person, relationship):
    tie = Conflict(
        party=applications()[ref].organization.name, party_kind="organization", relationship=relationship
    )
    assert worth(one(ref, replace(person, conflicts=(tie,)))) <= worth(
        one(ref, replace(person, conflicts=()))
    )


@calm
@given(some_refs, st.lists(profiles(), max_size=6, unique_by=lambda person: person.ref))
def test_everybody_has_a_place_a_sum_and_a_sentence(ref, people):
    found = recommend(applications()[ref], consultants=people, supports=supports(), likeness=False)

    assert len(found.consultants) + len(found.excluded) == len(people)
    assert [candidate.rank for candidate in found.consultants] == list(range(1, len(found.consultants) + 1))
    for candidate in found.consultants:
        assert abs(math.fsum(candidate.points.values()) - candidate.score) < 1e-9
        assert 0 <= candidate.confidence <= 1
        assert all(0 <= finding.points <= finding.of + 1e-9 for finding in candidate.findings)
        assert all(finding.sentence.endswith(".") for finding in candidate.findings)
    for closed in found.excluded:
        assert closed.gate in words.GATES
        assert closed.reason.strip().endswith(".")
    open_must = ["is a must they do not cover" in " ".join(one.gaps) for one in found.consultants]
    order = [
        (missing or one.partial, -one.score)
        for one, missing in zip(found.consultants, open_must, strict=True)
    ]
    assert order == sorted(order)


@pytest.mark.parametrize("ref", REFS)
def test_a_recommendation_can_be_stored_and_read_again(ref):
    stored = json.loads(json.dumps(matched(ref).to_record()))

    assert Recommendation.from_record(stored) == matched(ref)


@pytest.mark.parametrize("ref", REFS)
def test_the_same_day_gives_the_same_answer(ref):
    again = recommend(applications()[ref], consultants=consultants(), supports=supports())

    assert again == matched(ref)


@pytest.mark.parametrize(("world", "cases"), [("twelve", REFS), ("told", TOLD)], ids=["twelve", "told"])
def test_other_weights_change_almost_nothing(world, cases):
    drawn = random.Random(7)
    policies = [
        Policy.default().with_weights(
            {name: weight * drawn.uniform(0.5, 1.5) for name, weight in Policy.default().weights.items()}
        )
        for _ in range(200)
    ]
    people = consultants() if world == "twelve" else told_people()
    held = 0
    for ref in cases:
        application = applications()[ref] if world == "twelve" else told(ref)

        def first_and_standings(policy: Policy, application=application) -> tuple[str | None, list[str]]:
            found = recommend(
                application, consultants=people, supports=supports(), policy=policy, detail=False
            )
            first = found.consultants[0].ref if found.consultants else None
            return first, [advice.standing for advice in (*found.tiers, *found.networks)]

        usual = first_and_standings(Policy.default())
        held += sum(first_and_standings(policy) == usual for policy in policies)
    assert held >= 0.95 * len(policies) * len(cases)


def test_ties_go_to_the_longest_without_an_offer_and_then_by_reference():
    twin = replace(consultants()[0], last_offered_on=_day(2026, 9))
    waiting = [
        replace(twin, ref="Z9", last_offered_on=None),
        replace(twin, ref="Y8"),
        replace(twin, ref="X7"),
    ]

    found = recommend(applications()["O07"], consultants=waiting, supports=supports())

    assert [candidate.ref for candidate in found.consultants] == ["Z9", "X7", "Y8"]
    assert all(candidate.about_equal for candidate in found.consultants)


def test_without_likeness_the_first_stays_and_scikit_learn_is_never_loaded():
    code = (
        "import sys\n"
        "from tests.unit.matching.worlds import *\n"
        "for ref, application in applications().items():\n"
        "    found = recommend(application, consultants=consultants(), supports=supports(), likeness=False)\n"
        "    print(ref, found.consultants[0].ref if found.consultants else '-')\n"
        "assert not {'sklearn', 'scipy', 'flask', 'sqlalchemy'} & set(sys.modules), 'too much is loaded'\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )

    assert done.returncode == 0, done.stderr
    firsts = dict(line.split() for line in done.stdout.splitlines())
    assert firsts == {
        ref: matched(ref).consultants[0].ref if matched(ref).consultants else "-" for ref in REFS
    }
