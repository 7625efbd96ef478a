"""The policy lab: its pages, its form, what the effect says by hand, and who finds it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from lab.actions import policies, reviews
from lab.actions import policy_effects as action
from lab.matching.policy import DEFAULT_WEIGHTS, Policy
from lab.models import Person
from lab.queries import policies as queries
from lab.queries import policy_effects
from lab.queries.policies import in_force
from lab.queries.viewers import viewer_of
from tests import an_offer, factories
from tests.a_policy import a_draft, reread, signed, tried
from tests.clients import HTMX, Clock, LabClient

SECTOR_ALONE = {**dict.fromkeys(DEFAULT_WEIGHTS, 0.0), "sector": 100.0}
SignedIn = Callable[[str | Person], LabClient]


@pytest.fixture
def dana(app: Flask, clock: Clock) -> Person:
    return factories.a_person("director", name="Dana Whitfield")


@pytest.fixture
def alma(app: Flask, clock: Clock) -> Person:
    return factories.a_person("administrator", name="Alma Reyes")


def world(director: Person) -> None:
    """Two open cases on which the first was chosen: C07 before C04 and C03, and C02 before C08 and C04."""
    an_offer.the_consultants()
    an_offer.a_decided_case("O01", director=director)
    an_offer.a_decided_case("O10", director=director)


def test_the_effect_is_what_a_hand_counts(dana: Person) -> None:
    # By sector alone C07 and C04 of the first case are alike and C04 has the lower reference; C03 falls under
    # the floor. In the second case all three are alike, and C02 stays first.
    world(dana)
    effect = policy_effects.effect_of(tried(a_draft(dana, weights=SECTOR_ALONE), dana), viewer_of(dana))
    assert (len(effect.open), len(effect.past)) == (2, 2)
    assert {line.before.ref: line.after.ref for line in effect.open if line.before and line.after} == {
        "C07": "C04", "C02": "C02",
    }  # fmt: skip
    assert (effect.moved, effect.changed, effect.past_moved) == (1, 1, 1)
    assert effect.met == (2, 1)
    assert effect.steady == (100, 100)
    [changed] = [line.changes for line in effect.open if line.changes]
    assert list(changed) == ["Isa Quintero is under the floor now."] or len(changed) == 1


def test_the_same_policy_changes_nothing(dana: Person) -> None:
    world(dana)
    effect = policy_effects.effect_of(tried(a_draft(dana), dana), viewer_of(dana))
    assert (effect.moved, effect.changed, effect.past_moved, effect.met) == (0, 0, 0, (2, 2))


def test_a_higher_floor_changes_standings_and_nobody_first(dana: Person) -> None:
    world(dana)
    effect = policy_effects.effect_of(tried(a_draft(dana, floor=80.0), dana), viewer_of(dana))
    assert (effect.moved, effect.changed) == (0, 2)
    assert sum(len(line.changes) for line in effect.open) == 4


def test_from_a_draft_to_in_force_on_the_pages(dana: Person, alma: Person, signed_in: SignedIn) -> None:
    world(dana)
    director, other = signed_in(dana), signed_in(alma)
    assert "No draft" in director.get("/policies/").text
    made = director.send(
        "/policies/new", "/policies/new?from=", {"reason": "The sector says most.", "weight_sector": "60", "floor": "50,5"}
    )  # fmt: skip
    assert made.status_code == 303, made.text
    path = made.location
    draft = director.get(path).text
    assert (
        "The sector says most." in draft and "Not computed yet" in draft and "Sign as the first" not in draft
    )
    director.send(path, f"{path}/effect")
    action.run_waiting()  # what took longer than a page waits
    shown = director.get(path).text
    assert "Open cases with somebody else first" in shown and "weightings" in shown
    director.send(path, f"{path}/sign")
    waiting = director.get(path).text
    assert "You have signed." in waiting and "Sign and put in force" not in waiting
    assert "Waiting for a second signature" in other.get("/policies/").text
    other.send(path, f"{path}/sign")
    assert (in_force().version, in_force().floor, in_force().weights["sector"]) == ("2026-11.2", 50.5, 60.0)
    page = director.get("/policies/").text
    assert "Dana Whitfield and Alma Reyes" in page and "Make a draft from it" in page
    ref = path.rsplit("/", 1)[-1]
    assert "weight_stage" in director.get(f"/policies/new?from={ref}").text
    assert "2 differences" in director.get("/policies/compare").text
    assert "No difference" in director.get(f"/policies/compare?first={ref}").text


def test_bad_values_are_said_at_their_fields_and_nothing_typed_is_lost(
    dana: Person, signed_in: SignedIn
) -> None:
    director = signed_in(dana)
    sent = {
        "reason": "Kept words.", "weight_stage": "many", "floor": "101", "offer_days": "2.5", "stability_spread": "-1",
        "early_hours_low": "9", "early_hours_high": "8",
    }  # fmt: skip
    answer = director.send("/policies/new", "/policies/new?from=", sent)
    assert answer.status_code == 422
    for words in (
        "Floor: type a number from 0 to 100.", "type a whole number from 1 to 30.", "type a number from 0 to 3.",
        "The early hours must end where they begin, or later.", "type a number from 0 to 1000.",
    ):  # fmt: skip
        assert words in answer.text
    for typed in sent.values():
        assert typed in answer.text
    zeros = {f"weight_{code}": "0" for code in DEFAULT_WEIGHTS} | {"reason": "None."}
    none = director.send("/policies/new", "/policies/new?from=", zeros)
    assert none.status_code == 422 and "At least one weight must be above 0." in none.text
    assert (
        "Say in a sentence why."
        in director.send("/policies/new", "/policies/new?from=", {"reason": " "}).text
    )
    assert not queries.versions("draft")


def test_a_draft_is_changed_and_thrown_away(dana: Person, signed_in: SignedIn) -> None:
    director, ref = signed_in(dana), a_draft(dana, floor=60.0).ref
    path = f"/policies/{ref}"
    stale = str(reread(ref).edition)
    director.send(f"{path}/edit", f"{path}/edit", {"floor": "61", "networks_for_all_accepted": None})
    assert (reread(ref).values["floor"], reread(ref).values["networks_for_all_accepted"]) == (61.0, False)
    late = director.send(f"{path}/edit", f"{path}/edit", {"floor": "62", "edition": stale})
    assert late.status_code == 409 and reread(ref).values["floor"] == 61.0
    assert "Throw this draft away?" in director.get(f"{path}/discard").text
    assert director.send(f"{path}/discard", f"{path}/discard").status_code == 303
    assert director.get(path).status_code == 404


def test_a_refusal_needs_a_reason(dana: Person, alma: Person, signed_in: SignedIn) -> None:
    ref = a_draft(dana, floor=60.0).ref
    tried(reread(ref), dana)
    policies.sign(ref, edition=reread(ref).edition, by=dana)
    other, path = signed_in(alma), f"/policies/{ref}"
    assert other.send(path, f"{path}/refuse").status_code == 422
    other.send(path, f"{path}/refuse", {"because": "Wait for the spring."})
    assert reread(ref).state == "refused"
    assert "Wait for the spring." in other.get(path).text


def test_an_administrator_reads_sums_and_no_case(dana: Person, alma: Person, signed_in: SignedIn) -> None:
    world(dana)
    ref = a_draft(dana, weights=SECTOR_ALONE).ref
    tried(reread(ref), dana)
    page = signed_in(alma).get(f"/policies/{ref}").text
    assert "1 of 2" in page and "Which cases these are" in page
    links = re.compile('href="/reviews/[^"/]+"')
    assert not links.search(page)
    assert signed_in(alma).get(f"/policies/{ref}/effect.csv").status_code == 404
    assert len(links.findall(signed_in(dana).get(f"/policies/{ref}").text)) == 4


def test_a_director_with_a_tie_reads_the_sums_of_the_others(dana: Person, app: Flask) -> None:
    world(dana)
    effect = tried(a_draft(dana, weights=SECTOR_ALONE), dana)
    first = policy_effects.effect_of(effect, viewer_of(dana)).open[0].case.organization
    tied = policy_effects.effect_of(effect, replace(viewer_of(dana), ties=(first,)))
    assert (len(tied.open), len(tied.past)) == (1, 1)


def test_the_table_holds_both_parts_and_no_formula(dana: Person, signed_in: SignedIn) -> None:
    world(dana)
    ref = a_draft(dana, weights=SECTOR_ALONE).ref
    director = signed_in(dana)
    assert director.get(f"/policies/{ref}/effect.csv").status_code == 303
    tried(reread(ref), dana)
    rows = list(csv.DictReader(io.StringIO(director.get(f"/policies/{ref}/effect.csv").text)))
    assert [row["part"] for row in rows] == ["open", "open", "past", "past"]
    past = {row["chosen"]: (row["met_before"], row["met_after"]) for row in rows if row["part"] == "past"}
    assert past == {"C07": ("yes", "no"), "C02": ("yes", "yes")}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_what_takes_long_shows_how_far_it_is(dana: Person, signed_in: SignedIn) -> None:
    world(dana)
    ref = a_draft(dana, weights=SECTOR_ALONE).ref
    ident = action.ask(ref, by=dana).id
    director = signed_in(dana)
    assert "Computed: 0 of 4 cases and decisions." in director.get(f"/policies/{ref}").text
    part = director.get(f"/policies/{ref}", headers=HTMX)
    assert part.text.lstrip().startswith("<div") and "0 of 4" in part.text
    action.carry_on(ident)
    assert director.get(f"/policies/{ref}", headers=HTMX).headers["HX-Redirect"].endswith(ref)


def test_nobody_else_finds_it(dana: Person, signed_in: SignedIn, client: LabClient) -> None:
    ref = a_draft(dana).ref
    paths = ("", "new", "compare", ref, f"{ref}/edit", f"{ref}/discard", f"{ref}/effect.csv")
    for role in ("consultant", "network_lead", ""):
        browser = signed_in(role)
        assert {browser.get(f"/policies/{path}").status_code for path in paths} == {404}
    assert {client.get(f"/policies/{path}").status_code for path in paths} == {303}
    assert signed_in(dana).get("/policies/ZZZZZZZZ").status_code == 404
    assert signed_in(dana).get("/policies/new?from=ZZZZZZZZ").status_code == 404


def test_a_review_says_that_the_policy_changed(dana: Person, alma: Person, signed_in: SignedIn) -> None:
    an_offer.the_consultants()
    case = factories.a_case(told_as="O01")
    reviews.begin(case.id, by=dana)
    reviews.compute(case.id, by=dana)
    ref, case_id = case.ref, case.id
    signed(dana, alma, weights={"sector": 60.0})
    reviews.mark_stale(case_id)
    page = signed_in(dana).get(f"/reviews/{ref}").text
    assert "The policy changed: it was 2026-11.1 and is now 2026-11.2." in page
    assert Policy.default().version == "2026-11.1"
