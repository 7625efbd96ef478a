"""flask lab match: one JSON object a line, in input order, with nothing else on standard output."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lab.cli.match import match

CASES = Path(__file__).parents[1] / "cases"
KEYS = "ref as_of stage decision decision_reasons tiers networks convenings needs consultants excluded hours policy"
FILES = [
    "--applications",
    str(CASES / "applications.json"),
    "--consultants",
    str(CASES / "consultants.json"),
    "--supports",
    str(CASES / "supports.json"),
]


def lines(*more: str) -> list[dict]:
    done = CliRunner().invoke(match, [*FILES, *more])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_application_is_one_line_in_input_order_with_exactly_these_keys():
    found = lines()

    assert [one["ref"] for one in found] == [f"O{number:02}" for number in range(1, 13)]
    assert all(list(one) == KEYS.split() for one in found)
    first = found[0]["consultants"][0]
    assert list(first) == ["ref", "rank", "score", "confidence", "points", "reasons", "gaps"]
    assert list(found[0]["needs"][0]) == ["need", "weight", "from", "words"]
    assert list(found[0]["excluded"][0]) == ["ref", "gate", "reason"]
    assert found[0]["as_of"] == "2026-10-19"


def test_twice_is_the_same_text():
    assert CliRunner().invoke(match, FILES).stdout == CliRunner().invoke(match, FILES).stdout


def test_a_portfolio_is_one_more_line():
    found = lines("--portfolio")

    assert len(found) == 13
    assert list(found[-1]) == ["portfolio"]
    assert list(found[-1]["portfolio"]) == ["assigned", "unassigned", "total", "one_by_one_total"]


def test_a_policy_file_changes_the_version_and_the_points(tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text("[weights]\nsector = 30\n")
    usual, other = lines()[0], lines("--policy", str(policy))[0]

    assert usual["policy"] != other["policy"]
    assert other["consultants"][0]["points"]["sector"] > usual["consultants"][0]["points"]["sector"]


@pytest.mark.parametrize(
    ("text", "said"),
    [('[{"ref": "X"}]', "line 1: submitted_on: is missing"), ("[", "this is not JSON")],
)
def test_what_cannot_be_read_is_refused_on_standard_error(tmp_path, text, said):
    wrong = tmp_path / "wrong.json"
    wrong.write_text(text)
    done = CliRunner().invoke(match, ["--applications", str(wrong), *FILES[2:]])

    assert done.exit_code == 2
    assert done.stdout == ""
    assert f"wrong.json: {said}" in done.stderr or said in done.stderr


def test_a_wrong_policy_is_refused_by_name(tmp_path):
    policy = tmp_path / "policy.json"
    policy.write_text('{"weights": {"charm": 3}}')
    done = CliRunner().invoke(match, [*FILES, "--policy", str(policy)])

    assert done.exit_code == 2
    assert "weights.charm" in done.stderr
