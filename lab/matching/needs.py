"""The needs of a case: what was ticked, what the text says in other words, and what the stage suggests."""

from dataclasses import dataclass

from lab import vocabulary as words
from lab.answers import Application
from lab.matching.lexicon import Heard, hear
from lab.matching.overlap import about
from lab.matching.result import NeedFound

# One need that a stage nearly always brings; it counts as nice to have and never decides.
STAGE_NEEDS = {
    "recognition_requested": "recognition_process",
    "petition_filed": "recognition_process",
    "preparing_to_bargain": "first_contract_prep",
    "first_contract_bargaining": "bargaining_team_coaching",
    "contract_implementation": "contract_implementation",
    "successor_preparation": "successor_bargaining",
    "successor_bargaining": "successor_bargaining",
}
# What lies over a stage makes some needs more pressing, and so does the stage itself.
CONDITION_NEEDS = {
    "impasse": ("dispute_mediation",),
    "job_action": ("dispute_mediation",),
    "contract_expired": ("successor_bargaining",),
    "live_dispute": ("grievance_process",),
    "polarization": ("race_power_polarization", "relationship_repair"),
    "leadership_transition": ("individual_coaching", "senior_team_coaching"),
    "layoffs_or_merger": ("restructuring_layoffs",),
    "media_exposure": ("labor_management_communications",),
}
PRESSING = 0.3
# From which stage to which the text can speak of a need; before and after it tells a story.
TIMES: dict[str, tuple[str | None, str | None]] = {
    "recognition_process": (None, "petition_filed"),
    "first_contract_prep": (None, "first_contract_bargaining"),
    "contract_implementation": ("tentative_agreement", None),
    "successor_bargaining": ("contract_implementation", None),
}
CALM_STAGES = frozenset({"before_organizing", "organizing", "established"})
FEW_HOURS = 10
LEARNING_GROUPS = frozenset({"knowledge", "peer"})


@dataclass(frozen=True, kw_only=True)
class Needs:
    """The needs in order of weight, those outside the line, and what the text was heard to say."""

    found: tuple[NeedFound, ...]
    out_of_scope: tuple[str, ...]
    told_outside: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[NeedFound, ...]:
        """Needs that were ticked or asked for in the text; a passing mention is not asking."""
        return tuple(need for need in self.found if _is_asked(need))

    @property
    def for_hours(self) -> tuple[NeedFound, ...]:
        """Needs that a consultant's hours can meet."""
        return tuple(need for need in self.found if need.need not in words.MET_BY_PROGRAM)

    @property
    def only_learning(self) -> bool:
        """Whether all that is asked is knowledge or peers."""
        return all(words.NEEDS[need.need].group in LEARNING_GROUPS for need in self.asked)

    def stated(self, *codes: str) -> bool:
        """Whether one of these was ticked or asked for."""
        return any(need.need in codes for need in self.asked)


def needs_of(
    application: Application, line: str, stage: str, conditions: frozenset[str] = frozenset()
) -> Needs:
    """Read the needs of an application on a line, at a stage, under conditions.

    Text may add a need or raise its weight; it never lowers what was answered.
    """
    heard = hear(application.description, line)
    stages = _stages(application, stage)
    ranked = _told(application, line, stage)
    outside = [answer.need for answer in application.needs if line not in words.NEEDS[answer.need].lines]
    known = {answer.need for answer in application.needs}
    for need, led_to_it in about(application.description, line).items():
        if need not in known and need not in heard and _in_its_time(need, stages):
            found = NeedFound(need=need, weight="nice", source="text", words=led_to_it)
            ranked.append((_points("nice") - 0.35, 500 + words.NEEDS[need].rank, found))
    learning = _learning(ranked) and only_learning_fits(application, stage, conditions)
    ranked += _from_stage(line, stage, known | set(heard), learning=learning)
    pressing = {STAGE_NEEDS.get(stage)}.union(*(CONDITION_NEEDS.get(code, ()) for code in conditions))
    ranked.sort(key=lambda item: (-item[0] - PRESSING * (item[2].need in pressing), item[1]))
    return Needs(
        found=tuple(item[2] for item in ranked),
        out_of_scope=tuple(outside),
        told_outside=tuple(need for need in _at_the_table(application, line) if need not in outside),
    )


