"""The policy: versions, files, and what it refuses."""

import json

import pytest

from lab.errors import BadInput
from lab.matching import Policy


def test_weights_of_the_default_add_up_to_100():
    assert sum(Policy.default().weights.values()) == 100


def test_a_changed_policy_has_another_version_and_the_same_change_the_same():
    one = Policy.from_mapping({"weights": {"stage": 30}})

    assert one.version != Policy.default().version
    assert one.version == Policy.from_mapping({"weights": {"stage": 30}}).version
    assert one.weights["needs"] == 25


def test_a_policy_can_be_stored_and_read_again():
    one = Policy.from_mapping({"weights": {"stage": 30}, "floor": 60})

    assert Policy.from_mapping(json.loads(json.dumps(one.to_mapping()))) == one


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"weights": {"charm": 3}}, "weights.charm"),
        ({"weights": {"stage": -1}}, "weights.stage"),
        ({"weights": {"stage": "much"}}, "weights.stage"),
        ({"weights": [1]}, "weights"),
        ({"weights": dict.fromkeys(Policy.default().weights, 0)}, "weights"),
        ({"flour": 55}, "flour"),
        ({"conflict_years": 2.5}, "conflict_years"),
        ({"floor": True}, "floor"),
        ({"floor": 200}, "floor"),
        ({"about_equal": 101}, "about_equal"),
        ({"neighbour_stage": 1.2}, "neighbour_stage"),
        ({"likeness_of_needs": 20}, "likeness_of_needs"),
        ({"least_confidence": 60}, "least_confidence"),
        ({"months_of_work": 0}, "months_of_work"),
        ({"early_hours_low": 12}, "early_hours_high"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(given, place):
    with pytest.raises(BadInput) as refused:
        Policy.from_mapping(given)

    assert any(problem.startswith(place) for problem in refused.value.problems)


def test_a_policy_is_read_from_toml_and_json(tmp_path):
    toml, plain, broken = tmp_path / "p.toml", tmp_path / "p.json", tmp_path / "b.json"
    toml.write_text("floor = 50\n[weights]\nsector = 12\n")
    plain.write_text('{"floor": 50, "weights": {"sector": 12}}')
    broken.write_text("[1")

    assert Policy.from_file(toml) == Policy.from_file(plain)
    with pytest.raises(BadInput, match=r"b\.json"):
        Policy.from_file(broken)
