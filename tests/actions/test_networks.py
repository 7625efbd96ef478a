"""Joining a network: the case asks, the lead answers within capacity, side and fit, once."""

import pytest

from lab.actions import networks
from lab.database import db, now, transaction
from lab.errors import BadInput, NotAllowed, NotNow
from lab.models import Case, Decision, Event, Network, NetworkMembership, OutboxMessage
from lab.queries import network_conflicts
from tests.clients import somebody
from tests.factories import a_case, a_consultant, the_supports


@pytest.fixture
def lead(app, clock):
    lead = somebody("network_lead", name="Lee")
    the_supports(lead=lead)
    return lead


def network(code="successor", **changes):
    row = db.session.query(Network).filter_by(code=code).one()
    if changes:
        with transaction():
            for name, value in changes.items():
                setattr(row, name, value)
    return row


def decided(told_as="O05", networks_=("successor",), state="active", **changes) -> Case:
    """A case with a decision that proposes these networks."""
    case = a_case(told_as=told_as, state=state, **changes)
    with transaction():
        case.stage, case.decision = "successor_bargaining", "accept"
        db.session.add(
            Decision(
                case_id=case.id, decision="accept", networks=list(networks_), words_to_applicant="Yes.",
                decided_by_id=somebody("director").id, decided_at=now(),
            )
        )  # fmt: skip
    return case


def asked(case=None, code="successor", **changes) -> NetworkMembership:
    case = case or decided()
    return networks.ask(network(code).id, case.id, message="We would like to come.", by=case.owner, **changes)


def say(row, step, by, words="Welcome.", **changes):
    networks.answer(row.id, step, words=words, version=changes.pop("version", row.version), by=by, **changes)
    db.session.refresh(row)
    return row


def mails(kind):
    return [row.recipient for row in db.session.query(OutboxMessage).filter_by(kind=kind)]


def test_the_lead_is_told_who_asks(lead):
    row = asked()
    assert row.state == "requested" and row.message == "We would like to come."
    assert mails("network-asked") == [lead.email]
    assert db.session.query(Event).filter_by(verb="network_asked").one().audience == "joint"


def test_without_a_lead_the_directors_are_told(lead):
    network(lead_id=None)
    case = decided()
    asked(case)
    director = db.session.query(Decision).one().decided_by
    assert mails("network-asked") == [director.email]


def test_asking_twice_leaves_one_request(lead):
    case = decided()
    assert asked(case).id == asked(case).id
    assert mails("network-asked") == [lead.email]


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"networks_": ("implementation",)}, "not among them"), ({"state": "in_review"}, "not among them")],
)
def test_only_what_a_director_proposed_can_be_asked_for(lead, changes, said):
    with pytest.raises(NotNow, match=said):
        asked(decided(**changes))


def test_a_network_that_does_not_meet_cannot_be_asked(lead):
    network(status="paused")
    with pytest.raises(NotNow, match="does not meet"):
        asked()


def test_a_joint_case_never_asks_for_a_one_sided_network(lead):
    with pytest.raises(NotNow, match="one side only"):
        asked(decided(told_as="O04"))


def test_too_long_a_message_is_refused(lead):
    case = decided()
    with pytest.raises(BadInput):
        networks.ask(network().id, case.id, message="x" * 2001, by=case.owner)


def test_the_lead_welcomes_and_the_applicant_is_told(lead):
    row = say(asked(), "admit", lead)
    assert (row.state, row.answer, row.answered_by_id) == ("active", "Welcome.", lead.id)
    assert mails("network-answered") == [row.person.email]


@pytest.mark.parametrize(("step", "state"), [("waitlist", "waitlisted"), ("refuse", "refused")])
def test_other_answers(lead, step, state):
    assert say(asked(), step, lead).state == state


def test_from_the_waiting_list_a_place_can_follow(lead):
    row = say(asked(), "waitlist", lead)
    assert say(row, "admit", lead).state == "active"


