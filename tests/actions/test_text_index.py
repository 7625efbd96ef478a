"""The worker builds the index of texts, the web reads it, and both recommend the same."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lab import text_model
from lab.actions import reviews
from lab.actions.texts import refresh
from lab.database import db
from lab.matching import recommend
from lab.models import Consultant, TextIndexRow
from lab.queries import recommendations, texts
from lab.queries.recommendations import Inputs
from tests.factories import a_case, a_consultant, a_person, the_supports, told

MODEL = '''
VERSION = "{version}"
def vectors(texts):
    """Who writes of gardens is far from everybody else."""
    return [[1.0, 0.0] if "garden" not in text else [0.0, 1.0] for text in texts]
'''


@pytest.fixture
def case(app):
    for row in told("consultants"):
        a_consultant(row["ref"])
    the_supports()
    return a_case(told_as="O01", state="in_review", director=a_person("director"))


@pytest.fixture
def with_settings(app):
    """Change the settings for one test."""
    before = app.config["SETTINGS"]
    yield lambda **changed: app.config.update(SETTINGS=replace(before, **changed))
    app.config["SETTINGS"] = before


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write a package with a model of texts and say its name."""
    monkeypatch.syspath_prepend(tmp_path)

    def written(content, name):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(content)
        return name

    yield written
    text_model.load.cache_clear()


def test_without_an_index_nothing_is_missing(case):
    made = reviews.compute(case.id)
    assert "likeness" not in made.inputs
    assert made.result["consultants"]


def test_the_index_is_built_once_for_the_same_texts_and_again_for_others(case):
    assert refresh()
    assert not refresh()
    before = texts.current()
    somebody = db.session.query(Consultant).filter_by(ref="C01").one()
    somebody.profile = {**somebody.profile, "bio": "I have kept gardens all my life."}
    db.session.commit()
    assert refresh()
    assert db.session.query(TextIndexRow).count() == 1
    assert texts.current().likeness("The garden is kept.", "C01") > before.likeness(
        "The garden is kept.", "C01"
    )


def test_an_index_of_another_version_is_none_and_is_built_again(case):
    refresh()
    row = db.session.query(TextIndexRow).one()
    row.content, row.made_from = b"something older", "0" * 64
    db.session.commit()
    assert texts.current() is None
    assert "likeness" not in reviews.compute(case.id).inputs
    assert refresh()
    assert texts.current() is not None


def test_the_web_recommends_what_a_process_with_the_library_recommends(case):
    refresh()
    inputs = recommendations.read_inputs(case, recommendations.day_to_count_from())
    web = recommendations.propose(inputs)
    whole = recommend(
        inputs.application, consultants=inputs.consultants, supports=inputs.supports,
        commitments=inputs.commitments, as_of=inputs.as_of, policy=recommendations.in_force(), likeness=True,
    )  # fmt: skip
    assert [one.ref for one in web.consultants] == [one.ref for one in whole.consultants]
    for mine, theirs in zip(web.consultants, whole.consultants, strict=True):
        assert (mine.score, mine.findings) == (theirs.score, theirs.findings)
    assert web.to_json() != recommendations.propose(replace(inputs, likeness={})).to_json()


def test_what_is_kept_can_be_made_again_without_the_index(case):
    refresh()
    kept = reviews.compute(case.id)
    db.session.query(TextIndexRow).delete()
    db.session.commit()
    inputs = Inputs.from_record(kept.inputs)
    assert len(inputs.likeness) == len(inputs.consultants)
    assert recommendations.propose(inputs).to_record() == kept.result


def test_an_index_that_comes_makes_nothing_stale(case):
    kept = reviews.compute(case.id)
    refresh()
    assert reviews.mark_stale(case.id) == []
    assert kept.state == "computed"


def test_a_model_says_how_alike_the_open_cases_are_and_words_say_the_rest(case, with_settings, package):
    refresh()
    words = texts.current()
    with_settings(text_model=package(MODEL.format(version="7"), "tiny_model"))
    assert refresh()
    index, description = texts.current(), case.document["description"]
    assert index.model == "tiny_model 7"
    assert {index.likeness(description, ref) for ref in index.refs} == {1.0}
    other = "We prepare our team for bargaining a first contract."
    assert index.rank(other) == words.rank(other)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("raise ImportError('no weights')", "it cannot be imported .no weights."),
        ("def vectors(texts): return [[1.0] for text in texts]", "it has no VERSION"),
        ("VERSION = '1'", "it has no function vectors"),
        ("VERSION = '1'\ndef vectors(texts): return [[1.0]]", "one row of finite numbers for each text"),
        ("VERSION = '1'\ndef vectors(texts): raise RuntimeError('out of memory')", "failed .out of memory."),
        ("VERSION = '1'\ndef vectors(texts): return [[float('nan')] for text in texts]", "finite numbers"),
    ],
)
def test_a_broken_model_is_refused_by_name(content, why, package):
    name = package(content, f"broken_model_{abs(hash(content))}")
    with pytest.raises(text_model.BrokenModel, match=f"LAB_TEXT_MODEL is {name}, but .*{why}"):
        text_model.load(name)


def test_the_worker_does_not_start_with_a_missing_model_and_the_web_does_not_care(app, with_settings):
    with_settings(text_model="no_such_model_of_texts")
    started = app.test_cli_runner().invoke(args=["lab", "worker"])
    assert started.exit_code == 1
    assert "LAB_TEXT_MODEL is no_such_model_of_texts, but it cannot be imported" in started.output
    assert "unset LAB_TEXT_MODEL" in started.output
    assert app.test_client().get("/").status_code in (200, 302)


def test_a_web_worker_reads_no_model(tmp_path):
    script = "import app, sys; print(app.app.config['SETTINGS'].text_model, 'no_such_model' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        env={"LAB_DATA_DIR": str(tmp_path), "LAB_TEXT_MODEL": "no_such_model"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["no_such_model", "False"]
