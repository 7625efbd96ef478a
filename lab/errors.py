"""The refusals of the lab: every message is a sentence for the person who asked, told in their language."""

from collections.abc import Iterable

from lab.said import Said, say


class LabError(Exception):
    """Something cannot be done; the message says why, in words for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = _sentence(message)

    def __str__(self) -> str:
        return self.message


class NotAllowed(LabError):
    """This person may not do this."""


class NotNow(LabError):
    """It could be done, but not in the state things are in: too late, too early, changed meanwhile."""


class TooOften(LabError):
    """It may be done again in so many seconds."""

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class NotFound(LabError):
    """There is no such thing for this person."""


class BadInput(LabError):
    """What was handed in cannot be read; `problems` names each place and what would be right."""

    def __init__(self, message: str, problems: Iterable[str] = ()) -> None:
        self.problems: list[str] = [_sentence(problem) for problem in problems]
        super().__init__(message)


def _sentence(text: str) -> Said:
    return text if isinstance(text, Said) else say(text)
