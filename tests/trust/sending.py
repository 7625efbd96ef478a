"""The sweep of forms: every form of somebody else's thing, sent by one person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lab.database import db
from lab.models import (
    Consultant,
    Engagement,
    KeptForm,
    Membership,
    NetworkMembership,
    Offer,
    PairSeat,
    Passkey,
)
from tests.clients import HTMX
from tests.trust.sweep import SENDS, THEIR_WORK, addresses, browser, form_token, picture
from tests.trust.world import MAY_SEE, World


def select_of_cases(world: World, who: str) -> Callable[[Any], Any]:
    """The references of what hangs on the cases whose team this person is on."""
    mine = sa.select(Membership.case_id).where(
        Membership.person_id == world.people[who].id, Membership.removed_at.is_(None)
    )
    return lambda model: sa.select(model.ref).where(model.case_id.in_(mine))


def own_things(world: World, who: str) -> set[str]:
    """The references of what belongs to this person: the cases they belong to, the offers they were sent."""
    cases = {case.ref for name, case in world.cases.items() if name in MAY_SEE[who]}
    if who not in world.people:
        return cases
    offers = db.session.scalars(
        sa.select(Offer.ref)
        .join(Consultant, Consultant.id == Offer.consultant_id)
        .where(Consultant.person_id == world.people[who].id)
    )
    theirs = select_of_cases(world, who)
    return (
        cases
        | set(offers)
        | set(db.session.scalars(theirs(PairSeat)))
        | set(db.session.scalars(theirs(NetworkMembership)))
        | set(db.session.scalars(theirs(Engagement)))
        | {
            ref
            for model in (Passkey, KeptForm)
            for ref in db.session.scalars(sa.select(model.ref).where(model.person_id == world.people[who].id))
        }
    )


def send_everything(app: Flask, world: World, who: str) -> int:
    """Send every form of somebody else's thing as this person: all refused, nothing changed.

    Gives how many requests that were.
    """
    client, before = browser(app, world, who), picture()
    own, token = own_things(world, who), form_token(client)
    wrong: list[str] = []
    tried: set[str] = set()
    sent = 0
    for rule, address in addresses(app, world, "POST"):
        if not rule.arguments or rule.arguments == {"token"} or any(ref in address for ref in own):
            continue
        if rule.endpoint.startswith(THEIR_WORK.get(who, "-")):
            continue
        # Each form once as a page sends it; then as htmx does, whose refusals are short.
        answer = client.post(
            address, data={"csrf_token": token}, headers=HTMX if rule.endpoint in tried else {}
        )
        tried.add(rule.endpoint)
        sent += 1
        refused = answer.status_code in (401, 404) or (
            answer.status_code == 303 and "/sign-in" in answer.headers["Location"]
        )
        if not refused:
            wrong.append(f"{address} answered {answer.status_code} ({rule.endpoint})")
    assert not wrong, f"{who}: {len(wrong)}\n" + "\n".join(wrong[:20])
    assert picture() == before
    assert sent >= SENDS
    return sent
