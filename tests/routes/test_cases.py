"""The applicant's own pages: what each state shows, who sees it, what the buttons do."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from lab import vocabulary as words
from lab.database import db, now, transaction
from lab.history import receipt, record
from lab.matching import records
from lab.matching.recommending import LEAD_AWAY
from lab.models import Case, ConveningInterest, Decision, NetworkMembership, Question, Recommendation, Task
from lab.queries import cases
from lab.said import joined, say, small
from tests.actions.test_cases import an_engagement, an_offer, join, referred
from tests.actions.test_networks import decided, network
from tests.clients import somebody
from tests.factories import a_case, a_consultant, the_supports
from tests.statements import counted


@pytest.fixture(autouse=True)
def still(app, clock):
    return clock


def keep(*rows):
    with transaction():
        db.session.add_all(rows)


def page_of(signed_in, case, who=None):
    return signed_in(who or case.owner).get(f"/cases/{case.ref}")


def test_one_case_is_where_the_list_leads(signed_in):
    case = a_case()
    answer = signed_in(case.owner).get("/cases/")
    assert answer.status_code == 303 and answer.location.endswith(f"/cases/{case.ref}")


def test_a_draft_goes_on_where_it_is_written(signed_in):
    case = a_case(state="draft")
    client = signed_in(case.owner)
    for path in ("/cases/", f"/cases/{case.ref}"):
        assert client.get(path).location.endswith(f"/applications/{case.ref}/tasks")


def test_without_a_case_there_is_a_way_to_begin(signed_in):
    answer = signed_in(somebody()).get("/cases/")
    assert answer.status_code == 200 and "Begin an application" in answer.text


def test_several_cases_are_listed(signed_in):
    owner = somebody()
    cases = [a_case(owner=owner), a_case(told_as="O05", owner=owner)]
    text = signed_in(owner).get("/cases/").text
    assert all(f"/cases/{case.ref}" in text for case in cases)


@pytest.mark.parametrize("path", ["", "/access", "/withdraw", "/appeal", "/convenings/recognition-101"])
def test_to_others_the_case_does_not_exist(signed_in, path):
    case = a_case(state="active")
    for stranger in (somebody(), somebody("director"), somebody("consultant"), somebody("administrator")):
        assert signed_in(stranger).get(f"/cases/{case.ref}{path}").status_code == 404


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("submitted", "a director reads it next"),
        ("in_review", "A director is reading your application"),
        ("awaiting_conditions", "help begins when these tasks are done"),
        ("offering", "We are finding your consultant"),
        ("active", "Your support has begun"),
        ("referred", "others may be"),
        ("withdrawn", "You took this application back"),
        ("closed", "The work is done"),
        ("expired", "This draft was deleted"),
    ],
)
def test_each_state_says_what_comes_next(signed_in, state, said):
    case = a_case(state=state)
    with transaction():
        case.due_on = now().date() + timedelta(days=3)
    text = page_of(signed_in, case).text
    assert said in text and "processing" not in text
    if state in ("submitted", "in_review"):
        assert "by 26 November 2026" in text and "in 3 days" in text
    if state == "offering":
        assert "by 27 November 2026" in text


def test_when_we_are_late_we_say_so(signed_in):
    case = a_case(state="in_review")
    with transaction():
        case.due_on = now().date() - timedelta(days=1)
    assert "are late" in page_of(signed_in, case).text


def test_the_decision_is_told_in_its_own_words_and_the_note_is_not(signed_in):
    case = decided()
    with transaction():
        row = db.session.query(Decision).one()
        row.words_to_applicant, row.note, row.tiers = "You stand well.", "NOTE-OF-THE-PROGRAM", ["regional"]
    text = page_of(signed_in, case).text
    assert (
        "You stand well." in text
        and "Yes, we would like to help" in text
        and "NOTE-OF-THE-PROGRAM" not in text
    )


def test_reasons_are_told_to_the_applicant_and_what_is_the_directors_to_settle_is_not():
    tier = records.plain(
        say(
            "This stage (%(stage)s) calls for a person beside them.",
            stage=small(words.STAGES["petition_filed"].label),
        )
    )
    network_ = records.plain(joined(say("The Network fits."), LEAD_AWAY))
    result = {
        "tiers": [{"tier": "individualized", "standing": "recommended", "reason": tier}],
        "networks": [{"network": "successor", "standing": "recommended", "reason": network_}],
    }
    decision = Decision(
        tiers=["individualized"], networks=["successor"], recommendation=Recommendation(result=result)
    )
    [advice] = cases.tiers_of(decision)
    assert advice.reason == "This stage (petition filed) calls for a person beside you."
    the_supports()
    told = {one.network.code: one.reason for one in cases.networks_of(decided(), decision)}
    assert told["successor"] == "The Network fits."


def test_a_decision_taken_back_is_gone(signed_in):
    case = decided(state="in_review")
    with transaction():
        case.decision = ""
        db.session.query(Decision).one().words_to_applicant = "OLD-WORDS"
    assert "OLD-WORDS" not in page_of(signed_in, case).text


def test_a_question_leads_to_its_answer_and_stays_on_its_side(signed_in):
    case = a_case(told_as="O04", state="info_requested")
    union = somebody()
    join(case, union, "union")
    question = Question(
        case_id=case.id, audience="management", text="MANAGEMENT-QUESTION", due_on=now().date(),
        asked_by_id=somebody("director").id, asked_at=now(),
    )  # fmt: skip
    keep(question)
    assert f"/applications/{case.ref}/questions/{question.ref}" in page_of(signed_in, case).text
    assert "MANAGEMENT-QUESTION" not in page_of(signed_in, case, union).text


def test_nothing_of_the_other_side_leaves_a_trace(signed_in):
    case = a_case(told_as="O04", state="active")
    union = somebody()
    join(case, union, "union")
    before = page_of(signed_in, case, union).text
    keep(
        Task(
            case_id=case.id, audience="management", kind="first_task", text="MANAGEMENT-TASK",
            due_on=now().date(), created_at=now(),
        )
    )  # fmt: skip
    with transaction():
        record(
            "task_met", about="task", by=case.owner, case=db.session.get(Case, case.id), audience="management"
        )
        record("decided_on", about="x", by=None, case=db.session.get(Case, case.id))

    def without_tokens(text):
        return [line for line in text.splitlines() if "csrf_token" not in line]

    assert without_tokens(page_of(signed_in, case, union).text) == without_tokens(before)
    assert "MANAGEMENT-TASK" in page_of(signed_in, case).text


def test_nobody_is_named_before_a_consultant_has_said_yes(signed_in):
    case = a_case(state="offering")
    consultant = a_consultant("C07")
    offer = an_offer(case, consultant)
    with transaction():
        receipt(case, by_id=consultant.person_id, what="identity")
    client = signed_in(case.owner)
    for path in ("", "/access"):
        assert consultant.name not in client.get(f"/cases/{case.ref}{path}").text
    assert "A consultant who was asked" in client.get(f"/cases/{case.ref}/access").text
    with transaction():
        db.session.execute(sa.update(Case).where(Case.id == case.id).values(state="active"))
    an_engagement(offer)
    for path in ("", "/access"):
        assert consultant.name in client.get(f"/cases/{case.ref}{path}").text


def test_the_access_log_is_a_fragment_for_htmx(signed_in):
    case = a_case(state="in_review")
    client = signed_in(case.owner)
    assert "Nobody outside your team" in client.get(f"/cases/{case.ref}/access").text
    assert "<html" not in client.get(f"/cases/{case.ref}/access", headers={"HX-Request": "true"}).text


def test_reading_changes_nothing(signed_in):
    case = a_case(state="in_review")
    client = signed_in(case.owner)
    version = case.version
    for path in ("/cases/", f"/cases/{case.ref}", f"/cases/{case.ref}/access", f"/cases/{case.ref}/withdraw"):
        client.get(path)
    assert db.session.get(Case, case.id).version == version


def test_taking_it_back_asks_once(signed_in):
    case = a_case(state="in_review")
    client = signed_in(case.owner)
    answer = client.send(f"/cases/{case.ref}/withdraw", f"/cases/{case.ref}/withdraw")
    assert answer.status_code == 303
    assert "You took this application back" in client.get(answer.location).text
    assert client.get(f"/cases/{case.ref}/withdraw").status_code == 303


def test_a_member_who_does_not_lead_finds_no_way_to_end_it(signed_in):
    case = a_case(state="in_review")
    helper = somebody()
    join(case, helper, "management", role="member")
    assert "/withdraw" not in page_of(signed_in, case, helper).text
    assert signed_in(helper).get(f"/cases/{case.ref}/withdraw").status_code == 404


def test_a_side_that_left_sees_the_case_no_more(signed_in):
    case = a_case(told_as="O04", state="active")
    assert "Take the application back" in page_of(signed_in, case).text
    join(case, somebody(), "union")
    client = signed_in(case.owner)
    assert "Take your side out of this case" in client.get(f"/cases/{case.ref}").text
    assert "The other side keeps the case" in client.get(f"/cases/{case.ref}/withdraw").text
    assert client.send(f"/cases/{case.ref}/withdraw", f"/cases/{case.ref}/withdraw").location.endswith(
        "/cases/"
    )
    assert client.get(f"/cases/{case.ref}").status_code == 404


def test_a_second_look(signed_in):
    case = referred()
    client = signed_in(case.owner)
    path = f"/cases/{case.ref}/appeal"
    assert path in client.get(f"/cases/{case.ref}").text
    empty = client.send(path, path, {"text": ""})
    assert empty.status_code == 422 and "Error: " in empty.text and "error-summary" in empty.text
    assert client.send(path, path, {"text": "Our board has changed."}).status_code == 303
    assert db.session.get(Case, case.id).state == "submitted"


def test_after_thirty_days_there_is_no_way_to_a_second_look(signed_in, still):
    case = referred()
    still.go(days=31)
    client = signed_in(case.owner)
    assert "/appeal" not in client.get(f"/cases/{case.ref}").text
    assert client.get(f"/cases/{case.ref}/appeal").status_code == 303


def test_a_convening_from_the_page(signed_in):
    the_supports()
    case = decided()
    with transaction():
        db.session.query(Decision).one().convenings = ["recognition-101"]
    client = signed_in(case.owner)
    path = f"/cases/{case.ref}/convenings/recognition-101"
    assert path in client.get(f"/cases/{case.ref}").text
    for wrong in ("", "0", "many"):
        assert client.send(path, path, {"people": wrong}).status_code == 422
    assert client.send(path, path, {"people": "3"}).status_code == 303
    assert "3 of you would come" in client.get(f"/cases/{case.ref}").text
    client.send(path, f"{path}/cancel")
    assert db.session.query(ConveningInterest).one().cancelled_at is not None
    assert client.get(f"/cases/{case.ref}/convenings/partnership-webinar").status_code == 404


def test_a_network_from_the_page_to_the_lead_and_back(signed_in):
    lead = somebody("network_lead", name="Lee")
    the_supports(lead=lead)
    case = decided()
    client, leads = signed_in(case.owner), signed_in(lead)
    assert "Nobody waits for you" in leads.get("/networks/successor").text
    assert (
        client.send("/networks/successor", "/networks/successor/ask", {"message": "Hello"}).status_code == 303
    )
    row = db.session.query(NetworkMembership).one()
    shown = leads.get("/networks/successor").text
    assert case.organization in shown and "Hello" in shown and "A director proposed this network" in shown
    path = f"/networks/requests/{row.ref}"
    refused = leads.send("/networks/successor", path, {f"{row.ref}-answer": "refuse"})
    assert refused.status_code == 422 and "Say in a sentence why" in refused.text
    words = {f"{row.ref}-answer": "admit", f"{row.ref}-words": "Welcome among us."}
    assert leads.send("/networks/successor", path, words).status_code == 303
    assert "Welcome among us." in client.get(f"/cases/{case.ref}").text
    leave = f"/networks/memberships/{row.ref}/leave"
    assert client.send(leave, leave).status_code == 303
    assert db.session.get(NetworkMembership, row.id).state == "left"


def test_networks_are_for_those_they_concern(signed_in):
    lead, other = somebody("network_lead"), somebody("network_lead")
    the_supports(lead=lead)
    case = decided()
    keep(
        NetworkMembership(
            network_id=network().id,
            case_id=case.id,
            person_id=case.owner_id,
            requested_at=now(),
            message="SECRET",
        )
    )
    row = db.session.query(NetworkMembership).one()
    for stranger in (somebody(), other, somebody("consultant"), somebody("administrator")):
        client = signed_in(stranger)
        assert client.get("/networks/successor").status_code == 404
        assert client.get(f"/networks/memberships/{row.ref}/leave").status_code == 404
    tied = somebody("director")
    with transaction():
        tied.ties = [case.organization]
    assert case.organization not in signed_in(tied).get("/networks/successor").text
    assert "SECRET" in signed_in("director").get("/networks/successor").text


def test_a_case_page_asks_the_database_twelve_times_at_most(app, signed_in):
    the_supports()
    case = decided()
    an_engagement(an_offer(case, a_consultant("C08"), state="accepted"))
    with transaction():
        db.session.query(Decision).one().convenings = ["recognition-101"]
    client, path = signed_in(case.owner), f"/cases/{case.ref}"
    client.get(path)
    with counted() as asked:
        client.get(path)
    reads = [sentence for sentence in asked if sentence.lstrip().startswith("SELECT")]
    assert 5 < len(reads) <= 12, "\n".join(reads)


def test_a_network_that_stands_too_close_says_so_and_offers_no_way_to_ask(signed_in):
    the_supports()
    case = decided()
    with transaction():
        here = network()
        union = case.document["bargaining_units"][0]["union"]
        here.profile = {**here.profile, "member_organizations": [{"name": union, "unions": []}]}
    client = signed_in(case.owner)
    page = client.get(f"/cases/{case.ref}").text
    assert "Not open to you now" in page and "may be too close to your case" in page
    shown = client.get("/networks/successor").text
    assert "may be too close to your case" in shown and "/networks/successor/ask" not in shown
    assert "Proposed to you" not in client.get("/networks/").text
