"""Accept, accept with conditions, talk first or refer: the scope and foundation rules."""

import re
from dataclasses import dataclass
from datetime import timedelta

from lab import vocabulary as words
from lab.matching.needs import LEARNING_GROUPS
from lab.matching.profiles import PUBLIC_SCHOOLS, Case
from lab.matching.result import Look, Task
from lab.matching.sharing import counts_as_sharing
from lab.matching.unions import Nearness, nearness

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
        return Decided(decision="decline_refer", reasons=tuple(refused), tasks=_farewell(case))
    talk = _talk_first(case)
    if talk:
        return Decided(
            decision="hold_conversation",
            reasons=tuple(talk),
            tasks=(
                Task(
                    code="conversation",
                    sentence="A director calls and talks the open point through; what can be shared under "
                    "embargo, after review or without names counts as sharing.",
                    condition=True,
                    due_on=case.as_of + timedelta(days=3),
                ),
            ),
            looks=_looks(case),
        )
    conditions, reasons = _conditions(case)
    tasks = (*conditions, *_first_tasks(case))
    if conditions:
        return Decided(
            decision="accept_with_conditions", reasons=tuple(reasons), tasks=tasks, looks=_looks(case)
        )
    accepted = [_accepted(case), *(task.sentence for task in tasks[:2])]
    return Decided(decision="accept", reasons=tuple(accepted), tasks=tasks, looks=_looks(case))


def _out_of_scope(case: Case) -> list[str]:
    organization = case.application.organization
    state = words.STATES.get(organization.state)
    place = state.label.en if state else "another state"
    if organization.state != "CA" and (organization.type in PUBLIC_SCHOOLS or case.is_schools):
        return [
            f"The labor-management line works in California only, and this is a public school employer in "
            f"{place}. We refer it to partners there."
        ]
    if case.application.case_kind == "employer" and _is_union_side(case):
        return [
            "The request comes from the union side of an employer case. The program works with employers and "
            "with joint teams, never for a union against its employer."
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
    found = []
    if not case.is_schools and case.application.organization.mission_social_justice == "no":
        found.append("The organization says it has no mission for social justice, which the program is for.")
    if given.pro_union == "no":
        found.append("It cannot agree to respond in a pro-union way, which is what the program is built on.")
    shares = counts_as_sharing(given.share_learning, given.note)
    lawyer = given.aligned_lawyer == "no" and not case.is_schools
    noes = (given.pro_union == "no") + lawyer + (given.share_learning == "no" and not shares)
    if noes >= 2:
        found.append(f"{'All three' if noes == 3 else 'Two'} foundation clauses are answered with no.")
    return found


def _talk_first(case: Case) -> list[str]:
    given = case.application.foundation
    found = []
    if given.pro_union in ("unsure", "not_applicable"):
        found.append(
            "It is not sure yet about responding in a pro-union way; a person talks it through first."
        )
    if given.share_learning == "no" and not counts_as_sharing(given.share_learning, given.note):
        found.append(
            "It does not want to share what it learns. Under embargo, reviewed or without names would do, so "
            "a person talks first."
        )
    return found


def _conditions(case: Case) -> tuple[list[Task], list[str]]:
    tasks, reasons = [], []
    if case.application.foundation.aligned_lawyer == "no" and not case.is_schools:
        reasons.append(
            "There is no values-aligned lawyer yet. The referral goes out the same day; consultant hours "
            "start when an aligned lawyer is agreed."
        )
        tasks.append(
            Task(
                code="lawyer",
                sentence="Send the referral to values-aligned lawyers today; hours start when one is agreed.",
                condition=True,
                due_on=case.as_of,
            )
        )
        if case.stage == "recognition_requested":
            reasons.append("The director may release up to 5 bridge hours meanwhile.")
    if case.is_schools and case.open_seats and asks_team_work(case):
        seats = ", ".join(words.TEAM_SEATS[seat].label.en.lower() for seat in case.open_seats)
        reasons.append(f"Team work begins when the other seats join: {seats}.")
        tasks.append(
            Task(
                code="seats",
                sentence=f"The open seats join: {seats}. Nobody is written to until the applicant says so.",
                condition=True,
            )
        )
    return tasks, reasons


def asks_team_work(case: Case) -> bool:
    """Whether a schools case asks for more than one person alone may use."""
    if case.application.urgency == "exploring" and case.hours[1] == 0:
        return False
    wanted = [answer.need for answer in case.application.needs]
    beyond = [need for need in wanted if words.NEEDS[need].group not in LEARNING_GROUPS]
    return case.hours[1] > 0 or bool(set(beyond) - {"board_education"})


def _first_tasks(case: Case) -> list[Task]:
    given, organization = case.application.foundation, case.application.organization
    counsel = case.application.counsel
    found = []
    lawyer_open = given.aligned_lawyer in ("unsure", "not_applicable")
    not_aligned = given.aligned_lawyer == "yes" and counsel is not None and counsel.aligned == "no"
    if not case.is_schools and (lawyer_open or not_aligned):
        found.append(
            Task(
                code="lawyer",
                sentence="First task: agree a values-aligned lawyer; we send names the same day.",
            )
        )
    if given.share_learning in ("unsure", "no"):
        how = (
            "its note says how: write it down as a conditional yes"
            if counts_as_sharing(given.share_learning, given.note)
            else "for example after review, later, or without names"
        )
        found.append(Task(code="sharing", sentence=f"First task: agree how learning is shared; {how}."))
    if not case.is_schools and organization.mission_social_justice == "unsure":
        found.append(
            Task(code="mission", sentence="Ask in the first call how its mission serves social justice.")
        )
    if case.is_schools and case.open_seats and not asks_team_work(case):
        found.append(
            Task(
                code="individual",
                sentence="Open to one person for now: what individuals may use; the team can follow.",
            )
        )
    if case.needs.stated("joint_training", "labor_management_partnership") and not case.is_schools:
        found.append(
            Task(
                code="union_consent",
                sentence="Joint parts only with the union's consent to the person and the plan.",
            )
        )
    return found


def _accepted(case: Case) -> str:
    if case.is_schools:
        if case.open_seats:
            return "A public-school team in California that begins with what individuals may use."
        return "A public-school team in California with every seat filled; union and management agree."
    return "The foundation is agreed: pro-union, an aligned lawyer, and shared learning."


def _looks(case: Case) -> tuple[Look, ...]:
    found = []
    if case.conditions & {"representation_challenge", "job_action"}:
        found.append(
            Look(
                gate="foundation",
                sentence="Look: the director speaks with them first. Advice goes to management only, and "
                "nothing we do favors an outcome of the vote or the dispute.",
            )
        )
    if _AGAINST.search(case.application.description):
        found.append(
            Look(
                gate="foundation",
                sentence="Look: the text speaks of acting against the union or around it; ask what is meant.",
            )
        )
    organization = case.application.organization
    if case.line == "nonprofit" and organization.type == "charter" and organization.state == "CA":
        found.append(
            Look(gate="line", sentence="Look: a California charter may use the schools line as a joint team.")
        )
    return tuple(found)


def _farewell(case: Case) -> tuple[Task, ...]:
    return (
        Task(
            code="referral",
            sentence="Write kindly, with the reasons, other places to turn, open resources and an open door.",
        ),
    )
