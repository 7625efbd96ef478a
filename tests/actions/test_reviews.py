"""Beginning a review, computing what is recommended, and noticing when that no longer holds."""

import json
from datetime import UTC, date, datetime

import pytest

from lab.actions import reviews
from lab.database import db
from lab.errors import NotAllowed, NotFound, NotNow
from lab.matching.result import Recommendation as Result
from lab.models import AccessReceipt, Case, Consultant, Event, Recommendation
from tests.factories import CASES, a_case, a_consultant, a_person, the_supports, told

EXPECTED = {row["ref"]: row for row in json.loads((CASES / "expected.json").read_text())}
STANDINGS = {
    "required": {"recommended", "conditional"},
    "good": {"recommended", "optional", "conditional"},
    "optional": {"recommended", "optional", "conditional", "not_now"},
    "not_now": {"not_now", "excluded"},
    "must_not": {"not_now", "excluded"},
}


def the_pool():
    for row in told("consultants"):
        a_consultant(row["ref"])
    the_supports()


def test_beginning_gives_the_case_to_the_director_and_the_client_can_read_it(app):
    amina, case = a_person("director"), a_case()
    reviews.begin(case.id, by=amina)
    assert (case.state, case.director_id, case.next_action) == ("in_review", amina.id, "decide")
    seen = db.session.query(AccessReceipt).one()
    assert (seen.person_id, seen.what) == (amina.id, "review")


def test_beginning_twice_changes_nothing(app):
    amina, case = a_person("director"), a_case()
    reviews.begin(case.id, by=amina)
    version = case.version
    reviews.begin(case.id, by=amina)
    assert case.version == version
    assert db.session.query(Event).filter_by(verb="review_begun").count() == 1


def test_the_second_director_reads_who_was_first(app):
    case = a_case()
    reviews.begin(case.id, by=a_person("director", name="Amina Daud"))
    with pytest.raises(NotNow, match="Amina Daud has already begun"):
        reviews.begin(case.id, by=a_person("director"))


def test_a_draft_is_not_reviewed(app):
    case = a_case(state="draft")
    with pytest.raises(NotNow):
        reviews.begin(case.id, by=a_person("director"))


def test_a_case_can_be_taken_over_and_both_names_are_kept(app):
    amina, ben, case = a_person("director"), a_person("director"), a_case()
    with pytest.raises(NotNow, match="Nobody"):
        reviews.take_over(case.id, by=ben)
    reviews.begin(case.id, by=amina)
    reviews.take_over(case.id, by=ben)
    assert case.director_id == ben.id
    event = db.session.query(Event).filter_by(verb="review_taken_over").one()
    assert (event.actor_id, event.details["from"]) == (ben.id, amina.id)


def test_each_opening_is_kept_once_a_day(app, clock):
    amina, case = a_person("director"), a_case()
    reviews.opened(case.id, by_id=amina.id)
    reviews.opened(case.id, by_id=amina.id)
    assert db.session.query(AccessReceipt).count() == 1
    clock.go(days=1)
    reviews.opened(case.id, by_id=amina.id)
    assert db.session.query(AccessReceipt).count() == 2


def test_what_is_proposed_is_kept_with_inputs_policy_and_code(app, clock):
    clock.set(datetime(2026, 10, 21, 3, tzinfo=UTC))  # still the 20th for the program
    the_pool()
    case = a_case()
    row = reviews.compute(case.id)
    assert row.state == "computed"
    assert row.policy and row.code and len(row.inputs_hash) == 64
    assert row.inputs["as_of"] == "2026-10-20"
    assert row.inputs["application"]["organization"]["name"] == "Puget Harbor Art Museum"
    assert {one["ref"] for one in row.inputs["consultants"]} == {f"C0{n}" for n in range(1, 9)}
    assert "c07@example.net" not in json.dumps(row.inputs)
    assert (case.stage, case.tier, case.clock_kind) == ("petition_filed", "individualized", "vote_scheduled")


def test_the_same_inputs_are_kept_once(app):
    the_pool()
    case = a_case()
    first = reviews.compute(case.id)
    version = case.version
    assert reviews.compute(case.id).id == first.id
    assert db.session.query(Recommendation).count() == 1
    assert case.version == version


def test_computing_does_not_disturb_a_form_that_is_open(app):
    case = a_case()
    version = case.version
    reviews.compute(case.id)
    db.session.expire_all()
    assert case.version == version


