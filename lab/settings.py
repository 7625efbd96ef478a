"""Settings, read once from the environment, typed; unsafe ones are refused by name."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOOPBACK_NAMES = {"localhost"}
# No rate of a smaller group is ever shown; LAB_LEAST_SHOWN may ask for larger ones only.
SMALLEST_GROUP = 5


class UnsafeSettings(Exception):
    """The environment asks for something that would not be safe; the message names the setting."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the program needs to know about where it runs."""

    bind: str = "127.0.0.1:8000"
    data_dir: Path = Path("var")
    database_url: str = ""
    secret_key: str = ""
    old_secret_keys: tuple[str, ...] = ()  # what was sealed with them is still known as ours
    base_url: str = ""
    smtp_url: str = ""
    mail_from: str = "Learning Lab <no-reply@learning-lab.invalid>"
    text_model: str = ""  # a package that compares texts, for the worker; see lab/text_model.py
    demo: bool = True
    testing: bool = False
    # The organization's own sign-in for staff (OpenID Connect); empty: there is none.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    least_shown: int = SMALLEST_GROUP
    proxies: int = 0  # how many proxies of ours stand before us and say where a request came from
    log_level: str = "INFO"
    metrics_bind: str = ""  # HOST:PORT of the figures for Prometheus; empty: none are kept
    web_workers: int = 2
    web_threads: int = 4
    backup_dir: Path = Path("var/backups")
    backup_database_url: str = ""  # as whom a backup reads, where the program's own role may not read all
    backup_passphrase: str = ""
    backup_recipient: str = ""  # a public key (age1...) instead of a passphrase
    backup_identity: str = ""  # the secret key that belongs to it, where a backup is restored

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read `LAB_*`. Raises `UnsafeSettings` with the name of what must change."""
        env = os.environ if environ is None else environ
        key, base = env.get("LAB_SECRET_KEY", ""), env.get("LAB_BASE_URL", "").rstrip("/")
        if bool(key) != bool(base):
            missing = "LAB_BASE_URL" if key else "LAB_SECRET_KEY"
            raise UnsafeSettings(
                f"{missing} is missing: set both LAB_SECRET_KEY and LAB_BASE_URL, or neither for a demo."
            )
        demo = not key
        data_dir = Path(env.get("LAB_DATA_DIR") or "var").absolute()
        settings = cls(
            bind=env.get("LAB_BIND") or "127.0.0.1:8000",
            data_dir=data_dir,
            database_url=_database_url(env.get("LAB_DATABASE_URL", ""), data_dir),
            secret_key=key or _demo_key(data_dir),
            old_secret_keys=tuple(env.get("LAB_OLD_SECRET_KEYS", "").split()),
            base_url=base or f"http://{env.get('LAB_BIND') or '127.0.0.1:8000'}",
            smtp_url=_mail_server(env.get("LAB_SMTP_URL", "")),
            mail_from=env.get("LAB_MAIL_FROM") or cls.mail_from,
            text_model=env.get("LAB_TEXT_MODEL", ""),
            demo=demo,
            least_shown=_least_shown(env.get("LAB_LEAST_SHOWN", "")),
            **_organization(env),
            **_running(env, data_dir, demo=demo),
        )
        if demo:
            _check_demo(settings)
        else:
            _check_real(settings, env)
        return settings

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel by https only, wherever the address of the house is https."""
        return self.base_url.startswith("https://")


def is_loopback(host: str) -> bool:
    """True for an address that only this machine can reach."""
    name = host.strip("[]")
    if name in LOOPBACK_NAMES:
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


MAIL_SCHEMES = ("smtps", "smtp+starttls", "smtp")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def _running(env: Mapping[str, str], data_dir: Path, *, demo: bool) -> dict[str, Any]:
    """What only those who run the house set: logs, figures, processes, backups."""
    level = (env.get("LAB_LOG_LEVEL") or ("WARNING" if demo else "INFO")).upper()
    if level not in LEVELS:
        raise UnsafeSettings(f"LAB_LOG_LEVEL is {level}, and must be one of {', '.join(LEVELS)}.")
    return {
        "proxies": _number(env, "LAB_PROXIES", 0, least=0, most=9),
        "log_level": level,
        "metrics_bind": env.get("LAB_METRICS_BIND", ""),
        "web_workers": _number(env, "LAB_WEB_WORKERS", 2, most=64),
        "web_threads": _number(env, "LAB_WEB_THREADS", 4, most=64),
        "backup_dir": Path(env.get("LAB_BACKUP_DIR") or data_dir / "backups").absolute(),
        "backup_database_url": _database_url(env["LAB_BACKUP_DATABASE_URL"], data_dir)
        if env.get("LAB_BACKUP_DATABASE_URL")
        else "",
        "backup_passphrase": env.get("LAB_BACKUP_PASSPHRASE", ""),
        "backup_recipient": env.get("LAB_BACKUP_RECIPIENT", ""),
        "backup_identity": env.get("LAB_BACKUP_IDENTITY", ""),
    }


