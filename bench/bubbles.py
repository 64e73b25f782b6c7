"""How long explosive-root tests take beside their peers, and how often they are wrong where there is no bubble.

`python bench/bubbles.py [series] [further]` counts the second: 200 observations, 400 series by default, a few minutes
at most; and of a price that follows its adoption, beside curves as they were known, if `further` says how many series.
"""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from timing import Timed, clock

from perpetuum.gauges.explosive import explosive_price
from perpetuum.gauges.explosive_settings import Settings
from perpetuum.gauges.known_curve import known_curve
from perpetuum.maths.explosive import (
    adf,
    mc_critical_values,
    psy_sequence,
    smallest_window,
    table_row,
    wild_bound,
)

HERE = Path(__file__).parent
# By package: its script. Each runs in an environment and a process of its own.
PEERS = {"statsmodels": "with_statsmodels.py", "pyexuber": "with_pyexuber.py"}
PATIENCE = 120.0
SAME = 1e-8
LENGTH, MIDDLE = 200, 100


def walk(length: int, seed: int = 1) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).normal(size=length))


# ---- seconds


def bsadf(length: int) -> Timed:
    """The sequence of one series, lag 0, after compiling."""
    y = walk(length)
    psy_sequence(y)
    return {"seconds": clock(lambda: psy_sequence(y), runs=50)}


def bsadf_lagged(length: int) -> Timed:
    """The same with one lagged change."""
    y = walk(length)
    psy_sequence(y, lag=1)
    return {"seconds": clock(lambda: psy_sequence(y, lag=1))}


def bounds(length: int) -> Timed:
    """Critical values from 2,000 walks."""
    mc_critical_values(100, paths=20)
    return {"seconds": clock(lambda: mc_critical_values(length, paths=2_000))}


def bootstrap(length: int) -> Timed:
    """The wild bootstrap with 399 draws."""
    y = walk(length)
    wild_bound(y, draws=19)
    return {"seconds": clock(lambda: wild_bound(y, draws=399))}


def bsadf_peers(*lengths: int) -> Timed:
    """Seconds for one series, by peer and length, of the peers that can be installed and give the same statistics."""
    from toy import installed

    found: Timed = {}
    for package, script in PEERS.items():
        with tempfile.TemporaryDirectory(prefix="roots-") as folder:
            python = installed(package, Path(folder))
            if python is None:
                print(f"{package}: cannot be installed here, left out", file=sys.stderr)
                continue
            for length in lengths:
                y = walk(length)
                told = played(python, script, {"y": y.tolist(), "rows": smallest_window(length)})
                if told is None:
                    print(f"{package}: does not run here, left out", file=sys.stderr)
                elif apart(y, told) > SAME:
                    print(f"{package}: gives {apart(y, told):.2g} more or less than we do, left out", file=sys.stderr)
                else:
                    found[f"{package} @ {length}"] = told["seconds"]
    return found


def apart(y: np.ndarray, told: dict[str, Any]) -> float:
    """How far the numbers of a peer are from ours."""
    if "gsadf" in told:
        return abs(float(told["gsadf"]) - psy_sequence(y).gsadf)
    ours = [adf(y[start : end + 1]).stat for start, end in told["windows"]]
    return float(np.abs(np.subtract(ours, told["values"])).max())


def played(python: Path, script: str, given: dict[str, Any]) -> dict[str, Any] | None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    try:
        done = subprocess.run([str(python), str(HERE / "peers" / script)], input=json.dumps(given), env=env, check=True,
                              capture_output=True, text=True, timeout=PATIENCE)  # fmt: skip
        told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
    return told


TASKS: dict[str, Callable[..., Timed]] = {
    "bsadf": bsadf,
    "bsadf_lagged": bsadf_lagged,
    "bsadf_peers": bsadf_peers,
    "bounds": bounds,
    "bootstrap": bootstrap,
}


# ---- how often it is wrong


