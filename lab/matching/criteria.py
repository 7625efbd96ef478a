"""One function for each criterion: a share between 0 and 1, a sentence, and "not known" as its own answer."""

from collections.abc import Callable
from dataclasses import dataclass

from lab import vocabulary as words
from lab.matching import labels
from lab.matching.gates import Pair, stage_distance
from lab.matching.needs import CONDITION_NEEDS, Needs
from lab.matching.texts import as_one
from lab.said import Said, joined, listed, say, say_many, small, spoken, word

DEPTH_NEEDS = frozenset({"race_power_polarization", "relationship_repair", "joint_training"})
Likeness = Callable[[str, str], float | None]


@dataclass(frozen=True)
class Judged:
    """A share of a criterion and its sentence; `known` is how much of it rests on data.

    `met` and `lacks` are the parts of the sentence that speak for and against, where it has two.
    """

    share: float
    sentence: str
    known: float = 1.0
    met: str = ""
    lacks: str = ""


def depth_is_asked(needs: Needs) -> bool:
    """Whether work on race, power, repair or joint sessions is asked for."""
    return any(need.need in DEPTH_NEEDS for need in needs.asked)


def stage(pair: Pair, likeness: Likeness | None) -> Judged:
    """Full marks for the stage itself, half for the one beside it; a part for conditions over it."""
    near, sentence = stage_distance(pair)
    share = 1.0 if near == 0 else pair.policy.neighbour_stage if near == 1 else 0.0
    over = sorted(pair.case.conditions, key=lambda code: words.CONDITIONS[code].rank)
    if not over or pair.case.is_schools:
        return Judged(share, sentence)
    handled = [code for code in over if _handles(pair, code)]
    others = [code for code in over if code not in handled]
    part = pair.policy.conditions_of_stage
    ready = say("Prepared for: %(conditions)s.", conditions=labels.conditions(handled)) if handled else ""
    met = joined(sentence, ready)
    unnamed = labels.conditions(others)
    lacks = say("Not named in the profile: %(conditions)s.", conditions=unnamed) if others else ""
    return Judged(
        share * (1 - part) + part * len(handled) / len(over),
        joined(met, lacks),
        met=met if near <= 1 else "",
        lacks=lacks,
    )


def _handles(pair: Pair, condition: str) -> bool:
    """Named in the profile, or covered by a skill that is made for it."""
    skills = CONDITION_NEEDS.get(condition, ())
    return condition in pair.consultant.conditions or any(pair.levels.get(need, 0) >= 2 for need in skills)


def needs(pair: Pair, likeness: Likeness | None) -> Judged:
    """How much of what is needed they cover, by weight and depth; a fifth for the likeness of texts."""
    wanted = pair.case.needs.for_hours
    levels = pair.levels
    like = likeness(pair.case.application.description, texts_of(pair)) if likeness else None
    part = pair.policy.likeness_of_needs
    alike = pair.policy.nobody_knows if like is None else like
    known = 1.0 - part if like is None else 1.0
    if not wanted:
        nothing = say("Nothing is asked for that hours meet.")
        return Judged(pair.policy.nobody_knows * (1 - part) + part * alike, nothing, 0.0)
    total = sum(words.NEED_WEIGHTS[need.weight].points for need in wanted)
    met = sum(words.NEED_WEIGHTS[need.weight].points * levels.get(need.need, 0) / 3 for need in wanted)
    can = [need.need for need in wanted if levels.get(need.need, 0)]
    cannot = [need.need for need in wanted if not levels.get(need.need, 0)]
    covers = _covers(can, len(wanted)) if can else ""
    lacks = _lacks(cannot, {need: levels[need] for need in can if levels[need] < 3}, like)
    share = (1 - part) * met / total + part * alike
    return Judged(share, joined(covers, lacks), known, met=covers, lacks=lacks)


def _lacks(cannot: list[str], shallow: dict[str, int], like: float | None) -> str:
    """What the missing points are: needs not covered, depth, and where both are full the likeness of texts."""
    found = [say("Not covered: %(needs)s.", needs=labels.needs(cannot))] if cannot else []
    if shallow:
        parts = (
            say("%(need)s (%(level)s of 3)", need=labels.needs([need]), level=level)
            for need, level in shallow.items()
        )
        found.append(say("Not at full depth: %(needs)s.", needs=listed(parts)))
    if not found and like is None:
        found.append(say("How alike the texts are is not known; that part counts at a stated value."))
    elif not found and like is not None and like < 1:
        told = f"{100 * like:.0f}"
        found.append(
            say("Short of full points only by the likeness of the texts: %(share)s of 100.", share=told)
        )
    return joined(*found)


def _covers(can: list[str], total: int) -> Said:
    return say(
        "Covers %(count)s of %(total)s needs: %(needs)s.",
        count=len(can),
        total=total,
        needs=labels.needs(can),
    )


def texts_of(pair: Pair) -> str:
    """What is known of a consultant in words, as it is compared with a description."""
    return as_one(pair.consultant)


