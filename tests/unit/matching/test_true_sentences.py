"""Each reason says what is true of the case: scope, what is open, what presses, and what is missing."""

from dataclasses import replace

import pytest

from lab.matching import recommend
from tests.unit.matching.worlds import standing, supports, told, told_match, told_people

FIRST_CONTRACT = [{"label": "Staff", "union": "SEIU Local 73", "stage": "first_contract_bargaining"}]
IN_FORCE = [{"label": "Staff", "union": "SEIU Local 73", "stage": "established"}]


def tier(found, code: str) -> tuple[str, str]:
    return next((one.standing, one.reason) for one in found.tiers if one.tier == code)


def network(found, code: str) -> str:
    return next(one.reason for one in found.networks if one.network == code)


def why(found) -> str:
    return " ".join(found.decision_reasons)


@pytest.mark.parametrize(
    ("answers", "agreed", "still_open"),
    [
        ({}, "The foundation is agreed: pro-union, an aligned lawyer, shared learning.", ""),
        ({"aligned_lawyer": "unsure"}, "pro-union, shared learning", "an aligned lawyer"),
        ({"aligned_lawyer": "not_applicable"}, "pro-union, shared learning", "an aligned lawyer"),
        ({"share_learning": "unsure", "note": ""}, "pro-union, an aligned lawyer", "shared learning"),
        (
            {"share_learning": "no", "note": "Only anonymized."},
            "shared learning in the way its note says",
            "",
        ),
    ],
)
def test_what_is_agreed_of_the_foundation_and_what_is_open_are_told_apart(answers, agreed, still_open):
    given = {"pro_union": "yes", "aligned_lawyer": "yes", "share_learning": "yes", "note": ""}
    found = told_match("E04", foundation={**given, **answers})

    assert found.decision == "accept"
    assert agreed in found.decision_reasons[0]
    assert ("Still open: " + still_open in found.decision_reasons[0]) == bool(still_open)
    assert found.decision_reasons[0].startswith("The foundation is agreed") == (not still_open)


@pytest.mark.parametrize(
    ("ref", "changes", "scope"),
    [
        ("E14", {}, "a public school outside California"),
        ("E04", {"contact": {"role": "Shop steward"}}, "work for a union against its employer"),
    ],
)
def test_who_is_referred_for_scope_is_told_the_scope_everywhere(ref, changes, scope):
    found = told_match(ref, **changes)
    reasons = [one.reason for one in (*found.tiers, *found.networks, *found.convenings, *found.excluded)]

    assert found.decision == "decline_refer"
    assert {one.gate for one in found.excluded} == {"line"}
    assert all(scope in one.reason for one in found.excluded)
    assert scope in tier(found, "individualized")[1]
    assert scope in tier(found, "regional")[1]
    assert not any("foundation" in reason for reason in reasons)


def test_who_has_no_mission_for_social_justice_is_not_told_of_a_foundation_that_is_not_agreed():
    found = told_match("E04", organization={"mission_social_justice": "no"})

    assert {one.gate for one in found.excluded} == {"line", "foundation"}
    assert "without a mission for social justice" in tier(found, "individualized")[1]


def test_where_nothing_is_ticked_hours_in_talks_are_recommended_and_it_is_said_why():
    found = told_match("E11", needs=[], description="", bargaining_units=FIRST_CONTRACT)
    standing_now, reason = tier(found, "individualized")

    assert standing_now == "recommended"
    assert reason.startswith("No need is named yet, but hours are asked for")
    assert "Only learning" not in reason


def test_where_nothing_is_ticked_and_no_hours_are_asked_for_none_are_proposed():
    found = told_match("E11", needs=[], description="", hours_budget="none", bargaining_units=FIRST_CONTRACT)

    assert tier(found, "individualized")[0] == "not_now"


def test_after_the_day_of_the_vote_nobody_is_told_to_join_after_it():
    ahead = told_match("E12", dates={"vote_scheduled": "2099-01-01"})
    held = told_match("E12", dates={"vote_scheduled": "2026-01-15"})

    assert "join after the vote on representation" in network(ahead, "implementation")
    assert "was on 15 January 2026" in network(held, "implementation")
    assert standing(held, "implementation") == "conditional"


