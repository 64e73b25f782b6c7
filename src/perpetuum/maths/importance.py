"""What a sample says once some of it counts more: weights, how many they are worth, quantiles, drawing again."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from perpetuum.maths.shapes import Float, Int

_STEPS = 60  # halvings: more change no bit of the exponent


class Moments(NamedTuple):
    """Mean and variance of a weighted sample, and the standard error of both because the sample is finite."""

    mean: float
    variance: float
    mean_error: float
    variance_error: float


def weights_of(logs: Float[np.ndarray, " draw"]) -> Float[np.ndarray, " draw"]:
    """Weights that add up to one, from logarithms of which only differences count.

    Parameters
    ----------
    logs
        Minus infinity where something cannot be; NaN is refused with ``ValueError``.

    Returns
    -------
    Float[np.ndarray, " draw"]
        All zero if nothing can be.

    Examples
    --------
    >>> weights_of(np.array([-1000.0, -1000.0 + math.log(3.0), -math.inf]))
    array([0.25, 0.75, 0.  ])
    """
    if np.isnan(logs).any():
        raise ValueError("a weight is not a number. Give minus infinity to what cannot be.")
    top = float(logs.max(initial=-math.inf))
    if top == -math.inf:
        return np.zeros(logs.size)
    parts = np.exp(logs - top)
    return np.asarray(parts / parts.sum())


def effective_size(weights: Float[np.ndarray, " draw"]) -> float:
    """How many draws of equal weight a weighted sample is worth; 0 if all weights are.

    Source: Kong, Liu and Wong (1994), doi:10.1080/01621459.1994.10476469.

    Examples
    --------
    >>> effective_size(np.array([0.5, 0.5, 0.0])), effective_size(np.zeros(2))
    (2.0, 0.0)
    """
    squares = float(np.sum(weights**2))
    return float(weights.sum()) ** 2 / squares if squares > 0.0 else 0.0


def softened(logs: Float[np.ndarray, " draw"], wanted: float) -> Float[np.ndarray, " draw"]:
    """Weights with the largest power of the likelihood, at most 1, that leaves so many draws in effect.

    A likelihood that leaves one draw says where to look, but not how wide; a power of it says both.

    Parameters
    ----------
    logs
        Log likelihoods.
    wanted
        Effective draws. If fewer can be at all, every draw that can be counts the same.

    Examples
    --------
    >>> weights = softened(np.array([0.0, -50.0, -60.0, -70.0]), wanted=2.0)
    >>> round(effective_size(weights), 6), bool(weights[0] > weights[1] > weights[2])
    (2.0, True)
    """
    whole = weights_of(logs)
    if effective_size(whole) >= wanted:
        return whole
    low, high, scaled = 0.0, 1.0, np.where(np.isfinite(logs), logs, 0.0)
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        enough = effective_size(weights_of(np.where(np.isfinite(logs), middle * scaled, -math.inf))) >= wanted
        low, high = (middle, high) if enough else (low, middle)
    return weights_of(np.where(np.isfinite(logs), low * scaled, -math.inf))


def moments(values: Float[np.ndarray, " draw"], weights: Float[np.ndarray, " draw"]) -> Moments:
    """Mean and variance of a weighted sample with their standard errors.

    Weights add up to one. The errors are those of a ratio of means to first order.
    Source: Owen (2013), *Monte Carlo theory, methods and examples*, section 9.2.

    Examples
    --------
    >>> out = moments(np.array([1.0, 3.0]), np.array([0.5, 0.5]))
    >>> out.mean, out.variance
    (2.0, 1.0)
    """
    mean = float(weights @ values)
    away = values - mean
    variance = float(weights @ away**2)
    mean_error = math.sqrt(float(np.sum((weights * away) ** 2)))
    variance_error = math.sqrt(float(np.sum((weights * (away**2 - variance)) ** 2)))
    return Moments(mean, variance, mean_error, variance_error)


def correlations(
    values: Float[np.ndarray, "draw parameter"], weights: Float[np.ndarray, " draw"]
) -> Float[np.ndarray, "parameter parameter"]:
    """Correlation of each column with each; 0 where a column does not vary.

    Examples
    --------
    >>> correlations(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0.5, 0.5])).round(6)
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    away = values - weights @ values
    covariance = (away * weights[:, None]).T @ away
    wide = np.sqrt(np.diag(covariance))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = covariance / np.outer(wide, wide)
    return np.asarray(np.where(np.outer(wide, wide) > 0.0, found, 0.0))


def quantiles(
    values: Float[np.ndarray, " draw"], weights: Float[np.ndarray, " draw"], levels: Float[np.ndarray, " level"]
) -> Float[np.ndarray, " level"]:
    """The smallest values below which, or at which, so much of the weight lies.

    Examples
    --------
    >>> quantiles(np.array([3.0, 1.0, 2.0]), np.array([0.2, 0.4, 0.4]), np.array([0.1, 0.5, 0.9]))
    array([1., 2., 3.])
    """
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    places = np.searchsorted(below, np.asarray(levels) * below[-1] * (1.0 - 1e-12))
    return np.asarray(values[order][np.minimum(places, values.size - 1)])


def drawn_again(weights: Float[np.ndarray, " draw"], count: int, start: float) -> Int[np.ndarray, " count"]:
    """Which draws stand for all, each about as often as its weight says, in rising order.

    One number between 0 and 1, ``start``, is all the luck there is. Source: Kitagawa (1996),
    doi:10.1080/10618600.1996.10474692. Weights that are all zero are refused with ``ValueError``.

    Examples
    --------
    >>> drawn_again(np.array([0.5, 0.0, 0.5]), 4, 0.5)
    array([0, 0, 2, 2])
    """
    if not weights.sum() > 0.0:
        raise ValueError("no draw has any weight. Nothing can stand for all of them.")
    points = (np.arange(count) + start) / count
    below = np.cumsum(weights)
    return np.asarray(np.searchsorted(below / below[-1], points, side="right"), dtype=np.int64)
