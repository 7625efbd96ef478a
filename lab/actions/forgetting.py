"""What signing in leaves behind is deleted once nobody can use it any more."""

from __future__ import annotations

from lab.actions import keeping, sessions, sign_in, throttle


def forget_old() -> None:
    """Attempts and links after a day, kept forms after half an hour, sessions a day after their end."""
    for topic in (throttle, sign_in, sessions, keeping):
        topic.forget_old()
