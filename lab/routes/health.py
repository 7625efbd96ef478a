"""Whether the house stands: for load balancers and watchers; no data.

From the machine itself, and not through a proxy, the answers say which part is missing; to everybody else only
whether all is well.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, jsonify, request

from lab import version
from lab.database import db
from lab.queries import operations
from lab.routes.doors import PUBLIC, opens_for
from lab.settings import Settings, is_loopback

health = Blueprint("health", __name__)


@health.get("/healthz")
@opens_for(PUBLIC)
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
@opens_for(PUBLIC)
def ready() -> tuple[Response, int]:
    """Whether this host can serve: database, schema and disk; with `?worker=1` also whether a worker goes its rounds.

    A worker that is late holds up mail, not pages: a load balancer must not take every web host away for it.
    """
    parts = {**_database(), "disk": _disk()}
    needed = {name: part for name, part in parts.items() if name != "worker" or "worker" in request.args}
    well = set(needed.values()) == {"ok"}
    said = {"parts": parts} if _from_here() else {}
    return jsonify(status="ok" if well else "not ready", **said), 200 if well else 503


@health.get("/version")
@opens_for(PUBLIC)
def which() -> Response:
    """Which version answers; on the machine itself also from which commit and on which state of the database."""
    if not _from_here():
        return jsonify(version=version.VERSION)
    try:
        schema = operations.schema_revision()
    except sa.exc.SQLAlchemyError:
        schema = ""
    return jsonify(
        version=version.VERSION, commit=version.built_from(), schema=schema, wanted=version.revisions()[-1]
    )


def _database() -> dict[str, str]:
    try:
        behind = version.is_behind(operations.schema_revision())
        late = behind or operations.worker_is_late()
    except sa.exc.SQLAlchemyError:
        db.session.rollback()
        return {"database": "cannot be reached", "schema": "unknown", "worker": "unknown"}
    return {
        "database": "ok",
        "schema": "behind: run flask lab db upgrade" if behind else "ok",
        "worker": "late" if late else "ok",
    }


def _disk() -> str:
    """Whether something can be written where the data lies."""
    settings: Settings = current_app.config["SETTINGS"]
    try:
        with tempfile.TemporaryFile(dir=Path(settings.data_dir)) as probe:
            probe.write(b"0" * 4096)
            probe.flush()
    except OSError:
        return "cannot be written"
    return "ok"


def _from_here() -> bool:
    """True for a request of this machine itself; what a proxy hands on names another place."""
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    return is_loopback(request.remote_addr or "") and not forwarded
