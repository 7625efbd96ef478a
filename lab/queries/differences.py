"""How two recommendations for one case differ, in sentences for a director."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lab import answers, exchange
from lab import vocabulary as words
from lab.matching.result import Candidate
from lab.matching.result import Recommendation as Result
from lab.said import joined, listed, say, small, spoken, word

# The parts of an application as a director calls them.
ANSWERS = {
    "bargaining_units": say("bargaining units"),
    "case_kind": say("kind of case"),
    "conditions": say("conditions"),
    "contact": say("contact"),
    "counsel": say("lawyer"),
    "dates": say("dates"),
    "description": say("description"),
    "foundation": say("foundation"),
    "hours_budget": say("hours budget"),
    "line": say("line"),
    "needs": say("needs"),
    "organization": say("organization"),
    "partnership_level": say("partnership level"),
    "prior_participation": say("prior participation"),
    "session_format": say("session format"),
    "session_languages": say("session languages"),
    "stage": say("stage"),
    "start_from": say("start from"),
    "submitted_on": say("submitted on"),
    "team": say("team"),
    "timeframe": say("timeframe"),
    "urgency": say("urgency"),
}


def differences(before: Result, after: Result, names: dict[str, str]) -> list[str]:
    """How two recommendations for one case differ, in sentences for a director."""
    said: list[str] = []
    if before.decision != after.decision:
        said.append(
            say(
                "The recommended decision was “%(was)s” and is now “%(now)s”.",
                was=_label(words.DECISIONS, before.decision),
                now=_label(words.DECISIONS, after.decision),
            )
        )
    if before.stage != after.stage:
        said.append(
            say(
                "The stage was %(was)s and is now %(now)s.",
                was=_small(words.STAGES, before.stage),
                now=_small(words.STAGES, after.stage),
            )
        )
    said += _standings(before, after)
    said += _people(before, after, names)
    if (before.hours.low, before.hours.high) != (after.hours.low, after.hours.high):
        said.append(
            say(
                "%(low)s to %(high)s hours were recommended, now %(now_low)s to %(now_high)s.",
                low=before.hours.low,
                high=before.hours.high,
                now_low=after.hours.low,
                now_high=after.hours.high,
            )
        )
    return said


def days_passed(before: Result, after: Result, names: dict[str, str], *, decided: bool) -> list[str]:
    """What a director would see otherwise because days have passed: a date gone by, a convening over, another choice.

    Once it is decided, only what the decision stands on: a convening or a date that is over undoes no offer.
    """
    passed = [
        say(
            "%(what)s, %(day)s: this day has passed.",
            what=_label(words.DATE_KINDS, one.kind),
            day=spoken(one.on),
        )
        for one in before.clock
        if before.as_of <= one.on < after.as_of
    ]
    whole = differences(_without_points(before, decided), _without_points(after, decided), names)
    return whole if decided else passed + whole


def _without_points(result: Result, decided: bool) -> Result:
    """The same without what drifts with every day, and without what is offered beside hours where that is decided."""
    people = tuple(replace(one, score=0.0, looks=()) for one in result.consultants)
    if decided:
        return replace(result, consultants=people, tiers=(), networks=(), convenings=())
    return replace(result, consultants=people)


def _label(terms: Any, code: str) -> str:
    term = terms.get(code)
    return word(term.label) if term else code


def _small(terms: Any, code: str) -> str:
    term = terms.get(code)
    return small(term.label) if term else code


def _standings(before: Result, after: Result) -> list[str]:
    said: list[str] = []
    for old, new, name_of in (
        ({a.tier: a for a in before.tiers}, {a.tier: a for a in after.tiers}, None),
        ({a.network: a for a in before.networks}, {a.network: a for a in after.networks}, "name"),
        ({a.convening: a for a in before.convenings}, {a.convening: a for a in after.convenings}, "name"),
    ):
        for code in sorted({*old, *new}):
            was, now = _standing(old.get(code)), _standing(new.get(code))
            if was != now:
                thing: Any = new.get(code) or old.get(code)
                name = (getattr(thing, name_of) if name_of else _label(words.TIERS, code)) or code
                said.append(say("%(name)s: was %(was)s, now %(now)s.", name=name, was=was, now=now))
    return said


def _standing(advice: Any) -> str:
    return _small(words.STANDINGS, advice.standing) if advice else say("not there")


def _people(before: Result, after: Result, names: dict[str, str]) -> list[str]:
    old, new = _by_ref(before), _by_ref(after)
    closed = {one.ref: one.reason for one in after.excluded}
    said: list[str] = []
    for ref in sorted({*old, *new}):
        name = names.get(ref, ref)
        if ref not in new:
            gone = say("%(name)s is no longer among the candidates.", name=name)
            said.append(joined(gone, closed.get(ref, "")))
        elif ref not in old:
            said.append(say("%(name)s is now among the candidates.", name=name))
        elif new[ref].declined_on != old[ref].declined_on and new[ref].declined_on is not None:
            on = spoken(new[ref].declined_on)
            said.append(say("%(name)s declined this case on %(day)s.", name=name, day=on))
        elif round(old[ref].score) != round(new[ref].score):
            was_at, now_at = f"{old[ref].score:.0f}", f"{new[ref].score:.0f}"
            said.append(say("%(name)s had %(was)s points, now %(now)s.", name=name, was=was_at, now=now_at))
        elif {look.sentence for look in old[ref].looks} != {look.sentence for look in new[ref].looks}:
            said.append(say("What to look at before asking %(name)s has changed.", name=name))
    return said


def _by_ref(result: Result) -> dict[str, Candidate]:
    return {one.ref: one for one in result.consultants}


def changed_answers(before: answers.Application, today: answers.Application) -> list[str]:
    """A sentence that names the topics whose answers differ; none where all are alike."""
    old, new = exchange.application_to(before), exchange.application_to(today)
    topics = [
        ANSWERS.get(key, key.replace("_", " "))
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key)
    ]
    return [say("The answers changed: %(topics)s.", topics=listed(topics, ", "))] if topics else []
