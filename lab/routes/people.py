"""People and roles, for administrators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from lab.actions import people as action
from lab.actions import sessions
from lab.forms import people as forms
from lab.hx import page, see
from lab.models import Person
from lab.queries import people as queries
from lab.queries import signatures
from lab.routes.doors import ADMINISTRATOR, form_key, freshly, opens_for, theirs

people = Blueprint("people", __name__, url_prefix="/people")


def person_here(ref: str) -> Person:
    """The person of this address; otherwise 404."""
    return theirs("people.manage", queries.by_ref(ref))


@people.get("/")
@opens_for(ADMINISTRATOR)
def index() -> Response:
    """Everybody, with search by name, address and role."""
    form = forms.FindForm(request.args)
    role = form.role.data if form.role.data in forms.NAMES else ""
    asked: dict[str, Any] = {"q": form.q.data or None, "role": role or None}
    shown = queries.listed(
        words=form.q.data or "", role=role or "",
        after=request.args.get("after", ""), before=request.args.get("before", ""),
    )  # fmt: skip
    return page(
        "people/index.html",
        form=form,
        people=[(row, [forms.NAMES[role] for role in queries.roles_of(row)]) for row in shown.people],
        number=shown.number,
        first_url=url_for(".index", **asked) if shown.earlier else None,
        earlier_url=url_for(".index", **asked, before=shown.earlier) if shown.earlier else None,
        next_url=url_for(".index", **asked, after=shown.later) if shown.later else None,
        searching=bool(form.q.data or role),
        alone=_alone(),
    )


@people.route("/new", methods=["GET", "POST"])
@opens_for(ADMINISTRATOR)
@freshly
def new() -> Response:
    """Add somebody."""
    form = forms.PersonForm(request.form, key=form_key())
    if request.method == "POST" and form.validate():
        chosen = form.roles.data or []
        alone = [role for role in chosen if action.alone_may_give(role)]
        person = action.add(str(form.email.data), name=str(form.name.data), roles=alone, by=g.person)
        said = _("%(name)s can sign in now.", name=person.name)
        if by_two := [role for role in chosen if role not in alone]:
            # The first of them is asked for here; the page of the person offers the other one.
            return see(url_for("signatures.ask_role", ref=person.ref, role=by_two[0]), saying=said)
        return see(url_for(".show", ref=person.ref), saying=said)
    return page(
        "people/new.html", status=422 if form.errors else 200, form=form,
        hints={code: hint if action.alone_may_give(code) else f"{hint} {forms.BY_TWO}" for code, _name, hint in forms.ROLES},
        alone=_alone(),
    )  # fmt: skip


def _alone(person: Person | None = None) -> bool:
    """Whether a second person is needed for some roles and there is none, beside whom it concerns."""
    needed = not all(action.alone_may_give(code) for code in forms.NAMES)
    return needed and not signatures.who_could_agree(g.person.id, person.id if person else None)


@people.get("/<ref>")
@opens_for(ADMINISTRATOR)
def show(ref: str) -> Response:
    """One person: the roles they hold, and those they could."""
    person = person_here(ref)
    held = queries.roles_of(person)
    return page(
        "people/show.html",
        person=person,
        roles=[
            (code, name, hint, code in held, action.alone_may_give(code)) for code, name, hint in forms.ROLES
        ],
        oneself=person.id == g.person.id,
        alone=_alone(person),
        by_two=forms.BY_TWO,
    )


@people.post("/<ref>/roles/<role>")
@opens_for(ADMINISTRATOR)
@freshly
def set_role(ref: str, role: str) -> Response:
    """Give a role or take it away, as the button says."""
    person = person_here(ref)
    if role not in forms.NAMES:
        abort(404)
    if request.form.get("deed") == "grant" and not action.alone_may_give(role):
        return see(url_for("signatures.ask_role", ref=ref, role=role))
    if request.form.get("deed") == "grant":
        action.grant(person.id, role, by=g.person)
        said = _(
            "%(name)s now has the role: %(role)s.", name=person.name or person.email, role=forms.NAMES[role]
        )
    else:
        action.revoke(person.id, role, by=g.person)
        said = _(
            "%(name)s no longer has the role: %(role)s.",
            name=person.name or person.email,
            role=forms.NAMES[role],
        )
    return see(url_for(".show", ref=ref), saying=said)


@people.post("/<ref>/sign-out")
@opens_for(ADMINISTRATOR)
def sign_out(ref: str) -> Response:
    """End every session of somebody, for a device that was lost."""
    person = person_here(ref)
    sessions.end_all(person.id, by=g.person)
    return see(url_for(".show", ref=ref), saying=_("They are signed out everywhere."))


@people.route("/<ref>/remove", methods=["GET", "POST"])
@opens_for(ADMINISTRATOR)
@freshly
def remove(ref: str) -> Response:
    """Ask once, then end somebody's access."""
    person = person_here(ref)
    if request.method == "POST":
        name = person.name or person.email
        action.remove(person.id, by=g.person)
        return see(url_for(".index"), saying=_("%(name)s can no longer sign in.", name=name))
    return page("people/remove.html", person=person)
