"""Every deed leaves a row of history, in its own transaction: read from the code, and seen in every test of a deed."""

from __future__ import annotations

import ast
from pathlib import Path

import lab
from lab import audit
from lab.actions import people
from tests import deeds, factories

ACTIONS = Path(lab.__file__).parent / "actions"
# What opens a transaction and is no deed of somebody, or is its own record.
NO_DEEDS = {
    "answers_to_offers._deed": "opens the transaction for the deeds of its file",
    "answers_to_offers.opened": "writes the receipt that somebody opened a case",
    "beats.beat": "a worker says that it runs",
    "cases.opened": "writes the receipt that somebody opened a case",
    "outbox._give_back": "delivery of a mail, kept in the outbox itself",
    "outbox._lease": "delivery of a mail, kept in the outbox itself",
    "outbox._send": "delivery of a mail, kept in the outbox itself",
    "outbox._try_later": "delivery of a mail, kept in the outbox itself",
    "policy_effects._compute": "one line of what was asked for and is recorded once it is done",
    "portfolio._compute": "one line of what was asked for and is recorded once it is done",
    "retention.wind": "sets the timer of the night; the night itself has its row",
    "reviews.exported": "writes the receipt that somebody took a case along",
    "reviews.opened": "writes the receipt that somebody opened a case",
    "passkeys._remember": "what a browser is asked to sign next",
    "passkeys.rename": "how a person calls a key of their own",
    "passkeys.show": "what a browser is asked to sign next",
    "sessions.renew": "the session of a browser, kept in the session itself",
    "sessions.renew_for_roles": "the session of a browser, kept in the session itself",
    "sessions.touch": "the session of a browser, kept in the session itself",
    "sign_in.ask": "a wish to sign in, by somebody not yet known; kept in the outbox",
    "sign_in.forget_old": "carries out the periods of lab/retention.py",
    "texts.refresh": "an index that is built from what is there",
    "timers._do": "runs the deed that falls due, which has its own row",
    "together.together": "runs several deeds, each with its own row",
}  # fmt: skip


def functions() -> dict[str, set[str]]:
    """What each function of lab/actions calls, by `module.function`."""
    return {
        f"{path.stem}.{node.name}": {
            call.func.id if isinstance(call.func, ast.Name) else call.func.attr
            for call in ast.walk(node)
            if isinstance(call, ast.Call) and isinstance(call.func, (ast.Name, ast.Attribute))
        }
        for path in sorted(ACTIONS.glob("*.py"))
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }


def test_the_code_of_every_deed_leads_to_a_row_of_history():
    calls = functions()
    by_name: dict[str, list[str]] = {}
    for name in calls:
        by_name.setdefault(name.partition(".")[2], []).append(name)

    def records(name: str, seen: set[str]) -> bool:
        if name in seen:
            return False
        seen.add(name)
        return "record" in calls[name] or any(
            records(other, seen) for word in calls[name] for other in by_name.get(word, ())
        )

    deeds = {name for name, called in calls.items() if "transaction" in called}
    assert len(deeds) > 80, "Nothing opens a transaction, so this test looks at the wrong name."
    assert {name for name in deeds - NO_DEEDS.keys() if not records(name, set())} == set()


def test_the_watch_over_all_these_tests_sees_a_deed_without_a_row(unwatched_app, monkeypatch):
    """`tests/deeds.py` stands behind every test of deeds and of pages; here it is shown that it can fail."""
    person = factories.a_person()
    with deeds.watched() as told:
        monkeypatch.setattr(audit, "write", lambda row: None)
        people.set_name(person.id, "Somebody Else")
    assert told == [("set_name", {"people"})]
