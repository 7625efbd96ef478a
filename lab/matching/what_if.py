"""What if: other hours, another start, other weights, more free hours, a network first; and what moves then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from lab import vocabulary as words
from lab.answers import Application, Consultant
from lab.matching.criteria import Likeness, needs, texts_of
from lab.matching.decision import decide
from lab.matching.gates import Pair
from lab.matching.policy import Policy
from lab.matching.profiles import read_case
from lab.matching.result import Candidate, Excluded, Hours, Recommendation
from lab.said import joined, say, small

# How long a network goes before consultant hours, where it comes first.
NETWORK_GOES_AHEAD = timedelta(days=91)
LEAST_MOVE = 0.05


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What is tried out; what is left empty stays as it is."""

    hours: int | None = None
    starts_on: date | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    free: Mapping[str, float] = field(default_factory=dict)  # hours a month by consultant
    network_first: bool = False
    second: str = ""  # a consultant beside whoever comes first

    def __bool__(self) -> bool:
        return self != Changes()


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What a recommendation is made from, with the changes."""

    application: Application
    consultants: tuple[Consultant, ...]
    policy: Policy
    asked_hours: int | None


def applied(
    changes: Changes,
    *,
    application: Application,
    consultants: Sequence[Consultant],
    policy: Policy,
    as_of: date,
) -> Applied:
    """The same inputs with the changes; nothing that was given is touched."""
    starts_on = max(changes.starts_on or application.starts_on, as_of)
    if changes.network_first:
        starts_on += NETWORK_GOES_AHEAD
    moved = changes.starts_on is not None or changes.network_first
    return Applied(
        application=replace(application, start_from=starts_on) if moved else application,
        consultants=tuple(_with_hours(one, changes.free.get(one.ref), starts_on) for one in consultants),
        policy=policy.with_weights({**policy.weights, **changes.weights}) if changes.weights else policy,
        asked_hours=changes.hours,
    )


def _with_hours(one: Consultant, hours: float | None, starts_on: date) -> Consultant:
    """The profile with these free hours; who has never said from when is taken to be free at the start."""
    if hours is None:
        return one
    return replace(one, capacity_hours_month=hours, available_from=one.available_from or starts_on)


def remembered_likeness(
    made: Recommendation, *, application: Application, consultants: Sequence[Consultant], policy: Policy
) -> Likeness | None:
    """How alike texts were when the recommendation was made, read back from its points.

    So a what-if weighs texts as the stored recommendation does, without comparing any. None where none
    were compared.
    """
    part = policy.likeness_of_needs
    case = read_case(application, made.as_of)
    decided, people = decide(case), {one.ref: one for one in consultants}
    known: dict[str, float] = {}
    for candidate in made.consultants:
        was = next((one for one in candidate.findings if one.criterion == "needs"), None)
        if part <= 0 or was is None or was.share is None or candidate.ref not in people:
            continue
        pair = Pair(case=case, consultant=people[candidate.ref], policy=policy, decided=decided)
        plain = needs(pair, None).share
        if abs(was.share - plain) > 1e-9:
            known[texts_of(pair)] = policy.nobody_knows + (was.share - plain) / part
    if not known:
        return None
    return lambda _description, texts: known.get(texts)


@dataclass(frozen=True, kw_only=True)
class Move:
    """One person before and after: points, and the place in the order."""

    ref: str
    was: float | None
    now: float | None
    was_rank: int | None
    now_rank: int | None

    @property
    def gained(self) -> float:
        """Points more than before."""
        return (self.now or 0.0) - (self.was or 0.0)


@dataclass(frozen=True, kw_only=True)
class Moves:
    """What is otherwise in one recommendation than in another."""

    first_was: str
    first_now: str
    points: tuple[Move, ...]
    opened: tuple[Excluded, ...]  # as they were kept out before
    closed: tuple[Excluded, ...]
    hours_were: Hours
    hours_now: Hours

    def __bool__(self) -> bool:
        other_hours = (self.hours_were.low, self.hours_were.high) != (self.hours_now.low, self.hours_now.high)
        return bool(self.points or self.opened or self.closed or other_hours)


def moves(before: Recommendation, after: Recommendation) -> Moves:
    """What moves between two recommendations for one case; who gains or loses most comes first."""
    was, now = _by_ref(before.consultants), _by_ref(after.consultants)
    out_before, out_now = ({one.ref: one for one in made.excluded if one.ref} for made in (before, after))
    every = [_move(ref, was.get(ref), now.get(ref)) for ref in sorted({*was, *now})]
    moved = [one for one in every if _has_moved(one)]
    return Moves(
        first_was=before.consultants[0].ref if before.consultants else "",
        first_now=after.consultants[0].ref if after.consultants else "",
        points=tuple(sorted(moved, key=lambda one: (one.now_rank or 999, -(one.was or 0.0), one.ref))),
        opened=tuple(out_before[ref] for ref in sorted({*now} - {*was}) if ref in out_before),
        closed=tuple(out_now[ref] for ref in sorted({*was} - {*now}) if ref in out_now),
        hours_were=before.hours,
        hours_now=after.hours,
    )


def _by_ref(candidates: Sequence[Candidate]) -> dict[str, Candidate]:
    return {one.ref: one for one in candidates}


def _move(ref: str, was: Candidate | None, now: Candidate | None) -> Move:
    return Move(
        ref=ref,
        was=was.score if was else None,
        now=now.score if now else None,
        was_rank=was.rank if was else None,
        now_rank=now.rank if now else None,
    )


def _has_moved(one: Move) -> bool:
    return one.was is None or one.now is None or abs(one.gained) >= LEAST_MOVE or one.was_rank != one.now_rank


def told(moved: Moves, names: Mapping[str, str], *, months: float | None = None) -> list[str]:
    """What moves, in sentences: who is first, who may come in, who is kept out, and the hours."""
    if not moved:
        return [say("Nothing moves: the same people, in the same order, with the same points.")]
    said = [_first(moved, names), _hours(moved, months)]
    said += [
        say(
            "%(name)s could be asked; what keeps them out now (%(gate)s) would be gone.",
            name=names.get(one.ref, one.ref),
            gate=small(words.GATES[one.gate].label),
        )
        for one in moved.opened
    ]
    said += [
        joined(say("%(name)s would be kept out.", name=names.get(one.ref, one.ref)), one.reason)
        for one in moved.closed
    ]
    return [sentence for sentence in said if sentence]


def _first(moved: Moves, names: Mapping[str, str]) -> str:
    was, now = (names.get(ref, ref) for ref in (moved.first_was, moved.first_now))
    if not was and not now:
        return ""
    if was == now:
        return say("%(name)s stays first.", name=now)
    if not now:
        return say("Nobody would pass the limits; now %(name)s is first.", name=was)
    if not was:
        return say("%(name)s would be first, where now nobody passes the limits.", name=now)
    return say("%(name)s would be first instead of %(other)s.", name=now, other=was)


def _hours(moved: Moves, months: float | None) -> str:
    was, now = moved.hours_were, moved.hours_now
    if (was.low, was.high) == (now.low, now.high):
        return ""
    if not now.high:
        return joined(say("No consultant hours would be proposed."), now.reason)
    changed = say(
        "%(now)s hours instead of %(low)s to %(high)s: %(price)s dollars instead of %(price_low)s to %(price_high)s.",
        now=now.high, low=was.low, high=was.high, price=f"{now.high * words.RATE_USD:,}",
        price_low=f"{was.low * words.RATE_USD:,}", price_high=f"{was.high * words.RATE_USD:,}",
    )  # fmt: skip
    pace = say("That is about %(hours)s hours a month.", hours=f"{now.low / months:.0f}") if months else ""
    return joined(changed, pace)
