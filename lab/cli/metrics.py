"""flask lab metrics: the figures of this host for Prometheus, on LAB_METRICS_BIND."""

from __future__ import annotations

import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from lab import metrics as figures
from lab.settings import UnsafeSettings


@click.command()
@with_appcontext
def metrics() -> None:
    """Serve the figures of this host on LAB_METRICS_BIND, until stopped."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    settings = app.config["SETTINGS"]
    if not settings.metrics_bind:
        raise click.ClickException("LAB_METRICS_BIND is not set, so nothing is counted.")
    try:
        host, port = figures.bind_of(settings)
    except UnsafeSettings as refused:
        raise click.ClickException(str(refused)) from None
    served = figures.registry(app)
    from prometheus_client import start_http_server

    start_http_server(port, host, registry=served)
    click.echo(f"Figures are served on {host}:{port}.", err=True)
    threading.Event().wait()
