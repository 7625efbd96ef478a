"""Every page a director, a consultant, a network lead or an administrator can reach is accessible and fits a telephone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lab.database import db
from lab.models import Network, Offer, Person
from tests.browser.conftest import Live
from tests.browser.crawl import pages_of
from tests.browser.tools import in_a_demo
from tests.browser.visitors import Arrive
from tests.filled_demo import filled
from tests.soak import times

PEOPLE = {
    "director": "reviews.answers",
    "another director": "reviews.show",
    "consultant, asked": "offers.conflicts",
    "consultant at work": "offers.show",
    "consultant who declined": "offers.question",
    "consultant who made a proposal": "offers.show",
    "network lead": "networks.show",
    "administrator": "people.show",
}
STATE_OF_OFFER = {
    "consultant, asked": "offered",
    "consultant at work": "accepted",
    "consultant who declined": "declined",
    "consultant who made a proposal": "countered",
}
START = {
    "director": "/reviews/?state=all",
    "another director": "/reviews/?state=all",
    "administrator": "/people/",
}


def address_of(who: str) -> str:
    """Somebody of the demo to whom this applies."""
    if who in STATE_OF_OFFER:
        offer = db.session.scalars(sa.select(Offer).where(Offer.state == STATE_OF_OFFER[who])).first()
        assert offer is not None, f"no offer of the demo is {STATE_OF_OFFER[who]}"
        return offer.consultant.person.email
    if who == "network lead":
        return db.session.scalars(
            sa.select(Person.email).join(Network, Network.lead_id == Person.id)
        ).first() or ""  # fmt: skip
    return {
        "director": "dana.whitfield@example.org",
        "another director": "miles.okoro@example.org",
        "administrator": "alma.reyes@example.org",
    }[who]


@in_a_demo
@pytest.mark.parametrize("who", PEOPLE)
def test_pages_of_somebody_of_the_program(live: Live, visitor: Arrive, demo: bool, who: str) -> None:
    with live.app_context():
        filled()
        email = address_of(who)

    each = {"director": times(2, soak=4), "another director": 1}.get(who, 2)
    start = START.get(who, "/networks/" if who == "network lead" else "/offers/")
    seen, faults = pages_of(live, visitor(email), start, each=each)

    assert not faults, "\n".join(faults)
    assert seen[PEOPLE[who]]


NOTHING_YET = {
    "director": ("/reviews/", "reviews.queue"),
    "network_lead": ("/networks/", "networks.index"),
    "administrator": ("/people/", "people.new"),
}


@pytest.mark.parametrize("role", NOTHING_YET)
def test_pages_where_nothing_is_yet(live: Live, visitor: Arrive, role: str) -> None:
    start, expected = NOTHING_YET[role]

    seen, faults = pages_of(live, visitor(role), start)

    assert not faults, "\n".join(faults)
    assert seen[expected]
