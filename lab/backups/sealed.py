"""A stream that only the holder of a passphrase or of a secret key can read, by the age format.

A file begins with two lines: what it is, and the secret key of this file sealed by the passphrase (or `-` where a
recipient's key seals it). What follows is age. Nothing is held in memory as a whole.
"""

from __future__ import annotations

import os
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

FIRST_LINE = b"learning-lab-backup 1\n"
NO_PASSPHRASE = b"-\n"
LEAST_PASSPHRASE = 16


class BackupRefused(Exception):
    """A backup could not be made or read; the message says why and what to do."""


@dataclass(frozen=True)
class Keys:
    """Who may read: whoever knows the passphrase, or holds the identity that belongs to the recipient."""

    passphrase: str = ""
    recipient: str = ""
    identity: str = ""


def seal(out: BinaryIO, keys: Keys, write: Callable[[BinaryIO], None]) -> None:
    """Let `write` write into a sealed stream. What it raises is raised here, and the stream is then worthless."""
    import pyrage

    if keys.recipient:
        try:
            recipient = pyrage.x25519.Recipient.from_str(keys.recipient)
        except pyrage.RecipientError as wrong:
            raise BackupRefused("LAB_BACKUP_RECIPIENT is no public key of age (age1...).") from wrong
        out.write(FIRST_LINE + NO_PASSPHRASE)
    elif len(keys.passphrase) >= LEAST_PASSPHRASE:
        identity = pyrage.x25519.Identity.generate()
        recipient = identity.to_public()
        sealed = pyrage.passphrase.encrypt(str(identity).encode(), keys.passphrase)
        out.write(FIRST_LINE + b64encode(sealed) + b"\n")
    else:
        raise BackupRefused(
            f"Set LAB_BACKUP_PASSPHRASE to {LEAST_PASSPHRASE} or more characters, or LAB_BACKUP_RECIPIENT to a public key."
        )
    with _pumped(write) as reading:
        pyrage.encrypt_io(reading, out, [recipient])


def unseal(source: BinaryIO, keys: Keys, read: Callable[[BinaryIO], None]) -> None:
    """Let `read` read what is sealed. Raises BackupRefused when the key is another one or the file was changed."""
    import pyrage

    if source.readline(100) != FIRST_LINE:
        raise BackupRefused("This is no backup of Learning Lab.")
    line = source.readline(10_000)
    try:
        if line == NO_PASSPHRASE:
            secret = keys.identity
        else:
            secret = pyrage.passphrase.decrypt(b64decode(line), keys.passphrase).decode()
        identity = pyrage.x25519.Identity.from_str(secret)
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError) as wrong:
        named = "LAB_BACKUP_IDENTITY" if line == NO_PASSPHRASE else "LAB_BACKUP_PASSPHRASE"
        raise BackupRefused(f"The backup does not open: {named} is missing or another one.") from wrong

    def decrypt(into: BinaryIO) -> None:
        try:
            pyrage.decrypt_io(source, into, [identity])
        except pyrage.DecryptError as wrong:
            raise BackupRefused(
                "The backup does not open: it was made for another key, or changed."
            ) from wrong
        except OSError as wrong:
            raise BackupRefused("The backup is cut short or was changed.") from wrong

    with _pumped(decrypt) as reading:
        read(reading)
        while reading.read(65536):  # the end of the stream is what proves that nothing was cut off
            pass


@contextmanager
def _pumped(write: Callable[[BinaryIO], None]) -> Iterator[BinaryIO]:
    """What `write` writes, to be read meanwhile; its error is raised when all was read."""
    incoming, outgoing = os.pipe()
    failed: list[BaseException] = []

    def pump() -> None:
        with suppress(BrokenPipeError), os.fdopen(outgoing, "wb") as into:
            try:
                write(into)
            except BaseException as problem:
                failed.append(problem)

    thread = threading.Thread(target=pump, name="backup")
    thread.start()
    try:
        with os.fdopen(incoming, "rb") as reading:
            yield reading
    except BaseException as other:
        thread.join()
        # The reader's trouble is most often only the echo of the writer's.
        if failed and not isinstance(failed[0], BrokenPipeError):
            raise failed[0] from other
        raise
    thread.join()
    if failed:
        raise failed[0]
