"""What the web is measured against: a bare "hello", and the least that a queue and a save could be.

Each is the source of a small application of its own; `benchmarks.web` serves it as it serves the product.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from benchmarks import world
from lab import vocabulary as words
from lab.database import db

if TYPE_CHECKING:
    from benchmarks.web import Place

SECRET = "x" * 20 + "for-benchmarks-only-0123"

HELLO = """
from flask import Flask
app = Flask("hello")

@app.get("/")
def hello():
    return "Hello"
"""

QUEUE = """
import json, sqlite3, threading
from pathlib import Path
from flask import Flask

told = json.loads(Path({told!r}).read_text())
app = Flask("floor")
page = app.jinja_env.from_string(told["template"])
here = threading.local()

@app.get("/")
def queue():
    if not hasattr(here, "base"):
        here.base = sqlite3.connect(told["file"])
    rows = []
    for statement, values in told["statements"]:
        found = here.base.execute(statement, values).fetchall()
        rows = found if len(found) > len(rows) else rows
    return page.render(rows=rows[:50])
"""

ROW = """
import sqlite3, threading
from flask import Flask, request
app = Flask("row")
here = threading.local()

@app.route("/", methods=["GET", "POST"])
def keep():
    if not hasattr(here, "base"):
        here.base = sqlite3.connect({file!r}, isolation_level=None, timeout=30)
        here.base.execute("PRAGMA synchronous=FULL")
    here.base.execute("BEGIN IMMEDIATE")
    here.base.execute("INSERT INTO kept VALUES (?)", [request.form.get("name", "")])
    here.base.execute("COMMIT")
    return "Kept"
"""

# What one line of the queue says, with nothing but values.
LINE = """<tr><th scope="row" data-label="Case"><a href="/reviews/{{ row[0] }}">{{ row[1] }}</a><small>{{ row[0] }}, {{ row[2] }}</small></th>
<td data-label="Stage and date"><div>{{ row[3] }}{% if row[8] %}<span class="flag"><small>{{ row[9] }}, {{ row[8] }}</small></span>{% endif %}</div></td>
<td data-label="Next, and by when"><div>{{ row[6] }}<small>by {{ row[7] }}</small></div></td>
<td data-label="Tier"><div>{{ row[4] or "Open" }}</div></td>
<td data-label="State"><div><span class="tag attention"><svg class="icon"><use href="/static/icons.svg#circle-dot"></use></svg>{{ row[5] }}</span>
<small>{{ row[11] }}</small></div></td>
<td data-label="Waiting" class="number"><div>{{ row[10] }}</div></td></tr>
"""

# A save with what the libraries bring and nothing of ours: the cookie, the token, who it is, a form with the same kinds
# of fields, and three rows written in one transaction; no rules of access, no versions, no chain of history.
TABLES = {
    "sessions": "secret TEXT PRIMARY KEY, person INTEGER",
    "parts": "ref TEXT PRIMARY KEY, typed JSON, answers JSON, saved_at DATETIME, saved_by INTEGER",
    "revisions": "id INTEGER PRIMARY KEY, typed JSON",
    "events": "id INTEGER PRIMARY KEY, verb TEXT, about TEXT, at DATETIME",
}
LIBRARIES = """
from datetime import datetime, timezone

import sqlalchemy as sa
from flask import Flask, request, session
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

app = Flask("libraries")
app.config.update(SECRET_KEY={secret!r}, SESSION_COOKIE_NAME="lab", WTF_CSRF_SSL_STRICT=False,
                  SQLALCHEMY_DATABASE_URI={url!r}, SQLALCHEMY_ENGINE_OPTIONS={{"connect_args": {{"isolation_level": None, "timeout": 30}}}})
CSRFProtect(app)
db = SQLAlchemy(app)
metadata = sa.MetaData()
sessions = sa.Table("sessions", metadata, sa.Column("secret", sa.String, primary_key=True), sa.Column("person", sa.Integer))
parts = sa.Table("parts", metadata, sa.Column("ref", sa.String, primary_key=True), sa.Column("typed", sa.JSON),
                 sa.Column("answers", sa.JSON), sa.Column("saved_at", sa.DateTime), sa.Column("saved_by", sa.Integer))
revisions = sa.Table("revisions", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("typed", sa.JSON))
events = sa.Table("events", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("verb", sa.String),
                  sa.Column("about", sa.String), sa.Column("at", sa.DateTime))
who = sa.select(sessions.c.person).where(sessions.c.secret == sa.bindparam("secret_is"))
before = sa.select(parts.c.typed, parts.c.answers).where(parts.c.ref == sa.bindparam("ref_is"))
change = parts.update().where(parts.c.ref == sa.bindparam("ref_is"))

with app.app_context():
    @sa.event.listens_for(db.engine, "connect")
    def settings(connection, record):
        connection.execute("PRAGMA synchronous=FULL")

    @sa.event.listens_for(db.engine, "begin")
    def begin(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if request else "BEGIN")


