"""What if: a match review with something changed, for looking only. The address says what is tried out."""

from __future__ import annotations

from flask import Response, request, url_for

from lab.hx import page, wants_fragment
from lab.queries import what_if as queries
from lab.routes.doors import DIRECTOR, opens_for
from lab.routes.reviews import case_or_404, in_words, keep_opened, reviews
from lab.routes.what_if_form import what_if_form


@reviews.get("/<ref>/what-if")
@opens_for(DIRECTOR)
def what_if(ref: str) -> Response:
    """What would be recommended with these changes. Nothing is saved; it counts as reading the review."""
    case = case_or_404(ref)
    keep_opened(case, "review")
    basis = queries.basis_of(case)
    form = what_if_form(basis.result, basis.names, basis.policy, sent=request.args)
    fine = form.validate()
    changes = form.changes() if fine else None
    typed = {name: value for name, value in request.args.items() if value and name in form}
    return page(
        "what_if/show.html", fragment="what_if/_what_if.html", status=200 if fine else 422,
        case=case, result=basis.result, application=basis.inputs.application, what_if=form, in_words=in_words,
        found=queries.what_if(basis, changes) if changes else None, in_place=wants_fragment(),
        share=url_for("reviews.what_if", ref=case.ref, _external=True, **typed),
    )  # fmt: skip
