"""Row security takes nothing from a page: each reads the same as it would without."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from lab import row_security
from lab.database import db
from lab.models import Case
from lab.queries.recommendations import day_to_count_from, read_inputs
from lab.queries.viewers import viewer_of
from tests.clients import LabClient
from tests.soak import soaking
from tests.trust.odd_texts import pages_of
from tests.trust.sweep import addresses, browser
from tests.trust.test_row_security import reading_as
from tests.trust.world import MAY_SEE, World

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
# What differs each time a page is drawn: tokens, and keys of forms.
DIFFERS = re.compile(r'name="(?:csrf_token|[\w-]*key)"(?: type="hidden")? value="[^"]*"')
WHO = list(MAY_SEE) if soaking() else ["other director", "network lead"]


def read(client: LabClient, address: str) -> tuple[int, str]:
    """What this address answers, without what differs each time."""
    answer = client.get(address)
    if not answer.mimetype.startswith("text"):
        return answer.status_code, repr(answer.data)
    return answer.status_code, DIFFERS.sub("", answer.text)


def everything(app: Flask, world: World, client: LabClient) -> list[str]:
    """What this person reaches by links; at the larger count every address that there could be."""
    if soaking():
        return [address for _, address in addresses(app, world, "GET")]
    return [address for address, _ in pages_of(app, client)]


@pytest.mark.parametrize("who", WHO)
def test_pages_read_the_same_with_row_security_as_without(
    app: Flask, world: World, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, wrong, compared = browser(app, world, who), [], 0
    for address in everything(app, world, client):
        held = read(client, address)
        with monkeypatch.context() as without:
            without.setattr(row_security, "reader", lambda: row_security.PROGRAM)
            free = read(client, address)
        compared += 404 not in (held[0], free[0])
        # What is said once, above the next page, is gone when it is read again.
        if held != free and (held := read(client, address)) != free:
            wrong.append(f"{address}: {held[0]} {free[0]} {_first_difference(held[1], free[1])}")
    assert not wrong, f"{who}: {len(wrong)}\n" + "\n".join(wrong[:20])
    assert compared > 3, "Too few pages are compared for this to be a test."


def test_a_preview_counts_clients_that_its_director_may_not_see(app: Flask, world: World) -> None:
    director = world.people["other director"]
    new, joint = world.cases["new"].id, world.cases["joint"].id
    director.ties = [world.cases["joint"].organization]
    db.session.commit()
    with reading_as(app, viewer_of(director)):
        shown = db.session.scalars(sa.select(Case).where(Case.id.in_((new, joint)))).all()
        assert [case.id for case in shown] == [new]
        # Who works for the case that is hidden from this director is judged as for every other.
        assert read_inputs(shown[0], day_to_count_from()).commitments["C06"]


def _first_difference(held: str, free: str) -> str:
    at = next((i for i, (x, y) in enumerate(zip(held, free, strict=False)) if x != y), 0)
    return f"{held[max(0, at - 60) : at + 100]!r} is without {free[max(0, at - 60) : at + 100]!r}"
