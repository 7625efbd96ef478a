"""Frozen dataclasses to plain JSON values and back, so that a match can be kept as it was."""

import dataclasses
import types
import typing
from datetime import date
from typing import Any, TypeVar

from lab.said import Said, said_from

T = TypeVar("T")
_KNOWN: dict[Any, dict[str, Any]] = {}


def plain(value: Any) -> Any:
    """The value as JSON knows it: dates as text, tuples as lists, dataclasses and sentences as objects."""
    if isinstance(value, Said):
        return value.to_record()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def build(kind: type[T], record: dict[str, Any]) -> T:
    """A dataclass of this kind from what `plain` made of it. Raises TypeError for a missing field."""
    given = {name: _shape(hint, record[name]) for name, hint in _hints(kind).items() if name in record}
    return kind(**given)


def _hints(kind: Any) -> dict[str, Any]:
    if kind not in _KNOWN:
        hints = typing.get_type_hints(kind)
        _KNOWN[kind] = {field.name: hints[field.name] for field in dataclasses.fields(kind)}
    return _KNOWN[kind]


def _shape(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = typing.get_origin(hint)
    if origin is types.UnionType or origin is typing.Union:
        return _shape(next(part for part in typing.get_args(hint) if part is not type(None)), value)
    if origin is tuple:
        inner = typing.get_args(hint)[0]
        return tuple(_shape(inner, item) for item in value)
    if hint is str:
        return said_from(value)
    if hint is date:
        return date.fromisoformat(value)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return build(hint, value)
    return value
