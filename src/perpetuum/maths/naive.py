"""Forecasts that need no model: as last time, as it has grown, as a year ago. What claims to know more must beat them.

Each gives a normal law of the logarithm, for a series that is positive.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from perpetuum.maths.shapes import Float

WINDOW = 8  # quarters of change that a forecaster looks back on
LEAST = 3  # changes, or misses, that a spread is taken from
YEAR = 4


class Guess(NamedTuple):
    """Median and standard deviation of the logarithm of a number to come."""

    middle: float
    wide: float


def as_last(series: Float[np.ndarray, " quarter"], ahead: int) -> Guess | None:
    """As in the last quarter, with the spread of past changes; nothing if these are too few.

    Parameters
    ----------
    series
        Positive, in the order of time, NaN where unknown; it ends with the last quarter known.
    ahead
        How many quarters after that one.

    Notes
    -----
    A random walk without drift: its spread is the root mean square of the last 8 changes, times the root of the
    quarters ahead.

    Examples
    --------
    >>> guess = as_last(np.array([1.0, 2.0, 1.0, 2.0]), 4)
    >>> guess.middle, round(guess.wide, 4)
    (2.0, 1.3863)
    """
    steps = _changes(series)
    if steps is None:
        return None
    return Guess(float(series[-1]), math.sqrt(float(np.mean(steps**2)) * ahead))


def with_drift(series: Float[np.ndarray, " quarter"], ahead: int) -> Guess | None:
    """As much more each quarter as in the last eight, on average.

    Notes
    -----
    A random walk with drift in logarithms. The spread holds that the drift is an estimate too: with n changes and
    their deviation s it is s times the root of h + h^2 / n, h quarters ahead. Source: Hyndman and Athanasopoulos
    (2021), *Forecasting: principles and practice*, 3rd edition, section 5.5.

    Examples
    --------
    >>> guess = with_drift(np.array([1.0, 2.0, 4.0, 8.0]), 2)
    >>> round(guess.middle, 9), round(guess.wide, 9)
    (32.0, 0.0)
    """
    steps = _changes(series)
    if steps is None:
        return None
    drift, n = float(steps.mean()), steps.size
    wide = float(steps.std(ddof=1)) * math.sqrt(ahead + ahead * ahead / n)
    return Guess(float(series[-1]) * math.exp(ahead * drift), wide)


def as_a_year_ago(series: Float[np.ndarray, " quarter"], ahead: int) -> Guess | None:
    """As in the same quarter of a year before, times what the last four quarters were of the four before.

    Notes
    -----
    Needs eight quarters without a gap, and three past misses of the same rule one year ahead for its spread, which
    grows with the root of the years.

    Examples
    --------
    >>> as_a_year_ago(np.array([1.0, 2.0, 3.0, 4.0] * 4), 2)
    Guess(middle=2.0, wide=0.0)
    """
    middle = _a_year_on(series, ahead)
    if middle is None:
        return None
    misses = []
    for end in range(2 * YEAR, series.size):
        for step in range(1, min(YEAR, series.size - end) + 1):
            guess = _a_year_on(series[:end], step)
            if guess is not None and not math.isnan(series[end + step - 1]):
                misses.append(math.log(series[end + step - 1] / guess))
    if len(misses) < LEAST:
        return None
    years = (ahead + YEAR - 1) // YEAR
    return Guess(middle, math.sqrt(float(np.mean(np.array(misses) ** 2)) * years))


def spread_of_misses(series: Float[np.ndarray, " quarter"]) -> float | None:
    """How far, in logarithms, a walk with drift misses the next quarter; nothing if the past is too short.

    The deviation of the last 8 changes around their mean.

    Examples
    --------
    >>> spread_of_misses(np.array([1.0, 2.0, 1.0, 2.0, 1.0])).__round__(4), spread_of_misses(np.ones(3))
    (0.8004, None)
    """
    steps = _changes(series)
    return None if steps is None else float(steps.std(ddof=1))


def _changes(series: Float[np.ndarray, " quarter"]) -> Float[np.ndarray, " change"] | None:
    """Changes of the logarithm between neighbours that are both known, the last eight; the series must end known."""
    if not series.size or np.isnan(series[-1]):
        return None
    if np.nanmin(series) <= 0.0:
        raise ValueError("a number is not above zero, so it has no logarithm. Leave out that series.")
    steps = np.diff(np.log(series))[-WINDOW:]
    steps = steps[~np.isnan(steps)]
    return steps if steps.size >= LEAST else None


def _a_year_on(series: Float[np.ndarray, " quarter"], ahead: int) -> float | None:
    last = series[-2 * YEAR :]
    if last.size < 2 * YEAR or np.isnan(last).any():
        return None
    growth = float(last[YEAR:].sum() / last[:YEAR].sum())
    years = (ahead + YEAR - 1) // YEAR
    return float(last[YEAR + (ahead - 1) % YEAR]) * growth**years
