"""Why, why not, and what would change it: sentences made of the findings that make the score."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from lab import vocabulary as words
from lab.answers import Application, Consultant, Skill
from lab.matching.decision import Decided, decide
from lab.matching.gates import Pair
from lab.matching.headline import spoken
from lab.matching.profiles import read_case
from lab.matching.result import Finding, GateFinding, Look
from lab.matching.scoring import Scored, before

Rescore = Callable[[Consultant], Scored | None]
GOOD, POOR = 0.6, 0.5
NEVER_FIRST = (
    "No single change in hours, date or skills would bring them to the first place, nor would any two."
)
UNKNOWN = {
    "stage": "stages",
    "needs": "needs",
    "sector": "sectors",
    "state": "states",
    "unit_size": "unit sizes",
    "place": "time zone and place",
    "preference": "wishes",
}


@dataclass(frozen=True)
class _Change:
    """One change of a profile, in words and as it is applied."""

    words: str
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
        told_why.append("Covers every must, which comes before more points with a must left open.")
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
        labels = "; ".join(words.NEEDS[need].label.en.lower() for need in scored.musts_at_zero)
        said.append(f"Listed after those who cover every must, despite more points: not covered is {labels}.")
    looked = {sentence.removeprefix("Look: ").casefold() for sentence in said}
    lost = sorted(
        (finding for finding in scored.findings if finding.known and finding.of and _costs(finding)),
        key=lambda finding: finding.points - finding.of,
    )
    gaps = [finding.lacks or finding.sentence for finding in lost]
    said += [sentence for sentence in gaps if sentence.casefold() not in looked]
    if scored.score < floor:
        said.append(f"A partial match: {scored.score:.0f} points, under the floor of {floor:.0f}.")
    if scored.confidence < least:
        said.append("Too little is known to shortlist them without asking.")
    unknown = [UNKNOWN.get(f.criterion, f.criterion) for f in scored.findings if not f.known and f.of]
    if unknown:
        said.append(f"Not known: {', '.join(unknown)}. Counted at a stated value.")
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
            found.append(f"Would be first if {' and '.join(change.words for change in way)}.")
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
            return (f"Would {'be first' if ahead else 'pass'} if {change.words}.",)
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
            f"free by {spoken(pair.start)}", lambda person: replace(person, available_from=pair.start)
        )
    if one.capacity_hours_month is not None:
        needed = max(pair.pace, pair.policy.least_hours_month)
        if one.capacity_hours_month < needed:
            yield _Change(
                f"{needed:.0f} hours a month were free instead of {one.capacity_hours_month:g}",
                lambda person: replace(person, capacity_hours_month=needed),
            )


def _changes_of_skill(pair: Pair) -> Iterator[_Change]:
    one, case = pair.consultant, pair.case
    levels = pair.levels
    for need in case.needs.for_hours:
        if levels.get(need.need, 0) < 3:
            label = words.NEEDS[need.need].label.en.lower()
            yield _Change(f"they covered {label} in full", partial(_covering, need.need))
    if case.is_schools and case.level and case.level not in one.partnership_levels:
        label = words.PARTNERSHIP_LEVELS[case.level].label.en.lower()
        yield _Change(f"they knew this level: {label}", partial(_with_one, "partnership_levels", case.level))
    if not case.is_schools and case.stage not in one.stages:
        label = words.STAGES[case.stage].label.en.lower()
        yield _Change(f"they knew this stage: {label}", partial(_with_one, "stages", case.stage))


def _changes_of_place(pair: Pair) -> Iterator[_Change]:
    one, application = pair.consultant, pair.case.application
    missing = [code for code in application.session_languages if code not in one.languages]
    if missing:
        labels = " and ".join(words.LANGUAGES[code].label.en for code in missing)
        yield _Change(
            f"they worked in {labels}",
            lambda person: replace(person, languages=(*person.languages, *missing)),
        )
    sector, state = application.organization.sector, application.organization.state
    if sector not in one.sectors and sector != "other":
        label = words.SECTORS[sector].label.en.lower()
        yield _Change(f"they knew the sector: {label}", partial(_with_one, "sectors", sector))
    if state and state not in one.states:
        yield _Change(f"they worked in {words.STATES[state].label.en}", partial(_with_one, "states", state))


def _covering(need: str, person: Consultant) -> Consultant:
    kept = (skill for skill in person.skills if skill.need != need)
    return replace(person, skills=(*kept, Skill(need=need)))


def _with_one(name: str, code: str, person: Consultant) -> Consultant:
    changed: dict[str, Any] = {name: (*getattr(person, name), code)}
    return replace(person, **changed)


def what_would_change(application: Application, decided: Decided, as_of: date) -> tuple[str, ...]:
    """Answers that would change the decision, each one tried out, and the dates that will."""
    found = []
    if decided.decision != "accept":
        for changed, words_for_it in _other_answers(application):
            other = decide(read_case(changed, as_of)).decision
            if other != decided.decision:
                label = words.DECISIONS[other].label.en.lower()
                found.append(f"If {words_for_it}: {label}.")
    elif application.foundation.aligned_lawyer == "unsure" and application.line == "nonprofit":
        kept = replace(application, foundation=replace(application.foundation, aligned_lawyer="no"))
        other = decide(read_case(kept, as_of)).decision
        if other != decided.decision:
            found.append(f"If no aligned lawyer is agreed: {words.DECISIONS[other].label.en.lower()}.")
    return tuple(found)


def _other_answers(application: Application) -> Iterator[tuple[Application, str]]:
    given = application.foundation
    if given.aligned_lawyer == "no":
        yield (
            replace(application, foundation=replace(given, aligned_lawyer="yes")),
            "an aligned lawyer is agreed",
        )
    if given.share_learning in ("no", "unsure"):
        yield (
            replace(application, foundation=replace(given, share_learning="yes")),
            "learning may be shared, also later, reviewed or without names",
        )
    if given.pro_union in ("no", "unsure"):
        yield (
            replace(application, foundation=replace(given, pro_union="yes")),
            "it agrees to respond in a pro-union way",
        )
    agreed = replace(given, pro_union="yes", aligned_lawyer="yes", share_learning="yes")
    if agreed != given:
        yield replace(application, foundation=agreed), "leaders agree to the whole foundation"
        organization = replace(application.organization, mission_social_justice="yes")
        if application.organization.mission_social_justice == "no":
            yield (
                replace(application, foundation=agreed, organization=organization),
                "a part of it with a social-justice mission applies on its own and agrees to the foundation",
            )
    if application.team is not None and set(application.team.values()) - {"yes", "not_applicable"}:
        filled = dict.fromkeys(words.TEAM_SEATS, "yes")
        yield replace(application, team=filled), "every seat of the team is filled"
