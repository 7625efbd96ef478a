"""How one signs in: second factors, recovery codes, open sessions. Everybody's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, g, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lab.actions import passkeys, sessions, throttle
from lab.actions import second_factor as action
from lab.errors import BadInput, TooOften
from lab.forms import sign_in as forms
from lab.hx import page, see
from lab.queries import security as queries
from lab.queries.viewers import viewer_of
from lab.routes.doors import (
    OWN_FACTORS,
    SIGNED_IN,
    freshly,
    opens_for,
    own_person,
    safe_path,
    signed_in_secret,
)
from lab.routes.sign_in import begin_session, home_of, later

if TYPE_CHECKING:
    from lab.models import CodeApp, Passkey

security = Blueprint("security", __name__, url_prefix="/profile/security")


@security.get("/")
@opens_for(OWN_FACTORS)
def index() -> Response:
    """Everything about signing in; or, for staff without a second factor, the one thing to do first."""
    person = own_person()
    if g.half is not None:
        session["wanted"] = safe_path(request.args.get("next") or session.get("wanted"))
        return page("security/first.html", possible=passkeys.possible())
    mine = sessions.digest(signed_in_secret())
    return page(
        "security/index.html",
        keys=queries.passkeys_of(person.id),
        possible=passkeys.possible(),
        app=queries.app_of(person.id),
        left=queries.recovery_codes_left(person.id) if person.second_since else None,
        required=action.required_of(person),
        sessions=[
            (row, device_of(row.agent), row.token_hash == mine) for row in queries.sessions_of(person.id)
        ],
    )


@security.route("/app", methods=["GET", "POST"])
@opens_for(OWN_FACTORS)
@freshly
def app() -> Response:
    """Set up an app: scan or type what it needs, then type what it shows."""
    person = own_person()
    form = forms.AppForm(request.form)
    if request.method == "POST" and "code" in request.form and form.validate():
        try:
            throttle.attempt(f"app {person.ref}", address=request.remote_addr)
            return _added(
                action.confirm_app(person.id, str(form.code.data)), _("Codes from your app work now.")
            )
        except TooOften as wait:
            return later(wait, "security/app.html", form=form, **_app_words(_starting()))
        except BadInput as wrong:
            form.code.errors = (str(wrong),)
    elif request.method == "POST" and "code" not in request.form:
        action.begin_app(person.id)
        return see(url_for(".app"))
    status = 422 if form.errors else 200
    row = queries.app_of(person.id, confirmed=False)
    if row is None:
        return see(url_for(".index"))
    return page("security/app.html", status=status, form=form, wait="", **_app_words(row))


@security.get("/app.svg")
@opens_for(OWN_FACTORS)
def app_picture() -> Response:
    """What an app scans, while it is being set up."""
    import io

    import segno

    out = io.BytesIO()
    made = segno.make(action.address_for_app(_starting(), own_person()), error="m")
    made.save(out, kind="svg", scale=5, border=4, xmldecl=False, light="#fff", dark="#000")
    return Response(out.getvalue(), mimetype="image/svg+xml")


@security.route("/app/remove", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
@freshly
def remove_app() -> Response:
    """Ask once, then take no more codes of the app."""
    if queries.app_of(g.person.id) is None:
        abort(404)
    if request.method == "POST":
        action.remove_app(g.person.id)
        return see(url_for(".index"), saying=_("Codes from the app no longer work."))
    return page("security/remove.html", name=None, action=url_for(".remove_app"))


@security.post("/passkeys/options")
@opens_for(OWN_FACTORS)
def passkey_options() -> Response:
    """What the browser needs to make a passkey."""
    asked = passkeys.ask_to_register(signed_in_secret(), by=own_person())
    return Response(asked, mimetype="application/json")


@security.route("/passkeys/new", methods=["GET", "POST"])
@opens_for(OWN_FACTORS)
@freshly
def new_passkey() -> Response:
    """Name the device and let the browser make a passkey."""
    if not passkeys.possible():
        abort(404)
    form = forms.PasskeyForm(request.form, name=device_of(str(request.user_agent)))
    if request.method == "POST" and form.validate():
        try:
            codes = passkeys.register(
                signed_in_secret(), str(form.credential.data or ""), name=str(form.name.data), by=own_person()
            )
            return _added(codes, _("The passkey works now."))
        except BadInput as wrong:
            form.form_errors = [str(wrong)]
    return page("security/passkey.html", status=422 if form.errors else 200, form=form)


@security.route("/passkeys/<passkey_ref>", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def passkey(passkey_ref: str) -> Response:
    """Call a passkey otherwise."""
    row = _own_key(passkey_ref)
    form = forms.NameForm(request.form, name=row.name)
    if request.method == "POST" and form.validate():
        passkeys.rename(passkey_ref, str(form.name.data), by=g.person)
        return see(url_for(".index"), saying=_("The passkey has its new name."))
    return page("security/rename.html", status=422 if form.errors else 200, form=form, key=row)


@security.route("/passkeys/<passkey_ref>/remove", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
@freshly
def remove_passkey(passkey_ref: str) -> Response:
    """Ask once, then accept this passkey no more."""
    row = _own_key(passkey_ref)
    name = row.name
    if request.method == "POST":
        passkeys.remove(passkey_ref, by=g.person)
        return see(url_for(".index"), saying=_("The passkey %(name)s no longer works.", name=name))
    return page("security/remove.html", name=name, action=url_for(".remove_passkey", passkey_ref=passkey_ref))


@security.route("/codes", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
@freshly
def codes() -> Response:
    """Ask once, then show ten new recovery codes, this once."""
    if g.person.second_since is None:
        abort(404)
    if request.method == "POST":
        return page(
            "security/codes.html", codes=action.new_recovery_codes(g.person.id), onward=url_for(".index")
        )
    return page("security/new_codes.html", left=queries.recovery_codes_left(g.person.id))


@security.post("/sign-out-elsewhere")
@opens_for(SIGNED_IN)
def elsewhere() -> Response:
    """End every other session of one's own."""
    ended = sessions.sign_out_elsewhere(signed_in_secret(), by=g.person)
    return see(
        url_for(".index"),
        saying=ngettext(
            "You are signed out of one other place.", "You are signed out of %(num)s other places.", ended
        )
        if ended
        else _("You were signed in nowhere else."),
    )


def device_of(agent: str) -> str:
    """A browser as people call it, from what it calls itself."""
    browsers = (
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((name for sign, name in browsers if sign in agent), "")
    system = next((name for sign, name in systems if sign in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("A browser")


def _own_key(ref: str) -> Passkey:
    row = queries.passkey(ref, person_id=g.person.id)
    if row is None:
        abort(404)
    return row


def _starting() -> CodeApp:
    row = queries.app_of(own_person().id, confirmed=False)
    if row is None:
        abort(404)
    return row


def _app_words(row: CodeApp) -> dict[str, Any]:
    secret = action.shared_secret(row)
    return {
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "email": own_person().email,
    }


def _added(codes: list[str], saying: str) -> Response:
    """The factor counts; whoever came to set up the first one has shown it with that, and goes on."""
    onward = url_for(".index")
    if g.half is not None:
        onward = home_of(g.half, str(session.get("wanted", "")))
        begin_session(sessions.strengthen(signed_in_secret()))
        g.person, g.half = g.half, None
        g.viewer = viewer_of(g.person)
    elif codes:
        begin_session(sessions.strengthen(signed_in_secret()))
    if codes:
        return page("security/codes.html", codes=codes, onward=onward)
    return see(onward, saying=saying)
