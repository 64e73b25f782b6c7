"""Where several curves may lead: their misses are shuffled, the curves fitted anew, and all counted together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.adoption_curves import SHOWN, AdoptionCurve
from perpetuum.maths.chance import moment, stream_of, uniforms
from perpetuum.maths.compiled import compiled
from perpetuum.maths.curve_fit import CurveFit, Method, Problem, fit_curve, said
from perpetuum.maths.refusals import refuse, share
from perpetuum.maths.saturation import bic_weights
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
STREAM = "maths.curve_forecast"
DRAWS = 199


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """How many will have begun at some times, in the unit of the observations.

    ``central`` is each curve as fitted, ``low`` and ``high`` its own interval; ``weights`` are those by BIC.
    ``mixed_low``, ``mixed_middle`` and ``mixed_high`` count all curves together by their weights. The noise
    of a single observation is not in them.
    """

    time: Float[np.ndarray, " time"]
    curves: tuple[str, ...]
    weights: tuple[float, ...]
    level: float
    central: Float[np.ndarray, "curve time"]
    low: Float[np.ndarray, "curve time"]
    high: Float[np.ndarray, "curve time"]
    mixed_low: Float[np.ndarray, " time"]
    mixed_middle: Float[np.ndarray, " time"]
    mixed_high: Float[np.ndarray, " time"]


def forecast(
    observed: Float[np.ndarray, " observation"],
    at: Float[np.ndarray, " time"],
    *,
    method: Method = "level",
    time: Float[np.ndarray, " observation"] | None = None,
    curves: tuple[AdoptionCurve, ...] = SHOWN,
    fits: tuple[CurveFit, ...] | None = None,
    level: float = 0.9,
    draws: int = DRAWS,
    seed: int = 0,
) -> Forecast:
    """Follow several curves ahead, with intervals by a residual bootstrap over the curves.

    Parameters
    ----------
    observed, method, time
        As for ``curve_fit.fit_curve``.
    at
        Times to look at, since launch.
    curves, fits
        The curves, or their fits if these are at hand.
    level
        Share of the redrawn futures between the ends of an interval.
    draws, seed
        How many times the misses of each curve are redrawn, and from which seed.

    Returns
    -------
    Forecast
        The same for the same seed, whatever runs beside it.

    Raises
    ------
    ValueError
        As ``curve_fit.fit_curve``, and for fewer than 19 draws or a level that is no share.

    Notes
    -----
    Misses are centered, widened by √(n/(n−k)) and drawn with replacement; a curve counts by e^(−BIC/2).
    Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 9.

    Examples
    --------
    >>> sold = np.array([2.0, 5, 11, 21, 36, 52, 66, 76, 83])
    >>> seen = forecast(sold, np.array([12.0]), draws=39)
    >>> bool(seen.mixed_low[0] < seen.mixed_middle[0] < seen.mixed_high[0])
    True
    """
    refuse(share("level", level), [] if draws >= 19 else [f"draws is {draws}; write a whole number from 19."])
    time = np.arange(1.0, len(observed) + 1) if time is None else time
    found = fits or tuple(fit_curve(observed, curve=curve, method=method, time=time) for curve in curves)
    weights = bic_weights(found)
    paths = np.array([_redrawn(each, observed, time, at, draws, seed) for each in found])
    ends = ((1 - level) / 2, (1 + level) / 2)
    low, high = np.quantile(paths, ends, axis=1)
    mixed = [_quantile(paths, weights, end) for end in (ends[0], 0.5, ends[1])]
    return Forecast(
        time=at, curves=tuple(each.curve.name for each in found), weights=weights, level=level,
        central=np.array([each.level(at) for each in found]), low=low, high=high,
        mixed_low=mixed[0], mixed_middle=mixed[1], mixed_high=mixed[2],
    )  # fmt: skip


def _redrawn(found: CurveFit, observed: Array, time: Array, at: Array, draws: int, seed: int) -> Array:
    """One curve fitted to many shuffled histories, followed to the times asked for: (draw, time)."""
    told = found.potential * said(found.curve, found.method, time, found.shape)
    miss = (observed - told) - np.mean(observed - told)
    miss = miss * np.sqrt(len(observed) / (len(observed) - found.curve.count))
    picked = _picks(draws, len(observed), seed, stream_of(f"{STREAM}.{found.curve.name}"))
    problem = Problem(observed=observed, time=time, curve=found.curve, method=found.method)
    logs = problem.logs
    start = np.where(logs, np.log(np.where(logs, found.estimate, 1.0)), found.estimate)
    out = np.empty((draws, len(at)))
    for draw in range(draws):
        again = Problem(
            observed=told + miss[picked[draw]], time=time, curve=found.curve, method=found.method, scale=problem.size
        )
        potential, *shape = again.plain(again.near(start))
        out[draw] = potential * found.curve.share(at, *shape)
    return out


@compiled
def _picks(draws: int, count: int, seed: int, stream: int) -> NDArray[np.int64]:
    out = np.empty((draws, count), np.int64)
    for draw in range(draws):
        for n in range(count):
            out[draw, n] = min(int(uniforms(seed, draw, moment(n), stream)[0] * count), count - 1)
    return out


def _quantile(paths: Array, weights: tuple[float, ...], level: float) -> Array:
    """A quantile over all curves and draws, each draw counting as much as its curve: (time,)."""
    values = paths.reshape(-1, paths.shape[-1])
    heavy = np.repeat(np.array(weights) / paths.shape[1], paths.shape[1])
    order = np.argsort(values, axis=0, kind="stable")
    summed = np.cumsum(heavy[order], axis=0)
    place = np.argmax(summed >= level - 1e-12, axis=0)
    return np.asarray(np.take_along_axis(values, order, axis=0)[place, np.arange(values.shape[1])])
