"""What the program learns from what happened, for directors: figures, proposals, rates and their reasons."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, current_app, g, request, url_for
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from lab.actions import learning as action
from lab.forms import base as form_base
from lab.forms import learning as forms
from lab.hx import page, see
from lab.queries import learning as queries
from lab.queries import selection
from lab.routes.doors import DIRECTOR, demand, form_key, freshly, opens_for
from lab.settings import Settings

learning = Blueprint("learning", __name__, url_prefix="/learning")


def _least() -> int:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.least_shown


@learning.get("/")
@opens_for(DIRECTOR)
def index() -> Response:
    """Everything that past cases say, with counts and intervals."""
    demand("learning.read")
    return _all("learning/index.html")


@learning.get("/proposals")
@opens_for(DIRECTOR)
def proposals() -> Response:
    """The proposals alone, for a page that waits for them; by itself it leads to the page."""
    demand("learning.read")
    return _all("learning/index.html", fragment="learning/_proposals.html")


def _all(template: str, *, fragment: str | None = None) -> Response:
    from lab.matching.learning import LEAST_CASES  # the model is read by who looks at what it learned

    shown = queries.everything(least=_least())
    return page(
        template, fragment=fragment, shown=shown, tables=selection.tables(shown.rates), least=_least(),
        least_cases=LEAST_CASES, form=form_base.LabForm(key=form_key()),
    )  # fmt: skip


@learning.post("/proposals")
@opens_for(DIRECTOR)
def propose() -> Response:
    """Ask for proposals from the cases of today."""
    demand("learning.read")
    action.ask_for_proposals(key=request.form.get("key", ""), by=g.person)
    return see(url_for(".index"), saying=_("It is being worked out. That takes a minute or two."))


@learning.post("/draft")
@opens_for(DIRECTOR)
def draft() -> Response:
    """Take a proposal into a draft policy, which changes nothing until two people have signed it."""
    demand("learning.read")
    made = action.take_into_draft(
        request.form.get("proposal", ""), key=request.form.get("key", ""), by=g.person
    )
    return see(url_for("policies.show", ref=made), saying=_("This is a draft. Nothing has changed yet."))


@learning.get("/learning.csv")
@opens_for(DIRECTOR)
@freshly
def table() -> Response:
    """The figures as a table of comma-separated values."""
    demand("learning.read")
    response = Response(queries.as_csv(queries.everything(least=_least())), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=learning.csv"
    return response


@learning.route("/reason", methods=["GET", "POST"])
@opens_for(DIRECTOR)
def reason() -> Response:
    """Say why a rate is under four fifths of the highest. Which one, the address says: measure, split, code."""
    demand("learning.read")
    measure, split, code = (request.args.get(name, "") for name in ("measure", "split", "code"))
    rate = selection.rate_of(measure, split, code, least=_least())
    if rate is None or not rate.low:
        abort(404)
    form = forms.ReasonForm(request.form, key=form_key())
    if request.method == "POST" and form.validate():
        action.explain(
            measure, split, code, text=str(form.text.data), least=_least(), key=str(form.key.data or ""), by=g.person
        )  # fmt: skip
        return see(url_for(".index") + "#rates", saying=_("The reason is kept."))
    return page("learning/reason.html", status=422 if form.errors else 200, form=form, rate=rate)


@learning.app_template_filter("month_name")
def month_name(first: date) -> str:
    """November 2026, in the reader's language."""
    return str(
        format_date(first, "MMMM yyyy" if str(get_locale())[:2] != "es" else "MMMM 'de' yyyy", rebase=False)
    )
