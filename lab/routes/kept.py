"""What was typed while a session ran out, shown to whom it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from lab.actions import keeping
from lab.actions import keeping as action
from lab.hx import page, see
from lab.queries import security as queries
from lab.routes.doors import PUBLIC, SIGNED_IN, keep_form, opens_for, safe_path, theirs

if TYPE_CHECKING:
    from lab.models import KeptForm

kept = Blueprint("kept", __name__, url_prefix="/kept")

# Below this a value is a choice or a number rather than words somebody would miss.
A_FEW_WORDS = 12


@kept.post("/")
@opens_for(PUBLIC)
def keep() -> Response:
    """The page's own clock has run out while something stood in a form: keep it, then sign in."""
    action_path, behind = (safe_path(request.args.get(name)) for name in ("action", "page"))
    shown = keep_form(action=action_path, page=behind)
    return see(url_for("sign_in.start", next=shown or behind))


@kept.get("/<kept_ref>")
@opens_for(SIGNED_IN)
def show(kept_ref: str) -> Response:
    """The words as they were typed, to send now or to take along."""
    row, form = _own(kept_ref)
    texts = [text for _name, text in form.fields if " " in text.strip() or len(text) >= A_FEW_WORDS]
    return page("kept/show.html", ref=row.ref, form=form, texts=texts)


@kept.post("/<kept_ref>/drop")
@opens_for(SIGNED_IN)
def drop(kept_ref: str) -> Response:
    """It is not needed any more."""
    _row, form = _own(kept_ref)
    action.drop(kept_ref, person_id=g.person.id)
    return see(safe_path(form.page), saying=_("What we kept is deleted."))


def _own(ref: str) -> tuple[KeptForm, keeping.Kept]:
    row = theirs("kept.read", queries.kept_form(ref))
    form = action.read(row)
    if form is None:
        abort(404)
    return row, form
