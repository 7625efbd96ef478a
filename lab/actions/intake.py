"""Writing an application: starting it and saving its parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from lab import notices
from lab import vocabulary as words
from lab.actions.intake_drafts import FIRST_NOTICE
from lab.actions.sessions import digest
from lab.database import db, key_of, now, transaction
from lab.errors import BadInput, NotFound, NotNow
from lab.history import claim, record, remember_result, result_of, set_timer
from lab.models import (
    Case,
    Membership,
    Person,
    Section,
    SectionRevision,
)  # fmt: skip
from lab.queries import intake as queries
from lab.queries.viewers import ended_session_of
from lab.row_security import as_the_program


def start(*, line: str, kind: str, by: Person, key: str, side: str = "management", name: str = "") -> Case:
    """Begin an application; the same key begins it once.

    `side` is the side of the person in a joint case. Raises `BadInput` for a line, kind or side
    that does not exist or does not fit.
    """
    _check_start(line, kind, side)
    with transaction():
        person = db.session.get_one(Person, by.id)
        if not claim(key, purpose="intake.start", by=person):
            return db.session.scalars(sa.select(Case).where(Case.ref == result_of(key, by=person))).one()
        if name.strip():
            person.name = name.strip()
        moment = now()
        case = Case(line=line, kind=kind, owner_id=person.id, created_at=moment)
        db.session.add(case)
        db.session.flush()
        db.session.add(
            Membership(case_id=case.id, person_id=person.id, side=side, role="lead", joined_at=moment)
        )
        for topic in queries.topics_of(kind):
            db.session.add(Section(case_id=case.id, topic=topic, audience=queries.audience_of(kind, topic)))
        record("started", about=case.ref, by=person, case=case, audience=_own(case, side))
        notices.queue(
            "application-started",
            about=f"started {case.ref}",
            to=person,
            path=f"/applications/{case.ref}/tasks",
        )
        set_timer("draft_idle", about=case.ref, due_at=moment + FIRST_NOTICE)
        remember_result(key, case.ref)
    return case


def _check_start(line: str, kind: str, side: str) -> None:
    if line not in words.LINES or kind not in words.CASE_KINDS or side not in ("management", "union"):
        raise BadInput("Choose the kind of help you are looking for.")
    if (line == "schools") != (kind == "joint"):
        raise BadInput("Nonprofits apply as employers, and schools as joint teams of labor and management.")
    if kind == "employer" and side != "management":
        raise BadInput("An employer case has no union side.")


def _own(case: Case, side: str) -> str:
    return side if case.kind == "joint" else "management"


@dataclass(frozen=True)
class Saved:
    """What became of a text: kept as the section's own, or beside it because somebody was faster."""

    section_id: int
    version: int
    saved_at: datetime
    clash: int | None = None  # the revision that keeps the text that lost


def save(
    section_id: int,
    *,
    typed: dict[str, list[str]],
    answers: dict[str, Any] | None,
    read_version: int,
    by: Person,
    finished: bool = False,
) -> Saved:
    """Keep what stands in the form of one section.

    `answers` is the valid part of the exchange format, or None while it is not valid. `finished` says
    that the writer is done with it. Where the section has changed since `read_version` and says
    something else, nothing is overwritten: the text is kept as a revision and named in `clash`.
    Raises `NotFound` for who may not write it, `NotNow` where it can no longer be changed.
    """
    with transaction():
        section = _held(section_id, by)
        case = section.case
        moment = now()
        if section.version != read_version and section.typed != typed:
            return _keep_beside(section, typed, by)
        if section.typed and section.typed != typed:
            _keep_revision(section, section.typed, section.saved_by_id or key_of(by))
        was_done = section.state == "done"
        answers = _with_dates_of_units(section.answers, answers)
        section.typed = typed
        section.answers = answers
        section.state = "done" if answers is not None and (finished or was_done) else "in_progress"
        section.saved_at, section.saved_by_id = moment, key_of(by)
        _carry_over(case, section)
        if finished:
            _ask_again_for_dates(case, section)
        db.session.flush()
        if finished and not was_done and section.state == "done":
            record("section_done", about=section.topic, by=by, case=case, audience=section.audience)
        else:
            record("section_saved", about=section.topic, by=by, case=case, audience=section.audience)
        return Saved(section.id, section.version, moment)


