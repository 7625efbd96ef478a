"""What a director does with offers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from lab.actions import offers
from lab.database import db
from lab.errors import BadInput, NotNow
from lab.models import Case, OutboxMessage, Timer
from tests import an_offer, factories
from tests.clients import Clock


@pytest.fixture
def case(app: Flask, clock: Clock) -> Case:
    """A decided case with eight consultants in the house."""
    an_offer.the_consultants()
    return an_offer.a_decided_case()


def test_sending_asks_one_consultant_once(case: Case) -> None:
    first = an_offer.send(case, key="one")
    again = an_offer.send(case, key="one")
    assert first.id == again.id
    assert first.state == "offered"
    mails = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "offer-sent")).all()
    assert [mail.recipient for mail in mails] == [first.consultant.person.email]
    assert mails[0].path == f"/offers/{first.ref}"
    db.session.refresh(case)
    assert case.next_action == "wait_offer"


def test_three_working_days_until_five_in_the_afternoon(case: Case) -> None:
    offer = an_offer.send(case)
    # Monday, November 23, in California: three working days on it is Thursday.
    assert offer.reply_by == datetime(2026, 11, 27, 1, tzinfo=UTC)
    kinds = db.session.scalars(sa.select(Timer.kind).where(Timer.about == offer.ref)).all()
    assert sorted(kinds) == ["offer-expiry", "offer-reminder", "offer-reminder"]


def test_one_working_day_when_a_petition_is_filed(app: Flask, clock: Clock) -> None:
    clock.set(datetime(2026, 10, 19, 18, tzinfo=UTC))
    an_offer.the_consultants()
    case = an_offer.a_decided_case("O01")
    offer = an_offer.send(case, starts_on=date(2026, 11, 1), ends_on=date(2027, 1, 31))
    assert offer.reply_by == datetime(2026, 10, 21, 0, tzinfo=UTC)


def test_nothing_in_the_summary_names_anybody(case: Case) -> None:
    offer = an_offer.send(case)
    document = case.document
    assert document is not None
    seen = str(offer.summary).casefold()
    secrets = [
        document["organization"]["name"],
        document["organization"]["city"],
        document["contact"]["name"],
    ]
    secrets += [unit["union"] for unit in document["bargaining_units"] if unit.get("union")]
    secrets += [case.ref, document["description"][:20]]
    assert [secret for secret in secrets if secret.casefold() in seen] == []


def test_one_live_offer_a_slot(case: Case) -> None:
    an_offer.send(case)
    other = an_offer.candidates_of(case)[1]
    with pytest.raises(NotNow, match="being asked"):
        an_offer.send(case, consultant_ref=other)


def test_who_is_no_candidate_is_not_asked(case: Case) -> None:
    outsider = next(ref for ref in ("C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08")
                    if ref not in an_offer.candidates_of(case))  # fmt: skip
    with pytest.raises(NotNow, match="cannot be asked"):
        an_offer.send(case, consultant_ref=outsider)


def test_a_conflict_that_appeared_since_closes_the_way(case: Case) -> None:
    person = an_offer.person_of(an_offer.chosen_of(case))
    consultant = db.session.scalar(
        sa.select(factories.Consultant).where(factories.Consultant.person_id == person.id)
    )
    tie = {"party": case.organization, "party_kind": "organization", "relationship": "board"}
    consultant.profile = {**consultant.profile, "conflicts": [tie]}
    db.session.commit()
    with pytest.raises(NotNow):
        an_offer.send(case)


def test_impossible_terms_are_named(case: Case) -> None:
    with pytest.raises(BadInput) as refused:
        an_offer.send(case, hours_low=0, hours_high=-1, ends_on=date(2026, 11, 1))
    assert len(refused.value.problems) >= 3


def test_taking_back_thanks_and_returns_to_the_director(case: Case) -> None:
    offer = an_offer.send(case)
    assert case.director is not None
    offers.withdraw(offer.ref, reason="The case changed.", by=case.director)
    db.session.refresh(offer)
    db.session.refresh(case)
    assert (offer.state, case.state, case.next_action) == ("withdrawn", "offering", "choose_next")
    with pytest.raises(NotNow):
        offers.withdraw(offer.ref, reason="Again.", by=case.director)


def test_another_director_cannot_send(case: Case) -> None:
    other = factories.a_person("director")
    with pytest.raises(NotNow, match="reviewing this case"):
        offers.send(
            case.id, consultant_ref=an_offer.chosen_of(case), **an_offer.TERMS, alternates=[],
            next_by_itself=False, fewer_hours_allowed=True, key="", by=other,
        )  # fmt: skip
