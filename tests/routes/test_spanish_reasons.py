"""Reasons of the matching on pages in Spanish: labels, days and sentences in the language of the reader."""

import pytest
from flask_babel import force_locale
from markupsafe import escape

from lab import vocabulary as words
from lab.actions import reviews
from lab.database import db
from lab.matching import Recommendation as Result
from lab.models import Recommendation
from lab.said import kept, say
from lab.showing import told
from tests.factories import a_case, a_consultant, the_supports
from tests.factories import told as told_in


@pytest.fixture
def pool(app, clock):
    for row in told_in("consultants"):
        a_consultant(row["ref"])
    the_supports()


def in_spanish(client):
    with client.session_transaction() as session:
        session["locale"] = "es"
    return client


def test_the_match_review_gives_its_reasons_in_the_readers_language(pool, signed_in):
    case = a_case()
    reviews.compute(case.id)
    row = db.session.query(Recommendation).filter_by(case_id=case.id).one()
    result = Result.from_record(row.result)
    ref, reason = case.ref, result.consultants[0].reasons[0]
    director = signed_in("director")
    english = director.get(f"/reviews/{ref}").text
    spanish = in_spanish(director).get(f"/reviews/{ref}").text
    stage = words.STAGES[result.stage].label
    assert str(escape(result.stage_reason)) in english and str(escape(reason)) in english
    with force_locale("es"):
        said, why = told(result.stage_reason), told(reason)
    assert stage.es.lower() in said and stage.en.lower() not in said
    assert str(escape(said)) in spanish and str(escape(why)) in spanish


def test_a_sentence_is_escaped_like_any_other_text(app):
    text = say("Works for %(who)s.", who="<script>&")
    with app.test_request_context():
        page = app.jinja_env.from_string("{{ said }} {{ said | upper }}").render(said=text)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_what_made_a_recommendation_stale_is_kept_with_its_values(pool):
    case = a_case()
    reviews.compute(case.id)
    row = db.session.query(Recommendation).filter_by(case_id=case.id).one()
    row.stale_because = [say("%(name)s is now among the candidates.", name="Ruth"), "As it was."]
    db.session.commit()
    db.session.expire_all()
    again = db.session.query(Recommendation).filter_by(case_id=case.id).one().stale_because
    assert again == ["Ruth is now among the candidates.", "As it was."]
    assert kept(again[0]) == {"say": "%(name)s is now among the candidates.", "with": {"name": "Ruth"}}
