"""What the program notes about itself, so that people can see whether it runs."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lab.database import Base


class WorkerBeat(Base):
    """A worker said here when it last went its round; a row for each process."""

    __tablename__ = "worker_beats"
    worker: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    started_at: Mapped[datetime]
    at: Mapped[datetime]
