"""What to make of a database that is away, full, locked or tired: nothing is wrong with what was asked of it.

Visitors are told so on a page that needs no database (`lab/refusals.py`), and the next request finds it again.
"""

from __future__ import annotations

import sqlalchemy as sa

from lab.database import db

RETRY_AFTER = 10  # seconds
# What SQLite says of a mistake in a statement, of a file that is none of its own, and of one that is broken.
MISTAKE, NO_DATABASE, MALFORMED = 1, 26, 11
# A server that only reads: a standby that nobody has promoted yet.
READS_ONLY = "25006"


def is_outage(error: BaseException | None) -> bool:
    """Whether this error says that the database cannot work now, rather than that we asked it something wrong."""
    if isinstance(error, sa.exc.TimeoutError):
        return True  # every connection is in use
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    if error.connection_invalidated or getattr(error.orig, "sqlstate", None) == READS_ONLY:
        return True
    refused = isinstance(error, (sa.exc.OperationalError, sa.exc.InterfaceError))
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is None:
        return refused
    if code == MISTAKE:
        # A file that was taken away is made anew, and empty.
        return str(error.orig).startswith("no such table")
    return refused or code & 0xFF in (NO_DATABASE, MALFORMED)


def let_go() -> None:
    """Undo what was not committed; a connection that cannot even do that is thrown away."""
    try:
        db.session.rollback()
    except sa.exc.SQLAlchemyError:
        db.session().invalidate()


def start_afresh() -> None:
    """Give up every connection, so that the next request finds whichever database stands there then."""
    let_go()
    db.session.remove()
    db.engine.dispose()
