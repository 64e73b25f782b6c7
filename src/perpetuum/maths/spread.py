"""How a series spreads over futures that are all kept: they are sorted, and a quantile is read off.

What passes by uncounted is told by `streaming`; both share here how sums, extremes and the error of sampling are
made, so that an answer does not change with the way it was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.compiled import compiled, compiled_over_draws
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Bool, Float, Int

Array = NDArray[np.float64]
# Sums are kept for so many futures at a time and added up in their order.
BLOCK = 1_000
WORTH_A_THREAD = 1 << 20  # numbers; fewer are sorted before a thread has started


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How a series spreads over the futures, in its own unit; NaN where no future has it.

    ``quantile`` by level, with ``error_bound`` (how far the grid may be off, 0 if sorted) and
    ``sampling_error`` (standard error, because the futures are finitely many); ``mean``, ``lowest`` and
    ``highest``; ``present`` and ``missing`` futures, those where the series is not a number;
    ``tails_clipped`` where more than one in a thousand left the grid.
    """

    levels: tuple[float, ...]
    quantile: Float[np.ndarray, "level series quarter"]
    error_bound: Float[np.ndarray, "level series quarter"]
    sampling_error: Float[np.ndarray, "level series quarter"]
    mean: Float[np.ndarray, "series quarter"]
    lowest: Float[np.ndarray, "series quarter"]
    highest: Float[np.ndarray, "series quarter"]
    present: Int[np.ndarray, "series quarter"]
    missing: Int[np.ndarray, "series quarter"]
    tails_clipped: Bool[np.ndarray, "series quarter"]


class Seen(NamedTuple):
    """Sums and extremes of the futures seen so far."""

    sums: Float[np.ndarray, "block series quarter"]
    lowest: Float[np.ndarray, "series quarter"]
    highest: Float[np.ndarray, "series quarter"]
    draws: int


def sorted_spread(values: Float[np.ndarray, "draw series quarter"], levels: Sequence[float]) -> Spread:
    """Spread of futures that are all kept.

    Parameters
    ----------
    values
        In any unit; NaN where a future does not have the series, infinities take their place at the ends.
    levels
        Shares between 0 and 1.

    Returns
    -------
    Spread
        With linear interpolation between neighbours in order (type 7 of the source), and no error of a grid.

    Raises
    ------
    ValueError
        Where the shape or a level cannot be read.

    Notes
    -----
    Source: Hyndman and Fan (1996), doi:10.1080/00031305.1996.10473566.

    Examples
    --------
    >>> out = sorted_spread(np.arange(5.0).reshape(5, 1, 1), levels=[0.1, 0.5])
    >>> out.quantile[:, 0, 0], out.mean
    (array([0.4, 2. ]), array([[2.]]))
    """
    refuse(without_axes(values), without_place(levels))
    draws, series, quarters = values.shape
    seen = nothing_seen(draws, (series, quarters))
    kept = values.transpose(1, 2, 0).copy()
    _see(kept, *seen)
    _put_in_order(kept)
    missing = np.isnan(values).sum(axis=0)
    quantile, bound, sampling = (np.full((len(levels), series, quarters), np.nan) for _ in range(3))
    _sorted_cells(kept, draws - missing, np.array(levels, dtype=float), quantile, sampling)
    bound[:, missing < draws] = 0.0
    return told_of(seen, levels, (quantile, bound, sampling), missing, np.zeros((series, quarters), dtype=bool))


# ---- sums and extremes


