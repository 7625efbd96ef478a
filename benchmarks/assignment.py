"""How good and how fast assignments are, beside the alternatives, in one run.

    python -m benchmarks.assignment [FOLDER] [--rounds 3]

FOLDER holds instances as .npz files (shape, row, col, val, demand, lo, hi). Without one, instances are made
on the spot. Rules are verified before time is looked at; ours and the alternatives take turns.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from ortools.graph.python import min_cost_flow
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from benchmarks.worst_off_kinds import KINDS, of_kind
from lab.matching import assign

# Above so many pairs the program for the worst-off row takes minutes; the certificate's bound stands alone.
SMALL_ENOUGH = 30_000


class Instance(NamedTuple):
    """The arrays of one instance."""

    name: str
    row: Any
    col: Any
    value: Any
    demand: Any
    low: Any
    high: Any

    def assigned(self, fairness: str) -> Any:
        return assign(
            self.row,
            self.col,
            self.value,
            demand=self.demand,
            minimum=self.low,
            maximum=self.high,
            fairness=fairness,  # type: ignore[arg-type]
        )


def read(folder: Path) -> Iterator[Instance]:
    """The instances of a folder, by name."""
    for path in sorted(folder.glob("*.npz")):
        yield loaded(path)


def loaded(path: Path) -> Instance:
    """The instance of a file."""
    held = np.load(path, allow_pickle=True)
    return Instance(
        path.stem,
        held["row"].astype(np.int64),
        held["col"].astype(np.int64),
        held["val"].astype(float),
        held["demand"].astype(np.int64),
        held["lo"].astype(np.int64),
        held["hi"].astype(np.int64),
    )


def made(rows: int, columns: int, degree: int, *, seed: int = 1) -> Instance:
    """An instance with tastes in eight directions and minimum loads for everyone."""
    drawn = np.random.default_rng(seed)
    row = np.repeat(np.arange(rows), degree)
    col = np.concatenate([drawn.choice(columns, degree, replace=False) for _ in range(rows)])
    tastes = (drawn.random((rows, 8))[row] * drawn.random((columns, 8))[col]).sum(axis=1) / 4
    value = np.clip(tastes + drawn.normal(0, 0.1, len(row)), 0, 1)
    demand = drawn.integers(1, 3, rows)
    mean = demand.sum() / columns
    return Instance(
        f"made {rows} x {columns}",
        row,
        col,
        value,
        demand,
        np.full(columns, int(0.3 * mean)),
        np.ceil(np.full(columns, 1.3 * mean)).astype(np.int64),
    )


def bare_flow(one: Instance) -> tuple[float, float, Any]:
    """Nothing but a min-cost flow: the seconds to build and solve, those of the solve alone, the pairs."""
    rows, columns, pairs = len(one.demand), len(one.low), len(one.row)
    started = time.perf_counter()
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([one.row, rows + np.arange(columns)]),
        np.concatenate([one.col + rows, np.full(columns, rows + columns)]),
        np.concatenate([np.ones(pairs, np.int64), one.high - one.low]),
        np.concatenate([-np.rint(one.value * 1e6).astype(np.int64), np.zeros(columns, np.int64)]),
    )
    rest = one.demand.sum() - one.low.sum()
    solver.set_nodes_supplies(
        np.arange(rows + columns + 1), np.concatenate([one.demand, -one.low, [-rest]]).astype(np.int64)
    )
    built = time.perf_counter()
    if solver.solve() != solver.OPTIMAL:
        raise ValueError(f"{one.name} has no assignment")
    done = time.perf_counter()
    return done - started, done - built, solver.flows(np.arange(pairs)) > 0


def program(one: Instance, *, worst: bool = False) -> float:
    """The optimum of the linear program by HiGHS: of the total, or of the lowest sum."""
    rows, columns, pairs = len(one.demand), len(one.low), len(one.row)
    index, ones, extra = np.arange(pairs), np.ones(pairs), int(worst)
    shape = (rows, pairs + extra)
    demands = csr_array((ones, (one.row, index)), shape=shape)
    loads = csr_array((ones, (one.col, index)), shape=(columns, pairs + extra))
    above, limits = [loads, -loads], [one.high, -one.low]
    if worst:
        asking = np.flatnonzero(one.demand > 0)
        sums = csr_array((-one.value, (one.row, index)), shape=shape)
        lowest = csr_array((np.ones(rows), (np.arange(rows), np.full(rows, pairs))), shape=shape)
        above.append((sums + lowest)[asking])
        limits.append(np.zeros(len(asking)))
    solved = linprog(
        np.append(np.zeros(pairs), -1.0) if worst else -one.value,
        A_ub=vstack(above),
        b_ub=np.concatenate(limits),
        A_eq=demands,
        b_eq=one.demand,
        bounds=[(0, 1)] * pairs + [(None, None)] * extra,
        method="highs",
    )
    return -float(solved.fun)


def broken(one: Instance, row: Any, col: Any) -> int:
    """How many rules are broken."""
    given = np.bincount(row, minlength=len(one.demand))
    load = np.bincount(col, minlength=len(one.low))
    key = len(one.low)
    pairs, allowed = row * key + col, one.row * key + one.col
    return int(
        (given != one.demand).sum()
        + (load > one.high).sum()
        + (load < one.low).sum()
        + (len(pairs) - len(np.unique(pairs)))
        + (~np.isin(pairs, allowed)).sum()
    )


def timed(deed: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what the deed gave."""
    started = time.perf_counter()
    found = deed()
    return time.perf_counter() - started, found


