"""What comes first: the conditions that must be met, the first tasks, and the one kind deed at a referral."""

from datetime import timedelta

from lab import vocabulary as words
from lab.matching import labels
from lab.matching.needs import LEARNING_GROUPS
from lab.matching.profiles import Case
from lab.matching.result import Task
from lab.said import say

SHARING_AS_TOLD = say(
    "First task: agree how learning is shared; its note says how: write it down as a conditional yes."
)
SHARING_SOMEHOW = say(
    "First task: agree how learning is shared; for example after review, later, or without names."
)


def conditions_of(case: Case) -> tuple[list[Task], list[str]]:
    """What must be met before hours start, with the reasons."""
    tasks: list[Task] = []
    reasons: list[str] = []
    if case.application.foundation.aligned_lawyer == "no" and not case.is_schools:
        reasons.append(
            say(
                "There is no values-aligned lawyer yet. The referral goes out the same day; consultant hours "
                "start when an aligned lawyer is agreed."
            )
        )
        tasks.append(
            Task(
                code="lawyer",
                sentence=say(
                    "Send the referral to values-aligned lawyers today; hours start when one is agreed."
                ),
                condition=True,
                due_on=case.as_of,
            )
        )
        if case.stage == "recognition_requested":
            reasons.append(say("The director may release up to 5 bridge hours meanwhile."))
    if case.is_schools and case.open_seats and asks_team_work(case):
        seats = labels.seats(case.open_seats)
        reasons.append(say("Team work begins when the other seats join: %(seats)s.", seats=seats))
        tasks.append(
            Task(
                code="seats",
                sentence=say(
                    "The open seats join: %(seats)s. Nobody is written to until the applicant says so.",
                    seats=seats,
                ),
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


def lawyer_is_open(case: Case) -> bool:
    """Whether a values-aligned lawyer is still to be agreed."""
    given, counsel = case.application.foundation, case.application.counsel
    not_aligned = given.aligned_lawyer == "yes" and counsel is not None and counsel.aligned == "no"
    return not case.is_schools and (given.aligned_lawyer != "yes" or not_aligned)


def first_tasks(case: Case) -> list[Task]:
    """What comes first without being a condition."""
    given, organization = case.application.foundation, case.application.organization
    found = []
    if given.aligned_lawyer != "no" and lawyer_is_open(case):
        found.append(
            Task(
                code="lawyer",
                sentence=say("First task: agree a values-aligned lawyer; we send names the same day."),
            )
        )
    if given.share_learning in ("unsure", "no"):
        from lab.matching.sharing import counts_as_sharing  # its patterns take their time to compile

        told = counts_as_sharing(given.share_learning, given.note)
        found.append(Task(code="sharing", sentence=SHARING_AS_TOLD if told else SHARING_SOMEHOW))
    if not case.is_schools and organization.mission_social_justice == "unsure":
        found.append(
            Task(code="mission", sentence=say("Ask in the first call how its mission serves social justice."))
        )
    if case.is_schools and case.open_seats and not asks_team_work(case):
        found.append(
            Task(
                code="individual",
                sentence=say("Open to one person for now: what individuals may use; the team can follow."),
            )
        )
    if case.needs.stated("joint_training", "labor_management_partnership") and not case.is_schools:
        found.append(
            Task(
                code="union_consent",
                sentence=say("Joint parts only with the union's consent to the person and the plan."),
            )
        )
    return found


def farewell() -> tuple[Task, ...]:
    """What is done for a case that is referred elsewhere."""
    return (
        Task(
            code="referral",
            sentence=say(
                "Write kindly, with the reasons, other places to turn, open resources and an open door."
            ),
        ),
    )


def talk_task(case: Case) -> tuple[Task, ...]:
    """The call that opens a case whose foundation is not clear."""
    return (
        Task(
            code="conversation",
            sentence=say(
                "A director calls and talks the open point through; what can be shared under "
                "embargo, after review or without names counts as sharing."
            ),
            condition=True,
            due_on=case.as_of + timedelta(days=3),
        ),
    )
