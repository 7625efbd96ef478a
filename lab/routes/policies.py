"""The policy lab, for directors and administrators: weights and settings as drafts, their effect, and signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from lab.actions import policies as action
from lab.actions import policy_effects as effects
from lab.actions import reviews
from lab.forms import policies as forms
from lab.hx import page, see, wants_fragment
from lab.matching.policy import Policy
from lab.queries import policies as queries
from lab.queries import policy_effects as effect_queries
from lab.routes.doors import SIGNED_IN, demand, form_key, freshly, opens_for, theirs, viewer

if TYPE_CHECKING:
    from lab.models import PolicyVersion

policies = Blueprint("policies", __name__, url_prefix="/policies")

PATIENCE = 0.8  # seconds after which the rest is left to the job
OPEN = ("draft", "proposed")


def _version_or_404(ref: str, to: str = "policies.read") -> PolicyVersion:
    return theirs(to, queries.version_by_ref(ref))


@policies.get("/")
@opens_for(SIGNED_IN)
def index() -> Response:
    """The policy in force, what waits for a signature, the drafts and the earlier versions."""
    demand("policies.read")
    current = queries.versions("in_force")
    return page(
        "policies/index.html", current=current[0] if current else None, policy=queries.in_force(),
        waiting=queries.versions("proposed"), drafts=queries.versions("draft"),
        earlier=queries.versions("retired", "refused"), built_in=Policy.default(),
        values=queries.beside(queries.in_force(), queries.in_force()),
    )  # fmt: skip


@policies.route("/new", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def new() -> Response:
    """A new draft, from the policy in force or from the one that `from` names."""
    demand("policies.write")
    source = theirs("policies.write", queries.policy_at(request.values.get("from", "")))
    form = forms.PolicyForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        form.fill(source)
        form.key.data, form.based_on.data = form_key(), source.version
    elif form.validate():
        made = action.draft(
            form.values, reason=str(form.reason.data), by=g.person, key=str(form.key.data or ""),
            based_on=source.version,
        )  # fmt: skip
        return see(url_for(".show", ref=made.ref), saying=_("The draft is kept. It changes nothing yet."))
    return _form_page(form, version=None, source=source)


@policies.route("/<ref>/edit", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def edit(ref: str) -> Response:
    """Change a draft."""
    version = _version_or_404(ref, "policies.write")
    if version.state != "draft":
        return see(url_for(".show", ref=ref), saying=_("Only a draft can be changed."))
    form = forms.PolicyForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        form.fill(Policy.from_mapping(version.values))
        form.reason.data, form.edition.data = version.reason, str(version.edition)
    elif form.validate():
        action.edit(
            version.ref, form.values, reason=str(form.reason.data), edition=_edition(form), by=g.person
        )
        return see(url_for(".show", ref=ref), saying=_("The draft is changed."))
    return _form_page(form, version=version, source=Policy.from_mapping(version.values))


def _form_page(form: forms.PolicyForm, *, version: PolicyVersion | None, source: Policy) -> Response:
    beside = queries.beside(queries.in_force(), source)
    return page(
        "policies/edit.html", status=422 if form.errors or form.form_errors else 200, form=form, version=version,
        source=source, now={one.code: one.was for one in (*beside.weights, *beside.settings)},
    )  # fmt: skip


def _edition(form: Any) -> int:
    typed = str(form.edition.data or "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


@policies.get("/<ref>")
@opens_for(SIGNED_IN)
def show(ref: str) -> Response:
    """One draft or version: what differs from the policy in force, its effect, and the signatures."""
    return _version_page(_version_or_404(ref))


def _version_page(version: PolicyVersion, *, form: forms.RefuseForm | None = None) -> Response:
    newest = effect_queries.newest_effect(version)
    working = newest if newest is not None and newest.state in effects.WORKING else None
    done, every = effect_queries.progress_of(working) if working else (0, 0)
    if working and wants_fragment():
        return page("policies/_progress.html", version=version, done=done, every=every)
    if wants_fragment() and form is None:
        return see(url_for(".show", ref=version.ref))
    policy = queries.in_force()
    is_open = version.state in OPEN
    # What was signed or refused is shown beside the policy of its time.
    beside = policy if is_open or newest is None else Policy.from_mapping(newest.against)
    if form is None:
        form = forms.RefuseForm(edition=str(version.edition))
    return page(
        "policies/show.html", status=422 if form.errors else 200, version=version, beside=beside,
        values=queries.beside(beside, Policy.from_mapping(version.values)), newest=newest, working=working,
        done=done, every=every, holds=effect_queries.holds(newest, version, policy),
        effect=effect_queries.effect_of(newest, viewer()) if newest and newest.state == "done" else None,
        signed_already=version.state == "proposed" and version.first_signed_by_id == g.person.id,
        open=is_open, key=form_key(), form=form,
    )  # fmt: skip


@policies.post("/<ref>/effect")
@opens_for(SIGNED_IN)
def effect(ref: str) -> Response:
    """Compute what the draft would change; what takes longer than a moment goes on as a job."""
    version = _version_or_404(ref, "policies.write")
    made = effects.ask(version.ref, by=g.person, key=request.form.get("key", ""))
    effects.carry_on(made.id, seconds=PATIENCE)
    return see(url_for(".show", ref=ref) + "#effect")


@policies.get("/<ref>/effect.csv")
@opens_for(SIGNED_IN)
@freshly
def table(ref: str) -> Response:
    """The effect as a table of comma-separated values, for who may read the cases."""
    demand("queue.read")
    version = _version_or_404(ref)
    newest = effect_queries.newest_effect(version)
    if newest is None or newest.state != "done":
        return see(url_for(".show", ref=ref))
    text = effect_queries.as_csv(effect_queries.effect_of(newest, viewer()))
    reviews.exported(text, by_id=g.person.id)
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=policy-{version.ref}.csv"
    return response


@policies.post("/<ref>/sign")
@opens_for(SIGNED_IN)
@freshly
def sign(ref: str) -> Response:
    """Sign a draft, or as the second person put it in force."""
    version = _version_or_404(ref, "policies.sign")
    state = action.sign(version.ref, edition=_edition(forms.RefuseForm(request.form)), by=g.person)
    if state == "proposed":
        return see(url_for(".show", ref=ref), saying=_("You have signed. A second person signs or refuses."))
    return see(url_for(".show", ref=ref), saying=_("Signed by two: the policy is in force from now on."))


@policies.post("/<ref>/refuse")
@opens_for(SIGNED_IN)
def refuse(ref: str) -> Response:
    """Refuse what one person has signed, with a reason."""
    version = _version_or_404(ref, "policies.sign")
    form = forms.RefuseForm(request.form)
    if not form.validate():
        return _version_page(version, form=form)
    action.refuse(version.ref, because=str(form.because.data), edition=_edition(form), by=g.person)
    return see(url_for(".show", ref=ref), saying=_("Refused. The policy in force stays as it is."))


@policies.route("/<ref>/discard", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def discard(ref: str) -> Response:
    """Throw a draft away; asked once more before."""
    version = _version_or_404(ref, "policies.write")
    if request.method == "GET":
        if version.state != "draft":
            return see(url_for(".show", ref=ref), saying=_("Only a draft can be thrown away."))
        return page("policies/discard.html", version=version)
    action.discard(version.ref, by=g.person)
    return see(url_for(".index"), saying=_("The draft is gone."))


@policies.get("/compare")
@opens_for(SIGNED_IN)
def compare() -> Response:
    """Two versions or drafts side by side; by default the policy in force and the built-in one."""
    demand("policies.read")
    first, second = (
        theirs("policies.read", queries.policy_at(request.args.get(name, default)))
        for name, default in (("first", queries.BUILT_IN), ("second", ""))
    )
    every = queries.versions("in_force", "proposed", "draft", "retired", "refused")
    return page(
        "policies/compare.html", values=queries.beside(first, second), first=first, second=second, versions=every,
        built_in=Policy.default(), chosen=[request.args.get("first", queries.BUILT_IN), request.args.get("second", "")],
    )  # fmt: skip
