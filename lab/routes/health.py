"""Whether the house stands: for load balancers and watchers; no data."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify

from lab.database import db
from lab.routes.doors import PUBLIC, opens_for

health = Blueprint("health", __name__)


@health.get("/healthz")
@opens_for(PUBLIC)
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
@opens_for(PUBLIC)
def ready() -> tuple[Response, int]:
    """The database answers too."""
    try:
        db.session.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError:
        return jsonify(status="no database"), 503
    return jsonify(status="ok", database=db.engine.dialect.name), 200
