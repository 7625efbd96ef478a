"""The smallest group whose rate is shown may be set larger, never smaller."""

from __future__ import annotations

import pytest

from lab.settings import Settings, UnsafeSettings


def test_five_unless_a_larger_number_is_asked_for(tmp_path):
    surroundings = {"LAB_DATA_DIR": str(tmp_path)}
    assert Settings.from_environment(surroundings).least_shown == 5
    assert Settings.from_environment({**surroundings, "LAB_LEAST_SHOWN": "12"}).least_shown == 12


@pytest.mark.parametrize("told", ["4", "0", "-7", "few"])
def test_smaller_groups_are_refused_by_name(tmp_path, told):
    with pytest.raises(UnsafeSettings, match="LAB_LEAST_SHOWN"):
        Settings.from_environment({"LAB_DATA_DIR": str(tmp_path), "LAB_LEAST_SHOWN": told})
