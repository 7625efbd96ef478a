"""What happens by itself: the outbox is drained, and what falls due is done.

Huey runs it: with SQLite in a file beside the data, with PostgreSQL in its own table. Both jobs are
safe to run twice and catch up after downtime.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from huey import Huey, MemoryHuey, PostgresHuey, SqliteHuey, crontab

from lab.database import LOOK_AGAIN, SEND_MAIL
from lab.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its queue; a deed may ask for a job once it is written."""
    huey = _make(settings)
    app.extensions["lab.huey"] = huey
    drain, look_again = _tasks(app, huey)
    if not settings.testing:
        app.extensions[SEND_MAIL] = _asked(app, drain)
        app.extensions[LOOK_AGAIN] = _asked(app, look_again)


def _asked(app: Flask, task: Callable[[], Any]) -> Callable[[], None]:
    def ask() -> None:
        try:
            task()
        except Exception:
            # Nothing is lost: the periodic round does the same a little later.
            app.logger.warning("the queue could not be asked for %s", task)

    return ask


def _make(settings: Settings) -> Huey:
    if settings.testing:
        return MemoryHuey("lab")
    if settings.database_url.startswith("sqlite"):
        return SqliteHuey("lab", filename=str(settings.data_dir / "jobs.sqlite"))
    return PostgresHuey("lab", dsn=settings.database_url.replace("postgresql+psycopg://", "postgresql://"))


def _tasks(app: Flask, huey: Huey) -> tuple[Any, Any]:
    @huey.task(name="drain_outbox", retries=0)
    def drain_outbox() -> int:
        from lab.actions.outbox import drain

        with app.app_context():
            return drain()

    @huey.periodic_task(crontab(minute="*"), name="every_minute")
    def every_minute() -> None:
        import lab.actions.follow_up
        import lab.actions.intake_drafts
        import lab.actions.invitations
        import lab.actions.offer_clock  # noqa: F401 - these name the deeds of their timers
        from lab.actions.outbox import drain
        from lab.actions.reviews import compute_missing
        from lab.actions.timers import run_due

        with app.app_context():
            run_due()
            drain()
            compute_missing()

    @huey.task(name="look_again", retries=0)
    def look_again() -> None:
        from lab.actions.reviews import mark_stale_everywhere

        with app.app_context():
            mark_stale_everywhere()

    @huey.periodic_task(crontab(minute="*/10"), name="every_ten_minutes")
    def every_ten_minutes() -> None:
        look_again.call_local()

    return drain_outbox, look_again
