"""Does the price climb and swing as prices did before a fall? A second reading, printed with how often it is wrong."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import SeriesError
from perpetuum.core.text import both
from perpetuum.maths.lppls import WINDOWS, Grid, LpplsConfidence, LpplsFit, lppls_confidence, lppls_qualified

Axis = Literal["trading", "calendar"]
AXES: tuple[Axis, ...] = get_args(Axis)
# Readings along the way: how many last days, and how far apart.
BACK, APART = 12, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarm:
    """How often a random walk of 120 days without any bubble gives a reading above 0, and of a fifth or more.

    ``drift`` and ``step`` are the mean and the standard deviation of a day's change of the logarithm.
    """

    drift: float
    step: float
    above_zero: float
    above_fifth: float
    paths: int


# Measured by bench/log_periodic.py with the usual grid on trading days; standard errors are at most 0.016.
FALSE_ALARMS = tuple(
    FalseAlarm(drift=drift, step=step, above_zero=some, above_fifth=fifth, paths=1000)
    for drift, step, some, fifth in (
        (0.0, 0.010, 0.115, 0.043), (0.0, 0.015, 0.096, 0.038), (0.0, 0.020, 0.106, 0.035),
        (0.003, 0.010, 0.607, 0.396), (0.003, 0.015, 0.455, 0.281), (0.003, 0.020, 0.374, 0.205),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPeriodic:
    """The reading of one series on its last day.

    ``confidence`` is the share of all ``windows`` whose best curve passes the filter; ``passed`` counts them,
    ``on_bound`` those whose critical time lies on the bound of the search and therefore counts for nothing.
    ``axis`` says what one step of time is. ``history`` holds earlier readings, oldest first. ``best`` is the
    fit of the longest window, ``best_counts`` whether it passes, and ``critical`` its critical day on the
    calendar axis. It does not vote.
    """

    axis: Axis
    first: datetime.date
    last: datetime.date
    days: int
    windows: tuple[int, ...]
    confidence: float
    passed: int
    on_bound: int
    history: tuple[tuple[datetime.date, float], ...]
    best: LpplsFit
    best_counts: bool
    critical: datetime.date | None
    false_alarms: tuple[FalseAlarm, ...]


def read_log_periodic(
    dates: Sequence[datetime.date],
    prices: NDArray[np.float64],
    *,
    axis: Axis = "trading",
    at: datetime.date | None = None,
    windows: tuple[int, ...] = WINDOWS,
    grid: Grid = "usual",
) -> LogPeriodic:
    """Read how many of 18 nested windows end like a bubble that rises.

    Parameters
    ----------
    dates
        Days, each later than the one before.
    prices
        Above 0, one for each day; in any currency.
    axis
        ``trading`` counts observations, ``calendar`` days of the calendar. It changes the swings per unit of
        time and the limits of the critical time, so the result names it.
    at
        The last day to look at; the last of the series unless given. What follows is never used.
    windows, grid
        As for ``maths.lppls.lppls_confidence``.

    Returns
    -------
    LogPeriodic
        With the false-alarm rates of random walks, always.

    Raises
    ------
    SeriesError
        For prices that are not above 0, dates out of order, or a series shorter than the longest window.

    Examples
    --------
    >>> days = [datetime.date(2024, 1, 1) + datetime.timedelta(days=n) for n in range(130)]
    >>> walk = np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.01, 130)))
    >>> reading = read_log_periodic(days, walk)
    >>> reading.confidence, reading.axis
    (0.0, 'trading')
    """
    upto = len(dates) if at is None else sum(day <= at for day in dates)
    _check(dates, prices, upto, axis, windows)
    days, price = dates[:upto], np.log(prices[:upto])
    time = np.array([day.toordinal() for day in days], float) if axis == "calendar" else np.arange(float(upto))
    ends = tuple(end for end in range(upto - 1 - APART * BACK, upto, APART) if end + 1 >= max(windows))
    try:
        found = lppls_confidence(time, price, ends=ends, windows=windows, grid=grid)
    except ValueError as error:
        raise SeriesError(
            both("the price does not move within one of the windows.", "某個視窗內的價格沒有變動。"),
            both("Leave out the days on which the price stands still.", "請略去價格不動的日子。"),
        ) from error
    return _told(found, days, axis)


def _told(found: LpplsConfidence, days: Sequence[datetime.date], axis: Axis) -> LogPeriodic:
    longest = found.windows.index(max(found.windows))
    best = found.fits[longest]
    is_on_bound = best.status == "tc_on_bound"
    counts = not is_on_bound and lppls_qualified(best.curve, best.start, best.end).qualified
    is_dated = axis == "calendar" and not is_on_bound
    return LogPeriodic(
        axis=axis, first=days[len(days) - found.windows[longest]], last=days[-1], days=found.windows[longest],
        windows=found.windows, confidence=float(found.share[-1]), passed=int(found.passed.sum()),
        on_bound=found.on_bound[-1], best=best, best_counts=counts,
        history=tuple((days[end], float(share)) for end, share in zip(found.ends, found.share, strict=True)),
        critical=datetime.date.fromordinal(round(best.curve.tc)) if is_dated else None, false_alarms=FALSE_ALARMS,
    )  # fmt: skip


def _check(
    dates: Sequence[datetime.date], prices: NDArray[np.float64], upto: int, axis: str, windows: tuple[int, ...]
) -> None:
    longest = max(windows, default=0)
    if len(dates) != len(prices):
        raise SeriesError(
            both(f"{len(dates)} dates for {len(prices)} prices.", f"{len(dates)} 個日期對 {len(prices)} 個價格。"),
            both("Give one price for each date.", "每個日期請給一個價格。"),
        )
    if axis not in AXES:
        raise SeriesError(
            both(f"`{axis}` is no axis of time.", f"`{axis}` 不是時間軸。"),
            both("Write trading or calendar.", "請寫 trading 或 calendar。"),
        )
    bad = np.flatnonzero(~(np.isfinite(prices) & (prices > 0)))
    if bad.size:
        raise SeriesError(
            both(
                f"the price of {dates[bad[0]]} is {prices[bad[0]]:g}, which has no logarithm.",
                f"{dates[bad[0]]} 的價格為 {prices[bad[0]]:g}，沒有對數。",
            ),
            both("Leave out days without a price above 0.", "請略去沒有正價格的日子。"),
        )
    back = next((n for n in range(1, len(dates)) if dates[n] <= dates[n - 1]), None)
    if back is not None:
        raise SeriesError(
            both(
                f"{dates[back]} does not come after {dates[back - 1]}.",
                f"{dates[back]} 沒有排在 {dates[back - 1]} 之後。",
            ),
            both("Put the days in order, each once.", "請依先後排列，每天只寫一次。"),
        )
    if upto < longest:
        raise SeriesError(
            both(f"{upto} days; the longest window needs {longest}.", f"只有 {upto} 天；最長的視窗需要 {longest} 天。"),
            both("Give a longer series, or shorter windows.", "請給較長的數列，或縮短視窗。"),
        )
