"""The portfolio, for directors: all open cases and all free hours at once, kept, compared and sent from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lab.actions import portfolio as action
from lab.actions import portfolio_release as releasing
from lab.actions import reviews
from lab.clock import program_day
from lab.database import now
from lab.errors import BadInput
from lab.forms import portfolio as forms
from lab.hx import page, see, wants_fragment
from lab.queries import portfolio as queries
from lab.queries import portfolio_beside as sides
from lab.queries import portfolio_result as results
from lab.routes.doors import DIRECTOR, demand, form_key, freshly, opens_for, theirs, viewer

if TYPE_CHECKING:
    from lab.models import PortfolioRun

portfolio = Blueprint("portfolio", __name__, url_prefix="/portfolio")


@portfolio.get("/")
@opens_for(DIRECTOR)
def index() -> Response:
    """What there is to place, the wishes for the next run, and the runs so far. `from` takes over the wishes of a run."""
    demand("portfolio.read")
    return _start_page(_wishes_in_address())


@portfolio.post("/")
@opens_for(DIRECTOR)
def run() -> Response:
    """Ask for a run. A job computes it, and the page of the run shows how far it is."""
    demand("portfolio.read")
    form = _form(queries.open_cases(viewer()), queries.Wishes(), sent=request.form)
    if not form.validate():
        return _start_page(queries.Wishes(), form=form, status=422)
    wishes = queries.Wishes(locked=form.locked, banned=form.banned, minimums=form.minimums)
    try:
        made = action.ask(wishes, viewer=viewer(), by=g.person, key=str(form.key.data or ""))
    except BadInput as refused:
        form.form_errors = [refused.message]
        return _start_page(queries.Wishes(), form=form, status=422)
    return see(url_for(".show", ref=made.ref))


def _wishes_in_address() -> queries.Wishes:
    """The wishes of the run that `from` names, with one pair more to keep or to rule out."""
    source = queries.run_by_ref(request.args.get("from", ""))
    wishes = queries.Wishes.from_record(source.inputs) if source else queries.Wishes()
    locked, banned = dict(wishes.locked), set(wishes.banned)
    match [request.args.get(name, "").partition(":") for name in ("keep", "without")]:
        case [(case, ":", ref), _other]:
            locked[case] = ref
            banned.discard((case, ref))
        case [_other, (case, ":", ref)]:
            banned.add((case, ref))
            if locked.get(case) == ref:
                del locked[case]
    return queries.Wishes(locked=tuple(locked.items()), banned=tuple(banned), minimums=wishes.minimums)


def _form(cases: queries.OpenCases, wishes: queries.Wishes, *, sent: Any = None) -> forms.RunForm:
    people = queries.free_hours_of_all(program_day(now()))
    names = {one.ref: one.name for one in people}
    could = queries.who_could(cases.waiting)
    without: dict[str, list[str]] = {}
    for case, ref in wishes.banned:
        without.setdefault(case, []).append(ref)
    form = forms.RunForm(sent).fill(
        [
            (case.ref, case.organization, [(ref, names[ref]) for ref in could.get(case.ref, ()) if ref in names])
            for case in cases.waiting
        ],
        [(one.ref, one.name, one.hours) for one in people if not one.paused],
        wishes=(dict(wishes.locked), without, wishes.minimums), sent=sent,
    )  # fmt: skip
    form.key.data = form.key.data or form_key()
    return form


def _start_page(wishes: queries.Wishes, *, form: forms.RunForm | None = None, status: int = 200) -> Response:
    cases = queries.open_cases(viewer())
    form = form or _form(cases, wishes)
    return page(
        "portfolio/index.html", status=status, form=form, cases=cases, runs=queries.runs(),
        hours=sum(one.hours for one in form.learners), some_free=sum(one.hours > 0 for one in form.learners),
        wished=bool(form.locked or form.banned or form.minimums or form.problems),
    )  # fmt: skip


def _run_or_404(ref: str) -> PortfolioRun:
    return theirs("portfolio.read", queries.run_by_ref(ref))


@portfolio.get("/<ref>")
@opens_for(DIRECTOR)
def show(ref: str) -> Response:
    """One run: how far it is, why it came to nothing, or whom it places where."""
    found = _run_or_404(ref)
    if found.state in action.WORKING:
        computed, every = queries.progress_of(found)
        return page(
            "portfolio/progress.html", fragment="portfolio/_progress.html", run=found, computed=computed, every=every,
        )  # fmt: skip
    if wants_fragment():
        return see(url_for(".show", ref=ref))
    if found.state == "failed":
        return page("portfolio/failed.html", run=found, problems=results.problems_of(found, viewer()))
    return _run_page(found)


def _run_page(found: PortfolioRun) -> Response:
    outcome = results.outcome_of(found, viewer())
    others = [one for one in queries.runs() if one.state == "done" and one.id != found.id]
    nothing_chosen = "nothing" in request.args
    return page(
        "portfolio/show.html", run=found, outcome=outcome, others=others, nothing_chosen=nothing_chosen,
        chosen=() if nothing_chosen else [line.case.ref for line in outcome.ready],
        release=results.last_release(found, outcome), wished=lambda pairs: results.in_words(pairs, outcome),
    )  # fmt: skip


@portfolio.get("/<ref>/plan.csv")
@opens_for(DIRECTOR)
@freshly
def table(ref: str) -> Response:
    """The plan as a table of comma-separated values."""
    found = _run_or_404(ref)
    if found.state != "done":
        return see(url_for(".show", ref=ref))
    text = sides.as_csv(results.outcome_of(found, viewer()))
    reviews.exported(text, by_id=g.person.id)
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=portfolio-{found.ref}.csv"
    return response


@portfolio.get("/compare")
@opens_for(DIRECTOR)
def compare() -> Response:
    """Two runs side by side, by default the newest two."""
    demand("portfolio.read")
    done = [one for one in queries.runs() if one.state == "done"]
    wanted = [request.args.get(name, "").upper() for name in ("first", "second")]
    found = [_run_or_404(ref) for ref in wanted if ref] if any(wanted) else list(reversed(done[:2]))
    if len(found) < 2 or any(one.state != "done" for one in found):
        return page("portfolio/compare.html", done=done, both=None)
    return page("portfolio/compare.html", done=done, both=sides.beside(found[0], found[1], viewer()))


@portfolio.route("/<ref>/release", methods=["GET", "POST"])
@opens_for(DIRECTOR)
def release(ref: str) -> Response:
    """The chosen pairs as offers: first to check, then they are sent in one step. Nothing is sent by reading."""
    found = _run_or_404(ref)
    chosen = request.values.getlist("case")
    if found.state != "done":
        return see(url_for(".show", ref=ref))
    if not chosen:
        return see(url_for(".show", ref=ref, nothing="chosen"))
    if request.method == "GET":
        return page(
            "portfolio/release.html", run=found, key=form_key(),
            drafts=releasing.drafts(found, _visible(found, chosen), by=g.person),
        )  # fmt: skip
    key = request.form.get("key", "")
    sent, left_out = releasing.release(found.id, _visible(found, chosen), key=key, by=g.person)
    return see(url_for(".show", ref=ref), saying=_how_it_went(sent, left_out))


def _visible(found: PortfolioRun, chosen: Sequence[str]) -> list[str]:
    """Those of the chosen cases that exist for this viewer."""
    return [line.case.ref for line in results.outcome_of(found, viewer()).lines if line.case.ref in chosen]


def _how_it_went(sent: int, left_out: int) -> str | None:
    if not sent and not left_out:
        return _("These pairs went out before; nothing was sent again.")
    told = ngettext("%(num)s offer is on its way.", "%(num)s offers are on their way.", sent) if sent else ""
    more = (
        ngettext("%(num)s pair was left out.", "%(num)s pairs were left out.", left_out) if left_out else ""
    )
    return " ".join(part for part in (told, more) if part)