def asked_in(application: Application, line: str, stage: str) -> dict[str, str]:
    """What is asked for, as `Needs.asked` has it, with how much it matters; what is only hinted at is not read."""
    return {need.need: need.weight for _, _, need in _told(application, line, stage) if _is_asked(need)}


def _is_asked(need: NeedFound) -> bool:
    return need.source == "stated" or (need.source == "text" and need.weight != "nice")


def _stages(application: Application, stage: str) -> frozenset[str]:
    return frozenset({stage, *(unit.stage for unit in application.units)})


def _told(application: Application, line: str, stage: str) -> list[tuple[float, int, NeedFound]]:
    """What was ticked, and what the text says in so many words."""
    heard = hear(application.description, line)
    stages = _stages(application, stage)
    ranked = [
        _stated(order, answer.need, answer.weight, heard.get(answer.need))
        for order, answer in enumerate(application.needs)
        if line in words.NEEDS[answer.need].lines
    ]
    known = {answer.need for answer in application.needs}
    added = [one for need, one in heard.items() if need not in known and _in_its_time(need, stages)]
    for order, one in enumerate(sorted(added, key=lambda item: words.NEEDS[item.need].rank)):
        ranked.append(_from_text(len(known) + order, one))
    return ranked


def _at_the_table(application: Application, line: str) -> list[str]:
    """What the text tells of bargaining where the line stays out of it."""
    told = hear(application.description, "nonprofit") if line == "schools" else {}
    return [
        need for need in told if words.NEEDS[need].group == "table" and line not in words.NEEDS[need].lines
    ]


def only_learning_fits(application: Application, stage: str, conditions: frozenset[str]) -> bool:
    """Whether ticks for knowledge alone mean that no hours are wanted.

    So it is for those who explore, who ask for hardly any hours, or whom nothing presses. Elsewhere, as
    two weeks after a petition, the ticks may only say what came to mind first.
    """
    if application.urgency == "exploring" or words.HOURS_BUDGETS[application.hours_budget].high < FEW_HOURS:
        return True
    return stage in CALM_STAGES and not conditions


def _in_its_time(need: str, stages: frozenset[str]) -> bool:
    """What lies behind, or far ahead, is part of the story and not a need."""
    first, last = TIMES.get(need, (None, None))
    ranks = [words.STAGES[stage].rank for stage in stages]
    early = first is not None and max(ranks) < words.STAGES[first].rank
    late = last is not None and min(ranks) > words.STAGES[last].rank
    return not early and not late


def _stated(order: int, need: str, weight: str, heard: Heard | None) -> tuple[float, int, NeedFound]:
    if heard is None:
        return _points(weight), order, NeedFound(need=need, weight=weight, source="stated")
    if heard.asks and weight == "nice":
        weight = "important"
    elif heard.focus and weight == "important":
        weight = "must"
    found = NeedFound(need=need, weight=weight, source="stated", words=heard.words)
    return _points(weight) + _emphasis(heard), order, found


def _from_text(order: int, heard: Heard) -> tuple[float, int, NeedFound]:
    weight = "important" if heard.asks or heard.times > 1 else "nice"
    found = NeedFound(need=heard.need, weight=weight, source="text", words=heard.words)
    # Said in passing comes after what was ticked; said again and again comes before.
    behind = 0.0 if heard.times > 2 else 0.35
    return _points(weight) + _emphasis(heard) - behind, order, found


def _from_stage(
    line: str, stage: str, known: set[str], *, learning: bool
) -> list[tuple[float, int, NeedFound]]:
    need = STAGE_NEEDS.get(stage)
    if need is None or learning or need in known or line not in words.NEEDS[need].lines:
        return []
    return [(_points("nice") - 0.5, 1000, NeedFound(need=need, weight="nice", source="stage"))]


def _learning(ranked: list[tuple[float, int, NeedFound]]) -> bool:
    return all(words.NEEDS[item[2].need].group in LEARNING_GROUPS for item in ranked)


def _points(weight: str) -> float:
    return float(words.NEED_WEIGHTS[weight].points)


def _emphasis(heard: Heard) -> float:
    return min(
        0.8, 0.1 * min(heard.times, 3) + (0.25 if heard.asks else 0.0) + (0.25 if heard.focus else 0.0)
    )
