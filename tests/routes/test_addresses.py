"""Addresses are built once where nothing but their words matters, and anew wherever something else does."""

from __future__ import annotations

import pytest
from flask import url_for
from werkzeug.routing import MapAdapter

from tests.clients import somebody


@pytest.fixture
def built(app, monkeypatch) -> list[str]:
    """The endpoints of all addresses that are built from here on."""
    made: list[str] = []
    build = MapAdapter.build

    def noted(self, endpoint, *args, **kwargs):
        made.append(endpoint)
        return build(self, endpoint, *args, **kwargs)

    monkeypatch.setattr(MapAdapter, "build", noted)
    return made


def test_the_address_of_a_case_is_built_once_for_code_and_templates(app, built):
    for _ in range(2):
        with app.test_request_context("/"):
            assert url_for("reviews.show", ref="LL-ONCEONLY") == "/reviews/LL-ONCEONLY"
            template = app.jinja_env.from_string("{{ url_for('reviews.show', ref='LL-ONCEONLY') }}")
            assert template.render() == "/reviews/LL-ONCEONLY"
    assert built == ["reviews.show"]


def test_what_was_typed_is_not_kept(app, built):
    for _ in range(2):
        with app.test_request_context("/"):
            assert url_for("reviews.queue", text="Harbor Light") == "/reviews/?text=Harbor+Light"
    assert built == ["reviews.queue"] * 2


def test_the_place_of_the_house_and_of_the_page_counts(app):
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/lab"}):
        assert url_for("public.home") == "/lab/"
    with app.test_request_context("/"):
        assert url_for("public.home") == "/"
        assert url_for("public.home", _anchor="help") == "/#help"
        assert url_for("public.home", _external=True) == "http://localhost/"
    for page, inside in (("/reviews/", "reviews"), ("/offers/", "offers")):
        with app.test_request_context(page):
            assert url_for(".show", ref="XYZ").startswith(f"/{inside}/")


@pytest.mark.parametrize("path", ["/", "/people/", "/nowhere"])
def test_a_byte_that_is_no_text_breaks_no_page(signed_in, client, path):
    for browser in (client, signed_in(somebody("administrator"))):
        answer = browser.get(path, environ_overrides={"QUERY_STRING": "page=1&x=\xff\xfe"})
        assert answer.status_code < 500
        assert b"\xff" not in answer.data
