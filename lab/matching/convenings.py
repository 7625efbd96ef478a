"""Where each event stands for a case: line, date, audience, and whether the team has outgrown it."""

from lab import vocabulary as words
from lab.answers import Convening, Supports
from lab.matching import labels
from lab.matching.decision import Decided
from lab.matching.profiles import EARLY, Case
from lab.matching.result import ConveningAdvice
from lab.matching.tasks import asks_team_work
from lab.matching.tiers import HOT
from lab.said import Said, begun, listed, say, spoken

Standing = tuple[str, str]


def convenings_of(case: Case, decided: Decided, supports: Supports) -> tuple[ConveningAdvice, ...]:
    """Every event with its standing; a past one is excluded."""
    found = []
    preferred = _preferred(case, decided, supports.convenings)
    for event in supports.convenings:
        standing, reason = _standing(case, decided, event)
        if standing == "recommended" and event.audience == "new_teams" and event is not preferred:
            standing, reason = "optional", say("Also possible: %(event)s.", event=_when(event))
        found.append(
            ConveningAdvice(
                convening=event.convening,
                name=event.name,
                standing=standing,
                reason=reason,
                starts_on=event.starts_on,
            )
        )
    return tuple(found)


def _preferred(case: Case, decided: Decided, events: tuple[Convening, ...]) -> Convening | None:
    """Of several events for new teams the one in the wished format, then the next one."""
    wished = case.application.session_format
    fitting = [
        event
        for event in events
        if event.audience == "new_teams" and _standing(case, decided, event)[0] == "recommended"
    ]

    def order(event: Convening) -> tuple[bool, object, str]:
        online = event.place.casefold() == "online"
        misses = (wished == "in_person" and online) or (wished == "remote" and not online)
        return misses, event.starts_on, event.convening

    return min(fitting, key=order, default=None)


def _standing(case: Case, decided: Decided, event: Convening) -> Standing:
    if event.ends_on < case.as_of:
        return "excluded", say("It took place in %(year)s and is past.", year=event.ends_on.year)
    if event.line != case.line:
        return "excluded", say(
            "It belongs to the %(line)s line.", line=labels.LINES.get(event.line, event.line)
        )
    if decided.declined:
        if event.audience == "all" and event.individuals_allowed:
            return "optional", say("Open to everyone: %(event)s.", event=_when(event))
        if decided.scope:
            outside = say("%(scope)s is outside the program's scope.", scope=decided.scope)
            return "excluded", begun(outside)
        return "excluded", say("It is for organizations that agree with the foundation.")
    if event.audience == "worker_centers":
        return _for_worker_centers(case, event)
    if event.audience == "new_teams":
        return _for_new_teams(case, event)
    return _for_all_schools(case, event) if case.is_schools else _for_all(case, event)


def _for_worker_centers(case: Case, event: Convening) -> Standing:
    if not case.worker_center:
        return "excluded", say("It is for worker centers.")
    return "recommended", say("It is for worker centers: %(event)s.", event=_when(event))


def _for_new_teams(case: Case, event: Convening) -> Standing:
    if not case.is_schools:
        return "optional", say("For teams at the beginning: %(event)s.", event=_when(event))
    if case.level_rank >= words.PARTNERSHIP_LEVELS["standing_team"].rank:
        return "not_now", say("It is for new teams, and this team has moved on.")
    if case.convened:
        return "not_now", say("It is for new teams, and this team has been to a convening.")
    if case.full_team:
        return "recommended", say("A first convening for the whole team: %(event)s.", event=_when(event))
    if asks_team_work(case):
        return "recommended", say(
            "Come with the counterparts once they have said yes: %(event)s.", event=_when(event)
        )
    if event.individuals_allowed:
        return "optional", say("Individuals may come too: %(event)s.", event=_when(event))
    return "conditional", say(
        "For a team of both sides; when the other seats join: %(event)s.", event=_when(event)
    )


def _for_all_schools(case: Case, event: Convening) -> Standing:
    if case.level_rank >= words.PARTNERSHIP_LEVELS["standing_team"].rank:
        return "not_now", say("The team has moved on from open introductions.")
    if case.convened or case.full_team:
        return "optional", say("Open to all: %(event)s.", event=_when(event))
    return "recommended", say("Open to individuals while the team forms: %(event)s.", event=_when(event))


def _for_all(case: Case, event: Convening) -> Standing:
    nearest = case.clock[0].on if case.clock else None
    if case.stage in EARLY:
        return "recommended", say("A first orientation for this stage: %(event)s.", event=_when(event))
    if case.stage in HOT and (nearest is None or event.starts_on <= nearest):
        return "recommended", say("It fits this stage and comes in time: %(event)s.", event=_when(event))
    return "optional", say("Open to all: %(event)s.", event=_when(event))


def _when(event: Convening) -> Said:
    place = say("online") if event.place == "online" else event.place
    return listed((spoken(event.starts_on), place), ", ")
