"""A draft that was never sent is deleted by who leads it, after a page that names what goes."""

from __future__ import annotations

from functools import partial

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from lab.actions import intake_drafts as action
from lab.hx import page, see
from lab.queries import cases as queries
from lab.queries import intake, intake_words
from lab.queries import team as team_queries
from lab.routes.cases import case_here, cases
from lab.routes.doors import SIGNED_IN, opens_for, theirs, viewer
from lab.showing import moment


@cases.route("/<ref>/delete", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def delete(ref: str) -> Response:
    """Ask once, naming what goes; then it is gone."""
    case = theirs("case.delete", case_here(ref))
    team = queries.team_of(viewer(), case)
    if len({one.side for one in team}) > 1:
        return see(url_for(".withdraw", ref=ref))
    if request.method == "POST":
        at = action.delete(case.id, by=g.person)
        told = _("The draft %(ref)s and everything in it was deleted, %(when)s.", ref=ref, when=moment(at))
        return see(url_for(".index"), saying=told)
    written = [row for row in intake.sections_for(viewer(), case) if row.saved_at is not None]
    return page(
        "cases/delete.html", case=case, written=written, invited=team_queries.invitations_for(viewer(), case),
        others=[one for one in team if one.person_id != g.viewer.person_id],
        topic_title=partial(intake_words.title, line=case.line),
    )  # fmt: skip
