"""A toy of ten agents and 118 equations: how many futures a second, here and in other people's engines.

`python bench/toy.py` prints a table. Peers are installed from the package index into an environment that is
thrown away; where that cannot be, a line says so. `--no-peers` leaves them out.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from perpetuum.machine.spreads import luck_of_spread
from perpetuum.maths import chance, streaming
from perpetuum.maths.chance import TRIANGULAR, UNIFORM, draw_law
from perpetuum.maths.lanes import ALL, LANES, empty_row, lanes_on

PEERS_FOLDER = Path(__file__).parent / "peers"
sys.path.insert(0, str(PEERS_FOLDER))
import model as toy  # noqa: E402

Array = NDArray[np.float64]
SEED, CHUNK, RUNS = 0, 10_000, 25
# Seconds: for the futures of one peer, for installing one, and for all of them together.
PATIENCE, INSTALLING, IN_ALL = 3.0, 90.0, 160.0
# How far apart two engines may be, beside the size of the number.
APART = 1e-9
# Package on the index, what to run, and with which word.
PEERS = (
    ("mesa", "with_mesa.py", ("",)),
    ("pysd", "with_pysd.py", ("",)),
    ("bptk-py", "with_bptk.py", ("python", "rust")),
    ("sfctools", "with_sfctools.py", ("checked", "unchecked")),
)


@numba.njit
def draw_knobs(seed: int, draw: int, law: Any, numbers: Array, streams: Any, knobs: Array) -> None:
    """The knobs of one future; draw -1 is the central one and is not drawn here."""
    for knob in range(len(knobs)):
        u, z = luck_of_spread(seed, draw, streams[knob], 1 if law[knob] in (UNIFORM, TRIANGULAR) else 0)
        a, b, c = numbers[knob]
        knobs[knob] = draw_law(law[knob], a, b, c, u, z)


def plain(exp: Any = math.exp) -> Callable[[Array, Array], None]:
    """One future as plain Python, from the text that every engine reads."""
    made: dict[str, Any] = {"exp": exp}
    exec(toy.plain_source(toy.read()), made)
    return made["one_future"]


def kernel() -> Callable[..., None]:
    """Many futures, compiled, several side by side; not kept: Numba would not see a change in the text."""
    one_future, blocks = numba.njit(plain(np.exp)), 8 * numba.get_num_threads()

    @numba.njit(parallel=True)
    def futures(seed: int, first: int, law: Any, numbers: Array, streams: Any, out: Array) -> None:
        series, quarters, draws = out.shape
        groups = -(-draws // LANES)
        for block in numba.prange(blocks):
            knobs, row = empty_row(LANES * len(law)), empty_row(LANES * series * quarters)
            for group in range(block * groups // blocks, (block + 1) * groups // blocks):
                start = group * LANES
                for k in range(LANES):
                    draw = first + min(start + k, draws - 1)
                    draw_knobs(seed, draw, law, numbers, streams, lanes_on(knobs, 0, (len(law),), k))
                one_future(lanes_on(knobs, 0, (len(law),), ALL), lanes_on(row, 0, (series, quarters), ALL))
                told = row.reshape((series, quarters, LANES))
                for s in range(series):
                    for q in range(quarters):
                        for k in range(min(LANES, draws - start)):
                            out[s, q, start + k] = told[s, q, k]

    return futures


def laws() -> tuple[NDArray[np.int64], Array, NDArray[np.int64]]:
    law = np.array([chance.LAWS.index(name) for _, name, _ in toy.KNOBS.values()])
    return law, np.array([numbers for _, _, numbers in toy.KNOBS.values()]), chance.streams_of(toy.KNOBS)


def central() -> Array:
    out = np.empty((len(toy.SERIES), toy.QUARTERS))
    plain()(np.array([centre for centre, _, _ in toy.KNOBS.values()]), out)
    return out


def empty(draws: int) -> Array:
    """Room for the series of so many futures, (series, quarter, draw)."""
    return np.empty((len(toy.SERIES), toy.QUARTERS, draws))


def by_draw(out: Array) -> Array:
    """The same with the draw first, as readers want it."""
    return out.transpose(2, 0, 1)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One engine: futures a second, and how far its numbers are from plain Python's."""

    engine: str
    rate: float
    apart: float = 0.0


def apart(values: Array, expected: Array) -> float:
    return float((np.abs(values - expected) / np.maximum(np.abs(expected), 1.0)).max())


# ---- ours


def first_compile() -> float:
    start = time.perf_counter()
    kernel()(SEED, 0, *laws(), empty(2))
    return time.perf_counter() - start


def ours(draws: int = CHUNK, tallied: bool = False) -> dict[str, float]:
    """Seconds for so many futures, in chunks that are used again; with or without quantiles of all series."""
    futures, given, out = kernel(), laws(), empty(min(draws, CHUNK))
    futures(SEED, 0, *given, out)
    if tallied:  # compiled or fetched before the clock starts
        streaming.take(streaming.tally(by_draw(out), draws=draws), 0, by_draw(out))

    def once() -> float:
        start = time.perf_counter()
        book = streaming.tally(by_draw(out), draws=draws) if tallied else None
        for first in range(0, draws, CHUNK):
            futures(SEED, first, *given, out)
            if book is not None:
                streaming.take(book, first, by_draw(out))
        if book is not None:
            streaming.tallied_spread(book, [0.05, 0.25, 0.5, 0.75, 0.95])
        return time.perf_counter() - start

    runs = RUNS if draws <= 10 * CHUNK else 1
    return {"seconds": statistics.median(once() for _ in range(runs))}


