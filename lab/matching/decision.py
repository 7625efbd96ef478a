"""Accept, accept with conditions, talk first or refer: the scope and foundation rules."""

import re
from dataclasses import dataclass

from lab import vocabulary as words
from lab.matching.profiles import PUBLIC_SCHOOLS, Case
from lab.matching.result import Look, Task
from lab.matching.sharing import counts_as_sharing
from lab.matching.tasks import conditions_of, farewell, first_tasks, talk_task
from lab.matching.unions import Nearness, nearness
from lab.said import say, word

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

    @property
    def declined(self) -> bool:
        """Whether the case is referred elsewhere."""
        return self.decision == "decline_refer"


def decide(case: Case) -> Decided:
    """Decide from scope and foundation, before anything is scored."""
    refused = _out_of_scope(case) or _refused(case)
    if refused:
        return Decided(decision="decline_refer", reasons=tuple(refused), tasks=farewell())
    talk = _talk_first(case)
    if talk:
        return Decided(
            decision="hold_conversation",
            reasons=tuple(talk),
            tasks=talk_task(case),
            looks=_looks(case),
        )
    conditions, reasons = conditions_of(case)
    tasks = (*conditions, *first_tasks(case))
    if conditions:
        return Decided(
            decision="accept_with_conditions", reasons=tuple(reasons), tasks=tasks, looks=_looks(case)
        )
    accepted = [_accepted(case), *(task.sentence for task in tasks[:2])]
    return Decided(decision="accept", reasons=tuple(accepted), tasks=tasks, looks=_looks(case))


def _out_of_scope(case: Case) -> list[str]:
    organization = case.application.organization
    state = words.STATES.get(organization.state)
    place = word(state.label) if state else say("another state")
    if organization.state != "CA" and (organization.type in PUBLIC_SCHOOLS or case.is_schools):
        return [
            say(
                "The labor-management line works in California only, and this is a public school employer in "
                "%(state)s. We refer it to partners there.",
                state=place,
            )
        ]
    if case.application.case_kind == "employer" and _is_union_side(case):
        return [
            say(
                "The request comes from the union side of an employer case. The program works with employers "
                "and with joint teams, never for a union against its employer."
            )
        ]
    return []


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


def _refused(case: Case) -> list[str]:
    given = case.application.foundation
    found: list[str] = []
    if not case.is_schools and case.application.organization.mission_social_justice == "no":
        found.append(
            say("The organization says it has no mission for social justice, which the program is for.")
        )
    if given.pro_union == "no":
        found.append(
            say("It cannot agree to respond in a pro-union way, which is what the program is built on.")
        )
    shares = counts_as_sharing(given.share_learning, given.note)
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
    if given.share_learning == "no" and not counts_as_sharing(given.share_learning, given.note):
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
    return say("The foundation is agreed: pro-union, an aligned lawyer, and shared learning.")


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
