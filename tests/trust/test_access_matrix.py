"""The access matrix, one cell, one assertion: what each role really gets from the pages is what the matrix says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from lab import vocabulary as words
from lab.database import db
from lab.web import create_app
from tests import databases
from tests.clients import Clock, LabClient
from tests.conftest import settings_for, url_of
from tests.soak import soaking
from tests.trust.matrix_eyes import Eyes
from tests.trust.matrix_looks import LOOKS
from tests.trust.matrix_scene import STAND_INS, Scene, make_scene
from tests.trust.world import TODAY

CELLS = [
    pytest.param(row.code, role, cell, id=f"{row.code}-{role}")
    for row in words.ACCESS_ROWS.values()
    for role, cell in zip(words.ACCESS_ROLES, row.cells, strict=True)
]


@pytest.fixture(scope="module", params=databases.NAMES if soaking() else ("sqlite",))
def seeing(request: pytest.FixtureRequest) -> Iterator[tuple[Flask, Scene, dict[tuple[str, str], Eyes]]]:
    """One scene for all cells; each role's pages are opened once before each kind of case."""
    url = url_of(request.param)
    app = create_app(settings_for(url))
    app.test_client_class = LabClient
    with app.app_context():
        Clock(app, TODAY)
        yield app, make_scene(), {}
        db.session.remove()
        db.engine.dispose()
    databases.clear(url)


@pytest.mark.parametrize(("row", "role", "cell"), CELLS)
def test_a_cell_of_the_matrix(
    seeing: tuple[Flask, Scene, dict[tuple[str, str], Eyes]], row: str, role: str, cell: str
) -> None:
    app, scene, opened = seeing
    kind, look = LOOKS[row]
    eyes = opened.get((role, kind)) or opened.setdefault((role, kind), Eyes(app, scene, role, kind))
    assert look(eyes) == cell


def test_every_row_is_looked_at_and_every_role_is_somebody() -> None:
    assert set(LOOKS) == set(words.ACCESS_ROWS)
    assert set(STAND_INS) == set(words.ACCESS_ROLES)


def test_the_words_of_the_matrix_agree() -> None:
    rows = words.ACCESS_ROWS.values()
    assert all(len(row.cells) == len(words.ACCESS_ROLES) for row in rows)
    assert {cell for row in rows for cell in row.cells} == set(words.ACCESS_LEVELS)
    assert {row.group for row in rows} == set(words.ACCESS_GROUPS)
    assert not set(words.ACCESS_LATER) & set(words.ACCESS_ROWS)
