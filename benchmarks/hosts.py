"""One, two and four web hosts before one PostgreSQL: `.venv/bin/python -m benchmarks.hosts [--seconds 4] [--rounds 3]`.

Each host is a gunicorn of its own (one worker, four threads) with a data folder and, where the system has such, a
network namespace of its own; the clients are spread over them as a balancer would. The numbers of hosts take turns in
one run. On a machine with few cores all of them share these with the database and the clients, so more hosts than
cores can only show that nothing gets worse.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.web import SAVERS, Figures, Place, load_many, save_again, served
from tests.databases import fresh_url
from tests.failures.apart import apart

NUMBERS = (1, 2, 4)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=1000)
    options.add_argument("--seconds", type=float, default=4)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    where = "in networks of their own" if apart() else "in one network"
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {SAVERS} connections, PostgreSQL, hosts {where}\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), chosen.cases, url=fresh_url("postgresql"))
        figures = {(number, name): Figures() for number in NUMBERS for name in ("queue", "save")}
        with ExitStack() as servers:
            ports = []
            for number in range(max(NUMBERS)):
                own = Path(folder) / f"data{number}"
                own.mkdir()
                ports.append(
                    servers.enter_context(
                        served(
                            place,
                            f"host{number}",
                            None,
                            worker_class="gthread",
                            workers=1,
                            threads=4,
                            data=own,
                            within=apart(),
                        )
                    )
                )
            queue = [{"path": "/reviews/", "cookie": place.cookie}] * SAVERS
            load_many(ports, queue, 1)
            for _ in range(chosen.rounds):
                for number in NUMBERS:
                    figures[number, "queue"].add(
                        load_many(ports[:number], queue, chosen.seconds), chosen.seconds
                    )
                    save_again(place, ports[0])
                    figures[number, "save"].add(
                        load_many(ports[:number], place.saves, chosen.seconds), chosen.seconds
                    )
        for (number, name), found in figures.items():
            print(f"{number} host{'s' if number > 1 else ' '}  {name:<6} {found.told()}")


if __name__ == "__main__":
    main()
