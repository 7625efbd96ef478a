"""A run over all open cases and all free hours: asked for, computed case by case, solved at once, and kept."""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app

from lab import history
from lab.clock import program_day
from lab.database import RUN_PORTFOLIOS, afterwards, db, lock, now, transaction
from lab.errors import BadInput
from lab.lifecycle import CLOCK, PORTFOLIO_RUN, after
from lab.matching.policy import Policy
from lab.matching.result import Recommendation as Result
from lab.models import Case, Person, PortfolioCase, PortfolioRun
from lab.queries import portfolio as queries
from lab.queries import portfolio_solving as solving
from lab.queries.policies import in_force
from lab.queries.recommendations import code_version
from lab.said import Said, say
from lab.viewer import Viewer

WORKING = ("queued", "running")
NOBODY_WAITS = "No open case waits for a consultant, so there is nothing to place."
BROKE = say(
    "Something broke on our side while this was computed. Run it again; if it stays, tell us its number."
)


def ask(wishes: queries.Wishes, *, viewer: Viewer, by: Person, key: str) -> PortfolioRun:
    """Keep what a run is made from: the cases open to this viewer, the hours free today and the wishes.

    A job computes it, and the run says how far that is. The same key again gives the first run. Raises `BadInput` where no case waits.
    """
    policy = in_force()
    with transaction():
        if not history.claim(key, purpose="portfolio_run", by=by):
            found = queries.run_by_ref(history.result_of(key, by=by))
            if found is not None:
                return found
        cases = queries.open_cases(viewer).waiting
        if not cases:
            raise BadInput(NOBODY_WAITS)
        today = program_day(now())
        run = PortfolioRun(
            as_of=today, policy=policy.version, code=code_version(), asked_at=now(), made_by_id=by.id,
            inputs=queries.inputs_of(cases, wishes, policy, today),
        )  # fmt: skip
        db.session.add(run)
        db.session.flush()
        db.session.add_all(
            PortfolioCase(run_id=run.id, case_id=case.id, place=place, state=case.state)
            for place, case in enumerate(cases)
        )
        history.record(
            "portfolio_asked", about=f"portfolio {run.ref}", by=by,
            details={"cases": len(cases), "policy": policy.version},
        )  # fmt: skip
        history.remember_result(key, run.ref)
        afterwards(RUN_PORTFOLIOS)
    return run


def carry_on(run_id: int) -> None:
    """Compute what is missing of a run, case by case, and finish it.

    For the job: it goes on from where it stopped, and the solver is loaded there and not in the web.
    Wishes that cannot hold end the run with words instead of a result.
    """
    while (missing := _next(run_id)) is not None:
        _compute(*missing)
    _finish(run_id)


def run_waiting() -> int:
    """Carry on with every run that waits; gives how many. For a job, safe to run twice."""
    ids = db.session.scalars(
        sa.select(PortfolioRun.id).where(PortfolioRun.state.in_(WORKING)).order_by(PortfolioRun.id)
    ).all()
    for run_id in ids:
        try:
            carry_on(run_id)
        except Exception:
            db.session.rollback()
            current_app.logger.exception("portfolio run %s broke", run_id)
            _fail(run_id, [BROKE])
    return len(ids)


def _next(run_id: int) -> tuple[int, int, int] | None:
    """The run, the line and the case that is computed next."""
    row = db.session.execute(
        sa.select(PortfolioCase.id, PortfolioCase.case_id)
        .join(PortfolioRun, PortfolioRun.id == PortfolioCase.run_id)
        .where(PortfolioRun.id == run_id, PortfolioRun.state.in_(WORKING), PortfolioCase.inputs_hash == "")
        .order_by(PortfolioCase.place)
        .limit(1)
    ).first()
    return (run_id, row.id, row.case_id) if row else None


def _compute(run_id: int, line_id: int, case_id: int) -> None:
    """The recommendation of one case, computed outside the transaction that keeps it."""
    run = db.session.get_one(PortfolioRun, run_id)
    policy = Policy.from_mapping(run.inputs["policy"])
    case = db.session.get_one(Case, case_id)
    fingerprint, made = solving.match_of(case, policy, run.as_of)
    record = solving.slim(made, came_on=program_day(case.submitted_at or run.asked_at)).to_record()
    with transaction():
        held: PortfolioRun = lock(PortfolioRun, run_id)
        if held.state not in WORKING:
            return
        held.state = after(PORTFOLIO_RUN, "begin", held.state, by=CLOCK)
        line: PortfolioCase = lock(PortfolioCase, line_id)
        line.inputs_hash, line.match = fingerprint, record


def _finish(run_id: int) -> None:
    run = db.session.get_one(PortfolioRun, run_id)
    if run.state != "running":
        return
    try:
        result = solving.solve(run.inputs, matches_of(run_id))
    except BadInput as refused:
        _fail(run_id, refused.problems or [refused.message])
        return
    with transaction():
        held: PortfolioRun = lock(PortfolioRun, run_id)
        if held.state != "running":
            return
        held.state = after(PORTFOLIO_RUN, "finish", held.state, by=CLOCK)
        held.result, held.finished_at = result, now()
        history.record(
            "portfolio_done", about=f"portfolio {held.ref}", by=None,
            details={"placed": len(result["assigned"]), "waiting": len(result["waiting"])},
        )  # fmt: skip


def matches_of(run_id: int) -> list[Result]:
    """The recommendations of a run in its order, as they were kept."""
    rows = db.session.scalars(
        sa.select(PortfolioCase.match)
        .where(PortfolioCase.run_id == run_id, PortfolioCase.match.is_not(None))
        .order_by(PortfolioCase.place)
    )
    return [Result.from_record(record) for record in rows if record is not None]


def _fail(run_id: int, problems: list[str] | list[Said]) -> None:
    with transaction():
        held: PortfolioRun = lock(PortfolioRun, run_id)
        if held.state not in WORKING:
            return
        held.state = after(PORTFOLIO_RUN, "fail", held.state, by=CLOCK)
        held.problems, held.finished_at = list(problems), now()
        history.record("portfolio_failed", about=f"portfolio {held.ref}", by=None)
