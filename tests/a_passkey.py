"""A device with one passkey, made of the same pieces as a real one: it signs what it is asked, for one house."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

PRESENT_AND_VERIFIED, WITH_KEY = 0x05, 0x40


class Device:
    """A phone or a security key."""

    def __init__(self, origin: str = "http://localhost") -> None:
        self.origin, self.host = origin, origin.partition("://")[2].partition(":")[0]
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.count = 0

    def registered(self, options: dict[str, Any]) -> str:
        """What the browser sends after making a passkey for these options."""
        numbers = self.key.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        held = bytes(16) + len(self.id).to_bytes(2) + self.id + key
        attested = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._data(PRESENT_AND_VERIFIED | WITH_KEY) + held,
        }
        return self._told(
            {
                "clientDataJSON": self._client("webauthn.create", options),
                "attestationObject": cbor2.dumps(attested),
            }
        )

    def signed(self, options: dict[str, Any]) -> str:
        """What the browser sends after signing what these options ask."""
        self.count += 1
        data, client = self._data(PRESENT_AND_VERIFIED), self._client("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._told({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, deed: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": deed, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _told(self, response: dict[str, bytes]) -> str:
        ident = bytes_to_base64url(self.id)
        parts = {name: bytes_to_base64url(part) for name, part in response.items()}
        return json.dumps({"id": ident, "rawId": ident, "type": "public-key", "response": parts})
