"""The exchange format: read with care, refused with its place, written back as it was."""

import json
from pathlib import Path

import pytest

from lab import exchange
from lab.errors import BadInput

CASES = Path(__file__).parents[1] / "cases"
READERS = {
    "applications": (exchange.read_applications, exchange.application_to),
    "consultants": (exchange.read_consultants, exchange.consultant_to),
    "supports": (exchange.read_supports, exchange.supports_to),
}


def text_of(kind: str) -> str:
    return (CASES / f"{kind}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", READERS)
def test_the_cases_are_read_without_a_word_of_complaint(kind):
    read, _ = READERS[kind]
    found = read(text_of(kind))

    assert found.items
    assert found.problems == found.warnings == ()
    assert exchange.kind_of(text_of(kind)) == kind


@pytest.mark.parametrize("kind", READERS)
def test_what_is_written_back_reads_the_same(kind):
    read, write = READERS[kind]
    items = read(text_of(kind)).items
    plain = [write(item) for item in items]
    again = read(json.dumps(plain[0] if kind == "supports" else plain))

    assert again.items == items


def one(**changes: object) -> dict[str, object]:
    plain = json.loads(text_of("applications"))[0]
    return {**plain, **changes}


def problems(**changes: object) -> list[str]:
    with pytest.raises(BadInput) as refused:
        exchange.application_from(one(**changes))
    return refused.value.problems


@pytest.mark.parametrize(
    ("changes", "place", "hint"),
    [
        ({"needs": ["recognition_proces"]}, "needs[0]", "did you mean 'recognition_process'?"),
        ({"needs": [{"need": "board_education", "weight": "big"}]}, "needs[0].weight", "must"),
        ({"needs": [7]}, "needs[0]", "expected an object"),
        ({"submitted_on": "19/10/2026"}, "submitted_on", "year-month-day"),
        ({"submitted_on": None}, "submitted_on", "is missing"),
        ({"dates": {"petition_filed": "2026-02-30"}}, "dates.petition_filed", "is not a date"),
        ({"dates": {"petition_filed": 20260230}}, "dates.petition_filed", "expected a date"),
        ({"dates": []}, "dates", "expected an object"),
        ({"urgency": "tomorrow"}, "urgency", "unknown code"),
        ({"hours_budget": 30}, "hours_budget", "found a number"),
        ({"line": "nonprofits"}, "line", "did you mean 'nonprofit'?"),
        ({"organization": "Museum"}, "organization", "expected an object"),
        ({"description": ["a"]}, "description", "expected a text, found a list"),
        ({"bargaining_units": [{"label": "A", "stage": "petition"}]}, "bargaining_units[0].stage", "unknown"),
        ({"bargaining_units": []}, "stage", "is missing"),
        ({"conditions": ["strike"]}, "conditions[0]", "unknown code"),
        ({"session_languages": ["xx"]}, "session_languages[0]", "unknown code"),
        ({"team": {"superintendent": "maybe"}}, "team.superintendent", "unknown code"),
        ({"contact": None}, "contact", "expected an object with role, name and email"),
        ({"case_kind": None}, "case_kind", "expected one of employer, joint"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place_and_what_would_be_right(changes, place, hint):
    found = problems(**changes)

    assert len(found) == 1
    assert found[0].startswith(place + ": ")
    assert hint in found[0]


def test_a_mission_that_is_not_told_is_refused():
    organization = {**json.loads(text_of("applications"))[0]["organization"]}
    del organization["mission_social_justice"]

    assert problems(organization=organization) == [
        "organization.mission_social_justice: is missing; expected one of yes, no, unsure"
    ]


def test_a_schools_case_without_a_county_is_warned_of_and_read():
    plain = json.loads(text_of("applications"))[3]
    plain["organization"]["county"] = ""
    found = exchange.read_applications(json.dumps([plain], indent=1))

    assert len(found.items) == 1
    assert any("organization.county: is not told" in warning for warning in found.warnings)
    assert found.warnings[0].startswith("line ")


def test_a_convening_that_ends_before_it_starts_is_refused_with_its_line():
    plain = json.loads(text_of("supports"))
    plain["convenings"][0]["ends_on"] = "2020-01-01"
    (problem,) = exchange.read_supports(json.dumps(plain, indent=1)).problems

    assert problem.startswith("line ")
    assert "convenings[0].ends_on: 2020-01-01 is before starts_on; expected" in problem


def test_numbers_from_zero_only_and_true_is_no_number():
    organization = json.loads(text_of("applications"))[0]["organization"]

    for count in (-1, True, "12", 1.5):
        found = problems(organization={**organization, "staff_count": count})
        assert found[0].startswith("organization.staff_count: expected a")


def test_defaults_are_those_of_the_format():
    plain = one()
    for key in ("session_languages", "session_format", "conditions", "start_from", "counsel", "team"):
        plain.pop(key, None)
    made = exchange.application_from(plain)

    assert made.session_languages == ("en",)
    assert made.session_format == "either"
    assert made.conditions == ()
    assert made.starts_on == made.submitted_on
    assert made.needs[0].weight == "important"


def test_without_units_the_stage_stands_at_the_top():
    made = exchange.application_from(one(bargaining_units=[], stage="organizing"))

    assert made.stage == "organizing"


def test_unknown_keys_and_kinds_of_date_are_kept_and_warned_of():
    text = json.dumps([one(mood="hopeful", dates={"hearing": "2026-11-02"})], indent=1)
    found = exchange.read_applications(text)

    assert found.problems == ()
    assert found.items[0].extra == {"mood": "hopeful"}
    assert found.items[0].dates["hearing"].isoformat() == "2026-11-02"
    assert len(found.warnings) == 2
    assert exchange.application_to(found.items[0])["mood"] == "hopeful"


def test_a_problem_names_its_line():
    lines = text_of("applications").splitlines()
    number = next(n for n, line in enumerate(lines, start=1) if '"recognition_process"' in line)
    found = exchange.read_applications("\n".join(lines).replace("recognition_process", "recognition", 1))

    assert found.problems[0].startswith(f"line {number}: needs[0]: unknown code 'recognition'")
    assert len(found.items) == 11


def test_a_reference_that_stands_twice_is_refused():
    found = exchange.read_applications(json.dumps([one(), one()]))

    assert "stands here twice" in found.problems[0]


@pytest.mark.parametrize("text", ["", "[", "[{}] x", '{"a" 1}', "{'a': 1}", "[" * 100_000])
def test_what_is_no_json_is_refused_with_its_line(text):
    found = exchange.read_applications(text)

    assert found.items == ()
    assert found.problems[0].startswith("line 1: ")


def test_a_consultant_s_levels_and_silence_about_conflicts_are_read():
    plain = json.loads(text_of("consultants"))[0]
    plain["skills"] = [{"need": "costing_budget", "level": 2}, "board_education"]
    del plain["conflicts"]
    made = exchange.consultant_from(plain)

    assert [(skill.need, skill.level) for skill in made.skills] == [
        ("costing_budget", 2),
        ("board_education", 3),
    ]
    assert made.conflicts is None
    with pytest.raises(BadInput, match="from 1 to 3"):
        exchange.consultant_from({**plain, "skills": [{"need": "costing_budget", "level": 4}]})


def test_a_file_of_nothing_known_is_refused():
    with pytest.raises(BadInput, match="neither applications"):
        exchange.kind_of('[{"a": 1}]')
