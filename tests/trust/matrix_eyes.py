"""One role of the access matrix before the pages: what opens for it, and what stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from lab.database import db
from tests.clients import LabClient
from tests.trust.matrix_scene import Scene
from tests.trust.sweep import browser

CANARY = re.compile(r"canary[0-9a-f]{16}")
NETWORK = "/networks/ca-region-2"
TOPICS = ("organization", "people", "notes_management", "notes_union")


class Eyes:
    """One role before one kind of case: every page is opened once and remembered."""

    def __init__(self, app: Flask, scene: Scene, role: str, kind: str) -> None:
        self.scene, self.role, self.kind = scene, role, kind
        self.client: LabClient = browser(app, scene.world, scene.who(role, kind))
        self.case = {"employer": "offering"}.get(kind, kind)  # as the world of the sweep calls it
        self.ref = scene.refs[kind]
        self.seen: dict[str, TestResponse] = {}

    def page(self, address: str) -> TestResponse:
        """What this address answers."""
        if address not in self.seen:
            self.seen[address] = self.client.get(address)
        return self.seen[address]

    def opens(self, address: str) -> bool:
        """Whether there is a page for this person."""
        return self.page(address).status_code == 200

    def shows(self, text: str, *addresses: str) -> bool:
        """Whether one of these pages holds this text."""
        return any(text in self.page(one).text for one in addresses)

    def mark(self, name: str, *addresses: str) -> bool:
        """Whether one of these pages holds what was marked so."""
        return self.shows(self.scene.marks[name], *addresses)

    def finds(self, kind: str, *addresses: str) -> bool:
        """Whether one of these pages holds something of this kind of the case."""
        return any(self.shows(token, *addresses) for token in self.scene.tokens(self.case, kind))

    def pages(self) -> list[str]:
        """Every page on which something of this case may stand for somebody."""
        written = [
            f"/applications/{self.ref}/{topic}" for topic in (*TOPICS, "sent", "check", "tasks", "members")
        ]
        offers = [f"/offers/{ref}{step}" for ref in self.offers() for step in ("", "/conflicts")]
        return [
            "/cases/", f"/cases/{self.ref}", f"/cases/{self.ref}/access", *written, "/reviews/", f"/reviews/{self.ref}",
            f"/reviews/{self.ref}/answers", f"/reviews/{self.ref}/offer", "/offers/", *offers, "/networks/", NETWORK,
            "/deletions/", "/people/", "/groups/", "/consultants/", "/second-signature/", "/",
        ]  # fmt: skip

    def offers(self) -> list[str]:
        """The references of the offers of this case, whosesoever they are."""
        return [
            ref
            for name, ref in self.scene.refs.items()
            if name in (f"asked {self.kind}", f"working {self.kind}")
        ]


@contextmanager
def meanwhile(model: Any, where: Any, **values: Any) -> Iterator[None]:
    """For a while one row says something else."""
    row = db.session.scalars(sa.select(model).where(where)).one()
    before = {name: getattr(row, name) for name in values}
    ident = row.id
    _say(model, ident, values)
    yield
    _say(model, ident, before)


def _say(model: Any, ident: int, values: dict[str, Any]) -> None:
    db.session.execute(sa.update(model).where(model.id == ident).values(**values))
    db.session.commit()
