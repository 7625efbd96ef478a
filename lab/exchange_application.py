"""Applications in the exchange format: from plain values to answers and back."""

from dataclasses import replace
from datetime import date
from typing import Any

from lab import vocabulary as words
from lab.answers import (
    Application,
    Contact,
    Counsel,
    Foundation,
    NeedAnswer,
    Organization,
    Unit,
)
from lab.reading import Notes, Reader, read_day, unknown

Path = tuple[str | int, ...]


def application(source: Any, notes: Notes, path: Path = ()) -> Application:
    """Read one application; what is wrong stands in the notes."""
    reader = Reader(source, notes, path)
    units = tuple(
        _unit(value, notes, (*path, "bargaining_units", n)) for n, value in reader.items("bargaining_units")
    )
    stage = reader.code_or_none("stage", words.STAGES)
    if not units and stage is None and isinstance(source, dict):
        reader.problem("stage", "is missing; without a bargaining unit the stage stands here")
    line = reader.code("line", words.LINES)
    made = Application(
        ref=reader.text("ref"),
        submitted_on=reader.day("submitted_on") or date.min,
        line=line,
        case_kind=reader.code("case_kind", words.CASE_KINDS),
        organization=_organization(reader.inner("organization")),
        units=units,
        stage=stage,
        conditions=reader.codes("conditions", words.CONDITIONS),
        partnership_level=reader.code_or_none("partnership_level", words.PARTNERSHIP_LEVELS),
        dates=_dates(reader.raw("dates"), notes, (*path, "dates")),
        team=_team(reader.raw("team"), notes, (*path, "team")),
        needs=_needs(reader, notes),
        description=reader.text("description", ""),
        session_languages=_languages(reader),
        session_format=reader.code("session_format", words.SESSION_FORMATS, "either"),
        foundation=_foundation(reader.inner("foundation")),
        counsel=_counsel(reader),
        urgency=reader.code("urgency", words.URGENCIES),
        timeframe=reader.text("timeframe", ""),
        start_from=reader.day("start_from", None),
        hours_budget=reader.code("hours_budget", words.HOURS_BUDGETS),
        prior_participation=reader.texts("prior_participation"),
        contact=_contact(reader),
    )
    if made.line == "schools" and not made.organization.county.strip() and reader.has("organization"):
        told = "is not told; without it no regional network can be named on the schools line"
        notes.warning((*path, "organization", "county"), told)
    return replace(made, extra=reader.rest())


def _languages(reader: Reader) -> tuple[str, ...]:
    return reader.codes("session_languages", words.LANGUAGES) or ("en",)


def _organization(reader: Reader) -> Organization:
    return Organization(
        name=reader.text("name"),
        type=reader.code("type", words.ORGANIZATION_TYPES),
        mission_social_justice=reader.code("mission_social_justice", words.YES_NO_UNSURE),
        sector=reader.code("sector", words.SECTORS, "other"),
        city=reader.text("city", ""),
        county=reader.text("county", ""),
        state=reader.code("state", words.STATES),
        staff_count=reader.whole("staff_count"),
        supervisors_count=reader.whole("supervisors_count"),
        annual_budget_band=reader.code_or_none("annual_budget_band", words.BUDGET_BANDS),
        parents=reader.texts("parents"),
        extra=reader.rest(),
    )


def _unit(source: Any, notes: Notes, path: Path) -> Unit:
    reader = Reader(source, notes, path)
    return Unit(
        label=reader.text("label", ""),
        union=reader.text_or_none("union"),
        size=reader.whole("size"),
        stage=reader.code("stage", words.STAGES),
        dates=_dates(reader.raw("dates"), notes, (*path, "dates")),
        conditions=reader.codes("conditions", words.CONDITIONS),
        extra=reader.rest(),
    )


def _dates(source: Any, notes: Notes, path: Path) -> dict[str, date]:
    if source is None:
        return {}
    if not isinstance(source, dict):
        notes.problem(path, 'expected an object of dates such as {"petition_filed": "2026-10-19"}')
        return {}
    made = {}
    for kind, value in source.items():
        place = (*path, kind)
        if value is None:
            continue
        if not isinstance(value, str):
            notes.problem(place, "expected a date such as 2026-10-19")
            continue
        if kind not in words.DATE_KINDS:
            notes.warning(place, "is not a known kind of date; it is kept and shown as it is")
        day = read_day(value, notes, place)
        if day is not None:
            made[kind] = day
    return made


