"""Networks to launch: who waits at one stage and side, put together so that nobody sits with a counterpart."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from lab import vocabulary as words
from lab.matching.groups.apart import apart, looks_among, why_apart
from lab.matching.groups.placing import placed
from lab.matching.groups.rules import Rules, usual_rules, zone_name
from lab.matching.groups.seekers import Seeker
from lab.matching.groups.slots import Slot, most_who_can_meet, slot_for
from lab.said import Said, listed, say, say_many, small


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Somebody without a group, and why."""

    seeker: Seeker
    reason: str


@dataclass(frozen=True, kw_only=True)
class NetworkToLaunch:
    """Members who wait at one stage, with an hour for them."""

    line: str
    side: str
    stage: str
    members: tuple[Seeker, ...]
    capacity: int
    slot: Slot
    reasons: tuple[str, ...]
    looks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Launches:
    """The networks to launch, and who waits on."""

    networks: tuple[NetworkToLaunch, ...]
    left_out: tuple[LeftOut, ...]


def networks_to_launch(waiting: Iterable[Seeker], *, today: date, rules: Rules | None = None) -> Launches:
    """Put those who wait into as few networks as seat the most of them; the order they come in is nothing.

    Everybody comes once, in a network or left out with the reason.
    """
    rules = rules or usual_rules()
    every = sorted({seeker.ref: seeker for seeker in waiting}.values(), key=lambda seeker: seeker.ref)
    left = [LeftOut(seeker=one, reason=why) for one in every if (why := _not_yet(one, rules))]
    kept_out = {one.seeker.ref for one in left}
    pools: dict[tuple[str, str, int], list[Seeker]] = defaultdict(list)
    for one in every:
        if one.ref not in kept_out:
            pools[one.line, one.side, words.STAGES[one.stage].rank].append(one)
    networks: list[NetworkToLaunch] = []
    for pool in (pools[key] for key in sorted(pools)):
        groups, out = _of_one_stage(pool, rules, today)
        left += out
        for group in groups:
            weekday = rules.weekdays[len(networks) % len(rules.weekdays)]
            networks.append(_network(group, rules, today, weekday))
    return Launches(
        networks=tuple(networks),
        left_out=tuple(sorted(left, key=lambda one: (one.seeker.name, one.seeker.ref))),
    )


def _not_yet(one: Seeker, rules: Rules) -> str:
    if one.stage not in rules.stages:
        return say(
            "It stands at: %(stage)s. No network begins there; a call with a director does more.",
            stage=small(words.STAGES[one.stage].label),
        )
    if not one.agrees:
        return say("It does not agree to share what it learns, which the ground rules of a network ask.")
    return ""


def _of_one_stage(
    pool: list[Seeker], rules: Rules, today: date
) -> tuple[list[tuple[Seeker, ...]], list[LeftOut]]:
    if len(pool) < rules.threshold:
        return [], [LeftOut(seeker=one, reason=_too_few(pool, rules)) for one in pool]
    zones = most_who_can_meet((one.zone for one in pool), rules, today=today)
    here = [one for one in pool if one.zone in zones]
    left = [
        LeftOut(
            seeker=one,
            reason=say(
                "No hour of the working day in its time zone (%(zone)s) fits the others.",
                zone=zone_name(one.zone),
            ),
        )
        for one in pool
        if one.zone not in zones
    ]
    groups = placed(here, rules)
    seated = {one.ref for group in groups for one in group}
    left += [
        LeftOut(seeker=one, reason=_why_no_seat(one, groups, here, rules))
        for one in here
        if one.ref not in seated
    ]
    return groups, left


def _too_few(pool: Sequence[Seeker], rules: Rules) -> str:
    return say_many(
        "One organization waits at this stage and on this side; %(needed)s are needed.",
        "%(num)s organizations wait at this stage and on this side; %(needed)s are needed.",
        len(pool),
        needed=rules.threshold,
    )


def _why_no_seat(
    one: Seeker, groups: Sequence[tuple[Seeker, ...]], pool: Sequence[Seeker], rules: Rules
) -> str:
    """The first thing that closes a network to it; without any network, whom too few are left because of."""
    for group in groups or [tuple(pool)]:
        for other in group:
            reason = apart(one, other) if other.ref != one.ref else None
            if reason is not None:
                return why_apart(reason, other)
    if not groups:
        return say(
            "Enough wait here, but so many are kept apart from each other that fewer than %(needed)s remain.",
            needed=rules.threshold,
        )
    return say("The networks of this stage are full, and those who wait longer come first.")


def _network(group: tuple[Seeker, ...], rules: Rules, today: date, weekday: int) -> NetworkToLaunch:
    slot = slot_for((one.zone for one in group), rules, today=today, weekday=weekday)
    if slot is None:
        raise AssertionError("Only organizations that share an hour are put together.")
    first = group[0]
    return NetworkToLaunch(
        line=first.line, side=first.side, stage=first.stage, members=group, slot=slot,
        capacity=max(rules.usual, len(group)), reasons=_reasons(group), looks=looks_among(group),
    )  # fmt: skip


def _reasons(group: tuple[Seeker, ...]) -> tuple[str, ...]:
    return tuple(reason for reason in (_standing(group), _mix(group), _sizes(group), _apart(group)) if reason)


def _standing(group: tuple[Seeker, ...]) -> str:
    months = sorted(one.months for one in group if one.months is not None)
    stage = small(words.STAGES[group[0].stage].label)
    if not months:
        return say("%(count)s organizations stand at: %(stage)s.", count=len(group), stage=stage)
    return say(
        "%(count)s organizations stand at: %(stage)s. The newest has been there for %(least)s months, the longest "
        "for %(most)s, as far as dates tell.",
        count=len(group),
        stage=stage,
        least=months[0],
        most=months[-1],
    )


def _mix(group: tuple[Seeker, ...]) -> Said:
    sectors = sorted({one.sector for one in group}, key=lambda code: words.SECTORS[code].rank)
    return say_many(
        "All come from one sector: %(sectors)s.",
        "They come from %(num)s sectors: %(sectors)s.",
        len(sectors),
        sectors=listed((small(words.SECTORS[code].label) for code in sectors), ", "),
    )


def _sizes(group: tuple[Seeker, ...]) -> str:
    sizes = sorted(one.staff for one in group if one.staff is not None)
    if not sizes:
        return ""
    zones = sorted({one.zone for one in group})
    return say(
        "They have from %(least)s to %(most)s staff, and live by %(zones)s time.",
        least=sizes[0],
        most=sizes[-1],
        zones=listed((zone_name(zone) for zone in zones), ", "),
    )


def _apart(group: tuple[Seeker, ...]) -> Said:
    pairs = len(list(combinations(group, 2)))
    return say(
        "All %(pairs)s pairs were checked: nobody sits with a counterpart, nor with somebody who is known to face "
        "the same local.",
        pairs=pairs,
    )
