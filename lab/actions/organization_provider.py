"""Asking the organization's own sign-in (OpenID Connect) who somebody is: code flow with PKCE, state and nonce.

Only here does the program send requests to it. They follow no redirects and give up after seconds. The
libraries are read when somebody signs in this way.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from lab.database import now
from lab.errors import BadInput
from lab.said import say
from lab.settings import Settings, is_loopback

T = TypeVar("T")

DESCRIPTION = "/.well-known/openid-configuration"
SCOPE = "openid email"
# Signed with the organization's secret half: what is signed with a shared secret, or not at all, does not count.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
SECONDS, LEEWAY, LIFE = 5, 60, 600
# How it says that a second factor was shown.
STRONG_WAYS = frozenset({"mfa"})
STRONG_CLASSES = frozenset({
    "phr", "phrh", "https://refeds.org/profile/mfa",
    "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What the organization says of who came back from it; `shown_at` only where it tells when they signed in."""

    issuer: str
    subject: str
    email: str
    verified: bool
    strong: bool
    shown_at: datetime | None


def begin(settings: Settings, *, back: str, again: bool = False) -> tuple[str, dict[str, Any]]:
    """Where to send the browser, and what to keep for it in its signed session. Raises `BadInput`."""
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    more = {"prompt": "login", "max_age": 0} if again else {}

    def ask() -> str:
        with _client(settings, back) as client:
            address, _state = client.create_authorization_url(
                _address(_described(client, settings), "authorization_endpoint"), state=kept["state"],
                nonce=kept["nonce"], code_verifier=kept["verifier"], **more,
            )  # fmt: skip
            return str(address)

    return _trying(ask), {**kept, "at": int(now().timestamp())}


def arrived(
    settings: Settings, kept: Mapping[str, Any] | None, told: Mapping[str, str], *, back: str
) -> Proof:
    """Who came back, checked against what was kept. Raises `BadInput` for anything that does not fit."""
    if not kept or not hmac.compare_digest(str(kept["state"]).encode(), told.get("state", "").encode()):
        raise _unfit()
    if now().timestamp() - kept["at"] > LIFE or told.get("error") or not told.get("code"):
        raise _unfit()
    if told.get("iss", settings.oidc_issuer) != settings.oidc_issuer:
        raise _unfit()

    def ask() -> Proof:
        with _client(settings, back) as client:
            described = _described(client, settings)
            tokens = client.fetch_token(
                _address(described, "token_endpoint"), grant_type="authorization_code", code=told["code"],
                code_verifier=kept["verifier"], timeout=SECONDS, allow_redirects=False,
            )  # fmt: skip
            keys = _read(client, _address(described, "jwks_uri"))
        return _proof(_claims(settings, tokens["id_token"], keys, nonce=kept["nonce"]), settings.oidc_issuer)

    return _trying(ask)


def _claims(settings: Settings, token: str, keys: Any, *, nonce: str) -> dict[str, Any]:
    """What the token says, once its signature, issuer, audience, time and nonce are checked."""
    from joserfc import jwt
    from joserfc.jwk import KeySet

    decoded = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
    jwt.JWTClaimsRegistry(
        now=int(now().timestamp()), leeway=LEEWAY,
        iss={"essential": True, "value": settings.oidc_issuer},
        aud={"essential": True, "value": settings.oidc_client_id},
        exp={"essential": True}, iat={"essential": True}, sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    ).validate(decoded.claims)  # fmt: skip
    claims: dict[str, Any] = decoded.claims
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if len(audience) > 1 or claims.get("azp", settings.oidc_client_id) != settings.oidc_client_id:
        raise ValueError("The token is for others too.")
    return claims


def _proof(claims: Mapping[str, Any], issuer: str) -> Proof:
    ways, shown = claims.get("amr"), claims.get("auth_time")
    return Proof(
        issuer=issuer, subject=str(claims["sub"])[:255], email=str(claims.get("email", "")).strip().lower(),
        verified=claims.get("email_verified") is True,
        strong=(isinstance(ways, list) and bool(STRONG_WAYS & {str(way) for way in ways}))
        or claims.get("acr") in STRONG_CLASSES,
        shown_at=min(now(), datetime.fromtimestamp(shown, UTC)) if isinstance(shown, int) else None,
    )  # fmt: skip


def _client(settings: Settings, back: str) -> Any:
    from authlib.integrations.requests_client import OAuth2Session

    return OAuth2Session(
        settings.oidc_client_id, settings.oidc_client_secret, scope=SCOPE, redirect_uri=back,
        code_challenge_method="S256",
    )  # fmt: skip


def _described(client: Any, settings: Settings) -> dict[str, Any]:
    """The organization's description of its sign-in, which must be its own."""
    described: dict[str, Any] = _read(client, settings.oidc_issuer.rstrip("/") + DESCRIPTION)
    if described["issuer"] != settings.oidc_issuer:
        raise ValueError("It is described as somebody else.")
    return described


def _read(client: Any, address: str) -> Any:
    answer = client.request("GET", address, withhold_token=True, timeout=SECONDS, allow_redirects=False)
    if answer.status_code != 200:
        raise ValueError(f"It answered {answer.status_code}.")
    return answer.json()


def _address(described: Mapping[str, Any], name: str) -> str:
    """An address of the organization that nobody on the way can read along, or one of this machine."""
    address = str(described[name])
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise ValueError(f"Its {name} is not safe.")
    return address


def _trying(ask: Callable[[], T]) -> T:
    """Say in words for people whatever went wrong with what came from outside."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError

    try:
        return ask()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, AuthlibBaseError, JoseError) as wrong:  # fmt: skip
        raise _unfit() from wrong


def _unfit() -> BadInput:
    return BadInput(
        say("Your organization's sign-in did not answer as it should. Try again, or sign in with a code.")
    )
