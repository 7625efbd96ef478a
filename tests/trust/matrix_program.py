"""How the rows of the access matrix about running the program are looked at."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from lab.database import db
from lab.models import PolicyVersion, SecondSignature
from tests.trust.matrix_eyes import CANARY, Eyes
from tests.trust.sweep import form_token


def can_open(level: str, *addresses: str) -> Callable[[Eyes], str]:
    """Whether these pages open; names in braces are references of the scene."""

    def look(eyes: Eyes) -> str:
        made = [one.format_map({"case": eyes.ref, **eyes.scene.refs}) for one in addresses]
        return level if all(eyes.opens(one) for one in made) else "nothing"

    return look


def profile(eyes: Eyes) -> str:
    """One's own profile, or everybody's."""
    if eyes.opens("/consultants/"):
        return "reads"
    return "own" if eyes.opens("/profile/") else "nothing"


def figures(eyes: Eyes) -> str:
    """Shares over all cases, and nothing of any single one."""
    if not eyes.opens("/learning/"):
        return "nothing"
    return "groups" if not CANARY.search(eyes.page("/learning/").text) else "single cases"


def outcomes(eyes: Eyes) -> str:
    """The three questions about the work, or shares over all."""
    if eyes.opens("/outcomes/" + eyes.scene.refs["work joint"]):
        return "own"
    return figures(eyes)


def by_two(ask: str, use: str, **fields: str) -> Callable[[Eyes], str]:
    """Asking is possible, and who has asked alone has nothing yet."""

    def look(eyes: Eyes) -> str:
        if not eyes.opens(ask):
            return "nothing"
        sent = {name: text.format(case=eyes.ref) for name, text in fields.items()}
        asked = eyes.client.send(ask, ask, {"reason": "Somebody complained", **sent})
        row = db.session.scalars(
            sa.select(SecondSignature).order_by(SecondSignature.id.desc()).limit(1)
        ).one()
        db.session.rollback()
        if asked.status_code != 303 or row.ref not in asked.headers["Location"]:
            return f"asking answered {asked.status_code}"
        method, _space, address = use.partition(" ")
        answer = eyes.client.open(address.format(ref=row.ref), method=method)
        return "alone" if answer.status_code == 200 or CANARY.search(answer.text) else "second"

    return look


def policies(eyes: Eyes) -> str:
    """A draft may be made; who signed it once cannot sign it a second time."""
    if not eyes.opens("/policies/new"):
        return "nothing"
    ref = eyes.scene.refs[f"signed by {eyes.role}"]
    row = db.session.scalars(sa.select(PolicyVersion).where(PolicyVersion.ref == ref)).one()
    form = {"csrf_token": form_token(eyes.client), "edition": str(row.edition), "key": f"again-{eyes.role}"}
    db.session.rollback()
    eyes.client.post(f"/policies/{ref}/sign", data=form)
    state = db.session.scalar(sa.select(PolicyVersion.state).where(PolicyVersion.ref == ref))
    db.session.rollback()
    return "second" if state == "proposed" else f"alone: {state}"
