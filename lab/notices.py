"""Mail to people: an outbox row in the deed's own transaction, sent later by a job.

A mail never carries content: no organization, no side, no word about unions. It says that
something waits and where to sign in. Kinds and their sentences stand in `KINDS`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from lab.database import SEND_MAIL, afterwards, insert_if_new, now
from lab.models import OutboxMessage, Person


@dataclass(frozen=True)
class Kind:
    """One kind of mail: its subject and its one sentence, both neutral."""

    subject: Any
    sentence: Any


NEUTRAL_SUBJECT = _l("A message for you")

KINDS: dict[str, Kind] = {
    "sign-in": Kind(
        _l("Your sign-in code"), _l("Here is what you need to sign in. It works once and for ten minutes.")
    ),
    "application-started": Kind(
        NEUTRAL_SUBJECT, _l("What you began is kept for you. Come back to it whenever you like.")
    ),
    "application-submitted": Kind(
        NEUTRAL_SUBJECT, _l("We have received what you sent. The page says what happens next.")
    ),
    "question-asked": Kind(NEUTRAL_SUBJECT, _l("A person has a question for you.")),
    "question-answered": Kind(NEUTRAL_SUBJECT, _l("A question you asked has an answer.")),
    "decided": Kind(NEUTRAL_SUBJECT, _l("There is an answer for you.")),
    "case-waiting": Kind(NEUTRAL_SUBJECT, _l("Something new waits for your review.")),
    "invited": Kind(
        NEUTRAL_SUBJECT, _l("Somebody asks you to join them. The page says who, and what you would see.")
    ),
    "offer-sent": Kind(NEUTRAL_SUBJECT, _l("There is an offer for you. The page says until when it waits.")),
    "offer-reminder": Kind(NEUTRAL_SUBJECT, _l("An offer still waits for your answer.")),
    "offer-answered": Kind(NEUTRAL_SUBJECT, _l("An offer has an answer.")),
    "offer-expired": Kind(NEUTRAL_SUBJECT, _l("An offer has ended without an answer.")),
    "offer-withdrawn": Kind(NEUTRAL_SUBJECT, _l("An offer is no longer open. Thank you for looking at it.")),
    "offer-changed": Kind(NEUTRAL_SUBJECT, _l("There is news about an offer. The page says what.")),
    "offer-question": Kind(NEUTRAL_SUBJECT, _l("There is a question about an offer.")),
    "conflict-possible": Kind(NEUTRAL_SUBJECT, _l("A possible conflict needs you to look at it.")),
    "case-active": Kind(NEUTRAL_SUBJECT, _l("There is good news on your page.")),
    "outcome-asked": Kind(NEUTRAL_SUBJECT, _l("Three short questions wait for you.")),
    "case-withdrawn": Kind(NEUTRAL_SUBJECT, _l("Something you were working on was withdrawn.")),
    "network-asked": Kind(NEUTRAL_SUBJECT, _l("Somebody asks to join a network you lead.")),
    "network-answered": Kind(NEUTRAL_SUBJECT, _l("There is an answer to your wish to join.")),
    "network-invited": Kind(NEUTRAL_SUBJECT, _l("There is an invitation for you. The page says to what.")),
    "pair-asked": Kind(NEUTRAL_SUBJECT, _l("There is a question for you. It names nobody yet.")),
    "pair-agreed": Kind(NEUTRAL_SUBJECT, _l("What you said yes to can begin. The page says how.")),
    "pair-ended": Kind(NEUTRAL_SUBJECT, _l("Something you were asked about does not take place.")),
    "condition-due": Kind(NEUTRAL_SUBJECT, _l("Something on your list is due soon.")),
    "welcome": Kind(NEUTRAL_SUBJECT, _l("There is a place for you here. Sign in with this address.")),
    "security-changed": Kind(
        NEUTRAL_SUBJECT,
        _l("How you sign in here has changed. If that was not you, sign in, look, and write to the program."),
    ),
    "signature-asked": Kind(NEUTRAL_SUBJECT, _l("A colleague asks for your signature.")),
    "signature-answered": Kind(
        NEUTRAL_SUBJECT, _l("There is an answer to what you asked a colleague to sign.")
    ),
    "case-opened": Kind(
        NEUTRAL_SUBJECT, _l("Somebody of the program may read along for a day. The page says who looks.")
    ),
    "deletion-code": Kind(
        NEUTRAL_SUBJECT, _l("Here is the code you asked for. It works once and for half an hour.")
    ),
    "deleted": Kind(NEUTRAL_SUBJECT, _l("What you asked for is done. The page has your receipt.")),
    "draft-idle": Kind(NEUTRAL_SUBJECT, _l("What you began will be deleted unless you come back to it.")),
}


def queue(
    kind: str, *, about: str, to: Person | str, path: str = "/", secret: dict[str, Any] | None = None
) -> None:
    """Write a mail of this kind to the outbox, once for each `about` and recipient.

    Must run inside `transaction()`. An unknown kind raises KeyError.
    """
    KINDS[kind]
    address = to if isinstance(to, str) else to.email
    insert_if_new(
        OutboxMessage,
        values={
            "event": about,
            "kind": kind,
            "recipient": address,
            "locale": "en" if isinstance(to, str) else to.locale,
            "path": path,
            "secret": secret,
            "message_id": f"<{secrets.token_hex(16)}@learning-lab.invalid>",
            "created_at": now(),
            "attempts": 0,
        },
        unique=["event", "recipient", "kind"],
    )
    afterwards(SEND_MAIL)
