"""Groups: for directors what could be launched, paired or proposed; for those who are asked, their answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from lab.actions import group_answers, reviews, telling
from lab.actions import groups as action
from lab.errors import BadInput
from lab.forms import groups as groups_forms
from lab.hx import page, see
from lab.queries import forming as forming_queries
from lab.queries import group_words, network_hours, network_leads, peer_pairs
from lab.queries import groups as queries
from lab.queries import networks as network_queries
from lab.routes.doors import DIRECTOR, SIGNED_IN, demand, form_key, freshly, opens_for, theirs, viewer
from lab.row_security import as_the_program

if TYPE_CHECKING:
    from lab.models import PairSeat

groups = Blueprint("groups", __name__, url_prefix="/groups")


@groups.get("/")
@opens_for(DIRECTOR)
def index() -> Response:
    """What could be made today, what is asked, and who waits on."""
    demand("groups.launch")
    return _index()


def _index(wrong: groups_forms.GroupForm | None = None, about: str = "", status: int = 200) -> Response:
    found = queries.proposals(viewer().ties)
    leads = network_leads.possible_leads()
    forms: dict[str, groups_forms.GroupForm] = {}
    for network in found.launches.networks:
        name = group_words.network_name(network.stage)
        forms |= _form(groups_forms.NetworkForm, "network", network.members, name=name, leads=leads)
    for region in found.regions.regions:
        forms |= _form(groups_forms.RegionForm, "region", region.members)
    for kind, pairing in found.pairings.items():
        for pair in pairing.pairs:
            forms |= _form(groups_forms.PairForm, kind, (pair.one, pair.other), kind=kind)
    if wrong is not None and about in forms:
        forms[about] = wrong
    return page(
        "groups/index.html", status=status, found=found, forms=forms, wrong=wrong,
        forming=forming_queries.forming(viewer()), pairs=peer_pairs.pairs_under_way(viewer()),
        kind_name=group_words.kind_name, standing=group_words.standing, rules=found.rules,
    )  # fmt: skip


def _form(
    shape: type[groups_forms.GroupForm], group: str, members: Any, **values: Any
) -> dict[str, groups_forms.GroupForm]:
    """The form of one proposal, by its kind and first member: nobody is in two of one kind."""
    about = f"{group}-{members[0].ref}"
    refs = " ".join(one.ref for one in members)
    return {about: shape(key=form_key(), members=refs, prefix=f"{about}-", **values)}


def _sent(shape: type[groups_forms.GroupForm], **choices: Any) -> tuple[Any, str]:
    about = request.form.get("about", "")
    return shape(request.form, prefix=f"{about}-", **choices), about


@groups.get("/groups.csv")
@opens_for(DIRECTOR)
@freshly
def table() -> Response:
    """All proposals and all who wait on, as a table of comma-separated values."""
    demand("groups.launch")
    text = group_words.as_csv(queries.proposals(viewer().ties))
    reviews.exported(text, by_id=g.person.id)
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=groups.csv"
    return response


@groups.post("/networks")
@opens_for(DIRECTOR)
def launch() -> Response:
    """Launch a proposed network and invite its members."""
    demand("groups.launch")
    form, about = _sent(groups_forms.NetworkForm, leads=network_leads.possible_leads())
    if not form.validate():
        return _index(form, about, 422)
    try:
        action.launch_network(
            form.refs,
            name=form.name.data or "",
            lead=form.lead.data or "",
            by=g.person,
            key=form.key.data or "",
        )
    except BadInput as wrong:
        form.lead.errors = (str(wrong),)
        return _index(form, about, 422)
    return see(url_for(".index"), saying=_("The network is launched, and its members are invited."))


@groups.post("/regions")
@opens_for(DIRECTOR)
def region() -> Response:
    """Name the hub of a region and invite the teams that wait there."""
    demand("groups.launch")
    form, about = _sent(groups_forms.RegionForm)
    if not form.validate():
        return _index(form, about, 422)
    action.propose_region(form.refs, by=g.person, key=form.key.data or "")
    return see(url_for(".index"), saying=_("The region has its hub, and the teams are invited."))


@groups.post("/pairs")
@opens_for(DIRECTOR)
def pair() -> Response:
    """Ask two whether they would meet."""
    demand("groups.launch")
    form, _about = _sent(groups_forms.PairForm)
    action.propose_pair(form.kind.data or "", form.refs, by=g.person, key=form.key.data or "")
    return see(url_for(".index"), saying=_("Both are asked. They see each other once both agree."))


@groups.route("/invitations/<ref>", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def invitation(ref: str) -> Response:
    """What an organization is invited to, and its answer."""
    row = theirs("network_membership.accept", network_queries.membership(ref))
    g.case_here = row.case
    if request.method == "POST":
        code = row.network.code
        state = group_answers.answer_invitation(row.id, yes=_yes(), by=g.person)
        said = {
            "active": _("Welcome. The lead sends you the dates."),
            "waitlisted": _("Thank you for your yes. A director looks at the seats first and writes to you."),
        }
        return see(
            url_for("networks.show", code=code), saying=said.get(state, _("Done. Thank you for telling us."))
        )
    if row.state != "invited":
        return see(url_for("networks.show", code=row.network.code))
    return page(
        "groups/invitation.html", row=row, network=row.network, case=row.case,
        seats=network_queries.seats_of([row.network])[row.network_id],
        meets=network_hours.hour_of(row.network, viewer().time_zone), meets_next=network_hours.next_meeting(row.network, viewer().time_zone),
    )  # fmt: skip


@groups.route("/pairs/<seat_ref>", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def answer(seat_ref: str) -> Response:
    """What an organization is asked, without names; once both agreed, who the other is."""
    seat = theirs("pair.answer", peer_pairs.seat_by_ref(seat_ref))
    g.case_here = seat.case
    if request.method == "POST":
        state = group_answers.answer_pair(seat.id, yes=_yes(), by=g.person)
        said = {
            "asked": _("Thank you. We tell you when the other has answered."),
            "agreed": _("You both agreed. Here is who they are."),
        }
        return see(
            url_for(".answer", seat_ref=seat_ref),
            saying=said.get(state, _("Done. Thank you for telling us.")),
        )
    other = peer_pairs.other_seat(seat)
    return page(
        "groups/pair.html", seat=seat, pair=seat.pair, case=seat.case,
        kind=group_words.kind_name(seat.kind),
        other_lines=group_words.without_name(queries.seeker_for(other.case)) if seat.pair.state == "asked" else [],
        **_who(seat, other),
    )  # fmt: skip


def _who(seat: PairSeat, other: PairSeat) -> dict[str, Any]:
    """The other's name and the people who lead there, only once both agreed."""
    if seat.pair.state != "agreed":
        return {"name": "", "people": []}
    with as_the_program():  # the other's people are not theirs, but now they may know them
        return {"name": other.case.organization, "people": telling.leads_of(other.case)}


def _yes() -> bool:
    said = request.form.get("answer", "")
    if said not in ("yes", "no"):
        abort(400)
    return said == "yes"
