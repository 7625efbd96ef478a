"""Labels of the vocabulary as they stand inside a sentence, in the language of its reader."""

from collections.abc import Iterable

from lab import vocabulary as words
from lab.matching.profiles import Case
from lab.said import AND, Said, language_name, listed, say, small

LINES = {"nonprofit": say("nonprofit"), "schools": say("schools")}


def needs(codes: Iterable[str], between: str = "; ") -> Said:
    """The labels of needs."""
    return listed((small(words.NEEDS[code].label) for code in codes), between)


def conditions(codes: Iterable[str]) -> Said:
    """The labels of conditions."""
    return listed(small(words.CONDITIONS[code].label) for code in codes)


def seats(codes: Iterable[str]) -> Said:
    """The labels of seats of a team."""
    return listed((small(words.TEAM_SEATS[code].label) for code in codes), ", ")


def languages(codes: Iterable[str]) -> Said:
    """The names of languages, with "and" between."""
    return listed(
        (language_name(words.LANGUAGES[code].label) if code in words.LANGUAGES else code for code in codes),
        AND,
    )


def stage(case: Case) -> Said:
    """Where a case stands: its stage."""
    return small(words.STAGES[case.stage].label)


def here(case: Case) -> Said:
    """Where a case stands on its line: the level of a team, or the stage."""
    if case.is_schools:
        return small(words.PARTNERSHIP_LEVELS[case.level or "individual_interest"].label)
    return stage(case)
