"""What is done once two people have signed: each deed of `lab.actions.signatures`, inside its transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lab import notices
from lab.actions import deletions, people, second_factor
from lab.actions.telling import leads_of
from lab.database import db, now
from lab.errors import NotFound
from lab.models import Case, Person, SecondSignature
from lab.said import say

GRANT, EXPORT, GLASS, RESET, EARLY = "grant", "export", "glass", "reset", "early"


def _here(row: SecondSignature) -> Person:
    """Whom it concerns. Raises `NotFound` where they were removed meanwhile."""
    person = db.session.get_one(Person, row.person_id)
    if person.removed_at is not None:
        raise NotFound(say("This person is not here."))
    return person


def _give_role(row: SecondSignature, asker: Person, by: Person) -> None:
    people.grant(_here(row).id, row.about, by=asker, agreed_by=by)
    row.done_at = now()


def _reset_factor(row: SecondSignature, asker: Person, by: Person) -> None:
    second_factor.reset(_here(row).id, by=asker, agreed_by=by)
    row.done_at = now()


def _open_case(row: SecondSignature, asker: Person, by: Person) -> None:
    """Whoever leads a side of the case is told; the list of who looked names them."""
    case = db.session.get_one(Case, row.case_id)
    for person in leads_of(case):
        notices.queue(
            "case-opened", about=f"signature {row.ref}", to=person, path=f"/cases/{case.ref}/access"
        )


def _delete_now(row: SecondSignature, asker: Person, by: Person) -> None:
    """With a whole case the row of this wish goes as well; what it said is still told to who asked."""
    row.done_at = now()
    db.session.flush()
    db.session.expunge(row)
    deletions.now_not_later(row.about.split()[-1], by=asker, agreed_by=by)


def _open_export(row: SecondSignature, asker: Person, by: Person) -> None:
    """Nothing more: the table is made when it is taken."""


CARRIED_OUT: Mapping[str, Callable[[SecondSignature, Person, Person], None]] = {
    GRANT: _give_role, RESET: _reset_factor, GLASS: _open_case, EXPORT: _open_export, EARLY: _delete_now,
}  # fmt: skip
