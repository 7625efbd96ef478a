"""The language that a request is answered in, looked up once and not for every sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from typing import Any, cast

from babel import numbers
from flask import Flask, has_request_context
from flask_babel import force_locale, format_date, get_domain, get_locale
from flask_babel.speaklater import LazyString  # type: ignore[import-untyped]
from jinja2 import pass_context
from jinja2.runtime import Context

from lab import said


class Tongue(said.Tongue):
    """A language with the sentences that are translated into it: what `lab.said` asks for, on pages and in mail."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._sentences = get_domain().get_translations()

    def sentence(self, template: str) -> str:
        """The template in this language; as it is where nobody has translated it."""
        return str(self._sentences.ugettext(template)) if template else ""

    def counted(self, one: str, many: str, number: int) -> str:
        """The template for this number in this language."""
        return str(self._sentences.ungettext(one, many, number))

    def day(self, day: date) -> str:
        """A day as this language writes it."""
        return str(format_date(day, self.day_pattern, rebase=False))

    def percent(self, share: float, most_digits: int) -> str:
        """A share as this language writes it in percent; rounded to so many digits at most."""
        rounded = round(share, 2 + most_digits)
        return str(numbers.format_percent(rounded, locale=self.code, decimal_quantization=False))

    @property
    def day_pattern(self) -> str:
        """How a day is written in full."""
        return "d 'de' MMMM 'de' yyyy" if self.code == "es" else "d MMMM yyyy"


# What pages say, ready to stand in them: for each language, by the sentence in the source.
_ready: defaultdict[str, dict[str, str]] = defaultdict(dict)
_here: ContextVar[Tongue | None] = ContextVar("tongue", default=None)


def tongue() -> Tongue:
    """The language of this request, or of the mail that is being written."""
    here = _here.get()
    if here is None:
        locale = get_locale()
        code = locale.language if locale else "en"
        if not has_request_context():
            return Tongue(code)
        here = _on_pages(code)
        _here.set(here)
    return here


@cache
def _on_pages(code: str) -> Tongue:
    """A language of pages, looked up once in a process."""
    return Tongue(code)


def gettext(sentence: str, **values: Any) -> str:
    """The sentence in the language of this request, with its values; what every page says often asks here."""
    told = tongue().sentence(sentence)
    return told % values if values else told


def lazy_gettext(sentence: str, **values: Any) -> LazyString:
    """A sentence that is told in the language of whoever reads it, when they do."""
    return LazyString(gettext, sentence, **values)


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Write in this language for a while, whatever the request's is."""
    mark = _here.set(None)
    try:
        with force_locale(locale):
            _here.set(Tongue(locale))
            yield
    finally:
        _here.reset(mark)


def init_app(app: Flask) -> None:
    """Let templates ask this language for their sentences; each request begins with none."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=gettext,
        ngettext=lambda one, many, number: tongue().counted(one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = _kept(cast("Callable[..., str]", app.jinja_env.globals["gettext"]))
    app.before_request(_forget)
    app.teardown_request(_forget)


def _kept(escaped: Callable[..., str]) -> Callable[..., str]:
    """Jinja's own function for sentences, asked once in each language for those without values: they end up the same."""

    @pass_context
    def sentence(context: Context, text: str, /, **values: Any) -> str:
        if values or not context.eval_ctx.autoescape:
            return escaped(context, text, **values)
        known = _ready[tongue().code]
        if text not in known:
            known[text] = escaped(context, text)
        return known[text]

    return sentence


def _forget(*args: Any) -> None:
    _here.set(None)
