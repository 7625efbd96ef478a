"""What is kept only encrypted, and names that are kept only as keyed hashes: both hang on LAB_SECRET_KEY."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from flask import current_app

from lab.settings import Settings


def sealed(text: str, *, purpose: str) -> str:
    """The text, readable for nobody without the secret key. What is sealed for one purpose opens for no other."""
    from cryptography.fernet import Fernet

    return Fernet(_key(_settings().secret_key, purpose)).encrypt(text.encode()).decode()


def opened(token: str, *, purpose: str, within: timedelta | None = None) -> str | None:
    """What was sealed, with this key or with one from before; None where it is not ours or older than `within`."""
    from cryptography.fernet import Fernet, InvalidToken, MultiFernet

    settings = _settings()
    keys = [Fernet(_key(key, purpose)) for key in (settings.secret_key, *settings.old_secret_keys)]
    try:
        return MultiFernet(keys).decrypt(token, ttl=int(within.total_seconds()) if within else None).decode()
    except InvalidToken:
        return None


def keyed_hash(text: str, *, purpose: str) -> str:
    """A name under which the same text is found again, and from which nobody without the key guesses the text."""
    return hmac.new(_settings().secret_key.encode(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def _key(secret: str, purpose: str) -> bytes:
    from base64 import urlsafe_b64encode

    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return urlsafe_b64encode(HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(secret.encode()))


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
