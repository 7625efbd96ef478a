"""Every kind of page in Spanish, once: it says its language and no sentence in English; every fifth one is looked at
closely, as in English all are."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa

from lab.database import db
from lab.models import Convening, Network
from tests.browser.conftest import Live
from tests.browser.crawl import pages_of
from tests.browser.spanish import english_on
from tests.browser.test_pages_of_the_program import START, address_of
from tests.browser.tools import in_a_demo
from tests.browser.visitors import Arrive
from tests.filled_demo import filled

# Who shows which pages; a kind of page that somebody before has shown is not looked at again.
APPLICANTS = {
    None: ("/", "fit.questions"),
    "petra.lindqvist@example.org": ("/cases/", "intake.tasks"),
    "omar.haddad@example.org": ("/cases/", "cases.show"),
}
PROGRAM = {
    "director": "reviews.show",
    "consultant, asked": "offers.show",
    "network lead": "networks.show",
    "administrator": "people.show",
}


@in_a_demo
def test_pages_in_spanish(live: Live, visitor: Arrive, demo: bool) -> None:
    with live.app_context():
        filled()
        names = [*db.session.scalars(sa.select(Network.name)), *db.session.scalars(sa.select(Convening.name))]
        people = {
            **APPLICANTS,
            **{
                address_of(who): (
                    START.get(who, "/networks/" if who == "network lead" else "/offers/"),
                    expected,
                )
                for who, expected in PROGRAM.items()
            },
        }
    known: set[str] = set()
    found: list[str] = []
    for email, (start, expected) in people.items():
        person = visitor(email)
        person.page.goto(live.url)
        person.page.locator("a[hreflang=es]").click()
        seen, faults = pages_of(
            live,
            person,
            start,
            each=1,
            every=5,
            but=known - {expected},
            also=partial(english_on, names=names),
        )
        assert seen[expected], f"{email or 'nobody'} did not find {expected}"
        known |= set(seen)
        found += faults
        person.page.context.close()
    assert not found, "\n".join(found)
