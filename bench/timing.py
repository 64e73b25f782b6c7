"""Seconds of a piece of work, and of what is inside it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

# Measured at least once, at most so often, and no longer than this where more than one run would be.
RUNS, SECONDS = 7, 5.0
Timed = dict[str, float]


def clock(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median seconds of several runs."""
    seconds: list[float] = []
    while len(seconds) < runs and sum(seconds) < SECONDS:
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def with_inner(module: Any, name: str, work: Callable[[], object]) -> Timed:
    """Median seconds of a piece of work, and of the library calls in it."""
    call, inside, inner = getattr(module, name), 0.0, []

    def timed(*given: Any, **options: Any) -> Any:
        nonlocal inside
        start = time.perf_counter()
        try:
            return call(*given, **options)
        finally:
            inside += time.perf_counter() - start

    def once() -> None:
        nonlocal inside
        inside = 0.0
        work()
        inner.append(inside)

    setattr(module, name, timed)
    return {"seconds": clock(once), "against": statistics.median(inner)}
