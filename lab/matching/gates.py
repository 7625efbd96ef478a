"""Gates: reasons never to propose a consultant, or to look first; each with a sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lab import vocabulary as words
from lab.answers import Application, Consultant
from lab.matching import labels
from lab.matching.conflicts import conflict_findings
from lab.matching.decision import Decided
from lab.matching.policy import Policy
from lab.matching.profiles import Case, Commitment, read_case
from lab.matching.result import GateFinding, Verdict
from lab.said import Said, begun, say, spoken


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One consultant beside one case, under one policy."""

    case: Case
    consultant: Consultant
    policy: Policy
    decided: Decided
    commitments: tuple[Commitment, ...] = ()

    @property
    def start(self) -> date:
        """The day support should begin, never before today."""
        return max(self.case.application.starts_on, self.case.as_of)

    @property
    def levels(self) -> dict[str, int]:
        """The consultant's depth by need."""
        return {skill.need: skill.level for skill in self.consultant.skills}

    @property
    def pace(self) -> float:
        """Hours a month that the low end of the recommended hours needs."""
        return self.case.hours_of_work(self.policy.early_hours)[0] / self.case.months_of_work(
            self.policy.months_of_work
        )


def gates_of(pair: Pair) -> tuple[GateFinding, ...]:
    """Every finding of every gate, in the order in which a person would say them.

    Where the line or the case itself is closed, nothing else needs to be said.
    """
    found: list[GateFinding] = []
    for gate in GATES:
        found += gate(pair)
        if found[-1].verdict == "block" and found[-1].gate in ("line", "foundation"):
            break
    return tuple(found)


def capacity_finding(
    consultant: Consultant,
    application: Application,
    *,
    as_of: date | None = None,
    policy: Policy | None = None,
) -> GateFinding:
    """Whether the consultant has hours in the window of an application; for the offer alone."""
    case = read_case(application, as_of or application.submitted_on)
    pair = Pair(
        case=case,
        consultant=consultant,
        policy=policy or Policy.default(),
        decided=Decided(decision="accept", reasons=()),
    )
    return _capacity(pair)[0]


def closed_by_time(free: float | None, since: date | None, *, least: float, latest: date) -> str:
    """What about hours and days closes the gate of capacity: untold, few or late; empty where nothing does."""
    if free is None or since is None:
        return "untold"
    if free < least:
        return "few"
    return "late" if since > latest else ""


def _finding(gate: str, verdict: Verdict, sentence: str, opens_on: date | None = None) -> GateFinding:
    said = say("Look: %(what)s", what=sentence) if verdict == "look" else sentence
    return GateFinding(gate=gate, verdict=verdict, sentence=said, opens_on=opens_on)


def _line(pair: Pair) -> Sequence[GateFinding]:
    if pair.decided.scope and pair.decided.scope_gate == "line":
        return [GateFinding(gate="line", verdict="block", sentence=_outside(pair), clearable=False)]
    line = labels.LINES.get(pair.case.line, pair.case.line)
    if pair.case.line in pair.consultant.lines:
        return [_finding("line", "pass", say("Works on the %(line)s line.", line=line))]
    sentence = say("Does not work on the %(line)s line.", line=line)
    return [GateFinding(gate="line", verdict="block", sentence=sentence, clearable=False)]


def _outside(pair: Pair) -> Said:
    return say("Nobody is proposed: %(scope)s is outside the program's scope.", scope=pair.decided.scope)


def _foundation(pair: Pair) -> Sequence[GateFinding]:
    if pair.decided.scope:
        return [_finding("foundation", "block", _outside(pair))]
    if pair.decided.declined:
        return [
            _finding(
                "foundation", "block", say("Nobody is proposed, because the case is referred elsewhere.")
            )
        ]
    if pair.decided.decision == "hold_conversation":
        return [
            _finding("foundation", "look", say("a person talks the foundation through before any hours."))
        ]
    return [_finding("foundation", "pass", say("The foundation allows hours."))]


def _conflict(pair: Pair) -> Sequence[GateFinding]:
    return conflict_findings(
        pair.consultant,
        pair.case.application,
        as_of=pair.case.as_of,
        policy=pair.policy,
        commitments=pair.commitments,
    )


def _language(pair: Pair) -> Sequence[GateFinding]:
    wanted = pair.case.application.session_languages
    spoken_by = set(pair.consultant.languages)
    missing = [code for code in wanted if code not in spoken_by]
    if not missing:
        return [
            _finding("language", "pass", say("Works in %(languages)s.", languages=labels.languages(wanted)))
        ]
    told = labels.languages(missing)
    if len(missing) < len(wanted):
        partly = say("does not work in %(languages)s, which is asked for too.", languages=told)
        return [_finding("language", "look", partly)]
    not_at_all = say("Does not work in %(languages)s, and sessions need it.", languages=told)
    return [_finding("language", "block", not_at_all)]


