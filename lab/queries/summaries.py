"""Step 1 of an offer: what a consultant may know before their conflict check, made of codes and numbers only.

Nothing here is copied from what people wrote, so that no organization, union, place or person can
slip through; only terms of the vocabulary, bands, regions and dates.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from lab import answers, exchange
from lab import vocabulary as words
from lab.database import now
from lab.matching.profiles import read_case
from lab.matching.result import Recommendation as Match
from lab.models import Case, Consultant, Recommendation
from lab.queries.matching import application_of

MOST_NEEDS = 6


def summary_for(
    case: Case,
    recommendation: Recommendation,
    consultant: Consultant,
    *,
    hours_low: int,
    hours_high: int,
    hours_month: int,
    starts_on: date,
    ends_on: date,
) -> dict[str, Any]:
    """The summary that is shown, and kept with the offer: codes of the vocabulary, bands, numbers, dates."""
    application = application_of(case)
    match = Match.from_record(recommendation.result)
    read = read_case(application, now().date())
    state = words.STATES.get(application.organization.state)
    needs = [found.need for found in match.needs][:MOST_NEEDS]
    return {
        "line": match.line,
        "kind": case.kind,
        "sector": application.organization.sector,
        "stage": match.stage if match.line == "nonprofit" else "",
        "partnership_level": application.partnership_level or "" if match.line == "schools" else "",
        "needs": needs,
        **_size(application, read.unit),
        "region": state.census_region if state else "",
        "zone": state.time_zone if state else "",
        "languages": list(application.session_languages),
        "format": application.session_format,
        "hours_low": hours_low,
        "hours_high": hours_high,
        "hours_month": hours_month,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "why": _why(exchange.consultant_from(consultant.profile), application, match),
    }


def _size(application: answers.Application, unit: answers.Unit) -> dict[str, str]:
    """The band of the unit in question, or that of the staff where the unit's size was not told."""
    if unit.size:
        return {"unit_band": words.band_of(words.UNIT_BANDS, unit.size).code, "staff_band": ""}
    count = application.organization.staff_count
    return {"unit_band": "", "staff_band": words.band_of(words.STAFF_BANDS, count).code if count else ""}


def _why(consultant: answers.Consultant, application: answers.Application, match: Match) -> dict[str, Any]:
    """Why this consultant: what the profile and the case share."""
    levels = {skill.need: skill.level for skill in consultant.skills}
    shared = [found.need for found in match.needs if levels.get(found.need)]
    schools = match.line == "schools"
    level = application.partnership_level
    return {
        "needs": sorted(shared, key=lambda need: -levels[need])[:3],
        "stage": match.stage if not schools and match.stage in consultant.stages else "",
        "partnership_level": level if schools and level in consultant.partnership_levels else "",
        "sector": application.organization.sector
        if application.organization.sector in consultant.sectors
        else "",
        "languages": [code for code in application.session_languages if code in consultant.languages],
        "near": application.organization.state in consultant.states,
    }