def measured(one: Instance, *, rounds: int) -> str:
    """One line of the table."""
    times: dict[str, list[float]] = {}
    for _ in range(rounds):
        whole, alone, _ = bare_flow(one)
        times.setdefault("bare", []).append(whole)
        times.setdefault("solve", []).append(alone)
        for fairness in ("total", "balanced", "worst_off"):
            seconds, found = timed(partial(one.assigned, fairness))
            if broken(one, found.row, found.col):
                raise SystemExit(f"{one.name}, {fairness}: rules are broken")
            times.setdefault(fairness, []).append(seconds)
        seconds, optimum = timed(lambda: program(one))
        times.setdefault("program", []).append(seconds)
    median = {name: statistics.median(taken) for name, taken in times.items()}
    plain, even, fair = (one.assigned(name) for name in ("total", "balanced", "worst_off"))
    worst_program = program(one, worst=True) if len(one.row) <= SMALL_ENOUGH else None
    highest = fair.certificate.worst_bound if worst_program is None else worst_program
    return " | ".join(
        (
            f"{one.name:<18}",
            f"{len(one.row):>7}",
            f"{median['bare'] * 1000:>8.1f}",
            f"{plain.total / optimum:>9.6f}",
            f"{median['total'] / median['bare']:>6.2f}",
            f"{median['program'] / median['solve']:>7.1f}",
            f"{fair.worst / highest if highest else 1:>6.3f}{'' if worst_program is not None else ' c'}",
            f"{fair.total / plain.total:>6.3f}",
            f"{median['worst_off'] / median['bare']:>6.1f}",
            f"{even.worst / highest if highest else 1:>6.3f}",
            f"{even.total / plain.total:>6.3f}",
            f"{median['balanced'] / median['bare']:>6.1f}",
        )
    )


def lifted(kind: str, rows: int, columns: int) -> str:
    """One line of the table of the worst-off row; the linear program's bound is HiGHS's where it is small."""
    one = Instance(f"{kind} {rows} x {columns}", *of_kind(kind, rows, columns))
    plain, started = one.assigned("total"), time.process_time()
    fair = one.assigned("worst_off")
    seconds = time.process_time() - started
    if broken(one, fair.row, fair.col):
        raise SystemExit(f"{one.name}: rules are broken")
    small, certificate = len(one.row) <= SMALL_ENOUGH // 3, fair.certificate
    mixed = program(one, worst=True) if small else certificate.worst_mixed
    return " | ".join(
        (
            f"{one.name:<26}",
            f"{len(one.row):>7}",
            f"{fair.worst / certificate.worst_bound:>6.3f}",
            f"{fair.worst / mixed:>6.3f}{'' if small else ' c'}",
            f"{fair.total / plain.total:>6.3f}",
            f"{seconds:>6.1f}",
        )
    )


HARD = "worst off, hard kinds      |   pairs | of what is proved | of LP | total | seconds of processor"
HEAD = (
    "instance           |   pairs | flow ms  | of LP     | whole  | HiGHS   | worst  | total  | times  "
    "| worst  | total  | times\n"
    "                   |         | bare     | total     | x bare | x solve | off    |        | x bare "
    "| balanced        | x bare"
)