def worlds(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """One series of each world without a bubble; all share their noise."""
    noise, t = rng.normal(size=LENGTH), np.arange(float(LENGTH))
    burst = np.where((t >= MIDDLE) & (t < MIDDLE + 20), 5.0, 1.0)
    logs = np.cumsum(0.05 * noise)

    def step(height: float, width: float) -> np.ndarray:
        return height / (1.0 + np.exp(-(t - MIDDLE) / width))

    return {
        "a random walk": np.cumsum(noise),
        "noise x3 in the second half": np.cumsum(noise * np.where(t < MIDDLE, 1.0, 3.0)),
        "noise x5 for 20 observations": np.cumsum(noise * burst),
        "GARCH(1,1), t5": garch(rng),
        "log walk, in levels": np.exp(logs),
        "log walk, 1 % drift, in levels": np.exp(logs + 0.01 * t),
        "log walk, 0.5 % drift, in logs": logs + 0.005 * t,
        "log walk + S-curve of 1.0, width 8": logs + step(1.0, 8.0),
        "log walk + S-curve of 1.0, width 16": logs + step(1.0, 16.0),
        "log walk + S-curve of 2.0, width 16": logs + step(2.0, 16.0),
    }


def garch(rng: np.random.Generator) -> np.ndarray:
    """A walk whose noise has memory of its size (0.1 of the last square, 0.85 of the last variance) and heavy tails."""
    steps, variance = np.empty(LENGTH), 1.0
    for t, shock in enumerate(rng.standard_t(5, size=LENGTH) / np.sqrt(5 / 3)):
        steps[t] = np.sqrt(variance) * shock
        variance = 0.05 + 0.1 * steps[t] ** 2 + 0.85 * variance
    return np.cumsum(steps)


def count(series: int) -> dict[str, tuple[float, float]]:
    """Shares of series called explosive, by world: against plain walks, and by the default test."""
    plain = table_row(LENGTH, smallest_window(LENGTH)).gsadf[1]
    called: dict[str, list[tuple[bool, bool]]] = {}
    for k in range(series):
        for name, y in worlds(np.random.default_rng([20, k])).items():
            gsadf = psy_sequence(y).gsadf
            called.setdefault(name, []).append((gsadf > plain, gsadf > wild_bound(y, seed=k).value))
    return {name: (float(np.mean([a for a, _ in each])), float(np.mean([b for _, b in each])))
            for name, each in called.items()}  # fmt: skip


def count_beside_adoption(series: int) -> dict[str, float]:
    """Shares called explosive of prices that follow a logistic adoption on a walk of logs (5 % a step).

    Users are seen every third observation with 5 % of noise; the curve is laid anew at each from what was known.
    """
    dates, t = [datetime.date(2008 + n // 12, n % 12 + 1, 1) for n in range(LENGTH)], np.arange(float(LENGTH))
    called: dict[str, list[bool]] = {}
    for k in range(series):
        rng = np.random.default_rng([31, k])
        adopted = 1.0 / (1.0 + np.exp(-(t - 120.0) / 16.0))
        price = adopted * np.exp(np.cumsum(0.05 * rng.normal(size=LENGTH)))
        users = np.where(t % 3 == 0, adopted * np.exp(0.05 * rng.normal(size=LENGTH)), np.nan)
        reading = explosive_price(price, adoption=known_curve(dates, users), settings=Settings(seed=k))
        for each in reading.inputs:
            called.setdefault(each.input, []).append(each.verdict == "rejects")
    return {name: float(np.mean(each)) for name, each in called.items() if name != "ratio"}


def main() -> None:
    series, start = int(sys.argv[1]) if len(sys.argv) > 1 else 400, time.perf_counter()
    print(f"{LENGTH} observations, {series} series, nominal 5 %; error of a 5 % share "
          f"{np.sqrt(0.05 * 0.95 / series):.1%}")  # fmt: skip
    print(f"{'truth without any bubble':<38} {'plain walks':>12} {'wild bootstrap':>15}")
    for name, (plain, wild) in count(series).items():
        print(f"{name:<38} {plain:>12.1%} {wild:>15.1%}")
    for name, rate in count_beside_adoption(int(sys.argv[2]) if len(sys.argv) > 2 else 0).items():
        print(f"price that follows its adoption, {name:<9} {rate:>12.1%}")
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
