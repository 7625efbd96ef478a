"""An application falls into the form's topics and comes together again without a loss."""

import pytest

from lab.exchange import application_from, application_to
from lab.sections import HEAD, PARTS, fragments, joined
from tests.factories import told


@pytest.mark.parametrize("row", told("applications"), ids=lambda row: row["ref"])
def test_the_parts_of_each_told_application_make_it_whole_again(row):
    whole = application_to(application_from(row))
    parts = fragments(whole)
    head = {key: whole[key] for key in HEAD}
    rest = {key: value for key, value in whole.items() if key != "team" or value is not None}
    assert {**head, **joined(parts)} == rest
    assert set(parts) == set(PARTS) - (set() if row["team"] else {"team"})


def test_each_answer_is_in_one_part_only():
    parts = fragments(told("applications")[3])
    places = [
        f"{key}.{name}" if key == "organization" else key
        for part in parts.values()
        for key, value in part.items()
        for name in (value if key == "organization" else [""])
    ]
    assert len(places) == len(set(places))


def test_what_is_not_known_here_is_kept():
    row = {**told("applications")[0], "favourite_colour": "green"}
    assert joined(fragments(row))["favourite_colour"] == "green"
