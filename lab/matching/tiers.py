"""Which tier of support fits, by rules that come before any score; each with its sentence."""

from collections.abc import Sequence

from lab import vocabulary as words
from lab.matching import labels
from lab.matching.decision import Decided
from lab.matching.profiles import EARLY, Case
from lab.matching.result import NetworkAdvice, TierAdvice
from lab.matching.tasks import asks_team_work
from lab.said import joined, say

HOT = frozenset({"recognition_requested", "petition_filed"})
STANDING_ORDER = ("recommended", "conditional", "optional", "not_now", "excluded")
LEAST_HOURS = 10


def tiers_of(case: Case, decided: Decided, networks: Sequence[NetworkAdvice]) -> tuple[TierAdvice, ...]:
    """The three tiers with their standings. They add up: an individual client also gets a network."""
    advice = {
        "universal": _universal(case, decided),
        "regional": _regional(case, decided, networks),
        "individualized": _individualized(case, decided),
    }
    return tuple(
        TierAdvice(tier=tier, standing=standing, reason=reason) for tier, (standing, reason) in advice.items()
    )


def _universal(case: Case, decided: Decided) -> tuple[str, str]:
    if decided.declined:
        return "optional", say("Public resources are open to everyone, also where we cannot work together.")
    if decided.decision == "hold_conversation":
        return "recommended", say("Open at once, while the foundation is talked through.")
    if case.is_schools:
        return _universal_for_schools(case)
    if decided.decision == "accept_with_conditions":
        return "recommended", say("Guides and webinars start at once, while the condition is being met.")
    if case.stage in EARLY:
        return "recommended", say("At this early stage learning comes first.")
    if not case.needs.asked:
        return "recommended", say("Nothing is named yet; webinars and the hub are a beginning.")
    if case.only_learning:
        return "recommended", say("The request is for knowledge and peers, which webinars and the hub give.")
    if case.hours[1] == 0:
        return "recommended", say("No consultant hours are asked for; webinars and the hub are open.")
    return "optional", say("The hub and webinars are there beside the closer support.")


def _universal_for_schools(case: Case) -> tuple[str, str]:
    if not case.convened and not case.full_team and not asks_team_work(case):
        return "recommended", say("One person can begin with what individuals may use.")
    if not case.convened:
        return "recommended", say("A new team begins at a convening: it learns to sit in one room.")
    if case.level_rank >= words.PARTNERSHIP_LEVELS["standing_team"].rank:
        return "not_now", say(
            "The team has been to convenings and moved on; an introduction would not help it."
        )
    return "optional", say("The team has attended once; another convening is its choice.")


def _regional(case: Case, decided: Decided, networks: Sequence[NetworkAdvice]) -> tuple[str, str]:
    if decided.scope:
        return "excluded", say("No network: %(scope)s is outside the program's scope.", scope=decided.scope)
    if decided.declined:
        return "excluded", say("Networks are for organizations that agree with the foundation.")
    if decided.decision == "hold_conversation":
        return "not_now", say("A network waits until the foundation is talked through.")
    if not case.is_schools and case.stage in HOT:
        return (
            "not_now",
            say("Recognition is too short and too hot for a network; a call from the director helps more."),
        )
    if networks:
        best = min(networks, key=lambda advice: STANDING_ORDER.index(advice.standing))
        if best.standing in ("recommended", "conditional", "optional"):
            return best.standing, best.reason
    if case.is_schools and not case.application.organization.county.strip():
        return "not_now", say("The county is not told, so no regional network can be named; ask for it.")
    if case.is_schools:
        return "not_now", say("No regional network covers this county yet.")
    if case.stage in EARLY:
        return "not_now", say("Peer networks begin once there is a union to work with.")
    return "not_now", say("No peer network is open for this stage now.")


def _individualized(case: Case, decided: Decided) -> tuple[str, str]:
    if decided.scope:
        return "excluded", say(
            "No consultant hours: %(scope)s is outside the program's scope.", scope=decided.scope
        )
    if decided.declined:
        return "excluded", say("Consultant hours need the foundation, and it is not agreed.")
    if decided.decision == "hold_conversation":
        return "not_now", say("No hours before the foundation question is talked through.")
    if case.is_schools:
        standing, reason = _coaching_for_schools(case)
    else:
        standing, reason = _coaching(case)
    if decided.decision == "accept_with_conditions" and standing in ("recommended", "optional"):
        return "conditional", joined(say("Hours start when the condition is met."), reason)
    return standing, reason


