"""How often the log-periodic reading cries wolf, and how fast it is.

    python bench/log_periodic.py [paths]

Random walks of 120 days, with steps of 1 to 2 % a day and with or without drift, hold no bubble; whatever the
reading finds in them is a false alarm. The shares printed here stand in gauges/lppls.py.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from perpetuum.maths.lppls import WINDOWS, Grid, lppls_confidence, lppls_fit

DAYS, STEP = 120, 0.01
DRIFTS, STEPS = (0.0, 0.003), (0.01, 0.015, 0.02)
SEED = 20260916


def false_alarms(paths: int, drift: float, step: float, grid: Grid = "usual") -> tuple[float, float]:
    """Shares of walks with a confidence above 0, and of at least a fifth."""
    chance = np.random.default_rng([SEED, round(drift * 1e6), round(step * 1e6)])
    found = np.array([
        lppls_confidence(np.arange(float(DAYS)), np.cumsum(chance.normal(drift, step, DAYS)), grid=grid).share[0]
        for _ in range(paths)
    ])  # fmt: skip
    return float(np.mean(found > 0)), float(np.mean(found >= 0.2))


def speed() -> None:
    """1,026 nested fits (57 ends of 18 windows), and one fit of 1,563 days."""
    chance = np.random.default_rng(SEED)
    for grid in ("usual", "fine"):
        price = np.cumsum(chance.normal(0, STEP, DAYS + 56 * 5))
        ends = tuple(range(DAYS - 1, len(price), 5))
        lppls_confidence(np.arange(float(len(price))), price, ends=ends[:1], grid=grid)
        start = time.perf_counter()
        lppls_confidence(np.arange(float(len(price))), price, ends=ends, grid=grid)
        print(f"{grid}: {len(ends) * len(WINDOWS)} nested fits in {time.perf_counter() - start:.2f} s")
        long = np.cumsum(chance.normal(0.001, STEP, 1563))
        start = time.perf_counter()
        lppls_fit(np.arange(1563.0), long, grid=grid)
        print(f"{grid}: 1,563 days in {time.perf_counter() - start:.3f} s")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    speed()
    for drift in DRIFTS:
        for step in STEPS:
            some, fifth = false_alarms(count, drift, step)
            print(
                f"drift {drift:.1%}, steps {step:.1%} a day, {count} paths: above 0 {some:.1%}, 0.2 or more {fifth:.1%}"
            )
