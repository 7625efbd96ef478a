"""The example of nginx as it stands, before two hosts: nobody notices restarts, claims go no further, crowds wait (T38)."""

from __future__ import annotations

import http.client
import ipaddress
import os
import re
import ssl
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import url_of
from tests.operations.served import PATIENCE, ROOT, answers, environment, free_port, get, until

EXAMPLE = ROOT / "deploy" / "nginx" / "learning-lab.conf"
NAME = "lab.example.org"
REQUESTS, PEOPLE, TURNS = 5_000, 6, 4
PAGES = (("/", False), ("/sign-in", False), ("/sign-in", True), ("/healthz", False), ("/fit", True))
MAIN = """
daemon off; master_process on; worker_processes 2; pid {place}/pid; user {user};
error_log {place}/errors;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {place}/a; proxy_temp_path {place}/b; fastcgi_temp_path {place}/c; uwsgi_temp_path {place}/d; scgi_temp_path {place}/e;
    include {place}/lab.conf;
}}
"""


class BoundHost:
    """A host that binds its own address, as in a container: while it starts again, nobody answers there."""

    def __init__(self, place: Path) -> None:
        self.port, self.log = free_port(), place / "log"
        self.env = environment(
            url_of("postgresql"), place, LAB_BIND=f"127.0.0.1:{self.port}", LAB_BASE_URL=f"https://{NAME}",
            LAB_PROXIES="1", LAB_WEB_WORKERS="1", LAB_SMTP_URL="smtp://127.0.0.1:9",
        )  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "app:app"], cwd=ROOT, env=self.env, stdout=log, stderr=log
            )
        until(lambda: answers(self.port) and get(self.port, "/healthz") == 200, "The host")

    def stop(self) -> None:
        assert self.process
        self.process.terminate()
        assert self.process.wait(PATIENCE) == 0


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]


@dataclass
class Address:
    """Where somebody listens who is no host of ours."""

    port: int


class Nginx:
    """nginx with the example, of which only places and addresses were changed."""

    def __init__(self, place: Path, hosts: Sequence[BoundHost | Address], *, patient: bool) -> None:
        self.port, self.place = free_port(), place
        self.certificate = place / "fullchain.pem"
        certify(place)
        text = EXAMPLE.read_text("utf-8")
        for number, one in enumerate(hosts, 1):
            text = text.replace(f"web{number}:8000", f"127.0.0.1:{one.port}")
        text = text.replace("/etc/nginx/tls", str(place)).replace(
            "listen 80;", f"listen 127.0.0.1:{free_port()};"
        )
        text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl")
        if patient:  # one machine plays a whole town here
            text = re.sub(r"rate=\d+r/[ms]", "rate=10000r/s", text)
        (place / "lab.conf").write_text(text)
        who = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        (place / "nginx.conf").write_text(MAIN.format(place=place, user=who))
        with (place / "access").open("wb") as log:
            self.process = subprocess.Popen(
                [os.environ["LAB_NGINX"], "-p", str(place), "-c", str(place / "nginx.conf")],
                stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        until(lambda: answers(self.port), "nginx")

    def ask(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """One request on a connection of its own; the certificate is looked at."""
        trusts = ssl.create_default_context(cafile=str(self.certificate))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE, context=trusts)
        try:
            connection.request("GET", path, headers={"Host": NAME, "Connection": "close", **(headers or {})})
            answer = connection.getresponse()
            answer.read()
            return Answer(answer.status, answer.headers)
        finally:
            connection.close()

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)


