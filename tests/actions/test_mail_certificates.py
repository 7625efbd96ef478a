"""Mail is handed only to a server whose certificate this machine trusts."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
from dataclasses import replace
from email.message import EmailMessage

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lab.mail import deliver


@pytest.fixture
def stranger(tmp_path):
    """A server on loopback with a certificate that only it vouches for; gives its port and what arrived."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    moment = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(moment - datetime.timedelta(days=1))
        .not_valid_after(moment + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path / "both.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    listening = socket.create_server(("127.0.0.1", 0))
    arrived: list[bytes] = []

    def answer() -> None:
        connection, _ = listening.accept()
        try:
            with context.wrap_socket(connection, server_side=True) as wrapped:
                wrapped.sendall(b"220 here\r\n")
                arrived.append(wrapped.recv(1000))
        except OSError:
            connection.close()

    thread = threading.Thread(target=answer)
    thread.start()
    yield listening.getsockname()[1], arrived
    thread.join(10)
    listening.close()


def test_a_certificate_that_nobody_vouches_for_is_refused(stranger, settings):
    port, arrived = stranger
    mail = EmailMessage()
    mail["To"] = "somebody@example.org"
    with pytest.raises(ssl.SSLCertVerificationError):
        deliver(mail, replace(settings, smtp_url=f"smtps://localhost:{port}"))
    assert arrived == []
