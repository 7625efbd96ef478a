"""A scanner of somebody else looks for holes as three roles: nothing high, nothing medium."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from lab.actions.sign_in import sign_in_as
from lab.database import db
from lab.web import create_app
from tests.clients import Clock
from tests.conftest import settings_for, url_of
from tests.databases import clear
from tests.trust.world import TODAY, World, make_world

SCANNER = Path(__file__).parents[2] / ".venv" / "wapiti" / "bin" / "wapiti"
ROLES = ("director on the cases", "consultant with an offer", "management of the joint case")
# What needs no other machine; names and passwords are not guessed, for there are none. Nor is LDAP, which nothing here
# speaks: that kind of attack only asks whether pages differ, and those of a form with another choice do.
MODULES = "cookieflags,crlf,csp,csrf,exec,file,http_headers,methods,permanentxss,redirect,shellshock,sql,upload,xss,xxe"
# These end the session or go elsewhere.
LEFT_OUT = ("/sign-out", "/leave", "/language/*", "/static/*")
MEDIUM = 2
# Seconds for looking around, for each kind of attack, and until something must have gone wrong. An attack that needs
# longer fails the test: what was cut short has found nothing by itself.
LOOKING, ATTACKING, PATIENCE = 600, 900, 7_200


@pytest.fixture
def served() -> Iterator[tuple[str, World, object]]:
    """The world of the sweeps on a port of its own."""
    database = url_of("sqlite")
    app = create_app(settings_for(database))
    Clock(app, TODAY)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    try:
        with app.app_context():
            world = make_world()
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}", world, app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        clear(database)


@pytest.mark.parametrize("who", ROLES)
def test_the_scanner_finds_nothing_high_or_medium(
    served: tuple[str, World, object], tmp_path: Path, who: str
) -> None:
    url, world, app = served
    secret = sign_in_as(world.people[who].id).secret
    # The scanner always sends this cookie, so what its forms are signed with has to be in there from the start.
    kept = {"sid": secret, "browser": "scanner", "csrf_token": secrets.token_hex(20)}
    cookie = app.session_interface.get_signing_serializer(app).dumps(kept)  # type: ignore[attr-defined]
    report = tmp_path / "report.json"
    command = [
        str(SCANNER), "--url", url + "/", "--scope", "folder", "--module", MODULES, "--format", "json", "--output", str(report),
        "--header", f"Cookie: {app.config['SESSION_COOKIE_NAME']}={cookie}", "--flush-session",  # type: ignore[attr-defined]
        "--store-session", str(tmp_path), "--max-scan-time", str(LOOKING), "--max-attack-time", str(ATTACKING), "--max-links-per-page", "40", "--depth", "6",
        "--timeout", "30", "--tasks", "4", "--no-bugreport", "--verbose", "1",
    ]  # fmt: skip
    for place in LEFT_OUT:
        command += ["--exclude", url + place]

    alone = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE, cwd=tmp_path, env=alone, check=False
    )

    assert report.exists(), done.stdout[-2000:] + done.stderr[-2000:]
    told = json.loads(report.read_text())
    found = [
        f"{kind}: {one['method']} {one['path']} {one['parameter']}: {one['info']}"
        for part in ("vulnerabilities", "anomalies")
        for kind, ones in told[part].items()
        for one in ones
        if one["level"] >= MEDIUM
    ]
    said = done.stdout + done.stderr
    began = set(re.findall(r"Launching module (\w+)", said))
    cut_short = re.findall(r"Max (?:scan|attack) time was reached[^,]*", said)
    print(
        f"{who}: {told['infos']['crawled_pages_nbr']} pages, {len(began)} kinds of attack, cut short: {cut_short}"
    )
    assert told["infos"]["crawled_pages_nbr"] > 10, "The scanner was not let in."
    assert began == set(MODULES.split(",")) and not cut_short
    assert not found, "\n".join(found)
