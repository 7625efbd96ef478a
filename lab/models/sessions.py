"""Who is signed in where."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab.database import Base
from lab.models.people import Person


class WebSession(Base):
    """One signed-in browser; deleting the row signs it out within one request.

    Its secret is renewed when the second factor is shown and when the person's roles change; the one
    before only tells whose text it was that arrived too late.
    """

    __tablename__ = "web_sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    previous_hash: Mapped[str] = mapped_column(sa.String(64), default="", index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    roles: Mapped[str] = mapped_column(sa.String(100), default="")  # those the secret was made for
    agent: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    fresh_at: Mapped[datetime | None]  # when the person last showed who they are, by any factor
    strong_at: Mapped[datetime | None]  # when a second factor was last shown
    wrong_codes: Mapped[int] = mapped_column(default=0)
    challenge: Mapped[str] = mapped_column(
        sa.String(100), default=""
    )  # what a passkey is asked to sign, once
    challenge_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
