"""The style guide: every component in every state, on one page that only a demo has."""

from __future__ import annotations

from flask import Blueprint, Response

from lab import vocabulary as words
from lab.forms.base import hints_of
from lab.forms.style_guide import SampleForm
from lab.hx import page
from lab.routes.doors import DEMO, opens_for
from lab.samples import samples

style_guide = Blueprint("style_guide", __name__, url_prefix="/style-guide")

FILLED: dict[str, object] = {
    "organization": "Harbor Light Services",
    "staff": 143,
    "state": "NY",
    "stage": next(iter(words.STAGES)),
    "needs": list(words.NEEDS)[:2],
    "story": "Two bargaining units. One has a contract, the other has filed a petition.",
    "agreed": True,
}


@style_guide.get("/")
@opens_for(DEMO)
def index() -> Response:
    """Show every component with invented words."""
    return page(
        "style_guide/index.html",
        filled=SampleForm.of(FILLED),
        refused=SampleForm.refused(),
        stage_hints=hints_of(words.STAGES),
        **samples(),
    )
