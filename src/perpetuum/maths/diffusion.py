"""How something new spreads: a few begin by themselves, the rest imitate, and nobody begins twice.

Three curves. Each has a closed form (the share that has begun by a time), its slope, and what one period adds,
for a program that goes through time step by step. Fits are in ``maths/curve_fit.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from perpetuum.maths.compiled import compiled, inlined
from perpetuum.maths.lanes import portion
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float

Times = Float[np.ndarray, "*shape"]
New = Callable[[float, float, float, float], float]
# exp(-exp(700)) is 0; beyond it the inner exponential overflows.
STEEPEST = 700.0


# ---- what one period adds


@inlined
def bass_new(p: float, q: float, adopters: float, potential: float) -> float:
    """Who begins in one period: some by themselves, some because others have.

    Parameters
    ----------
    p, q
        Per period: the share of those left who begin by themselves, and who imitate when all others have.
    adopters, potential
        People, or money, or machines: how many have begun, and how many there are in all.

    Returns
    -------
    float
        (p + q·A/Ā)·(Ā − A), never negative; nobody where there is nobody to begin.

    Notes
    -----
    The difference form of the curve, not the closed form read at whole periods. Only ``p + q`` up to 1
    keeps a period from taking in more than are left. Source: Bass (1969), doi:10.1287/mnsc.15.5.215.

    Examples
    --------
    >>> round(bass_new(0.03, 0.38, 0.0, 100.0), 12), round(bass_new(0.03, 0.38, 50.0, 100.0), 12)
    (3.0, 11.0)
    >>> bass_new(0.03, 0.38, 120.0, 100.0)
    0.0
    """
    share: float = p + portion(q * adopters, potential)
    return share * max(potential - adopters, 0.0)


@compiled
def logistic_new(p: float, q: float, adopters: float, potential: float) -> float:
    """Who begins in one period if everyone imitates: q·A·(1 − A/Ā).

    ``p`` stands there so that curves can change places, and does nothing; where nobody has begun, nobody will.
    Source: Verhulst (1838), in difference form.

    Examples
    --------
    >>> logistic_new(0.03, 0.5, 50.0, 100.0)
    12.5
    """
    if potential <= 0.0:
        return 0.0
    return q * adopters / potential * max(potential - adopters, 0.0)


@compiled
def gompertz_new(p: float, q: float, adopters: float, potential: float) -> float:
    """Who begins in one period if growth falls with the logarithm of what is left: q·A·ln(Ā/A).

    ``p`` stands there so that curves can change places, and does nothing; where nobody has begun, nobody will.
    Source: Gompertz (1825), in difference form.

    Examples
    --------
    >>> round(gompertz_new(0.03, 0.5, 100 / np.e, 100.0), 3)
    18.394
    """
    if adopters <= 0.0 or adopters >= potential:
        return 0.0
    return q * adopters * math.log(potential / adopters)


def adoption(
    new: New, p: float, q: float, potential: float, periods: int, *, start: float = 0.0, steps: int = 1
) -> Float[np.ndarray, " time"]:
    """Everyone who has begun, at the start and at the end of each period.

    Parameters
    ----------
    new
        ``bass_new``, ``logistic_new`` or ``gompertz_new``; rates are per period.
    potential, start
        How many there are, and how many have begun at time 0; in the same unit.
    periods
        How many to run.
    steps
        Equal steps inside each period (Euler). One step is the difference form of the curve.

    Returns
    -------
    array (periods + 1,)
        In the unit of ``potential``, from time 0.

    Raises
    ------
    ValueError
        For fewer than no periods, or less than one step in each.

    Examples
    --------
    >>> adoption(bass_new, 0.03, 0.38, 1.0, periods=2).round(6)
    array([0.      , 0.03    , 0.070158])
    """
    refuse(
        ["periods is negative; write a whole number from 0."] if periods < 0 else [],
        ["steps is below 1; write a whole number from 1."] if steps < 1 else [],
    )
    out, now = np.empty(periods + 1), start
    for period in range(periods + 1):
        out[period] = now
        for _ in range(steps):
            now += new(p, q, now, potential) / steps
    return out


# ---- closed forms


def bass(time: Times, p: float, q: float) -> Times:
    """Share that has begun by a time, in any shape: (1 − e^−(p+q)t) / (1 + (q/p) e^−(p+q)t).

    ``p`` above 0, ``q`` not negative, both per unit of time. Source: Bass (1969).

    Examples
    --------
    >>> bass(np.array([0.0, 1.0]), 0.03, 0.38).round(6)
    array([0.      , 0.035758])
    """
    left = np.exp(-(p + q) * time)
    return np.asarray((1.0 - left) / (1.0 + q / p * left))


def bass_density(time: Times, p: float, q: float) -> Times:
    """Share that begins per unit of time: the slope of :func:`bass`.

    Examples
    --------
    >>> bass_density(np.array([0.0]), 0.03, 0.38)
    array([0.03])
    """
    left = np.exp(-(p + q) * time)
    return np.asarray((p + q) ** 2 / p * left / (1.0 + q / p * left) ** 2)


def logistic(time: Times, k: float, middle: float) -> Times:
    """Share that has begun by a time: 1 / (1 + e^−k(t−t₀)); half have at ``middle``.

    Examples
    --------
    >>> logistic(np.array([0.0, 4.0]), 0.5, 4.0).round(3)
    array([0.119, 0.5  ])
    """
    # Imported here: it takes longer to import than a scenario takes to run.
    from scipy.special import expit

    return np.asarray(expit(k * (time - middle)))


def logistic_density(time: Times, k: float, middle: float) -> Times:
    """Share that begins per unit of time: the slope of :func:`logistic`, k/4 at the middle.

    Examples
    --------
    >>> logistic_density(np.array([4.0]), 0.5, 4.0)
    array([0.125])
    """
    share = logistic(time, k, middle)
    return np.asarray(k * share * (1.0 - share))


def gompertz(time: Times, k: float, middle: float) -> Times:
    """Share that has begun by a time: exp(−e^−k(t−t₀)); 1/e have at ``middle``, where it is steepest.

    Examples
    --------
    >>> gompertz(np.array([0.0, 4.0]), 0.5, 4.0).round(3)
    array([0.001, 0.368])
    """
    return np.asarray(np.exp(-_left(time, k, middle)))


def gompertz_density(time: Times, k: float, middle: float) -> Times:
    """Share that begins per unit of time: the slope of :func:`gompertz`, k/e at the middle.

    Examples
    --------
    >>> gompertz_density(np.array([4.0]), 0.5, 4.0).round(3)
    array([0.184])
    """
    left = _left(time, k, middle)
    return np.asarray(k * left * np.exp(-left))


def _left(time: Times, k: float, middle: float) -> Times:
    return np.asarray(np.exp(np.minimum(-k * (time - middle), STEEPEST)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """When most begin, what share of all begins then per unit of time, and what share has begun."""

    time: float
    density: float
    share: float


def bass_peak(p: float, q: float) -> Peak:
    """The peak of Bass's curve: ln(q/p)/(p+q), (p+q)²/4q, ½ − p/2q; at time 0 if ``q`` is not above ``p``.

    Examples
    --------
    >>> round(bass_peak(0.03, 0.38).time, 3)
    6.193
    >>> bass_peak(0.4, 0.1)
    Peak(time=0.0, density=0.4, share=0.0)
    """
    if q <= p:
        return Peak(time=0.0, density=p, share=0.0)
    return Peak(time=float(np.log(q / p) / (p + q)), density=(p + q) ** 2 / (4 * q), share=0.5 - p / (2 * q))
