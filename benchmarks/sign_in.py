"""Whether the time of an answer tells which addresses are known: `python -m benchmarks.sign_in [HOW MANY]`.

Known and unknown addresses take turns in one run, each from a network of its own; printed are both medians, their
difference, and how likely two samples of one distribution are to lie this far apart (Kolmogorov and Smirnov).
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from alembic import command
from scipy import stats

from lab.actions import people
from lab.migrating import alembic_config
from lab.settings import Settings
from lab.web import create_app

USUAL = 500


def main(count: int = USUAL) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        settings = Settings(
            data_dir=Path(folder), database_url=f"sqlite:///{folder}/lab.sqlite", demo=False, testing=True,
            secret_key="for-a-measurement-only-0123456789-abcdef", base_url="http://localhost",
        )  # fmt: skip
        app = create_app(settings)
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            command.upgrade(alembic_config(), "head")
            for number in range(count):
                people.welcome(f"known{number:05}@example.org", name="Known")
        asked = [(kind, number) for kind in ("known", "other") for number in range(count)]
        random.Random(1).shuffle(asked)
        took: dict[str, list[float]] = {"known": [], "other": []}
        client = app.test_client()
        client.get("/sign-in")
        for place, (kind, number) in enumerate(asked):
            data = {"email": f"{kind}{number:05}@example.org"}
            begun = time.perf_counter()
            answer = client.post(
                "/sign-in", data=data, environ_base={"REMOTE_ADDR": f"10.{place // 250}.{place % 250}.1"}
            )
            took[kind].append((time.perf_counter() - begun) * 1000)
            if answer.status_code != 303:
                raise SystemExit(f"{data['email']} was answered {answer.status_code}.")
    known, other = statistics.median(took["known"]), statistics.median(took["other"])
    p = stats.ks_2samp(took["known"], took["other"]).pvalue
    print(f"{count} known and {count} unknown addresses")
    print(f"median {known:.2f} ms and {other:.2f} ms, difference {abs(known - other):.2f} ms")
    print(f"Kolmogorov-Smirnov p = {p:.3f}")


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:2]))
