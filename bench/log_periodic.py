"""How often the log-periodic reading cries wolf, and how fast it is.

    python bench/log_periodic.py [paths]

Random walks of 120 days, with steps of 1 to 2 % a day and with or without drift, hold no bubble; whatever the
reading finds in them is a false alarm. The shares printed here stand in gauges/lppls.py.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import bubbles
import numpy as np
from timing import Timed, clock

from perpetuum.maths.lppls import WINDOWS, Grid, lppls_confidence, lppls_fit

DAYS, STEP = 120, 0.01
DRIFTS, STEPS = (0.0, 0.003), (0.01, 0.015, 0.02)
SEED = 20260916
# 57 last days, five apart, of 18 windows each.
ENDS, APART = 57, 5
# Of these a slower program gets so many.
FEW = 8


def false_alarms(paths: int, drift: float, step: float, grid: Grid = "usual") -> tuple[float, float]:
    """Shares of walks with a confidence above 0, and of at least a fifth."""
    chance = np.random.default_rng([SEED, round(drift * 1e6), round(step * 1e6)])
    found = np.array([
        lppls_confidence(np.arange(float(DAYS)), np.cumsum(chance.normal(drift, step, DAYS)), grid=grid).share[0]
        for _ in range(paths)
    ])  # fmt: skip
    return float(np.mean(found > 0)), float(np.mean(found >= 0.2))


# ---- seconds


def many_days() -> np.ndarray:
    """A walk as long as all nested windows together."""
    return np.cumsum(np.random.default_rng(SEED).normal(0, STEP, DAYS + (ENDS - 1) * APART))


def nested_fits(grid: Grid = "usual") -> Timed:
    """All windows of all last days, after compiling."""
    price = many_days()
    days, ends = np.arange(float(len(price))), tuple(range(DAYS - 1, len(price), APART))
    lppls_confidence(days, price, ends=ends[:1], grid=grid)
    seconds = clock(lambda: lppls_confidence(days, price, ends=ends, grid=grid), runs=3)
    return {"seconds": seconds, "fits": len(ends) * len(WINDOWS)}


def nested_fits_in_lppls() -> Timed:
    """The windows of the first last days in lppls, where it can be installed."""
    from toy import installed

    with tempfile.TemporaryDirectory(prefix="swings-") as folder:
        python = installed("lppls", Path(folder))
        given = {"price": many_days()[: DAYS + FEW * APART].tolist(), "windows": [max(WINDOWS), min(WINDOWS), 5, APART]}
        told = None if python is None else bubbles.played(python, "with_lppls.py", given)
    return told or {}


def long_fit(days: int, grid: Grid = "usual") -> Timed:
    """One window of so many days that rises by a tenth of a per cent a day."""
    price = np.cumsum(np.random.default_rng(SEED).normal(0.001, STEP, days))
    lppls_fit(np.arange(30.0), price[:30], grid=grid)
    return {"seconds": clock(lambda: lppls_fit(np.arange(float(days)), price, grid=grid), runs=3)}


TASKS: dict[str, Callable[..., Timed]] = {
    "nested_fits": nested_fits,
    "nested_fits_in_lppls": nested_fits_in_lppls,
    "long_fit": long_fit,
}


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    for grid in ("usual", "fine"):
        print(f"{grid}: {ENDS * len(WINDOWS)} nested fits in {nested_fits(grid)['seconds']:.2f} s; "
              f"1,563 days in {long_fit(1563, grid)['seconds']:.3f} s")  # fmt: skip
    for drift in DRIFTS:
        for step in STEPS:
            some, fifth = false_alarms(count, drift, step)
            print(
                f"drift {drift:.1%}, steps {step:.1%} a day, {count} paths: above 0 {some:.1%}, 0.2 or more {fifth:.1%}"
            )