def test_a_no_needs_words(lead):
    with pytest.raises(BadInput, match="why"):
        say(asked(), "refuse", lead, words=" ")


def test_an_answer_to_what_has_changed_is_refused(lead):
    row = asked()
    version = row.version
    say(row, "waitlist", lead)
    with pytest.raises(NotNow):
        say(row, "admit", lead, version=version)
    assert row.state == "waitlisted"


def test_the_second_answer_is_refused(lead):
    row = say(asked(), "admit", lead)
    with pytest.raises(NotNow):
        say(row, "refuse", lead)


def test_a_full_network_admits_nobody(lead):
    full = network()
    network(capacity=full.profile["members"] + 1)
    say(asked(), "admit", lead)
    other = asked(decided(told_as="O03"))
    with pytest.raises(NotNow, match="places are taken"):
        say(other, "admit", lead)
    assert say(other, "waitlist", lead).state == "waitlisted"


def test_who_faces_the_same_local_waits_for_a_director(lead):
    say(asked(), "admit", lead)
    rival = asked(decided())
    with pytest.raises(NotNow, match="same union local"):
        say(rival, "admit", lead)
    director = somebody("director")
    assert say(rival, "admit", director, as_director=True).state == "active"


def test_a_counterpart_among_the_members_waits_for_a_director(lead):
    row = asked()
    profile = network().profile
    network(profile={**profile, "member_organizations": [{"name": "CWA Local 1180", "unions": []}]})
    with pytest.raises(NotNow, match="counterpart"):
        say(row, "admit", lead)


def test_the_side_rule_holds_for_a_director_too(lead):
    row = asked()
    network(side="union")
    with pytest.raises(NotAllowed):
        say(row, "admit", somebody("director"), as_director=True)


def test_leaving_gives_the_place_back_and_twice_is_once(lead):
    row = say(asked(), "admit", lead)
    networks.leave(row.id, by=row.person)
    networks.leave(row.id, by=row.person)
    db.session.refresh(row)
    assert row.state == "left" and mails("case-withdrawn") == [lead.email]
    assert asked(row.case).id != row.id


def test_a_refused_request_cannot_be_left(lead):
    row = say(asked(), "refuse", lead, words="Not now.")
    with pytest.raises(NotNow):
        networks.leave(row.id, by=row.person)


def conflicted(case: Case, person) -> None:
    """Make this person a consultant who sits on the board of the organization."""
    consultant = a_consultant("C08")
    with transaction():
        consultant.person_id = person.id
        consultant.profile = {
            **consultant.profile,
            "conflicts": [
                {"party": case.organization, "party_kind": "organization", "relationship": "board", "current": True}
            ],
        }  # fmt: skip


def test_a_lead_whom_the_conflict_check_keeps_away_is_never_asked(lead):
    case = decided()
    conflicted(case, lead)
    with pytest.raises(NotNow, match="Nobody there is told of you"):
        asked(case)
    assert not mails("network-asked") and not db.session.query(NetworkMembership).count()


def test_nobody_asks_for_a_network_where_their_union_sits(lead):
    case = decided()
    union = case.document["bargaining_units"][0]["union"]
    found = network()
    network(profile={**found.profile, "member_organizations": [{"name": union, "unions": []}]})
    with pytest.raises(NotNow, match="too close to your case") as refused:
        asked(case)
    assert union not in str(refused.value)


def test_nobody_asks_for_a_network_whose_member_bargains_with_them(lead):
    case, other = decided(), decided(told_as="O08")
    with transaction():
        other.document = {
            **other.document,
            "bargaining_units": [
                {"label": "All", "stage": "successor_bargaining", "union": case.organization}
            ],
        }
    say(asked(other), "admit", lead)
    with pytest.raises(NotNow, match="too close to your case"):
        asked(case)
    # The member that is there already is not put out by it.
    assert network_conflicts.kept_apart(other, [network()]) == frozenset()