def certify(place: Path) -> None:
    """A certificate of its own for the name of the example and for loopback."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    names = x509.SubjectAlternativeName(
        [x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    begins = datetime.now(UTC) - timedelta(hours=1)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), begins, begins + timedelta(days=2)
    )
    signed = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
    (place / "fullchain.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (place / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[BoundHost]]:
    made = [BoundHost(tmp_path_factory.mktemp(f"host{number}")) for number in range(2)]
    try:
        for one in made:
            one.start()
        yield made
    finally:
        for one in made:
            if one.process and one.process.poll() is None:
                one.stop()


@contextmanager
def front(place: Path, hosts: Sequence[BoundHost | Address], *, patient: bool = True) -> Iterator[Nginx]:
    made = Nginx(place, hosts, patient=patient)
    try:
        yield made
    finally:
        made.close()


def crowd(nginx: Nginx, count: int) -> tuple[Counter[str], list[threading.Thread]]:
    """Several people who ask for so many pages in all; what they are told is counted while it goes on."""
    told: Counter[str] = Counter()
    numbers = iter(range(count))
    lock = threading.Lock()

    def ask() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            path, htmx = PAGES[number % len(PAGES)]
            try:
                said = str(nginx.ask(path, {"HX-Request": "true"} if htmx else None).status)
            except (OSError, http.client.HTTPException) as problem:
                said = f"{type(problem).__name__} at {path}"
            with lock:
                told[said] += 1

    threads = [threading.Thread(target=ask) for _person in range(PEOPLE)]
    for thread in threads:
        thread.start()
    return told, threads


def test_hosts_that_start_again_one_after_the_other_are_not_noticed(hosts, tmp_path):
    with front(tmp_path, hosts) as nginx:
        told, threads = crowd(nginx, REQUESTS)
        for turn in range(TURNS):
            goal = (turn + 1) * REQUESTS // (TURNS + 1)
            until(lambda goal=goal: told.total() >= goal, "The next answers")
            hosts[turn % 2].stop()
            hosts[turn % 2].start()
        for thread in threads:
            thread.join()
    print(f"{TURNS} restarts: {dict(told)}")
    assert told == {"200": REQUESTS}


def test_what_watches_stays_inside(hosts, tmp_path):
    with front(tmp_path, hosts) as nginx:
        assert [nginx.ask(path).status for path in ("/readyz", "/version", "/healthz")] == [404, 404, 200]
        page = nginx.ask("/?words=secret")
        assert page.status == 200
        assert page.headers["Strict-Transport-Security"] and page.headers["Content-Security-Policy"]
        assert "nginx/" not in page.headers.get("Server", "")
    log = (tmp_path / "access").read_text()
    assert '"status":200' in log and "secret" not in log and "/healthz" not in log


class Listener(BaseHTTPRequestHandler):
    """A host that keeps what reaches it."""

    arrived: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        self.arrived.append({name.lower(): value for name, value in self.headers.items()})
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_told: object) -> None:
        """Nothing: what arrived is kept."""


class Away(Listener):
    """A host whose database is away: it says so itself."""

    def do_GET(self) -> None:
        self.send_response(503)
        self.send_header("Retry-After", "10")
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def listening(kind: type[Listener]) -> Iterator[Address]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Address(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_while_the_database_is_away_visitors_read_what_the_house_says(tmp_path):
    with listening(Away) as one, listening(Away) as other, front(tmp_path, [one, other]) as nginx:
        told = [nginx.ask("/") for _time in range(20)]
    assert {(answer.status, answer.headers["Retry-After"]) for answer in told} == {(503, "10")}


def test_what_a_visitor_claims_goes_no_further(tmp_path):
    claims = {
        "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http",
        "Forwarded": "host=evil.example", "X-Request-Id": "f" * 32, "Host": "evil.example",
    }  # fmt: skip
    with listening(Listener) as host, front(tmp_path, [host] * 2) as nginx:
        assert nginx.ask("/", claims).status == 200
    (told,) = Listener.arrived
    assert told["x-forwarded-for"] == "127.0.0.1" and told["x-forwarded-proto"] == "https"
    assert told["host"] == NAME and "evil.example" not in told.values() and "forwarded" not in told
    assert told["x-request-id"] != "f" * 32


def test_whoever_asks_too_fast_is_told_to_wait(hosts, tmp_path):
    with front(tmp_path, hosts, patient=False) as nginx:
        told, threads = crowd(nginx, 400)
        for thread in threads:
            thread.join()
    assert set(told) == {"200", "429"} and told["429"] > 0, told
