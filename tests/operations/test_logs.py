"""Logs name what happened and where, and never what somebody wrote (T33)."""

from __future__ import annotations

import io
import json
import logging
import uuid
from collections.abc import Iterator

import pytest
from flask import Flask, request
from werkzeug.exceptions import BadRequest

from lab import logs
from lab.actions import intake
from lab.actions.people import grant, welcome
from lab.database import db
from lab.models import Person
from lab.routes.doors import PUBLIC, opens_for
from lab.web import create_app
from tests.clients import LabClient, somebody
from tests.conftest import let_go, settings_for
from tests.soak import times

ROUNDS = times(30, soak=2000)
HELD = ("lab", "gunicorn.error", "sqlalchemy", "werkzeug", "huey", "")


@pytest.fixture
def written():
    """Everything that is logged, in the form in which it is written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Scrubbed())
    root = logging.getLogger()
    # Every level that a test raises: what is left at DEBUG would tell every statement of every later test.
    levels = {name: logging.getLogger(name).level for name in HELD}
    handlers, raising = list(root.handlers), logging.raiseExceptions
    root.handlers = [handler]
    root.setLevel(logging.DEBUG)
    logging.getLogger("lab").setLevel(logging.DEBUG)
    yield stream
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    root.handlers = handlers
    logging.raiseExceptions = raising


@pytest.fixture
def breaking(database: str) -> Iterator[Flask]:
    """The real thing, with refusals in words, and one page that breaks with everything it was sent."""
    from dataclasses import replace

    app = create_app(replace(settings_for(database), testing=False))
    app.test_client_class = LabClient
    app.config["WTF_CSRF_ENABLED"] = False

    @opens_for(PUBLIC)
    def breaks(word: str) -> str:
        try:
            db.session.execute(db.text(f"SELECT {word} FROM nowhere_{word}"))
        except Exception as wrong:
            raise ValueError(word, dict(request.form), dict(request.args), dict(request.headers)) from wrong
        return ""

    app.add_url_rule("/breaks/<word>", "breaks", breaks, methods=["GET", "POST"])
    yield app
    let_go(app)


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_no_canary_is_in_a_log_whatever_breaks(written, breaking):
    canaries = []

    def canary() -> str:
        canaries.append("canary" + uuid.uuid4().hex)
        return canaries[-1]

    with breaking.app_context():
        person = welcome("dana@example.org", name=canary())
        grant(person.id, "director", by=None)
        browser = breaking.test_client().sign_in(db.session.get(Person, person.id))
    stream_handler(written)
    statuses = set()
    for _round in range(ROUNDS):
        answer = browser.post(
            f"/breaks/{canary()}?{canary()}={canary()}",
            data={canary(): canary(), "name": canary()},
            headers={
                "X-Request-Id": canary(), "User-Agent": canary(), "Referer": f"http://localhost/{canary()}",
                "X-Forwarded-For": canary(), f"X-{canary()}": canary(), "Cookie": f"other={canary()}",
                "HX-Current-URL": canary(), "Accept-Language": canary(),
            },
        )  # fmt: skip
        statuses.add(answer.status_code)
        browser.open(f"/{canary()}?next={canary()}", method="PROPFIND")
        browser.get(f"/reviews/{canary()}?q={canary()}")
        browser.post("/sign-in", data={"email": f"{canary()}@example.org"})
    assert statuses == {500}
    text = written.getvalue()
    assert [one for one in canaries if one in text] == []
    assert "dana@example.org" not in text and "@example.org" not in text
    told = lines(written)
    assert all(set(line) <= set(logs.FIELDS) for line in told)
    broke = [line for line in told if line.get("message") == "a request broke"]
    assert len(broke) == ROUNDS
    kinds = [one["class"] for one in broke[0]["exception"]]
    assert kinds[0] == "ValueError" and kinds[1] in {"OperationalError", "ProgrammingError"}
    assert {line["route"] for line in told if line["logger"] == logs.LINES} >= {
        "/breaks/<word>",
        "none",
        "/reviews/<ref>",
    }


def stream_handler(stream: io.StringIO) -> None:
    """What the application configured writes into this stream, and everything is written."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, logs.Scrubbed):  # not those with which pytest listens
            assert isinstance(handler, logging.StreamHandler)
            handler.setStream(stream)
    for name in HELD:
        logging.getLogger(name).setLevel(logging.DEBUG)


