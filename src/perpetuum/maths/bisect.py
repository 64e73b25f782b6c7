"""How large must a shock be before something happens?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

_PROBES = 17
_FINE = 1e-6


@dataclass(frozen=True, slots=True)
class Crossing:
    """The smallest size found at which it happens (``at``), and the largest tried ``below`` it.

    ``reached`` is False if it happened at no probe; ``at`` and ``below`` are then the largest size.
    ``monotone`` is False if at some larger probe it did not happen: ``at`` is then the first
    crossing seen, and there may be others.
    """

    at: float
    below: float
    reached: bool
    monotone: bool


def first_crossing(outcome: Callable[[float], bool], low: float = 0.0, high: float = 1.0) -> Crossing:
    """Find the smallest size of a shock that brings an outcome about.

    Parameters
    ----------
    outcome
        Takes a size between ``low`` and ``high`` and says whether it happens.
    low, high
        The range of sizes, in the unit of ``outcome``.

    Returns
    -------
    Crossing
        Within one millionth of the range. If it happens at ``low`` already, ``at`` and ``below``
        are both ``low``.

    Notes
    -----
    17 evenly spaced probes, then at most 17 halvings between the last probe before the first that
    succeeds. A crossing and its return that both fit between two probes are not seen.

    Examples
    --------
    >>> found = first_crossing(lambda size: size**2 >= 0.5)
    >>> round(found.at, 5), found.monotone
    (0.70711, True)
    """
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ValueError(f"the range from {low} to {high} is empty; give two numbers, the smaller one first.")
    sizes = np.linspace(low, high, _PROBES)
    happens = np.array([bool(outcome(float(size))) for size in sizes])
    if not happens.any():
        return Crossing(high, high, reached=False, monotone=True)
    first = int(np.argmax(happens))
    monotone = bool(happens[first:].all())
    if first == 0:
        return Crossing(low, low, reached=True, monotone=monotone)
    below, at = float(sizes[first - 1]), float(sizes[first])
    while at - below > _FINE * (high - low):
        middle = (below + at) / 2
        below, at = (below, middle) if outcome(middle) else (middle, at)
    return Crossing(at, below, reached=True, monotone=monotone)
