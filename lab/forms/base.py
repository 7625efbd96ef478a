"""What every form shares: only the fields it declares, each once, and words from the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import get_locale
from wtforms import Form, HiddenField
from wtforms.fields.choices import SelectChoice


class LabForm(Form):
    """A form of this house. `key` makes sending it twice count once."""

    key = HiddenField()


def choices_of(terms: Mapping[str, Any], *, codes: Iterable[str] | None = None) -> list[SelectChoice]:
    """Choices for a field, in the terms' order and the reader's language, with each hint as `render_kw`."""
    wanted = list(terms) if codes is None else list(codes)
    locale = str(get_locale() or "en")[:2]
    return [SelectChoice(code, terms[code].label.in_(locale)) for code in wanted]


def hints_of(terms: Mapping[str, Any]) -> dict[str, str]:
    """The hint of each term in the reader's language, for the field component."""
    locale = str(get_locale() or "en")[:2]
    return {code: terms[code].hint.in_(locale) for code in terms}
