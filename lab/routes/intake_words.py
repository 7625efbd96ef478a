"""Small words that the pages of an application share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from lab import vocabulary as words
from lab.database import now
from lab.forms.base import hints_of
from lab.queries import intake_document, intake_words
from lab.showing import clock


def saved_time(moment: datetime) -> str:
    """10:42, with the day if it was not today."""
    time = clock(moment)
    if format_date(moment, "yyyyMMdd") == format_date(now(), "yyyyMMdd"):
        return time
    return f"{format_date(moment, 'd MMMM')}, {time}"


def near_title(near: intake_document.NearDay) -> str:
    """«The vote is in 24 days»."""
    if near.kind in ("vote", "vote_scheduled"):
        if near.days == 0:
            return _("The vote is today")
        return ngettext("The vote is in %(num)s day", "The vote is in %(num)s days", near.days)
    what = intake_words.label_of(words.DATE_KINDS, near.kind)
    if near.days == 0:
        return _("%(what)s: today", what=what)
    return ngettext("%(what)s: in %(num)s day", "%(what)s: in %(num)s days", near.days, what=what)


def chosen(field: Any) -> str:
    """The chosen options of a field, in words."""
    return ", ".join(str(option.label) for option in field.iter_choices() if option.selected) or _("none yet")


FILTERS: dict[str, Callable[..., Any]] = {"saved_time": saved_time}
GLOBALS: dict[str, Callable[..., Any]] = {"near_title": near_title, "chosen": chosen, "hints_of": hints_of}
