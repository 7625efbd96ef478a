"""Conflicts of interest: what blocks, what a director looks at, and what is clear."""

from dataclasses import replace
from datetime import date

import pytest

from lab.answers import Conflict, Counsel, Unit
from lab.matching import capacity_finding, conflict_findings
from lab.matching.names import Sameness, same_organization
from lab.matching.unions import Nearness, nearness
from tests.unit.matching.worlds import told, told_people

TODAY = date(2026, 10, 5)


def verdict(tie: Conflict | None, *, union: str = "SEIU Local 105", **changes: object) -> str:
    application = told("E03")
    units = (Unit(label="Staff", stage="first_contract_bargaining", union=union),)
    application = replace(application, units=units, **changes)
    consultant = replace(told_people()[0], conflicts=None if tie is None else (tie,))
    return conflict_findings(consultant, application, as_of=TODAY)[0].verdict


def a_tie(party: str = "Front Range Reproductive Health", **changes: object) -> Conflict:
    given = {"party_kind": "organization", "relationship": "employment"} | changes
    return Conflict(party=party, **given)


def test_work_there_now_blocks_and_is_never_waived():
    application = told("E03")
    consultant = replace(told_people()[0], conflicts=(a_tie(),))
    found = conflict_findings(consultant, application, as_of=TODAY)[0]

    assert found.verdict == "block"
    assert not found.clearable
    assert "never waived" in found.sentence


@pytest.mark.parametrize(
    ("ended", "expected"),
    [(date(2023, 10, 6), "block"), (date(2023, 10, 5), "look"), (date(2013, 1, 1), "look")],
)
def test_three_years_is_the_line(ended, expected):
    assert verdict(a_tie(ended_on=ended)) == expected


def test_a_declared_bar_lengthens_and_never_shortens():
    long_ago, lately = date(2022, 1, 1), date(2025, 1, 1)

    assert verdict(a_tie(ended_on=long_ago, bars_until=date(2027, 1, 1))) == "block"
    assert verdict(a_tie(ended_on=lately, bars_until=date(2025, 6, 1))) == "block"


def test_a_bar_holds_on_its_last_day():
    assert verdict(a_tie(ended_on=date(2022, 1, 1), bars_until=TODAY)) == "block"
    assert verdict(a_tie(ended_on=date(2022, 1, 1), bars_until=date(2026, 10, 4))) == "look"


@pytest.mark.parametrize("relationship", ["board", "family", "financial"])
def test_a_seat_family_and_money_block_like_work(relationship):
    assert verdict(a_tie(relationship=relationship)) == "block"


def test_membership_is_a_look():
    assert verdict(a_tie(relationship="membership")) == "look"


def test_a_parent_of_the_organization_blocks_too():
    organization = replace(told("E03").organization, parents=("National Reproductive Alliance",))

    assert verdict(a_tie("National Reproductive Alliance, Inc."), organization=organization) == "block"


def test_the_local_itself_blocks_and_its_parent_is_a_look():
    assert verdict(a_tie("Service Employees International Union, Local 105", party_kind="union")) == "block"
    assert verdict(a_tie("SEIU", party_kind="union")) == "look"
    assert verdict(a_tie("SEIU Local 721", party_kind="union")) == "pass"
    assert verdict(a_tie("UAW Local 2325", party_kind="union")) == "pass"


def test_a_union_that_nobody_named_is_a_look_never_clear():
    assert verdict(a_tie("SEIU Local 105", party_kind="union"), union="") == "look"


def test_unanswered_questions_are_a_look_and_an_empty_answer_is_clear():
    consultant = replace(told_people()[0], conflicts=())

    assert verdict(None) == "look"
    assert conflict_findings(consultant, told("E03"), as_of=TODAY)[0].verdict == "pass"


def test_a_tie_to_the_law_firm_is_a_look():
    counsel = Counsel(name="Barker & Lowe LLP")

    assert verdict(a_tie("Barker and Lowe", party_kind="law_firm"), counsel=counsel) == "look"


def test_a_wish_in_the_text_is_a_look_for_those_it_means():
    wish = "Please do not send us anybody who used to work here."
    old = a_tie(ended_on=date(2010, 1, 1))
    application = replace(told("E03"), description=wish)
    consultant = replace(told_people()[0], conflicts=(old,))
    sentences = [finding.sentence for finding in conflict_findings(consultant, application, as_of=TODAY)]

    assert any("asks for nobody who used to work there" in sentence for sentence in sentences)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Public Defender Association, Philadelphia", "Public Defender Association of Philadelphia", "same"),
        (
            "Kings River County Office of Education",
            "Kings River County Office of Education (planning)",
            "same",
        ),
        ("St. Mary Shelter", "Saint Mary Shelter, Inc.", "same"),
        ("Puget Harbor Museum", "Puget Harbor Art Museum", "like"),
        ("PDAP", "Public Defender Association of Philadelphia", "like"),
        ("ACLU of Ohio", "American Civil Liberties Union of Ohio", "like"),
        ("ACLU", "American Civil Liberties Union of Ohio", "like"),
        ("ACLU of Texas", "American Civil Liberties Union of Ohio", "other"),
        ("Keane & Lowell LLP", "Keane and Lowell", "same"),
        ("Harbor Int'l Aid", "Harbor International Aid", "same"),
        ("Community Health Services", "Harbor Community Health Services", "other"),
        ("Lakefront Arts", "Chariton Valley Health", "other"),
    ],
)
def test_organizations_are_known_by_their_words(one, other, expected):
    assert same_organization(one, other) is Sameness(expected)
    assert same_organization(other, one) is Sameness(expected)


