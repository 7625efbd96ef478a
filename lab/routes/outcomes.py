"""How work went: three questions for those who were part of it."""

from __future__ import annotations

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from lab.actions import outcomes as action
from lab.forms import outcomes as forms
from lab.hx import page, see
from lab.queries import outcomes as queries
from lab.routes.doors import SIGNED_IN, form_key, opens_for, theirs, viewer

outcomes = Blueprint("outcomes", __name__, url_prefix="/outcomes")


@outcomes.route("/<ref>", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def answer(ref: str) -> Response:
    """The questions of this moment, or what the viewer's side has said."""
    work = theirs("outcome.tell", queries.by_ref(ref))
    side, moment = queries.side_of(viewer(), work), queries.moment_of(work)
    if side != queries.CONSULTANT:
        g.case_here = work.case
    form = forms.OutcomeForm(request.form, key=form_key(), moment=moment)
    if request.method == "POST" and form.validate():
        told = action.Answers(
            goal=str(form.goal.data), trust=str(form.trust.data), recommend=str(form.recommend.data)
        )
        action.tell(work.id, told, moment=str(form.moment.data), key=str(form.key.data or ""), by=g.person)
        return see(url_for(".answer", ref=ref), saying=_("Thank you. It is kept as you said it."))
    told_before = queries.told_by(work, moment, side) if moment else None
    return page(
        "outcomes/answer.html", status=422 if form.errors else 200, form=form, work=work, side=side,
        moment=moment, told=told_before,
    )  # fmt: skip
