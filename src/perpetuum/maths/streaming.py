"""What ten thousand or a million futures say together, counted while they pass by.

Few futures are kept and sorted, in `spread`. Of many the first ones fix a grid, and every later one only adds one
to a bin. Whole numbers add up alike in any order, so neither chunks nor threads can change a bit of the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.compiled import compiled, compiled_over_draws
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float, Int
from perpetuum.maths.spread import (
    BLOCK,
    Seen,
    around,
    between,
    half,
    nothing_seen,
    see,
    told_of,
    without_axes,
    without_place,
)
from perpetuum.maths.spread import Spread as Spread
from perpetuum.maths.spread import sorted_spread as sorted_spread

Array = NDArray[np.float64]
# The first futures fix the grid, always the same ones.
PILOT = 4_096
BINS = 2_048
# A larger share of values outside the grid is told.
CLIPPED = 0.001
# Smaller is nothing.
TINY = 1e-200
# Beside the bins, each cell counts what is minus infinity and below the grid, above it, infinity, and not a number.
BELOW, ABOVE = 2, 3


class Tally(NamedTuple):
    """What is kept of the futures that passed by; filled in by :func:`take`.

    ``counts`` has one cell for minus infinity, one for below the grid, the bins, one for above, one for
    infinity, and one for what is not a number.
    """

    low: Float[np.ndarray, "series quarter"]
    width: Float[np.ndarray, "series quarter"]
    counts: Int[np.ndarray, "series quarter cell"]
    sums: Float[np.ndarray, "block series quarter"]
    lowest: Float[np.ndarray, "series quarter"]
    highest: Float[np.ndarray, "series quarter"]
    filled: Int[np.ndarray, " block"]
    draws: int


def tally(pilot: Float[np.ndarray, "draw series quarter"], draws: int, bins: int = BINS) -> Tally:
    """Make the grid for futures that will pass by; the pilot fixes it and is not yet counted.

    Parameters
    ----------
    pilot
        The first futures, in any unit; at most the first 4,096 are read. Their range is widened by half of
        itself on each side.
    draws
        How many futures there will be.
    bins
        Per series and quarter.

    Returns
    -------
    Tally
        Empty; give the pilot to :func:`take` like all others.

    Raises
    ------
    ValueError
        Where the shape or a count cannot be.

    Examples
    --------
    >>> book = tally(np.array([10.0, 30.0]).reshape(2, 1, 1), draws=2)
    >>> float(book.low[0, 0]), float(book.width[0, 0] * BINS)
    (0.0, 40.0)
    """
    refuse(without_axes(pilot), _above_zero("draws", draws), _above_zero("bins", bins))
    first = np.where(np.isfinite(pilot[:PILOT]), pilot[:PILOT], np.nan)
    low, high = np.fmin.reduce(first), np.fmax.reduce(first)
    low, high = np.where(np.isnan(low), 0.0, low), np.where(np.isnan(high), 0.0, high)
    # A pilot of equal values still gets a grid: one thousandth of their size, or one.
    size = np.maximum(np.abs(low), np.abs(high))
    same = np.where(size < TINY, 1.0, size * 1e-3)
    half = np.where(high - low > size * 1e-12 + TINY, (high - low) / 2, same)
    return _book(low - half, (high - low + 2 * half) / bins, draws, cells=bins + BELOW + ABOVE)


def take(book: Tally, first: int, values: Float[np.ndarray, "draw series quarter"]) -> None:
    """Count a chunk of futures; chunks may come in any order if none begins inside a block that is not there yet.

    Parameters
    ----------
    book
        From :func:`tally`; filled in.
    first
        Number of the first future in the chunk. Chunks of whole thousands can come in any order.
    values
        As for :func:`sorted_spread`.

    Raises
    ------
    ValueError
        Where the shape does not fit, a future was counted before, or one before it in its block is missing.

    Examples
    --------
    >>> values = np.arange(3_000.0).reshape(3_000, 1, 1)
    >>> book = tally(values, draws=3_000)
    >>> take(book, 1_000, values[1_000:])
    >>> take(book, 0, values[:1_000])
    >>> tallied_spread(book, levels=[0.5]).mean
    array([[1499.5]])
    """
    refuse(without_axes(values) or _fits(book, first, values))
    _pass_by(np.ascontiguousarray(values.transpose(1, 2, 0)), first, *book[:6])
    last = first + len(values)
    for block in range(first // BLOCK, -(-last // BLOCK)):
        book.filled[block] = min(last - block * BLOCK, BLOCK)


def tallied_spread(book: Tally, levels: Sequence[float]) -> Spread:
    """Spread of the futures that passed by.

    Parameters
    ----------
    book
        From :func:`tally`, after :func:`take`.
    levels
        Shares between 0 and 1.

    Returns
    -------
    Spread
        Values of a bin are taken to lie evenly in it; ``error_bound`` holds whatever they do.

    Raises
    ------
    ValueError
        Where a level cannot be read, or futures are still to come.

    Examples
    --------
    >>> values = np.arange(5.0).reshape(5, 1, 1)
    >>> book = tally(values, draws=5)
    >>> take(book, 0, values)
    >>> out = tallied_spread(book, levels=[0.1, 0.5])
    >>> abs(out.quantile[:, 0, 0] - [0.4, 2.0]) <= out.error_bound[:, 0, 0]
    array([ True,  True])
    """
    refuse(without_place(levels), _all_there(book))
    series, quarters, cells = book.counts.shape
    inside = book.counts[..., :-1]
    missing = book.counts[..., -1].copy()
    answers = tuple(np.full((len(levels), series, quarters), np.nan) for _ in range(3))
    _tallied_cells(book, np.cumsum(inside, axis=-1), np.array(levels, dtype=float), *answers)
    outside = inside[..., BELOW - 1] + inside[..., cells - ABOVE]
    clipped = outside > CLIPPED * np.maximum(book.draws - missing, 1)
    seen = Seen(sums=book.sums, lowest=book.lowest, highest=book.highest, draws=book.draws)
    return told_of(seen, levels, answers, missing, clipped)


@compiled
def add(
    counts: Int[np.ndarray, "series quarter cell"],
    low: Float[np.ndarray, "series quarter"],
    width: Float[np.ndarray, "series quarter"],
    values: Float[np.ndarray, "draw series quarter"],
) -> None:
    """Add one to a bin for every value, and nothing else: for loops that are compiled themselves.

    Parameters
    ----------
    counts
        As in :class:`Tally`; added to.
    low, width
        Where the grid begins, and how wide a bin is, in the unit of the series.
    values
        As for :func:`sorted_spread`.

    Examples
    --------
    >>> counts = np.zeros((1, 1, 7), dtype=np.int64)
    >>> add(counts, np.array([[0.0]]), np.array([[1.0]]), np.array([-3.0, 0.5, 1.5, 1.7, 9.0]).reshape(5, 1, 1))
    >>> counts[0, 0]
    array([0, 1, 1, 2, 1, 0, 0])
    """
    for draw in range(values.shape[0]):
        for series in range(values.shape[1]):
            for quarter in range(values.shape[2]):
                cell = _cell(
                    values[draw, series, quarter], low[series, quarter], width[series, quarter], counts.shape[2]
                )
                counts[series, quarter, cell] += 1


# ---- one pass


def _book(low: Array, width: Array, draws: int, cells: int) -> Tally:
    seen = nothing_seen(draws, low.shape)
    return Tally(
        low=low,
        width=width,
        counts=np.zeros((*low.shape, cells), dtype=np.int64),
        sums=seen.sums,
        lowest=seen.lowest,
        highest=seen.highest,
        filled=np.zeros(len(seen.sums), dtype=np.int64),
        draws=draws,
    )


@compiled
def _cell(value: float, low: float, width: float, cells: int) -> int:
    """Which cell a value is counted in."""
    place = (value - low) / width
    if 0.0 <= place < cells - 5:
        return int(place) + 2
    if value == -np.inf:
        return 0
    if place < 0.0:
        return 1
    if value == np.inf:
        return cells - 2
    return cells - 3 if place > 0.0 else cells - 1


@compiled_over_draws
def _pass_by(
    values: Float[np.ndarray, "series quarter draw"],
    first: int,
    low: Float[np.ndarray, "series quarter"],
    width: Float[np.ndarray, "series quarter"],
    counts: Int[np.ndarray, "series quarter cell"],
    sums: Float[np.ndarray, "block series quarter"],
    lowest: Float[np.ndarray, "series quarter"],
    highest: Float[np.ndarray, "series quarter"],
) -> None:
    """Bins, sums of blocks and extremes, series side by side: no two threads write to one place."""
    rows, quarters, draws = values.shape
    cells = counts.shape[2]
    for series in numba.prange(rows):
        for quarter in range(quarters):
            for draw in range(draws):
                value = values[series, quarter, draw]
                counts[series, quarter, _cell(value, low[series, quarter], width[series, quarter], cells)] += 1
                see(value, (first + draw) // 1_000, series, quarter, sums, lowest, highest)


# ---- quantiles


@compiled
def _tallied_cells(
    book: Tally,
    reached: Int[np.ndarray, "series quarter cell"],
    levels: Float[np.ndarray, " level"],
    quantile: Float[np.ndarray, "level series quarter"],
    bound: Float[np.ndarray, "level series quarter"],
    sampling: Float[np.ndarray, "level series quarter"],
) -> None:
    for series in range(reached.shape[0]):
        for quarter in range(reached.shape[1]):
            grid = (
                book.low[series, quarter],
                book.width[series, quarter],
                book.lowest[series, quarter],
                book.highest[series, quarter],
            )
            cells = reached[series, quarter]
            count = cells[-1]
            if count > 0:
                for at in range(len(levels)):
                    less, more = around(levels[at], count)
                    value, off = _placed(cells, levels[at], grid)
                    quantile[at, series, quarter], bound[at, series, quarter] = value, off
                    sampling[at, series, quarter] = half(
                        _placed(cells, less, grid)[0], _placed(cells, more, grid)[0], count
                    )


@compiled
def _placed(
    reached: Int[np.ndarray, " cell"], level: float, grid: tuple[float, float, float, float]
) -> tuple[float, float]:
    """A quantile of counted values, and how far it may be off."""
    place = level * (reached[-1] - 1)
    below = int(place)
    share = place - below
    left, off_left = _at_rank(reached, below, grid)
    if share == 0.0:
        return left, off_left
    right, off_right = _at_rank(reached, below + 1, grid)
    return between(left, right, share), between(off_left, off_right, share) + _rounding(reached, grid)


@compiled
def _at_rank(
    reached: Int[np.ndarray, " cell"], rank: int, grid: tuple[float, float, float, float]
) -> tuple[float, float]:
    """The value with so many below it, were the values of its cell evenly spread, and how far it may be off."""
    low, width, lowest, highest = grid
    if rank == 0:
        return lowest, 0.0
    if rank == reached[-1] - 1:
        return highest, 0.0
    cell = np.searchsorted(reached, rank, side="right")
    if cell == 0:
        return -np.inf, 0.0
    if cell == len(reached) - 1:
        return np.inf, 0.0
    left = low + (cell - 2) * width if cell > 1 else lowest
    right = low + (cell - 1) * width if cell < len(reached) - 2 else highest
    before = reached[cell - 1]
    left, right = max(left, lowest), min(right, highest)
    # What lies outside the grid beside an infinity has no known end: the edge stands for it.
    if np.isinf(left):
        return right, np.inf
    if np.isinf(right):
        return left, np.inf
    value = left + (rank - before + 0.5) / (reached[cell] - before) * (right - left)
    value = min(max(value, lowest), highest)
    return value, max(value - left, right - value) + _rounding(reached, grid)


@compiled
def _rounding(reached: Int[np.ndarray, " cell"], grid: tuple[float, float, float, float]) -> float:
    """A few last bits: a value on the edge of a bin may have been counted in the next one."""
    return 1e-15 * (abs(grid[0]) + (len(reached) - 4) * grid[1])


# ---- refusing


def _above_zero(name: str, number: int) -> list[str]:
    return [] if number > 0 else [f"{name} is {number}; write a whole number above zero."]


def _fits(book: Tally, first: int, values: Array) -> list[str]:
    last = first + len(values)
    if values.shape[1:] != book.low.shape:
        return [f"values have {values.shape[1:]} series and quarters; the grid has {book.low.shape}."]
    if first < 0 or last > book.draws:
        return [f"draws {first} to {last - 1} are not among the {book.draws} that were announced."]
    for block in range(first // BLOCK, -(-last // BLOCK)):
        start = max(first, block * BLOCK)
        if (there := block * BLOCK + int(book.filled[block])) != start:
            return [f"draw {start} cannot be counted now; the next one of its block is {there}."]
    return []


def _all_there(book: Tally) -> list[str]:
    there = int(book.filled.sum())
    return [] if there == book.draws else [f"only {there} of {book.draws} draws were counted; take the others first."]
