"""A policy: drafted, tried out, signed by two different people, and from then on what recommendations are made with."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from lab.actions import offer_steps, policies, policy_effects, reviews
from lab.database import db
from lab.errors import BadInput, NotFound, NotNow
from lab.matching.policy import DEFAULT_WEIGHTS, Policy
from lab.matching.result import Recommendation as Result
from lab.models import Event, Person, PolicyCase, PolicyEffect, PolicyVersion, Recommendation
from lab.queries import policies as queries
from lab.queries import recommendations
from lab.queries.policies import in_force, next_name
from tests import a_policy, an_offer, factories
from tests.a_policy import a_draft, reread, signed, tried
from tests.clients import Clock

OTHER = {"sector": 60.0, "stage": 5.0}


def two() -> tuple[Person, Person]:
    return factories.a_person("director", name="Dana"), factories.a_person("administrator", name="Alma")


def verbs() -> list[str]:
    found = db.session.scalars(sa.select(Event.verb).where(Event.verb.like("policy_%")).order_by(Event.id))
    return list(found)


def test_two_people_put_a_draft_in_force(app: Flask, clock: Clock) -> None:
    dana, alma = two()
    row = a_draft(dana, weights=OTHER, floor=60.0)
    ref = row.ref
    tried(row, dana)
    assert in_force() == Policy.default()
    assert policies.sign(ref, edition=reread(ref).edition, by=dana) == "proposed"
    assert in_force() == Policy.default()
    assert policies.sign(ref, edition=reread(ref).edition, by=alma) == "in_force"
    policy = in_force()
    assert (policy.version, policy.floor, policy.weights["sector"]) == ("2026-11.2", 60.0, 60.0)
    kept = reread(ref)
    assert (kept.first_signed_by_id, kept.second_signed_by_id) == (dana.id, alma.id)
    assert verbs() == [
        "policy_drafted",
        "policy_effect",
        "policy_effect_done",
        "policy_proposed",
        "policy_in_force",
    ]


def test_one_person_does_not_sign_twice(app: Flask, clock: Clock) -> None:
    dana, _alma = two()
    row = a_draft(dana, weights=OTHER)
    ref = row.ref
    tried(row, dana)
    policies.sign(ref, edition=reread(ref).edition, by=dana)
    with pytest.raises(NotNow, match="somebody else's"):
        policies.sign(ref, edition=reread(ref).edition, by=dana)
    assert reread(ref).state == "proposed"
    assert in_force() == Policy.default()


def test_nothing_is_signed_before_it_was_tried_or_after_it_changed(app: Flask, clock: Clock) -> None:
    dana, _alma = two()
    row = a_draft(dana, weights=OTHER)
    ref = row.ref
    with pytest.raises(NotNow, match="effect first"):
        policies.sign(ref, edition=reread(ref).edition, by=dana)
    tried(reread(ref), dana)
    read = reread(ref).edition
    policies.edit(ref, a_policy.values(floor=61.0), reason="Higher.", edition=read, by=dana)
    with pytest.raises(NotNow, match="changed this"):
        policies.sign(ref, edition=read, by=dana)
    with pytest.raises(NotNow, match="effect first"):
        policies.sign(ref, edition=reread(ref).edition, by=dana)


def test_what_was_tried_beside_an_earlier_policy_is_tried_again(app: Flask, clock: Clock) -> None:
    dana, alma = two()
    slow = a_draft(dana, floor=61.0)
    ref = slow.ref
    tried(slow, dana)
    signed(dana, alma, weights=OTHER)
    with pytest.raises(NotNow, match="effect first"):
        policies.sign(ref, edition=reread(ref).edition, by=alma)


def test_going_back_is_signing_the_earlier_values_again(app: Flask, clock: Clock) -> None:
    dana, alma = two()
    signed(dana, alma, weights=OTHER)
    row = policies.draft(Policy.default().to_mapping(), reason="Back again.", by=alma)
    ref = row.ref
    tried(row, alma)
    for person in (alma, dana):
        policies.sign(ref, edition=reread(ref).edition, by=person)
    assert in_force().version == "2026-11.3"
    assert in_force().weights == DEFAULT_WEIGHTS
    states = {row.version: row.state for row in queries.versions("in_force", "retired")}
    assert states == {"2026-11.3": "in_force", "2026-11.2": "retired"}
    assert queries.policy_of("2026-11.2").weights["sector"] == 60.0


def test_a_second_person_refuses_with_a_reason(app: Flask, clock: Clock) -> None:
    dana, alma = two()
    row = a_draft(dana, weights=OTHER)
    ref = row.ref
    tried(row, dana)
    with pytest.raises(NotNow):
        policies.refuse(ref, because="Too early.", edition=reread(ref).edition, by=alma)
    policies.sign(ref, edition=reread(ref).edition, by=dana)
    with pytest.raises(BadInput):
        policies.refuse(ref, because=" ", edition=reread(ref).edition, by=alma)
    policies.refuse(ref, because="Too early.", edition=reread(ref).edition, by=alma)
    kept = reread(ref)
    assert (kept.state, kept.refused_because) == ("refused", "Too early.")
    with pytest.raises(NotNow):
        policies.sign(ref, edition=kept.edition, by=alma)
    assert in_force() == Policy.default()


def test_a_draft_is_thrown_away_with_its_effect_and_stays_in_the_history(app: Flask, clock: Clock) -> None:
    dana, _alma = two()
    factories.a_consultant("C07")
    factories.a_case(told_as="O01")
    row = a_draft(dana, weights=OTHER)
    ref = row.ref
    tried(row, dana)
    policies.discard(ref, by=dana)
    for model in (PolicyVersion, PolicyEffect, PolicyCase):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
    assert verbs()[-1] == "policy_discarded"
    with pytest.raises(NotFound):
        policies.discard(ref, by=dana)


def test_what_is_signed_is_neither_changed_nor_thrown_away(app: Flask, clock: Clock) -> None:
    dana, _alma = two()
    row = a_draft(dana, weights=OTHER)
    ref = row.ref
    tried(row, dana)
    policies.sign(ref, edition=reread(ref).edition, by=dana)
    edition = reread(ref).edition
    with pytest.raises(NotNow):
        policies.edit(ref, a_policy.values(floor=1.0), reason="Lower.", edition=edition, by=dana)
    with pytest.raises(NotNow):
        policies.discard(ref, by=dana)
    assert reread(ref).values["floor"] == Policy.default().floor


def test_bad_values_are_refused_each_in_words(app: Flask, clock: Clock) -> None:
    dana, _alma = two()
    with pytest.raises(BadInput) as refused:
        a_draft(dana, weights={"stage": -1.0}, floor=101.0, offer_days=0)
    assert len(refused.value.problems) == 3
    with pytest.raises(BadInput, match="why"):
        policies.draft(a_policy.values(), reason=" ", by=dana)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PolicyVersion)) == 0


def test_the_same_form_twice_makes_one_draft(app: Flask, clock: Clock) -> None:
    dana, _alma = two()
    first = policies.draft(a_policy.values(), reason="Once.", by=dana, key="same").ref
    assert policies.draft(a_policy.values(), reason="Once.", by=dana, key="same").ref == first
    assert len(queries.versions("draft")) == 1


def test_weights_of_a_proposal_become_a_draft_with_the_settings_in_force(app: Flask, clock: Clock) -> None:
    dana, alma = two()
    signed(dana, alma, floor=50.0)
    row = policies.draft_from({"sector": 12.5}, "Past outcomes speak for it.", dana)
    assert row.state == "draft"
    assert (row.values["floor"], row.values["weights"]["sector"], row.values["weights"]["stage"]) == (
        50.0,
        12.5,
        25.0,
    )
    assert row.based_on == "2026-11.2"


def test_a_new_recommendation_is_made_with_the_policy_in_force(app: Flask, clock: Clock) -> None:
    dana, alma = two()
    an_offer.the_consultants()
    case = factories.a_case(told_as="O01")
    before = reviews.compute(case.id).id
    policy = signed(dana, alma, weights=OTHER, offer_days=7, offer_days_when_hot=7)
    made = reviews.compute(case.id)
    result = Result.from_record(made.result)
    again = recommendations.propose(recommendations.Inputs.from_record(made.inputs), policy=policy)
    assert made.id != before
    assert (made.policy, result.policy) == ("2026-11.2", "2026-11.2")
    assert [one.points for one in result.consultants] == [one.points for one in again.consultants]
    sector = {finding.criterion: finding.of for finding in result.consultants[0].findings}["sector"]
    assert sector == pytest.approx(100 * 60 / (sum(policy.weights.values()) - 8), abs=0.001)
    assert offer_steps.days_to_reply(case, result) == 7


def test_a_kept_recommendation_is_read_as_it_was_and_goes_stale_in_words(app: Flask, clock: Clock) -> None:
    dana, alma = two()
    an_offer.the_consultants()
    case = factories.a_case(told_as="O01")
    row = reviews.compute(case.id)
    row_id, points = row.id, Result.from_record(row.result).consultants[0].points
    signed(dana, alma, weights=OTHER)
    told = reviews.mark_stale(case.id)
    assert told[0] == "The policy changed: it was 2026-11.1 and is now 2026-11.2."
    assert len(told) > 1
    kept = db.session.get_one(Recommendation, row_id)
    assert (kept.state, kept.policy) == ("stale", "2026-11.1")
    assert Result.from_record(kept.result).consultants[0].points == points


def test_a_policy_that_changes_nothing_for_a_case_leaves_its_recommendation(app: Flask, clock: Clock) -> None:
    dana, alma = two()
    factories.a_consultant("C07")
    case = factories.a_case(told_as="O01")
    reviews.compute(case.id)
    signed(dana, alma, offer_days=7)
    assert reviews.mark_stale(case.id) == []


def test_another_policy_undoes_no_decision(app: Flask, clock: Clock) -> None:
    dana, alma = two()
    an_offer.the_consultants()
    case = an_offer.a_decided_case("O10", director=dana)
    signed(dana, alma, weights=OTHER)
    assert reviews.mark_stale(case.id) == []
    row = recommendations.approved(case.id)
    assert row is not None
    assert row.state == "approved"


def test_versions_are_named_by_month_and_number() -> None:
    from datetime import date

    assert next_name(date(2026, 11, 30), []) == "2026-11.2"
    assert next_name(date(2026, 12, 1), ["2026-11.2"]) == "2026-12.1"
    assert next_name(date(2026, 12, 1), ["2026-12.1", "2026-12.2"]) == "2026-12.3"


def test_the_job_finishes_what_a_page_began(app: Flask, clock: Clock) -> None:
    dana, _alma = two()
    an_offer.the_consultants()
    for name in ("O01", "O10"):
        factories.a_case(told_as=name)
    row = a_draft(dana, weights=OTHER)
    effect = policy_effects.ask(row.ref, by=dana)
    ident = effect.id
    assert policy_effects.carry_on(ident, seconds=-1) is False
    assert a_policy.reread_effect(ident).state == "running"
    assert policy_effects.ask(row.ref, by=dana).id == ident
    assert policy_effects.run_waiting() == 1
    assert a_policy.reread_effect(ident).state == "done"
    assert policy_effects.run_waiting() == 0
