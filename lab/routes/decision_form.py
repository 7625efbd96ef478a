"""From a recommendation to a filled decision form, and from a sent form to the director's choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lab.actions import decisions
from lab.forms import reviews as forms
from lab.queries import intake_words, review_words, reviews

OPEN_STANDINGS = ("recommended", "optional", "conditional", "not_now")
TICKED = ("recommended", "conditional")
CLEAR = "clear-"
TOPICS = ("organization", "people", "dates", "needs", "foundation", "time", "conflicts", "team")
NOBODY = _l("Nobody: program staff do the work, or no hours are given")


def decision_form(
    review: reviews.Review, *, key: str, sent: Mapping[str, Any] | None = None
) -> forms.DecisionForm:
    """The form as the recommendation fills it, or as it was sent; `consultants` and `looks` go beside it."""
    form = forms.DecisionForm(sent, data=_proposed(review), today=review.today)
    if sent is None:
        form.key.data = key
    result = review.result
    form.networks.choices = [
        (a.network, a.name or a.network) for a in result.networks if a.standing in OPEN_STANDINGS
    ]
    form.convenings.choices = [
        (a.convening, a.name or a.convening) for a in result.convenings if a.standing in OPEN_STANDINGS
    ]
    topics = [topic for topic in TOPICS if topic != "team" or review.case.kind == "joint"]
    form.question_topics.choices = [(topic, intake_words.title(topic, review.case.line)) for topic in topics]
    form.consultants = [("", str(NOBODY)), *((one.id, one.name) for one in review.people), *review.others]
    form.looks = [
        forms.LookToClear(f"{CLEAR}{key}", who, sentence, (sent or {}).get(f"{CLEAR}{key}", ""))
        for key, who, sentence in _looks(review)
    ]
    form.form_errors = []
    return form


def looks_for(review: reviews.Review, chosen: str, typed: Mapping[str, Any]) -> list[forms.LookToClear]:
    """What is to be cleared, of which only what concerns the choice stays in sight; what was typed is kept."""
    return [
        forms.LookToClear(
            f"{CLEAR}{key}", who, sentence, typed.get(f"{CLEAR}{key}", ""),
            concerns=key.partition(":")[0] in ("case", chosen),
        )
        for key, who, sentence in _looks(review)
    ]  # fmt: skip


def _looks(review: reviews.Review) -> list[tuple[str, str, str]]:
    """Key, whom it is about, and the sentence of everything a director clears with a reason."""
    found = [(f"case:{n}", _("This case"), look.sentence) for n, look in enumerate(review.result.looks)]
    for one in review.result.consultants:
        name = review.names.get(one.ref, one.ref)
        found += [(f"{one.ref}:{n}", name, look.sentence) for n, look in enumerate(one.looks)]
    return found


def _proposed(review: reviews.Review) -> dict[str, Any]:
    result, today = review.result, review.today
    with_hours = bool(review.first)
    values: dict[str, Any] = {
        "read_version": str(review.case.version),
        "recommendation": review.row.ref if review.row else "",
        "decision": result.decision,
        "tiers": [a.tier for a in result.tiers if a.standing in TICKED],
        "networks": [a.network for a in result.networks if a.standing == "recommended"],
        "convenings": [a.convening for a in result.convenings if a.standing == "recommended"],
        "consultant": review.first,
        "words_accept": review_words.to_accept(result, with_hours=with_hours),
        "words_conditions": review_words.with_conditions(result),
        "words_refer": review_words.to_refer(result),
        "question": review_words.to_ask(result),
        "question_due": review_words.question_day(today),
        "question_topics": ["foundation"] if result.decision == "hold_conversation" else [],
        "question_audience": "joint",
        "referral_reason": review_words.referral_reason(review.application, result),
    }
    if not with_hours and result.decision == "accept":
        wanted = [a.tier for a in result.tiers if a.standing == "recommended"]
        values["tiers"] = wanted or values["tiers"]
    for kind, drafts in (
        ("condition", review_words.conditions(result, today)),
        ("task", review_words.first_tasks(result, today)),
    ):
        for number, draft in enumerate(drafts[: forms.TASK_ROWS[kind]], start=1):
            values[f"{kind}_text_{number}"], values[f"{kind}_due_{number}"] = draft.text, draft.due_on
    for number, (name, how) in enumerate(review_words.other_places(review.application), start=1):
        values[f"place_name_{number}"], values[f"place_how_{number}"] = name, how
    return values


def choice_of(form: forms.DecisionForm, sent: Mapping[str, Any]) -> decisions.Choice:
    """What the director says, of the parts that the chosen decision uses."""
    decision = str(form.decision.data)
    texts = {
        "accept": form.words_accept.data,
        "accept_with_conditions": form.words_conditions.data,
        "decline_refer": form.words_refer.data,
    }
    accepting = decision in ("accept", "accept_with_conditions")
    return decisions.Choice(
        decision=decision,
        recommendation_ref=str(form.recommendation.data or ""),
        read_version=int(form.read_version.data) if str(form.read_version.data or "").isdigit() else 0,
        tiers=tuple(form.tiers.data or ()) if accepting else (),
        networks=tuple(form.networks.data or ()) if accepting else (),
        convenings=tuple(form.convenings.data or ()) if accepting else (),
        consultant_ref=str(form.consultant.data or "") if accepting else "",
        conditions=_todos(form, "condition") if decision == "accept_with_conditions" else (),
        first_tasks=_todos(form, "task") if accepting else (),
        cleared={name.removeprefix(CLEAR): str(why) for name, why in sent.items() if name.startswith(CLEAR)},
        reason_code=str((form.override_reason if accepting else form.referral_reason).data or ""),
        note=str(form.note.data or ""),
        words_to_applicant=str(texts.get(decision) or ""),
        ask=_ask(form) if decision == "hold_conversation" else None,
        referrals=tuple(
            decisions.Referral(str(name.data), str(how.data or ""))
            for name, how in form.places()
            if (name.data or "").strip()
        )
        if decision == "decline_refer"
        else (),
    )


def _todos(form: forms.DecisionForm, kind: str) -> tuple[decisions.ToDo, ...]:
    return tuple(
        decisions.ToDo(str(text.data).strip(), day.data)
        for text, day in form.rows(kind)
        if (text.data or "").strip() and day.data is not None
    )


def _ask(form: forms.DecisionForm) -> decisions.Ask:
    return decisions.Ask(
        text=str(form.question.data or ""),
        due_on=form.question_due.data,
        topics=tuple(form.question_topics.data or ()),
        audience=str(form.question_audience.data or "joint"),
    )
