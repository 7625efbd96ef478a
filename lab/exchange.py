"""The exchange format: applications, consultants and supports as JSON, read with care and written back."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from lab import exchange_application, exchange_profile, exchange_supports
from lab.answers import Application, Consultant, Supports
from lab.errors import BadInput
from lab.lined_json import LinedText
from lab.reading import Notes

T = TypeVar("T")


@dataclass(frozen=True)
class Reading(Generic[T]):
    """What a text held: the items that can be used, and what was found while reading."""

    items: tuple[T, ...]
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def or_refuse(self, what: str) -> tuple[T, ...]:
        """The items, or BadInput with every problem in it."""
        if self.problems:
            raise BadInput(f"{what} cannot be read: {'; '.join(self.problems)}", self.problems)
        return self.items


def read_applications(text: str) -> Reading[Application]:
    """Read a list of applications. Nothing is raised: problems stand in the answer."""
    return _read_list(text, exchange_application.application, "application")


def read_consultants(text: str) -> Reading[Consultant]:
    """Read a list of consultants. Nothing is raised: problems stand in the answer."""
    return _read_list(text, exchange_profile.consultant, "consultant")


def read_supports(text: str) -> Reading[Supports]:
    """Read the supports, one object. Nothing is raised: problems stand in the answer."""
    lined, refusal = _parse(text)
    if lined is None:
        return Reading((), (refusal,))
    notes = Notes(lined.line)
    made = exchange_supports.supports(lined.value, notes)
    return Reading(() if notes.problems else (made,), tuple(notes.problems), tuple(notes.warnings))


def application_from(source: Any) -> Application:
    """One application from plain values. Raises BadInput with each problem and its place."""
    return _one(source, exchange_application.application, "The application")


def consultant_from(source: Any) -> Consultant:
    """One consultant from plain values. Raises BadInput with each problem and its place."""
    return _one(source, exchange_profile.consultant, "The consultant")


def supports_from(source: Any) -> Supports:
    """The supports from plain values. Raises BadInput with each problem and its place."""
    return _one(source, exchange_supports.supports, "The supports")


application_to = exchange_application.application_to
consultant_to = exchange_profile.consultant_to
supports_to = exchange_supports.supports_to


def kind_of(text: str) -> str:
    """What a file holds: applications, consultants or supports. Raises BadInput where it is none of them."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise BadInput(f"line {wrong.lineno}: this is not JSON ({wrong.msg})") from None
    first = value[0] if isinstance(value, list) and value else value
    keys = set(first) if isinstance(first, dict) else set()
    if keys & {"peer_networks", "regional_networks", "convenings", "tiers"}:
        return "supports"
    if keys & {"organization", "submitted_on", "foundation"}:
        return "applications"
    if keys & {"skills", "capacity_hours_month", "available_from"}:
        return "consultants"
    raise BadInput("This file holds neither applications nor consultants nor supports.")


def _one(source: Any, read: Callable[[Any, Notes, tuple[str | int, ...]], T], what: str) -> T:
    notes = Notes()
    made = read(source, notes, ())
    if notes.problems:
        raise BadInput(f"{what} cannot be read: {'; '.join(notes.problems)}", notes.problems)
    return made


def _read_list(text: str, read: Callable[[Any, Notes, tuple[str | int, ...]], T], what: str) -> Reading[T]:
    lined, refusal = _parse(text)
    if lined is None:
        return Reading((), (refusal,))
    values = lined.value if isinstance(lined.value, list) else [lined.value]
    whole = Notes(lined.line)
    made: list[T] = []
    seen: set[str] = set()
    for number, value in enumerate(values):
        notes = Notes(lined.line)
        path: tuple[str | int, ...] = (number,) if isinstance(lined.value, list) else ()
        item = read(value, notes, path)
        ref = str(getattr(item, "ref", ""))
        if ref and ref in seen:
            notes.problem((*path, "ref"), f"{ref!r} stands here twice; each {what} needs a ref of its own")
        seen.add(ref)
        if not notes.problems:
            made.append(item)
        whole.problems += notes.problems
        whole.warnings += notes.warnings
    return Reading(tuple(made), tuple(whole.problems), tuple(whole.warnings))


def _parse(text: str) -> tuple[LinedText | None, str]:
    try:
        return LinedText(text.removeprefix("\ufeff")), ""
    except json.JSONDecodeError as wrong:
        return None, f"line {wrong.lineno}: this is not JSON ({wrong.msg})"
    except RecursionError:
        return None, "line 1: this is nested too deeply to be read"
