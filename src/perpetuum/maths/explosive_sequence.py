"""The test of Phillips, Shi and Yu: the most explosive window that ends at each observation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from perpetuum.maths.explosive_loops import end_by_products, end_by_running_sums, sequence_into
from perpetuum.maths.explosive_windows import Convention, Deterministics, LagRule, Series, Windows, readable, windows
from perpetuum.maths.shapes import Float


@dataclass(frozen=True, slots=True, kw_only=True)
class PsySequence:
    """Statistics of all windows of a series; ends and windows are indices of its observations.

    Attributes
    ----------
    adf, sadf, gsadf
        t value of the whole series; the largest of windows from the start; the largest of all windows.
    badf, bsadf
        For each end from ``first_end`` on: t value of the window from the start, and the largest of all
        windows that end there. NaN where every window is fitted exactly, so that nothing is left to test against.
    first_end
        Index of the first observation that ends a window.
    gsadf_window
        First and last observation of the window with the largest value.
    minw, convention, lag, lag_selection, deterministics
        How windows were cut and what each regression held.
    """

    adf: float
    sadf: float
    gsadf: float
    badf: Float[np.ndarray, " end"]
    bsadf: Float[np.ndarray, " end"]
    first_end: int
    gsadf_window: tuple[int, int]
    minw: int
    convention: Convention
    lag: int
    lag_selection: LagRule
    deterministics: Deterministics

    @property
    def length(self) -> int:
        """Observations of the series."""
        return self.first_end + len(self.bsadf)

    @property
    def windows(self) -> Windows:
        """How the series was cut."""
        return Windows(
            minw=self.minw, convention=self.convention, lag=self.lag, lag_selection=self.lag_selection,
            deterministics=self.deterministics,
        )  # fmt: skip


def psy_sequence(
    y: Series,
    minw: int | None = None,
    convention: str = "rows",
    lag: int = 0,
    lag_selection: str = "fixed",
    deterministics: str = "constant",
) -> PsySequence:
    """ADF, SADF and GSADF of a series, and the sequences behind them.

    Each window regresses Δy(t) on y(t-1), the deterministic terms and ``lag`` lagged changes; the statistic
    is the t value of y(t-1), large where the series explodes. What follows an end never changes its value.

    Parameters
    ----------
    y
        The series, oldest first; logs of prices, or a ratio.
    minw
        Size of the smallest window; ⌊(0.01 + 1.8/√T)·T⌋ if left out.
    convention
        ``rows``: the smallest window has ``minw`` rows of the regression; ``levels``: ``minw`` observations.
    lag
        Lagged changes; with a rule, the most that may be chosen.
    lag_selection
        ``fixed``; ``bic`` or ``aic`` choose in each window by estimated variance, on the rows that all
        lags share, and estimate anew on all rows of the chosen one.
    deterministics
        ``constant``, ``constant+trend`` or ``none``.

    Raises
    ------
    ValueError
        For NaN, infinite numbers, a constant series, one shorter than ``minw + 3``, or one that every window
        fits exactly, such as a straight line.

    Notes
    -----
    O(T²) windows, each at a constant cost. Source: Phillips, Shi and Yu (2015), International Economic
    Review 56(4), doi:10.1111/iere.12132; one sample for all lags as in Ng and Perron
    (2005), doi:10.1111/j.1468-0084.2005.00113.x.

    Examples
    --------
    >>> walk = np.cumsum(np.random.default_rng(1).normal(size=60))
    >>> walk[40:50] += 0.3 * 1.4 ** np.arange(10)
    >>> found = psy_sequence(walk)
    >>> found.gsadf >= found.sadf >= found.adf
    True
    >>> found.minw, found.first_end, found.gsadf_window[1]
    (14, 14, 49)
    """
    values = np.asarray(y, dtype=np.float64)
    cut = windows(values.size, minw, convention, lag, lag_selection, deterministics)
    series = readable(values, shift=cut.terms > 0)
    badf, bsadf = roots_of(series, cut)
    if np.isnan(bsadf).all():
        raise ValueError("every window is fitted exactly, without any noise; a test needs a series with noise.")
    end = cut.first_end + int(np.nanargmax(bsadf))
    return PsySequence(
        adf=float(badf[-1]), sadf=_largest(badf), gsadf=_largest(bsadf), badf=badf, bsadf=bsadf,
        first_end=cut.first_end, gsadf_window=(_start(series, end, cut), end), minw=cut.minw,
        convention=cut.convention, lag=cut.lag, lag_selection=cut.lag_selection, deterministics=cut.deterministics,
    )  # fmt: skip


def roots_of(
    series: Float[np.ndarray, " time"], cut: Windows
) -> tuple[Float[np.ndarray, " end"], Float[np.ndarray, " end"]]:
    """t values by end of a readable series: from the start, and the largest."""
    badf, bsadf = np.empty(len(series) - cut.first_end), np.empty(len(series) - cut.first_end)
    sequence_into(series, cut.rows, cut.lag, cut.terms, cut.rule, badf, bsadf)
    return rooted(badf), rooted(bsadf)


def rooted(square: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Signed squares as t values; NaN where there is none.

    Examples
    --------
    >>> rooted(np.array([4.0, -9.0, -np.inf]))
    array([ 2., -3., nan])
    """
    value = np.copysign(np.sqrt(np.abs(square)), square)
    return np.where(np.isinf(value), np.nan, value)


def _largest(values: Float[np.ndarray, " end"]) -> float:
    return float(np.fmax.reduce(values))


def _start(series: Float[np.ndarray, " time"], end: int, cut: Windows) -> int:
    if cut.lag == 0 and cut.terms == 1:
        return int(end_by_running_sums(series, end, cut.rows)[1])
    return int(end_by_products(series, end, cut.rows, cut.lag, cut.terms, cut.rule)[1])
