"""The properties a director can rely on, each for any case and any profile."""

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lab import vocabulary as words
from lab.answers import Conflict
from lab.matching import Policy, Recommendation, recommend
from lab.matching.lexicon import hear
from lab.matching.turning_sentences import sentences
from lab.matching.what_if import Changes, applied
from tests.soak import times
from tests.unit.matching.pools import pools_of_able_people
from tests.unit.matching.test_laws import calm, one, profiles, some_refs, worth
from tests.unit.matching.worlds import (
    applications,
    consultants,
    supports,
    told,
    told_applications,
    told_people,
)

WEIGHTS = st.fixed_dictionaries({code: st.integers(0, 60) for code in words.CRITERIA})
pools = pools_of_able_people()
ALL = [*sorted(applications()), *sorted(told_applications())]


def of(ref):
    """A case of either world, with its people."""
    return (applications()[ref], consultants()) if ref in applications() else (told(ref), told_people())


def made(application, people, **options) -> Recommendation:
    return recommend(application, consultants=people, supports=supports(), likeness=False, **options)


@calm
@given(some_refs, pools, WEIGHTS, st.sampled_from(list(words.CRITERIA)), st.integers(1, 40))
def test_raising_a_weight_never_lowers_whoever_has_its_full_share(ref, people, weights, criterion, more):
    assume(any(weights[code] for code in words.CRITERIA if code != "depth"))
    raised = {**weights, criterion: weights[criterion] + more}
    before, after = (
        made(applications()[ref], people, policy=Policy.default().with_weights(each), detail=False)
        for each in (weights, raised)
    )

    for candidate in before.consultants:
        finding = next(f for f in candidate.findings if f.criterion == criterion)
        now = after.candidate(candidate.ref)
        assert now is not None
        if finding.share is not None and finding.share >= 1.0:
            assert now.score >= candidate.score - 1e-3  # points have four decimals each


@calm
@given(some_refs, pools, st.sampled_from(list(words.CONFLICT_RELATIONSHIPS)), st.integers(0, 5))
def test_removing_a_conflict_never_removes_an_option(ref, people, relationship, at):
    tied = people[at % len(people)]
    tie = Conflict(
        party=applications()[ref].organization.name, party_kind="organization", relationship=relationship
    )
    with_tie = [replace(each, conflicts=(tie,)) if each is tied else each for each in people]
    without = [replace(each, conflicts=()) if each is tied else each for each in people]

    before = {each.ref for each in made(applications()[ref], with_tie, detail=False).consultants}
    after = {each.ref for each in made(applications()[ref], without, detail=False).consultants}

    assert before <= after


@calm
@given(some_refs, profiles())
def test_unknown_never_beats_known_good(ref, person):
    application = applications()[ref]
    good = replace(
        person,
        sectors=(application.organization.sector,),
        states=(application.organization.state,),
        stages=tuple(words.STAGES),
        partnership_levels=tuple(words.PARTNERSHIP_LEVELS),
        languages=tuple({*person.languages, *application.session_languages}),
        capacity_hours_month=60.0,
        available_from=application.submitted_on,
    )
    known = worth(one(ref, good))

    for unknown in (
        {"sectors": ()},
        {"states": ()},
        {"stages": ()},
        {"partnership_levels": ()},
        {"capacity_hours_month": None},
        {"available_from": None},
        {"skills": ()},
    ):
        assert worth(one(ref, replace(good, **unknown))) <= known + 1e-9, unknown


@settings(max_examples=times(40, soak=10_000), deadline=None, derandomize=True)
@given(some_refs, pools, st.randoms(use_true_random=False))
def test_the_order_of_the_input_never_matters(ref, people, chance):
    mixed = list(people)
    chance.shuffle(mixed)

    assert made(applications()[ref], mixed) == made(applications()[ref], people)


SWAPS = [
    ("she", "he"),
    ("She", "He"),
    ("her", "his"),
    ("they", "she"),
    ("el", "la"),
    ("directora", "director"),
]


NAMES = ["María Fernanda Núñez", "Thuy Nguyen", "Earl Johnson", ""]


@pytest.mark.parametrize("ref", ALL)
@pytest.mark.parametrize("name", NAMES)
def test_a_swap_of_names_or_pronouns_changes_no_score(ref, name):
    application, people = of(ref)
    plain = made(application, people, detail=False)
    swapped = " ".join(dict(SWAPS).get(word, word) for word in application.description.split(" "))
    renamed = replace(application, contact=replace(application.contact, name=name), description=swapped)
    others = [
        replace(each, name=f"{name} {n}", bio=f"{name} knows her work.") for n, each in enumerate(people)
    ]

    found = made(renamed, others, detail=False)

    assert [(c.ref, c.score) for c in found.consultants] == [(c.ref, c.score) for c in plain.consultants]


