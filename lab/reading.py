"""Reading one object of the exchange format: each value checked, each problem with its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, TypeVar

T = TypeVar("T")
Codes = Mapping[str, Any]
_MISSING = object()


@dataclass
class Notes:
    """What was found while reading: problems refuse an item, warnings do not."""

    line_of: Callable[[tuple[str | int, ...]], int] | None = None
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def place(self, path: tuple[str | int, ...]) -> str:
        """ "line 14: needs[2]", without the number of the item, which the line tells."""
        shown = ""
        for step in path[1:] if path and isinstance(path[0], int) else path:
            shown += f"[{step}]" if isinstance(step, int) else f".{step}" if shown else step
        line = f"line {self.line_of(path)}" if self.line_of else ""
        return ": ".join(part for part in (line, shown) if part)

    def problem(self, path: tuple[str | int, ...], text: str) -> None:
        """Refuse, with the place."""
        place = self.place(path)
        self.problems.append(f"{place}: {text}" if place else text)

    def warning(self, path: tuple[str | int, ...], text: str) -> None:
        """Warn, with the place."""
        place = self.place(path)
        self.warnings.append(f"{place}: {text}" if place else text)


class Reader:
    """Takes values out of one object; what nobody took is kept as `extra` and warned of."""

    def __init__(self, source: Any, notes: Notes, path: tuple[str | int, ...] = ()) -> None:
        self.notes, self.path = notes, path
        self._taken: set[str] = set()
        self._source: dict[str, Any] = source if isinstance(source, dict) else {}
        self._is_object = isinstance(source, dict)
        if not self._is_object:
            notes.problem(path, f"expected an object in braces, found {_kind(source)}")

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        return self._source.get(key) is not None

    def raw(self, key: str) -> Any:
        """The value as it stands; the key counts as taken."""
        self._taken.add(key)
        return self._source.get(key)

    def problem(self, key: str, text: str) -> None:
        """Refuse the value of a key."""
        self.notes.problem((*self.path, key), text)

    def _take(self, key: str, kinds: type | tuple[type, ...], wanted: str, default: T | object) -> Any:
        value = self.raw(key)
        if value is None:
            if default is _MISSING and self._is_object:
                self.notes.problem((*self.path, key), f"is missing; expected {wanted}")
            return None if default is _MISSING else default
        is_bool = isinstance(value, bool) and kinds is not bool
        if is_bool or not isinstance(value, kinds):
            self.problem(key, f"expected {wanted}, found {_kind(value)}")
            return None if default is _MISSING else default
        return value

    def text(self, key: str, default: Any = _MISSING) -> str:
        """A text; required without a default."""
        value = self._take(key, str, "a text", default)
        if value == "" and default is _MISSING and self._is_object:
            self.problem(key, "is empty; expected a text")
        return value or ""

    def text_or_none(self, key: str) -> str | None:
        """A text, or None where there is none."""
        value: str | None = self._take(key, str, "a text", None)
        return value or None

    def whole(self, key: str) -> int | None:
        """A whole number from 0, or None."""
        value: int | None = self._take(key, int, "a whole number", None)
        return value if self._from_zero(key, value) else None

    def number(self, key: str) -> float | None:
        """A number from 0, or None."""
        value: float | None = self._take(key, (int, float), "a number", None)
        return value if self._from_zero(key, value) else None

    def _from_zero(self, key: str, value: float | None) -> bool:
        fits = value is None or 0 <= value < 10**9
        if not fits:
            self.problem(key, f"expected a number from 0, found {value}")
        return fits

    def truth(self, key: str, default: bool) -> bool:
        """true or false."""
        return bool(self._take(key, bool, "true or false", default))

    def day(self, key: str, default: Any = _MISSING) -> date | None:
        """A date such as 2026-10-19."""
        value = self._take(key, str, "a date such as 2026-10-19", default)
        return read_day(value, self.notes, (*self.path, key)) if isinstance(value, str) else None

    def code(self, key: str, codes: Codes, default: Any = _MISSING) -> str:
        """A code of the vocabulary."""
        value = self._take(key, str, "one of " + some(codes), default)
        return self._known(key, value, codes) or (default if isinstance(default, str) else "")

    def code_or_none(self, key: str, codes: Codes) -> str | None:
        """A code of the vocabulary, or None."""
        value = self._take(key, str, "one of " + some(codes), None)
        return self._known(key, value, codes)

    def _known(self, key: str, value: str | None, codes: Codes) -> str | None:
        if value is None or value in codes:
            return value
        self.problem(key, unknown(value, codes))
        return None

    def items(self, key: str) -> list[tuple[int, Any]]:
        """The entries of a list with their numbers; an absent list is empty."""
        return list(enumerate(self._take(key, list, "a list", [])))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(self._entries(key, None))

    def codes(self, key: str, codes: Codes) -> tuple[str, ...]:
        """A list of codes of the vocabulary, each one once."""
        return tuple(dict.fromkeys(self._entries(key, codes)))

    def _entries(self, key: str, codes: Codes | None) -> list[str]:
        found = []
        for number, value in self.items(key):
            place = (*self.path, key, number)
            if not isinstance(value, str):
                self.notes.problem(place, f"expected a text, found {_kind(value)}")
            elif codes is not None and value not in codes:
                self.notes.problem(place, unknown(value, codes))
            else:
                found.append(value)
        return found

    def inner(self, key: str) -> "Reader":
        """A reader of the object under this key."""
        value = self.raw(key)
        return Reader({} if value is None else value, self.notes, (*self.path, key))

    def rest(self) -> dict[str, Any]:
        """What nobody asked for: kept, shown and warned of."""
        left = {key: value for key, value in self._source.items() if key not in self._taken}
        for key in left:
            self.notes.warning((*self.path, key), "is not known here; it is kept and shown as it is")
        return left


def read_day(value: str, notes: Notes, path: tuple[str | int, ...]) -> date | None:
    """A date in ISO form, or None with a problem noted."""
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        notes.problem(path, f"{value!r} is not a date; expected year-month-day such as 2026-10-19")
        return None


def unknown(value: str, codes: Codes) -> str:
    """The sentence for a code that does not exist, with the nearest right one."""
    near = get_close_matches(value, list(codes), n=1, cutoff=0.5)
    return f"unknown code {value!r}, " + (
        f"did you mean {near[0]!r}?" if near else f"expected one of {some(codes)}"
    )


def some(codes: Codes) -> str:
    """The first few codes, for a message."""
    first = list(codes)[:12]
    return ", ".join(first) + (" ..." if len(codes) > len(first) else "")


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number"}
    return names.get(type(value), "nothing" if value is None else "a number")
