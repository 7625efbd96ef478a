"""What nobody does alone: one asks with a reason, another one agrees within a day, and it is done.

Giving a role that opens everything, taking away somebody's lost second factor, and deleting before the seven days
are over, are done at the second signature (`signed.py`). A table of all cases, and reading a case one is not on, are
open to who asked for a day from then.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from lab import lifecycle, notices
from lab.access import can
from lab.actions import deletions, people, signed
from lab.actions.reviews import exported
from lab.actions.signed import EARLY, EXPORT, GLASS, GRANT, RESET
from lab.database import changed, db, lock, now, transaction
from lab.errors import NotAllowed, NotFound, NotNow
from lab.history import receipt, record
from lab.models import Case, Person, SecondSignature
from lab.queries.signatures import who_could_agree
from lab.queries.viewers import roles_of, viewer_of
from lab.said import say
from lab.viewer import Viewer

LIFE = timedelta(days=1)
# Otherwise somebody alone would wait a day for nobody.
NOBODY_ELSE = say(
    "Nobody else could agree to this. Whoever runs this house can make a second administrator with flask lab admin."
)
ROLE_OF = {GRANT: "administrator", EXPORT: "director", RESET: "administrator"}


def ask_grant(person_id: int, role: str, *, reason: str, by: Person) -> SecondSignature:
    """Ask that somebody get the role of director or administrator. Raises `NotNow` where they hold it."""
    with transaction():
        person = _here(person_id)
        if role not in people.BY_TWO:
            raise ValueError(f"The role {role!r} needs no second person.")
        if role in roles_of(person):
            raise NotNow(say("They have this role already."))
        return _ask(GRANT, by=by, reason=reason, about=role, person=person)


def ask_reset(person_id: int, *, reason: str, by: Person) -> SecondSignature:
    """Ask that somebody's lost second factor be taken away. Raises `NotNow` where there is none."""
    with transaction():
        person = _here(person_id)
        if person.id == by.id:
            raise NotAllowed(say("For your own, ask another administrator."))
        if person.second_since is None:
            raise NotNow(say("They have no second factor."))
        return _ask(RESET, by=by, reason=reason, person=person)


def ask_export(*, reason: str, by: Person) -> SecondSignature:
    """Ask for a table of all cases."""
    with transaction():
        return _ask(EXPORT, by=by, reason=reason)


def ask_glass(case_ref: str, *, reason: str, by: Person) -> SecondSignature:
    """Ask to read a case one is not on. Raises `NotFound` for one that is not there, or not for this person."""
    with transaction():
        case = db.session.scalar(sa.select(Case).where(Case.ref == case_ref.strip().upper()))
        if case is None or not can(viewer_of(_here(by.id)), "glass.ask", case):
            raise NotFound(say("There is no such case."))
        return _ask(GLASS, by=by, reason=reason, about=case.ref, case=case)


def ask_early(deletion_ref: str, *, reason: str, by: Person) -> SecondSignature:
    """Ask that a wish to delete be carried out before its seven days are over.

    Raises `NotNow` where it does not wait, `NotFound` for who may not know the case.
    """
    with transaction():
        case = deletions.must_be_queued(deletion_ref)
        row = _ask(EARLY, by=by, reason=reason, about=f"{case.ref} {deletion_ref.upper()}", case=case)
        if not can(_viewer(by.id), "signature.read", row):
            raise NotFound(say("There is no such case."))
        return row


def approve(ref: str, *, by: Person) -> SecondSignature:
    """The second signature; what was asked for is done, or open for a day.

    Raises `NotAllowed` for who asked or whom it concerns, `NotNow` once it is answered or a day has gone by.
    """
    with transaction():
        _hold_what_goes(ref)
        row = _answer(ref, "approve", by=by)
        asker = db.session.get_one(Person, row.asked_by_id)
        if not _still_may(row, asker):
            raise NotNow(say("Who asked for this may no longer do it."))
        _record("signature_approved", row, by=by)
        signed.CARRIED_OUT[row.deed](row, asker, by)
        _tell(row, [asker])
    return row


def _hold_what_goes(ref: str) -> None:
    """Whoever deletes holds the case first and the wish about it then; so does this, or each would wait for the other."""
    row = _found(ref)
    if row.deed == EARLY:
        lock(Case, row.case_id)


def refuse(ref: str, *, by: Person) -> None:
    """Somebody else says no. Raises as `approve` does."""
    with transaction():
        row = _answer(ref, "refuse", by=by)
        _record("signature_refused", row, by=by)
        _tell(row, [db.session.get_one(Person, row.asked_by_id)])


def withdraw(ref: str, *, by: Person) -> None:
    """Who asked takes it back. Raises `NotAllowed` for anybody else, `NotNow` once it is answered."""
    with transaction():
        row = _found(ref)
        if row.asked_by_id != by.id:
            raise NotAllowed(say("Only who asked takes it back."))
        _step(row, "withdraw", by)
        _record("signature_withdrawn", row, by=by)


def take(ref: str, table: str, *, by: Person) -> None:
    """The table of all cases is taken along, once. Raises `NotNow` afterwards, or after a day."""
    with transaction():
        row = _open(ref, EXPORT, by=by)
        taken = changed(
            sa.update(SecondSignature)
            .where(SecondSignature.id == row.id, SecondSignature.done_at.is_(None))
            .values(done_at=now())
        )
        if taken != 1:
            raise NotNow(say("This table was taken already. Ask again."))
        exported(table, by_id=by.id)
        record("cases_exported", about=f"signature {row.ref}", by=by)