def _coaching(case: Case) -> tuple[str, str]:
    if case.only_learning and case.needs.asked:
        return (
            "not_now",
            say("Only learning is asked for, which the hub, webinars and peers give without paid hours."),
        )
    if case.hours[1] == 0:
        return "not_now", say("No consultant hours are wanted now; the door stays open.")
    if not case.needs.asked and not case.only_learning:
        return _with_nothing_named(case)
    if case.needs.asked and case.needs.only_learning:
        return (
            "optional",
            say(
                "Only learning is ticked, yet hours are asked for at a stage that presses (%(stage)s): the "
                "director asks what the hours are for.",
                stage=labels.stage(case),
            ),
        )
    if not any(need.need not in words.MET_BY_PROGRAM for need in case.needs.asked):
        if case.pressing and case.stage not in EARLY:
            return "optional", _may_press(case)
        return "not_now", say("Nothing is asked for yet that hours of a consultant can meet.")
    if case.stage in EARLY and not case.conditions:
        if any(words.NEEDS[need.need].group == "leadership" for need in case.needs.asked):
            return "optional", say(
                "A few hours with the leaders could help; learning comes first at this stage."
            )
        return "not_now", say("It is too early for paid hours; learning comes first.")
    if case.stage == "established" and not case.conditions:
        calm = _under_a_contract(case)
        if calm:
            return calm
    if case.hours[1] < LEAST_HOURS:
        return "optional", say("Fewer than ten hours: one or two conversations rather than an engagement.")
    return "recommended", _why_hours(case)


def _with_nothing_named(case: Case) -> tuple[str, str]:
    standing = "optional" if case.hours[1] < LEAST_HOURS else "recommended"
    return standing, say(
        "No need is named yet, but hours are asked for at a stage that calls for a person beside them "
        "(%(stage)s): the first call finds the goals.",
        stage=labels.stage(case),
    )


def _under_a_contract(case: Case) -> tuple[str, str] | None:
    """Where a contract is in force hours are an option, unless what is asked for presses by itself."""
    if not case.pressing:
        return "optional", say("The contract is in force and nothing presses; a few hours are possible.")
    if case.needs.stated(*case.pressing):
        return None
    return "optional", _may_press(case)


def _may_press(case: Case) -> str:
    return say(
        "The text speaks of what may press: %(needs)s. The director asks whether hours would help.",
        needs=labels.needs(case.pressing),
    )


def _why_hours(case: Case) -> str:
    stage = labels.stage(case)
    if case.pressing and not case.conditions:
        return say(
            "This stage (%(stage)s) calls for a person beside them, the more so with what is told: %(needs)s.",
            stage=stage,
            needs=labels.needs(case.pressing),
        )
    if case.conditions:
        over = labels.conditions(code for code in words.CONDITIONS if code in case.conditions)
        return say(
            "This stage (%(stage)s) calls for a person beside them, the more so with: %(conditions)s.",
            stage=stage,
            conditions=over,
        )
    return say("This stage (%(stage)s) calls for a person beside them.", stage=stage)


def _too_early_for_coaching(case: Case) -> str:
    if not case.convened:
        return say("It is too early for coaching; a convening comes first.")
    return say(
        "The team has been to a convening and stands at: %(level)s. Coaching follows once it meets as a team.",
        level=labels.here(case),
    )


def _coaching_for_schools(case: Case) -> tuple[str, str]:
    standing_team = words.PARTNERSHIP_LEVELS["standing_team"].rank
    if case.level_rank < words.PARTNERSHIP_LEVELS["attended_together"].rank:
        return "not_now", _too_early_for_coaching(case)
    if case.hours[1] == 0:
        return "not_now", say("No consultant hours are wanted now; the door stays open.")
    if not any(need.need not in words.MET_BY_PROGRAM for need in case.needs.asked):
        return "not_now", say("There is no goal yet that coaching on this line could serve.")
    if case.level_rank < standing_team:
        return "optional", say(
            "Coaching is possible once the team has found its rhythm; the region comes first."
        )
    if case.open_seats:
        return "conditional", say("Coaching starts when the open seats of the team are filled.")
    if case.hours[1] < LEAST_HOURS:
        return "optional", say("Fewer than ten hours: one or two conversations rather than an engagement.")
    return "recommended", say("A standing team with a goal of its own: coaching on that goal fits.")
