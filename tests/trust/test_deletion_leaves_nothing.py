"""T34: what was deleted is nowhere any more: not in tables, not in the bytes of the file or its log, not in what others quote."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from lab import models, retention
from lab.actions import cases, deletion_log, deletions, outbox, texts
from lab.actions import retention as periods
from lab.actions.timers import run_due
from lab.database import db
from lab.queries.audit import check
from tests import a_portfolio, databases
from tests.clients import Clock
from tests.soak import times
from tests.trust.sweep import CANARY, FINE, NOT_SWEPT, browser, values_of
from tests.trust.world import TODAY, World, make_world

GONE = ("offering", "joint", "review", "referred")
STAY = ("draft", "new")


@pytest.fixture
def world(app) -> World:
    """The world of the sweep, in which also the people of the deleted cases carry a token each."""
    clock = Clock(app, TODAY)
    deletion_log.path().unlink(missing_ok=True)
    made = make_world()
    for name in ("owner in offering", "colleague in review", "union of the joint case"):
        person = db.session.merge(made.people[name])
        person.name = made.token("offering", "person")
        person.email = f"{made.token('offering', 'person')}@example.org"
        made.people[name] = person
    db.session.commit()
    texts.refresh()
    a_portfolio.a_run(made.people["director on the cases"])
    outbox.drain()
    app.extensions["the clock"] = clock
    return made


def delete(world: World, name: str, clock: Clock) -> None:
    """Every lead takes the case back; then one asks, and a week goes by."""
    case = db.session.merge(world.cases[name])
    for member in case.memberships:
        if member.role == "lead" and member.removed_at is None:
            owner = member.person
            if db.session.get_one(models.Case, case.id, populate_existing=True).state not in (
                "referred",
                "withdrawn",
            ):
                cases.withdraw(case.id, by=owner)
    owner = next(one.person for one in case.memberships if one.removed_at is None and one.role == "lead")
    if deletions.live(case, "") is not None:
        return  # asked for already
    wish = deletions.ask(case.id, by=owner)
    letter = db.session.scalars(
        sa.select(models.OutboxMessage)
        .where(models.OutboxMessage.kind == "deletion-code")
        .order_by(models.OutboxMessage.id.desc())
    ).first()
    deletions.verify(wish.ref, letter.secret["code"], by=owner)


def tokens_in_tables() -> set[str]:
    """Every token that any table holds, in any column, as text."""
    found: set[str] = set()
    with db.engine.connect() as connection:
        for table in models.tables().values():
            for row in connection.execute(
                sa.select(
                    *(
                        sa.cast(one, sa.Text)
                        for one in table.columns
                        if not isinstance(one.type, sa.LargeBinary)
                    )
                )
            ):
                found |= set(CANARY.findall(repr(tuple(row))))
            for one in table.columns:
                if isinstance(one.type, sa.LargeBinary):
                    for (content,) in connection.execute(sa.select(one)):
                        found |= set(CANARY.findall(bytes(content or b"").decode("latin-1")))
    return found


def tokens_in_bytes(url: str) -> set[str]:
    """Every token in the bytes of the database's file and of what lies beside it, free pages included."""
    return set(CANARY.findall(databases.bytes_of(url).decode("latin-1")))


def test_an_organization_that_is_deleted_leaves_nothing(app, world, database):
    clock = app.extensions["the clock"]
    gone = {token for token, (case, _kind) in world.tokens.items() if case in GONE}
    stay = {token for token, (case, kind) in world.tokens.items() if case in STAY}
    before = tokens_in_tables()
    assert len(gone & before) > 60, "The world holds too little for this test to say anything."
    for name in GONE:
        delete(world, name, clock)
    clock.go(days=8)
    run_due()
    deletions.fall_due(world.refs["deletions"][0])
    clock.go(days=91)
    periods.carry_out("all")
    outbox.drain()
    texts.refresh()
    told = {token: world.tokens[token] for token in tokens_in_tables() & gone}
    assert told == {}
    assert stay & before <= tokens_in_tables() | {t for t in stay if world.tokens[t][0] == "draft"}
    assert [one for one in check().breaks if one.sequence] == []  # the world was made without deeds
    assert not CANARY.search(deletion_log.path().read_text())
    if database.startswith("sqlite"):
        assert {world.tokens[one] for one in tokens_in_bytes(database) & gone} == set()


def fitting(app: Flask, world: World) -> Iterator[tuple[Rule, str]]:
    """Every page with the things that belong to it, at most six of a kind."""
    build = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.endpoint in NOT_SWEPT:
            continue
        names = sorted(rule.arguments)
        places = [values_of(rule, name, world)[0][: times(3, soak=8)] for name in names]
        for values in itertools.islice(itertools.product(*places), times(3, soak=40)):
            yield rule, build.build(rule.endpoint, dict(zip(names, values, strict=True)))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_page_still_opens_afterwards(app, world):
    """What is left of a deleted case breaks no page of those who remain."""
    clock = app.extensions["the clock"]
    for name in GONE:
        delete(world, name, clock)
    clock.go(days=8)
    run_due()
    deletions.fall_due(world.refs["deletions"][0])
    gone = {token for token, (case, _kind) in world.tokens.items() if case in GONE}
    wrong = []
    everybody = (
        "director on the cases",
        "owner in offering",
        "consultant at work",
        "network lead",
        "administrator",
    )
    for who in everybody[: times(1, soak=5)]:
        client = browser(app, world, who)
        for rule, address in fitting(app, world):
            answer = client.get(address)
            if answer.status_code not in FINE:
                wrong.append(f"{who}: {address} answered {answer.status_code} ({rule.endpoint})")
            if found := set(CANARY.findall(answer.text)) & gone:
                kinds = {world.tokens[one] for one in found} - {("offering", "person")}
                wrong += [f"{who}: {address} shows {kind} ({rule.endpoint})" for kind in kinds]
    assert sorted(set(wrong)) == []


def test_every_table_has_its_place_in_the_registry():
    assert set(retention.TABLES) == set(models.tables())
    assert {one.rule for one in (*retention.TABLES.values(), *retention.ELSEWHERE.values())} <= set(
        retention.RETENTION_RULES
    )
    with_case = {table.name for table in models.tables().values() if "case_id" in table.columns}
    assert {name for name in with_case if not retention.TABLES[name].with_case} == set()


def test_the_words_of_a_rule_say_its_days():
    for rule in retention.RETENTION_RULES.values():
        if rule.days > 1:
            assert str(rule.days) in rule.hint.en and str(rule.days) in rule.hint.es, rule.code