def availability(pair: Pair, likeness: Likeness | None) -> Judged:
    """Free by the start counts in full, later up to the grace counts less; then the hours a month."""
    free, since = pair.consultant.capacity_hours_month, pair.consultant.available_from
    if free is None or since is None:
        return Judged(0.0, say("Has not said when hours are free."), 0.0)
    late = (since - pair.start).days
    grace = words.URGENCIES[pair.case.application.urgency].grace_days
    share = share_in_time(free, late, grace=grace, pace=pair.pace)
    return Judged(share, _free(f"{free:g}", spoken(since), late))


def share_in_time(free: float, late: int, *, grace: int, pace: float) -> float:
    """How much of availability so many free hours a month are worth, so many days after the start."""
    in_time = 1.0 if late <= 0 else max(0.0, 0.8 - 0.5 * late / max(grace, 1))
    enough = 1.0 if pace <= 0 else min(1.0, free / pace)
    return in_time * (0.6 + 0.4 * enough)


def _free(hours: str, since: Said, late: int) -> Said:
    if late <= 0:
        return say("%(hours)s hours a month free, in time for the start.", hours=hours)
    return say_many(
        "%(hours)s hours a month free, from %(since)s, %(num)s day after the start.",
        "%(hours)s hours a month free, from %(since)s, %(num)s days after the start.",
        late,
        hours=hours,
        since=since,
    )


def sector(pair: Pair, likeness: Likeness | None) -> Judged:
    """Knows the sector, or not; skills travel, so not knowing it is not nothing."""
    code = pair.case.application.organization.sector
    label = small(words.SECTORS[code].label) if code in words.SECTORS else code
    if code == "other":
        return Judged(pair.policy.nobody_knows, say("The sector is not told."), 0.0)
    if not pair.consultant.sectors:
        return Judged(pair.policy.not_the_same, say("Has not named sectors."), 0.0)
    if code in pair.consultant.sectors:
        return Judged(1.0, say("Knows the sector: %(sector)s.", sector=label))
    return Judged(pair.policy.not_the_same, say("New to the sector: %(sector)s.", sector=label))


def state(pair: Pair, likeness: Likeness | None) -> Judged:
    """Works in the state; which statute applies is not told, so half of this is not known."""
    code = pair.case.application.organization.state
    label = word(words.STATES[code].label) if code in words.STATES else code
    if not code:
        return Judged(pair.policy.nobody_knows, say("The state is not told."), 0.0)
    if code in pair.consultant.states:
        return Judged(1.0, say("Works in %(state)s.", state=label), 0.5)
    if pair.consultant.any_state:
        return Judged(0.8, say("Works in any state; %(state)s is not named.", state=label), 0.5)
    if not pair.consultant.states:
        return Judged(pair.policy.not_the_same, say("Has not named states."), 0.0)
    return Judged(pair.policy.not_the_same, say("Has not worked in %(state)s.", state=label), 0.5)


def depth(pair: Pair, likeness: Likeness | None) -> Judged:
    """Depth in race and power, repair and joint work, where that is asked for."""
    asked = [need.need for need in pair.case.needs.asked if need.need in DEPTH_NEEDS]
    if not asked:
        return Judged(0.0, say("Not asked for, so it does not count."))
    levels = pair.levels
    share = sum(levels.get(need, 0) for need in asked) / (3 * len(asked))
    can = [need for need in asked if levels.get(need, 0)]
    if can:
        return Judged(share, say("Depth in: %(needs)s.", needs=labels.needs(can)))
    return Judged(share, say("No depth in: %(needs)s.", needs=labels.needs(asked)))


def unit_size(pair: Pair, likeness: Likeness | None) -> Judged:
    """Nobody tells which unit sizes they know, so it counts alike for all."""
    return Judged(pair.policy.nobody_knows, say("No data on unit sizes."), 0.0)


def place(pair: Pair, likeness: Likeness | None) -> Judged:
    """In person it matters whether they live in the state; otherwise nobody has told."""
    organization = pair.case.application.organization
    if pair.case.application.session_format != "in_person" or not organization.state:
        return Judged(pair.policy.nobody_knows, say("No data on time zones."), 0.0)
    if pair.consultant.base_state == organization.state:
        home = word(words.STATES[organization.state].label)
        return Judged(1.0, say("Lives in %(state)s; sessions are in person.", state=home))
    if not pair.consultant.base_state:
        return Judged(pair.policy.not_the_same, say("Has not said where they live."), 0.0)
    return Judged(pair.policy.not_the_same, say("Would have to travel; sessions are in person."))


def preference(pair: Pair, likeness: Likeness | None) -> Judged:
    """Nobody tells preferences in this format, so it counts alike for all."""
    return Judged(pair.policy.nobody_knows, say("No data on preferences."), 0.0)


CRITERIA: dict[str, Callable[[Pair, Likeness | None], Judged]] = {
    "stage": stage,
    "needs": needs,
    "availability": availability,
    "sector": sector,
    "state": state,
    "depth": depth,
    "unit_size": unit_size,
    "place": place,
    "preference": preference,
}
