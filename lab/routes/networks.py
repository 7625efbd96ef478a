"""Networks: what they are and how to ask, for applicants; requests and rosters, for leads and directors."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from lab.access import can
from lab.actions import network_leads as lead_action
from lab.actions import networks as action
from lab.errors import BadInput
from lab.forms import groups as group_forms
from lab.forms import networks as forms
from lab.hx import page, see
from lab.models import Case, Network, NetworkMembership
from lab.queries import cases as case_queries
from lab.queries import network_conflicts, network_hours, network_leads
from lab.queries import networks as queries
from lab.routes.doors import DIRECTOR, SIGNED_IN, demand, form_key, opens_for, theirs, viewer

networks = Blueprint("networks", __name__, url_prefix="/networks")
GROUPS = ("requested", "waitlisted", "active", "paused")


def leads(network: Network) -> bool:
    """Whether the viewer answers for this network."""
    return can(viewer(), "network.lead", network)


def own_cases() -> list[Case]:
    """The viewer's cases that were sent."""
    return [case for case in case_queries.own_cases(viewer()) if case.state != "draft"]


@networks.get("/")
@opens_for(SIGNED_IN)
def index() -> Response:
    """For leads and directors their networks with who waits; for applicants what is open to them."""
    who = viewer()
    led = queries.led_by(who) if who.is_a("director") or who.led_network_ids else []
    own = own_cases() if who.seats else []
    listed = queries.in_line({case.line for case in own}) if own else []
    proposed = queries.proposed_to([case.id for case in own]) if own else {}
    memberships = queries.of_cases([case.id for case in own]) if own else {}
    if not own and who.roles and not who.roles & {"director", "network_lead"}:
        abort(404)
    open_codes = {
        network.code
        for case in own
        for network in _askable(case, [one for one in listed if one.code in proposed.get(case.id, ())])
    }
    return page(
        "networks/index.html",
        led=led,
        listed=sorted(listed, key=lambda network: network.code not in open_codes),
        seats=queries.seats_of([*led, *listed]),
        open_codes=open_codes,
        hours={network.id: network_hours.hour_of(network, who.time_zone) for network in listed},
        states={row.network_id: row.state for row in memberships.values()},
    )


def _askable(case: Case, proposed: list[Network]) -> list[Network]:
    """Those of the proposed networks that this case may ask to join."""
    if case.state not in queries.CAN_ASK:
        return []
    apart = network_conflicts.kept_apart(case, proposed)
    codes = frozenset(network.code for network in proposed)
    return [network for network in proposed if not queries.may_ask(case, network, codes, apart)]


@networks.get("/<code>")
@opens_for(SIGNED_IN)
def show(code: str) -> Response:
    """One network: for who leads it with requests and roster, for applicants with the way in."""
    network = queries.by_code(code)
    if network is None:
        abort(404)
    if leads(network):
        return _lead_page(network)
    return _applicant_page(network, forms.AskForm(key=form_key()))


def _applicant_page(network: Network, form: forms.AskForm, status: int = 200) -> Response:
    own = [case for case in own_cases() if case.line == network.line]
    if not own:
        abort(404)
    proposed = queries.proposed_to([case.id for case in own])
    memberships = queries.of_cases([case.id for case in own])
    why_not = {
        case.id: queries.may_ask(
            case, network, proposed.get(case.id, frozenset()), network_conflicts.kept_apart(case, [network])
        )
        for case in own
    }
    able = [case for case in own if not why_not[case.id]]
    mine = [row for (_case, network_id), row in memberships.items() if network_id == network.id]
    live = [row for row in mine if row.state in queries.LIVE]
    asking = [case for case in able if case.id not in {row.case_id for row in live}]
    g.case_here = own[0]
    return page(
        "networks/show.html",
        status=status,
        network=network,
        seats=queries.seats_of([network])[network.id],
        meets=network_hours.hour_of(network, viewer().time_zone),
        meets_next=network_hours.next_meeting(network, viewer().time_zone),
        form=form,
        asking=asking,
        mine=mine,
        live=live,
        case=own[0],
        why_not=why_not[own[0].id],
    )


