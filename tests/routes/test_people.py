"""People and roles: who may look, what giving and taking does within one request."""

import pytest

from lab.actions import people
from lab.database import db
from lab.models import Consultant, Event, Network, OutboxMessage, Person, RoleGrant, WebSession
from tests.clients import somebody
from tests.factories import a_consultant, the_supports


def test_only_administrators_find_the_page(app, signed_in, client):
    for role in ("director", "consultant", "network_lead"):
        assert signed_in(role).get("/people/").status_code == 404
    assert client.get("/people/").status_code == 303


def test_people_are_found_by_name_and_role(app, signed_in):
    somebody("consultant", name="Ruth Halvorsen")
    admin = signed_in("administrator")
    assert "Ruth Halvorsen" in admin.get("/people/?q=halvor").text
    assert "Ruth Halvorsen" not in admin.get("/people/?role=director").text
    assert "Nobody by that name" in admin.get("/people/?q=nobody-at-all").text


def test_somebody_is_added_and_told(app, signed_in):
    admin = signed_in("administrator")
    wrong = admin.send("/people/new", "/people/new", {"name": "", "email": "nowhere"})
    assert wrong.status_code == 422 and "error-summary" in wrong.text
    admin.send(
        "/people/new", "/people/new", {"name": "Dana", "email": "Dana@example.org", "roles": ["consultant"]}
    )
    dana = db.session.query(Person).filter_by(email="dana@example.org").one()
    assert [grant.role for grant in dana.roles] == ["consultant"]
    assert db.session.query(OutboxMessage).filter_by(kind="welcome").one().recipient == dana.email


def test_a_role_that_is_taken_away_closes_the_door_at_once(app, signed_in):
    admin, director = signed_in("administrator"), signed_in("director")
    path = f"/people/{director.person.ref}"
    assert director.get("/networks/").status_code == 200
    admin.send(path, f"{path}/roles/director", {"deed": "revoke"})
    assert director.get("/networks/").status_code == 200
    assert director.get("/reviews/").status_code == 404
    for _twice in range(2):
        admin.send(path, f"{path}/roles/network_lead", {"deed": "grant"})
    db.session.refresh(director.person)
    assert [grant.role for grant in director.person.roles if grant.revoked_at is None] == ["network_lead"]


def test_a_role_that_opens_everything_is_asked_for_and_not_given(app, signed_in):
    somebody("director")
    admin, person = signed_in("administrator"), somebody()
    path = f"/people/{person.ref}"
    for role in ("director", "administrator"):
        sent = admin.send(path, f"{path}/roles/{role}", {"deed": "grant"})
        assert sent.headers["Location"] == f"/second-signature/ask/role/{person.ref}/{role}"
    wanted = {"name": "Dana", "email": "dana@example.org", "roles": ["consultant", "director"]}
    sent = admin.send("/people/new", "/people/new", wanted)
    dana = db.session.query(Person).filter_by(email="dana@example.org").one()
    assert sent.headers["Location"] == f"/second-signature/ask/role/{dana.ref}/director"
    assert [grant.role for grant in dana.roles] == ["consultant"]
    assert db.session.query(RoleGrant).filter_by(person_id=person.id).count() == 0


def test_an_administrator_ends_every_session_of_somebody(app, signed_in):
    admin, director = signed_in("administrator"), signed_in("director")
    path = f"/people/{director.person.ref}"
    assert director.get("/reviews/").status_code == 200
    admin.send(path, f"{path}/sign-out")
    assert "/sign-in" in director.get("/reviews/").headers["Location"]
    assert db.session.query(Event).filter_by(verb="sessions_ended").one().details == {"sessions": 1}
    assert admin.get("/people/").status_code == 200
    assert director.sign_in(director.person).post(f"{path}/sign-out").status_code in (400, 404)


def test_somebody_who_is_removed_is_signed_out_with_the_next_click(app, signed_in):
    admin, director = signed_in("administrator"), signed_in("director")
    path = f"/people/{director.person.ref}/remove"
    admin.send(path, path)
    assert director.get("/cases/").status_code == 303 and "/sign-in" in director.get("/cases/").location
    assert db.session.query(WebSession).filter_by(person_id=director.person.id).count() == 0
    assert admin.get(path).status_code == 404


def test_the_last_administrator_stays(app, signed_in):
    admin = signed_in("administrator")
    path = f"/people/{admin.person.ref}"
    assert admin.send(path, f"{path}/roles/administrator", {"deed": "revoke"}).status_code == 409
    assert admin.send(f"{path}/remove", f"{path}/remove").status_code == 409
    assert admin.get("/people/").status_code == 200


def test_who_is_no_consultant_any_more_is_not_proposed_and_leads_nothing(app, signed_in):
    consultant = a_consultant("C04")
    people.grant(consultant.person_id, "network_lead", by=None)
    the_supports(lead=consultant.person)
    admin = signed_in("administrator")
    path = f"/people/{consultant.person.ref}"
    admin.send(f"{path}/remove", f"{path}/remove")
    assert db.session.get(Consultant, consultant.id).paused_at is not None
    assert db.session.query(Network).filter(Network.lead_id.is_not(None)).count() == 0


@pytest.mark.parametrize("path", ["/offers/", "/profile/"])
def test_a_consultant_whose_profile_is_not_there_yet_reads_what_to_do(app, signed_in, path):
    answer = signed_in("consultant").get(path)
    assert answer.status_code == 409 and "Ask the program to bring it in" in answer.text


def test_who_is_alone_reads_it_before_they_try(app, signed_in):
    admin, person = signed_in("administrator"), somebody(name="Dana Field")
    for path in ("/people/", "/people/new", f"/people/{person.ref}"):
        text = admin.get(path).text
        assert "Some things need a second person" in text and "flask lab admin" in text, path
    page = admin.get(f"/people/{person.ref}").text
    assert "Ask for it" not in page and page.count('value="grant"') == 2
    # A director can agree to what is asked for anybody but themselves.
    director = somebody("director", name="Lee Ortiz")
    for path in ("/people/", "/people/new", f"/people/{person.ref}"):
        assert "Some things need a second person" not in admin.get(path).text, path
    assert "Ask for it" in admin.get(f"/people/{person.ref}").text
    assert "Some things need a second person" in admin.get(f"/people/{director.ref}").text
