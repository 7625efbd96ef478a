"""The twelve cases against what an experienced director expects for each."""

import pytest

from tests.unit.matching.worlds import ALLOWED, applications, expected, matched

REFS = sorted(expected())
each_case = pytest.mark.parametrize("ref", REFS)


@each_case
def test_stage_and_decision_are_those_of_the_director(ref):
    found = matched(ref)

    assert (found.stage, found.decision) == (expected()[ref]["stage"], expected()[ref]["decision"])
    assert found.decision_reasons


@each_case
def test_tiers_stand_where_the_director_wants_them(ref):
    standings = {advice.tier: advice.standing for advice in matched(ref).tiers}

    for wanted in expected()[ref]["tiers"]:
        allowed = ALLOWED[wanted["strength"]] | (
            {"optional"} if wanted["strength"] == "conditional" else set()
        )
        assert standings[wanted["tier"]] in allowed, wanted


@each_case
def test_networks_are_those_of_the_director_and_no_others(ref):
    standings = {advice.network: advice.standing for advice in matched(ref).networks}
    wanted = {one["network"]: one["strength"] for one in expected()[ref]["networks"]}

    for network, strength in wanted.items():
        assert standings[network] in ALLOWED[strength]
    for network in standings.keys() - wanted.keys():
        assert standings[network] in ALLOWED["must_not"], network


@each_case
def test_convenings_fit_and_are_never_past(ref):
    found = matched(ref)
    standings = {advice.convening: advice.standing for advice in found.convenings}
    wanted = expected()[ref].get("convenings", {})

    assert standings["btb-2017"] == "excluded"
    for code in wanted.get("must_not", []):
        assert standings[code] in ALLOWED["must_not"]
    if wanted.get("required"):
        assert any(standings[code] == "recommended" for code in wanted["required"])


@each_case
def test_nobody_who_must_not_be_is_among_the_first_three(ref):
    found = matched(ref)
    first_three = {one.ref for one in found.consultants[:3]} if found.hours_proposed else set()

    assert not first_three & set(expected()[ref]["consultants"]["must_not"])


@each_case
def test_the_first_is_best_or_acceptable_or_nobody_is_proposed(ref):
    found, wanted = matched(ref), expected()[ref]["consultants"]
    fitting = {*wanted["best"], *wanted["acceptable"]}

    if found.hours_proposed and fitting:
        assert found.consultants[0].ref in fitting
    elif found.hours_proposed or found.decision == "decline_refer":
        assert not found.consultants


def test_a_best_one_is_among_the_first_two():
    with_best = [
        ref for ref in REFS if matched(ref).hours_proposed and expected()[ref]["consultants"]["best"]
    ]
    hits = [
        ref
        for ref in with_best
        if {one.ref for one in matched(ref).consultants[:2]} & set(expected()[ref]["consultants"]["best"])
    ]

    assert len(with_best) >= 8
    assert hits == with_best


@each_case
def test_the_named_gates_close_with_a_sentence(ref):
    closed = {one.ref: one for one in matched(ref).excluded}

    for consultant, gate in expected()[ref].get("gates", {}).items():
        assert closed[consultant].gate == gate
        assert closed[consultant].reason.endswith(".")


@each_case
def test_the_needs_lead_with_what_the_director_reads(ref):
    needs = [need.need for need in matched(ref).needs]
    first_three = expected()[ref]["needs_ranked"][:3]

    assert len(set(needs) & set(first_three)) >= min(2, len(first_three))
    assert len(set(needs[:4]) & set(first_three)) >= min(2, len(first_three))


def test_what_only_the_text_tells_is_heard():
    told = [(ref, need) for ref in REFS for need in expected()[ref].get("needs_text", [])]
    heard = [
        (ref, need)
        for ref, need in told
        if any(one.need == need and one.source == "text" and one.words for one in matched(ref).needs)
    ]

    assert len(told) == 4
    assert len(heard) >= 3


@each_case
def test_points_add_up_to_the_score(ref):
    for candidate in matched(ref).consultants:
        assert abs(sum(candidate.points.values()) - candidate.score) < 1e-9
        assert abs(sum(finding.of for finding in candidate.findings) - 100) < 1e-3


@each_case
def test_everybody_is_either_listed_or_excluded_with_a_sentence(ref):
    found = matched(ref)

    assert len(found.consultants) + len(found.excluded) == 8
    assert all(len(one.reason) > 20 for one in found.excluded)
    assert all(one.reasons for one in found.consultants)


def test_hours_are_those_of_the_answer_or_none():
    hours = {ref: (matched(ref).hours.low, matched(ref).hours.high) for ref in REFS}

    assert hours["O04"] == hours["O08"] == hours["O09"] == (0, 0)
    assert hours["O02"] == (10, 29)
    assert hours["O06"] == (50, 80)


def test_a_case_with_a_vote_in_four_weeks_is_answered_in_a_day():
    assert matched("O01").response_days == 1
    assert matched("O12").response_days == 5
    assert matched("O01").clock[0].kind == "vote_scheduled"
    assert applications()["O01"].dates["vote_scheduled"] == matched("O01").clock[0].on
