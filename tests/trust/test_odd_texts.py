"""What nobody types by hand is answered in words, whatever field it stands in: on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from lab.database import db
from lab.models import Offer
from tests.clients import LabClient
from tests.trust.odd_texts import forms_of, pages_of, send, send_filled
from tests.trust.sweep import browser
from tests.trust.told import CANARY, logged, mails
from tests.trust.world import MAY_SEE, World

NUL, HALF = "\x00", "\ud800"
ODD: dict[str, Callable[[str], str]] = {
    "a choice that is not there": lambda value: "forged",
    "a number beyond everything": lambda value: "9" * 30,
    "a day beyond everything": lambda value: "9999-12-31",
    "a text beyond everything": lambda value: "long " * 5_000,
    "a text no database keeps": lambda value: f"{value[:4]}{NUL}{value[4:]}{HALF}",
}


@pytest.fixture
def clients(app: Flask, world: World) -> list[LabClient]:
    return [browser(app, world, who) for who in MAY_SEE]


def test_every_form_answers_what_nobody_types(app: Flask, clients: list[LabClient]) -> None:
    forms = forms_of(app, clients)
    assert len({form.endpoint for form in forms}) > 25, "The walk finds too little to say anything."

    wrong = [
        f"{odd}: {problem}" for odd, make in ODD.items() for form in forms for problem in send(form, make)
    ]

    assert not wrong, "\n".join(wrong)

    # Then as somebody would fill them in, with everything they hold: what is done of it tells nobody by mail or log.
    queued = len(mails())
    with logged() as log:
        statuses = [send_filled(form) for form in forms]
    letters = mails()[queued:]
    assert sum(status in (302, 303) for status in statuses) > 10, "Too few deeds are done to say anything."
    assert len({kind for kind, _, _ in letters}) > 2, "Too few mails are written to say anything."
    assert not [(kind, reader) for kind, reader, words in letters if CANARY.search(words)]
    assert log.getvalue() and not CANARY.search(log.getvalue())


@pytest.mark.parametrize("who", ["nobody", "director on the cases", "consultant at work", "administrator"])
def test_every_address_answers_what_nobody_types(app: Flask, world: World, who: str) -> None:
    client = browser(app, world, who)
    names = ("text", "state", "page", "order", "with", "next", "back", "line", "need", "asked", "stage")
    queries = [
        "&".join(f"{name}={odd}" for name in names)
        for odd in ("a%00b", "%ED%A0%80", "9" * 30, "-1", "x" * 3000)
    ]
    wrong = []
    for address, _page in list(pages_of(app, client)):
        path = address.partition("?")[0]
        for odd in (
            f"{path}%00",
            f"{path.rstrip('/')}/{'9' * 30}",
            *(f"{path}?{query}" for query in queries),
        ):
            try:
                status = client.get(odd, follow_redirects=True).status_code
            except Exception as broken:
                wrong.append(f"{odd[:80]} broke: {type(broken).__name__}: {str(broken)[:200]}")
                continue
            if status not in (200, 404):
                wrong.append(f"{odd[:80]} answered {status}")
    assert not wrong, "\n".join(wrong)


def test_the_rest_of_a_text_is_kept(app: Flask, world: World) -> None:
    client = browser(app, world, "consultant with an offer")
    ref = next(
        ref for ref in world.refs["offers"] if client.get(f"/offers/{ref}/question").status_code == 200
    )

    client.send(
        f"/offers/{ref}/question", f"/offers/{ref}/question", {"text": f"When do{NUL} we start, José?{NUL}"}
    )

    questions = db.session.query(Offer.questions).filter_by(ref=ref).scalar()
    assert [question["text"] for question in questions] == ["When do we start, José?"]


def test_what_is_looked_for_comes_back_clean(app: Flask, world: World) -> None:
    shown = browser(app, world, "director on the cases").get("/reviews/?text=Ho%00use")

    assert 'value="House"' in shown.text
