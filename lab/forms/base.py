"""What every form shares: only the fields it declares, each once, and words from the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from wtforms import FieldList, Form, FormField, HiddenField, IntegerField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, StopValidation, ValidationError

from lab.errors import BadInput
from lab.forms.wording import OurMeta
from lab.said import say
from lab.tongue import gettext as _
from lab.tongue import tongue

# What may come several times, or is made of fields of its own.
SEVERAL = (SelectMultipleField, FieldList, FormField)


class LabRow(Form):
    """A form within a form, with the words of this house. A field it has once is read only if it was sent once."""

    Meta = OurMeta

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:
        """Read what was sent. Raises BadInput where a single field came twice: which one was meant?"""
        super().process(formdata, *args, **kwargs)
        for field in self:
            if not isinstance(field, SEVERAL) and len(field.raw_data or ()) > 1:
                raise BadInput(
                    say("This form came with one field twice. Go back, reload the page and send it again.")
                )


class LabForm(LabRow):
    """A form of this house. `key` makes sending it twice count once."""

    key = HiddenField()


class WholeNumber(IntegerField):
    """A number that, where it is none, says once and in the field's own words what to type."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number. Raises ValueError with the words of the field's range."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            ranges = (check.message for check in self.validators if isinstance(check, NumberRange))
            raise ValueError(next((words for words in ranges if words), str(error))) from error

    def pre_validate(self, form: Any) -> None:
        """A range has nothing to say about what is no number. Raises StopValidation."""
        typed = any(str(value).strip() for value in self.raw_data or ())
        if typed and self.process_errors:
            raise StopValidation


def choices_of(terms: Mapping[str, Any], *, codes: Iterable[str] | None = None) -> list[SelectChoice]:
    """Choices for a field, in the terms' order and the reader's language."""
    return list(_choices(terms, None if codes is None else tuple(codes), tongue().code))


@lru_cache(maxsize=500)
def _choices(
    terms: Mapping[str, Any], codes: tuple[str, ...] | None, locale: str
) -> tuple[SelectChoice, ...]:
    """A page of questions has some hundred choices, which read the same each time."""
    wanted = terms if codes is None else codes
    return tuple(SelectChoice(code, terms[code].label.in_(locale)) for code in wanted)


def hints_of(terms: Mapping[str, Any]) -> dict[str, str]:
    """The hint of each term in the reader's language, for the field component."""
    locale = tongue().code
    return {code: terms[code].hint.in_(locale) for code in terms}


def pairs_of(terms: Mapping[str, Any], *, codes: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Code and label of each term, for a field that wants pairs."""
    return [(str(choice.value), str(choice.label)) for choice in choices_of(terms, codes=codes)]


def lies_ahead(form: Any, field: Any) -> None:
    """For a day: it is not before `form.today`. Raises ValidationError."""
    if field.data is not None and field.data < form.today:
        raise ValidationError(_("This day has passed. Type a day that lies ahead."))
