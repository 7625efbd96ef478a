"""flask lab catalogue: the sentences of pages and mail, gathered for the translators."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
TRANSLATIONS = ROOT / "translations"
# Refusals are sentences too: their first text is what the person reads.
KEYWORDS = {
    "_": None, "_l": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None,
    "say": None, "say_many": (1, 2), "template": None, "NotAllowed": None, "NotNow": None, "BadInput": None,
}  # fmt: skip
BEGINNING = datetime(2026, 11, 1, tzinfo=UTC)
METHODS = [("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2"), ("**.py", "python")]


def gathered() -> Catalog:
    """Every sentence marked for translation, with where it stands (file only, so that lines may move)."""
    catalogue = Catalog(project="Learning Lab", fuzzy=False)
    for name, _line, message, comments, context in extract_from_dir(
        ROOT, METHODS, options_map={"templates/**.html": {"trimmed": "true"}}, keywords=KEYWORDS
    ):
        catalogue.add(message, None, [(name, None)], auto_comments=comments, context=context)  # type: ignore[list-item]
    return catalogue


def path_of(locale: str) -> Path:
    """Where the sentences of a language stand."""
    return TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"


def read(locale: str) -> Catalog:
    """The catalogue of a language as it stands; empty if there is none yet."""
    path = path_of(locale)
    if not path.exists():
        return Catalog(locale=locale, project="Learning Lab")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


@click.command()
@click.option("--locale", default="es", help="The language to bring up to date.")
def catalogue(locale: str) -> None:
    """Gather all sentences, keep what is translated, drop what is no longer said, and compile."""
    known = read(locale)
    known.update(gathered(), no_fuzzy_matching=True)
    known.obsolete.clear()
    known.header_comment = f"# Learning Lab, {locale}: written by `flask lab catalogue`, filled in by people."
    known.fuzzy = False
    known.creation_date = known.revision_date = BEGINNING  # a date that moves makes every change a conflict
    path = path_of(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, known, sort_output=True, width=110, omit_header=False, include_lineno=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, known)
    missing = sum(1 for message in known if message.id and not message.string)
    click.echo(f"{len(known)} sentences, {missing} not yet in {locale}.")
