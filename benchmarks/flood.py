"""Whether others go on while somebody floods: `python -m benchmarks.flood [HOW MANY]`.

A real gunicorn on loopback that believes one proxy. People ask for their link one after the other, each from a network
and with an address of their own: first alone, then while eight connections send so many wishes for one address, each
from another network, and again from a single one. Printed: how long the others waited, what the flood was answered,
and how many mails it made; SQLite.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import requests

from benchmarks import world
from benchmarks.web import SECRET, Place, served
from lab.database import db
from lab.models import OutboxMessage
from tests.pages import Page

USUAL, AT_ONCE, OTHERS = 200, 8, 100
FLOODED = "flooded@example.org"


class Visitor:
    """A browser with the page of sign-in before it."""

    def __init__(self, port: int) -> None:
        self.here = f"http://127.0.0.1:{port}/sign-in"
        self.web = requests.Session()
        self.web.trust_env = False
        self.token = Page(self.web.get(self.here, timeout=60).text).form("/sign-in").fields["csrf_token"]

    def asks(self, email: str, network: str) -> tuple[int, float]:
        """What a wish for a link is answered, and after how many milliseconds."""
        body = urlencode({"email": email, "csrf_token": self.token[0]})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": network}
        begun = time.perf_counter()
        answer = self.web.post(self.here, data=body, headers=headers, allow_redirects=False, timeout=60)
        return answer.status_code, (time.perf_counter() - begun) * 1000


def flood(visitor: Visitor, networks: list[str]) -> Counter[int]:
    """What one connection is answered that sends a wish from each of these networks, without a pause."""
    return Counter(visitor.asks(FLOODED, network)[0] for network in networks)


def others(port: int, first: int, meanwhile: list[Future[Counter[int]]] | None = None) -> list[float]:
    """How long people waited who ask one after the other; with a flood, as long as it goes on."""
    visitor, waited, number = Visitor(port), [], first
    while (any(not one.done() for one in meanwhile) if meanwhile else number < first + OTHERS) or not waited:
        status, spent = visitor.asks(
            f"other{number}@example.org", f"198.{18 + number // 250}.{number % 250}.1"
        )
        if status != 303:
            raise SystemExit(f"Somebody else was answered {status}.")
        waited.append(spent)
        number += 1
    return waited


def told(what: str, waited: list[float]) -> None:
    """One line of the report."""
    ordered = sorted(waited)
    late = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(
        f"{what:<34} {len(waited):4} others: median {ordered[len(ordered) // 2]:6.1f} ms, p99 {late:6.1f} ms"
    )


def main(count: int = USUAL) -> None:
    """Measure and print."""
    os.environ["LAB_PROXIES"] = "1"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = Place(Path(folder), 20)
        with served(place, "product", None, worker_class="gthread", workers=2, threads=4) as port:
            others(port, 0)
            told("nobody floods", others(port, OTHERS))
            kinds = {
                f"{count} wishes from {count} networks": [f"10.{n // 250}.{n % 250}.1" for n in range(count)],
                f"{count} wishes from one network": ["172.16.0.1"] * count,
            }
            for number, (what, networks) in enumerate(kinds.items(), start=2):
                visitors = [Visitor(port) for _connection in range(AT_ONCE)]
                with ThreadPoolExecutor(AT_ONCE) as pool:
                    sent = [
                        pool.submit(flood, one, networks[first::AT_ONCE])
                        for first, one in enumerate(visitors)
                    ]
                    told(what, others(port, number * 10_000, sent))
                answered = sum((one.result() for one in sent), Counter[int]())
                print(f"    the flood was answered {dict(answered)}")
        app = world.application(Path(folder), url=place.url, base_url="http://127.0.0.1", secret=SECRET)
        with app.app_context():
            mails = db.session.query(OutboxMessage).filter_by(recipient=FLOODED).count()
        print(f"    mails to the flooded address: {mails}")


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:2]))
