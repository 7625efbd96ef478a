"""Nobody sees what is not theirs, on PostgreSQL: every route, every reference; and reading changes nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.soak import soaking
from tests.trust.sending import send_everything
from tests.trust.sweep import read_everything
from tests.trust.told import nothing_told
from tests.trust.world import MAY_SEE, SENDERS, World

# On SQLite everybody walks with every change; here those for whom row security differs most, and all with the larger counts.
MOST = (
    "director",
    "network lead",
    "consultant with an offer",
    "consultant who declined",
    "the joint case",
    "administrator",
)
READ = [who for who in MAY_SEE if soaking() or any(name in who for name in MOST)]
SEND = [
    who
    for who in SENDERS
    if soaking() or any(name in who for name in ("network lead", "with an offer", "joint"))
]

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.mark.parametrize("who", READ)
def test_no_page_shows_what_is_not_theirs_and_reading_changes_nothing(
    app: Flask, world: World, who: str
) -> None:
    with nothing_told():
        sent = read_everything(app, world, who)
    print(f"{who}: {sent} requests")


@pytest.mark.parametrize("who", SEND)
def test_no_form_of_somebody_else_can_be_sent(app: Flask, world: World, who: str) -> None:
    with nothing_told():
        sent = send_everything(app, world, who)
    print(f"{who}: {sent} requests")
