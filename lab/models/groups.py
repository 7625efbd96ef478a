"""Peer pairs: two organizations that are asked to meet, each with its own answer."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab.columns import Sentences
from lab.database import Base, new_reference, unique_where
from lab.models.cases import Case


class PeerPair(Base):
    """Two cases for one-to-one coaching or for shadowing; neither knows the other until both agree."""

    __tablename__ = "peer_pairs"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    kind: Mapped[str] = mapped_column(sa.String(20))  # the need it answers
    state: Mapped[str] = mapped_column(sa.String(12), default="asked")  # agreed, ended
    reasons: Mapped[list[str]] = mapped_column(Sentences, default=list)  # the program's own: they name both
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    seats: Mapped[list["PairSeat"]] = relationship(back_populates="pair", order_by="PairSeat.id")
    __mapper_args__ = {"version_id_col": version}


class PairSeat(Base):
    """One organization's place in a pair, with an address and an answer of its own."""

    __tablename__ = "pair_seats"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(12), unique=True, default=new_reference)
    pair_id: Mapped[int] = mapped_column(sa.ForeignKey("peer_pairs.id"), index=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))  # as the pair's: nobody is in two of one kind
    # What it would bring and find, as codes of needs; says nothing about who the other is.
    brings: Mapped[list[str]] = mapped_column(default=list)
    finds: Mapped[list[str]] = mapped_column(default=list)
    answer: Mapped[str] = mapped_column(sa.String(4), default="")  # yes or no
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]
    pair: Mapped[PeerPair] = relationship(back_populates="seats")
    case: Mapped[Case] = relationship()
    __table_args__ = (
        sa.UniqueConstraint("pair_id", "case_id"),
        unique_where("uq_pair_seats_live", "case_id", "kind", where="ended_at IS NULL"),
    )