@settings(max_examples=times(20, soak=10_000), deadline=None, derandomize=True)
@given(some_refs, pools, st.lists(st.sampled_from(NAMES), min_size=12, max_size=12), st.sampled_from(SWAPS))
def test_names_and_pronouns_of_anybody_change_no_score(ref, people, names, swap):
    one, other = swap

    def as_they_are(pronoun, called):
        return [
            replace(each, name=f"{name} {n}", bio=f"{pronoun} {each.bio} {pronoun}")
            for n, (each, name) in enumerate(zip(people, called, strict=False))
        ]

    plain = made(applications()[ref], as_they_are(one, names), detail=False)
    found = made(applications()[ref], as_they_are(other, reversed(names)), detail=False)

    assert [(c.ref, c.score) for c in found.consultants] == [(c.ref, c.score) for c in plain.consultants]


PARAPHRASES = [
    ("Our supervisors do not know what to say.", "Las supervisoras no saben qué decir."),
    (
        "We need a mediator, nobody makes progress.",
        "Necesitamos mediación: llevamos seis sesiones y no avanzamos.",
    ),
    ("The board is afraid.", "La mesa directiva está asustada."),
    ("We want joint training with the union.", "Queremos un taller conjunto con el sindicato."),
    ("The contract expires in April.", "El contrato caduca en abril."),
    ("My executive team argues every week.", "El equipo directivo no se pone de acuerdo."),
    ("We still use the old handbook.", "Seguimos con el reglamento viejo."),
]


@pytest.mark.parametrize(("english", "spanish"), PARAPHRASES)
def test_a_spanish_paraphrase_finds_the_same_needs(english, spanish):
    assert set(hear(spanish, "nonprofit")) == set(hear(english, "nonprofit")) != set()


@calm
@given(some_refs, pools, WEIGHTS)
def test_the_parts_add_up_under_any_weights(ref, people, weights):
    assume(any(weights[code] for code in words.CRITERIA if code != "depth"))
    found = made(applications()[ref], people, policy=Policy.default().with_weights(weights), detail=False)

    for each in found.consultants:
        assert math.fsum(each.points.values()) == pytest.approx(each.score, abs=1e-9)
        assert math.fsum(finding.of for finding in each.findings) == pytest.approx(100, abs=1e-3)


def first_when(point, application, people, policy):
    """Who is first once the change that a turning point names is made."""
    match point.kind:
        case "weight":
            changes = Changes(weights={point.of: point.would})
        case "hours":
            changes = Changes(hours=int(point.would))
        case "start":
            changes = Changes(starts_on=point.would_on)
        case "free":
            changes = Changes(free={point.of: point.would})
        case "since":
            changes = Changes()
            people = [
                replace(each, available_from=point.would_on) if each.ref == point.of else each
                for each in people
            ]
    now = applied(
        changes, application=application, consultants=people, policy=policy, as_of=application.submitted_on
    )
    found = made(
        now.application, now.consultants, policy=now.policy, asked_hours=now.asked_hours, detail=False
    )
    return found.consultants[0].ref


@pytest.mark.parametrize("ref", ALL)
def test_every_turning_point_is_true_when_applied(ref):
    application, people = of(ref)
    found = made(application, people)

    for point in found.turning_points:
        assert point.first != found.consultants[0].ref
        assert first_when(point, application, people, Policy.default()) == point.first, point


@settings(max_examples=times(60, soak=10_000), deadline=None, derandomize=True)
@given(some_refs, pools, WEIGHTS)
def test_every_turning_point_is_true_when_applied_to_anybody(ref, people, weights):
    assume(any(weights[code] for code in words.CRITERIA if code != "depth"))
    policy = Policy.default().with_weights(weights)
    found = made(applications()[ref], people, policy=policy)

    for point in found.turning_points:
        assert first_when(point, applications()[ref], people, policy) == point.first, point


@pytest.mark.parametrize("ref", ALL)
def test_no_smaller_change_of_a_single_weight_changes_the_first_place(ref):
    application, people = of(ref)
    found = made(application, people)
    if len(found.consultants) < 2:
        assert found.turning_points == () and sentences(found, {}) == []
        return
    weights = Policy.default().weights
    named = [point for point in found.turning_points if point.kind == "weight"]
    least = abs(named[0].would - named[0].was) if named else math.inf
    counted = {f.criterion for f in found.consultants[0].findings if f.of}

    for code in counted:
        for would in range(int(2 * weights[code]) + 1):
            if abs(would - weights[code]) < least:
                policy = Policy.default().with_weights({**weights, code: would})
                other = made(application, people, policy=policy, detail=False)
                assert other.consultants[0].ref == found.consultants[0].ref, (code, would)
