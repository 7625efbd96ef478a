"""The pages of groups: directors see and launch, who is asked answers, nobody else knows that they exist."""

import csv
import io

import pytest

from lab.actions import groups
from lab.database import db
from lab.matching.groups import COACHING
from lab.models import Network, NetworkMembership, PairSeat, PeerPair
from tests.clients import somebody
from tests.group_world import a_house, a_team, change, five_houses
from tests.pages import Page
from tests.trust.sweep import form_token


@pytest.fixture
def director(app, clock):
    return somebody("director")


@pytest.fixture
def there(director):
    houses = five_houses()
    peers = [
        a_house(5, needs=(COACHING, "costing_budget")),
        a_house(6, stage="established", needs=(COACHING,)),
    ]
    teams = [a_team(number, county) for number, county in enumerate(("Fresno", "Madera", "Tulare"))]
    return houses, peers, teams


def send(client, action, which, data=None):
    """Send the first form of the page that goes there, with changes to fields by the end of their name."""
    form = Page(client.get("/groups/").text).form(action)
    fields = {name: values[-1] for name, values in form.fields.items()}
    for end, value in {**({"lead": ""} if which == "network" else {}), **(data or {})}.items():
        name = next((one for one in fields if one.endswith(f"-{end}")), f"{fields['about']}-{end}")
        fields[name] = value
    return client.post(action, data=fields)


def test_a_director_sees_all_three_with_reasons(there, director, signed_in):
    shown = signed_in(director).get("/groups/").text
    for words in ("Bargaining a first contract", "Launch it and invite all 5", "Ask both", "Sample House A",
                  "Fresno County Office of Education as hub", "in the same county", "has behind it what"):  # fmt: skip
        assert words in shown, words


def test_an_empty_page_says_once_what_will_come_and_when(director, signed_in):
    shown = signed_in(director).get("/groups/").text
    assert "Nobody waits for a group yet" in shown
    assert "where 5 of one side wait at one stage" in shown
    assert "Download as a table" not in shown
    assert "Networks to launch" not in shown


def test_a_part_with_nothing_to_say_is_left_out(there, director, signed_in):
    # One network is launched, and nobody else waits for one.
    client = signed_in(director)
    assert send(client, "/groups/networks", "network").status_code == 303
    shown = client.get("/groups/").text
    assert "Asked already" in shown
    assert "Networks to launch" not in shown
    assert "Nobody waits for a group yet" not in shown


@pytest.mark.parametrize("role", ["consultant", "network_lead", "administrator", ""])
def test_for_others_the_page_does_not_exist(there, signed_in, role):
    client = signed_in(role)
    for address in ("/groups/", "/groups/groups.csv"):
        assert client.get(address).status_code == 404
    for address in ("/groups/networks", "/groups/pairs", "/groups/regions"):
        assert client.post(address, data={"csrf_token": form_token(client)}).status_code == 404
    assert not db.session.query(Network).count() and not db.session.query(PeerPair).count()


def test_a_director_launches_pairs_and_proposes(there, director, signed_in):
    client = signed_in(director)
    assert send(client, "/groups/networks", "network").status_code == 303
    assert send(client, "/groups/pairs", "pair").status_code == 303
    assert send(client, "/groups/regions", "region", {"agreed": "y"}).status_code == 303
    shown = client.get("/groups/").text
    assert "0 of 5 said yes" in shown and "0 of 2 said yes" in shown and "0 of 3 said yes" in shown
    assert db.session.query(NetworkMembership).filter_by(state="invited").count() == 8


def test_a_form_that_lacks_something_says_so(there, director, signed_in):
    client = signed_in(director)
    unnamed = send(client, "/groups/networks", "network", {"name": ""})
    assert unnamed.status_code == 422 and "Give the network a name." in unnamed.text
    alone = send(client, "/groups/regions", "region")
    assert alone.status_code == 422 and "Speak with the county office first" in alone.text
    assert not db.session.query(Network).count()


def test_an_old_page_launches_nothing(there, director, signed_in):
    client = signed_in(director)
    form = Page(client.get("/groups/").text).form("/groups/networks")
    change(there[0][1], union="UAW Local 1000")
    fields = {name: values[-1] for name, values in form.fields.items()}
    answer = client.post("/groups/networks", data={**fields, f"{fields['about']}-lead": ""})
    assert answer.status_code == 409 and "has changed" in answer.text
    assert not db.session.query(Network).count()


def test_the_table_holds_everybody_and_no_formula(there, director, signed_in):
    a_house(7, name="=HYPERLINK(1)", needs=("peer_learning",), stage="petition_filed")
    answer = signed_in(director).get("/groups/groups.csv")
    assert answer.mimetype == "text/csv"
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert {line["kind"] for line in lines} == {"network", COACHING, "region"}
    assert sum(line["kind"] == "network" and line["place"] == "member" for line in lines) == 5
    (odd,) = [line for line in lines if "HYPERLINK" in line["organization"]]
    assert odd["organization"].startswith("'=") and odd["place"] == "waits" and odd["why"]


