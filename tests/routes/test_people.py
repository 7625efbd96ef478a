"""People and roles: who may look, what giving and taking does within one request."""

from lab.actions import people
from lab.database import db
from lab.models import Consultant, Network, OutboxMessage, Person, WebSession
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
        "/people/new", "/people/new", {"name": "Dana", "email": "Dana@example.org", "roles": ["director"]}
    )
    dana = db.session.query(Person).filter_by(email="dana@example.org").one()
    assert [grant.role for grant in dana.roles] == ["director"]
    assert db.session.query(OutboxMessage).filter_by(kind="welcome").one().recipient == dana.email


def test_a_role_that_is_taken_away_closes_the_door_at_once(app, signed_in):
    admin, director = signed_in("administrator"), signed_in("director")
    path = f"/people/{director.person.ref}"
    assert director.get("/networks/").status_code == 200
    admin.send(path, f"{path}/roles/director", {"deed": "revoke"})
    assert director.get("/networks/").status_code == 200
    assert director.get("/reviews/").status_code == 404
    admin.send(path, f"{path}/roles/director", {"deed": "grant"})
    admin.send(path, f"{path}/roles/director", {"deed": "grant"})
    db.session.refresh(director.person)
    assert [grant.revoked_at for grant in director.person.roles].count(None) == 1


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