def look(ref: str, *, by: Person) -> int:
    """Who asked opens the case: every look leaves a row, and the case's people read of it. Gives the case.

    Raises `NotNow` after a day.
    """
    with transaction():
        row = _open(ref, GLASS, by=by)
        case = db.session.get_one(Case, row.case_id)
        row.done_at = row.done_at or now()
        receipt(case, by_id=by.id, what=GLASS)
        record("case_looked_into", about=f"signature {row.ref}", by=by, case=case)
        return case.id


def is_open(row: SecondSignature) -> bool:
    """Whether what was approved may be used now."""
    return row.state == "approved" and now() <= row.ends_at


def _ask(
    deed: str, *, by: Person, reason: str, about: str = "", person: Person | None = None, case: Case | None = None
) -> SecondSignature:  # fmt: skip
    waits = sa.select(SecondSignature).where(
        SecondSignature.deed == deed, SecondSignature.about == about, SecondSignature.state == "waiting",
        SecondSignature.asked_by_id == by.id, SecondSignature.ends_at >= now(),
        SecondSignature.person_id == person.id if person else SecondSignature.person_id.is_(None),
    )  # fmt: skip
    if db.session.scalar(waits) is not None:
        raise NotNow(say("You have asked for this already. It waits for a second person."))
    row = SecondSignature(
        deed=deed, about=about, person_id=person.id if person else None, case_id=case.id if case else None,
        reason=reason.strip(), asked_by_id=by.id, asked_at=now(), ends_at=now() + LIFE,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    answering = [
        one
        for one in who_could_agree(by.id, person.id if person else None)
        if can(viewer_of(one), "signature.answer", row)
    ]
    if not answering:
        raise NotNow(NOBODY_ELSE)
    _record("signature_asked", row, by=by)
    for one in answering:
        notices.queue(
            "signature-asked", about=f"signature {row.ref}", to=one, path=f"/second-signature/{row.ref}"
        )
    return row


def _answer(ref: str, step: str, *, by: Person) -> SecondSignature:
    row = _found(ref)
    if by.id in (row.asked_by_id, row.person_id):
        raise NotAllowed(say("Somebody else must answer this: not who asked, and not whom it concerns."))
    if not can(_viewer(by.id), "signature.answer", row):
        raise NotFound(say("This is not here."))
    _step(row, step, by)
    return row


def _step(row: SecondSignature, step: str, by: Person) -> None:
    """One conditional change, so that of two answers at once one counts."""
    moment = now()
    state = lifecycle.after(lifecycle.SECOND_SIGNATURE, step, "waiting", by=lifecycle.STAFF)
    waiting = SecondSignature.state == "waiting", SecondSignature.ends_at >= moment
    values = {"state": state, "answered_by_id": by.id, "answered_at": moment}
    if state == "approved":
        values["ends_at"] = moment + LIFE
    done = changed(
        sa.update(SecondSignature)
        .where(SecondSignature.id == row.id, *waiting)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if done != 1:
        raise NotNow(say("This was answered already, or a day has gone by."))
    db.session.refresh(row)


def _open(ref: str, deed: str, *, by: Person) -> SecondSignature:
    row = _found(ref)
    if row.deed != deed or row.asked_by_id != by.id:
        raise NotFound(say("This is not here."))
    if not is_open(row) or not _still_may(row, by):
        raise NotNow(say("This is not open now. Ask again."))
    return row


def _still_may(row: SecondSignature, asker: Person) -> bool:
    """Whether who asked could still ask for it."""
    if asker.removed_at is not None:
        return False
    if row.deed == EARLY:
        viewer = _viewer(asker.id)
        return can(viewer, "deletions.manage", row) and can(viewer, "signature.read", row)
    if row.deed == GLASS:
        return can(_viewer(asker.id), "glass.ask", db.session.get_one(Case, row.case_id))
    return ROLE_OF[row.deed] in roles_of(asker)


def _viewer(person_id: int) -> Viewer:
    return viewer_of(db.session.get_one(Person, person_id))


def _here(person_id: int) -> Person:
    person = db.session.get_one(Person, person_id)
    if person.removed_at is not None:
        raise NotFound(say("This person is not here."))
    return person


def _found(ref: str) -> SecondSignature:
    row = db.session.scalar(sa.select(SecondSignature).where(SecondSignature.ref == ref.upper()))
    if row is None:
        raise NotFound(say("This is not here."))
    return row


def _record(verb: str, row: SecondSignature, *, by: Person) -> None:
    case = db.session.get_one(Case, row.case_id) if row.case_id is not None else None
    record(
        verb, about=f"signature {row.ref}", by=by, case=case, details={"deed": row.deed, "about": row.about}
    )


def _tell(row: SecondSignature, whom: list[Person]) -> None:
    for person in whom:
        # The wish goes with what was deleted.
        path = (
            "/deletions/" if row.deed == EARLY and row.state == "approved" else f"/second-signature/{row.ref}"
        )
        notices.queue("signature-answered", about=f"signature {row.ref}", to=person, path=path)
