"""What is kept beside every deed: history, receipts, mail to send, keys of forms, things that fall due."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab.database import Base
from lab.models.people import Person


class Event(Base):
    """Who did what, when, about what. `details` holds codes and references, never content."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[int]  # the case, or 0 for what belongs to none; see lab/audit.py
    sequence: Mapped[int]
    before: Mapped[str] = mapped_column(sa.String(64))  # the seal of the row before
    seal: Mapped[str] = mapped_column(sa.String(64))
    key: Mapped[str] = mapped_column(sa.String(8))  # which secret sealed it
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))  # None: the clock
    verb: Mapped[str] = mapped_column(sa.String(40))
    about: Mapped[str] = mapped_column(sa.String(80), default="")
    audience: Mapped[str] = mapped_column(sa.String(12), default="program")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    actor: Mapped[Person | None] = relationship()
    __table_args__ = (sa.UniqueConstraint("chain", "sequence"),)


class EventChain(Base):
    """The end of one chain of history, under a seal of its own. What stands before `kept_from` may be deleted."""

    __tablename__ = "event_chains"
    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int]
    last: Mapped[str] = mapped_column(sa.String(64))  # the seal of the newest row
    kept_from: Mapped[int]
    kept_after: Mapped[str] = mapped_column(
        sa.String(64)
    )  # the seal of the row before the first that is kept
    seal: Mapped[str] = mapped_column(sa.String(64))
    key: Mapped[str] = mapped_column(sa.String(8))


class AccessReceipt(Base):
    """Somebody of the program or a consultant opened a case; the client can read this."""

    __tablename__ = "access_receipts"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    what: Mapped[str] = mapped_column(sa.String(30))  # answers, review, summary, identity
    day: Mapped[str] = mapped_column(sa.String(10))  # one receipt a person, thing and day
    at: Mapped[datetime]
    person: Mapped[Person] = relationship()
    __table_args__ = (sa.UniqueConstraint("case_id", "person_id", "what", "day"),)


class OutboxMessage(Base):
    """A mail to send, written in the deed's own transaction and sent later, at least once."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str] = mapped_column(sa.String(120))  # what it is about, so that it is queued once
    kind: Mapped[str] = mapped_column(sa.String(40))
    recipient: Mapped[str] = mapped_column(sa.String(254))
    locale: Mapped[str] = mapped_column(sa.String(8), default="en")
    path: Mapped[str] = mapped_column(sa.String(300), default="")
    secret: Mapped[dict[str, Any] | None]  # a sign-in code and link; erased once sent
    message_id: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    __table_args__ = (
        sa.UniqueConstraint("event", "recipient", "kind"),
        sa.Index("ix_outbox_waiting", "sent_at", "next_try_at"),
    )


class IdempotencyKey(Base):
    """A form that was sent once; sending it again leads to the first result."""

    __tablename__ = "idempotency_keys"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    purpose: Mapped[str] = mapped_column(sa.String(60))
    result: Mapped[str] = mapped_column(sa.String(300), default="")
    at: Mapped[datetime]


class Timer(Base):
    """Something that happens by itself at a time; catches up after downtime, safe to run twice."""

    __tablename__ = "timers"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    about: Mapped[str] = mapped_column(sa.String(80))
    due_at: Mapped[datetime] = mapped_column(index=True)
    done_at: Mapped[datetime | None]
    __table_args__ = (sa.UniqueConstraint("kind", "about", "due_at"),)
