"""The what-if of a match review: tried out in the address, saved nowhere."""

import pytest

from lab.actions import reviews
from lab.database import db
from lab.models import AccessReceipt
from lab.queries import recommendations
from tests.clients import HTMX
from tests.factories import a_case, a_consultant, a_person, the_supports, told
from tests.trust.sweep import picture


@pytest.fixture
def pool(app, clock):
    for row in told("consultants"):
        a_consultant(row["ref"])
    the_supports()


@pytest.fixture
def case(pool):
    """A case whose recommendation is stored."""
    made = a_case(state="in_review", director=a_person("director", name="Dana"))
    reviews.compute(made.id)
    return made


@pytest.fixture
def what_if(case, signed_in):
    """Open the what-if of the case as a director who may read it."""
    director = signed_in("director")
    return lambda query="", **more: director.get(f"/reviews/{case.ref}/what-if{query}", **more)


def names_of(case):
    result = recommendations.newest(case.id).inputs["consultants"]
    return {one["ref"]: one["name"] for one in result}


def test_it_opens_for_directors_alone(case, client, signed_in):
    address = f"/reviews/{case.ref}/what-if?hours=60"
    assert client.get(address).status_code == 303
    assert signed_in("consultant").get(address).status_code == 404
    assert signed_in("director").get(address).status_code == 200
    assert signed_in("director").get("/reviews/LL-NOBODY/what-if").status_code == 404


def test_the_review_offers_it_folded(case, signed_in):
    text = signed_in("director").get(f"/reviews/{case.ref}").text
    fold = text.partition('id="what-if-fold"')[2].partition("</details>")[0]
    assert f'action="/reviews/{case.ref}/what-if"' in fold and 'method="get"' in fold
    assert "csrf_token" not in fold


def test_it_says_what_moves_and_that_nothing_is_saved(what_if):
    text = what_if("?hours=60&weight_needs=60&starts_on=").text
    assert "What if, nothing saved" in text and ">Reset<" in text
    assert "60 hours instead of" in text and "What would move" in text
    assert "hours=60&amp;weight_needs=60" in text, "the address to share leaves out what is empty"
    assert 'id="if-candidate-' in text and 'name="consultant"' not in text


def test_looking_writes_nothing_but_who_looked_and_that_once(case, signed_in):
    director = signed_in("director")
    director.get(f"/reviews/{case.ref}")
    before = picture()
    for query in ("", "?hours=60", "?hours=999", "?second=C01&network_first=y"):
        director.get(f"/reviews/{case.ref}/what-if{query}", headers=HTMX)
        director.get(f"/reviews/{case.ref}/what-if{query}")
    assert picture() == before
    assert db.session.query(AccessReceipt).count() == 1


def test_a_shared_address_counts_as_reading_the_case(case, what_if):
    what_if("?hours=60")
    assert [row.what for row in db.session.query(AccessReceipt)] == ["review"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?hours=999&weight_needs=30", "Type 0 to 400 hours, or nothing."),
        ("?hours=many&weight_needs=30", "Type 0 to 400 hours, or nothing."),
        ("?weight_stage=101&weight_needs=30", "Type 0 to 100 points, or nothing."),
        ("?starts_on=soon&weight_needs=30", "Type a day like 2026-11-23."),
        ("?starts_on=2020-01-01&weight_needs=30", "Support cannot begin before the day this was computed."),
        ("?free_hours=20&weight_needs=30", "Choose whose hours these would be, or type nothing."),
        ("?free_of=C01&weight_needs=30", "Type how many hours a month they would have, or choose nobody."),
        ("?free_of=C99&free_hours=3&weight_needs=30", "Choose somebody of the list."),
        ("?second=C99&weight_needs=30", "Choose somebody of the list."),
    ],
)  # fmt: skip
def test_a_bad_value_is_told_in_words_and_nothing_is_lost(what_if, query, words):
    for headers in ({}, HTMX):
        answer = what_if(query, headers=headers)
        assert answer.status_code == 422 and words in answer.text
        assert 'id="error-summary"' in answer.text and 'value="30"' in answer.text
        assert "What would move" not in answer.text


def test_all_weights_at_nothing_is_no_weighting(what_if):
    zeros = "&".join(
        f"weight_{code}=0"
        for code in ("stage", "needs", "availability", "sector", "state", "depth", "unit_size", "place", "preference")
    )  # fmt: skip
    answer = what_if(f"?{zeros}")
    assert answer.status_code == 422 and "At least one weight has to be above 0." in answer.text


def test_htmx_gets_the_part_with_one_announcement_and_focus_on_what_is_new(what_if):
    text = what_if("?hours=60", headers=HTMX).text
    assert "<html" not in text and text.count("data-focus") == 1
    assert text.count('hx-swap-oob="innerHTML:#status"') == 1
    empty = what_if(headers=HTMX).text
    assert "The what-if is empty again." in empty and "What would move" not in empty


def test_a_second_consultant_stands_beside_the_first(case, what_if):
    names = names_of(case)
    first, second = (one["ref"] for one in recommendations.newest(case.id).result["consultants"][:2])
    text = what_if(f"?second={second}").text
    assert f"{names[first]} and {names[second]} together" in text
    assert "Hours at two rates" in text and "Musts left open" in text


def test_a_network_first_says_which_and_from_when_hours_begin(what_if):
    text = what_if("?network_first=y").text
    assert "hours would begin on" in text or "No network is open to this case now" in text


def test_before_a_review_begins_it_works_on_a_preview(pool, signed_in):
    waiting = a_case()
    text = signed_in("director").get(f"/reviews/{waiting.ref}/what-if?hours=60").text
    assert "What if, nothing saved" in text
    assert recommendations.newest(waiting.id) is None


def test_the_review_says_how_steady_the_order_is(case, signed_in):
    result = recommendations.newest(case.id).result
    text = signed_in("director").get(f"/reviews/{case.ref}").text
    assert "How steady this order is" in text
    for one in result["consultants"][:5]:
        assert f"First in {one['times_first']} of 100 weightings" in text
    assert "would be first" in text.partition("How steady this order is")[2].partition("</ul>")[0]
