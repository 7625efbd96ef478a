"""The people of a case: who is in it, inviting, and the page on which somebody joins."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from lab.access import can
from lab.actions import invitations
from lab.actions import team as action
from lab.errors import BadInput
from lab.forms.intake import members as forms
from lab.hx import page, see
from lab.models import Case
from lab.queries import team as queries
from lab.routes.doors import SIGNED_IN, form_key, opens_for, theirs, viewer
from lab.routes.intake import case_here

team = Blueprint("team", __name__)


@team.route("/applications/<ref>/members", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def index(ref: str) -> Response:
    """Who is in the case, who was asked, and a form to ask somebody."""
    case = case_here(ref)
    joint = case.kind == "joint"
    form = (forms.JointInviteForm if joint else forms.InviteForm)(request.form, key=form_key())
    if request.method == "POST":
        theirs("team.invite", case)
        if form.validate() and (done := _invite(case, form)):
            return done
    return _team_page(case_here(ref), form)


def _invite(case: Case, form: forms.InviteForm) -> Response | None:
    """Send it, or leave the reason at the address field."""
    side = str(form["side"].data) if "side" in form else viewer().seats[case.id].side
    try:
        invitations.invite(
            case.id, email=str(form.email.data), name=str(form.name.data or ""), side=side,
            seat=str(form["seat"].data or "") if "seat" in form else "", by=g.person, key=str(form.key.data or ""),
        )  # fmt: skip
    except BadInput as wrong:
        form.email.errors = (_(wrong.message),)
        return None
    return see(url_for(".index", ref=case.ref), saying=_("The invitation is on its way."))


def _team_page(case: Case, form: forms.InviteForm) -> Response:
    return page(
        "team/index.html",
        status=422 if form.errors else 200,
        case=case,
        form=form,
        members=queries.members(case.id),
        invitations=queries.invitations_for(viewer(), case),
        leads=can(viewer(), "team.invite", case),
        my_side=viewer().seats[case.id].side,
    )


@team.route("/applications/<ref>/members/<int:membership>/remove", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def remove(ref: str, membership: int) -> Response:
    """End a colleague's place, or one's own, after a question."""
    case = case_here(ref)
    member = queries.membership(membership)
    mine = member is not None and member.case_id == case.id and member.person_id == viewer().person_id
    if not mine:
        theirs("team.remove", member if member is not None and member.case_id == case.id else None)
    if request.method == "GET":
        return page("team/remove.html", case=case, member=member, mine=mine)
    action.remove(membership, by=g.person)
    if mine:
        return see("/", saying=_("You have left the case."))
    return see(url_for(".index", ref=case.ref), saying=_("Done. They can no longer see the case."))


@team.post("/applications/<ref>/members/<int:membership>/lead")
@opens_for(SIGNED_IN)
def lead(ref: str, membership: int) -> Response:
    """Let a colleague lead too."""
    case = case_here(ref)
    member = queries.membership(membership)
    theirs("team.remove", member if member is not None and member.case_id == case.id else None)
    action.share_lead(membership, by=g.person)
    return see(url_for(".index", ref=case.ref), saying=_("They lead your side together with you now."))


@team.post("/applications/<ref>/members/invitations/<invitation_ref>/revoke")
@opens_for(SIGNED_IN)
def revoke(ref: str, invitation_ref: str) -> Response:
    """Take an invitation back."""
    case = case_here(ref)
    theirs("team.invite", case)
    found = next(
        (row for row in queries.invitations_for(viewer(), case) if row.ref == invitation_ref.upper()), None
    )
    if found is None:
        abort(404)
    invitations.revoke(found.id, by=g.person)
    return see(url_for(".index", ref=case.ref), saying=_("The invitation is taken back."))


@team.route("/invitations/<ref>", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def invitation(ref: str) -> Response:
    """Which side, what will be visible, and the invitee's own answer. Opening the page changes nothing."""
    asked = theirs("invitation.answer", queries.invitation_by_ref(ref))
    case = queries.case_of(asked)
    form = forms.JoinForm(request.form, name=g.viewer.name or asked.name)
    if request.method == "POST" and request.form.get("do") == "decline":
        invitations.decline(asked.id, by=g.person)
        return see(url_for(".invitation", ref=asked.ref), saying=_("You said no. Nobody is told why."))
    if request.method == "POST" and form.validate():
        invitations.accept(asked.id, by=g.person, name=str(form.name.data))
        return see(url_for("intake.tasks", ref=case.ref), saying=_("Welcome. You are in."))
    return page(
        "team/invitation.html",
        status=422 if form.errors else 200,
        invitation=asked,
        case=case,
        form=form,
        inviter=queries.inviter_of(asked),
    )
