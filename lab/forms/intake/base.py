"""What every topic form shares: its asker's context, its typed fields, and where its problems stand."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField, HiddenField, SelectMultipleField, StringField
from wtforms.fields.core import UnboundField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lab.answers import Told
from lab.forms.base import LabForm
from lab.forms.intake.typed_dates import read_typed_date
from lab.tongue import lazy_gettext as _l

# What a form carries beside the answers.
CARRIED = frozenset({"csrf_token", "key", "read_version", "do", "back"})
SHORT = Length(max=300, message=_l("Use fewer than 300 characters."))
LONG = Length(max=10_000, message=_l("Use fewer than 10,000 characters."))
COUNT = NumberRange(0, 1_000_000, _l("Type a whole number from 0."))


@dataclass(frozen=True)
class Asked:
    """What a form needs to know of the case. Most forms ask nothing of the other parts, so these are read by the first that does."""

    line: str
    kind: str
    today: date | None = None
    ask: Callable[[], Told] = Told

    @cached_property
    def told(self) -> Told:
        """What the other parts tell."""
        return self.ask()


class TypedDate(StringField):
    """A day that is typed, in words or numbers; `day` is what it amounts to."""

    day: date | None = None

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no day."""
        text = (self.data or "").strip()
        self.day = read_typed_date(text) if text else None
        if text and self.day is None:
            raise ValidationError(
                self.gettext("Type the date with its year, like November 12, 2026 or 11/12/2026.")
            )

    @property
    def told(self) -> date | None:
        """The day as it reads now, whether or not the form was checked."""
        return read_typed_date(self.data or "")


class Ticks(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TopicForm(LabForm):
    """One topic of an application. Fields keep what was typed; `fragment` is what it amounts to."""

    read_version = HiddenField()
    # Names of repeatable lists and how many rows each may have.
    rows: Mapping[str, int] = {}

    def __init__(self, formdata: MultiDict[str, str] | None, *, asked: Asked, **kwargs: Any) -> None:
        self.asked = asked
        super().__init__(formdata, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Adapt the form to its asker; called before anything is read or checked."""

    @abstractmethod
    def fragment(self) -> dict[str, Any]:
        """The answers as a part of the exchange format. Only after `validate` said yes."""

    def warnings(self) -> list[tuple[str, str]]:
        """Soft warnings (text, anchor) that the writer may overrule by keeping the text."""
        return []

    def problems(self) -> list[tuple[str, str]]:
        """Problems inside rows, which the summary does not find by itself."""
        found = []
        for field in self:
            if isinstance(field, FieldList):
                found += [(str(error), _anchor(inner)) for inner in _inside(field) for error in inner.errors]
        return found


def _inside(field: FieldList) -> Iterator[Any]:
    for row in field:
        if isinstance(row, FormField):
            yield from row.form
        else:
            yield row


def _anchor(field: Any) -> str:
    return f"{field.id}-0" if isinstance(field.widget, ListWidget) else str(field.id)


def typed_from(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """Everything that was typed, as lists by field name, without what the form carries for itself."""
    return {name: form.getlist(name) for name in form if name not in CARRIED}


def known_of(typed: Mapping[str, list[str]], kind: type[TopicForm]) -> dict[str, list[str]]:
    """What was typed into fields that this kind of form has; nothing else is worth keeping."""
    return {name: texts for name, texts in typed.items() if _is_field(name, kind)}


def _is_field(name: str, kind: type[TopicForm]) -> bool:
    """Whether the form has such a field, itself or in a row of a list: `days` and `days-2-kind`, but not `rate`."""
    first, *rest = name.split("-", 2)
    field: Any = getattr(kind, first, None)
    if not isinstance(field, UnboundField):
        return False
    if issubclass(field.field_class, FieldList) and rest and rest[0].isdecimal():
        row = field.args[0]
        inner = row.args[0] if issubclass(row.field_class, FormField) else None
        return len(rest) == 1 if inner is None else len(rest) == 2 and hasattr(inner, rest[1])
    return not rest


def as_form(typed: Mapping[str, Any]) -> MultiDict[str, str]:
    """What was typed, as a form would send it."""
    return MultiDict({name: list(values) for name, values in typed.items()})


def required(text: Any) -> InputRequired:
    """The field must be filled; the text says what to do."""
    return InputRequired(text)


def spaced(text: str | None) -> str:
    """A text without space around it."""
    return (text or "").strip()


def lines_of(text: str | None) -> list[str]:
    """The lines of a text that hold something."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def add_row(typed: Mapping[str, Any], name: str, at_least: int, first_field: str) -> dict[str, list[str]]:
    """What was typed and one more empty row in the list `name`."""
    number = max(_numbers(typed, name), default=at_least - 1) + 1
    return {**typed, f"{name}-{number}-{first_field}": [""]}


def drop_row(typed: Mapping[str, Any], name: str, number: int) -> dict[str, list[str]]:
    """What was typed without one row of the list `name`; the rows after it move up."""
    kept = [old for old in sorted(_numbers(typed, name)) if old != number]
    made: dict[str, list[str]] = {}
    for field, values in typed.items():
        parts = field.split("-", 2)
        if parts[0] != name or len(parts) < 3 or not parts[1].isdigit():
            made[field] = values
        elif int(parts[1]) in kept:
            made[f"{name}-{kept.index(int(parts[1]))}-{parts[2]}"] = values
    return made


def _numbers(typed: Iterable[str], name: str) -> set[int]:
    parts = (field.split("-", 2) for field in typed)
    return {int(part[1]) for part in parts if len(part) == 3 and part[0] == name and part[1].isdigit()}


__all__ = [
    "CARRIED", "COUNT", "LONG", "SHORT", "Asked", "Optional", "Ticks", "TopicForm", "TypedDate",
    "add_row", "as_form", "drop_row", "known_of", "lines_of", "required", "spaced", "typed_from",
]  # fmt: skip