class Part(FlaskForm):
    class Meta:
        csrf = False  # checked for every form at once
    name = StringField("Name", [InputRequired(), Length(max=300)])
    type = RadioField("Type", [InputRequired()], choices={types!r})
    mission = RadioField("Mission", [InputRequired()], choices={answers!r})
    sector = SelectField("Sector", [InputRequired()], choices={sectors!r})
    city = StringField("City", [Optional(), Length(max=300)])
    county = StringField("County", [Optional(), Length(max=300)])
    state = SelectField("State", [InputRequired()], choices={states!r})
    staff = IntegerField("Staff", [InputRequired(), NumberRange(0, 1_000_000)])
    supervisors = IntegerField("Supervisors", [Optional(), NumberRange(0, 1_000_000)])
    budget = SelectField("Budget", [Optional()], choices={budgets!r})
    role = StringField("Role", [InputRequired(), Length(max=300)])


@app.route("/", methods=["GET"])
def there():
    return "There"


@app.route("/<ref>", methods=["POST"])
def keep(ref):
    form = Part()
    fine = form.validate()
    typed = {{name: request.form.getlist(name) for name in request.form}}
    moment = datetime.now(timezone.utc).replace(tzinfo=None)
    with db.session.begin():
        connection = db.session.connection()
        person = connection.execute(who, {{"secret_is": session["sid"]}}).scalar()
        found = connection.execute(before, {{"ref_is": ref}}).first()
        connection.execute(revisions.insert().inline(), {{"typed": found.typed}})
        connection.execute(change, {{"ref_is": ref, "typed": typed, "answers": form.data if fine else None, "saved_at": moment, "saved_by": person}})
        connection.execute(events.insert().inline(), {{"verb": "saved", "about": ref, "at": moment}})
    return moment.strftime("%H:%M")
"""


def queue_of(place: Place) -> str:
    """Write down what the floor needs: the statements that the queue sends, and a page around plain lines."""
    app = world.application(place.folder, url=place.url, base_url="http://127.0.0.1", secret=SECRET)
    client = app.test_client()
    client.set_cookie("lab", place.cookie.partition("=")[2])
    sent: list[tuple[str, list[Any]]] = []
    with app.app_context():
        client.get("/reviews/")

        def note(conn: Any, cursor: Any, statement: str, values: Any, *more: Any) -> None:
            if statement.lstrip().startswith("SELECT"):
                plain = [str(value) if hasattr(value, "isoformat") else value for value in values]
                # Rows, where the product asks for them as one text: the floor would have to take that to pieces.
                inner = re.search(r"json_group_array.*?FROM \((.*)\) AS rows_in_order", statement, re.DOTALL)
                sent.append((inner[1] if inner else statement, plain))

        sa.event.listen(db.engine, "before_cursor_execute", note)
        text = client.get("/reviews/").text
        sa.event.remove(db.engine, "before_cursor_execute", note)
    body = text.index("<tbody>") + len("<tbody>"), text.index("</tbody>")
    around = [part.replace("{", "&#123;") for part in (text[: body[0]], text[body[1] :])]
    told = {
        "file": str(place.folder / "web.sqlite"),
        "statements": sent,
        "template": f"{around[0]}{{% for row in rows %}}{LINE}{{% endfor %}}{around[1]}",
    }
    path = place.folder / "floor.json"
    path.write_text(json.dumps(told))
    return QUEUE.format(told=str(path))


def row_of(place: Place) -> str:
    """One row, committed as durably as the product commits."""
    file = place.folder / "row.sqlite"
    with closing(sqlite3.connect(file)) as base:
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("CREATE TABLE kept (name TEXT)")
    return ROW.format(file=str(file))


def libraries_of(place: Place) -> str:
    """A save with the libraries alone; the product's own cookies and tokens are good there."""

    file = place.folder / "libraries.sqlite"
    # Here and not in the application, whose processes begin at the same moment.
    with closing(sqlite3.connect(file)) as base, base:
        base.execute("PRAGMA journal_mode=WAL")
        for name, columns in TABLES.items():
            base.execute(f"CREATE TABLE {name} ({columns})")
        base.executemany("INSERT INTO sessions VALUES (?, 1)", [(secret,) for _ref, secret in place.drafts])
        base.executemany(
            "INSERT INTO parts (ref, typed) VALUES (?, '{}')", [(ref,) for ref, _secret in place.drafts]
        )

    def choices(terms: Any) -> list[tuple[str, str]]:
        return [(code, str(term.label)) for code, term in terms.items()]

    return LIBRARIES.format(
        secret=SECRET, url=f"sqlite:///{file}", types=choices(words.ORGANIZATION_TYPES),
        answers=choices(words.YES_NO_UNSURE), sectors=choices(words.SECTORS), states=choices(words.STATES),
        budgets=choices(words.BUDGET_BANDS),
    )  # fmt: skip