def _organization(env: Mapping[str, str]) -> dict[str, Any]:
    """The organization's sign-in: all three settings or none."""
    told = {
        name: env.get(f"LAB_{name.upper()}", "")
        for name in ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
    }
    missing = [f"LAB_{name.upper()}" for name, value in told.items() if not value]
    if missing and len(missing) < len(told):
        raise UnsafeSettings(
            f"{missing[0]} is missing: set all of LAB_OIDC_ISSUER, LAB_OIDC_CLIENT_ID and LAB_OIDC_CLIENT_SECRET, or none."
        )
    address = urlsplit(told["oidc_issuer"])
    if told["oidc_issuer"] and not (address.scheme == "https" or is_loopback(address.hostname or "")):
        raise UnsafeSettings(
            "LAB_OIDC_ISSUER must begin with https:// so that nobody can answer in its place."
        )
    return told


def _number(env: Mapping[str, str], name: str, usual: int, *, least: int = 1, most: int) -> int:
    told = env.get(name, "")
    if told and (not told.isdecimal() or not least <= int(told) <= most):
        raise UnsafeSettings(f"{name} is {told}, and must be a number from {least} to {most}.")
    return int(told) if told else usual


def _mail_server(told: str) -> str:
    if told and urlsplit(told).scheme not in MAIL_SCHEMES:
        # Any other word would be taken for plain SMTP, and the mail sent for everybody to read.
        raise UnsafeSettings(
            f"LAB_SMTP_URL must begin with {', '.join(f'{one}://' for one in MAIL_SCHEMES)}."
        )
    return told


def _least_shown(told: str) -> int:
    if not told:
        return SMALLEST_GROUP
    if not told.isdecimal() or int(told) < SMALLEST_GROUP:
        raise UnsafeSettings(
            f"LAB_LEAST_SHOWN is {told}, but rates of fewer than {SMALLEST_GROUP} would tell of single organizations."
        )
    return int(told)


def _database_url(url: str, data_dir: Path) -> str:
    if not url:
        return f"sqlite:///{data_dir / 'lab.sqlite'}"
    for old in ("postgres://", "postgresql://"):
        if url.startswith(old):
            return "postgresql+psycopg://" + url.removeprefix(old)
    return url


def _demo_key(data_dir: Path) -> str:
    """A random key kept beside the demo's data, so that a restart does not sign everybody out."""
    place = data_dir / "demo-key"
    if not place.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return place.read_text()


def _check_demo(settings: Settings) -> None:
    host = settings.bind.rsplit(":", 1)[0]
    if not is_loopback(host):
        raise UnsafeSettings(
            f"LAB_BIND is {settings.bind}, but a demo lets anybody sign in as anybody, so it serves loopback only. "
            "Set LAB_SECRET_KEY and LAB_BASE_URL for the real thing."
        )


def _check_real(settings: Settings, env: Mapping[str, str]) -> None:
    if len(settings.secret_key) < 32 or len(set(settings.secret_key)) < 10:
        raise UnsafeSettings("LAB_SECRET_KEY is too easy to guess: use 32 or more random characters.")
    address = urlsplit(settings.base_url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise UnsafeSettings("LAB_BASE_URL must be a whole address, like https://lab.example.org.")
    if address.scheme == "http" and not is_loopback(address.hostname):
        raise UnsafeSettings(
            "LAB_BASE_URL must begin with https:// so that cookies are never sent in the clear."
        )
    if not settings.smtp_url and not is_loopback(address.hostname):
        raise UnsafeSettings(
            "LAB_SMTP_URL is missing: without it nobody receives the mail that lets them sign in."
        )
    if env.get("FLASK_DEBUG", "0") not in ("", "0", "false"):
        raise UnsafeSettings("FLASK_DEBUG is on: it lets a visitor run code. Unset it.")
