"""Where the house reads past the rules that keep what is not theirs from people: few places, each for a reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from lab.row_security import HELD
from tests.test_architecture import modules

# Module and function -> why it may read for the program in the middle of somebody's request.
FOR_THE_PROGRAM = {
    "lab.database.transaction": "a deed, after its lock and `can`: hours and seats of others, history, mail",
    "lab.recognizing._look_who_is_there": "who is looking is not known before it is read",
    "lab.actions.intake.keep_of_ended_session": "who wrote it is told from the session that ended; they are asked for",
    "lab.queries.case_next._ours": "the day by which the applicant hears, and nothing of the offer",
    "lab.queries.conflicts.conflicts_of": "other clients of a consultant; gives on findings for a director",
    "lab.queries.demo.people_by_role": "the demo's door, which a real installation does not have",
    "lab.queries.demo.letters": "the demo's letter box",
    "lab.queries.learning.everything": "rates of groups, over every case",
    "lab.queries.matching.promises": "hours that a consultant has promised, whomever to",
    "lab.queries.network_conflicts.kept_apart": "members whom the asking case must not meet; gives on network ids",
    "lab.queries.networks.proposed_to": "for a lead: whether a director proposed this network",
    "lab.queries.networks.seats_of": "how full a network is",
    "lab.queries.offers.another_accepted": "whether the work is taken; not by whom",
    "lab.queries.peer_pairs.other_seat": "what the other would bring; the page names them once both agreed",
    "lab.queries.policy_effects.effect_of": "sums for an administrator; cases are named to directors alone",
    "lab.queries.policy_effects.progress_of": "how many lines are computed",
    "lab.queries.queue.queue_of": "how many drafts there are",
    "lab.queries.recommendations.read_inputs": "other clients of consultants and who is in networks count, whoever looks",
    "lab.queries.selection.rates": "rates of groups, over every case",
    "lab.routes.groups._who": "who the other of a pair is, once both agreed",
    "lab.routes.intake.start": "the case that this request has just made",
    "lab.queries.deletions.by_ref": "who may carry it out asks `can` about a case that is deleted",
    "lab.queries.deletions.receipt_for": "who asked reads what was deleted, though they left the case with it",
    "lab.queries.deletions.hold_of": "whether a case is held, for who keeps holds",
    "lab.queries.deletions.holds": "references for those who keep holds",
    "lab.queries.deletions._rows": "references for those who carry deletions out",
}
# Written by hand or past the models.
RAW = {
    "lab.audit": "adds rows of history with their seals",
    "lab.database": "inserts unless it is there; reads values past the session; the settings of SQLite",
    "lab.statements": "writes codes and numbers of ours out, and nothing that somebody typed",
    "lab.doctor.database": "asks the database about itself",
    "lab.outages": "lets go of connections to a database that is away",
    "lab.queries.audit": "reads the seals of history in batches, for a command",
    "lab.queries.operations": "the revision of the tables",
    "lab.migrating": "which database this is",
    "lab.metrics": "how many connections are in use",
    "lab.row_security": "tells PostgreSQL who reads",
    "lab.backups.restoring": "lets go of the database before its file is replaced",
}
RAW_WORDS = {
    "from_statement",
    "exec_driver_sql",
    "raw_connection",
    "__table__",
    "engine",
    "connection",
}
# By their number, past a query: in the identity map of a session they would be found whoever asks.
GET = {
    "lab.queries.policy_effects": "decisions, in the job that computes an effect",
    "lab.queries.team": "one place of a case the viewer is in; the case of their own invitation",
    "lab.queries.intake": "an earlier text, of a section that was asked for",
}  # fmt: skip
GET_OPEN = {
    "Person",
    "Consultant",
    "Network",
    "Convening",
    "SignInToken",
    "WeightProposal",
    "PolicyEffect",
    "PolicyVersion",
}


def functions(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The outermost functions with their names; a method counts with its class."""
    for node in getattr(tree, "body", []):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{name}", inner) for name, inner in functions(node))


def named(node: ast.AST) -> str:
    """The last word of a name or of an attribute."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def for_the_program(tree: ast.Module) -> set[str]:
    """The functions of a module in which something is read for the program."""
    return {
        name
        for name, function in functions(tree)
        if any(
            isinstance(node, ast.Call) and named(node.func) == "as_the_program" for node in ast.walk(function)
        )
    }


def reads_raw(tree: ast.Module) -> set[str]:
    """Words of a module that read past the models."""
    found = {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in RAW_WORDS
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and named(node.func.value) == "sa"
        ):
            found |= {f"sa.{node.func.attr}"} & {"sa.text", "sa.table", "sa.literal_column"}
    return found


def gets(tree: ast.Module) -> set[str]:
    """The models that a module takes by their number."""
    return {
        named(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and named(node.func) in ("get", "get_one")
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == "db.session"
    }


def test_reading_for_the_program_is_listed_with_its_reason() -> None:
    found = {f"{name}.{function}" for name, tree in modules().items() for function in for_the_program(tree)}
    assert found == set(FOR_THE_PROGRAM)


def test_what_reads_past_the_models_is_listed_with_its_reason() -> None:
    found = {name: words for name, tree in modules().items() if (words := reads_raw(tree))}
    assert set(found) <= set(RAW), {name: words for name, words in found.items() if name not in RAW}
    assert set(RAW) <= set(found), "What no longer reads so leaves the list."


def test_pages_take_nothing_of_a_case_by_its_number() -> None:
    found = {
        name: taken
        for name, tree in modules().items()
        if name.startswith(("lab.queries", "lab.routes")) and (taken := gets(tree) - GET_OPEN)
    }
    assert set(found) == set(GET), found


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("db.session.execute(sa.text('SELECT 1'))", "sa.text"), ("sa.select(Case.__table__)", "__table__"),
        ("sa.select(Case).from_statement(x)", "from_statement"), ("db.engine.connect()", "engine"),
        ("db.session.connection().execute(x)", "connection"), ("sa.table('cases')", "sa.table"),
        ("sa.literal_column('1=1')", "sa.literal_column"),
    ],
)  # fmt: skip
def test_each_way_past_the_models_is_found(written: str, word: str) -> None:
    assert word in reads_raw(ast.parse(written))


def test_a_get_and_a_reading_for_the_program_are_found() -> None:
    assert gets(ast.parse("db.session.get(Case, 1)")) == {"Case"}
    written = (
        "def f():\n    with as_the_program():\n        pass\n@row_security.as_the_program()\ndef g(): ..."
    )
    assert for_the_program(ast.parse(written)) == {"f", "g"}


def test_rows_that_are_held_have_tables() -> None:
    from lab.models import tables

    assert set(tables()) >= HELD
