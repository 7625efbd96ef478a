"""Accounts that people of the program have with their own organization, and sign in by."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab.database import Base
from lab.models.people import Person


class OrganizationAccount(Base):
    """Who somebody is for the organization's sign-in: its address and a name that it never gives twice."""

    __tablename__ = "organization_accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(sa.String(300))
    subject: Mapped[str] = mapped_column(sa.String(255))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    bound_at: Mapped[datetime]
    person: Mapped[Person] = relationship()
    __table_args__ = (
        sa.UniqueConstraint("issuer", "subject"),
        sa.UniqueConstraint("issuer", "person_id", name="uq_organization_accounts_one_each"),
    )
