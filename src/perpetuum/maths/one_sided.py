"""A map that never falls where its input rises, swept from one side until a proof says how near the end is.

A small last step proves nothing: on an almost closed network the steps are small long before the end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Map = Callable[[Array], Array]
Status = Literal["settled", "not_settled", "ran_out_of_rounds"]

MOST_ROUNDS = 20_000
# Rounds of which the values are kept; the end is always the last row.
MOST_KEPT = 100
# Rounding of one sweep, as a share of size, and the distance over which slopes are measured.
ROUNDING = 16 * float(np.finfo(float).eps)
PROBE = 1e-8
# Sweeping goes on this far below the accuracy asked for, so that what follows from the values is as good.
REACH = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeps:
    """Where the sweeps ended, and a proven bound on how far the solution can be, as a share of ``size``.

    ``history`` holds the start and the first rounds; its last row is the end.
    """

    values: Float[np.ndarray, " firm"]
    history: Float[np.ndarray, "round firm"]
    status: Status
    error_bound: float
    rounds: int


def from_above(
    once: Map,
    start: Float[np.ndarray, " firm"],
    size: Float[np.ndarray, " firm"],
    *,
    tolerance: float = 1e-9,
    most_rounds: int = MOST_ROUNDS,
) -> Sweeps:
    """The greatest solution of x = once(x), by sweeps from above.

    Parameters
    ----------
    once
        The map: never falls where its input rises.
    start
        At or above the solution, and mapped to at most itself.
    size
        Above zero; errors are measured as shares of it.
    tolerance
        ``status`` is ``settled`` only if the error bound is within it.
    most_rounds
        Sweeps after which it ends with ``ran_out_of_rounds``.

    Returns
    -------
    Sweeps
        ``not_settled`` where nothing moves any more and yet nothing is proven.

    Notes
    -----
    Sweeps stay above the solution. A point y a little below that the map does not send below
    itself lies under a solution (Tarski, 1955), so the greatest one is between y and x.

    Examples
    --------
    >>> from_above(lambda x: 1 + x / 2, np.array([4.0]), np.ones(1)).values.round(9)
    array([2.])
    """
    if not 0 < tolerance < 1e-3 or most_rounds < 1:
        raise ValueError("tolerance is a share between 0 and 0.001, and most_rounds at least 1; mend them.")
    x, rows, bound, look, still = start, [start], np.inf, 4, False
    rounds = 0
    while rounds < most_rounds and not still and bound > REACH * tolerance:
        rounds += 1
        now = np.minimum(once(x), x)  # rounding must not lift it again
        moved, x = float(((x - now) / size).max(initial=0.0)), now
        rows = [*rows, x] if rounds < MOST_KEPT else rows
        still = moved <= ROUNDING
        if still or (moved <= tolerance and rounds >= look):
            bound, look = _proven(once, start, x, size, REACH * tolerance, rounds), rounds + rounds // 2 + 4
    if bound > tolerance and not still:
        bound = _proven(once, start, x, size, tolerance, rounds)
    status: Status = "settled" if bound <= tolerance else "not_settled" if still else "ran_out_of_rounds"
    history = np.array(rows if rows[-1] is x else [*rows, x])
    return Sweeps(values=x, history=history, status=status, error_bound=bound, rounds=rounds)


def from_below(
    once: Map,
    start: Float[np.ndarray, " firm"],
    size: Float[np.ndarray, " firm"],
    *,
    tolerance: float = 1e-9,
    most_rounds: int = MOST_ROUNDS,
) -> Sweeps:
    """The least solution of x = once(x), by sweeps from below: the mirror image of ``from_above``.

    Examples
    --------
    >>> from_below(lambda x: np.minimum(1.0, 0.25 + x / 2), np.zeros(1), np.ones(1)).values.round(9)
    array([0.5])
    """
    seen = from_above(lambda z: -once(-z), -start, size, tolerance=tolerance, most_rounds=most_rounds)
    return replace(seen, values=-seen.values, history=-seen.history)


def _proven(once: Map, start: Array, x: Array, size: Array, enough: float, rounds: int) -> float:
    """How far below x the greatest solution can be, as a share of size; inf where nothing is proven."""
    found = _proven_moving(once, np.ones(len(x), dtype=bool), x, size, enough, rounds + 32)
    # Who was never reached stays exactly where it began, also in a group in which anything at all would grow.
    return found if found < np.inf else _proven_moving(once, x != start, x, size, enough, rounds + 32)


def _proven_moving(once: Map, moving: Mask, x: Array, size: Array, enough: float, products: int) -> float:
    """The bound if only some can be below x at all.

    The direction w = (1 + J + J J + ...) size is built until w - J w is above zero everywhere; then a
    step along it that is long enough for the last move of x must not be mapped below itself.
    """
    if not moving.any():
        return 0.0 if (once(x) >= x).all() else float("inf")
    now, whole = once(x), np.where(moving, size, 0.0)
    missing = float(((x - now) / size)[moving].max()) + ROUNDING
    w, best = whole, float("inf")
    for _ in range(products):
        longest = float((w / size).max())
        if longest > 1e12 or best <= enough:
            break
        tiny = PROBE / max(longest, 1.0)
        passed = np.where(moving, np.maximum(0.0, (now - once(x - tiny * w)) / tiny), 0.0)
        left = float(((w - passed) / size)[moving].min())
        reach = missing / left if left > 0 else float("inf")
        if reach * longest < best:
            below = x - reach * w
            best = reach * longest if (once(below) >= below).all() else best
        w = whole + passed
    return best
