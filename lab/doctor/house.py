"""What lies around the database: settings, keys, disk, mail, zones, backups."""

from __future__ import annotations

import math
import shutil
import stat
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lab.backups.taking import SUFFIX
from lab.doctor import FAIL, NOTE, PASS, Found
from lab.mail import server_of
from lab.metrics import bind_of
from lab.settings import Settings, UnsafeSettings, is_loopback

LEAST_BITS = 128
LEAST_FREE, LEAST_SHARE = 500_000_000, 0.05
MAIL_SECONDS = 5
BACKUP_DUE = timedelta(hours=26)
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


CHECKS = (settings_are_safe, secret_key, data_folder, mail, time_zones, backups)
