"""Keeps the shortlist that stood when a decision was made or an offer sent; runs inside that deed."""

from __future__ import annotations

from typing import Any

from lab.database import db, now
from lab.matching.result import Candidate
from lab.matching.result import Recommendation as Match
from lab.models import Recommendation, Shortlist

COLUMNS = 5  # as many candidates stand beside each other before others are asked for


def keep(
    row: Recommendation,
    match: Match,
    chosen_ref: str,
    *,
    decision_id: int | None = None,
    offer_id: int | None = None,
    by_itself: bool = False,
) -> Shortlist:
    """Write who could be chosen, in which order and by which shares, and who was; one row for each deed."""
    first = [one for one in match.consultants if not one.partial] or list(match.consultants)
    shown = {one.ref for one in first[:COLUMNS]} | {chosen_ref}
    chosen = match.candidate(chosen_ref) if chosen_ref else None
    kept = Shortlist(
        case_id=row.case_id, recommendation_id=row.id, decision_id=decision_id, offer_id=offer_id,
        policy=row.policy, chosen_ref=chosen_ref, chosen_rank=chosen.rank if chosen else None,
        by_itself=by_itself, candidates=[_plain(one, one.ref in shown) for one in match.consultants],
        made_at=now(),
    )  # fmt: skip
    db.session.add(kept)
    return kept


def _plain(one: Candidate, shown: bool) -> dict[str, Any]:
    """A candidate without sentences; what is not known keeps the share it was counted with."""
    return {
        "ref": one.ref,
        "rank": one.rank,
        "score": one.score,
        "group": one.group,
        "shown": shown,
        "shares": {
            finding.criterion: round(finding.points / finding.of, 4)
            for finding in one.findings
            if finding.of > 0
        },
        "of": {finding.criterion: finding.of for finding in one.findings},
    }
