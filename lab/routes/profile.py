"""A consultant's own profile."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lab import vocabulary as words
from lab.actions import profiles as action
from lab.errors import BadInput, NotNow
from lab.forms import profile as forms
from lab.hx import page, see
from lab.models import Consultant
from lab.queries import profiles as queries
from lab.routes.doors import CONSULTANT, form_key, opens_for, theirs, viewer
from lab.routes.offer_pages import NO_PROFILE

profile = Blueprint("profile", __name__, url_prefix="/profile")


@profile.route("/", methods=["GET", "POST"])
@opens_for(CONSULTANT)
def edit() -> Response:
    """Look at the profile and change it; rows of the conflict list come and go by buttons of the form."""
    row = own_profile()
    if request.method == "GET":
        form = forms.ProfileForm(data={**queries.as_form(row), "key": form_key()})
        return _page(row, form)
    form = forms.ProfileForm(request.form)
    do = request.form.get("do", "save")
    if do == "add":
        if len(form.conflicts) < form.conflicts.max_entries:
            form.conflicts.append_entry()
        return _page(row, form, fresh=len(form.conflicts) - 1)
    if do.startswith("remove-") and do.removeprefix("remove-").isdigit():
        return _page(row, _without(form, int(do.removeprefix("remove-"))))
    if form.validate():
        try:
            return _save(row, form)
        except BadInput as wrong:
            form.form_errors = list(wrong.problems) or [wrong.message]
    return _page(row, form, status=422)


def own_profile() -> Consultant:
    """The profile of the consultant who is signed in. Raises `NotNow` while the program has none for them."""
    row = queries.own(viewer().consultant_id)
    if row is None:
        raise NotNow(NO_PROFILE)
    return theirs("profile.write", row)


def _save(row: Consultant, form: forms.ProfileForm) -> Response:
    stopped = action.save(
        row.id,
        form.profile(),
        paused=bool(form.paused.data),
        time_zone=str(form.time_zone.data),
        version=int(form.version.data) if str(form.version.data).isdigit() else 0,
        key=str(form.key.data or ""),
        by=g.person,
    )
    said = _("Your profile is saved.")
    if stopped:
        said += " " + ngettext(
            "One open offer now has a possible conflict. The director looks at it.",
            "%(num)s open offers now have a possible conflict. The director looks at them.",
            stopped,
        )
    return see(url_for(".edit"), saying=said)


def _without(form: forms.ProfileForm, number: int) -> forms.ProfileForm:
    """The same form with one row of the conflict list less."""
    values: dict[str, Any] = dict(form.data)
    values["conflicts"] = [row for n, row in enumerate(values["conflicts"]) if n != number]
    return forms.ProfileForm(data=values)


def _page(
    row: Consultant, form: forms.ProfileForm, *, fresh: int | None = None, status: int = 200
) -> Response:
    problems = [
        (error, f"{entry.form.party.id}")
        for entry in form.conflicts
        for field in entry.form
        for error in field.errors
    ]
    return page(
        "profile/edit.html", status=status, form=form, row=row, fresh=fresh, problems=problems,
        groups=_skill_groups(), wrong=bool(form.errors or problems or form.form_errors),
    )  # fmt: skip


def _skill_groups() -> list[tuple[str, list[str]]]:
    """The needs under the headings of the vocabulary; what only consultants do comes last."""
    groups: dict[str, list[str]] = {code: [] for code in words.NEED_GROUPS}
    others: list[str] = []
    for code in words.CONSULTANT_SKILLS:
        need = words.NEEDS.get(code)
        (groups[need.group] if need else others).append(code)
    return [*((code, codes) for code, codes in groups.items() if codes), *([("", others)] if others else [])]
