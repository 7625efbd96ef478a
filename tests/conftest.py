"""The application on each database in turn, a browser for each person, and time that stands still."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from alembic import command
from flask import Flask

from lab.database import db
from lab.jobs import JOBS
from lab.migrating import alembic_config
from lab.models import Person
from lab.settings import Settings
from lab.web import create_app
from tests import databases
from tests.clients import Clock, LabClient, somebody
from tests.soak import SOAKING, soaking

# What the machine happens to have set is no part of a test.
for name in [name for name in os.environ if name.startswith("LAB_")]:
    if name not in ("LAB_TEST_PG_URL", "LAB_CHROMIUM", "LAB_NGINX"):
        del os.environ[name]


HERE = Path(__file__).parent

# What only makes sense at a large count is gathered only when that was asked for.
LONG = ["long"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`sh lab.sh test --soak` does the same at larger counts, and what takes too long for every change."""
    parser.addoption("--soak", action="store_true", help="the same checks at larger counts; takes hours")


def pytest_configure(config: pytest.Config) -> None:
    """Tell the tests, which read the counts when they are imported."""
    if config.getoption("--soak"):
        os.environ[SOAKING] = "1"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the folder of the long ones unless they were asked for."""
    return True if collection_path.parent == HERE and collection_path.name in LONG and not soaking() else None


@cache
def url_of(name: str) -> str:
    """The one migrated database of this kind in this process."""
    url = databases.fresh_url(name)
    app = create_app(settings_for(url))
    with app.app_context():
        command.upgrade(alembic_config(), "head")
        db.engine.dispose()
    return url


def settings_for(url: str) -> Settings:
    """The real thing, not the demo, with nothing that leaves the machine."""
    return Settings(
        data_dir=databases.scratch(),
        database_url=url,
        secret_key="for-tests-only-and-long-enough-0123456789",
        base_url="http://localhost",
        demo=False,
        testing=True,
    )


_made: list[Flask] = []  # by `app_for`; after each test they keep no connection


@cache
def app_for(settings: Settings) -> Flask:
    """Building an application takes longer than most tests, so there is one for each set of settings."""
    app = create_app(settings)
    app.test_client_class = LabClient
    _made.append(app)
    return app


def let_go(app: Flask) -> None:
    """Close what an application that a test made for itself holds open: its queue, if it asked for one, and its pool."""
    jobs = app.extensions[JOBS]
    if "_made" in vars(jobs):
        jobs.huey.storage.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=databases.NAMES)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database; what asks for it runs on SQLite and on PostgreSQL."""
    url = url_of(request.param)
    yield url
    for app in _made:
        with app.app_context():
            db.engine.dispose()
    assert databases.held(url) == [], "A test left its database open: close what it opened (`let_go`)."
    databases.clear(url)


@pytest.fixture
def settings(database: str) -> Settings:
    """The settings of the application; a test file may replace this fixture by its own."""
    return settings_for(database)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application with its context, so that a test can call actions and queries."""
    app = app_for(settings)
    with app.app_context():
        yield app
        db.session.remove()
    app.extensions.pop("lab.clock", None)


@pytest.fixture
def clock(app: Flask) -> Clock:
    """It is Monday, November 23, 2026, ten in the morning in California, until the test says otherwise."""
    return Clock(app, datetime(2026, 11, 23, 18, tzinfo=UTC))


@pytest.fixture
def client(app: Flask) -> LabClient:
    """Somebody who is not signed in."""
    client = app.test_client()
    assert isinstance(client, LabClient)
    return client


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str | Person], LabClient]:
    """`signed_in("director")` is the browser of a new director, `signed_in(person)` that of a person."""

    def sign_in(who: str | Person) -> LabClient:
        person = who if isinstance(who, Person) else somebody(*who.split())
        client = app.test_client()
        assert isinstance(client, LabClient)
        return client.sign_in(person)

    return sign_in
