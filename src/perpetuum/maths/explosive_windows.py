"""Which stretches of a series are tested, and what a series must be before any is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast, get_args

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float

Series: TypeAlias = NDArray[Any] | Sequence[float | int]
Convention = Literal["rows", "levels"]
Deterministics = Literal["constant", "constant+trend", "none"]
LagRule = Literal["fixed", "bic", "aic"]
CONVENTIONS: tuple[Convention, ...] = get_args(Convention)
TERMS: dict[str, int] = {"none": 0, "constant": 1, "constant+trend": 2}
RULES: dict[str, int] = {"fixed": 0, "bic": 1, "aic": 2}
# Levels that must be left after the smallest window, so that there is a sequence to look at.
MORE_THAN_A_WINDOW = 3
# Second differences of a straight line are its rounding: a few units in the last place.
ROUNDING = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """How a series is cut: the smallest window, how it is counted, and what every regression holds.

    Attributes
    ----------
    minw
        Size of the smallest window, counted as ``convention`` says.
    convention
        ``rows``: ``minw`` rows of the regression; ``levels``: ``minw`` observations of the series.
    lag
        Lagged changes in each regression; with a rule that chooses, the most it may choose.
    lag_selection
        ``fixed``, or ``bic`` and ``aic``, which choose anew in each window.
    deterministics
        ``constant``, ``constant+trend`` or ``none``.
    """

    minw: int
    convention: Convention = "rows"
    lag: int = 0
    lag_selection: LagRule = "fixed"
    deterministics: Deterministics = "constant"

    @property
    def rows(self) -> int:
        """Rows of the regression in the smallest window."""
        return self.minw if self.convention == "rows" else self.minw - 1 - self.lag

    @property
    def first_end(self) -> int:
        """Index of the observation that ends the smallest window."""
        return self.rows + self.lag

    @property
    def terms(self) -> int:
        """Deterministic terms in a regression: 0, 1 or 2."""
        return TERMS[self.deterministics]

    @property
    def rule(self) -> int:
        """The lag rule as compiled loops know it."""
        return RULES[self.lag_selection]


def smallest_window(length: int) -> int:
    """The smallest window for a series of some length: the whole part of (0.01 + 1.8/√T)·T.

    Parameters
    ----------
    length
        Observations, 1 or more.

    Notes
    -----
    Source: Phillips, Shi and Yu (2015), International Economic Review 56(4), doi:10.1111/iere.12132.

    Examples
    --------
    >>> [smallest_window(length) for length in (100, 200, 1680)]
    [19, 27, 90]
    """
    # 0.01·100 + 1.8·10 is 19 and must not become 18.999...
    return math.floor(0.01 * length + 1.8 * math.sqrt(length) + 1e-9)


def windows(
    length: int,
    minw: int | None = None,
    convention: str = "rows",
    lag: int = 0,
    lag_selection: str = "fixed",
    deterministics: str = "constant",
) -> Windows:
    """The windows of a series of some length.

    Parameters
    ----------
    length
        Observations.
    minw
        Size of the smallest window; :func:`smallest_window` of the length if left out.
    convention, lag, lag_selection, deterministics
        As for :class:`Windows`; capitals do not matter.

    Raises
    ------
    ValueError
        For a word nobody knows, a negative lag, a smallest window whose regression has nothing left
        over, or a series with fewer than ``minw + 3`` observations. All problems at once.

    Examples
    --------
    >>> windows(100).rows, windows(100, convention="levels").rows
    (19, 18)
    >>> windows(20, minw=19)
    Traceback (most recent call last):
    ValueError: the series has 20 observations and the smallest window is 19; give at least 22, or a smaller minw.
    """
    rule, terms = lag_selection.lower(), deterministics.lower().replace(" ", "")
    refuse(
        _unknown("convention", convention, CONVENTIONS),
        _unknown("lag_selection", rule, tuple(RULES)),
        _unknown("deterministics", terms, tuple(TERMS)),
        [] if lag >= 0 else [f"lag is {lag}; give 0 or more lagged changes."],
    )
    chosen = Windows(
        minw=smallest_window(length) if minw is None else minw, convention=cast(Convention, convention), lag=lag,
        lag_selection=cast(LagRule, rule), deterministics=cast(Deterministics, terms),
    )  # fmt: skip
    refuse(_too_small(chosen), _too_short(length, chosen))
    return chosen


def readable(values: Series, *, shift: bool = True) -> Float[np.ndarray, " time"]:
    """A series as the tests read it: from its first value, in units of about its range.

    The factor is a power of two, so nothing is rounded; a test statistic does not know the unit.

    Parameters
    ----------
    values
        The series, oldest first, in any unit.
    shift
        Whether the first value is taken off; not where a regression has no constant.

    Raises
    ------
    ValueError
        If it is no row of numbers, holds NaN or infinite numbers, never changes, or is a straight line.

    Examples
    --------
    >>> readable([3.0, 5.0, 11.0])
    array([0.  , 0.25, 1.  ])
    >>> readable([3.0, 3.0, 3.0])
    Traceback (most recent call last):
    ValueError: the series is constant; a test needs one that changes.
    """
    y = np.asarray(values, dtype=np.float64)
    if y.ndim != 1:
        raise ValueError(f"the series has shape {y.shape}; give one number for each date, in a single row.")
    bad = np.flatnonzero(~np.isfinite(y))
    if bad.size:
        raise ValueError(f"value {bad[0]} is {y[bad[0]]:g}; give finite numbers, or leave out the dates without one.")
    if not y.size or y.min() == y.max():
        raise ValueError("the series is constant; a test needs one that changes.")
    with np.errstate(over="ignore"):
        moved = y - y[0] if shift else y
    largest = float(np.abs(moved).max())
    if not math.isfinite(largest):
        raise ValueError("the series spans more than a number can hold; give it in a larger unit.")
    if y.size > 2 and np.abs(np.diff(moved, 2)).max() <= ROUNDING * np.spacing(np.abs(y).max()):
        raise ValueError("the series is a straight line, fitted exactly; a test needs a series with noise.")
    return np.ldexp(moved, -math.frexp(largest)[1] + 1)


def _unknown(name: str, word: str, known: tuple[str, ...]) -> list[str]:
    return [] if word in known else [f"{name} is {word!r}; write one of: {', '.join(known)}."]


def _too_small(chosen: Windows) -> list[str]:
    least = chosen.terms + chosen.lag + 2
    if chosen.rows >= least:
        return []
    more = least - chosen.rows
    return [f"minw is {chosen.minw}; with {chosen.lag} lagged changes give {chosen.minw + more} or more."]


def _too_short(length: int, chosen: Windows) -> list[str]:
    least = max(chosen.minw + MORE_THAN_A_WINDOW, chosen.first_end + 1)
    if length >= least:
        return []
    return [
        f"the series has {length} observations and the smallest window is {chosen.minw}; "
        f"give at least {least}, or a smaller minw."
    ]
