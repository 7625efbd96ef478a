"""What was kept elsewhere comes in whole, once, and never over what people did here since."""

import json

import pytest

from lab.database import db, transaction
from lab.models import Case, Consultant, Convening, Event, Network, OutboxMessage, Person, Section
from tests.clients import somebody
from tests.factories import CASES, told


@pytest.fixture
def bring(app, clock):
    """`flask lab import` with these files; gives its result."""

    def run(*files, options=()):
        from lab.cli.imports import import_

        result = app.test_cli_runner().invoke(import_, [*map(str, files), *options])
        db.session.rollback()
        return result

    return run


ALL = [CASES / f"{name}.json" for name in ("applications", "supports", "consultants")]


def written(tmp_path, rows, name="rows.json"):
    path = tmp_path / name
    path.write_text(json.dumps(rows, indent=1))
    return path


def test_the_told_files_come_in_as_cases_consultants_networks_and_events(bring):
    result = bring(*ALL)
    assert result.exit_code == 0, result.output
    assert "38 rows: 38 new." in result.output
    counted = [db.session.query(model).count() for model in (Case, Consultant, Network, Convening)]
    assert counted == [12, 8, 13, 5]
    case = db.session.query(Case).filter_by(imported_ref="O01").one()
    assert (case.state, case.stage, case.owner.email) == ("submitted", "petition_filed", "o01@example.org")
    sent = db.session.query(Event).filter_by(case_id=case.id, verb="submitted").one()
    assert sent.at == case.submitted_at
    assert case.document["organization"]["name"] == case.organization == "Puget Harbor Art Museum"
    assert case.memberships[0].role == "lead" and case.due_on is not None
    topics = {section.topic: section for section in case.sections}
    assert topics["needs"].answers["description"] == case.document["description"]
    assert {section.audience for section in topics.values()} == {"management"} and "team" not in topics
    joint = db.session.query(Case).filter_by(imported_ref="O04").one()
    audiences = {section.topic: section.audience for section in joint.sections}
    assert audiences["team"] == audiences["needs"] == "joint"
    assert (audiences["notes_management"], audiences["notes_union"]) == ("management", "union")


def test_consultants_can_sign_in_and_leads_lead(bring):
    bring(*ALL)
    delphine = db.session.query(Person).filter_by(email="c01@example.net").one()
    assert [grant.role for grant in delphine.roles] == ["consultant"]
    assert delphine.time_zone == "America/New_York"
    network = db.session.query(Network).filter_by(code="implementation").one()
    assert network.lead.email == "c04@example.net"
    assert {grant.role for grant in network.lead.roles} == {"consultant", "network_lead"}


def test_a_second_run_changes_nothing(bring):
    bring(*ALL)
    events = db.session.query(Event).count()
    result = bring(*ALL)
    assert result.exit_code == 0 and "38 rows: 38 unchanged." in result.output
    assert db.session.query(Event).count() == events
    assert db.session.query(Case).count() == 12 and db.session.query(Section).count() == 10 * 7 + 2 * 10


def test_the_directors_are_told_once(bring):
    dana = somebody("director")
    bring(*ALL)
    bring(*ALL)
    assert [mail.kind for mail in db.session.query(OutboxMessage).filter_by(recipient=dana.email)] == [
        "case-waiting"
    ]


def test_a_changed_row_is_changed_here_and_said(bring, tmp_path):
    bring(*ALL)
    rows = told("applications")
    rows[0]["description"] = "We have new questions."
    result = bring(written(tmp_path, rows))
    assert "O01: changed, the case LL-" in result.output and "1 changed, 11 unchanged" in result.output
    case = db.session.query(Case).filter_by(imported_ref="O01").one()
    assert case.document["description"] == "We have new questions."
    needs = next(section for section in case.sections if section.topic == "needs")
    assert needs.answers["description"] == "We have new questions."


def test_a_case_in_review_is_not_overwritten(bring, tmp_path):
    bring(*ALL)
    with transaction():
        db.session.query(Case).filter_by(imported_ref="O01").one().state = "in_review"
    rows = told("applications")
    rows[0]["description"] = "Too late."
    result = bring(written(tmp_path, rows))
    assert "O01: left" in result.output and "it differs in description" in result.output
    assert db.session.query(Case).filter_by(imported_ref="O01").one().document["description"] != "Too late."


def test_what_a_consultant_changed_here_outlives_the_same_file(bring):
    bring(*ALL)
    with transaction():
        db.session.query(Consultant).filter_by(ref="C01").one().capacity_hours_month = 3
    bring(*ALL)
    assert db.session.query(Consultant).filter_by(ref="C01").one().capacity_hours_month == 3


def test_a_file_with_a_problem_brings_in_nothing(bring, tmp_path):
    rows = told("applications")[:3]
    rows[1]["organization"]["sector"] = "arts_cultur"
    path = written(tmp_path, rows)
    line = path.read_text().splitlines().index('   "sector": "arts_cultur",') + 1
    result = bring(path, CASES / "consultants.json")
    assert result.exit_code == 1
    assert (
        f"rows.json: line {line}: organization.sector: unknown code 'arts_cultur', did you mean 'arts_culture'?"
        in result.output
    )
    assert "Nothing was brought in, because of 1 problem." in result.output
    assert db.session.query(Case).count() == db.session.query(Consultant).count() == 0


def test_the_good_rows_come_in_when_asked_for(bring, tmp_path):
    rows = told("applications")[:3]
    rows[1]["organization"]["sector"] = "arts_cultur"
    result = bring(written(tmp_path, rows), options=["--skip-bad"])
    assert result.exit_code == 1 and "2 rows: 2 new." in result.output
    assert {case.imported_ref for case in db.session.query(Case)} == {"O01", "O03"}


def test_somebody_must_be_able_to_sign_in(bring, tmp_path):
    rows = told("applications")[:1]
    rows[0]["contact"]["email"] = ""
    path = written(tmp_path, rows)
    line = path.read_text().splitlines().index('   "email": ""') + 1
    result = bring(path)
    assert f"line {line}: contact.email: a mail address is missing" in result.output
    assert db.session.query(Case).count() == 0


def test_two_consultants_cannot_share_an_address(bring, tmp_path):
    rows = told("consultants")[:2]
    rows[1]["email"] = rows[0]["email"]
    result = bring(written(tmp_path, rows))
    assert result.exit_code == 1 and "already belongs to the consultant C01" in result.output
    assert db.session.query(Person).count() == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[{]", "line 1: this is not JSON"),
        ('[{"hello": 1}]', "neither applications nor consultants nor supports"),
    ],
)
def test_a_file_that_is_something_else_is_refused(bring, tmp_path, text, said):
    path = tmp_path / "what.json"
    path.write_text(text)
    result = bring(path)
    assert result.exit_code == 1 and said in result.output


def test_a_file_that_is_not_there_is_named(bring, tmp_path):
    result = bring(tmp_path / "nowhere.json")
    assert result.exit_code == 1 and "nowhere.json: cannot be opened" in result.output
