"""What a director holds fast in a portfolio, and what of it cannot hold together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lab.errors import BadInput
from lab.matching.placing import Pairing, place
from lab.matching.result import Recommendation
from lab.said import say

Pair = tuple[str, str]


def held_pairs(
    order: Sequence[Recommendation],
    hours: Mapping[str, float],
    *,
    locked: Collection[Pair],
    banned: Collection[Pair],
) -> set[Pair]:
    """The locked pairs. Raises BadInput for one that no plan can hold."""
    cases = {made.ref: made for made in order}
    problems: list[str] = []
    for case, ref in sorted(set(locked)):
        names = {"case": case, "consultant": ref}
        if case not in cases or cases[case].candidate(ref) is None:
            problems.append(
                say("%(case)s with %(consultant)s is locked, but the gates do not let them pass.", **names)
            )
        elif (case, ref) in set(banned):
            problems.append(say("%(case)s with %(consultant)s is locked and banned.", **names))
        elif hours.get(ref, 0.0) <= 0:
            problems.append(say("%(case)s with %(consultant)s is locked, but no hours are free.", **names))
    for case in sorted({case for case, _ in locked}):
        if len({ref for other, ref in locked if other == case}) > 1:
            problems.append(say("%(case)s is locked with more than one consultant.", case=case))
    if problems:
        raise BadInput(say("These locks cannot hold."), problems)
    return set(locked)


def what_cannot_hold(
    pairings: Sequence[Pairing],
    hours: Mapping[str, float],
    order: Sequence[Recommendation],
    *,
    locks: set[tuple[int, str]],
    minimums: Mapping[str, int],
) -> list[str]:
    """A smallest set of locks and minimums that cannot hold together, each in a sentence.

    One after the other is left out as long as the rest still cannot hold.
    """
    kept: list[tuple[int, str] | str] = [*sorted(locks), *sorted(ref for ref in minimums if minimums[ref])]
    for part in list(kept):
        rest = [one for one in kept if one != part]
        if _impossible(pairings, hours, rest, minimums):
            kept = rest
    return [_sentence(one, order, minimums) for one in kept]


def _impossible(
    pairings: Sequence[Pairing],
    hours: Mapping[str, float],
    parts: Sequence[tuple[int, str] | str],
    minimums: Mapping[str, int],
) -> bool:
    locks = {part for part in parts if not isinstance(part, str)}
    least = {part: minimums[part] for part in parts if isinstance(part, str)}
    return place(pairings, hours, locked=locks, minimums=least) is None


def _sentence(
    part: tuple[int, str] | str, order: Sequence[Recommendation], minimums: Mapping[str, int]
) -> str:
    if isinstance(part, str):
        return say("%(consultant)s gets at least %(count)s cases.", consultant=part, count=minimums[part])
    return say("%(case)s is locked with %(consultant)s.", case=order[part[0]].ref, consultant=part[1])
