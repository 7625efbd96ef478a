"""Whether an answer to sharing, with its note, is a yes; clause by clause, and in doubt a no stays a no."""

import re

from lab.matching.lexicon import plain

# Ways of sharing that stand for themselves: later by embargo, after a review, or without names.
_BY_REVIEW = (
    r"(?:after|once|if|when|upon|following|subject to|pending|with|despues de|tras|previa|con)"
    r" (?:[\w']+ ){0,3}?(?:review\w*|revis\w+)"
    r"|(?:review\w*|revis\w+) (?:[\w']+ ){0,4}?(?:first|before\w*|prior|antes|primero)"
)
_GONE = r"(?:removed|taken out|left out|stripped|blacked out|changed)"
_WITHOUT_NAMES = (
    r"anonym\w*|anonim\w*|de-?identif\w*|redact\w*|sin (?:los |nuestros |ningun )?nombres?"
    r"|without (?:[\w']+ ){0,2}?(?:names?|naming)|no names?"
    rf"|(?:names?|identif\w*(?: \w+)?) (?:\w+ )?{_GONE}|remov\w+ (?:the |our |all )?names?"
)
_MANNER = re.compile(rf"\b(?:embarg\w*|{_BY_REVIEW}|{_WITHOUT_NAMES})(?![\w])")
# Later alone is a way of sharing only where sharing is spoken of.
_LATER = re.compile(r"\b(?:after|once|later|when|despues|mas adelante|cuando)\b")
_SHARING = re.compile(r"\b(?:shar\w+|publish\w*|material\w*|compart\w+|public\w+|insights?)\b")
_NEGATED = re.compile(
    r"\b(?:no|not|never|nothing|nobody|none|neither|nor|cannot|refus\w*|declin\w*|object\w*|forbid\w*|"
    r"prohibit\w*|against|badly|harm\w*|hurt\w*|regret\w*|confidential\w*|property of|impossible|unwilling|"
    r"jamas|nunca|nada|nadie|ni|tampoco|ningun\w*|niega\w*|prohib\w*|imposible|mal)\b|(?<=\w)n't\b"
)
_DOUBTED = re.compile(
    r"\b(?:maybe|perhaps|might|unsure|doubt\w*|possibly|depends|unless|only if|"
    r"quizas?|tal vez|a lo mejor|dudamos|depende|a menos que)\b|\?"
)
_OFFERED = re.compile(
    r"\b(?:would|could|can|will|may|shall|happy to|glad to|willing|open to|ready to|agree\w*|fine|okay|ok|"
    r"only|acceptable|allowed|podemos|podriamos|puede\w*|podria\w*|compartiremos|compartimos|compartiriamos|"
    r"aceptamos|aceptariamos|solo|dispuest\w+|de acuerdo)\b|'(?:d|ll)\b"
)
# Without a verb of its own a clause is nothing but the way of sharing; in the past it is a story.
_BARE = re.compile(
    rf"^(?:(?:yes|si|just|under|with|bajo|con|in|an?|un|una|our|the|six|one|two|three|\d+|months?|years?|"
    rf"[\w'-]+[- ]year|after|once|when|despues) )*?(?:{_MANNER.pattern}|(?:months?|years?) after\b)"
)
_PAST = re.compile(r"\b(?:was|were|had|did|went|put|got|fue|fueron|era|hubo)\b")
_BETWEEN = re.compile(r"[.!;:\n]+|(?<=\?)|\b(?:but|however|though|although|pero|aunque)\b")


def counts_as_sharing(answer: str, note: str) -> bool:
    """Whether the answer to sharing is a yes: plainly, or under embargo, reviewed or without names.

    A clause with a negation never counts. Beside a "no" a clause must also offer it, or be nothing but
    the way of sharing ("Only anonymized."); beside "unsure" naming the way is enough.
    """
    if answer in ("yes", "not_applicable"):
        return True
    if answer not in ("unsure", "no"):
        return False
    return any(_offers(clause, firmly=answer == "no") for clause in _clauses(note))


def _clauses(note: str) -> list[str]:
    return [" ".join(clause.split()).strip(", ") for clause in _BETWEEN.split(plain(note)) if clause.strip()]


def _offers(clause: str, *, firmly: bool) -> bool:
    without_manner = _MANNER.sub(" ", clause)
    if _NEGATED.search(without_manner):
        return False
    manner = bool(_MANNER.search(clause))
    later = bool(_LATER.search(without_manner) and _SHARING.search(without_manner))
    if not firmly:
        return manner or later
    if _DOUBTED.search(without_manner):
        return False
    offered = bool(_OFFERED.search(without_manner))
    return (manner and (offered or bool(_BARE.match(clause) and not _PAST.search(clause)))) or (
        later and offered
    )
