"""What was known of adoption at each date: a curve laid through all that had come by then, never through a price."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.text import Text, both
from perpetuum.core.when import years_between
from perpetuum.maths.adoption_curves import GOMPERTZ, LOGISTIC, AdoptionCurve
from perpetuum.maths.curve_fit import SPARE, CurveFit, fit_curve

Array = NDArray[np.float64]
# Curves that need no launch: a file of prices does not say when what is priced began.
KNOWN_CURVES: dict[str, AdoptionCurve] = {curve.name: curve for curve in (LOGISTIC, GOMPERTZ)}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCurve:
    """ln of one curve as it was known: row by date of knowing, column by date; NaN where nothing was known.

    ``count`` is how many observations there are in all.
    """

    curve: str
    count: int
    logs: Array


def known_curve(
    dates: Sequence[datetime.date], users: Sequence[float] | Array, curve: str = "logistic"
) -> KnownCurve | Text:
    """Lay a curve through users or sales at each date, from what was known by then.

    Parameters
    ----------
    dates
        Oldest first.
    users
        A stock of users, or the sales of a sector, that became known on each date; NaN where nothing did.
    curve
        ``logistic`` or ``gompertz``.

    Returns
    -------
    KnownCurve or Text
        From the first observation on, for every date at which six are known; or why there is none.

    Notes
    -----
    Least squares on the numbers themselves, anew whenever one has come; between two the last curve is followed ahead.
    The choice of curve is a doubt of its own: look at both.

    Examples
    --------
    >>> quarters = [datetime.date(2010 + n // 4, 3 * (n % 4) + 1, 1) for n in range(12)]
    >>> users = 100.0 / (1.0 + np.exp(-(np.arange(12) - 6.0) / 2))
    >>> users[1] = np.nan
    >>> known = known_curve(quarters, users)
    >>> known.count, int(np.isfinite(np.diag(known.logs)).sum()), round(float(np.exp(known.logs[-1, -1])))
    (11, 6, 92)
    >>> known_curve(quarters[:5], users[:5]).en
    'users are known at 4 dates; a curve with three parameters needs 6'
    """
    value, shape = np.asarray(users, dtype=np.float64), KNOWN_CURVES[curve]
    seen = np.flatnonzero(np.isfinite(value))
    least = shape.count + SPARE
    if len(seen) < least:
        return _few(len(seen), least)
    time = np.array([years_between(dates[0], day) for day in dates])
    logs = np.full((len(value), len(value)), np.nan)
    for n in range(least - 1, len(seen)):
        used, until = seen[: n + 1], seen[n + 1] if n + 1 < len(seen) else len(value)
        fit = fit_curve(value[used], curve=shape, time=time[used])
        told = _logs(fit, time[seen[0] : until])
        for row in range(seen[n], until):
            logs[row, seen[0] : row + 1] = told[: row + 1 - seen[0]]
    if not np.isfinite(logs[seen[least - 1] :, seen[0]]).all():
        return _nothing(curve)
    return KnownCurve(curve=curve, count=len(seen), logs=logs)


def _logs(fit: CurveFit, time: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(fit.level(time)))


def _few(count: int, least: int) -> Text:
    return both(
        f"users are known at {count} dates; a curve with three parameters needs {least}",
        f"使用者數只有 {count} 期已知；三個參數的曲線需要 {least} 期",
    )


def _nothing(curve: str) -> Text:
    return both(
        f"the {curve} curve is zero at the first dates, so it has no logarithm there",
        f"{curve} 曲線在最初幾期為零，沒有對數",
    )