def _in_person(pair: Pair) -> Sequence[GateFinding]:
    wished, remote = pair.case.application.session_format, pair.consultant.remote
    state = pair.case.application.organization.state
    near = state == pair.consultant.base_state
    reaches = near or state in pair.consultant.states or pair.consultant.any_state
    if wished == "in_person" and remote == "yes" and not near:
        if not reaches:
            away = say("Sessions are in person, and they do not work in %(state)s.", state=state)
            return [_finding("in_person", "block", away)]
        return [_finding("in_person", "look", say("sessions are in person; ask whether they travel there."))]
    if wished == "in_person" and not reaches:
        far = say("sessions are in person in %(state)s; ask whether they travel.", state=state)
        return [_finding("in_person", "look", far)]
    if wished == "remote" and remote == "no":
        return [_finding("in_person", "block", say("Works in person only, and sessions are by video."))]
    return [_finding("in_person", "pass", say("The format of the sessions suits them."))]


def _capacity(pair: Pair) -> Sequence[GateFinding]:
    free, since = pair.consultant.capacity_hours_month, pair.consultant.available_from
    least = pair.policy.least_hours_month
    latest = pair.start + timedelta(days=words.URGENCIES[pair.case.application.urgency].grace_days)
    closed = closed_by_time(free, since, least=least, latest=latest)
    if free is None or since is None or closed == "untold":
        untold = say("Has not said from when and how many hours are free: ask first.")
        return [_finding("capacity", "block", untold)]
    if closed == "few":
        few = say(
            "Has %(free)s free hours a month; an engagement needs at least %(least)s.",
            free=f"{free:g}",
            least=f"{least:g}",
        )
        return [_finding("capacity", "block", few)]
    if closed == "late":
        late = say(
            "Free from %(since)s; support should begin on %(start)s and can wait until %(latest)s.",
            since=spoken(since),
            start=spoken(pair.start),
            latest=spoken(latest),
        )
        return [_finding("capacity", "block", late, since)]
    if free < pair.pace:
        slow = say(
            "%(free)s free hours a month against about %(needed)s needed: a smaller scope, longer, or a "
            "second consultant.",
            free=f"{free:g}",
            needed=f"{pair.pace:.0f}",
        )
        return [_finding("capacity", "look", slow)]
    enough = say("%(free)s hours a month free from %(since)s.", free=f"{free:g}", since=spoken(since))
    return [_finding("capacity", "pass", enough)]


def _competence(pair: Pair) -> Sequence[GateFinding]:
    near, sentence = stage_distance(pair)
    if near > 1:
        return [_finding("competence", "block", sentence)]
    asked = pair.case.needs_for_hours
    levels = pair.levels
    if asked and not any(levels.get(need.need, 0) for need in asked):
        unknown = labels.needs(need.need for need in asked[:3])
        nothing = say("Knows none of what is asked for (%(needs)s).", needs=unknown)
        return [_finding("competence", "block", nothing)]
    found = [
        _finding("competence", "look", _beside(pair)) if near else _finding("competence", "pass", sentence)
    ]
    without = musts_at_zero(pair)
    if without:
        open_musts = say(
            "%(needs)s is a must they do not cover: pair with a second consultant.",
            needs=labels.needs(without),
        )
        found.append(_finding("competence", "look", open_musts))
    return found


def musts_at_zero(pair: Pair) -> tuple[str, ...]:
    """The musts that hours can meet and that the consultant does not cover at all."""
    levels = pair.levels
    return tuple(
        need.need
        for need in pair.case.needs.asked
        if need.weight == "must" and need.need not in words.MET_BY_PROGRAM and not levels.get(need.need, 0)
    )


def stage_distance(pair: Pair) -> tuple[int, str]:
    """How far the nearest known stage is in the order (on the schools line the partnership level)."""
    if pair.case.is_schools:
        known, here = pair.consultant.partnership_levels, pair.case.level_rank
    else:
        known, here = pair.consultant.stages, words.STAGES[pair.case.stage].rank
    if not known:
        return 99, say("Has not named a stage they know: the profile must be filled first.")
    ranks = [
        words.PARTNERSHIP_LEVELS[code].rank if pair.case.is_schools else words.STAGES[code].rank
        for code in known
    ]
    near = min(abs(rank - here) for rank in ranks)
    if near == 0:
        return near, say("Knows this stage: %(stage)s.", stage=labels.here(pair.case))
    if near == 1:
        return near, begun(_beside(pair))
    return near, say("Does not know this stage (%(stage)s) or one next to it.", stage=labels.here(pair.case))


def _beside(pair: Pair) -> Said:
    return say("knows the stage next to this one, not this one (%(stage)s).", stage=labels.here(pair.case))


# Facts before judgement: who may not or cannot is said before who does not know the work.
GATES: tuple[Callable[[Pair], Sequence[GateFinding]], ...] = (
    _line,
    _foundation,
    _conflict,
    _language,
    _in_person,
    _capacity,
    _competence,
)