@pytest.mark.parametrize(
    ("party", "union", "state", "expected"),
    [
        ("Communications Workers of America, Local 1180", "CWA Local 1180", "NY", "same"),
        ("CWA", "CWA Local 1180", "NY", "parent"),
        ("ALAA", "UAW Local 2325", "NY", "same"),
        ("United Food & Commercial Workers Local 21", "UFCW Local 21", "WA", "same"),
        ("United Food & Commercial Workers Int'l Union", "UFCW Local 21", "WA", "parent"),
        ("Office & Professional Employees Int'l Union, Local 153", "OPEIU Local 153", "NY", "same"),
        ("Office and Professional Employees Intl. Union Local 12", "OPEIU Local 153", "NY", "sibling"),
        ("UAW", "ALAA", "NY", "parent"),
        ("UAW Local 2320", "ALAA", "NY", "other"),
        ("CWA", "NewsGuild of New York", "NY", "parent"),
        ("NEA", "CTA affiliate", "CA", "parent"),
        ("AFT", "CTU Local 1 charter division", "IL", "parent"),
        ("1199SEIU", "SEIU", "NY", "unknown"),
        ("Teamsters Local 115", "Teamsters 115", "PA", "same"),
        ("Independent security guild", "Independent Security Guild", "WA", "same"),
        ("Civil Service Employees Association", "CSEA chapter", "CA", "other"),
        ("Civil Service Employees Association", "CSEA", "NY", "parent"),
        ("CSEA", "CSEA chapter", "CA", "unknown"),
    ],
)
def test_unions_are_known_by_all_their_names(party, union, state, expected):
    assert nearness(party, union, state) is Nearness(expected)


def test_capacity_can_be_asked_alone():
    ruiz = told_people()[0]
    few = replace(ruiz, capacity_hours_month=5.0)

    assert capacity_finding(ruiz, told("E03")).verdict == "pass"
    assert capacity_finding(few, told("E03")).verdict == "block"
    assert capacity_finding(replace(ruiz, capacity_hours_month=8.0), told("E03")).verdict == "look"
    assert capacity_finding(replace(ruiz, available_from=None), told("E03")).verdict == "block"


@pytest.mark.parametrize(
    ("party", "union", "expected"),
    [
        ("UFT", "United Federation of Teachers Local 2", Nearness.SAME),
        ("AFT Local 2", "United Federation of Teachers", Nearness.SAME),
        ("American Federation of Teachers", "UFT", Nearness.PARENT),
        ("District Council 37", "DC37 Local 1707", Nearness.PARENT),
        ("AFSCME", "DC37 Local 1707", Nearness.PARENT),
        ("AFSCME Local 1707", "DC37 Local 1707", Nearness.UNKNOWN),
        ("DC 37 Local 371", "DC37 Local 1707", Nearness.SIBLING),
        ("DC 37 Local 371", "District Council 37", Nearness.UNKNOWN),
        ("DC 37", "District Council 37, AFSCME", Nearness.SAME),
        ("ALAA", "Association of Legal Aid Attorneys, UAW Local 2325", Nearness.SAME),
        # Unions that no list knows: by initials and by number.
        ("FGW", "Federated Garden Workers Local 9", Nearness.UNKNOWN),
        ("FGW Local 9", "Federated Garden Workers Local 9", Nearness.UNKNOWN),
        ("FGW Local 8", "Federated Garden Workers Local 9", Nearness.OTHER),
        ("Federated Garden Workers", "Federated Garden Workers Local 9", Nearness.PARENT),
        ("Federated Garden Workers Local 9", "Federated Garden Workers", Nearness.UNKNOWN),
        ("Federated Garden Workers Local 8", "Federated Garden Workers Local 9", Nearness.SIBLING),
    ],
)
def test_councils_their_locals_and_unions_that_no_list_knows(party, union, expected):
    assert nearness(party, union, "NY", "NY") is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Legal Aid Society of Rochester", "Legal Aid Society of Albany", Sameness.OTHER),
        ("Boys and Girls Club of Utica", "Boys & Girls Club of Buffalo", Sameness.OTHER),
        ("Legal Aid Society of Rochester", "The Legal Aid Society of Rochester, Inc.", Sameness.SAME),
    ],
)
def test_one_common_name_in_two_places_is_two_organizations(one, other, expected):
    assert same_organization(one, other) is expected