def test_the_line_of_a_request_names_the_rule_and_hides_the_person(app, signed_in, written):
    browser = signed_in("director")
    stream_handler(written)
    browser.get("/reviews/?words=secret", headers={"X-Request-Id": "0" * 32})
    browser.get("/reviews/?words=secret")
    told = [line for line in lines(written) if line["logger"] == logs.LINES]
    assert [line["route"] for line in told] == ["/reviews/", "/reviews/"]
    assert [line["status"] for line in told] == [200, 200]
    assert told[0]["request_id"] == "0" * 32 and len(told[1]["request_id"]) == 32
    assert told[0]["person"] == told[1]["person"] and len(told[0]["person"]) == 12
    assert all(line["milliseconds"] > 0 for line in told)


def test_whoever_is_turned_away_is_told_apart_from_a_wrong_address(app, signed_in, written):
    director, administrator = signed_in("director"), signed_in("administrator")
    with app.app_context():
        draft = intake.start(line="nonprofit", kind="employer", by=somebody(name="Omar"), key="").ref
    stream_handler(written)
    director.get("/nowhere")
    director.get("/reviews/LL-00000000")
    director.get(f"/reviews/{draft}")
    administrator.get("/reviews/")
    administrator.post("/sign-out")
    app.test_client().get("/reviews/")
    told = [line for line in lines(written) if line["logger"] == logs.LINES]
    assert [(line["status"], line.get("refused", "")) for line in told] == [
        (404, ""),
        (404, "unknown_or_hidden"),
        (404, "unknown_or_hidden" if db.engine.dialect.name == "postgresql" else "not_theirs"),
        (404, "role"),
        (400, "form"),
        (303, "not_signed_in"),
    ]
    assert draft not in written.getvalue()


@pytest.mark.parametrize(
    "told", ["", "x" * 32, "abc", "0" * 31, "0" * 33, "A" * 32, "0" * 31 + "\u0661", "<b>"]
)
def test_an_id_that_could_hold_a_word_is_replaced(client, told):
    answer = client.get("/healthz", headers={"X-Request-Id": told})
    assert answer.headers["X-Request-Id"] != told
    assert logs.REQUEST_ID.fullmatch(answer.headers["X-Request-Id"])


@pytest.mark.parametrize("told", ["0123456789abcdef" * 2, "01234567-89ab-cdef-0123-456789abcdef"])
def test_an_id_from_before_goes_on(client, told):
    assert client.get("/nowhere", headers={"X-Request-Id": told}).headers["X-Request-Id"] == told


def test_what_a_library_says_is_only_where_it_said_it(written):
    logging.getLogger("sqlalchemy.engine").error("INSERT INTO people VALUES ('%s')", "Dana")
    (line,) = lines(written)
    assert "message" not in line and line["at"].startswith("operations/test_logs.py:")


def test_of_our_own_messages_only_numbers_are_filled_in(written):
    record = logging.LogRecord(
        "lab",
        logging.WARNING,
        str(logs.OURS / "actions" / "outbox.py"),
        61,
        "mail %s was not taken: %s",
        (7, "dana@x"),
        None,
    )
    told = json.loads(logs.Scrubbed().format(record))
    assert told["message"] == "mail 7 was not taken: …" and told["at"] == "lab/actions/outbox.py:61"


def test_messages_of_ours_are_written_in_the_code_and_never_put_together():
    import ast

    wrong = []
    for path in sorted(logs.OURS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            on = ast.unparse(node.func.value)
            speaks = node.func.attr in {"debug", "info", "warning", "error", "exception", "critical"}
            told = node.args and isinstance(node.args[0], ast.Constant)
            if speaks and ("logger" in on or on.endswith("log")) and not told:
                wrong.append(f"{path.relative_to(logs.HOUSE)}:{node.lineno}")
    assert wrong == []


def test_an_exception_of_http_is_named_without_its_words():
    try:
        raise BadRequest("Dana wrote this")
    except BadRequest as error:
        told = logs.scrubbed(error)
    assert told[0]["class"] == "BadRequest" and "Dana" not in json.dumps(told)
