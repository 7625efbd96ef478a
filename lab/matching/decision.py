"""Accept, accept with conditions, talk first or refer: the scope and foundation rules."""

import re
from dataclasses import dataclass, replace

from lab import vocabulary as words
from lab.answers import Foundation
from lab.matching import labels
from lab.matching.profiles import PUBLIC_SCHOOLS, Case
from lab.matching.result import Look, Task
from lab.matching.tasks import conditions_of, farewell, first_tasks, lawyer_is_open, talk_task
from lab.matching.unions import Nearness, nearness
from lab.said import listed, say, word

WITHOUT_MISSION = say("The organization says it has no mission for social justice, which the program is for.")
NO_MISSION = say("an organization without a mission for social justice")
NO_LAWYER = say("There is no values-aligned lawyer yet, so that referral goes out the same day, too.")
_UNION_SIDE = re.compile(
    r"\b(?:shop (?:steward|chair)|steward|union (?:president|rep\w*|organi[sz]er|steward)|local president|"
    r"business agent|unit chair|guild chair|bargaining unit (?:chair|member))\b",
    re.IGNORECASE,
)
_OUR_EMPLOYER = re.compile(
    r"\b(?:our|the members'|their) employer\b|\bour boss\w*\b|\bel patr[oó]n\b", re.IGNORECASE
)
_AGAINST = re.compile(
    r"\b(?:union.?free|union avoidance|keep (?:the|a|this) union out|stay non-?union|"
    r"(?:defeat|beat|stop|fight|kill) (?:the|this) (?:union|drive|petition|campaign)|"
    r"over the heads? of|vote no\b|talk (?:them|people|staff) out of)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What is decided, why, and what comes first."""

    decision: str
    reasons: tuple[str, ...]
    tasks: tuple[Task, ...] = ()
    looks: tuple[Look, ...] = ()
    # What lies outside the program's scope, where that is why it is referred, and the gate it closes.
    scope: str = ""
    scope_gate: str = "line"

    @property
    def declined(self) -> bool:
        """Whether the case is referred elsewhere."""
        return self.decision == "decline_refer"


def decide(case: Case) -> Decided:
    """Decide from scope and foundation, before anything is scored."""
    decided = _decide(case)
    beside = (case.line_note, _bargaining(case) if not decided.declined else "")
    return replace(decided, reasons=(*decided.reasons, *(reason for reason in beside if reason)))


def _decide(case: Case) -> Decided:
    outside = _out_of_scope(case)
    if outside:
        scope, reason = outside
        return Decided(decision="decline_refer", reasons=(reason,), tasks=farewell(), scope=scope)
    refused = _refused(case)
    if refused:
        return Decided(
            decision="decline_refer",
            reasons=tuple(refused),
            tasks=farewell(),
            scope=NO_MISSION if refused == [WITHOUT_MISSION] else "",
            scope_gate="foundation",
        )
    conditions, reasons = conditions_of(case)
    talk = _talk_first(case)
    if talk:
        without = [task for task in conditions if task.code == "lawyer"]
        return Decided(
            decision="hold_conversation",
            reasons=(*talk, *((NO_LAWYER,) if without else ())),
            tasks=(*talk_task(case), *without),
            looks=_looks(case),
        )
    tasks = (*conditions, *first_tasks(case))
    if conditions:
        return Decided(
            decision="accept_with_conditions", reasons=tuple(reasons), tasks=tasks, looks=_looks(case)
        )
    accepted = [_accepted(case), *(task.sentence for task in tasks[:2])]
    return Decided(decision="accept", reasons=tuple(accepted), tasks=tasks, looks=_looks(case))


def _bargaining(case: Case) -> str:
    """What is asked for at the table, ticked or told, where the line stays out of bargaining."""
    if not case.is_schools:
        return ""
    ticked = [need for need in case.needs.out_of_scope if words.NEEDS[need].group == "table"]
    outside = dict.fromkeys((*ticked, *case.needs.told_outside))
    if not outside:
        return ""
    return say(
        "Bargaining help is out of scope on this line and is not matched: %(needs)s.",
        needs=labels.needs(outside, between=", "),
    )


def _out_of_scope(case: Case) -> tuple[str, str] | None:
    """What lies outside the scope, as part of a sentence, and the reason to refer it."""
    organization = case.application.organization
    state = words.STATES.get(organization.state)
    place = word(state.label) if state else say("another state")
    if organization.state != "CA" and (organization.type in PUBLIC_SCHOOLS or case.is_schools):
        return say("a public school outside California"), say(
            "The labor-management line works in California only, and this is a public school employer in "
            "%(state)s. We refer it to partners there.",
            state=place,
        )
    if case.application.case_kind == "employer" and _is_union_side(case):
        return say("work for a union against its employer"), say(
            "The request comes from the union side of an employer case. The program works with employers "
            "and with joint teams, never for a union against its employer."
        )
    return None


def _is_union_side(case: Case) -> bool:
    """A labor organization may be an employer itself; it is the union side where the unit is its own."""
    organization = case.application.organization
    if organization.type != "labor_org":
        return bool(_UNION_SIDE.search(case.application.contact.role))
    own = any(
        nearness(unit.union, organization.name, organization.state, organization.state) is Nearness.SAME
        for unit in case.units
        if unit.union
    )
    return own or bool(_OUR_EMPLOYER.search(case.application.description))


def _shares(given: Foundation) -> bool:
    from lab.matching.sharing import counts_as_sharing  # its patterns take their time to compile

    return counts_as_sharing(given.share_learning, given.note)


def _refused(case: Case) -> list[str]:
    given = case.application.foundation
    found: list[str] = []
    if not case.is_schools and case.application.organization.mission_social_justice == "no":
        found.append(WITHOUT_MISSION)
    if given.pro_union == "no":
        found.append(
            say("It cannot agree to respond in a pro-union way, which is what the program is built on.")
        )
    shares = _shares(given)
    lawyer = given.aligned_lawyer == "no" and not case.is_schools
    noes = (given.pro_union == "no") + lawyer + (given.share_learning == "no" and not shares)
    if noes == 3:
        found.append(say("All three foundation clauses are answered with no."))
    elif noes == 2:
        found.append(say("Two foundation clauses are answered with no."))
    return found


def _talk_first(case: Case) -> list[str]:
    given = case.application.foundation
    found: list[str] = []
    if given.pro_union in ("unsure", "not_applicable"):
        found.append(
            say("It is not sure yet about responding in a pro-union way; a person talks it through first.")
        )
    if given.share_learning == "no" and not _shares(given):
        found.append(
            say(
                "It does not want to share what it learns. Under embargo, reviewed or without names would do, "
                "so a person talks first."
            )
        )
    return found


def _accepted(case: Case) -> str:
    if case.is_schools:
        if case.open_seats:
            return say("A public-school team in California that begins with what individuals may use.")
        return say("A public-school team in California with every seat filled; union and management agree.")
    given = case.application.foundation
    agreed: list[str] = [say("pro-union")]
    still_open: list[str] = []
    (still_open if lawyer_is_open(case) else agreed).append(say("an aligned lawyer"))
    if given.share_learning in ("yes", "not_applicable"):
        agreed.append(say("shared learning"))
    elif _shares(given):
        agreed.append(say("shared learning in the way its note says"))
    else:
        still_open.append(say("shared learning"))
    if not still_open:
        return say("The foundation is agreed: %(clauses)s.", clauses=listed(agreed, ", "))
    return say(
        "Agreed of the foundation: %(agreed)s. Still open: %(open)s.",
        agreed=listed(agreed, ", "),
        open=listed(still_open, ", "),
    )


def _looks(case: Case) -> tuple[Look, ...]:
    found = []
    if case.conditions & {"representation_challenge", "job_action"}:
        found.append(
            Look(
                gate="foundation",
                sentence=say(
                    "Look: the director speaks with them first. Advice goes to management only, and "
                    "nothing we do favors an outcome of the vote or the dispute."
                ),
            )
        )
    if _AGAINST.search(case.application.description):
        found.append(
            Look(
                gate="foundation",
                sentence=say(
                    "Look: the text speaks of acting against the union or around it; ask what is meant."
                ),
            )
        )
    organization = case.application.organization
    if case.line == "nonprofit" and organization.type == "charter" and organization.state == "CA":
        found.append(
            Look(
                gate="line",
                sentence=say("Look: a California charter may use the schools line as a joint team."),
            )
        )
    return tuple(found)
