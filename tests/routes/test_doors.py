"""Every door and its lock: a route without a named lock is a red test."""

from __future__ import annotations

import pytest
from flask import Flask

from lab.routes.doors import LOCKS, PUBLIC, safe_path
from lab.settings import Settings
from lab.web import create_app
from tests.conftest import settings_for
from tests.databases import fresh_url

# The doors that open for anybody. A new one is added here on purpose, by a person.
OPEN_TO_ALL = {
    "static", "health.alive", "health.ready", "health.which", "public.home", "public.privacy", "public.who_sees_what",
    "public.language", "public.leave",
    "sign_in.start", "organization.start", "organization.back", "sign_in.code", "sign_in.link", "sign_in.out", "kept.keep", "fit.questions",
}  # fmt: skip


def views(app: Flask) -> list[tuple[str, str]]:
    return [(rule.endpoint, app.view_functions[rule.endpoint].lock) for rule in app.url_map.iter_rules()]


def test_every_route_names_its_lock(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        lock = getattr(app.view_functions[rule.endpoint], "lock", None)
        assert lock in LOCKS, f"{rule.endpoint} names no lock: put @opens_for(...) on it."


def test_only_these_doors_open_to_everybody(app: Flask) -> None:
    public = {endpoint for endpoint, lock in views(app) if lock == PUBLIC}
    assert {endpoint for endpoint in public if not endpoint.startswith("fit.")} == OPEN_TO_ALL - {
        "fit.questions"
    }


def test_a_route_without_a_lock_opens_for_nobody() -> None:
    app = create_app(Settings(**settings_for(fresh_url("sqlite")).__dict__))
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert app.test_client().get("/forgotten").status_code == 404


def test_the_demo_s_doors_do_not_exist_in_the_real_thing(app: Flask) -> None:
    assert not [endpoint for endpoint in app.view_functions if endpoint.startswith(("demo.", "style_guide."))]
    assert app.test_client().get("/demo/").status_code == 404


def test_a_get_route_accepts_only_get_and_a_changing_route_has_post(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS", "POST"}, rule


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "/\t/evil.example", "http:evil.example", "///evil.example", "", "evil.example", "/a\nb", "/\r\n//x",
    ],
)  # fmt: skip
def test_no_way_out_of_the_house(path: str) -> None:
    assert safe_path(path) == "/"


def test_a_way_inside_the_house_is_kept() -> None:
    assert safe_path("/reviews/?state=submitted") == "/reviews/?state=submitted"
