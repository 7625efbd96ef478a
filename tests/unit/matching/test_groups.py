"""Groups: nobody twice, never a counterpart together, the order of input is nothing, everybody paired who can be."""

from __future__ import annotations

import random
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab import vocabulary as words
from lab.matching.groups import (
    COACHING,
    KINDS,
    SHADOWING,
    Seeker,
    county_of,
    miles_between,
    networks_to_launch,
    peer_pairs,
    regions_to_propose,
    usual_rules,
)
from lab.matching.groups.apart import Apart, apart, to_look_at
from lab.matching.groups.rules import county_centers
from lab.matching.groups.slots import most_who_can_meet, slot_for
from lab.matching.groups.weighing import ways

TODAY = date(2026, 11, 23)
UNIONS = ("UAW Local 2110", "UAW Local 4811", "CWA Local 1180", "SEIU Local 509")
NAMES = ("Amber Hill Museum", "Birch Clinic", "Cedar Legal Aid", "Dune Housing Trust", "Elm Street Theatre",
         "Fern Valley Shelter", "Grove Food Bank", "Hazel Law Project", "Iris Media House", "Juniper Farm Trust",
         "Kelp Coast Alliance", "Linden Youth Corps", "Maple Tenants League")  # fmt: skip
NEEDS = ("first_contract_prep", "costing_budget", "grievance_process", "board_education")


def a_seeker(number: int = 0, **changes) -> Seeker:
    values = {
        "ref": f"LL-{number:04}", "name": f"{NAMES[number % len(NAMES)]} {chr(65 + number // len(NAMES))}",
        "stage": "first_contract_bargaining", "state": "CA", "staff": 20 + number, "sector": "human_services",
        "days": number,
    }  # fmt: skip
    return Seeker(**{**values, **changes})


@st.composite
def groups_of(draw, most: int = 14, stages: tuple[str, ...] = ("first_contract_bargaining", "established")):
    found = []
    for number in range(draw(st.integers(0, most))):
        union = draw(st.sampled_from((*UNIONS, "")))
        found.append(
            a_seeker(
                number,
                # Some are themselves a union, across the table from others.
                name=draw(st.sampled_from((a_seeker(number).name, *UNIONS[:1]))),
                stage=draw(st.sampled_from(stages)),
                state=draw(st.sampled_from(("CA", "NY", "HI", "IL"))),
                side=draw(st.sampled_from(("management", "management", "joint"))),
                unions=(union,) if union else (),
                needs=dict.fromkeys(draw(st.sets(st.sampled_from((*NEEDS, *KINDS)))), "must"),
                languages=tuple(draw(st.sampled_from((("en",), ("es",), ("en", "es"))))),
                agrees=draw(st.sampled_from((True, True, True, False))),
            )
        )
    return found


def shuffled(found, seed):
    mixed = list(found)
    random.Random(seed).shuffle(mixed)
    return mixed


@settings(max_examples=60, deadline=None)
@given(groups_of(most=24), st.integers(0, 99))
def test_networks_seat_nobody_twice_nor_with_a_counterpart(waiting, seed):
    found = networks_to_launch(waiting, today=TODAY)
    seated = [one.ref for network in found.networks for one in network.members]
    left = [one.seeker.ref for one in found.left_out]
    assert sorted(seated + left) == sorted(one.ref for one in waiting)
    assert all(one.reason for one in found.left_out)
    rules = usual_rules()
    for network in found.networks:
        assert rules.threshold <= len(network.members) <= network.capacity <= rules.largest
        assert {(one.line, one.side, one.stage) for one in network.members} == {
            (network.line, network.side, network.stage)
        }
        assert all(apart(one, other) is None for one, other in combinations(network.members, 2))
        assert all(at.hour >= 9 and at.hour * 60 + at.minute + 90 <= 17 * 60 for _, at in network.slot.times)
    assert networks_to_launch(shuffled(waiting, seed), today=TODAY) == found


@settings(max_examples=60, deadline=None)
@given(groups_of(), st.sampled_from(KINDS), st.integers(0, 99))
def test_pairs_pair_nobody_twice_nor_with_a_counterpart(group, kind, seed):
    found = peer_pairs(kind, group)
    paired = [one.ref for pair in found.pairs for one in (pair.one, pair.other)]
    assert len(paired) == len(set(paired))
    asked = {one.ref for one in group if kind in one.needs}
    assert asked == {one.seeker.ref for one in found.left_out} | (asked & set(paired))
    assert asked.isdisjoint(set()) and not {one.seeker.ref for one in found.left_out} & set(paired)
    for pair in found.pairs:
        assert apart(pair.one, pair.other) is None and not to_look_at(pair.one, pair.other)
        assert pair.one.side == pair.other.side and kind in pair.one.needs
        assert set(pair.one.languages) & set(pair.other.languages)
    assert peer_pairs(kind, shuffled(group, seed)) == found


