"""The told consultants, networks and one told case, with the people who meet over it."""

from __future__ import annotations

from datetime import datetime

from lab.database import db
from tests import an_offer, factories
from tests.browser.conftest import Live

ANA, DANA = "ana@example.org", "dana@example.org"


def a_submitted_case(live: Live, told_as: str = "O01") -> str:
    """A case that Ana has sent and Dana may review, among all consultants and networks. Gives its reference."""
    with live.app_context():
        an_offer.the_consultants()
        factories.the_supports()
        factories.a_person("director", name="Dana Whitfield", email=DANA)
        case = factories.a_case(told_as=told_as, owner=factories.a_person(name="Ana Ruiz", email=ANA))
        factories.fill_sections(case)
        assert case.document is not None
        case.submitted_at = datetime.fromisoformat(case.document["submitted_on"] + "T18:00+00:00")
        db.session.commit()
        return case.ref


def address_of(live: Live, ref: str) -> str:
    """The mail address of a consultant."""
    with live.app_context():
        return an_offer.person_of(ref).email
