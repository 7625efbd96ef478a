"""Groups: a director launches, pairs or proposes; everybody who is asked answers; conflicts are looked at again."""

import pytest

from lab.actions import cases, group_answers, groups
from lab.actions.network_leads import name_lead
from lab.database import db, transaction
from lab.errors import BadInput, NotNow
from lab.matching.groups import COACHING, SHADOWING
from lab.models import Event, Network, NetworkMembership, OutboxMessage, PairSeat, PeerPair, Person
from lab.queries.groups import proposals
from tests.clients import somebody
from tests.factories import the_supports
from tests.group_world import a_house, a_team, change, five_houses


@pytest.fixture
def director(app, clock):
    return somebody("director")


def refs(found):
    return [case.ref for case in found]


def launched(director, **changes):
    houses = five_houses()
    network = groups.launch_network(refs(houses), name="First contracts", by=director, **changes)
    return network, houses


def rows(network):
    return (
        db.session.query(NetworkMembership)
        .filter_by(network_id=network.id)
        .order_by(NetworkMembership.id)
        .all()
    )


def mails(kind):
    return sorted(row.recipient for row in db.session.query(OutboxMessage).filter_by(kind=kind))


def test_five_at_one_stage_are_proposed_and_four_are_not(director):
    houses = [a_house(number) for number in range(4)]
    assert not proposals().launches.networks
    assert {one.seeker.ref for one in proposals().launches.left_out} == set(refs(houses))
    a_house(4)
    (network,) = proposals().launches.networks
    assert len(network.members) == 5


def test_launching_makes_the_network_and_invites_each(director):
    network, houses = launched(director)
    assert (network.status, network.side, network.lead_id, network.capacity) == (
        "forming",
        "management",
        None,
        10,
    )
    assert network.profile["slot"]["zone"] == "America/Los_Angeles"
    assert [row.state for row in rows(network)] == ["invited"] * 5
    assert mails("network-invited") == sorted(case.owner.email for case in houses)
    assert db.session.query(Event).filter_by(verb="network_invited").count() == 5
    # Who is invited waits no more.
    assert not proposals().launches.networks and not proposals().launches.left_out


def test_the_same_form_twice_is_one_network(director):
    network, houses = launched(director, key="once")
    again = groups.launch_network(refs(houses), name="First contracts", by=director, key="once")
    assert again.id == network.id and db.session.query(Network).count() == 1


def test_a_second_director_with_an_old_page_is_refused(director):
    _network, houses = launched(director)
    with pytest.raises(NotNow, match="has changed"):
        groups.launch_network(refs(houses), name="Again", by=somebody("director"))


def test_nobody_is_launched_with_whom_the_rules_keep_apart(director):
    houses = five_houses()
    change(houses[1], union="UAW Local 1000")
    with pytest.raises(NotNow, match="has changed"):
        groups.launch_network(refs(houses), name="First contracts", by=director)
    assert not db.session.query(Network).count() and not mails("network-invited")


def test_only_what_is_proposed_can_be_launched(director):
    houses = five_houses()
    with pytest.raises(NotNow):
        groups.launch_network(refs(houses[:3]), name="Three", by=director)


@pytest.mark.parametrize("name", ["  ", "x" * 101])
def test_a_network_has_a_name(director, name):
    with pytest.raises(BadInput):
        groups.launch_network(refs(five_houses()), name=name, by=director)


def test_a_director_s_tie_is_left_out(director):
    houses = five_houses()
    with transaction():
        director.ties = [houses[0].organization]
    assert not proposals(director.ties).launches.networks
    assert houses[0].ref not in {one.seeker.ref for one in proposals(director.ties).launches.left_out}


def test_a_yes_seats_and_five_begin(director):
    network, houses = launched(director)
    for number, row in enumerate(rows(network)):
        assert network.status == "forming"
        assert group_answers.answer_invitation(row.id, yes=True, by=houses[number].owner) == "active"
        db.session.refresh(network)
    assert network.status == "active"
    assert db.session.query(Event).filter_by(verb="network_began").count() == 1


def test_a_yes_twice_is_one_and_a_no_after_it_is_refused(director):
    network, houses = launched(director)
    row = rows(network)[0]
    for _ in range(2):
        assert group_answers.answer_invitation(row.id, yes=True, by=houses[0].owner) == "active"
    with pytest.raises(NotNow):
        group_answers.answer_invitation(row.id, yes=False, by=houses[0].owner)
    assert db.session.query(Event).filter_by(verb="network_active").count() == 1


def test_a_no_is_kept_and_nobody_is_asked_again_at_once(director, clock):
    network, houses = launched(director)
    row = rows(network)[0]
    for _ in range(2):
        assert group_answers.answer_invitation(row.id, yes=False, by=houses[0].owner) == "left"
    (left,) = proposals().launches.left_out
    assert left.seeker.ref == houses[0].ref and "ask again from" in left.reason
    clock.go(days=91)
    # The network it said no to has a place; only when there is none does it wait for another.
    assert not proposals().launches.left_out
    with transaction():
        network.status = "closed"
    assert "5 are needed" in proposals().launches.left_out[0].reason


def test_who_came_too_close_meanwhile_waits_for_a_director(director):
    network, houses = launched(director)
    one, other = rows(network)[:2]
    group_answers.answer_invitation(one.id, yes=True, by=houses[0].owner)
    change(houses[1], union="UAW Local 1000")
    assert group_answers.answer_invitation(other.id, yes=True, by=houses[1].owner) == "waitlisted"
    assert mails("conflict-possible") == [director.email]