def invited(there, director):
    houses, _peers, _teams = there
    groups.launch_network([case.ref for case in houses], name="First contracts", by=director)
    row = db.session.query(NetworkMembership).order_by(NetworkMembership.id).first()
    return f"/groups/invitations/{row.ref}", row


def test_an_invitation_names_nobody_and_takes_an_answer(there, director, signed_in):
    address, row = invited(there, director)
    client = signed_in(there[0][0].owner)
    shown = client.get(address).text
    assert "First contracts" in shown and "What is said there stays there" in shown
    assert not [case.organization for case in there[0][1:] if case.organization in shown]
    assert client.send(address, address, {"answer": "yes"}).status_code == 303
    db.session.refresh(row)
    assert row.state == "active"
    assert client.get(address).status_code == 303


def test_the_case_shows_what_waits_for_an_answer(there, director, signed_in):
    address, _row = invited(there, director)
    houses, peers, _teams = there
    assert address in signed_in(houses[0].owner).get(f"/cases/{houses[0].ref}").text
    groups.propose_pair(COACHING, [case.ref for case in peers], by=director)
    assert "Peers for you" in signed_in(peers[0].owner).get(f"/cases/{peers[0].ref}").text


def test_an_invitation_and_a_pair_are_nobody_else_s(there, director, signed_in):
    address, _row = invited(there, director)
    groups.propose_pair(COACHING, [case.ref for case in there[1]], by=director)
    seat = db.session.query(PairSeat).order_by(PairSeat.id).first()
    for client in (signed_in(there[0][1].owner), signed_in("consultant")):
        for place in (address, f"/groups/pairs/{seat.ref}"):
            assert client.get(place).status_code == 404
            sent = client.post(place, data={"answer": "yes", "csrf_token": form_token(client)})
            assert sent.status_code == 404
    db.session.refresh(seat)
    assert seat.answer == ""


def test_a_pair_sees_names_only_once_both_agreed(there, director, signed_in):
    _houses, (young, old), _teams = there
    groups.propose_pair(COACHING, [young.ref, old.ref], by=director)
    places = {
        seat.case_id: f"/groups/pairs/{seat.ref}" for seat in db.session.query(PairSeat).order_by(PairSeat.id)
    }
    for case, other in ((young, old), (old, young)):
        client = signed_in(case.owner)
        shown = client.get(places[case.id]).text
        assert other.organization not in shown and other.owner.email not in shown
        assert client.send(places[case.id], places[case.id], {"answer": "yes"}).status_code == 303
    for case, other in ((young, old), (old, young)):
        shown = signed_in(case.owner).get(places[case.id]).text
        assert other.organization in shown and other.owner.email in shown


def test_after_a_no_the_page_says_so_and_names_nobody(there, director, signed_in):
    _houses, (young, old), _teams = there
    groups.propose_pair(COACHING, [young.ref, old.ref], by=director)
    seat = db.session.query(PairSeat).filter_by(case_id=old.id).one()
    client = signed_in(old.owner)
    assert (
        client.send(f"/groups/pairs/{seat.ref}", f"/groups/pairs/{seat.ref}", {"answer": "no"}).status_code
        == 303
    )
    shown = client.get(f"/groups/pairs/{seat.ref}").text
    assert "does not come about" in shown and young.organization not in shown


def test_a_launched_network_tells_its_lead_and_its_hour_in_the_tongue_and_zone_of_the_reader(
    there, director, signed_in
):
    lead = somebody("network_lead")
    client = signed_in(director)
    assert send(client, "/groups/networks", "network", {"lead": lead.ref}).status_code == 303
    network = db.session.query(Network).one()
    assert lead.name in client.get("/groups/").text
    invited = db.session.query(NetworkMembership).first()
    theirs = signed_in(invited.case.owner)
    shown = theirs.get(f"/groups/invitations/{invited.ref}").text
    assert "of the month, 90 minutes" in shown and "Next on" in shown and lead.name in shown
    answers = signed_in(lead)
    assert answers.get(f"/networks/{network.code}").status_code == 200
    token = form_token(answers)
    refused = answers.post(f"/networks/{network.code}/lead", data={"csrf_token": token, "lead": ""})
    assert refused.status_code == 404
    page = Page(client.get(f"/networks/{network.code}").text).form(f"/networks/{network.code}/lead")
    fields = {name: values[-1] for name, values in page.fields.items()}
    assert (
        client.post(f"/networks/{network.code}/lead", data={**fields, "lead": "nobody-here"}).status_code
        == 422
    )
    assert client.post(f"/networks/{network.code}/lead", data={**fields, "lead": ""}).status_code == 303
    assert "until a director names somebody" in client.get(f"/networks/{network.code}").text
