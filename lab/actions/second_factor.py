"""The second factor: an app that shows six digits, and ten recovery codes for the day a device is lost."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

import sqlalchemy as sa
from flask import current_app

from lab import notices
from lab.actions.sessions import digest, strengthen
from lab.database import REFERENCE_ALPHABET, changed, db, lock, now, transaction
from lab.errors import BadInput, NotNow
from lab.history import record
from lab.models import CodeApp, Passkey, Person, RecoveryCode, WebSession
from lab.queries.viewers import STAFF, roles_of
from lab.said import say
from lab.sealing import opened, sealed

HALF_MINUTE = 30
PURPOSE = "code app"
ISSUER = "Learning Lab"
RECOVERY_CODES = 10
RECOVERY_LENGTH = 12
WRONG_CODES = 10
COST = 2**14


def required_of(person: Person) -> bool:
    """Whether this person must have a second factor: directors and administrators, except in a demo."""
    return not current_app.config["SETTINGS"].demo and bool(roles_of(person) & STAFF)


def begin_app(person_id: int) -> None:
    """Share a new secret with an app that is being set up. Raises `NotNow` if one is set up already."""
    import pyotp

    with transaction():
        person = _hold(person_id)
        row = _app_of(person_id)
        if row is not None and row.confirmed_at is not None:
            raise NotNow(say("You have an app for codes already. Remove it first, then set up the new one."))
        secret = sealed(pyotp.random_base32(), purpose=PURPOSE)
        if row is None:
            db.session.add(CodeApp(person_id=person_id, sealed=secret, created_at=now()))
        else:
            row.sealed, row.created_at = secret, now()
        record("code_app_begun", about=person.ref, by=person)


def shared_secret(row: CodeApp) -> str:
    """What the app and we share, as a code to type. Raises `NotNow` if it was sealed with a key that is gone."""
    secret = opened(row.sealed, purpose=PURPOSE)
    if secret is None:
        raise NotNow(
            say("This app can no longer be checked here. Use a recovery code, then set it up again.")
        )
    return secret


def address_for_app(row: CodeApp, person: Person) -> str:
    """The same as an address that apps read from a square of dots."""
    import pyotp

    return pyotp.TOTP(shared_secret(row)).provisioning_uri(name=person.email, issuer_name=ISSUER)


def confirm_app(person_id: int, typed: str) -> list[str]:
    """The app shows the right digits, so it counts from now on; gives recovery codes if there were none.

    Raises `BadInput` for wrong digits.
    """
    with transaction():
        person = _hold(person_id)
        row = _app_of(person_id)
        if row is None or row.confirmed_at is not None or not _digits_fit(row, typed):
            raise BadInput(say("These digits do not fit. Wait for the next ones in the app, and type them."))
        row.confirmed_at = now()
        return factor_added(person, "app")


def remove_app(person_id: int) -> None:
    """Codes of the app no longer sign in. Raises `NotNow` where it is the last factor of somebody who needs one."""
    with transaction():
        person = _hold(person_id)
        row = _app_of(person_id)
        if row is not None:
            db.session.delete(row)
            factor_removed(person, "app")


def new_recovery_codes(person_id: int) -> list[str]:
    """Ten new codes, shown this once; those from before no longer work. Raises `NotNow` without a second factor."""
    with transaction():
        person = _hold(person_id)
        if person.second_since is None:
            raise NotNow(say("Set up an app or a passkey first."))
        codes = _make_codes(person_id)
        record("recovery_codes_made", about=person.ref, by=person)
        tell(person)
    return codes


def show_code(secret: str, typed: str, *, by: Person) -> str:
    """The second factor by six digits of the app or by a recovery code; gives the session's new secret.

    Each works once, and ten wrong ones end the session. Raises `BadInput`.
    """
    person_id, typed = by.id, typed.strip().replace(" ", "").replace("-", "")
    with transaction():
        # The try is counted before the code is looked at, in one conditional change.
        counted = changed(
            sa.update(WebSession)
            .where(WebSession.token_hash == digest(secret), WebSession.wrong_codes < WRONG_CODES)
            .values(wrong_codes=WebSession.wrong_codes + 1)
        )
        person = db.session.get_one(Person, person_id)
        if counted == 1 and _code_fits(person_id, typed):
            record("second_factor_shown", about=person.ref, by=person, details={"factor": "code"})
            return strengthen(secret)
        record("second_factor_wrong", about=person.ref, by=person, details={"factor": "code"})
        if counted == 0:
            db.session.execute(sa.delete(WebSession).where(WebSession.token_hash == digest(secret)))
    raise BadInput(say("This code does not fit, or it was used before. Take the next one from your app."))


def factor_added(person: Person, what: str) -> list[str]:
    """Note that somebody has one factor more; gives recovery codes with the first one. Inside `transaction()`."""
    record("second_factor_added", about=person.ref, by=person, details={"factor": what})
    tell(person)
    if person.second_since is not None:
        return []
    person.second_since = now()
    return _make_codes(person.id)


def factor_removed(person: Person, what: str) -> None:
    """Note that somebody has one factor less. Raises `NotNow` where they must keep one. Inside `transaction()`."""
    db.session.flush()
    keys = db.session.scalar(sa.select(sa.func.count(Passkey.id)).where(Passkey.person_id == person.id))
    app = _app_of(person.id)
    if not keys and (app is None or app.confirmed_at is None):
        if required_of(person):
            raise NotNow(say("This is your last second factor, and your role needs one. Add another first."))
        person.second_since = None
        db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    record("second_factor_removed", about=person.ref, by=person, details={"factor": what})
    tell(person)


def reset(person_id: int, *, by: Person, agreed_by: Person) -> None:
    """Everything is lost: no factor is left and every session ends; two others have agreed to it.

    The next mailed code leads to setting one up again.
    """
    with transaction():
        person = _hold(person_id)
        for model in (Passkey, CodeApp, RecoveryCode, WebSession):
            db.session.execute(sa.delete(model).where(model.person_id == person_id))
        person.second_since = None
        record("second_factor_reset", about=person.ref, by=by, details={"agreed_by": agreed_by.id})
        tell(person)


def tell(person: Person) -> None:
    """A mail to whom it concerns: if it was not them, they learn of it."""
    moment = now()
    notices.queue(
        "security-changed", about=f"security {person.ref} {moment:%Y-%m-%d %H:%M}", to=person,
        path="/profile/security/",
    )  # fmt: skip


def _hold(person_id: int) -> Person:
    person: Person = lock(Person, person_id)
    return person


def _app_of(person_id: int) -> CodeApp | None:
    return db.session.scalar(sa.select(CodeApp).where(CodeApp.person_id == person_id))


def _code_fits(person_id: int, typed: str) -> bool:
    if typed.isdecimal() and len(typed) == 6:
        row = _app_of(person_id)
        return row is not None and row.confirmed_at is not None and _digits_fit(row, typed)
    return len(typed) == RECOVERY_LENGTH and _spend_recovery_code(person_id, typed.upper())


def _digits_fit(row: CodeApp, typed: str) -> bool:
    """Whether these are the digits of now or of half a minute around; each half minute counts once."""
    import pyotp

    totp = pyotp.TOTP(shared_secret(row))
    present = _counter(now())
    fitting = next(
        (count for count in (present, present - 1, present + 1)
         if hmac.compare_digest(totp.generate_otp(count), typed.strip().replace(" ", ""))),
        None,
    )  # fmt: skip
    if fitting is None:
        return False
    spent = changed(
        sa.update(CodeApp)
        .where(CodeApp.id == row.id, CodeApp.last_counter < fitting)
        .values(last_counter=fitting, last_used_at=now())
    )
    return spent == 1


def _counter(moment: datetime) -> int:
    return int(moment.timestamp()) // HALF_MINUTE


def _make_codes(person_id: int) -> list[str]:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    salt, moment = secrets.token_hex(16), now()
    codes = [
        "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    db.session.add_all(
        RecoveryCode(person_id=person_id, salt=salt, code_hash=_slow_hash(code, salt), created_at=moment)
        for code in codes
    )
    return codes


def _spend_recovery_code(person_id: int, typed: str) -> bool:
    salt = db.session.scalar(sa.select(RecoveryCode.salt).where(RecoveryCode.person_id == person_id).limit(1))
    if salt is None:
        return False
    spent = changed(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == _slow_hash(typed, salt),
            RecoveryCode.spent_at.is_(None),
        )
        .values(spent_at=now())
    )
    if spent != 1:
        return False
    person = db.session.get_one(Person, person_id)
    record("recovery_code_used", about=person.ref, by=person)
    tell(person)
    return True


def _slow_hash(code: str, salt: str) -> str:
    """About thirty milliseconds and sixteen megabytes each, so that a stolen table does not give the codes back."""
    return hashlib.scrypt(code.encode(), salt=bytes.fromhex(salt), n=COST, r=8, p=1).hex()
