"""What lies around the database: settings, keys, disk, mail, zones, backups."""

from __future__ import annotations

import math
import shutil
import stat
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import URL, make_url

from lab.backups.taking import SUFFIX
from lab.doctor import FAIL, NOTE, PASS, Found
from lab.metrics import bind_of
from lab.settings import Settings, UnsafeSettings, is_loopback

LEAST_BITS = 128
LEAST_FREE, LEAST_SHARE = 500_000_000, 0.05
MAIL_SECONDS = 5
BACKUP_DUE = timedelta(hours=26)
ENCRYPTED_MAIL = ("smtps", "smtp+starttls")
A_ZONE = "America/Los_Angeles"


def settings_are_safe(settings: Settings) -> Iterator[Found]:
    """The settings were checked when they were read; what is left is whether this is a demo."""
    if settings.demo:
        yield Found(
            "settings",
            NOTE,
            "this is a demo: anybody signs in as anybody",
            "Set LAB_SECRET_KEY and LAB_BASE_URL.",
        )
    elif not settings.secure_cookies:
        yield Found(
            "settings", NOTE, "cookies travel without https, on this machine only", "Give LAB_BASE_URL https."
        )
    else:
        yield Found("settings", PASS, "safe, with https")
    if settings.metrics_bind:
        try:
            host, _port = bind_of(settings)
        except UnsafeSettings as refused:
            yield Found("figures", FAIL, str(refused), "Set LAB_METRICS_BIND to 127.0.0.1:9464.")
        else:
            if not is_loopback(host):
                yield Found(
                    "figures", NOTE, "served beyond this machine", "Let only Prometheus reach that port."
                )


def secret_key(settings: Settings) -> Iterator[Found]:
    """How much chance is in the key at most."""
    bits = len(settings.secret_key) * math.log2(max(len(set(settings.secret_key)), 1))
    if bits < LEAST_BITS:
        yield Found(
            "secret key", FAIL, f"at most {bits:.0f} bits of chance",
            'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"',
        )  # fmt: skip
    else:
        yield Found("secret key", PASS, f"{len(settings.secret_key)} characters")


def data_folder(settings: Settings) -> Iterator[Found]:
    """Who may read the data folder, and whether there is room."""
    mode = stat.S_IMODE(settings.data_dir.stat().st_mode)
    if mode & stat.S_IWOTH:
        yield Found(
            "data folder", FAIL, "everybody on this machine may write there", f"chmod 700 {settings.data_dir}"
        )
    elif mode & (stat.S_IROTH | stat.S_IXOTH):
        yield Found(
            "data folder", NOTE, "everybody on this machine may look inside", f"chmod 700 {settings.data_dir}"
        )
    else:
        yield Found("data folder", PASS, "closed to others")
    disk = shutil.disk_usage(settings.data_dir)
    said = f"{disk.free // 1_000_000} MB free"
    if disk.free < LEAST_FREE or disk.free / disk.total < LEAST_SHARE:
        yield Found("disk", FAIL, said, "Make room: a full disk stops every save.")
    else:
        yield Found("disk", PASS, said)


def mail(settings: Settings) -> Iterator[Found]:
    """Whether the mail server answers and takes the name and password; nothing is sent."""
    if not settings.smtp_url:
        yield Found("mail", NOTE, "goes to the console", "Set LAB_SMTP_URL.")
        return
    import smtplib

    from lab.mail import server_of

    try:
        with server_of(settings, seconds=MAIL_SECONDS) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as problem:
        yield Found(
            "mail", FAIL, f"the server of LAB_SMTP_URL does not take it ({type(problem).__name__})",
            "Nobody can sign in without mail: correct LAB_SMTP_URL, or reach the server from here.",
        )  # fmt: skip
    else:
        yield Found("mail", PASS, "the server answers")


