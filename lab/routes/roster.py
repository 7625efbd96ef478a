"""The roster of consultants, for directors: who is free, for what, and a table to take away."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from lab.forms import roster as forms
from lab.hx import page
from lab.queries import roster as queries
from lab.routes.doors import DIRECTOR, demand, freshly, opens_for

roster = Blueprint("roster", __name__, url_prefix="/consultants")


@roster.get("/")
@opens_for(DIRECTOR)
def index() -> Response:
    """Everybody, or who fits the filters in the address."""
    demand("roster.read")
    form = forms.RosterForm(request.args)
    here = {key: value for key, value in request.args.items() if value and key != "after"}
    shown = queries.page_of(after=request.args.get("after", ""), **_wanted(form))
    return page(
        "roster/index.html", form=form, lines=shown.lines, filtered=any(field.data for field in form),
        first_url=None if shown.begins else url_for(".index", **here),  # type: ignore[arg-type]
        next_url=url_for(".index", **{**here, "after": shown.later}) if shown.later else None,  # type: ignore[arg-type]
        csv_url=url_for(".table", **here),  # type: ignore[arg-type]
    )  # fmt: skip


@roster.get("/roster.csv")
@opens_for(DIRECTOR)
@freshly
def table() -> Response:
    """The same lines as a table of comma-separated values."""
    demand("roster.read")
    response = Response(
        queries.as_csv(queries.roster(**_wanted(forms.RosterForm(request.args)))), mimetype="text/csv"
    )
    response.headers["Content-Disposition"] = "attachment; filename=consultants.csv"
    return response


def _wanted(form: forms.RosterForm) -> dict[str, str]:
    return {name: form[name].data or "" for name in ("line", "need", "language", "text")}
