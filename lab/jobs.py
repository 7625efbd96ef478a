"""What happens by itself: the outbox is drained, and what falls due is done.

Huey runs it: with SQLite in a file beside the data, with PostgreSQL in its own table. Both jobs are
safe to run twice and catch up after downtime.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import Flask

from lab import metrics
from lab.database import LOOK_AGAIN, RUN_POLICY_EFFECTS, RUN_PORTFOLIOS, SEND_MAIL
from lab.settings import Settings

if TYPE_CHECKING:
    from huey import Huey

JOBS = "lab.jobs"


class Jobs:
    """The queue and its jobs, made when first asked for: a page that asks for nothing reads no queue."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    @cached_property
    def huey(self) -> Huey:
        """The queue, knowing every job."""
        return self._made[0]

    @cached_property
    def _made(self) -> tuple[Huey, dict[str, Any]]:
        huey = _queue(self._settings)
        metrics.watch_jobs(huey, self._settings)
        return huey, _tasks(self._app, huey)

    def ask(self, which: str) -> None:
        """Ask for `SEND_MAIL`, `LOOK_AGAIN` or another of them; it never fails."""
        try:
            _huey, tasks = self._made
            tasks[which]()
        except Exception:
            # Nothing is lost: the periodic round does the same a little later.
            self._app.logger.warning("the queue could not be asked for %s", which)


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its queue; a deed may ask for a job once it is written."""
    jobs = app.extensions[JOBS] = Jobs(app, settings)
    if not settings.testing:
        for which in (SEND_MAIL, LOOK_AGAIN, RUN_PORTFOLIOS, RUN_POLICY_EFFECTS):
            app.extensions[which] = _asking(jobs, which)


def _asking(jobs: Jobs, which: str) -> Callable[[], None]:
    return lambda: jobs.ask(which)


def _queue(settings: Settings) -> Huey:
    from huey import MemoryHuey, PostgresHuey, SqliteHuey  # brings psycopg along, also on SQLite

    if settings.testing:
        return MemoryHuey("lab")
    if settings.database_url.startswith("sqlite"):
        return SqliteHuey("lab", filename=str(settings.data_dir / "jobs.sqlite"))
    return PostgresHuey("lab", dsn=settings.database_url.replace("postgresql+psycopg://", "postgresql://"))


def _tasks(app: Flask, huey: Huey) -> dict[str, Any]:
    from huey import crontab

    @huey.task(name="drain_outbox", retries=0)
    def drain_outbox() -> int:
        from lab.actions.outbox import drain

        with app.app_context():
            return drain()

    @huey.periodic_task(crontab(minute="*"), name="every_minute")
    def every_minute() -> None:
        import lab.actions.deletions
        import lab.actions.follow_up
        import lab.actions.intake_drafts
        import lab.actions.invitations
        import lab.actions.offer_clock
        import lab.actions.outcomes  # noqa: F401 - these name the deeds of their timers
        from lab.actions.beats import beat
        from lab.actions.learning import make_waiting
        from lab.actions.outbox import drain
        from lab.actions.policy_effects import run_waiting as run_effects
        from lab.actions.portfolio import run_waiting
        from lab.actions.retention import wind
        from lab.actions.reviews import compute_missing
        from lab.actions.texts import refresh
        from lab.actions.timers import run_due

        with app.app_context():
            beat()
            wind()
            run_due()
            drain()
            beat()
            refresh()
            compute_missing()
            run_waiting()
            run_effects()
            make_waiting()

    @huey.task(name="look_again", retries=0)
    def look_again() -> None:
        from lab.actions.reviews import mark_stale_everywhere
        from lab.actions.texts import refresh

        with app.app_context():
            refresh()
            mark_stale_everywhere()

    @huey.task(name="run_portfolios", retries=0)
    def run_portfolios() -> None:
        from lab.actions.portfolio import run_waiting

        with app.app_context():
            run_waiting()

    @huey.periodic_task(crontab(hour="11", minute="20"), name="every_day")
    def every_day() -> None:
        from lab.actions.learning import ask_each_quarter

        with app.app_context():
            ask_each_quarter()

    @huey.task(name="run_policy_effects", retries=0)
    def run_policy_effects() -> None:
        from lab.actions.policy_effects import run_waiting

        with app.app_context():
            run_waiting()

    @huey.periodic_task(crontab(minute="*/10"), name="every_ten_minutes")
    def every_ten_minutes() -> None:
        from lab.actions.forgetting import forget_old

        look_again.call_local()
        with app.app_context():
            forget_old()

    return {
        SEND_MAIL: drain_outbox, LOOK_AGAIN: look_again, RUN_PORTFOLIOS: run_portfolios,
        RUN_POLICY_EFFECTS: run_policy_effects,
    }  # fmt: skip
