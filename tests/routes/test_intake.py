"""An application as somebody writes it in a browser: part by part, left and taken up again, checked and sent."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest

from lab import exchange
from lab.database import db, transaction
from lab.models import Case, Invitation, Question, Section, WebSession
from tests.clients import LabClient, somebody
from tests.filled import NONPROFIT, SCHOOLS
from tests.pages import Page
from tests.statements import counted


def begin(client: LabClient, line: str = "nonprofit", side: str = "") -> str:
    """Start an application and give its address."""
    answer = client.send(
        "/applications/new",
        "/applications/new",
        {"line": line, "name": "Ana Ruiz", **({"side": side} if side else {})},
    )
    assert answer.status_code == 303, answer.text
    return str(answer.location).removesuffix("/tasks")


def fill(
    client: LabClient, at: str, topic: str, data: dict[str, Any], do: str = "continue", **kwargs: Any
) -> Any:
    """Type into the form of one part and send it."""
    return client.send(f"{at}/{topic}", f"{at}/{topic}", {**data, "do": do}, **kwargs)


def fill_all(client: LabClient, at: str, told: dict[str, dict[str, Any]]) -> None:
    for topic, data in told.items():
        answer = fill(client, at, topic, data)
        assert answer.status_code == 303, f"{topic}: {answer.text}"


def send(client: LabClient, at: str) -> Any:
    return client.send(f"{at}/check", f"{at}/submit", {"consent": "y"})


def section(at: str, topic: str) -> Section:
    ref = at.rsplit("/", 1)[1]
    return db.session.query(Section).join(Case).filter(Case.ref == ref, Section.topic == topic).one()


def test_a_new_application_shows_its_seven_parts(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    page = client.get(f"{at}/tasks").text
    assert "0 of 7 parts done" in page
    assert page.count("Not started") == 7
    assert "About 20 minutes left" in page
    assert client.get(f"{at}/sent").status_code == 303


def test_starting_twice_with_one_form_makes_one_application(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    fields = dict(Page(client.get("/applications/new").text).form("/applications/new").fields)
    data = {**fields, "line": "nonprofit", "name": "Ana"}
    first, second = (client.post("/applications/new", data=data) for _ in range(2))
    assert first.location == second.location
    assert db.session.query(Case).count() == 1


@pytest.mark.parametrize(("line", "told"), [("nonprofit", NONPROFIT), ("schools", SCHOOLS)])
def test_the_whole_way_to_the_reference(clock: Any, signed_in: Any, line: str, told: Any) -> None:
    client = signed_in(somebody())
    at = begin(client, line, "management" if line == "schools" else "")
    fill_all(client, at, told)
    answer = send(client, at)
    assert answer.status_code == 303, answer.text
    ref = at.rsplit("/", 1)[1]
    page = client.get(str(answer.location)).text
    assert ref in page
    case = db.session.query(Case).filter_by(ref=ref).one()
    assert case.state == "submitted"
    application = exchange.application_from(case.document)
    assert application.organization.name == told["organization"]["name"]
    assert case.organization == application.organization.name
    # A date within thirty days makes the answer come within one working day.
    assert case.due_on is not None
    assert str(case.due_on) == ("2026-11-24" if line == "nonprofit" else "2026-11-30")


def test_an_empty_part_comes_back_with_its_errors_and_what_was_typed(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    answer = fill(client, at, "organization", {"name": "Harbor Light", "staff": "many"})
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert "Please look at" in answer.text
    assert 'value="Harbor Light"' in answer.text
    assert 'value="many"' in answer.text
    # It is stored as it stands, and the next page begins with it.
    assert section(at, "organization").typed["staff"] == ["many"]
    assert section(at, "organization").state == "in_progress"
    assert 'value="many"' in client.get(f"{at}/organization").text


def test_save_and_come_back_insists_on_nothing(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    answer = fill(client, at, "organization", {"name": "Harbor"}, do="later")
    assert (answer.status_code, answer.location) == (303, f"{at}/tasks")
    assert section(at, "organization").typed["name"] == ["Harbor"]
    assert "In progress" in client.get(f"{at}/tasks").text


def test_rows_are_added_and_removed_without_losing_a_word(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    first = {"any_group": "yes", "units-0-label": "Guards", "units-0-conditions": ["impasse"]}
    answer = fill(client, at, "people", first, do="add:units")
    assert answer.location == f"{at}/people#units-last"
    fill(client, at, "people", {"units-1-label": "Desk"}, do="add:units")
    fill(client, at, "people", {"units-2-label": "Education", "units-2-size": "12"}, do="remove:units:1")
    kept = section(at, "people").typed
    assert [kept["units-0-label"], kept["units-1-label"], kept["units-1-size"]] == [
        ["Guards"],
        ["Education"],
        ["12"],
    ]
    assert kept["units-0-conditions"] == ["impasse"]
    assert "units-2-label" not in kept
    page = Page(client.get(f"{at}/people").text).form(f"{at}/people")
    assert page.fields["units-1-label"] == ["Education"]


def test_saving_while_typing_answers_with_the_time_and_the_new_version(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    fields = dict(Page(client.get(f"{at}/needs").text).form(f"{at}/needs").fields)
    data = {**fields, "description": "They ask for"}
    answer = client.post(f"{at}/needs/autosave", data=data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    # Ten in the morning where the reader is.
    assert "Saved 10:00" in answer.text
    assert 'name="read_version" id="read_version" value="2"' in answer.text
    assert "<html" not in answer.text
    newer = {**data, "description": "They ask for more", "read_version": "2"}
    with counted() as said:
        answer = client.post(f"{at}/needs/autosave", data=newer, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    # Two to know who writes what, six to keep it with its revision and its row of history.
    assert len(said) == 8, "\n".join(said)


def test_two_writers_see_both_texts_and_choose(clock: Any, signed_in: Any) -> None:
    ana, ben = somebody(name="Ana"), somebody(name="Ben")
    first, second = signed_in(ana), signed_in(ben)
    at = begin(first)
    first.send(f"{at}/members", f"{at}/members", {"email": ben.email, "say_so": "y"})
    invitation = db.session.query(Invitation).one().ref
    joined = second.send(
        f"/invitations/{invitation}", f"/invitations/{invitation}", {"side": "y", "do": "accept"}
    )
    assert joined.location == f"{at}/tasks"
    mine = dict(Page(first.get(f"{at}/needs").text).form(f"{at}/needs").fields)
    assert (
        fill(second, at, "needs", {"description": "Ben's words", "need_peer_learning": "must"}).status_code
        == 303
    )
    late = {**mine, "description": "Ana's words"}
    told = first.post(f"{at}/needs/autosave", data=late, headers={"HX-Request": "true"})
    assert told.status_code == 409
    assert "Your text is kept too" in told.text
    answer = first.post(f"{at}/needs", data={**late, "do": "continue"})
    assert answer.status_code == 409
    assert "Ana&#39;s words" in answer.text
    assert "Ben&#39;s words" in answer.text
    choose = next(form.action for form in Page(answer.text).forms if "/versions/" in form.action)
    # What one of the two had to choose from, nobody else can open.
    assert second.get(choose).status_code == 404
    done = first.send(choose, choose, {"keep-description": "both"})
    assert done.status_code == 303, done.text
    kept = section(at, "needs")
    assert kept.typed["description"] == ["Ana's words\n\nBen's words"]
    assert kept.typed["need_peer_learning"] == ["must"]
    assert kept.state == "done"


def test_a_list_of_names_is_asked_about_and_may_be_kept(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    text = {"description": "The organizers are Maria Lopez, John Smith and Dana White."}
    answer = fill(client, at, "needs", text)
    assert answer.status_code == 422
    assert "This looks like a list of names" in answer.text
    assert section(at, "needs").state == "in_progress"
    assert fill(client, at, "needs", text, do="keep").status_code == 303
    assert section(at, "needs").state == "done"


def test_open_parts_are_named_and_nothing_is_sent(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    page = client.get(f"{at}/check").text
    assert "Some parts are still open" in page
    assert f"{at}/dates?back=check" in page
    assert "Send the application" not in page
    assert client.post(f"{at}/submit", data={}).status_code == 400  # without its token nothing is read


def test_sending_needs_the_tick(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    fill_all(client, at, NONPROFIT)
    answer = client.send(f"{at}/check", f"{at}/submit")
    assert answer.status_code == 422
    assert "Tick the box to say that you may send this." in answer.text
    assert db.session.query(Case).one().state == "draft"


def test_the_price_of_hours_stands_beside_the_choice(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    fill(client, at, "organization", NONPROFIT["organization"])
    page = client.get(f"{at}/time").text
    assert "9,750 to 16,250 USD for one consultant" in page
    assert "0.07% to 0.2% of your yearly budget" in page


def test_nobody_else_finds_the_case(clock: Any, signed_in: Any) -> None:
    at = begin(signed_in(somebody()))
    for stranger in (signed_in(somebody()), signed_in("director"), signed_in("administrator")):
        for path in ("tasks", "organization", "check", "sent", "members"):
            assert stranger.get(f"{at}/{path}").status_code == 404


def test_the_other_side_sees_no_trace_of_notes(clock: Any, signed_in: Any) -> None:
    ana, uma = somebody(), somebody()
    first, second = signed_in(ana), signed_in(uma)
    at = begin(first, "schools", "management")
    first.send(f"{at}/members", f"{at}/members", {"email": uma.email, "say_so": "y", "side": "union"})
    invitation = db.session.query(Invitation).one().ref
    second.send(f"/invitations/{invitation}", f"/invitations/{invitation}", {"side": "y", "do": "accept"})
    second.get(f"{at}/tasks")  # the word of welcome is shown once
    before = second.get(f"{at}/tasks").text
    clock.go(minutes=20)
    assert fill(first, at, "notes_management", {"note": "k7-secret-word"}).status_code == 303
    after = second.get(f"{at}/tasks").text
    assert "of 8 parts done" in after
    without_tokens = [line for line in after.splitlines() if "csrf_token" not in line]
    assert without_tokens == [line for line in before.splitlines() if "csrf_token" not in line]
    assert second.get(f"{at}/notes_management").status_code == 404
    for path in ("tasks", "check", "team", "members"):
        assert "k7-secret-word" not in second.get(f"{at}/{path}").text
    assert "k7-secret-word" in first.get(f"{at}/check").text


def test_an_answer_to_a_question_changes_only_what_was_named(clock: Any, signed_in: Any) -> None:
    ana = somebody()
    client = signed_in(ana)
    at = begin(client)
    fill_all(client, at, NONPROFIT)
    assert send(client, at).status_code == 303
    case = db.session.query(Case).one()
    director = somebody("director")
    with transaction():
        case = db.session.get_one(Case, case.id)
        case.state, case.director_id = "info_requested", director.id
        asked = Question(
            case_id=case.id, audience="management", text="Has the day moved?", topics=["dates"],
            due_on=date(2026, 11, 20), asked_by_id=director.id, asked_at=case.created_at,
        )  # fmt: skip
        db.session.add(asked)
        db.session.flush()
        ref = asked.ref
    page = client.get(f"{at}/questions/{ref}").text
    assert "Has the day moved?" in page
    assert "Your answer is still welcome" in page
    assert client.get(f"{at}/needs").status_code == 303
    back = f"question:{ref}"
    shown = client.get(f"{at}/dates?back={back}")
    assert 'value="December 17, 2026"' in shown.text
    fields = dict(Page(shown.text).form(f"{at}/dates").fields)
    saved = client.post(f"{at}/dates", data={**fields, "days-0-when": "January 12, 2027", "do": "continue"})
    assert saved.location == f"{at}/questions/{ref}"
    done = client.send(f"{at}/questions/{ref}", f"{at}/questions/{ref}", {"answer": "Yes, to January."})
    assert done.status_code == 303, done.text
    again = db.session.query(Case).one()
    assert (again.state, again.clock_on) == ("in_review", date(2027, 1, 12))


def test_more_supervisors_than_staff_are_refused_at_both_numbers(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    answer = fill(
        client, at, "organization", {**NONPROFIT["organization"], "staff": "25", "supervisors": "40"}
    )
    assert answer.status_code == 422
    assert "Fewer people work there (25) than supervise others (40)" in answer.text
    assert "More people supervise (40) than work there (25)" in answer.text
    assert 'href="#staff"' in answer.text and 'href="#supervisors"' in answer.text
    assert section(at, "organization").state == "in_progress"
    equal = {**NONPROFIT["organization"], "staff": "25", "supervisors": "25"}
    assert fill(client, at, "organization", equal).status_code == 303


TWO_GROUPS = {
    **NONPROFIT["people"],
    "units-1-label": "Drivers", "units-1-stage": "established", "units-1-union": "Teamsters Local 5",
}  # fmt: skip


def test_a_date_of_a_group_that_does_not_exist_is_refused(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    assert fill(client, at, "people", TWO_GROUPS).status_code == 303
    days = {**NONPROFIT["dates"], "days-0-unit": "Pilots"}
    answer = fill(client, at, "dates", days)
    assert answer.status_code == 422 and "There is no group “Pilots” any more" in answer.text
    assert fill(client, at, "dates", {**days, "days-0-unit": "Drivers"}).status_code == 303


def test_dates_of_a_group_that_was_renamed_are_asked_for_again(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    fill(client, at, "people", TWO_GROUPS)
    fill(client, at, "dates", {**NONPROFIT["dates"], "days-0-unit": "Drivers"})
    assert section(at, "dates").state == "done"
    fill(client, at, "people", {**TWO_GROUPS, "units-1-label": "Bus drivers"})
    assert section(at, "dates").state == "in_progress"


def test_a_group_that_was_not_asked_for_is_the_whole_organization(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    fill(client, at, "people", NONPROFIT["people"])
    assert fill(client, at, "dates", {**NONPROFIT["dates"], "days-0-unit": "Made up"}).status_code == 303
    assert section(at, "dates").answers == {"dates": {"vote_scheduled": "2026-12-17"}, "unit_dates": {}}


def test_the_notes_of_a_side_are_no_part_that_has_to_be_finished(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client, "schools", "management")
    page = client.get(f"{at}/tasks").text
    assert "0 of 8 parts done" in page and "If you like" in page
    fill_all(client, at, SCHOOLS)
    page = client.get(f"{at}/tasks").text
    assert "8 of 8 parts done" in page and "Everything is filled in" in page
    assert "Not finished" not in client.get(f"{at}/check").text


def test_school_teams_read_nothing_of_lawyers(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client, "schools", "management")
    fill_all(client, at, SCHOOLS)
    topics = ("tasks", "check", "organization", "people", "dates", "needs", "foundation", "time", "conflicts",
              "team", "notes_management")  # fmt: skip
    pages = {name: client.get(f"{at}/{name}").text.lower() for name in topics}
    assert send(client, at).status_code == 303
    pages["sent"] = client.get(f"{at}/sent").text.lower()
    pages["case"] = client.get(at.replace("applications", "cases")).text.lower()
    assert [name for name, page in pages.items() if "lawyer" in page] == []


@pytest.mark.parametrize("htmx", [False, True])
def test_what_was_typed_while_the_session_ended_is_shown_after_signing_in(
    clock: Any, signed_in: Any, htmx: bool
) -> None:
    ana = somebody()
    client = signed_in(ana)
    at = begin(client)
    fields = dict(Page(client.get(f"{at}/needs").text).form(f"{at}/needs").fields)
    clock.go(hours=2)
    answer = client.post(
        f"{at}/needs/autosave" if htmx else f"{at}/needs",
        data={**fields, "description": "Typed too late", "do": "continue"},
        headers={"HX-Request": "true"} if htmx else {},
    )
    assert answer.status_code == (401 if htmx else 303)
    target = answer.headers["HX-Redirect" if htmx else "Location"]
    path = target.partition("next=")[2]
    assert "/needs/versions/" in path
    assert section(at, "needs").typed != {"description": ["Typed too late"]}
    client.sign_in(ana)
    shown = client.get(unquote(path)).text
    assert "Typed too late" in shown and "We kept what you typed" in shown
    assert "Your kept text" in shown and "What is there now" in shown
    assert "You wrote here twice" not in shown and "the same time" not in shown
    stranger = signed_in(somebody())
    assert stranger.get(path).status_code == 404


def test_a_session_that_was_signed_out_keeps_nothing(clock: Any, signed_in: Any) -> None:
    client = signed_in(somebody())
    at = begin(client)
    fields = dict(Page(client.get(f"{at}/needs").text).form(f"{at}/needs").fields)
    with transaction():
        db.session.query(WebSession).delete()
    answer = client.post(f"{at}/needs", data={**fields, "description": "Nobody's"})
    assert answer.status_code == 303 and "versions" not in str(answer.location)
