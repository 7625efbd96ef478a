"""Every test in here is watched: no deed may write without a row of history."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import deeds


@pytest.fixture(autouse=True)
def every_deed_leaves_a_row(request: pytest.FixtureRequest) -> Iterator[None]:
    """Look at what the deeds of this test wrote; tests without an application write nothing."""
    if "app" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("app")
    with deeds.watched() as told:
        yield
    assert told == []
