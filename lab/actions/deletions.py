"""Deletion on request: asked for with a code, undone within seven days, held where the law asks, then carried out.

The states are those of `lifecycle.DELETION`. Only who leads a side asks, and in a joint case that goes on for
the other side only for what their own side wrote.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta

import sqlalchemy as sa

from lab import history, notices
from lab.actions import deletion_log, erasing
from lab.actions.sessions import digest
from lab.actions.telling import leads_of
from lab.actions.timers import due
from lab.database import REFERENCE_ALPHABET, changed, db, lock, now, transaction
from lab.errors import BadInput, NotAllowed, NotFound, NotNow
from lab.lifecycle import APPLICANT, CASE, CLOCK, DELETION, DIRECTOR, after
from lab.models import Case, Deletion, LegalHold, Membership, Person

UNDO = timedelta(days=7)
CODE_LIFE = timedelta(minutes=30)
CODE_LENGTH, ATTEMPTS = 8, 5
LIVE = ("requested", "held", "queued")
ENDED = ("withdrawn", "referred", "closed")


def ask(case_id: int, *, by: Person) -> Deletion:
    """Ask that a case be deleted, or what one's own side of it wrote; a code is mailed to type in.

    Asking again mails another code. Raises `NotAllowed` for who leads no side, `NotNow` while the case is open.
    """
    with transaction():
        case: Case = lock(Case, case_id)
        mine = _lead(case, by)
        side = mine.side if _others_lead(case, mine.side) else ""
        if not side and case.state not in ENDED:
            raise NotNow("Take the application back first. What has ended can be deleted.")
        row = live(case, side) or Deletion(case_id=case.id, side=side, state="requested", asked_at=now())
        if row.state != "requested":
            raise NotNow("This was asked for already. The page says how far it is.")
        code = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(CODE_LENGTH))
        row.asked_by_id, row.attempts = by.id, 0
        row.code_hash, row.code_until = digest(code), now() + CODE_LIFE
        db.session.add(row)
        db.session.flush()
        history.record(
            "deletion_asked", about=f"deletion {row.ref}", by=by, case=case, audience=side or _shared(case)
        )
        notices.queue(
            "deletion-code", about=f"deletion {row.ref} {digest(code)[:32]}", to=by,
            path=f"/cases/{case.ref}/deletion", secret={"code": code},
        )  # fmt: skip
    return row


def verify(ref: str, code: str, *, by: Person) -> None:
    """Type the code: seven days to undo it begin. Five wrong ones end the code. Raises `BadInput`."""
    wrong = BadInput(
        "This code does not fit, or it is older than half an hour. Check it, or ask for a new one."
    )
    code = code.strip().upper().replace(" ", "").replace("-", "")
    with transaction():
        row, case = _held(ref)
        _lead(case, by)
        state = after(DELETION, "verify", row.state, by=APPLICANT)
        row.attempts += 1
        fits = row.asked_by_id == by.id and hmac.compare_digest(row.code_hash, digest(code))
        live_code = row.code_until is not None and now() <= row.code_until and row.attempts <= ATTEMPTS
        if fits and live_code:
            row.state, row.verified_at, row.code_hash, row.due_at = state, now(), "", now() + UNDO
            history.record(
                "deletion_verified",
                about=f"deletion {row.ref}",
                by=by,
                case=case,
                audience=row.side or _shared(case),
            )
            if hold_of(case) is not None:
                row.state = after(DELETION, "hold", row.state, by=CLOCK)
            else:
                history.set_timer("deletion-due", about=row.ref, due_at=row.due_at)
            return
        history.record("deletion_code_wrong", about=f"deletion {row.ref}", by=by, case=case)
    raise wrong


def undo(ref: str, *, by: Person) -> None:
    """Keep it after all. Raises `NotNow` once it is deleted."""
    with transaction():
        row, case = _held(ref)
        _lead(case, by, row.side)
        row.state = after(DELETION, "undo", row.state, by=APPLICANT)
        row.ended_at, row.code_hash = now(), ""
        history.record(
            "deletion_undone",
            about=f"deletion {row.ref}",
            by=by,
            case=case,
            audience=row.side or _shared(case),
        )


def must_be_queued(ref: str) -> Case:
    """The case of a wish whose seven days run, held. Raises `NotNow` where it is undone, held or carried out."""
    row, case = _held(ref)
    after(DELETION, "execute", row.state, by=DIRECTOR)
    return case


def now_not_later(ref: str, *, by: Person, agreed_by: Person) -> None:
    """Two people of the program have said: now, not after seven days. Raises as `must_be_queued` does."""
    with transaction():
        row, case = _held(ref)
        _execute(row, case, by=by, step_by=DIRECTOR, details={"agreed_by": agreed_by.id})


@due("deletion-due")
def fall_due(ref: str) -> None:
    """The seven days are over."""
    with transaction():
        row, case = _held(ref)
        if row.state == "queued" and row.due_at is not None and now() >= row.due_at:
            _execute(row, case, by=None, step_by=CLOCK)


def by_time(case: Case) -> bool:
    """Delete a case whose period is over, with a receipt as any other; False where it is held or asked for."""
    if hold_of(case) is not None or live(case, "") is not None:
        return False
    row = Deletion(case_id=case.id, state="queued", asked_at=now(), due_at=now())
    db.session.add(row)
    db.session.flush()
    _execute(row, case, by=None, step_by=CLOCK)
    return True


def replay(entries: Iterable[Mapping[str, str]]) -> int:
    """Carry out again what a restored backup brought back; gives how many. Doing it twice changes nothing."""
    wanted = {(one.get("kind", "case"), one["digest"], one.get("side", "")) for one in entries}
    count = 0
    for kind, model in (("case", Case), ("person", Person)):
        refs = db.session.execute(sa.select(model.id, model.ref)).all()
        digests = {deletion_log.digest(ref): ident for ident, ref in refs}
        for one, told, side in sorted(wanted):
            if one == kind and told in digests:
                with transaction():
                    count += _again(kind, digests[told], side)
    return count


def hold_of(case: Case) -> LegalHold | None:
    """The hold that stands on a case."""
    return db.session.scalar(
        sa.select(LegalHold).where(LegalHold.case_id == case.id, LegalHold.lifted_at.is_(None))
    )


def live(case: Case, side: str) -> Deletion | None:
    """The wish to delete that goes on for the case or for one side of it."""
    return db.session.scalar(
        sa.select(Deletion).where(
            Deletion.case_id == case.id, Deletion.side == side, Deletion.state.in_(LIVE)
        )
    )


def _execute(
    row: Deletion, case: Case, *, by: Person | None, step_by: str, details: Mapping[str, int] | None = None
) -> None:
    row.state = after(DELETION, "execute", row.state, by=step_by)
    row.ended_at = now()
    deletion_log.note("case", case.ref, side=row.side)
    told = list(leads_of(case, side=row.side))
    if row.side:
        row.receipt = erasing.erase_side(case, row.side)
        _leave(case, row.side)
    else:
        row.receipt = erasing.erase_case(case)
    history.record(
        "deleted", about=f"deletion {row.ref}", by=by, case=case, audience=row.side or _shared(case),
        details=dict(details or {}),
    )  # fmt: skip
    for person in told:
        notices.queue(
            "deleted", about=f"deletion {row.ref} done", to=person, path=f"/cases/{case.ref}/deletion"
        )


def _again(kind: str, ident: int, side: str) -> int:
    """One thing that a backup brought back. Nobody is written to: they were told the first time."""
    if kind == "person":
        person: Person = lock(Person, ident)
        if person.email.endswith("@learning-lab.invalid"):
            return 0
        erasing.erase_person(person)
        history.record("person_deleted", about=f"person {person.id}", by=None, details={"again": True})
        return 1
    case: Case = lock(Case, ident)
    if case.state == "deleted":
        return 0
    if side:
        gone = bool(erasing.erase_side(case, side)) + _leave(case, side)
        if not gone:
            return 0
    else:
        if case.state not in ENDED:
            case.state = after(CASE, "end_after_restore", case.state, by=CLOCK)
            case.closed_at = case.closed_at or now()
        erasing.erase_case(case)
    history.record("deleted", about=f"case {case.ref}", by=None, case=case, details={"again": True})
    return 1


def _leave(case: Case, side: str) -> int:
    """The people of a side go with what it wrote; somebody of the other side owns the case from then on."""
    mine = sa.update(Membership).where(
        Membership.case_id == case.id, Membership.side == side, Membership.removed_at.is_(None)
    )
    left = changed(mine.values(removed_at=now()))
    others = leads_of(case)
    if others and case.owner_id not in {one.id for one in others}:
        case.owner_id = others[0].id
    return left


def _held(ref: str) -> tuple[Deletion, Case]:
    row = db.session.scalar(sa.select(Deletion).where(Deletion.ref == ref.upper()))
    if row is None:
        raise NotFound("There is no such wish.")
    case: Case = lock(Case, row.case_id)
    return lock(Deletion, row.id), case


def _lead(case: Case, by: Person, side: str = "") -> Membership:
    mine = db.session.scalar(
        sa.select(Membership).where(
            Membership.case_id == case.id, Membership.person_id == by.id, Membership.removed_at.is_(None)
        )
    )
    if mine is None or (side and mine.side != side):
        raise NotFound("There is no such case.")
    if mine.role != "lead":
        raise NotAllowed("The person who leads your side asks for this. Talk with them first.")
    return mine


def _others_lead(case: Case, side: str) -> bool:
    return case.kind == "joint" and any(
        True for other in ("management", "union") if other != side and leads_of(case, side=other)
    )


def _shared(case: Case) -> str:
    return "joint" if case.kind == "joint" else "management"
