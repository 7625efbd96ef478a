"""The roster of consultants, for directors: who is free, for what, and a table to take away."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from lab.forms import roster as forms
from lab.hx import page
from lab.queries import roster as queries
from lab.routes.doors import DIRECTOR, demand, opens_for

roster = Blueprint("roster", __name__, url_prefix="/consultants")


@roster.get("/")
@opens_for(DIRECTOR)
def index() -> Response:
    """Everybody, or who fits the filters in the address."""
    demand("roster.read")
    form = forms.RosterForm(request.args)
    lines = _lines(form)
    return page(
        "roster/index.html", form=form, lines=lines, filtered=any(field.data for field in form),
        csv_url=url_for(".table", **{k: v for k, v in request.args.items() if v}),  # type: ignore[arg-type]
    )  # fmt: skip


@roster.get("/roster.csv")
@opens_for(DIRECTOR)
def table() -> Response:
    """The same lines as a table of comma-separated values."""
    demand("roster.read")
    response = Response(queries.as_csv(_lines(forms.RosterForm(request.args))), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=consultants.csv"
    return response


def _lines(form: forms.RosterForm) -> list[queries.Line]:
    return queries.roster(
        line=form.line.data or "", need=form.need.data or "", language=form.language.data or "",
        text=form.text.data or "",
    )  # fmt: skip