@cache
def _one_held() -> Any:
    theirs = sa.and_(
        Membership.case_id == Case.id, Membership.person_id == sa.bindparam("person"), Membership.removed_at.is_(None)
    )  # fmt: skip
    return (
        sa.select(Section, Membership.side)
        .join(Section.case)
        .join(Membership, theirs)
        .where(Section.id == sa.bindparam("section"))
        .options(contains_eager(Section.case))
        # The case first, as every other deed takes it: who waits for the other way round waits for ever. The place in it
        # too, or somebody who was removed while this waited would still be found there.
        .with_for_update(of=[Case, Section, Membership])
        .execution_options(populate_existing=True)
    )


def _held(section_id: int, by: Person) -> Section:
    """The part and its case, held until the deed is done.

    Raises `NotFound` where it is gone or not theirs to write, `NotNow` where it can no longer be changed.
    """
    found = db.session.execute(_one_held(), {"section": section_id, "person": key_of(by)}).first()
    if found is None:
        raise NotFound("There is no such part.")
    section: Section
    section, side = found
    if section.audience not in (side, "joint"):
        raise NotFound("There is no such part.")
    if section.topic not in queries.writable_topics(section.case, (side, "joint")):
        raise NotNow("This was sent, so it can no longer be changed here. Nothing you sent is lost.")
    return section


@as_the_program()
def keep_of_ended_session(secret: str, ref: str, topic: str, typed: dict[str, list[str]]) -> int | None:
    """Keep beside a part what somebody typed while their session ran out; gives the revision that holds it.

    Nothing of the part changes. 0 where nothing new was typed, None where nobody can be told from the secret or
    where it is not theirs to write.
    """
    ended = ended_session_of(digest(secret))
    case = queries.case_by_ref(ref)
    section = queries.section_of(case, topic) if case is not None else None
    if ended is None or case is None or section is None:
        return None
    if section.typed == typed:
        return 0
    person_id = ended.person_id
    try:
        with transaction():
            by = db.session.get_one(Person, person_id)
            return _keep_beside(_held(section.id, by), typed, by).clash
    except (NotFound, NotNow):
        return None


def _with_dates_of_units(before: dict[str, Any] | None, answers: dict[str, Any] | None) -> Any:
    """Dates that an import put into a group stay with the group of that name."""
    dated = {
        unit["label"]: unit["dates"]
        for unit in (before or {}).get("bargaining_units", [])
        if unit.get("dates")
    }
    if not dated or not answers:
        return answers
    units = [
        {**unit, "dates": dated[unit["label"]]} if unit["label"] in dated else unit
        for unit in answers["bargaining_units"]
    ]
    return {**answers, "bargaining_units": units}


def _ask_again_for_dates(case: Case, people: Section) -> None:
    """Dates of a group that is gone or has another name now are to be looked at once more."""
    if people.topic != "people" or people.answers is None:
        return
    dates = queries.section_of(case, "dates")
    if dates is None or dates.state != "done":
        return
    named = {unit["label"] for unit in people.answers.get("bargaining_units", [])}
    if not named.issuperset((dates.answers or {}).get("unit_dates", {})):
        dates.state = "in_progress"


def _keep_beside(section: Section, typed: dict[str, list[str]], by: Person) -> Saved:
    """The text that came second, kept once however often it is sent."""
    for old in queries.revisions_of(section):
        if old.saved_by_id == key_of(by) and old.typed == typed:
            return Saved(section.id, section.version, old.saved_at, clash=old.id)
    kept = _keep_revision(section, typed, key_of(by))
    db.session.flush()
    record("text_kept_beside", about=section.topic, by=by, case=section.case, audience=section.audience)
    return Saved(section.id, section.version, kept.saved_at, clash=kept.id)


def _keep_revision(section: Section, typed: dict[str, Any], by_id: int) -> SectionRevision:
    kept = SectionRevision(
        section_id=section.id, audience=section.audience, version=section.version, typed=typed,
        saved_at=now(), saved_by_id=by_id,
    )  # fmt: skip
    db.session.add(kept)
    return kept


def _carry_over(case: Case, section: Section) -> None:
    """What other places show of a section: the name in the header, the tick for the consultant."""
    if section.topic == "organization" and section.answers and case.state == "draft":
        case.organization = section.answers["organization"]["name"][:300]
    if section.topic in queries.NOTES:
        section.shared_with_consultant = bool(section.answers and section.answers.get("share"))
