"""A director keeps a case because the law may ask for it, and lets it go again."""

from __future__ import annotations

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from lab.actions import holds as action
from lab.errors import BadInput
from lab.forms import deletions as forms
from lab.hx import page, see
from lab.queries import cases as case_queries
from lab.queries import deletions as queries
from lab.routes.doors import DIRECTOR, opens_for, theirs
from lab.routes.reviews import reviews


@reviews.route("/<ref>/hold", methods=["GET", "POST"])
@opens_for(DIRECTOR)
def hold(ref: str) -> Response:
    """Why a case is kept and until when; set here, and lifted here."""
    case = theirs("hold.set", case_queries.by_ref(ref))
    standing = queries.hold_of(case)
    form = forms.HoldForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and standing is not None:
        action.lift(case.id, by=g.person)
        return see(url_for("reviews.hold", ref=ref), saying=_("The hold is lifted. Its periods count again."))
    if request.method == "POST" and form.validate() and form.review_on.data is not None:
        try:
            action.set_hold(case.id, reason=str(form.reason.data), review_on=form.review_on.data, by=g.person)
        except BadInput as refused:
            form.review_on.errors = (str(refused),)
        else:
            return see(
                url_for("reviews.hold", ref=ref), saying=_("The case is on hold. Nothing of it is deleted.")
            )
    return page(
        "deletions/hold.html", status=422 if form.errors else 200, case=case, standing=standing, form=form
    )
