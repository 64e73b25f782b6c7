"""Bass's curve by the four estimators of the literature, each under its name, since they disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.adoption_curves import BASS
from perpetuum.maths.curve_fit import check, fit_curve
from perpetuum.maths.diffusion import bass_peak
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
Estimator = Literal["ols", "density", "cdf_difference", "level"]
ESTIMATORS: tuple[Estimator, ...] = get_args(Estimator)


@dataclass(frozen=True, slots=True, kw_only=True)
class BassFit:
    """Bass's three numbers with their standard errors (``se_``), by one named estimator.

    ``m`` in the unit of the sales, ``p`` and ``q`` per period; ``peak_time`` in periods from launch.
    ``coefficients`` are those of sales on 1, N and N² for ``ols``, and nothing else.
    """

    method: Estimator
    m: float
    p: float
    q: float
    se_m: float
    se_p: float
    se_q: float
    rss: float
    residual_standard_error: float
    peak_time: float
    status: Literal["settled", "at_edge", "not_settled"]
    coefficients: tuple[float, float, float] | None = None


def bass_fit(
    sales: Float[np.ndarray, " period"],
    method: Estimator = "cdf_difference",
    *,
    time: Float[np.ndarray, " period"] | None = None,
) -> BassFit:
    """Fit Bass's curve by one of four estimators.

    Parameters
    ----------
    sales
        What was sold in each period; for ``level`` the stock at each time.
    method
        ``ols``: sales on 1, N and N², N what was sold before (Bass 1969). ``density``: sales on m·f(t).
        ``cdf_difference``: sales on m·(F(t) − F(t−1)). ``level``: a stock on m·F(t).
    time
        Ends of the periods since launch, one apart (any growing times for ``level``); 1, 2, 3 ... unless given.

    Returns
    -------
    BassFit
        Where the parabola of ``ols`` has no root ahead, ``m``, ``p`` and ``q`` are nan and the status is
        ``not_settled``.

    Raises
    ------
    ValueError
        For an unknown estimator, fewer than six periods, numbers that are not finite or negative, or a gap.

    Notes
    -----
    Sources: Bass (1969), doi:10.1287/mnsc.15.5.215; Srinivasan and Mason (1986), doi:10.1287/mksc.5.2.169.

    Examples
    --------
    Video recorders in the United States, 1979 to 1988, in thousands; printed in tutorials as 6.80e4:

    >>> sold = np.array([840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890.0])
    >>> for method in ("ols", "density", "cdf_difference"):
    ...     print(method, round(bass_fit(sold, method).m))
    ols 62665
    density 67981
    cdf_difference 67660
    """
    refuse([] if method in ESTIMATORS else [f"method `{method}` is not one of {', '.join(ESTIMATORS)}."])
    if method == "ols":
        time = np.arange(1.0, len(sales) + 1) if time is None else time
        check(sales, time, BASS, "density")
        return _regressed(sales)
    found = fit_curve(sales, curve=BASS, method=method, time=time)
    (m, p, q), errors = (float(each) for each in found.estimate), found.standard_error
    return BassFit(
        method=method, m=m, p=p, q=q, se_m=float(errors[0]), se_p=float(errors[1]), se_q=float(errors[2]),
        rss=found.rss, residual_standard_error=found.residual_standard_error, peak_time=found.inflection,
        status=found.status,
    )  # fmt: skip


def _regressed(sales: Array) -> BassFit:
    """Sales = a + bN + cN²: p = a/m, q = −cm, m the root at which sales end."""
    before = np.r_[0.0, np.cumsum(sales)[:-1]]
    scale = float(before[-1])
    columns = np.column_stack([np.ones_like(before), before / scale, (before / scale) ** 2])
    unscale = np.array([1.0, scale, scale**2])
    fitted, *_ = np.linalg.lstsq(columns, sales, rcond=None)
    rss = float(np.sum((columns @ fitted - sales) ** 2))
    rest = float(np.sqrt(rss / (len(sales) - 3)))
    a, b, c = (float(each) for each in fitted / unscale)
    under = b * b - 4 * a * c
    if c >= 0 or under < 0:
        return BassFit(
            method="ols", m=np.nan, p=np.nan, q=np.nan, se_m=np.nan, se_p=np.nan, se_q=np.nan, rss=rss,
            residual_standard_error=rest, peak_time=np.nan, status="not_settled", coefficients=(a, b, c),
        )  # fmt: skip
    root = float(np.sqrt(under))
    m = (-b - root) / (2 * c)
    p, q = a / m, -c * m
    # Errors of m, p and q by their slopes in a, b and c (the delta method).
    of_m = np.array([1.0, m, m * m]) / root
    of_p = (np.array([1.0, 0.0, 0.0]) - p * of_m) / m
    of_q = -c * of_m - np.array([0.0, 0.0, m])
    spread = rest**2 * np.linalg.inv(columns.T @ columns) / np.outer(unscale, unscale)
    error = [float(np.sqrt(slope @ spread @ slope)) for slope in (of_m, of_p, of_q)]
    return BassFit(
        method="ols", m=m, p=p, q=q, se_m=error[0], se_p=error[1], se_q=error[2], rss=rss,
        residual_standard_error=rest, peak_time=bass_peak(p, q).time if min(p, q) > 0 else np.nan,
        status="settled", coefficients=(a, b, c),
    )  # fmt: skip
