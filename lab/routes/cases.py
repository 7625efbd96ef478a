"""An applicant's own case: what was decided, what comes next, who looked; ending it and a second look."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from lab.actions import cases as action
from lab.actions import convenings as convening_action
from lab.errors import BadInput
from lab.forms import cases as forms
from lab.hx import page, see
from lab.models import Case, Membership
from lab.queries import case_access, case_history, case_next, convenings, outcomes, peer_pairs
from lab.queries import cases as queries
from lab.routes.case_words import FILTERS
from lab.routes.doors import SIGNED_IN, form_key, opens_for, theirs, viewer
from lab.spreadsheet import as_csv

cases = Blueprint("cases", __name__, url_prefix="/cases")
for name, shown in FILTERS.items():
    cases.add_app_template_filter(shown, name)


def case_here(ref: str) -> Case:
    """The case of this address, if the viewer is in it; otherwise 404."""
    case = theirs("case.own", queries.by_ref(ref))
    g.case_here = case
    return case


def home_of(case: Case) -> str:
    """A draft goes on where it is written, what was deleted has its receipt, everything else its own page."""
    if case.state == "deleted":
        return url_for(".deletion", ref=case.ref)
    if case.state == "draft":
        return url_for("intake.tasks", ref=case.ref)
    return url_for(".show", ref=case.ref)


@cases.get("/")
@opens_for(SIGNED_IN)
def index() -> Response:
    """The viewer's cases; with a single one straight to it."""
    own = queries.own_cases(viewer())
    if len(own) == 1:
        return see(home_of(own[0]))
    return page("cases/index.html", cases=[(case, home_of(case)) for case in own])


@cases.get("/<ref>")
@opens_for(SIGNED_IN)
def show(ref: str) -> Response:
    """One case, as its own people see it."""
    case = case_here(ref)
    if case.state == "draft":
        return see(home_of(case))
    decision = queries.decision_of(case)
    questions, tasks = queries.questions_of(viewer(), case), queries.tasks_of(viewer(), case)
    happened = case_history.history_of(viewer(), case)
    work, team = queries.work_of(case), queries.team_of(viewer(), case)
    return page(
        "cases/show.html",
        case=case,
        next=case_next.next_step(case, questions=questions, tasks=tasks, work=work),
        decision=decision,
        tiers=queries.tiers_of(decision) if decision else [],
        questions=questions,
        tasks=tasks,
        waits_for_word=queries.waits_for_word,
        work=work,
        networks=queries.networks_of(case, decision),
        pairs=peer_pairs.seats_of_case(case) if any(one.verb.startswith("pair_") for one in happened) else [],
        convenings=convenings.offered_to(case, decision.convenings if decision else []),
        team=team,
        goes_on=_goes_on(case, team),
        appeal_until=queries.appeal_until(case, decision),
        happened=happened,
        asked=outcomes.waiting_in(case, [one.engagement for one in work], viewer()),
    )


def _receipt_here(ref: str) -> Case:
    case = theirs("case.receipt", queries.by_ref(ref))
    if case.id in viewer().seats:
        g.case_here = case
    return case


@cases.get("/<ref>/access")
@opens_for(SIGNED_IN)
def access(ref: str) -> Response:
    """Who has opened the case, and when; for its team, and for the director on it."""
    case = _receipt_here(ref)
    return page(
        "cases/access.html",
        fragment="cases/_access.html",
        case=case,
        looked=case_access.receipts_of(case),
    )


@cases.get("/<ref>/access.csv")
@opens_for(SIGNED_IN)
def access_csv(ref: str) -> Response:
    """The same as a table for a spreadsheet, with every moment in UTC."""
    case = _receipt_here(ref)
    rows = [
        (one.name, one.what, one.at.isoformat(timespec="seconds")) for one in case_access.receipts_of(case)
    ]
    answer = Response(as_csv((_("Who"), _("What they opened"), _("When")), rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename=access-{case.ref}.csv"
    return answer


@cases.route("/<ref>/withdraw", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def withdraw(ref: str) -> Response:
    """Ask once, then end the case or one's own side of it."""
    case = theirs("case.withdraw", case_here(ref))
    if request.method == "POST":
        was_draft = case.state == "draft"
        ended = action.withdraw(case.id, by=g.person)
        if ended == "side":
            return see(
                url_for(".index"), saying=_("Your side has left the case. Nothing more is sent to you.")
            )
        done = _("The draft is put away.") if was_draft else _("The application is taken back.")
        return see(url_for(".show", ref=case.ref), saying=done)
    if case.state in ("withdrawn", "closed", "referred", "expired"):
        return see(url_for(".show", ref=case.ref))
    team = queries.team_of(viewer(), case)
    return page(
        "cases/withdraw.html", case=case, goes_on=_goes_on(case, team), side=viewer().seats[case.id].side
    )


def _goes_on(case: Case, team: Sequence[Membership]) -> bool:
    """Whether somebody leads the case for the other side, so that it goes on without the viewer's."""
    seat = viewer().seats.get(case.id)
    return seat is not None and any(one.side != seat.side and one.role == "lead" for one in team)


@cases.route("/<ref>/appeal", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def appeal(ref: str) -> Response:
    """Ask for a second look at a referral."""
    case = theirs("case.appeal", case_here(ref))
    form = forms.AppealForm(request.form, key=form_key())
    if request.method == "POST" and form.validate():
        action.appeal(case.id, text=str(form.text.data), by=g.person)
        return see(url_for(".show", ref=case.ref), saying=_("Thank you. A person looks at it again."))
    until = queries.appeal_until(case, queries.decision_of(case))
    if until is None and request.method == "GET":
        return see(url_for(".show", ref=case.ref))
    return page(
        "cases/appeal.html", status=422 if form.errors else 200, case=case, form=form, until=until,
    )  # fmt: skip


@cases.route("/<ref>/convenings/<code>", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def convening(ref: str, code: str) -> Response:
    """Say how many of the team would come to a convening."""
    case = case_here(ref)
    event = convenings.by_code(code)
    if event is None or event.code not in convenings.proposed_to(case.id):
        abort(404)
    interest = convenings.interest_in(event, case)
    form = forms.ConveningForm(
        request.form, key=form_key(), people=interest.people_count if interest else None
    )
    if request.method == "POST" and form.validate():
        try:
            convening_action.register(event.id, case.id, people=form.people.data or 0, by=g.person)
        except BadInput as wrong:
            form.people.errors = (str(wrong),)
        else:
            return see(
                url_for(".show", ref=case.ref), saying=_("Thank you. We have noted that you would come.")
            )
    return page(
        "cases/convening.html", status=422 if form.errors else 200, case=case, event=event, form=form,
        interest=interest, closed=convenings.why_not(case, event, convenings.proposed_to(case.id)),
    )  # fmt: skip


@cases.post("/<ref>/convenings/<code>/cancel")
@opens_for(SIGNED_IN)
def cancel_convening(ref: str, code: str) -> Response:
    """Take back that somebody would come."""
    case = case_here(ref)
    event = convenings.by_code(code)
    interest = convenings.interest_in(event, case) if event is not None else None
    if interest is not None:
        convening_action.cancel(theirs("interest.cancel", interest).id, by=g.person)
    return see(url_for(".show", ref=case.ref), saying=_("Noted. You are not expected there."))