def large(path: Path) -> str:
    """A large instance in a process of its own, which has read the arrays and nothing else."""
    one = loaded(path)
    made(40, 8, 5).assigned("total")  # the solver's own libraries are read before memory is looked at
    before = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1024
    first, found = timed(lambda: one.assigned("total"))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if broken(one, found.row, found.col):
        raise SystemExit("rules are broken")
    ours, bare = [first], [bare_flow(one)[0]]
    for _ in range(2):
        ours.append(timed(lambda: one.assigned("total"))[0])
        bare.append(bare_flow(one)[0])
    return (
        f"{len(one.demand):,} x {len(one.low):,}, {len(one.row):,} pairs: whole {statistics.median(ours):.2f} s, "
        f"bare flow {statistics.median(bare):.2f} s, {statistics.median(ours) / statistics.median(bare):.2f} times; "
        f"{(after - before) / 1024:.0f} MB beyond the arrays, gap {found.certificate.total_gap:.1e}"
    )


def in_a_process_of_its_own(one: Instance) -> str:
    """What `large` says of the instance, read from a file there."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.npz"
        np.savez(path, row=one.row, col=one.col, val=one.value, demand=one.demand, lo=one.low, hi=one.high)
        command = [sys.executable, "-m", "benchmarks.assignment", "--large", str(path)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def growth(target: Path) -> None:
    """A plot of seconds by size, as SVG, and the same as lines."""
    points = []
    for rows in (250, 500, 1000, 2000, 4000):
        one = made(rows, rows // 10, 25)
        seconds = statistics.median(timed(partial(one.assigned, "total"))[0] for _ in range(3))
        bare = statistics.median(bare_flow(one)[0] for _ in range(3))
        points.append((len(one.row), seconds, bare))
        print(f"{len(one.row):>8} pairs: whole {seconds * 1000:8.1f} ms, bare flow {bare * 1000:8.1f} ms")
    target.write_text(plot(points), encoding="utf-8")
    print(f"The plot is in {target}.")


def plot(points: list[tuple[int, float, float]]) -> str:
    """Two lines over the number of pairs, both axes logarithmic."""
    wide, high, edge = 640, 400, 60
    xs = np.log10([pairs for pairs, _, _ in points])
    ys = np.log10([seconds for _, *both in points for seconds in both])

    def at(pairs: float, seconds: float) -> str:
        x = edge + (np.log10(pairs) - xs.min()) / (np.ptp(xs) or 1) * (wide - 2 * edge)
        y = high - edge - (np.log10(seconds) - ys.min()) / (np.ptp(ys) or 1) * (high - 2 * edge)
        return f"{x:.1f},{y:.1f}"

    def line(which: int, colour: str) -> str:
        way = " ".join(at(one[0], one[which]) for one in points)
        return f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="3"/>'

    marks = "".join(
        f'<text x="{at(pairs, seconds).split(",")[0]}" y="{high - edge + 20}" text-anchor="middle" '
        f'font-size="12">{pairs:,}</text>'
        for pairs, seconds, _ in points
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif">'
        f"{line(1, '#2b5d50')}{line(2, '#c07a2c')}{marks}"
        f'<text x="{edge}" y="24" font-size="14" fill="#2b5d50">whole assign: '
        f"{points[0][1] * 1000:.0f} to {points[-1][1] * 1000:.0f} ms</text>"
        f'<text x="{edge}" y="44" font-size="14" fill="#c07a2c">bare flow: '
        f"{points[0][2] * 1000:.0f} to {points[-1][2] * 1000:.0f} ms</text></svg>\n"
    )


def main() -> None:
    """Read the arguments and print the table."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("folder", nargs="?", type=Path)
    said.add_argument("--rounds", type=int, default=3)
    said.add_argument("--large", type=Path, help="measure this file alone")
    said.add_argument("--plot", type=Path, default=Path("var/assignment-growth.svg"))
    given = said.parse_args()
    if given.large:
        print(large(given.large))
        return
    instances = (
        list(read(given.folder))
        if given.folder
        else [made(60, 12, 10), made(400, 40, 30), made(1000, 60, 55)]
    )
    print(HEAD)
    for one in instances:
        print(measured(one, rounds=given.rounds), flush=True)
    print("c: beside the certificate's own bound; the program for the worst-off would take minutes.")
    if not given.folder:
        print(HARD)
        for kind in KINDS:
            for size in ((200, 30), (1000, 60)):
                print(lifted(kind, *size), flush=True)
    print(in_a_process_of_its_own(made(10_000, 1_000, 39)))
    given.plot.parent.mkdir(parents=True, exist_ok=True)
    growth(given.plot)


if __name__ == "__main__":
    main()
