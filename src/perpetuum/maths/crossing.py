"""When a growing share first passes a line, and how many years after launch that was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
Dated = Literal["year_end", "as_is"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A moment in decimal years, or what is known instead.

    ``status`` is ``crossed``; ``not_yet``, where no observation has reached the line; or ``before_first``,
    where the first observation had passed it already. ``earliest`` and ``latest`` are the observations
    around it: the moment lies between them whatever the path; nothing where there is none on that side.
    """

    status: Literal["crossed", "not_yet", "before_first"]
    time: float | None
    years_from_launch: float | None
    earliest: float | None
    latest: float | None


def threshold_crossing(
    time: Float[np.ndarray, " observation"],
    share: Float[np.ndarray, " observation"],
    threshold: float,
    *,
    launch: float | None = None,
    dated: Dated = "as_is",
) -> Crossing:
    """The first moment at which a share reaches a threshold, on straight lines between observations.

    Parameters
    ----------
    time
        Decimal years, growing; for ``year_end`` the label of the year.
    share, threshold
        In the same unit, per cent or a fraction.
    launch
        Decimal year from which the years are counted.
    dated
        ``year_end``: a value of a year is that of its 31 December, so 2000 stands at 2001.0. ``as_is``: the
        label is the moment.

    Returns
    -------
    Crossing
        Never beyond the observations: no line is drawn before the first or after the last.

    Raises
    ------
    ValueError
        For no observation, numbers that are not finite, or times that do not grow.

    Examples
    --------
    Mobile subscriptions per 100 people in the world, ends of 1999 and 2000 (ITU):

    >>> found = threshold_crossing(np.array([1999.0, 2000.0]), np.array([8.119303, 12.042666]), 10.0,
    ...                            launch=1979.917, dated="year_end")
    >>> round(found.time, 2), round(found.years_from_launch, 1)
    (2000.48, 20.6)
    """
    _check(time, share, threshold, launch)
    at = time + 1.0 if dated == "year_end" else time
    reached = np.flatnonzero(share >= threshold)
    if not reached.size:
        return Crossing(status="not_yet", time=None, years_from_launch=None, earliest=float(at[-1]), latest=None)
    n = int(reached[0])
    if n == 0 and share[0] > threshold:
        return Crossing(status="before_first", time=None, years_from_launch=None, earliest=None, latest=float(at[0]))
    moment, before = float(at[n]), float(at[max(n - 1, 0)])
    if share[n] > threshold:
        moment = before + (moment - before) * float((threshold - share[n - 1]) / (share[n] - share[n - 1]))
    return Crossing(
        status="crossed", time=moment, years_from_launch=None if launch is None else moment - launch,
        earliest=before, latest=float(at[n]),
    )  # fmt: skip


def _check(time: Array, share: Array, threshold: float, launch: float | None) -> None:
    finite = bool(np.isfinite(time).all() and np.isfinite(share).all())
    refuse(
        ["no observation; give at least one."] if not len(time) else [],
        [f"{len(time)} times for {len(share)} shares; give one for each."] if len(time) != len(share) else [],
        ["times and shares must be finite; leave a year without a figure out."] if not finite else [],
        ["times must grow; put the observations in order, one for each."]
        if finite and not (np.diff(time) > 0).all()
        else [],
        ["threshold must be a finite number."] if not np.isfinite(threshold) else [],
        ["launch must be a decimal year."] if launch is not None and not np.isfinite(launch) else [],
    )
