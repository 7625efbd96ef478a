"""The index of texts as the worker built it: one row, read by every web host."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lab.database import Base


class TextIndexRow(Base):
    """How alike texts are, ready to be read without the library that weighs words."""

    __tablename__ = "text_indexes"
    id: Mapped[int] = mapped_column(primary_key=True)
    made_from: Mapped[str] = mapped_column(sa.String(64))  # fingerprint of texts, model and code
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    built_at: Mapped[datetime]