def nothing_seen(draws: int, shape: tuple[int, ...]) -> Seen:
    """Room for the sums and extremes of so many futures."""
    return Seen(
        sums=np.zeros((-(-draws // BLOCK), *shape)),
        lowest=np.full(shape, np.inf),
        highest=np.full(shape, -np.inf),
        draws=draws,
    )


@compiled
def see(
    value: float,
    block: int,
    series: int,
    quarter: int,
    sums: Float[np.ndarray, "block series quarter"],
    lowest: Float[np.ndarray, "series quarter"],
    highest: Float[np.ndarray, "series quarter"],
) -> None:
    """Add a value to its block and hold it against the extremes, if it is a number."""
    if value == value:
        sums[block, series, quarter] += value
        lowest[series, quarter] = min(lowest[series, quarter], value)
        highest[series, quarter] = max(highest[series, quarter], value)


@compiled_over_draws
def _see(
    values: Float[np.ndarray, "series quarter draw"],
    sums: Float[np.ndarray, "block series quarter"],
    lowest: Float[np.ndarray, "series quarter"],
    highest: Float[np.ndarray, "series quarter"],
    draws: int,
) -> None:
    """All futures, series side by side: no two threads write to one place."""
    for series in numba.prange(values.shape[0]):
        for quarter in range(values.shape[1]):
            for draw in range(draws):
                see(values[series, quarter, draw], draw // 1_000, series, quarter, sums, lowest, highest)


# ---- quantiles


def _put_in_order(kept: Array) -> None:
    """Sort each series and quarter over the futures, what is not a number last; series side by side."""
    if kept.size < WORTH_A_THREAD:
        kept.sort(axis=-1)
        return
    with ThreadPoolExecutor(numba.get_num_threads()) as threads:
        list(threads.map(lambda rows: rows.sort(axis=-1), kept))


@compiled
def _sorted_cells(
    kept: Float[np.ndarray, "series quarter draw"],
    present: Int[np.ndarray, "series quarter"],
    levels: Float[np.ndarray, " level"],
    quantile: Float[np.ndarray, "level series quarter"],
    sampling: Float[np.ndarray, "level series quarter"],
) -> None:
    for series in range(kept.shape[0]):
        for quarter in range(kept.shape[1]):
            count = present[series, quarter]
            if count > 0:
                row = kept[series, quarter, :count]
                for at in range(len(levels)):
                    less, more = around(levels[at], count)
                    quantile[at, series, quarter] = _ranked(row, levels[at])
                    sampling[at, series, quarter] = half(_ranked(row, less), _ranked(row, more), count)


@compiled
def _ranked(row: Float[np.ndarray, " draw"], level: float) -> float:
    """A quantile of sorted values."""
    place = level * (len(row) - 1)
    below = int(place)
    share = place - below
    if share == 0.0:
        return float(row[below])
    return between(row[below], row[below + 1], share)


@compiled
def between(left: float, right: float, share: float) -> float:
    """A point on the way from one value to the next; an infinite end wins."""
    if left == right:
        return left
    if np.isinf(left):
        return left
    # Rounding may not lead past either end.
    return min(max(left + share * (right - left), min(left, right)), max(left, right))


@compiled
def around(level: float, count: int) -> tuple[float, float]:
    """The levels one standard deviation of the binomial law below and above."""
    step = np.sqrt(level * (1.0 - level) / count)
    return max(level - step, 0.0), min(level + step, 1.0)


@compiled
def half(low: float, high: float, count: int) -> float:
    """Half the distance between the quantiles at these two levels: the standard error of the one in between."""
    if count < 2:
        return np.nan
    return 0.0 if low == high else 0.5 * (high - low)


# ---- putting together, and refusing


def told_of(
    seen: Seen,
    levels: Sequence[float],
    answers: tuple[Array, ...],
    missing: NDArray[np.int64],
    clipped: NDArray[np.bool_],
) -> Spread:
    """Quantiles, with their two errors, beside mean and extremes of the futures that were seen."""
    present, total = seen.draws - missing, np.zeros(seen.lowest.shape)
    with np.errstate(invalid="ignore"):  # infinities of both signs have no mean
        for block in seen.sums:
            total = total + block
    there = present > 0
    return Spread(
        levels=tuple(levels),
        quantile=answers[0],
        error_bound=answers[1],
        sampling_error=answers[2],
        mean=np.where(there, total / np.maximum(present, 1), np.nan),
        lowest=np.where(there, seen.lowest, np.nan),
        highest=np.where(there, seen.highest, np.nan),
        present=present,
        missing=missing,
        tails_clipped=clipped,
    )


def without_axes(values: Array) -> list[str]:
    """What is wrong with the shape of some futures."""
    if values.ndim == 3 and len(values):
        return []
    return [f"values have shape {values.shape}; they need one axis each for draws, series and quarters, and a draw."]


def without_place(levels: Sequence[float]) -> list[str]:
    """Levels that are no share of the futures."""
    return [f"level {level} is not a share between 0 and 1." for level in levels if not 0.0 <= level <= 1.0]
