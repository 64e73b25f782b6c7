"""The test of Dickey and Fuller on a whole series: does it pull back, wander, or run away?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from perpetuum.maths.explosive_windows import RULES, TERMS, Deterministics, LagRule, Series, readable
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float


@dataclass(frozen=True, slots=True, kw_only=True)
class Adf:
    """One regression: the t value of the lagged level, its coefficient, the lag used and the rows it ran on.

    Attributes
    ----------
    stat
        t value of y(t-1); above zero where the series runs away.
    coefficient
        Of y(t-1), per observation.
    lag, nobs_regression
        Lagged changes in the regression, and its rows.
    lag_selection, deterministics
        The rule and the terms, by name.
    """

    stat: float
    coefficient: float
    lag: int
    nobs_regression: int
    lag_selection: LagRule
    deterministics: Deterministics


def adf(y: Series, lag: int = 0, deterministics: str = "constant", lag_selection: str = "fixed") -> Adf:
    """Regress the change of a series on its level: Δy(t) = a + b·y(t-1) + Σ c(i)·Δy(t-i) + e.

    Parameters
    ----------
    y
        The series, oldest first.
    lag
        Lagged changes; with a rule, the most that may be chosen.
    deterministics
        ``constant``, ``constant+trend`` or ``none``.
    lag_selection
        ``fixed``, ``bic`` or ``aic``: by estimated variance on the rows that all lags share, then estimated anew
        on all rows of the chosen one. A tie goes to fewer lags.

    Raises
    ------
    ValueError
        For NaN, infinite numbers, a constant series, too few observations, or a fit without any noise.

    Notes
    -----
    By least squares with an orthogonal factor, apart from the loops of ``psy_sequence``.
    Source: Said and Dickey (1984), doi:10.1093/biomet/71.3.599.

    Examples
    --------
    >>> found = adf([0.0, 1.0, 1.5, 3.0, 2.5, 4.0, 7.0, 11.0])
    >>> round(found.stat, 4), found.nobs_regression
    (2.3446, 7)
    """
    terms, rule = deterministics.lower().replace(" ", ""), lag_selection.lower()
    refuse(
        [] if terms in TERMS else [f"deterministics is {deterministics!r}; write one of: {', '.join(TERMS)}."],
        [] if rule in RULES else [f"lag_selection is {lag_selection!r}; write one of: {', '.join(RULES)}."],
        [] if lag >= 0 else [f"lag is {lag}; give 0 or more lagged changes."],
    )
    count = TERMS[terms]
    series = readable(y, shift=count > 0)
    least = 2 * lag + count + 3
    if len(series) < least:
        raise ValueError(f"the series has {len(series)} observations; a test with {lag} lags needs {least}.")
    chosen = lag if rule == "fixed" else _choose(series, lag, count, rule)
    fit = _Fit.of(series, chosen, count, chosen)
    return Adf(
        stat=fit.t_of_level, coefficient=fit.of_level, lag=chosen, nobs_regression=fit.rows,
        lag_selection=cast(LagRule, rule), deterministics=cast(Deterministics, terms),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fit:
    """Least squares of one lag: coefficient and t value of the level, squares left, rows and parameters."""

    of_level: float
    t_of_level: float
    left: float
    rows: int
    parameters: int

    @staticmethod
    def of(series: Float[np.ndarray, " time"], lag: int, terms: int, skip: int) -> _Fit:
        """Fit on the rows from ``skip + 1`` on."""
        change, t = np.diff(series), np.arange(skip + 1, len(series))
        columns = [np.ones(len(t)), (t - t[-1]) / len(series)][:terms]
        columns += [change[t - 1 - i] for i in range(1, lag + 1)]
        x, d = np.column_stack([*columns, series[t - 1]]), change[t - 1]
        size = np.linalg.norm(x, axis=0)
        q, r = np.linalg.qr(x / np.where(size > 0, size, 1.0))
        on = q.T @ d
        left = float(np.sum((d - q @ on) ** 2))
        if not (abs(r[-1, -1]) > 1e-11 and left > 1e-24 * float(d @ d)) or np.abs(np.diag(r)).min() < 1e-11:
            raise ValueError("the regression fits exactly or its columns repeat; a test needs a series with noise.")
        freedom = len(d) - x.shape[1]
        # The level is last, so its coefficient needs the last row of the factor alone.
        t_value = float(on[-1] * np.sign(r[-1, -1]) / np.sqrt(left / freedom))
        return _Fit(float(on[-1] / r[-1, -1] / size[-1]), t_value, left, len(d), x.shape[1])


def _choose(series: Float[np.ndarray, " time"], most: int, terms: int, rule: str) -> int:
    fits = [_Fit.of(series, lag, terms, most) for lag in range(most + 1)]
    price = np.log(fits[0].rows) if rule == "bic" else 2.0
    return int(np.argmin([fit.rows * np.log(fit.left / fit.rows) + price * fit.parameters for fit in fits]))
