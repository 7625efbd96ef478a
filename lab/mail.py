"""Turning an outbox row into a mail, and handing it to whoever delivers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from flask import render_template

from lab.models import OutboxMessage
from lab.notices import KINDS
from lab.settings import Settings
from lab.tongue import speaking

if TYPE_CHECKING:
    import smtplib
    from email.message import EmailMessage

SMTP_SECONDS = 10


def written(message: OutboxMessage, settings: Settings) -> EmailMessage:
    """The mail as it will be read: neutral, in the reader's language, with one link."""
    from email.message import EmailMessage  # only who sends mail reads how mail is made
    from email.policy import SMTP

    kind = KINDS[message.kind]
    mail = EmailMessage(policy=SMTP)
    with speaking(message.locale):
        mail["Subject"] = str(kind.subject)
        body = render_template(
            "mail/notice.txt",
            sentence=str(kind.sentence),
            url=settings.base_url + message.path,
            code=(message.secret or {}).get("code", ""),
        )
    mail["From"] = settings.mail_from
    mail["To"] = message.recipient
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body)
    return mail


def deliver(mail: EmailMessage, settings: Settings) -> None:
    """Hand the mail over: to the server of LAB_SMTP_URL, otherwise to the console.

    Raises OSError or smtplib.SMTPException when the server does not take it, also when its certificate
    is not one that this machine trusts.
    """
    if not settings.smtp_url:
        print(
            f"--- mail to {mail['To']}: {mail['Subject']}\n{mail.get_content()}---",
            file=sys.stderr,
            flush=True,
        )
        return
    with server_of(settings, seconds=SMTP_SECONDS) as server:
        server.send_message(mail)


@contextmanager
def server_of(settings: Settings, *, seconds: float) -> Iterator[smtplib.SMTP]:
    """The server of LAB_SMTP_URL, spoken to as this address says, with name and password given.

    Raises OSError or smtplib.SMTPException where it does not answer in time, or is not one that this machine trusts.
    """
    import smtplib
    import ssl

    address = urlsplit(settings.smtp_url)
    place = address.hostname or "localhost", address.port or 0
    trusted = ssl.create_default_context()  # without it smtplib takes any certificate
    server: smtplib.SMTP
    if address.scheme == "smtps":
        server = smtplib.SMTP_SSL(*place, timeout=seconds, context=trusted)
    else:
        server = smtplib.SMTP(*place, timeout=seconds)
    with server:
        if address.scheme == "smtp+starttls":
            server.starttls(context=trusted)
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        yield server
