"""Two texts of one topic: where they differ, in words, and the one that is made of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, FieldList, FormField, SelectFieldBase, TextAreaField

from lab.forms.intake.base import Asked, TopicForm, as_form
from lab.forms.intake.needs import PREFIX
from lab.tongue import gettext as _

Typed = Mapping[str, list[str]]
MINE, THEIRS, BOTH = "mine", "theirs", "both"


@dataclass(frozen=True)
class Difference:
    """One question that two people answered differently."""

    key: str
    label: str
    mine: str
    theirs: str
    can_join: bool


def block_of(name: str) -> str:
    """The question a field belongs to: lists and tables count as one."""
    return "needs" if name.startswith(PREFIX) else name.split("-", 1)[0]


def differences(form: type[TopicForm], asked: Asked, *, mine: Typed, theirs: Typed) -> list[Difference]:
    """Every question with two answers, in the order of the form."""
    ours, others = form(as_form(mine), asked=asked), form(as_form(theirs), asked=asked)
    found, seen = [], set()
    for field in ours:
        key = block_of(field.name)
        if key in seen or _part(mine, key) == _part(theirs, key):
            continue
        seen.add(key)
        found.append(
            Difference(
                key,
                _label(field, key),
                _text(ours, key),
                _text(others, key),
                isinstance(field, TextAreaField),
            )
        )
    return [one for one in found if one.mine != one.theirs or one.can_join]


def merged(mine: Typed, theirs: Typed, keep: Mapping[str, str]) -> dict[str, list[str]]:
    """Their text with those questions replaced for which mine, or both, are kept."""
    made = dict(theirs)
    for key in {block_of(name) for name in (*mine, *theirs)}:
        choice = keep.get(key, THEIRS)
        if choice == MINE:
            made = {name: values for name, values in made.items() if block_of(name) != key}
            made.update(_part(mine, key))
        elif choice == BOTH:
            texts = [*mine.get(key, []), *theirs.get(key, [])]
            made[key] = ["\n\n".join(text.strip() for text in texts if text.strip())]
    return made


def _part(typed: Typed, key: str) -> dict[str, list[str]]:
    return {
        name: values for name, values in typed.items() if block_of(name) == key and any(values)
    }  # fmt: skip


def _label(field: Any, key: str) -> str:
    names = {
        "needs": _("What would help"), "units": _("The groups of staff"), "days": _("The dates"),
    }  # fmt: skip
    if key in names:
        return names[key]
    text = str(field.label.text)
    from lab import vocabulary as words

    for terms in (words.FOUNDATION, words.TEAM_SEATS):
        code = key.removesuffix("_note").removesuffix("_possible")
        if code in terms:
            label = _in_words(terms[code])
            return label if code == key else f"{label}: {text}"
    return text


def _in_words(term: Any) -> str:
    from flask_babel import get_locale

    return str(term.label.in_(str(get_locale())[:2]))


def _text(form: TopicForm, key: str) -> str:
    lines: list[str] = []
    for field in form:
        if block_of(field.name) != key:
            continue
        if isinstance(field, FieldList):
            for row in field:
                told = [value for inner in _fields(row) if (value := _value(inner))]
                if told:
                    lines.append(", ".join(told))
        elif key == "needs":
            value = _value(field)
            if field.data:
                from lab import vocabulary as words

                lines.append(f"{_in_words(words.NEEDS[field.name.removeprefix(PREFIX)])}: {value}")
        else:
            lines.append(_value(field))
    return "\n".join(line for line in lines if line)


def _fields(row: Any) -> Iterator[Any]:
    if isinstance(row, FormField):
        yield from row.form
    else:
        yield row


def _value(field: Any) -> str:
    if isinstance(field, BooleanField):
        return _("Yes") if field.data else _("No")
    if isinstance(field, SelectFieldBase):
        return ", ".join(
            str(choice.label) for choice in field.iter_choices() if choice.selected and choice.value
        )
    return "" if field.data is None else str(field.data)