def _lead_page(
    network: Network,
    form: forms.AnswerForm | None = None,
    about: str = "",
    status: int = 200,
    lead_form: group_forms.LeadForm | None = None,
) -> Response:
    rows = queries.live_in(network, viewer())
    members = [row.case for row in rows if row.state in queries.SEATED]
    proposed = queries.proposed_to([row.case_id for row in rows])
    fits = {
        row.ref: queries.fit_of(
            row.case, network, members, proposed=network.code in proposed.get(row.case_id, ())
        )
        for row in rows
        if row.state in queries.WAITING
    }
    return page(
        "networks/lead.html",
        status=status,
        network=network,
        seats=queries.seats_of([network])[network.id],
        meets=network_hours.hour_of(network, viewer().time_zone),
        meets_next=network_hours.next_meeting(network, viewer().time_zone),
        rows={state: [row for row in rows if row.state == state] for state in GROUPS},
        fits=fits,
        forms={ref: form if ref == about and form else _answer_form(ref, rows) for ref in fits},
        wrong=form or lead_form,
        lead_form=lead_form or _lead_form(network),
    )


def _lead_form(network: Network) -> group_forms.LeadForm | None:
    """For directors: who leads it."""
    if not can(viewer(), "network.name_lead"):
        return None
    return group_forms.LeadForm(
        key=form_key(), lead=network.lead.ref if network.lead else "", leads=network_leads.possible_leads()
    )


@networks.post("/<code>/lead")
@opens_for(DIRECTOR)
def name_lead(code: str) -> Response:
    """A director names who leads this network, or nobody for now."""
    demand("network.name_lead")
    network = queries.by_code(code)
    if network is None:
        abort(404)
    form = group_forms.LeadForm(request.form, leads=network_leads.possible_leads())
    if not form.validate():
        return _lead_page(network, status=422, lead_form=form)
    try:
        lead_action.name_lead(network.id, form.lead.data or "", by=g.person, key=form.key.data or "")
    except BadInput as wrong:
        form.lead.errors = (str(wrong),)
        again = queries.by_code(code)
        return _lead_page(again or network, status=422, lead_form=form)
    return see(url_for(".show", code=code), saying=_("Saved."))


def _answer_form(ref: str, rows: list[NetworkMembership]) -> forms.AnswerForm:
    row = next(one for one in rows if one.ref == ref)
    return forms.AnswerForm(key=form_key(), version=row.version, prefix=f"{ref}-")


@networks.post("/<code>/ask")
@opens_for(SIGNED_IN)
def ask(code: str) -> Response:
    """Ask to join on behalf of a case; the lead answers."""
    network = queries.by_code(code)
    case = theirs("network.join", case_queries.by_ref(request.form.get("case", "")))
    if network is None:
        abort(404)
    form = forms.AskForm(request.form)
    if not form.validate():
        return _applicant_page(network, form, 422)
    action.ask(network.id, case.id, message=form.message.data or "", by=g.person, key=form.key.data or "")
    return see(
        url_for(".show", code=code),
        saying=_("You have asked to join. The lead now sees who you are, and answers you here."),
    )


@networks.post("/requests/<ref>")
@opens_for(SIGNED_IN)
def answer(ref: str) -> Response:
    """The lead, or a director, answers a request."""
    row = theirs("network_membership.answer", queries.membership(ref))
    form = forms.AnswerForm(request.form, prefix=f"{ref}-")
    if not form.validate():
        return _lead_page(row.network, form, ref, 422)
    code, network_id = row.network.code, row.network_id
    as_director = network_id not in viewer().led_network_ids or viewer().is_a("director")
    try:
        action.answer(
            row.id, str(form.answer.data), words=form.words.data or "", version=form.version.data or 0,
            by=g.person, as_director=as_director,
        )  # fmt: skip
    except BadInput as wrong:
        form.words.errors = (str(wrong),)
        return _lead_page(row.network, form, ref, 422)
    return see(url_for(".show", code=code), saying=_("Your answer is on its way."))


@networks.route("/memberships/<ref>/leave", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def leave(ref: str) -> Response:
    """Leave a network, or take back the wish to join."""
    row = theirs("network_membership.leave", queries.membership(ref))
    g.case_here = row.case
    values: dict[str, Any] = {"row": row, "network": row.network, "case": row.case}
    if request.method == "POST":
        case_ref = row.case.ref
        action.leave(row.id, by=g.person)
        return see(url_for("cases.show", ref=case_ref), saying=_("Done. You may ask again at any time."))
    if row.state not in queries.LIVE:
        return see(url_for("cases.show", ref=row.case.ref))
    return page("networks/leave.html", **values)