def checked() -> float:
    """How far the compiled futures are from plain Python, for the first ones drawn."""
    out, expected, given = empty(20), empty(20), laws()
    kernel()(SEED, 0, *given, out)
    one_future = plain()
    for draw, knobs in enumerate(drawn(20)):
        one_future(np.array(list(knobs.values())), expected[..., draw])
    return apart(out, expected)


def drawn(count: int) -> list[dict[str, float]]:
    given, told = laws(), []
    for draw in range(count):
        knobs = np.empty(len(toy.KNOBS))
        draw_knobs(SEED, draw, *given, knobs)
        told.append(dict(zip(toy.KNOBS, knobs.tolist(), strict=True)))
    return told


def plain_rate() -> float:
    one_future, out = plain(), empty(1)[..., 0].tolist()
    knobs, futures, start = [centre for centre, _, _ in toy.KNOBS.values()], 0, time.perf_counter()
    out = _Rows(out)
    while (seconds := time.perf_counter() - start) < 1.0:
        one_future(knobs, out)
        futures += 1
    return futures / seconds


class _Rows:
    """Lists that are filled like an array: quicker for plain Python."""

    def __init__(self, rows: list[list[float]]):
        self.rows, self.shape = rows, (len(rows), toy.QUARTERS)

    def __setitem__(self, place: tuple[int, int], value: float) -> None:
        self.rows[place[0]][place[1]] = value


# ---- peers


def peers() -> Iterator[Line | str]:
    """Each peer, or a sentence saying why it is not there. All start from the central future."""
    start, futures = time.perf_counter(), [{name: knob[0] for name, knob in toy.KNOBS.items()}, *drawn(2_000)]
    for package, script, words in PEERS:
        if time.perf_counter() - start > IN_ALL:
            yield f"{package}: left out, the others took {IN_ALL:g} s"
            continue
        with tempfile.TemporaryDirectory(prefix="toy-") as folder:
            python = installed(package, Path(folder))
            if python is None:
                yield f"{package}: cannot be installed here, left out"
                continue
            for word in words:
                yield played(python, script, word, futures) or f"{package} {word}: does not run here, left out"


def installed(package: str, folder: Path) -> Path | None:
    """The Python of a new environment with a package in it."""
    try:
        venv.create(folder, with_pip=True)
        python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        wanted = [
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--prefer-binary",
            "--no-compile",
            "--timeout=10",
        ]
        subprocess.run([str(python), "-m", "pip", *wanted, "--retries=1", package], check=True, capture_output=True,
                       timeout=INSTALLING)  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return python


def played(python: Path, script: str, word: str, futures: list[dict[str, float]]) -> Line | None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    command = [str(python), str(PEERS_FOLDER / script), *([word] if word else [])]
    try:
        done = subprocess.run(command, input=json.dumps({"futures": futures, "patience": PATIENCE}), env=env,
                              check=True, capture_output=True, text=True, timeout=20 * PATIENCE)  # fmt: skip
        told = json.loads(done.stdout.strip().splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
    values, one_future = np.array(told["values"]), plain()
    expected = empty(len(values))
    for n, knobs in enumerate(futures[: len(values)]):
        one_future(np.array(list(knobs.values())), expected[..., n])
    return Line(engine=told["version"], rate=len(values) / told["seconds"], apart=apart(values, by_draw(expected)))


def main() -> None:
    model = toy.read()
    equations = len(model.changes) + len(model.equations)
    print(f"{len(model.agents)} agents, {equations} equations, {toy.QUARTERS} quarters, {len(toy.KNOBS)} spreads, "
          f"{len(toy.SERIES)} series; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
          f"Python {sys.version.split()[0]}")  # fmt: skip
    print(f"first compile {first_compile():.1f} s")
    threads, off = numba.get_num_threads(), checked()
    lines = []
    for count in sorted({1, threads}):
        numba.set_num_threads(count)
        rate = CHUNK / ours()["seconds"]
        lines.append(Line(engine=f"ours, {CHUNK:,} futures, {count} threads", rate=rate, apart=off))
    for tallied in (False, True):
        rate = 1_000_000 / ours(1_000_000, tallied)["seconds"]
        name = f"ours, 1,000,000 futures{' and their quantiles' if tallied else ''}, {threads} threads"
        lines.append(Line(engine=name, rate=rate, apart=off))
    one = lines[0].rate  # peers have one process each
    lines.append(Line(engine="plain Python", rate=plain_rate()))
    print(f"{'engine':<60} {'futures/s':>10} {'one thread of ours':>20}  apart")
    for line in (*lines, *(peers() if "--no-peers" not in sys.argv else ())):
        if isinstance(line, str):
            print(line, flush=True)
            continue
        warning = "" if line.apart <= APART else "  DIFFERENT NUMBERS"
        print(
            f"{line.engine:<60} {line.rate:>10,.0f} {one / line.rate:>18,.3g} x  {line.apart:.1e}{warning}", flush=True
        )


if __name__ == "__main__":
    main()
