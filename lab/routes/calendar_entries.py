"""Entries for a calendar. They may be read on a shared screen, so they name no organization, union or subject."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from lab.showing import day as written

TITLE = "Learning Lab"


def day_entry(day: date, *, about: str, url: str, made_at: datetime) -> bytes:
    """One whole day as a calendar file (RFC 5545); `about` names it, so that a second file changes the first."""
    from icalendar import Calendar, Event  # only who takes an entry along waits for it

    entry = Event()
    entry.add("uid", f"{about}@learning-lab")
    entry.add("dtstamp", made_at)
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(days=1))
    entry.add("summary", TITLE)
    entry.add("description", _("Sign in to see what is next: %(url)s", url=url))
    entry.add("url", url)
    entry.add("class", "PRIVATE")
    entry.add("transp", "TRANSPARENT")
    calendar = Calendar()
    calendar.add("prodid", "-//Learning Lab//Learning Lab//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    text: bytes = calendar.to_ical()
    return text


def day_text(day: date, *, url: str) -> str:
    """The same in one line, for a calendar that takes no files."""
    return f"{TITLE}, {written(day)}. {_('Sign in to see what is next: %(url)s', url=url)}"
