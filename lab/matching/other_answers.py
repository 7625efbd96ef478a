"""What would change the decision: other answers, each one tried out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from lab import vocabulary as words
from lab.answers import Application
from lab.matching.decision import Decided, decide
from lab.matching.profiles import read_case
from lab.said import Said, say, small


def what_would_change(application: Application, decided: Decided, as_of: date) -> tuple[str, ...]:
    """Answers that would change the decision, each one tried out, and the dates that will."""
    found = []
    if decided.decision != "accept":
        for changed, words_for_it in _other_answers(application):
            other = decide(read_case(changed, as_of)).decision
            if other != decided.decision:
                decision = small(words.DECISIONS[other].label)
                found.append(say("If %(changed)s: %(decision)s.", changed=words_for_it, decision=decision))
    elif application.foundation.aligned_lawyer == "unsure" and application.line == "nonprofit":
        kept = replace(application, foundation=replace(application.foundation, aligned_lawyer="no"))
        other = decide(read_case(kept, as_of)).decision
        if other != decided.decision:
            decision = small(words.DECISIONS[other].label)
            found.append(say("If no aligned lawyer is agreed: %(decision)s.", decision=decision))
    return tuple(found)


def _other_answers(application: Application) -> Iterator[tuple[Application, Said]]:
    given = application.foundation
    if given.aligned_lawyer == "no":
        yield (
            replace(application, foundation=replace(given, aligned_lawyer="yes")),
            say("an aligned lawyer is agreed"),
        )
    if given.share_learning in ("no", "unsure"):
        yield (
            replace(application, foundation=replace(given, share_learning="yes")),
            say("learning may be shared, also later, reviewed or without names"),
        )
    if given.pro_union in ("no", "unsure"):
        yield (
            replace(application, foundation=replace(given, pro_union="yes")),
            say("it agrees to respond in a pro-union way"),
        )
    agreed = replace(given, pro_union="yes", aligned_lawyer="yes", share_learning="yes")
    if agreed != given:
        yield replace(application, foundation=agreed), say("leaders agree to the whole foundation")
        organization = replace(application.organization, mission_social_justice="yes")
        if application.organization.mission_social_justice == "no":
            yield (
                replace(application, foundation=agreed, organization=organization),
                say(
                    "a part of it with a social-justice mission applies on its own and agrees to the "
                    "foundation"
                ),
            )
    if application.team is not None and set(application.team.values()) - {"yes", "not_applicable"}:
        filled = dict.fromkeys(words.TEAM_SEATS, "yes")
        yield replace(application, team=filled), say("every seat of the team is filled")
