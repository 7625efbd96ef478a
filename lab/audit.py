"""The chain under the history: each row is sealed over itself and over the row before it.

There is one chain for each case, and one (`PROGRAM`) for what belongs to no case. A seal is an HMAC with the
secret of the house, not a bare digest: who can write to the database but does not hold the secret cannot make
a changed row fit. Rows wait until the deed is about to be written and are sealed then, so that the end of a
chain is held for the shortest time and always after everything else that a deed holds.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import event

from lab.database import changed, db, insert_if_new, values_of
from lab.models import Event, EventChain

PROGRAM = 0  # the chain of what belongs to no case
START = "0" * 64  # what stands before the first row of a chain
WAITING = "history waiting"

Row = dict[str, Any]


def write(row: Row) -> None:
    """Let this row of history be sealed and written with the deed that is going on."""
    within = db.session().get_nested_transaction()
    db.session.info.setdefault(WAITING, []).append((within, row))


def keys() -> dict[str, bytes]:
    """The secrets that seals may be made with, by what names them in a row; the one in use first."""
    settings = current_app.config["SETTINGS"]
    return _keys_of(settings.secret_key, *settings.old_secret_keys)


@lru_cache(maxsize=8)
def _keys_of(*secrets: str) -> dict[str, bytes]:
    made = {}
    for secret in secrets:
        key = hashlib.sha256(b"learning lab history\0" + secret.encode()).digest()
        made[hashlib.sha256(key).hexdigest()[:8]] = key
    return made


def seal_of(row: Row, key: bytes) -> str:
    """The seal over a row, with its place in the chain and the seal before it."""
    at: datetime = row["at"]
    told = [
        row["chain"], row["sequence"], row["before"], row["case_id"], row["actor_id"], row["verb"], row["about"],
        row["audience"], _plain(row["details"]), at.astimezone(UTC).isoformat(timespec="microseconds"),
    ]  # fmt: skip
    return _seal(told, key)


def seal_of_end(chain: EventChain | Row, key: bytes) -> str:
    """The seal over the end of a chain: how long it is, and from where on it is kept."""
    row = chain if isinstance(chain, dict) else {name: getattr(chain, name) for name in _END}
    return _seal([row[name] for name in _END], key)


_END = ("chain", "sequence", "last", "kept_from", "kept_after")


def _seal(told: list[Any], key: bytes) -> str:
    text = json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _plain(value: Any) -> Any:
    """The value as every database gives it back: whole numbers without a point, keys as text."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def hold(chains: Iterable[int]) -> dict[int, Row]:
    """The ends of these chains, made where there is none, and held until the deed is done.

    They are taken one by one in their order, so that two deeds never wait for each other.
    """
    with db.session.no_autoflush:
        return {chain: _held(chain) or _begun(chain) for chain in sorted(set(chains))}


@cache
def _one_end() -> Any:
    columns = [getattr(EventChain, name) for name in _END]
    return sa.select(*columns).where(EventChain.chain == sa.bindparam("chain")).with_for_update()


@cache
def _new_end() -> Any:
    return sa.update(_table(EventChain)).where(_table(EventChain).c.chain == sa.bindparam("of"))


@cache
def _new_rows() -> Any:
    return sa.Insert(_table(Event)).inline()


def _table(model: type[Any]) -> Any:
    return sa.inspect(model).local_table


def _held(chain: int) -> Row | None:
    found = values_of(_one_end(), {"chain": chain})
    return dict(found[0]._mapping) if found else None


def _write_ends(ends: Iterable[Row]) -> None:
    """Write the new ends of chains that are held, each under its seal."""
    named, key = next(iter(keys().items()))
    for end in ends:
        seal = seal_of_end(end, key)
        changing = {name: end[name] for name in _END if name != "chain"}
        values = {**changing, "key": named, "seal": seal, "of": end["chain"]}
        db.session.connection().execute(_new_end(), values)


def _begun(chain: int) -> Row:
    _begin(chain)
    held = _held(chain)
    if held is None:
        raise LookupError("The end of this chain was made and is not there.")
    return held


def _begin(chain: int) -> None:
    named, key = next(iter(keys().items()))
    values: Row = {"chain": chain, "sequence": 0, "last": START, "kept_from": 1, "kept_after": START}
    values |= {"key": named, "seal": seal_of_end(values, key)}
    insert_if_new(EventChain, values=values, unique=["chain"])


def let_go(chain: int, *, before: datetime | None = None) -> int:
    """Delete the rows of a chain from its beginning on: all, or those older than a moment; gives how many.

    The end of the chain says, under its seal, from where on it is kept; only then does the database let them go.
    """
    end = hold([chain])[chain]
    rows = sa.select(Event.sequence, Event.seal).where(Event.chain == chain)
    if before is not None:
        kept = sa.select(sa.func.min(Event.sequence)).where(Event.chain == chain, Event.at >= before)
        first_kept = db.session.scalar(kept)
        if first_kept is not None:
            rows = rows.where(Event.sequence < first_kept)
    last = db.session.execute(rows.order_by(Event.sequence.desc()).limit(1)).first()
    if last is None:
        return 0
    _write_ends([{**end, "kept_from": last.sequence + 1, "kept_after": last.seal}])
    return changed(sa.delete(Event).where(Event.chain == chain, Event.sequence <= last.sequence))


@event.listens_for(db.session, "before_commit")
def _seal_what_waits(session: Any) -> None:
    if session.in_nested_transaction() or not (waiting := session.info.pop(WAITING, [])):
        return
    session.flush()  # whatever else the deed holds is held before the ends of chains
    rows: list[Row] = [row for _within, row in waiting]
    held = hold(row["chain"] for row in rows)
    named, key = next(iter(keys().items()))
    for row in rows:
        end = held[row["chain"]]
        row.update(sequence=end["sequence"] + 1, before=end["last"], key=named)
        row["seal"] = seal_of(row, key)
        end.update(sequence=row["sequence"], last=row["seal"])
    # A plain insert: it asks nothing back, so that who may not read a row may still write it.
    session.connection().execute(_new_rows(), rows)
    _write_ends(held.values())


@event.listens_for(db.session, "after_soft_rollback")
def _forget_what_was_undone(session: Any, undone: Any) -> None:
    if undone.nested:
        left = [one for one in session.info.get(WAITING, []) if one[0] is not undone]
        session.info[WAITING] = left
    else:
        session.info.pop(WAITING, None)