def test_a_team_that_has_been_to_a_convening_is_not_sent_to_one_first():
    been = {"partnership_level": "team_forming", "prior_participation": ["New-team convening in May"]}
    found = told_match("E09", **been)

    assert tier(found, "individualized")[0] == "not_now"
    assert "has been to a convening" in tier(found, "individualized")[1]
    assert "a convening comes first" in tier(told_match("E08"), "individualized")[1]


@pytest.mark.parametrize(
    ("text", "told_need"),
    [
        ("We lost a grant and will have to cut eleven positions.", "layoffs"),
        ("Hay tensión racial: las compañeras negras sienten que nadie las escucha.", "race"),
    ],
)
def test_under_a_contract_in_force_what_the_text_tells_of_hard_times_presses(text, told_need):
    found = told_match("E18", bargaining_units=IN_FORCE, needs=[], description=text, conditions=[])
    standing_now, reason = tier(found, "individualized")

    assert standing_now == "recommended"
    assert told_need in reason
    assert "nothing presses" not in reason


def test_what_is_only_mentioned_of_hard_times_is_asked_about():
    text = "There was a merger next door."
    found = told_match("E18", bargaining_units=IN_FORCE, description=text, conditions=[])

    assert tier(found, "individualized")[0] == "optional"
    assert "The director asks" in tier(found, "individualized")[1]


def test_a_member_of_a_regional_network_goes_on_there():
    found = told_match("E09", partnership_level="regional_member")

    assert standing(found, "ca-region-4") == "optional"
    assert "already" in network(found, "ca-region-4")


@pytest.mark.parametrize(
    "text", ["Our talks are stuck on salaries.", "Llevamos seis sesiones y no avanzamos."]
)
def test_bargaining_help_is_out_of_scope_for_schools_whether_ticked_or_told(text):
    ticked = told_match("E08")
    only_told = told_match("E08", needs=["labor_management_partnership"], description=text)

    assert "Bargaining help is out of scope on this line" in why(ticked)
    assert "Bargaining help is out of scope on this line" in why(only_told)
    assert "a dispute that is stuck" in why(only_told)
    assert only_told.out_of_scope == ()


@pytest.mark.parametrize("county", ["Alameda", "Alameda County", "alameda county", "County of Alameda"])
def test_a_county_is_known_in_every_usual_way_of_writing(county):
    assert standing(told_match("E09", organization={"county": county}), "ca-region-4") == "recommended"


def test_an_empty_county_is_said_to_be_missing():
    found = told_match("E09", organization={"county": ""})

    assert tier(found, "regional") == (
        "not_now",
        "The county is not told, so no regional network can be named; ask for it.",
    )


def test_a_case_on_the_other_line_says_so():
    found = told_match("E09", line="nonprofit")

    assert found.line == "schools"
    assert "It came on the nonprofit line" in why(found)


def test_a_talk_about_the_foundation_does_not_forget_the_lawyer():
    found = told_match("E01", foundation={"pro_union": "unsure", "aligned_lawyer": "no"})

    assert found.decision == "hold_conversation"
    assert "values-aligned lawyer" in why(found)
    assert "lawyer" in {task.code for task in found.tasks}


def test_who_covers_every_need_without_full_points_is_told_what_is_missing():
    asked = told("E05", needs=["successor_bargaining"], description="")
    people = [replace(one, capacity_hours_month=40.0) for one in told_people() if one.ref == "OSEI"]
    shallow = [replace(people[0], skills=tuple(replace(skill, level=2) for skill in people[0].skills))]

    full = recommend(asked, consultants=people, supports=supports()).consultants[0]
    less = recommend(asked, consultants=shallow, supports=supports()).consultants[0]
    assert full.points["needs"] < 25
    assert any("How alike the texts are is not known" in gap for gap in full.gaps)
    assert any("Not at full depth: renewing a contract (2 of 3)." in gap for gap in less.gaps)
