"""The laws by which parameters spread: how likely a value is, its mean, its variance, and its quantiles."""

from __future__ import annotations

import math

import numpy as np

from perpetuum.maths.chance import LOGNORMAL, NORMAL, TRIANGULAR, UNIFORM, draw_law, quantile_normal
from perpetuum.maths.shapes import Float

_LOG_ROOT = 0.5 * math.log(2.0 * math.pi)


def log_density(
    law: int, a: float, b: float, c: float, values: Float[np.ndarray, " draw"]
) -> Float[np.ndarray, " draw"]:
    """Logarithm of the density of a law; minus infinity where it has none.

    Parameters
    ----------
    law, a, b, c
        As :func:`perpetuum.maths.chance.draw_law` reads them. ``FIXED`` has no density and is refused with
        ``ValueError``, and so is a law that has no width.
    values
        In the unit of the parameter.

    Examples
    --------
    >>> log_density(UNIFORM, 0.0, 4.0, 0.0, np.array([1.0, 5.0])).round(4)
    array([-1.3863,    -inf])
    """
    _refuse_flat(law, a, b, c)
    with np.errstate(divide="ignore", invalid="ignore"):
        if law == NORMAL:
            return np.asarray(-0.5 * ((values - a) / b) ** 2 - math.log(b) - _LOG_ROOT)
        if law == LOGNORMAL:
            logs = np.log(np.maximum(values, 0.0))
            told = -0.5 * ((logs - math.log(a)) / b) ** 2 - math.log(b) - _LOG_ROOT - logs
            return np.where(values > 0.0, told, -math.inf)
        if law == UNIFORM:
            return np.where((values >= a) & (values <= b), -math.log(b - a), -math.inf)
        rising = np.log(2.0 * (values - a) / ((c - a) * (b - a))) if b > a else np.full(values.shape, -math.inf)
        falling = np.log(2.0 * (c - values) / ((c - a) * (c - b))) if c > b else np.full(values.shape, -math.inf)
        told = np.where((values < b) | ((c == b) & (values <= b)), rising, falling)
        return np.where((values > a) & (values < c), told, -math.inf)


def moments_of_law(law: int, a: float, b: float, c: float) -> tuple[float, float]:
    """Mean and variance of a law.

    Examples
    --------
    >>> moments_of_law(UNIFORM, 0.0, 6.0, 0.0), moments_of_law(TRIANGULAR, 0.0, 3.0, 6.0)
    ((3.0, 3.0), (3.0, 1.5))
    """
    if law == NORMAL:
        return a, b * b
    if law == LOGNORMAL:
        mean = a * math.exp(0.5 * b * b)
        return mean, mean * mean * math.expm1(b * b)
    if law == UNIFORM:
        return 0.5 * (a + b), (b - a) ** 2 / 12.0
    if law == TRIANGULAR:
        return (a + b + c) / 3.0, (a * a + b * b + c * c - a * b - a * c - b * c) / 18.0
    return a, 0.0


def quantiles_of_law(
    law: int, a: float, b: float, c: float, levels: Float[np.ndarray, " level"]
) -> Float[np.ndarray, " level"]:
    """The values below which so much of a law lies; levels are strictly between 0 and 1.

    Examples
    --------
    >>> quantiles_of_law(TRIANGULAR, 0.0, 1.0, 2.0, np.array([0.5]))
    array([1.])
    """
    return np.array([draw_law(law, a, b, c, float(u), float(quantile_normal(float(u)))) for u in levels])


def _refuse_flat(law: int, a: float, b: float, c: float) -> None:
    wide = {NORMAL: b, LOGNORMAL: b, UNIFORM: b - a, TRIANGULAR: c - a}.get(law, 0.0)
    if not wide > 0.0:
        raise ValueError("a law without any width has no density. Leave out what does not spread.")
