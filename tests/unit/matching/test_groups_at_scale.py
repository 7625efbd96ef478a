"""Groups of hundreds: what makes them quick leaves out nothing."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import combinations

import pytest

from lab.matching.groups import Seeker, seeker_of, slot_told
from lab.matching.groups.apart import Apart, apart, kept_apart, may_be_near, to_look_at
from lab.matching.groups.pairing import best_matching
from lab.matching.groups.traces import Traces
from lab.matching.profiles import read_case
from tests.soak import times
from tests.unit.matching.worlds import applications


def test_who_is_kept_apart_is_found_whatever_the_quick_look_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are compared only where they leave a trace in common; comparing all of them finds no more."""
    names = [
        "ACLU of Ohio", "American Civil Liberties Union of Ohio", "Law Aid West", "Legal Aid Society of Ohio",
        "Legal Aid Society of Utah", "CWA Local 7", "Communications Workers of America", "The Association",
        "National Association", "Sample House", "Sample Houses Inc", "UAW", "Auto Workers Local 2325 (ALAA)",
        "Association of Legal Aid Attorneys", "Tenants And Neighbors", "TAN", "SEIU 1021", "Staff Union of X",
        "Museum Guild", "Museum Guilds Local 3", "Local 7",
    ]  # fmt: skip
    everyone = [
        Seeker(ref=str(number), name=name, state=state, unions=(union,))
        for number, (name, union, state) in enumerate(
            (name, union, state)
            for name in names
            for union in names[::3]
            for state in ("OH", "UT")
            if name != union
        )
    ]
    pairs = list(combinations(range(len(everyone)), 2))

    def told() -> list[tuple[Apart | None, bool]]:
        return [(apart(everyone[a], everyone[b]), to_look_at(everyone[a], everyone[b])) for a, b in pairs]

    quick, near, kept = told(), set(may_be_near(everyone)), kept_apart(everyone)
    monkeypatch.setattr(Traces, "meet", lambda self, other: True)
    assert quick == told()
    found = dict(zip(pairs, quick, strict=True))
    assert kept == {pair: why for pair, (why, _) in found.items() if why is not None}
    assert near >= {pair for pair, (why, look) in found.items() if why or look}
    assert len(near) < len(pairs)
    assert {kind for kind, _ in quick} == {None, *Apart}


@pytest.mark.parametrize("density", [0.05, 0.3, 1.0])
def test_the_quick_way_to_the_best_pairs_finds_the_best(density: float) -> None:
    import networkx as nx

    for seed in range(times(6, soak=200)):
        chance = random.Random(seed)
        count = chance.randint(2, 60)
        weights = {
            pair: chance.choice([1, 2, 5, 5, 9, 14])
            for pair in combinations(range(count), 2)
            if chance.random() < density
        }
        graph = nx.Graph()
        graph.add_weighted_edges_from((a, b, weight) for (a, b), weight in weights.items())
        best = sum(weights[min(pair), max(pair)] for pair in nx.max_weight_matching(graph))
        found = best_matching(weights)
        assert sum(weights[pair] for pair in found) == best
        assert len({place for pair in found for place in pair}) == 2 * len(found)


def test_a_kept_hour_is_told_in_the_zone_of_the_reader() -> None:
    kept = {"weekday": 1, "starts": "10:00", "minutes": 90, "zone": "America/Los_Angeles"}
    told, following = slot_told(kept, zone="America/New_York", today=date(2026, 11, 23))
    assert str(told) == "second Tuesday of the month, 90 minutes: 13:00 Eastern time"
    assert following.isoformat() == "2026-12-08T10:00:00-08:00"
    assert slot_told(kept, zone="America/New_York", today=date(2026, 12, 8))[1] == following
    # Where it is Wednesday by then, the hour of the network is told.
    told, _ = slot_told(kept, zone="Asia/Tokyo", today=date(2026, 11, 23))
    assert str(told) == "second Tuesday of the month, 90 minutes: 10:00 Pacific time"


def test_what_groups_read_of_an_application_is_what_matching_reads() -> None:
    for told in applications().values():
        for later in (0, 45, 400):
            day = told.submitted_on + timedelta(days=later)
            case, seeker = read_case(told, day), seeker_of(told, day)
            assert (seeker.line, seeker.stage, seeker.level) == (case.line, case.stage, case.level)
            assert seeker.needs == {need.need: need.weight for need in case.needs.asked}
