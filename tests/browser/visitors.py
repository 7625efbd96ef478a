"""People in front of a browser: they press, choose and type by what they can read, and their presses are counted."""

from __future__ import annotations

import re
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from lab import mail
from lab.database import db
from lab.models import OutboxMessage
from tests.browser.tools import SCRIPTS_ARE_OFF

CODE = re.compile(r"^\s+([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", re.MULTILINE)


class Visitor:
    """One person with one browser."""

    def __init__(self, page: Page, home: str) -> None:
        self.page, self.home = page, home
        self.clicks = 0
        self.pages = 0
        page.on("domcontentloaded", self._arrived)

    def _arrived(self, _page: Page) -> None:
        self.pages += 1

    def go(self, path: str) -> None:
        """Open an address, as from a mail or a bookmark."""
        self.page.goto(path if path.startswith("http") else self.home + path)

    def press(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Press a button, by its whole name."""
        self._click((within or self.page).get_by_role("button", name=name, exact=isinstance(name, str)))

    def follow(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Follow a link, by its whole name."""
        self._click((within or self.page).get_by_role("link", name=name, exact=isinstance(name, str)))

    def open(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Open what is folded away."""
        self._click((within or self.page).get_by_text(name, exact=isinstance(name, str)))

    def _click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def group(self, question: str, *, within: Locator | None = None) -> Locator:
        """The choices that belong to one question."""
        inside = within or self.page
        return inside.get_by_role("radiogroup", name=question).or_(inside.get_by_role("group", name=question))

    def choose(self, question: str, *answers: str, within: Locator | None = None) -> None:
        """Choose answers to a question that lists them."""
        for answer in answers:
            self._mark(self.group(question, within=within).get_by_label(answer, exact=True))

    def tick(self, name: str) -> None:
        """Tick a box."""
        self._mark(self.page.get_by_role("checkbox", name=name))

    def pick(self, answer: str) -> None:
        """Choose the answer to the only question of a page."""
        self._mark(self.page.get_by_role("radio", name=answer, exact=True))

    def _mark(self, what: Locator) -> None:
        # The label lies over the box and takes the press for it.
        what.check(force=True)
        self.clicks += 1

    def select(self, label: str, option: str, *, within: Locator | None = None) -> None:
        """Choose from a list that folds down."""
        (within or self.page).get_by_role("combobox", name=label).select_option(label=option)
        self.clicks += 1

    def type(self, label: str, text: str, *, within: Locator | None = None) -> None:
        """Type into a field."""
        (within or self.page).get_by_role("textbox", name=label).fill(text)

    def number(
        self, label: str | re.Pattern[str], number: int | str, *, within: Locator | None = None
    ) -> None:
        """Type a number."""
        inside = within or self.page
        inside.get_by_role("spinbutton", name=label).or_(inside.get_by_role("textbox", name=label)).fill(
            str(number)
        )

    def reads(self, heading: str | re.Pattern[str]) -> None:
        """Wait until the page says what it is."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    def says(self, text: str) -> None:
        """Wait until the page says this."""
        expect(self.page.get_by_role("main")).to_contain_text(text)

    def is_silent_about(self, *texts: str) -> None:
        """None of this stands anywhere in the page."""
        html = self.page.content()
        assert not [text for text in texts if text in html], f"{self.page.url} tells too much"

    @property
    def runs_scripts(self) -> bool:
        """Whether this browser runs the page's own scripts."""
        return self.page.evaluate(SCRIPTS_ARE_OFF) is False

    @property
    def path(self) -> str:
        """Where this person is."""
        return self.page.url.removeprefix(self.home).partition("?")[0]

    def sign_in(self, app: Flask, email: str) -> None:
        """From the page that asks for the address: type it, look into the mail, type the code."""
        self.type("mail address", email)
        self.press("Send me a code")
        self.reads("Look into your mail")
        self.page.get_by_role("textbox", name="code").fill(code_for(app, email))
        self.press("Sign in")


def letters_to(app: Flask, email: str) -> list[tuple[str, str]]:
    """What this person finds in their mail, the newest first: each with its link and its text."""
    with app.app_context():
        rows = db.session.scalars(
            sa.select(OutboxMessage).where(OutboxMessage.recipient == email).order_by(OutboxMessage.id.desc())
        ).all()
        return [(row.path, mail.written(row, app.config["SETTINGS"]).get_content()) for row in rows]


def code_for(app: Flask, email: str) -> str:
    """The code in the newest mail to this person."""
    found = CODE.search(letters_to(app, email)[0][1])
    assert found, "the newest mail has no code"
    return found.group(1)


Arrive = Callable[..., Visitor]
