"""The conflict check of an offer: first the promise to keep the names, then four questions about them."""

from __future__ import annotations

from collections.abc import Mapping

from lab import history
from lab.actions.answer_guards import own, still_open
from lab.actions.offer_steps import check_version, declined, hold, note, to_director
from lab.database import now, transaction
from lab.errors import BadInput, NotNow
from lab.models import Person

QUESTIONS = ("worked_for", "family", "money", "other_side")
ANSWERS = ("none", "possible", "yes")


def show_identity(ref: str, *, promised: bool, by: Person) -> None:
    """The consultant promises to keep the names to themselves: from now on they are shown. Twice changes nothing.

    Raises `BadInput` without the promise.
    """
    with transaction():
        case, offer = hold(ref)
        own(offer, by)
        if offer.identity_shown_at is not None:
            return
        still_open(offer)
        if not promised:
            raise BadInput("Tick that you keep this confidential. Then we show you the names.")
        offer.identity_shown_at = now()
        history.receipt(case, by_id=by.id, what="identity")
        note("offer_identity_shown", offer, by=by)


def answer_conflicts(
    ref: str, answers: Mapping[str, str], *, note_text: str = "", version: int, key: str, by: Person
) -> str:
    """Answer the four questions; gives the gravest answer: none, possible or yes.

    "possible" stops the clock and goes to the director; "yes" closes the offer without a mark.
    Raises `BadInput` for a question without an answer.
    """
    missing = [question for question in QUESTIONS if answers.get(question) not in ANSWERS]
    if missing:
        raise BadInput("Answer each of the four questions.", missing)
    gravest = max((answers[question] for question in QUESTIONS), key=ANSWERS.index)
    with transaction():
        case, offer = hold(ref)
        own(offer, by)
        if not history.claim(key, purpose="conflict_answers", by=by):
            return offer.conflict_answer
        check_version(offer, version)
        still_open(offer)
        if offer.identity_shown_at is None:
            raise NotNow("Look at the names first, then answer.")
        offer.conflict_answers = {
            **{question: answers[question] for question in QUESTIONS},
            "note": note_text.strip(),
        }
        offer.conflict_answer = gravest
        note("conflict_answered", offer, by=by, answer=gravest)
        if gravest == "possible":
            to_director(case, offer)
        elif gravest == "yes":
            offer.decline_reason = "conflict"
            declined(offer, by=by)
    return gravest