def most_served(asks: list[bool], free: frozenset[int], edges: set[tuple[int, int]]) -> int:
    """By trying everything: the most who asked and can have somebody at once."""
    if not free:
        return 0
    first = min(free)
    best = most_served(asks, free - {first}, edges)
    for other in free - {first}:
        if (first, other) in edges:
            served = asks[first] + asks[other]
            best = max(best, served + most_served(asks, free - {first, other}, edges))
    return best


@settings(max_examples=60, deadline=None)
@given(groups_of(most=8), st.sampled_from(KINDS))
def test_everybody_is_paired_who_can_be(group, kind):
    found = peer_pairs(kind, group)
    people = sorted(
        (one for one in group if kind in one.needs or (kind == SHADOWING and one.agrees)),
        key=lambda one: one.ref,
    )
    every = ways(kind, people, refused=frozenset(), rules=usual_rules(), needs_host=kind == SHADOWING)
    asks = [kind in one.needs for one in people]
    edges = {
        (a, b)
        for a, b in combinations(range(len(people)), 2)
        if (a, b) not in every.closed and (asks[a] or asks[b])
    }
    assert edges == every.points.keys()
    served = sum((kind in pair.one.needs) + (kind in pair.other.needs) for pair in found.pairs)
    assert served == most_served(asks, frozenset(range(len(people))), edges)


def test_the_matching_looks_at_the_whole_group():
    # A chain: whoever begins in the middle leaves both ends alone.
    languages = (("en",), ("en", "es"), ("es", "zh"), ("zh",))
    chain = [
        a_seeker(number, languages=spoken, needs={COACHING: "must"})
        for number, spoken in enumerate(languages)
    ]
    found = peer_pairs(COACHING, chain)
    assert [{pair.one.ref, pair.other.ref} for pair in found.pairs] == [
        {"LL-0000", "LL-0001"},
        {"LL-0002", "LL-0003"},
    ]
    assert not found.left_out


def test_a_pair_says_what_each_has_from_the_other():
    asks = a_seeker(0, name="Young House", needs={COACHING: "must", "costing_budget": "must"})
    knows = a_seeker(1, name="Old House", stage="established", unions=(UNIONS[0],), needs={COACHING: "nice"})
    (pair,) = peer_pairs(COACHING, [knows, asks]).pairs
    assert (pair.one.name, pair.other.name, pair.takes) == ("Young House", "Old House", ("costing_budget",))
    assert "Old House has behind it what Young House asks for" in pair.reasons[0]
    assert any("contract is in force" in reason for reason in pair.reasons)


def test_finished_work_is_experience_whatever_the_stage():
    asks = a_seeker(0, needs={COACHING: "must", "costing_budget": "must"})
    met = a_seeker(1, needs={COACHING: "must"}, met=frozenset({"costing_budget"}))
    assert peer_pairs(COACHING, [asks, met]).pairs[0].gives + peer_pairs(COACHING, [asks, met]).pairs[
        0
    ].takes == ("costing_budget",)


def test_a_pair_that_did_not_come_about_is_not_proposed_again():
    two = [a_seeker(number, needs={COACHING: "must"}) for number in (0, 1)]
    found = peer_pairs(COACHING, two, refused=frozenset({frozenset({"LL-0000", "LL-0001"})}))
    assert not found.pairs
    assert {one.reason for one in found.left_out} == {"Nobody fits: with one it did not come about before."}


def test_a_host_need_not_ask_but_stands_further_on():
    guest = a_seeker(0, needs={SHADOWING: "must"})
    host = a_seeker(1, stage="established")
    (pair,) = peer_pairs(SHADOWING, [guest, host]).pairs
    assert (pair.one.ref, pair.other.ref) == ("LL-0000", "LL-0001")
    assert not peer_pairs(SHADOWING, [guest, a_seeker(1)]).pairs
    assert not peer_pairs(COACHING, [a_seeker(0, needs={COACHING: "must"}), host]).pairs


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({"unions": (UNIONS[0],)}, {"name": UNIONS[0]}, Apart.COUNTERPART),
        ({"unions": (UNIONS[0],)}, {"unions": (UNIONS[0],)}, Apart.RIVAL),
        ({"unions": (UNIONS[0],)}, {"unions": (UNIONS[1],)}, None),
        ({"name": "Birch Clinic"}, {"name": "The Birch Clinic, Inc."}, Apart.SAME),
        ({}, {}, None),
    ],
)
def test_who_is_kept_apart(one, other, why):
    first, second = a_seeker(0, **one), a_seeker(1, **other)
    assert apart(first, second) is why
    assert apart(second, first) is why


def test_below_the_threshold_nothing_is_proposed():
    found = networks_to_launch([a_seeker(number) for number in range(4)], today=TODAY)
    assert not found.networks
    assert {one.reason for one in found.left_out} == {
        "4 organizations wait at this stage and on this side; 5 are needed."
    }


def test_rivals_go_to_different_networks_where_there_are_two():
    pool = [a_seeker(number, unions=(f"UAW Local {2000 + number // 2}",)) for number in range(10)]
    found = networks_to_launch(pool, today=TODAY)
    assert [len(network.members) for network in found.networks] == [5, 5]
    assert not found.left_out


