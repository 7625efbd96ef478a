"""Sentences for people, made where nobody knows who will read them: English now, another language when shown.

`say("Covers %(count)s of %(total)s needs.", count=1, total=3)` is an English text like any other that also
remembers its template and its values. A page asks it to be told in the language of its reader. Values are
numbers, texts as somebody wrote them, and other sentences, days, labels or lists of them.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, Protocol

from lab.vocabulary import Text


class Tongue(Protocol):
    """A language to tell something in."""

    code: str

    def sentence(self, template: str) -> str:
        """The template in this language; as it is where nobody has translated it."""

    def counted(self, one: str, many: str, number: int) -> str:
        """The template for this number in this language."""

    def day(self, day: date) -> str:
        """A day as people write it."""


class Said(str):
    """An English text that can be told in another language and kept to be told later."""

    __slots__ = ()

    @abstractmethod
    def told(self, tongue: Tongue) -> str:
        """The same in another language."""

    @abstractmethod
    def to_record(self) -> dict[str, Any]:
        """Plain JSON values from which `said_from` makes it again."""

    def __reduce__(self) -> tuple[Any, ...]:
        return said_from, (self.to_record(),)


class Sentence(Said):
    """A template with its values."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, Any]

    def told(self, tongue: Tongue) -> str:
        return _filled(tongue.sentence(self.template), self.values, tongue)

    def to_record(self) -> dict[str, Any]:
        return {"say": self.template, **_kept(self.values)}


class Counted(Said):
    """A template for one and a template for many, with their number and values."""

    __slots__ = ("many", "number", "one", "values")
    one: str
    many: str
    number: int
    values: Mapping[str, Any]

    def told(self, tongue: Tongue) -> str:
        return _filled(tongue.counted(self.one, self.many, self.number), self.values, tongue)

    def to_record(self) -> dict[str, Any]:
        return {"one": self.one, "many": self.many, "num": self.number, **_kept(self.values)}


class Listed(Said):
    """Several texts with the same sign or word between them."""

    __slots__ = ("between", "parts")
    between: str
    parts: tuple[str, ...]

    def told(self, tongue: Tongue) -> str:
        parts = [told(part, tongue) for part in self.parts]
        return _both(parts, tongue) if self.between == AND else self.between.join(parts)

    def to_record(self) -> dict[str, Any]:
        return {"list": [kept(part) for part in self.parts], "between": self.between}


class Label(Said):
    """A text of the vocabulary; `small` names the languages that write it without a capital here."""

    __slots__ = ("small", "text")
    text: Text
    small: str

    def told(self, tongue: Tongue) -> str:
        label = self.text.in_(tongue.code)
        return label.lower() if tongue.code in self.small.split() else label

    def to_record(self) -> dict[str, Any]:
        return {"en": self.text.en, "es": self.text.es, **({"small": self.small} if self.small else {})}


class Day(Said):
    """A day."""

    __slots__ = ("on",)
    on: date

    def told(self, tongue: Tongue) -> str:
        return tongue.day(self.on)

    def to_record(self) -> dict[str, Any]:
        return {"day": self.on.isoformat()}


class Begun(Said):
    """A text at the beginning of a sentence."""

    __slots__ = ("rest",)
    rest: str

    def told(self, tongue: Tongue) -> str:
        return _capital(told(self.rest, tongue))

    def to_record(self) -> dict[str, Any]:
        return {"begun": kept(self.rest)}


AND = " and "
EVERYWHERE = "en es"


def template(text: str) -> str:
    """Mark a text as a template that `say` gets later, so that translators find it."""
    return text


def say(template: str, /, **values: Any) -> Said:
    """A sentence. The template is written out where it is called, with places like %(name)s."""
    made = Sentence(template % values if values else template)
    made.template, made.values = template, values
    return made


def say_many(one: str, many: str, num: int, /, **values: Any) -> Said:
    """A sentence for one or for many; %(num)s is the number."""
    values["num"] = num
    made = Counted((one if num == 1 else many) % values)
    made.one, made.many, made.number, made.values = one, many, num, values
    return made


def listed(parts: Iterable[str], between: str = "; ") -> Said:
    """Several texts with something between: "; ", ", ", or `AND` in the language of the reader."""
    every = tuple(parts)
    made = Listed(between.join(every))
    made.between, made.parts = between, every
    return made


def joined(*parts: str) -> str:
    """Sentences one after the other; empty ones are left out, and of one alone nothing is made."""
    every = tuple(part for part in parts if part)
    return listed(every, " ") if len(every) > 1 else every[0] if every else ""


@cache
def word(text: Text) -> Said:
    """A label as it stands in the vocabulary."""
    return _label(text, text.en, "")


@cache
def small(text: Text) -> Said:
    """A label inside a sentence, without a capital."""
    return _label(text, text.en.lower(), EVERYWHERE)


@cache
def language_name(text: Text) -> Said:
    """The name of a language: with a capital in English and without one in Spanish."""
    return _label(text, text.en, "es")


@lru_cache(maxsize=4096)
def spoken(day: date) -> Said:
    """A date as people write it: 19 October 2026."""
    made = Day(f"{day.day} {day:%B %Y}")
    made.on = day
    return made


def begun(text: str) -> Said:
    """A text with a capital, for the beginning of a sentence."""
    made = Begun(_capital(text))
    made.rest = text
    return made


def reworded(text: str, other: Mapping[str, str]) -> str:
    """The same with other templates, for another listener; what an empty template stands for is left out."""
    if isinstance(text, Listed) and text.between == " ":
        return joined(*(reworded(part, other) for part in text.parts))
    if isinstance(text, Sentence) and text.template in other:
        changed = other[text.template]
        return say(changed, **text.values) if changed else ""
    return text


def told(value: Any, tongue: Tongue) -> Any:
    """A value in a language; what is no sentence stays as it is."""
    return value.told(tongue) if isinstance(value, Said) else value


def kept(value: Any) -> Any:
    """A text as it is kept in JSON: a sentence with its parts, a plain text as it is."""
    return value.to_record() if isinstance(value, Said) else value


def said_from(record: Any) -> Any:
    """What `kept` made a record of."""
    match record:
        case {"say": str(template)}:
            return say(template, **_values(record))
        case {"one": str(one), "many": str(many), "num": int(number)}:
            return say_many(one, many, number, **_values(record))
        case {"list": list(parts), "between": str(between)}:
            return listed((said_from(part) for part in parts), between)
        case {"en": str(en), "es": str(es)}:
            small = record.get("small", "")
            return _label(Text(en, es), en.lower() if "en" in small.split() else en, small)
        case {"day": str(day)}:
            return spoken(date.fromisoformat(day))
        case {"begun": rest}:
            return begun(said_from(rest))
    return record


def _label(text: Text, english: str, small: str) -> Said:
    made = Label(english)
    made.text, made.small = text, small
    return made


def _filled(template: str, values: Mapping[str, Any], tongue: Tongue) -> str:
    if not values:
        return template
    return template % {name: told(value, tongue) for name, value in values.items()}


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"with": {name: kept(value) for name, value in values.items()}} if values else {}


def _values(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: said_from(value) for name, value in record.get("with", {}).items()}


def _both(parts: list[str], tongue: Tongue) -> str:
    """With "and" between; Spanish says "e" before the sound of an i."""
    if tongue.code != "es":
        return AND.join(parts)
    text = parts[0] if parts else ""
    for part in parts[1:]:
        sounds_like_i = part.lower().startswith(("i", "hi")) and not part.lower().startswith("hie")
        text += (" e " if sounds_like_i else " y ") + part
    return text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
