"""How often somebody may try to sign in: counted in the database, by whom they name and by where they come from.

Neither is stored in the clear, and a day later nothing of it is left.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

import sqlalchemy as sa

from lab.database import db, now, transaction
from lab.errors import TooOften
from lab.models import SignInAttempt
from lab.said import say
from lab.sealing import keyed_hash

WINDOW = timedelta(seconds=60)
TRIES_OF_ONE = 5
TRIES_OF_A_NETWORK = 20
KEPT_FOR = timedelta(days=1)


def network_of(address: str | None) -> str:
    """The network that one household or office shares: /24 of IPv4, /56 of IPv6."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network((found, 24 if found.version == 4 else 56), strict=False))


def attempt(who: str, *, address: str | None) -> None:
    """Count one try of somebody (a mail address, or a person's reference) who comes from this address.

    Five a minute for one name from one network, twenty for the network; a name is never locked by
    strangers elsewhere. Raises `TooOften` with the seconds to wait; what is refused is not counted.
    """
    network = keyed_hash(network_of(address), purpose="network")
    name = keyed_hash(who.strip().lower(), purpose="who")
    with transaction():
        one_at_a_time(f"network {network}")
        moment = now()
        rows = db.session.execute(
            sa.select(SignInAttempt.who_hash, SignInAttempt.at)
            .where(SignInAttempt.network_hash == network, SignInAttempt.at > moment - WINDOW)
            .order_by(SignInAttempt.at)
        ).all()
        _refuse_beyond([at for _, at in rows], TRIES_OF_A_NETWORK, moment)
        _refuse_beyond([at for known, at in rows if known == name], TRIES_OF_ONE, moment)
        db.session.add(SignInAttempt(who_hash=name, network_hash=network, at=moment))


def one_at_a_time(name: str) -> None:
    """Let nobody else count the same until this deed is done; on SQLite the deed is alone anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        number = int(keyed_hash(name, purpose="lock")[:15], 16)
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def forget_old() -> None:
    """Delete what is older than a day."""
    with transaction():
        db.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < now() - KEPT_FOR))


def _refuse_beyond(tries: list[datetime], allowed: int, moment: datetime) -> None:
    if len(tries) >= allowed:
        free_at = tries[-allowed] + WINDOW
        raise TooOften(
            say("That was often. Wait a minute, then try again; what you typed is still here."),
            seconds=max(1, round((free_at - moment).total_seconds())),
        )
