"""One world for all tests of a file: made once, and put back as it was before each of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property

from alembic import command
from flask import Flask

from lab.database import db
from lab.migrating import alembic_config
from lab.web import create_app
from tests import databases
from tests.clients import Clock, LabClient
from tests.conftest import settings_for
from tests.pages import Page
from tests.soak import times
from tests.trust.odd_texts import Form, forms_on, pages_of
from tests.trust.sweep import browser
from tests.trust.world import MAY_SEE, TODAY, World, make_world

# Between them they have nearly every page; all others walk too when asked for the larger counts.
MOST = (
    "nobody", "administrator", "director on the cases", "consultant with an offer", "consultant at work",
    "owner of the draft", "management of the joint case", "owner in review",
)  # fmt: skip
WALKERS = (*MOST, *[who for who in MAY_SEE if who not in MOST][: times(0, soak=99)])


class KeptWorld:
    """The world of the sweeps in a database of its own, with a picture to return to."""

    def __init__(self, app: Flask, world: World, path: str) -> None:
        self.app, self.world, self._path = app, world, path
        self._saved = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(path)) as file:
            file.backup(self._saved)

    def put_back(self) -> None:
        """Everything is again as it was made."""
        db.session.rollback()
        with closing(sqlite3.connect(self._path, timeout=10)) as file:
            self._saved.backup(file)

    @cached_property
    def walked(self) -> list[tuple[str, LabClient, list[tuple[str, Page]]]]:
        """Who has which pages: each person with one browser, and every page they reach by links."""
        self.put_back()
        found = []
        for who in WALKERS:
            client = self.browser(who)
            found.append((who, client, list(pages_of(self.app, client))))
        # Their browsers stay signed in however often the world is put back.
        self._keep()
        return found

    @property
    def forms(self) -> list[Form]:
        """Every form on those pages."""
        return forms_on(self.app, [(client, pages) for _who, client, pages in self.walked])

    def _keep(self) -> None:
        db.session.rollback()
        with closing(sqlite3.connect(self._path)) as file:
            file.backup(self._saved)

    def browser(self, who: str) -> LabClient:
        """A browser of one of its people, signed in; of nobody, just a browser."""
        return browser(self.app, self.world, who)


@contextmanager
def kept_world() -> Iterator[KeptWorld]:
    """Make it, with its clock standing still."""
    url = databases.fresh_url("sqlite")
    app = create_app(settings_for(url))
    app.test_client_class = LabClient
    Clock(app, TODAY)
    with app.app_context():
        command.upgrade(alembic_config(), "head")
        world = make_world()
        for thing in (*world.people.values(), *world.cases.values()):
            db.session.refresh(thing)
            db.session.expunge(thing)
        db.session.rollback()
        yield KeptWorld(app, world, url.removeprefix("sqlite:///"))
        db.session.remove()
        db.engine.dispose()
