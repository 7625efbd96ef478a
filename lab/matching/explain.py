"""Why, why not, and what would change it: sentences made of the findings that make the score."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from lab import vocabulary as words
from lab.answers import Consultant, Skill
from lab.matching import labels
from lab.matching.gates import Pair
from lab.matching.result import Finding, GateFinding, Look
from lab.matching.scoring import Scored, before
from lab.said import AND, Said, listed, say, small, spoken, word

Rescore = Callable[[Consultant], Scored | None]
GOOD, POOR = 0.6, 0.5
NEVER_FIRST = say(
    "No single change in hours, date or skills would bring them to the first place, nor would any two."
)
UNKNOWN = {
    "stage": say("stages"),
    "needs": say("needs"),
    "sector": say("sectors"),
    "state": say("states"),
    "unit_size": say("unit sizes"),
    "place": say("time zone and place"),
    "preference": say("wishes"),
}


@dataclass(frozen=True)
class _Change:
    """One change of a profile, in words and as it is applied."""

    words: Said
    to: Callable[[Consultant], Consultant]


def reasons_of(scored: Scored, *, passed: bool = False) -> tuple[str, ...]:
    """Sentences for what speaks for somebody, the weightiest first.

    Who has `passed` stands before somebody with more points, and the reasons say why.
    """
    told = [finding for finding in scored.findings if finding.known and finding.of and finding.share]
    best = sorted(
        (finding for finding in told if finding.met or (finding.share or 0.0) >= GOOD),
        key=lambda finding: -finding.points,
    )
    best = best or sorted(told, key=lambda finding: -finding.points)[:1]
    told_why = [finding.met or finding.sentence for finding in best]
    if passed:
        told_why.append(say("Covers every must, which comes before more points with a must left open."))
    return tuple(told_why)


def gaps_of(
    scored: Scored,
    gates: Sequence[GateFinding],
    *,
    also: Sequence[Look],
    floor: float,
    least: float,
    set_back: bool = False,
) -> tuple[str, ...]:
    """Looks first (`also` are those of the case), then what costs the most points, then what is not known.

    Who is `set_back` stands behind somebody with fewer points, and that is said at once.
    """
    said = [finding.sentence for finding in gates if finding.verdict == "look"]
    said += [look.sentence for look in also]
    if set_back:
        said.append(
            say(
                "Listed after those who cover every must, despite more points: not covered is %(needs)s.",
                needs=labels.needs(scored.musts_at_zero),
            )
        )
    looked = {sentence.removeprefix("Look: ").casefold() for sentence in said}
    lost = sorted(
        (finding for finding in scored.findings if finding.known and finding.of and _costs(finding)),
        key=lambda finding: finding.points - finding.of,
    )
    gaps = [finding.lacks or finding.sentence for finding in lost]
    said += [sentence for sentence in gaps if sentence.casefold() not in looked]
    if scored.score < floor:
        said.append(
            say(
                "A partial match: %(points)s points, under the floor of %(floor)s.",
                points=f"{scored.score:.0f}",
                floor=f"{floor:.0f}",
            )
        )
    if scored.confidence < least:
        said.append(say("Too little is known to shortlist them without asking."))
    unknown = [UNKNOWN.get(f.criterion, f.criterion) for f in scored.findings if not f.known and f.of]
    if unknown:
        said.append(say("Not known: %(what)s. Counted at a stated value.", what=listed(unknown, ", ")))
    return tuple(dict.fromkeys(said))


def _costs(finding: Finding) -> bool:
    return bool(finding.lacks) or (finding.share or 0.0) < POOR


def would_be_first(pair: Pair, first: Scored, rescore: Rescore) -> tuple[str, ...]:
    """The smallest changes with which this consultant would come before the first; each one tried out.

    Two together are tried only where no single one is enough. Where neither is, that is said.
    """
    singles = list(_changes(pair))
    ways = itertools.chain(((one,) for one in singles), itertools.combinations(singles, 2))
    found: list[str] = []
    for way in ways:
        if found and len(way) > 1:
            break
        other = rescore(_all_of(pair.consultant, way))
        if other is not None and before(other, first, pair.policy.floor):
            changes = listed((change.words for change in way), AND)
            found.append(say("Would be first if %(changes)s.", changes=changes))
            if len(found) == 2 or len(way) > 1:
                break
    return tuple(found) or (NEVER_FIRST,)


def _all_of(consultant: Consultant, way: Sequence[_Change]) -> Consultant:
    """The profile with each of these changes."""
    for change in way:
        consultant = change.to(consultant)
    return consultant


def would_pass(pair: Pair, rescore: Rescore, first: Scored | None) -> tuple[str, ...]:
    """The smallest single changes with which a consultant who is kept out would pass; each tried out."""
    for change in _changes(pair):
        other = rescore(change.to(pair.consultant))
        if other is not None:
            ahead = first is None or before(other, first, pair.policy.floor)
            if ahead:
                return (say("Would be first if %(changes)s.", changes=change.words),)
            return (say("Would pass if %(changes)s.", changes=change.words),)
    return ()


def _changes(pair: Pair) -> Iterator[_Change]:
    """One change after the other, the ones that come true most easily first."""
    yield from _changes_of_time(pair)
    yield from _changes_of_skill(pair)
    yield from _changes_of_place(pair)


def _changes_of_time(pair: Pair) -> Iterator[_Change]:
    one = pair.consultant
    if one.available_from and one.available_from > pair.start:
        yield _Change(
            say("free by %(day)s", day=spoken(pair.start)),
            lambda person: replace(person, available_from=pair.start),
        )
    if one.capacity_hours_month is not None:
        needed = max(pair.pace, pair.policy.least_hours_month)
        if one.capacity_hours_month < needed:
            yield _Change(
                say(
                    "%(needed)s hours a month were free instead of %(free)s",
                    needed=f"{needed:.0f}",
                    free=f"{one.capacity_hours_month:g}",
                ),
                lambda person: replace(person, capacity_hours_month=needed),
            )


def _changes_of_skill(pair: Pair) -> Iterator[_Change]:
    one, case = pair.consultant, pair.case
    levels = pair.levels
    for need in case.needs.for_hours:
        if levels.get(need.need, 0) < 3:
            covered = say("they covered %(need)s in full", need=small(words.NEEDS[need.need].label))
            yield _Change(covered, partial(_covering, need.need))
    if case.is_schools and case.level and case.level not in one.partnership_levels:
        level = say("they knew this level: %(level)s", level=labels.here(case))
        yield _Change(level, partial(_with_one, "partnership_levels", case.level))
    if not case.is_schools and case.stage not in one.stages:
        stage = say("they knew this stage: %(stage)s", stage=labels.stage(case))
        yield _Change(stage, partial(_with_one, "stages", case.stage))


def _changes_of_place(pair: Pair) -> Iterator[_Change]:
    one, application = pair.consultant, pair.case.application
    missing = [code for code in application.session_languages if code not in one.languages]
    if missing:
        yield _Change(
            say("they worked in %(languages)s", languages=labels.languages(missing)),
            lambda person: replace(person, languages=(*person.languages, *missing)),
        )
    sector, state = application.organization.sector, application.organization.state
    if sector not in one.sectors and sector != "other":
        known = say("they knew the sector: %(sector)s", sector=small(words.SECTORS[sector].label))
        yield _Change(known, partial(_with_one, "sectors", sector))
    if state and state not in one.states:
        there = say("they worked in %(state)s", state=word(words.STATES[state].label))
        yield _Change(there, partial(_with_one, "states", state))


def _covering(need: str, person: Consultant) -> Consultant:
    kept = (skill for skill in person.skills if skill.need != need)
    return replace(person, skills=(*kept, Skill(need=need)))


def _with_one(name: str, code: str, person: Consultant) -> Consultant:
    changed: dict[str, Any] = {name: (*getattr(person, name), code)}
    return replace(person, **changed)
