"""How gunicorn serves the web: `python -m gunicorn app:app` in this folder reads it by itself.

Threads, because a worker of one request at a time drops what waits in its queue when it is asked to stop. No preload,
so that a SIGHUP reads new code. The logs are those of `lab.logs`, one line a request; gunicorn's own would hold paths.
"""

from __future__ import annotations

import sys
from typing import Any

from gunicorn import glogging

# With a SIGHUP this file is read anew by the process that starts the workers, and they begin with what that process has
# read of ours. What is old goes first, or a new worker would be old in some of its parts.
for _name in [name for name in sys.modules if name.partition(".")[0] == "lab"]:
    del sys.modules[_name]

from lab import logs  # noqa: E402
from lab.settings import Settings  # noqa: E402


class Logger(glogging.Logger):
    """What gunicorn says of itself."""

    def access(self, *told: Any) -> None:
        """Nothing: with a configuration of logs it would gather a line for each request, whoever reads it."""


_settings = Settings.from_environment()

bind = [_settings.bind]
logger_class = Logger
worker_class = "gthread"
workers = _settings.web_workers
threads = _settings.web_threads
timeout = 30
graceful_timeout = 30
keepalive = 5
control_socket_disable = True
accesslog = None
loglevel = _settings.log_level.lower()
# A line longer than a link of ours is nobody's.
limit_request_line = 4094
limit_request_field_size = 8190
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"scrubbed": {"()": logs.Scrubbed}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "scrubbed", "stream": "ext://sys.stderr"}
    },
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": _settings.log_level, "handlers": ["stderr"], "propagate": False},
    },
}


def on_starting(server: Any) -> None:
    """Begin with no counts of processes that are gone."""
    if _settings.metrics_bind:
        from lab.metrics import forget_the_dead

        forget_the_dead(_settings)


def child_exit(server: Any, worker: Any) -> None:
    """A worker that ended no longer holds connections; what it counted stays."""
    if _settings.metrics_bind:
        from lab.metrics import where_to_count

        where_to_count(_settings)
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