def test_nothing_is_computed_for_what_is_not_there(app):
    with pytest.raises(NotFound):
        reviews.compute(999)


@pytest.mark.parametrize("ref", sorted(EXPECTED))
def test_each_told_case_comes_out_as_a_director_expects(app, ref):
    the_pool()
    expected = EXPECTED[ref]
    case = a_case(told_as=ref)
    day = date.fromisoformat(case.document["submitted_on"])
    result = Result.from_record(reviews.compute(case.id, as_of=day).result)
    assert (result.stage, result.decision) == (expected["stage"], expected["decision"])
    for wanted in expected["tiers"]:
        assert result.tier(wanted["tier"]).standing in STANDINGS[wanted["strength"]], wanted
    first = [one.ref for one in result.shortlist][:3] if result.hours_proposed else []
    people = expected["consultants"]
    assert not set(first) & set(people["must_not"])
    if people["best"] and first:
        assert first[0] in people["best"] + people["acceptable"]
    for consultant, gate in expected.get("gates", {}).items():
        closed = next(one for one in result.excluded if one.ref == consultant)
        assert gate in (closed.gate, *closed.also)


def changed(consultant: Consultant, **values):
    consultant.profile = {**consultant.profile, **values}
    db.session.commit()


def test_an_edit_that_changes_nothing_leaves_the_recommendation_as_it_is(app):
    the_pool()
    case = a_case()
    reviews.compute(case.id)
    changed(db.session.query(Consultant).filter_by(ref="C06").one(), bio="Rewritten.")
    assert reviews.mark_stale(case.id) == []
    assert db.session.query(Recommendation).one().state == "computed"


def test_a_recommendation_goes_stale_and_says_what_changed(app):
    the_pool()
    case = a_case()
    reviews.compute(case.id)
    first = db.session.query(Consultant).filter_by(ref="C07").one()
    first.paused_at = datetime(2026, 11, 20, tzinfo=UTC)
    db.session.commit()
    said = reviews.mark_stale(case.id)
    assert any("no longer among the candidates" in sentence for sentence in said)
    row = db.session.query(Recommendation).one()
    assert (row.state, row.stale_because) == ("stale", said)
    assert reviews.mark_stale(case.id) == said
    assert db.session.query(Event).filter_by(verb="match_stale").count() == 1


def test_other_answers_make_it_stale_and_computing_again_makes_a_new_one(app):
    the_pool()
    case = a_case()
    old = reviews.compute(case.id)
    case.document = {**case.document, "session_languages": ["es"]}
    db.session.commit()
    assert reviews.mark_stale_everywhere() == 1
    assert reviews.mark_stale_everywhere() == 0
    new = reviews.compute(case.id)
    db.session.expire_all()
    assert (old.state, new.state) == ("stale", "computed")
    assert old.stale_because[0] == "The answers changed: session languages."


def test_an_approved_recommendation_is_never_edited_by_a_new_one(app):
    the_pool()
    case = a_case()
    old = reviews.compute(case.id)
    old.state = "approved"
    db.session.commit()
    before = dict(old.result)
    case.document = {**case.document, "session_languages": ["es"]}
    db.session.commit()
    new = reviews.compute(case.id)
    db.session.expire_all()
    assert new.id != old.id
    assert (old.state, old.result, old.stale_because) == ("approved", before, [])


def test_a_pause_is_named_as_the_reason(app):
    the_pool()
    paused = db.session.query(Consultant).filter_by(ref="C07").one()
    paused.paused_at = datetime(2026, 11, 20, tzinfo=UTC)
    db.session.commit()
    result = Result.from_record(reviews.compute(a_case().id).result)
    reason = next(one.reason for one in result.excluded if one.ref == "C07")
    assert "pause" in reason


def test_the_job_computes_what_nobody_has_computed(app):
    the_pool()
    case = a_case()
    a_case(state="draft")
    assert reviews.compute_missing() == 1
    assert reviews.compute_missing() == 0
    assert db.session.query(Recommendation).one().case_id == case.id


def test_another_directors_case_is_not_yours_to_decide(app):
    amina, case = a_person("director", name="Amina Daud"), a_case()
    with pytest.raises(NotAllowed, match="Start the review"):
        reviews.must_be_theirs(case, amina)
    reviews.begin(case.id, by=amina)
    reviews.must_be_theirs(db.session.get(Case, case.id), amina)
    with pytest.raises(NotNow, match="Amina Daud is reviewing"):
        reviews.must_be_theirs(case, a_person("director"))
