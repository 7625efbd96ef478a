"""Nobody sees what is not theirs, on SQLite: every route, every reference; and reading changes nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.trust.sending import send_everything
from tests.trust.sweep import read_everything
from tests.trust.told import nothing_told
from tests.trust.world import MAY_SEE, SENDERS, World

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.mark.parametrize("who", list(MAY_SEE))
def test_no_page_shows_what_is_not_theirs_and_reading_changes_nothing(
    app: Flask, world: World, who: str
) -> None:
    with nothing_told():
        sent = read_everything(app, world, who)
    print(f"{who}: {sent} requests")


@pytest.mark.parametrize("who", SENDERS)
def test_no_form_of_somebody_else_can_be_sent(app: Flask, world: World, who: str) -> None:
    with nothing_told():
        sent = send_everything(app, world, who)
    print(f"{who}: {sent} requests")