def connections(settings: Settings) -> Iterator[Found]:
    """Whether what leaves this machine can be read on its way, or arrive at somebody else."""
    for name in ("LAB_DATABASE_URL", "LAB_BACKUP_DATABASE_URL"):
        yield from _way_to_database(name, settings)
    server = urlsplit(settings.smtp_url)
    if _leaves(server.hostname) and server.scheme in ENCRYPTED_MAIL:
        yield Found("way of the mail", PASS, "is encrypted, and the server proves who it is")
    elif _leaves(server.hostname):
        yield Found(
            "way of the mail", _how_bad(server.hostname), "can be read beyond this machine",
            "Begin LAB_SMTP_URL with smtps:// or smtp+starttls://.",
        )  # fmt: skip
    if _leaves(settings.bind.rpartition(":")[0].strip("[]")) and not settings.bind.startswith("unix:"):
        yield Found(
            "way to the proxy", NOTE, "what comes from the proxy is not encrypted",
            "Let nobody but the proxy into that network, or serve on loopback beside it.",
        )  # fmt: skip


def _way_to_database(name: str, settings: Settings) -> Iterator[Found]:
    backups = name == "LAB_BACKUP_DATABASE_URL"
    url = settings.backup_database_url if backups else settings.database_url
    if not url:
        return
    address, what = make_url(url), "way of backups" if backups else "way to the database"
    hosts = [host for host in _hosts_of(address) if _leaves(host)]
    if hosts and address.query.get("sslmode") != "verify-full":
        yield Found(
            what, max(map(_how_bad, hosts), key=(NOTE, FAIL).index), "can be read or led elsewhere",
            f"Add ?sslmode=verify-full to {name}, and as sslrootcert the file of those who may sign its certificate.",
        )  # fmt: skip
    elif hosts:
        yield Found(what, PASS, "is encrypted, and the server proves who it is")


def _hosts_of(address: URL) -> list[str]:
    """Every host that an address names, in its place or behind the question mark."""
    asked = address.query.get("host", ())
    named = [address.host or "", *([asked] if isinstance(asked, str) else asked)]
    return [host for one in named for host in one.split(",") if host]


def _leaves(host: str | None) -> bool:
    """Whether this address is beyond this machine; a socket in the file system is not."""
    return host is not None and host != "" and not host.startswith("/") and not is_loopback(host)


def _how_bad(host: str | None) -> str:
    """FAIL; or NOTE for a name without a dot: one of a network of containers, which mostly lies within one machine."""
    return FAIL if "." in (host or "") or ":" in (host or "") else NOTE


def time_zones(_settings: Settings) -> Iterator[Found]:
    """Whether deadlines can be computed where people live."""
    try:
        ZoneInfo(A_ZONE)
    except ZoneInfoNotFoundError:
        yield Found("time zones", FAIL, "are not known", "Install the package tzdata.")
    else:
        yield Found("time zones", PASS, "are known")


def backups(settings: Settings) -> Iterator[Found]:
    """How old the newest backup is."""
    if not (settings.backup_passphrase or settings.backup_recipient):
        yield Found(
            "backup key",
            NOTE if settings.demo else FAIL,
            "there is none",
            "Set LAB_BACKUP_RECIPIENT or LAB_BACKUP_PASSPHRASE.",
        )
    made = newest(settings.backup_dir)
    if made is None:
        yield Found(
            "backups", NOTE if settings.demo else FAIL, "there are none", "Run flask lab backup every day."
        )
        return
    age = timedelta(seconds=max(time.time() - made, 0))
    said = f"the newest is {age.total_seconds() / 3600:.0f} hours old"
    if age > BACKUP_DUE:
        yield Found("backups", FAIL, said, "See why the daily backup does not run; then flask lab backup.")
    else:
        yield Found("backups", PASS, said)


def newest(folder: Path) -> float | None:
    """When the newest backup was made."""
    return max((path.stat().st_mtime for path in folder.glob(f"*{SUFFIX}")), default=None)


CHECKS = (settings_are_safe, secret_key, data_folder, mail, connections, time_zones, backups)
