"""A reload reads all of a new version, also what the process that starts the workers reads itself (T38)."""

from __future__ import annotations

import shutil
from pathlib import Path

import requests

from tests.conftest import url_of
from tests.operations.served import ROOT, Host, environment, free_port, get, until

# In each a word that every answer shows, and what it becomes.
CHANGED = {
    "lab/logs.py": ('"X-Request-Id", ident', '"X-New-Id", ident'),
    "lab/headers.py": ('"X-Frame-Options": "DENY"', '"X-Frame-Options": "SAMEORIGIN"'),
    "lab/settings.py": ("    web_workers: int = 2\n", '    web_workers: int = 2\n    kind: str = "new"\n'),
    "lab/web.py": (
        "    app.teardown_request(_forget_what_was_read)\n",
        "    app.teardown_request(_forget_what_was_read)\n    settings.kind.upper()\n",
    ),
}


def copied(place: Path) -> Path:
    """The program in a folder of its own, where a newer version can take its place."""
    house = place / "house"
    shutil.copytree(ROOT / "lab", house / "lab", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "migrations", house / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("app.py", "gunicorn.conf.py", "pyproject.toml"):
        shutil.copy(ROOT / name, house)
    return house


def change(house: Path) -> None:
    for name, (old, new) in CHANGED.items():
        text = (house / name).read_text()
        assert text.count(old) == 1, name
        (house / name).write_text(text.replace(old, new))


def test_a_reload_reads_the_new_version_whole(tmp_path: Path) -> None:
    house = copied(tmp_path)
    # With figures the process that starts the workers reads more of the program.
    env = environment(url_of("sqlite"), tmp_path, LAB_METRICS_BIND=f"127.0.0.1:{free_port()}")
    web = Host(env, tmp_path / "log", root=house)

    def headers() -> dict[str, str]:
        answer = requests.get(f"http://127.0.0.1:{web.port}/", timeout=30)
        assert answer.status_code == 200
        return dict(answer.headers)

    try:
        web.start()
        assert get(web.port, "/healthz") == 200
        before = headers()
        assert "X-Request-Id" in before and before["X-Frame-Options"] == "DENY"
        change(house)
        web.reload()
        until(lambda: headers()["X-Frame-Options"] == "SAMEORIGIN", "A worker of the new version")
        for _turn in range(20):
            now = headers()
            assert ("X-New-Id" in now) == (now["X-Frame-Options"] == "SAMEORIGIN")
        web.reload()
        until(lambda: "X-New-Id" in headers(), "A second reload")
        assert web.stop() == 0
    finally:
        web.close()
