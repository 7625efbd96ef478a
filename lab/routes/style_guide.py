"""The style guide: every component in every state, on one page that only a demo has."""

from __future__ import annotations

from flask import Blueprint, Response

from lab import vocabulary as words
from lab.forms import base as form_base
from lab.forms import style_guide as forms
from lab.hx import page
from lab.routes.doors import DEMO, opens_for
from lab.samples import samples

style_guide = Blueprint("style_guide", __name__, url_prefix="/style-guide")


@style_guide.get("/")
@opens_for(DEMO)
def index() -> Response:
    """Show every component with invented words."""
    return page(
        "style_guide/index.html",
        filled=forms.SampleForm.of(_filled()),
        refused=forms.SampleForm.refused(),
        stage_hints=form_base.hints_of(words.STAGES),
        **samples(),
    )


def _filled() -> dict[str, object]:
    return {
        "organization": "Harbor Light Services",
        "staff": 143,
        "state": "NY",
        "stage": next(iter(words.STAGES)),
        "needs": list(words.NEEDS)[:2],
        "story": "Two bargaining units. One has a contract, the other has filed a petition.",
        "agreed": True,
    }
