"""JSON that knows on which line each value stands, so that a refusal can name the place."""

import json
import re
from typing import Any

Path = tuple[str | int, ...]
_SPACE = re.compile(r"[ \t\r\n]*")


class LinedText:
    """A parsed text: its `value`, and the line of each place in it."""

    def __init__(self, text: str) -> None:
        """Parse the text. Raises json.JSONDecodeError where it is not JSON."""
        self._text = text
        self._places: dict[Path, int] = {}
        self._decoder = json.JSONDecoder()
        self.value, end = self._read(self._skip(0), ())
        if self._skip(end) != len(text):
            raise json.JSONDecodeError("Extra data", text, self._skip(end))

    def line(self, path: Path) -> int:
        """The line of this place, or of the nearest one around it."""
        while path and path not in self._places:
            path = path[:-1]
        return self._text.count("\n", 0, self._places.get(path, 0)) + 1

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _read(self, at: int, path: Path) -> tuple[Any, int]:
        self._places[path] = at
        opening = self._text[at : at + 1]
        if opening == "{":
            return self._read_object(at, path)
        if opening == "[":
            return self._read_list(at, path)
        return self._decoder.raw_decode(self._text, at)

    def _read_object(self, at: int, path: Path) -> tuple[dict[str, Any], int]:
        made: dict[str, Any] = {}
        at = self._skip(at + 1)
        if self._text[at : at + 1] == "}":
            return made, at + 1
        while True:
            if self._text[at : at + 1] != '"':
                raise json.JSONDecodeError("Expecting a key in double quotes", self._text, at)
            start = at
            key, at = self._decoder.raw_decode(self._text, at)
            at = self._expect(":", self._skip(at))
            made[key], at = self._read(self._skip(at), (*path, key))
            self._places[(*path, key)] = start
            at = self._skip(at)
            if self._text[at : at + 1] == "}":
                return made, at + 1
            at = self._skip(self._expect(",", at))

    def _read_list(self, at: int, path: Path) -> tuple[list[Any], int]:
        made: list[Any] = []
        at = self._skip(at + 1)
        if self._text[at : at + 1] == "]":
            return made, at + 1
        while True:
            value, at = self._read(at, (*path, len(made)))
            made.append(value)
            at = self._skip(at)
            if self._text[at : at + 1] == "]":
                return made, at + 1
            at = self._skip(self._expect(",", at))

    def _expect(self, sign: str, at: int) -> int:
        if self._text[at : at + 1] != sign:
            raise json.JSONDecodeError(f"Expecting {sign!r}", self._text, at)
        return at + 1