def _team(source: Any, notes: Notes, path: Path) -> dict[str, str] | None:
    if source is None:
        return None
    reader = Reader(source, notes, path)
    made = {}
    for seat in words.TEAM_SEATS:
        answer = reader.code_or_none(seat, words.SEAT_ANSWERS)
        if answer is not None:
            made[seat] = answer
    reader.rest()
    return made


def _needs(reader: Reader, notes: Notes) -> tuple[NeedAnswer, ...]:
    made: dict[str, NeedAnswer] = {}
    for number, value in reader.items("needs"):
        path = (*reader.path, "needs", number)
        if isinstance(value, str):
            need, weight = value, words.BARE_NEED
            if need not in words.NEEDS:
                notes.problem(path, unknown(need, words.NEEDS))
                continue
        else:
            inner = Reader(value, notes, path)
            need = inner.code("need", words.NEEDS)
            weight = inner.code("weight", words.NEED_WEIGHTS, words.BARE_NEED)
            inner.rest()
        if need and need not in made:
            made[need] = NeedAnswer(need=need, weight=weight)
    return tuple(made.values())


def _foundation(reader: Reader) -> Foundation:
    return Foundation(
        pro_union=reader.code("pro_union", words.FOUNDATION_ANSWERS),
        aligned_lawyer=reader.code("aligned_lawyer", words.FOUNDATION_ANSWERS, "unsure"),
        share_learning=reader.code("share_learning", words.FOUNDATION_ANSWERS),
        note=reader.text("note", ""),
        extra=reader.rest(),
    )


def _counsel(outer: Reader) -> Counsel | None:
    reader = outer.inner("counsel")
    if not outer.has("counsel"):
        return None
    return Counsel(
        name=reader.text("name", ""),
        aligned=reader.code("aligned", words.FOUNDATION_ANSWERS, "unsure"),
        extra=reader.rest(),
    )


def _contact(outer: Reader) -> Contact:
    if not outer.has("contact"):
        outer.problem("contact", "is missing; expected an object with role, name and email")
    reader = outer.inner("contact")
    return Contact(
        role=reader.text("role", ""),
        name=reader.text("name", ""),
        email=reader.text("email", ""),
        extra=reader.rest(),
    )


def application_to(made: Application) -> dict[str, Any]:
    """The application as plain values of the exchange format."""
    organization = made.organization
    return {
        "ref": made.ref,
        "submitted_on": made.submitted_on.isoformat(),
        "line": made.line,
        "case_kind": made.case_kind,
        "organization": {
            "name": organization.name,
            "type": organization.type,
            "mission_social_justice": organization.mission_social_justice,
            "sector": organization.sector,
            "city": organization.city,
            "county": organization.county,
            "state": organization.state,
            "staff_count": organization.staff_count,
            "supervisors_count": organization.supervisors_count,
            "annual_budget_band": organization.annual_budget_band,
            "parents": list(organization.parents),
            **organization.extra,
        },
        "bargaining_units": [_unit_to(unit) for unit in made.units],
        **({"stage": made.stage} if made.stage is not None else {}),
        "conditions": list(made.conditions),
        "partnership_level": made.partnership_level,
        "dates": _dates_to(made.dates),
        "team": dict(made.team) if made.team is not None else None,
        "needs": [{"need": need.need, "weight": need.weight} for need in made.needs],
        "description": made.description,
        "session_languages": list(made.session_languages),
        "session_format": made.session_format,
        "foundation": {
            "pro_union": made.foundation.pro_union,
            "aligned_lawyer": made.foundation.aligned_lawyer,
            "share_learning": made.foundation.share_learning,
            "note": made.foundation.note,
            **made.foundation.extra,
        },
        **(
            {"counsel": {"name": made.counsel.name, "aligned": made.counsel.aligned, **made.counsel.extra}}
            if made.counsel is not None
            else {}
        ),
        "urgency": made.urgency,
        "timeframe": made.timeframe,
        **({"start_from": made.start_from.isoformat()} if made.start_from else {}),
        "hours_budget": made.hours_budget,
        "prior_participation": list(made.prior_participation),
        "contact": {
            "role": made.contact.role,
            "name": made.contact.name,
            "email": made.contact.email,
            **made.contact.extra,
        },
        **made.extra,
    }


def _unit_to(unit: Unit) -> dict[str, Any]:
    return {
        "label": unit.label,
        "union": unit.union,
        "size": unit.size,
        "stage": unit.stage,
        **({"dates": _dates_to(unit.dates)} if unit.dates else {}),
        **({"conditions": list(unit.conditions)} if unit.conditions else {}),
        **unit.extra,
    }


def _dates_to(dates: Any) -> dict[str, str]:
    return {kind: day.isoformat() for kind, day in dates.items()}