def test_the_one_who_waits_longer_has_the_seat():
    pool = [a_seeker(number) for number in range(5)]
    rivals = [a_seeker(number, unions=(UNIONS[0],), days=number * 10) for number in (20, 21)]
    found = networks_to_launch([*pool, *rivals], today=TODAY)
    assert [one.seeker.ref for one in found.left_out] == ["LL-0020"]
    assert found.left_out[0].reason.startswith("It faces the same union local as")


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"stage": "petition_filed"}, "a call with a director"), ({"agrees": False}, "ground rules")],
)
def test_who_is_not_ready_for_a_network(changes, said):
    found = networks_to_launch([*(a_seeker(n) for n in range(5)), a_seeker(9, **changes)], today=TODAY)
    assert len(found.networks) == 1
    assert said in found.left_out[0].reason


def test_many_are_shared_out_with_a_mix_of_sectors():
    pool = [a_seeker(n, sector="arts_culture" if n < 10 else "legal_services") for n in range(20)]
    found = networks_to_launch(pool, today=TODAY)
    assert [len(network.members) for network in found.networks] == [10, 10]
    assert all(
        {one.sector for one in network.members} == {"arts_culture", "legal_services"}
        for network in found.networks
    )
    assert len({network.slot.weekday for network in found.networks}) == 2


def test_a_slot_holds_in_summer_and_winter_everywhere():
    slot = slot_for(
        ("America/Los_Angeles", "America/New_York", "America/Phoenix"), usual_rules(), today=TODAY
    )
    assert slot is not None
    assert slot.first == date(2026, 12, 8)
    assert slot.sentence == (
        "second Tuesday of the month, 90 minutes: 10:30 Pacific time, 11:30 Arizona time, 13:30 Eastern time"
    )


def test_without_a_shared_hour_the_larger_part_meets():
    zones = ["America/New_York"] * 3 + ["Asia/Tokyo"]
    assert slot_for(zones, usual_rules(), today=TODAY) is None
    assert most_who_can_meet(zones, usual_rules(), today=TODAY) == {"America/New_York"}


def a_team(number: int, county: str, **changes) -> Seeker:
    return a_seeker(number, line="schools", side="joint", county=county, level="attended_together",
                    type="school_district", **changes)  # fmt: skip


def test_three_teams_make_a_region_with_the_nearest_county_office():
    teams = [a_team(0, "Fresno"), a_team(1, "Madera"), a_team(2, "Tulare"), a_team(3, "Kern")]
    found = regions_to_propose(teams, hubs=["Alameda"])
    (region,) = found.regions
    assert (region.region, region.hub_county) == ("7", "Fresno")
    assert next((way.team.county, way.miles > 0) for way in region.ways) == ("Fresno", False)
    (left,) = found.left_out
    assert left.seeker.county == "Kern"
    assert "One team waits in region 8" in left.reason and "Fresno" in left.reason
    assert regions_to_propose(reversed(teams), hubs=["Alameda"]) == found


def test_a_county_office_that_waits_itself_is_the_hub():
    teams = [
        a_team(0, "Fresno"),
        a_team(1, "Fresno"),
        a_seeker(2, line="schools", side="joint", county="Merced", type="county_office"),
    ]
    assert regions_to_propose(teams).regions[0].hub_county == "Merced"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"county": ""}, "ask for it"),
        ({"county": "Cook"}, "no county of California"),
        ({"state": "IL"}, "California"),
    ],
)
def test_a_team_whose_place_does_not_fit_is_told_why(changes, said):
    (left,) = regions_to_propose([a_team(0, **{"county": "Kern", **changes})]).left_out
    assert said in left.reason


def test_the_counties_lie_where_they_lie():
    centers = county_centers()
    assert set(centers) == set(words.CA_COUNTIES)
    assert all(32.5 < north < 42 and -124.5 < east < -114.1 for north, east in centers.values())
    # From maps: about 115, 35 and 600 miles.
    assert 90 < miles_between("Los Angeles", "San Diego") < 140
    assert 15 < miles_between("Alameda", "San Francisco") < 45
    assert 540 < miles_between("Imperial", "Humboldt") < 740
    assert miles_between("Inyo", "Kern") == miles_between("Kern", "Inyo")
    assert county_of("fresno County") == "Fresno"


def test_the_rules_name_only_known_codes():
    rules = usual_rules()
    assert set(rules.stages) | set(rules.began) | rules.in_force <= set(words.STAGES)
    assert {kind for kinds in rules.began.values() for kind in kinds} <= set(words.DATE_KINDS)
    assert set(rules.behind) | set(rules.behind_level) <= set(words.NEEDS)
    assert set(rules.behind.values()) <= set(words.STAGES)
    assert set(rules.behind_level.values()) <= set(words.PARTNERSHIP_LEVELS)
    assert rules.threshold <= rules.usual <= rules.largest
