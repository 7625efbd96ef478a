"""The ways out of this machine: whether somebody on them can read along, or answer in another's place."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url

from lab.doctor import FAIL, NOTE, PASS, Found
from lab.settings import Settings, is_loopback

SAFE = "is encrypted, and the server proves who it is"
ENCRYPTED_MAIL = ("smtps", "smtp+starttls")


def to_databases(settings: Settings) -> Iterator[Found]:
    """As the program and as whom backups read."""
    for what, name, url in (
        ("way to the database", "LAB_DATABASE_URL", settings.database_url),
        ("way of backups to the database", "LAB_BACKUP_DATABASE_URL", settings.backup_database_url),
    ):
        hosts = [host for host in _hosts_of(make_url(url)) if _leaves(host)] if url else []
        if hosts and make_url(url).query.get("sslmode") != "verify-full":
            yield Found(
                what, FAIL if FAIL in map(_how_bad, hosts) else NOTE, "can be read or led elsewhere",
                f"Add ?sslmode=verify-full to {name}, and as sslrootcert the file of those who may sign its certificate.",
            )  # fmt: skip
        elif hosts:
            yield Found(what, PASS, SAFE)


def to_mail_server(settings: Settings) -> Iterator[Found]:
    """With every link that signs somebody in."""
    server = urlsplit(settings.smtp_url)
    host = server.hostname or ""
    if _leaves(host) and server.scheme in ENCRYPTED_MAIL:
        yield Found("way to the mail server", PASS, SAFE)
    elif _leaves(host):
        yield Found(
            "way to the mail server", _how_bad(host), "can be read",
            "Begin LAB_SMTP_URL with smtps:// or smtp+starttls://.",
        )  # fmt: skip


def from_proxy(settings: Settings) -> Iterator[Found]:
    """The program itself speaks plain http; encrypting is the proxy's."""
    if not settings.bind.startswith("unix:") and _leaves(settings.bind.rpartition(":")[0].strip("[]")):
        yield Found(
            "way from the proxy", NOTE, "is not encrypted",
            "Let nobody but the proxy into that network, or serve on loopback beside it.",
        )  # fmt: skip


def _hosts_of(address: URL) -> list[str]:
    """Every host that an address names, in its place or behind the question mark."""
    asked = address.query.get("host", ())
    named = [address.host or "", *([asked] if isinstance(asked, str) else asked)]
    return [host for one in named for host in one.split(",")]


def _leaves(host: str) -> bool:
    """Whether this is beyond this machine; nothing at all, or a socket in the file system, is not."""
    return host != "" and not host.startswith("/") and not is_loopback(host)


def _how_bad(host: str) -> str:
    """FAIL; or NOTE for a name without a dot: one of a network of containers, which mostly lies within one machine."""
    return FAIL if "." in host or ":" in host else NOTE


CHECKS = (to_databases, to_mail_server, from_proxy)
