"""The refusals of the lab: every message is a sentence for the person who asked."""

from collections.abc import Iterable


class LabError(Exception):
    """Something cannot be done; the message says why, in words for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class NotAllowed(LabError):
    """This person may not do this."""


class NotNow(LabError):
    """It could be done, but not in the state things are in: too late, too early, changed meanwhile."""


class NotFound(LabError):
    """There is no such thing for this person."""


class BadInput(LabError):
    """What was handed in cannot be read; `problems` names each place and what would be right."""

    def __init__(self, message: str, problems: Iterable[str] = ()) -> None:
        self.problems: list[str] = list(problems)
        super().__init__(message)
