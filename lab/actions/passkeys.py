"""Passkeys: a key on somebody's own device signs what we ask. The checking is py_webauthn's."""

from __future__ import annotations

import json
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app

from lab.actions.second_factor import ISSUER, factor_added, factor_removed
from lab.actions.sessions import digest, strengthen
from lab.database import changed, db, lock, now, transaction
from lab.errors import BadInput, NotFound, NotNow
from lab.history import record
from lab.models import Passkey, Person, WebSession
from lab.said import say

CHALLENGE_LIFE = timedelta(minutes=5)
PASSKEYS_OF_ONE = 10
LONGEST_NAME = 80


def possible() -> bool:
    """Whether passkeys work here: browsers bind them to a name, so a house at a bare number has none."""
    host = urlsplit(_origin()).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return bool(host)
    return False


def ask_to_register(secret: str, *, by: Person) -> str:
    """What the browser needs to make a new passkey, as JSON. Raises `NotNow` beyond ten."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    known = _keys_of(by.id)
    if len(known) >= PASSKEYS_OF_ONE:
        raise NotNow(say("You have ten passkeys already. Remove one that you no longer use."))
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=ISSUER,
        user_id=by.ref.encode(),
        user_name=by.email,
        user_display_name=by.name or by.email,
        exclude_credentials=[PublicKeyCredentialDescriptor(_bytes(row.credential_id)) for row in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    _remember(secret, options.challenge)
    return webauthn.options_to_json(options)


def register(secret: str, credential: str, *, name: str, by: Person) -> list[str]:
    """Keep a new passkey; gives recovery codes if it is the first second factor. Raises `BadInput`."""
    import webauthn

    person_id = by.id
    with transaction():
        challenge = _asked(secret)
        try:
            made = webauthn.verify_registration_response(
                credential=_read(credential), expected_challenge=challenge, expected_rp_id=_host(),
                expected_origin=_origin(),
            )  # fmt: skip
        except _unfit() as wrong:
            raise _failed() from wrong
        person: Person = lock(Person, person_id)
        ident = _text(made.credential_id)
        if db.session.scalar(sa.select(Passkey.id).where(Passkey.credential_id == ident)) is not None:
            raise BadInput(say("This passkey is here already."))
        db.session.add(
            Passkey(
                person_id=person_id, credential_id=ident, public_key=made.credential_public_key,
                sign_count=made.sign_count, name=name.strip()[:LONGEST_NAME], created_at=now(),
            )
        )  # fmt: skip
        return factor_added(person, "passkey")


def ask_to_show(secret: str, *, by: Person) -> str:
    """What the browser needs to sign with one of this person's passkeys, as JSON."""
    import webauthn
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    options = webauthn.generate_authentication_options(
        rp_id=_host(),
        allow_credentials=[
            PublicKeyCredentialDescriptor(_bytes(row.credential_id)) for row in _keys_of(by.id)
        ],
    )
    _remember(secret, options.challenge)
    return webauthn.options_to_json(options)


def show(secret: str, credential: str, *, by: Person) -> str:
    """The second factor by a passkey; gives the session's new secret. Raises `BadInput`."""
    import webauthn

    person_id = by.id
    with transaction():
        challenge, told = _asked(secret), _read(credential)
        row = db.session.scalar(
            sa.select(Passkey)
            .where(Passkey.person_id == person_id, Passkey.credential_id == str(told.get("id", "")))
            .with_for_update()
        )
        if row is None:
            raise _failed()
        try:
            shown = webauthn.verify_authentication_response(
                credential=told, expected_challenge=challenge, expected_rp_id=_host(), expected_origin=_origin(),
                credential_public_key=row.public_key, credential_current_sign_count=row.sign_count,
            )  # fmt: skip
        except _unfit() as wrong:
            raise _failed() from wrong
        row.sign_count, row.last_used_at = shown.new_sign_count, now()
        person = db.session.get_one(Person, person_id)
        record("second_factor_shown", about=person.ref, by=person, details={"factor": "passkey"})
        return strengthen(secret)


def rename(ref: str, name: str, *, by: Person) -> None:
    """Call a passkey otherwise. Raises `NotFound` for somebody else's."""
    person_id = by.id
    with transaction():
        _own(ref, person_id).name = name.strip()[:LONGEST_NAME]
        person = db.session.get_one(Person, person_id)
        record("passkey_renamed", about=person.ref, by=person)


def remove(ref: str, *, by: Person) -> None:
    """This passkey no longer signs in. Raises `NotFound` for somebody else's, `NotNow` for the last needed factor."""
    person_id = by.id
    with transaction():
        person: Person = lock(Person, person_id)
        db.session.delete(_own(ref, person_id))
        factor_removed(person, "passkey")


def _own(ref: str, person_id: int) -> Passkey:
    row = db.session.scalar(sa.select(Passkey).where(Passkey.ref == ref, Passkey.person_id == person_id))
    if row is None:
        raise NotFound(say("This passkey is not here."))
    return row


def _keys_of(person_id: int) -> list[Passkey]:
    return list(db.session.scalars(sa.select(Passkey).where(Passkey.person_id == person_id)))


def _remember(secret: str, challenge: bytes) -> None:
    with transaction():
        db.session.execute(
            sa.update(WebSession)
            .where(WebSession.token_hash == digest(secret))
            .values(challenge=_text(challenge), challenge_at=now())
        )


def _asked(secret: str) -> bytes:
    """What this session was asked to sign, given out once."""
    row = db.session.scalar(
        sa.select(WebSession).where(WebSession.token_hash == digest(secret)).with_for_update()
    )
    if row is None or not row.challenge or row.challenge_at is None:
        raise _failed()
    challenge, at = row.challenge, row.challenge_at
    spent = changed(
        sa.update(WebSession)
        .where(WebSession.id == row.id, WebSession.challenge == challenge)
        .values(challenge="", challenge_at=None)
    )
    if spent != 1 or at + CHALLENGE_LIFE < now():
        raise _failed()
    return _bytes(challenge)


def _failed() -> BadInput:
    return BadInput(say("The passkey could not be checked. Try again, or use a code."))


def _unfit() -> tuple[type[Exception], ...]:
    """What the checking of a foreign text may raise."""
    from webauthn.helpers.exceptions import WebAuthnException

    return (WebAuthnException, ValueError, KeyError, TypeError)


def _read(credential: str) -> dict[str, Any]:
    try:
        told = json.loads(credential)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise _failed()
    return told


def _origin() -> str:
    return str(current_app.config["SETTINGS"].base_url)


def _host() -> str:
    return urlsplit(_origin()).hostname or ""


def _text(data: bytes) -> str:
    from webauthn.helpers import bytes_to_base64url

    return bytes_to_base64url(data)


def _bytes(text: str) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    return base64url_to_bytes(text)