def test_a_full_network_takes_nobody_more(director):
    network, houses = launched(director)
    with transaction():
        network.capacity = 1
    states = [
        group_answers.answer_invitation(row.id, yes=True, by=case.owner)
        for row, case in zip(rows(network)[:2], houses, strict=False)
    ]
    assert states == ["active", "waitlisted"]


def two(kind=COACHING):
    young = a_house(0, needs=(kind, "costing_budget"))
    old = a_house(1, stage="established", needs=(kind,))
    return young, old


def asked(director, kind=COACHING, **changes):
    found = two(kind)
    return groups.propose_pair(kind, refs(found), by=director, **changes), found


def say(pair, case, yes):
    seat = db.session.query(PairSeat).filter_by(pair_id=pair.id, case_id=case.id).one()
    return group_answers.answer_pair(seat.id, yes=yes, by=case.owner)


def test_both_are_asked_and_only_two_yes_make_a_pair(director):
    pair, (young, old) = asked(director)
    assert mails("pair-asked") == sorted([young.owner.email, old.owner.email])
    seats = {seat.case_id: seat for seat in pair.seats}
    assert seats[young.id].finds == ["costing_budget"] == seats[old.id].brings
    assert say(pair, young, True) == "asked" and not mails("pair-agreed")
    assert say(pair, old, True) == "agreed"
    assert mails("pair-agreed") == sorted([young.owner.email, old.owner.email])
    assert not proposals().pairings[COACHING].pairs


def test_a_pair_is_asked_once_for_one_form_and_one_kind(director):
    pair, found = asked(director, key="once")
    assert groups.propose_pair(COACHING, refs(found), by=director, key="once").id == pair.id
    with pytest.raises(NotNow):
        groups.propose_pair(COACHING, refs(found), by=director)
    with pytest.raises(NotNow):
        groups.propose_pair("friendship", refs(found), by=director)
    assert db.session.query(PeerPair).count() == 1


def test_one_no_ends_it_for_both_and_it_is_not_proposed_again(director):
    pair, (young, old) = asked(director)
    say(pair, young, True)
    assert say(pair, old, False) == "ended"
    assert mails("pair-ended") == [young.owner.email]
    assert say(pair, old, False) == "ended"
    found = proposals().pairings[COACHING]
    assert not found.pairs and len(found.left_out) == 2


def test_an_answer_is_not_changed(director):
    pair, (young, _old) = asked(director)
    say(pair, young, True)
    with pytest.raises(NotNow):
        say(pair, young, False)


def test_a_conflict_that_came_up_ends_the_pair_before_they_meet(director):
    pair, (young, old) = asked(director)
    say(pair, young, True)
    change(old, union="UAW Local 1000")
    assert say(pair, old, True) == "ended"
    assert not mails("pair-agreed") and mails("conflict-possible")


def test_who_withdraws_leaves_pairs_and_invitations(director):
    pair, (young, old) = asked(director, SHADOWING)
    cases.withdraw(young.id, by=young.owner)
    db.session.refresh(pair)
    assert pair.state == "ended" and mails("pair-ended") == [old.owner.email]
    assert all(seat.ended_at for seat in pair.seats)


def test_three_teams_get_a_hub_in_the_region_that_forms(director):
    the_supports()
    teams = [a_team(number, county) for number, county in enumerate(("Fresno", "Madera", "Tulare"))]
    network = groups.propose_region(refs(teams), by=director, key="once")
    assert groups.propose_region(refs(teams), by=director, key="once").id == network.id
    assert (network.code, network.profile["hub"]) == (
        "ca-region-7",
        "Fresno County Office of Education",
    )
    assert {row.state for row in rows(network)} == {"invited"}
    assert not proposals().regions.regions
    for row, team in zip(rows(network), teams, strict=True):
        group_answers.answer_invitation(row.id, yes=True, by=team.owner)
    db.session.refresh(network)
    assert network.status == "active"


def test_a_region_without_any_network_gets_one(director):
    teams = [a_team(number, "Kern") for number in range(3)]
    network = groups.propose_region(refs(teams), by=director)
    assert (network.kind, network.side) == ("regional", "joint") and "Ventura" in network.profile["counties"]
    with pytest.raises(NotNow):
        groups.propose_region(refs(teams), by=director)


def test_a_director_names_the_lead_when_launching_and_may_change_it_later(director):
    lead, other = somebody("network_lead"), somebody("network_lead")
    network, _houses = launched(director, lead=lead.ref)
    assert network.lead_id == lead.id
    name_lead(network.id, other.ref, by=director)
    assert db.session.get(Network, network.id).lead_id == other.id
    name_lead(network.id, "", by=director)
    assert db.session.get(Network, network.id).lead_id is None
    assert db.session.query(Event).filter_by(verb="lead_named").count() == 3


def test_only_somebody_with_the_role_leads_and_nobody_with_a_tie_to_a_member(director):
    houses = five_houses()
    with pytest.raises(BadInput):
        groups.launch_network(refs(houses), name="First contracts", lead=director.ref, by=director)
    near = somebody("network_lead")
    with transaction():
        db.session.get(Person, near.id).ties = [houses[0].organization]
    with pytest.raises(BadInput, match="too close"):
        groups.launch_network(refs(houses), name="First contracts", lead=near.ref, by=director)
    assert db.session.query(Network).count() == 0
