"""From "this is done" on the case page to "met" on the review, with pages alone."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from lab.actions import decisions, reviews
from lab.actions.decisions import ToDo
from lab.database import db, now
from lab.matching.result import Recommendation as Result
from lab.models import Case, Task
from lab.queries import recommendations, review_words
from tests.actions.test_reviews_decisions import amina, as_proposed, begun
from tests.clients import somebody
from tests.factories import a_case

__all__ = ["amina"]


@pytest.fixture
def case(amina):
    case = begun("O02", amina)
    day = now().date() + timedelta(days=7)
    decisions.decide(
        case.id, as_proposed(case, conditions=(ToDo("Agree on a lawyer.", day),)), key="k", by=amina
    )
    return case


def ids_that_stand_twice(html):
    return [one for one, count in Counter(re.findall(r'\sid="([^"]+)"', html)).items() if count > 1]


def test_from_done_to_not_yet_to_met(case, amina, signed_in):
    home, review = f"/cases/{case.ref}", f"/reviews/{case.ref}"
    ref = db.session.query(Task).one().ref
    done, missing = f"{home}/tasks/{ref}/done", f"{review}/tasks/{ref}/not-yet"
    lead, director = signed_in(case.owner), signed_in(amina)
    assert done in lead.get(home).text and missing not in director.get(review).text
    empty = lead.send(done, done, {"text": " "})
    assert empty.status_code == 422 and "Say in a sentence what is done." in empty.text
    assert lead.send(done, done, {"text": "We talked with Fenn & Dale."}).location.endswith(home)
    waiting = lead.get(home).text
    assert "We talked with Fenn &amp; Dale." in waiting and "Your director looks at what you told" in waiting
    assert done not in waiting and lead.get(done).location.endswith(home)
    shown = director.get(review).text
    assert "We talked with Fenn &amp; Dale." in shown and missing in shown
    assert "See whether a condition is met" in director.get("/reviews/").text
    assert director.send(missing, missing, {"text": ""}).status_code == 422
    assert director.send(missing, missing, {"text": "Please sign with them."}).location.endswith(review)
    again = lead.get(home).text
    assert "Please sign with them." in again and done in again
    assert lead.send(done, done, {"text": "Signed."}).status_code == 303
    met = director.send(review, f"{review}/tasks/{ref}/met")
    assert met.location.endswith(f"{review}/offer")
    page = lead.get(home).text
    assert "All conditions are met" in page and "A task was told done" in page and done not in page


def test_others_find_no_way_to_tell(case, signed_in):
    ref = db.session.query(Task).one().ref
    other = a_case(told_as="O05", state="active")
    for who, path in (
        (somebody(), f"/cases/{case.ref}/tasks/{ref}/done"),
        (somebody("director"), f"/cases/{case.ref}/tasks/{ref}/done"),
        (other.owner, f"/cases/{other.ref}/tasks/{ref}/done"),
        (case.owner, f"/cases/{case.ref}/tasks/ZZZZZZZZ/done"),
        (somebody("director"), f"/reviews/{case.ref}/tasks/{ref}/not-yet"),
    ):
        assert signed_in(who).get(path).status_code == 404


def proposed_tasks(case: Case) -> list[str]:
    result = Result.from_record(recommendations.newest(case.id).result)
    return [task.code for task in result.tasks if not task.condition]


def test_every_first_task_that_is_proposed_stands_in_a_box_with_a_day(amina, signed_in):
    case = begun("O02", amina)
    document = dict(case.document)
    document["foundation"] = {
        **document["foundation"], "aligned_lawyer": "unsure", "share_learning": "unsure",
    }  # fmt: skip
    document["organization"] = {**document["organization"], "mission_social_justice": "unsure"}
    document["needs"] = [{"need": "joint_training", "importance": "must"}]
    case.document = document
    db.session.commit()
    director = signed_in(amina)
    reviews.compute(case.id, by=amina)
    codes = proposed_tasks(case)
    assert codes == ["lawyer", "sharing", "mission", "union_consent"]
    html = director.get(f"/reviews/{case.ref}").text
    texts = re.findall(r'name="task_text_\d"[^>]* value="([^"]+)"', html)
    days = re.findall(r'name="task_due_\d"[^>]* value="([^"]+)"', html)
    assert len(texts) == len(days) == 4
    assert texts[3].startswith("Ask the union to agree to the person and the plan")
    assert all(date.fromisoformat(day) > now().date() for day in days)
    assert ids_that_stand_twice(html) == []


def test_a_letter_to_write_is_no_task_of_the_applicant(amina):
    case = begun("O08", amina)
    assert proposed_tasks(case) == ["referral"]
    assert (
        review_words.first_tasks(Result.from_record(recommendations.newest(case.id).result), now().date())
        == []
    )
