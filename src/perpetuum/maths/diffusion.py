"""How something new spreads: a few begin by themselves, the rest imitate, and nobody begins twice.

Three curves with one interface. Each has a closed form (the share that has begun by a time), its slope,
and what one period adds, for a program that goes through time step by step.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.compiled import compiled, inlined
from perpetuum.maths.lanes import portion
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Times = Float[np.ndarray, "*shape"]
New = Callable[[float, float, float, float], float]
Method = Literal["density", "cdf_difference", "level"]
METHODS: tuple[Method, ...] = ("density", "cdf_difference", "level")
# A curve of k parameters is fitted to k + 3 observations or more.
SPARE = 3
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


# ---- fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A curve with the two parameters of its shape; ``spread`` finds places to start a fit from."""

    name: str
    parameters: tuple[str, str]
    share: Callable[[Array, float, float], Array]
    density: Callable[[Array, float, float], Array]
    new: New
    positive: tuple[bool, bool]
    spread: Callable[[Array, float], Iterable[tuple[float, float]]]


def _bass_spread(_: Array, __: float) -> Iterable[tuple[float, float]]:
    return ((0.03, 0.38), (0.003, 0.6), (0.0003, 1.2), (0.1, 0.1))


def _middle_spread(time: Array, steepest: float) -> Iterable[tuple[float, float]]:
    span = float(time[-1] - time[0])
    return tuple(itertools.product((2 / span, 5 / span, 12 / span), (steepest, float(time[-1]))))


BASS = Curve(
    name="bass", parameters=("p", "q"), share=bass, density=bass_density, new=bass_new,
    positive=(True, True), spread=_bass_spread,
)  # fmt: skip
LOGISTIC = Curve(
    name="logistic", parameters=("k", "middle"), share=logistic, density=logistic_density, new=logistic_new,
    positive=(True, False), spread=_middle_spread,
)  # fmt: skip
GOMPERTZ = Curve(
    name="gompertz", parameters=("k", "middle"), share=gompertz, density=gompertz_density, new=gompertz_new,
    positive=(True, False), spread=_middle_spread,
)  # fmt: skip
CURVES = (BASS, LOGISTIC, GOMPERTZ)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A curve laid through observations: ``potential`` first, then the two parameters of the curve.

    ``status`` is ``settled``; ``at_edge`` where a parameter ran to the edge of what was searched, so that
    the observations do not say what it is; or ``not_settled``.
    """

    curve: Curve
    method: Method
    estimate: Float[np.ndarray, " parameter"]
    standard_error: Float[np.ndarray, " parameter"]
    residual_standard_error: float
    status: Literal["settled", "at_edge", "not_settled"]

    @property
    def potential(self) -> float:
        """How many there will be in all, in the unit of what was observed."""
        return float(self.estimate[0])


def fit(
    observed: Float[np.ndarray, " observation"],
    *,
    curve: Curve = BASS,
    method: Method = "density",
    time: Float[np.ndarray, " observation"] | None = None,
    start: Sequence[float] | None = None,
    spare: int = SPARE,
) -> Fit:
    """Lay a curve through observations by least squares.

    Parameters
    ----------
    observed
        Sales of each period (``density``, ``cdf_difference``) or a stock at its end (``level``).
    curve
        ``BASS``, ``LOGISTIC`` or ``GOMPERTZ``.
    method
        What is compared: m·f(t), m·(F(t) − F(t−1)), or m·F(t). They disagree, so the result names it.
    time
        Ends of the periods, one apart for sales; 1, 2, 3 ... unless given.
    start
        Where to begin: potential and the two parameters. Several places are tried otherwise.
    spare
        How many observations there must be beyond the three parameters, at least 1.

    Returns
    -------
    Fit
        Standard errors from the slopes at the optimum, s²(JᵀJ)⁻¹ with n − 3 degrees of freedom.

    Raises
    ------
    ValueError
        For fewer observations than the parameters and ``spare``, entries that are not finite, or a gap in
        the times of sales.

    Notes
    -----
    Parameters above zero are searched as logarithms (SciPy, trust region). Sources: Bass (1969);
    Srinivasan and Mason (1986), doi:10.1287/mksc.5.2.169, for ``cdf_difference``.

    Examples
    --------
    >>> sales = 1000 * bass_density(np.arange(1.0, 11), 0.01, 0.5)
    >>> fit(sales).estimate.round(4)
    array([1.e+03, 1.e-02, 5.e-01])
    """
    # Imported here: it takes longer to import than a scenario takes to run.
    from scipy.optimize import least_squares

    time = np.arange(1.0, len(observed) + 1) if time is None else time
    _check(observed, time, method, start, spare)
    logs = np.array([True, *curve.positive])
    size = _size(observed, method)
    edges = _edges(time, size, logs)

    def misses(at: Array) -> Array:
        return np.asarray((_told(curve, method, time, _plain(at, logs)) - observed) / size)

    found = [
        least_squares(misses, np.clip(each, *edges), jac="3-point", bounds=edges, x_scale="jac",
                      ftol=1e-15, xtol=1e-15, gtol=1e-15, max_nfev=2000)
        for each in _starts(curve, observed, time, size, logs, start)
    ]  # fmt: skip
    best = min(found, key=lambda each: float(each.cost))
    estimate = _plain(best.x, logs)
    rest = float(np.sqrt(2 * best.cost / (len(observed) - len(estimate))))
    error = rest * _spread_of(np.asarray(best.jac) / np.where(logs, estimate, 1.0))
    at_edge = bool(np.any(np.isclose(best.x, edges[0], atol=1e-6) | np.isclose(best.x, edges[1], atol=1e-6)))
    return Fit(
        curve=curve, method=method, estimate=estimate, standard_error=error, residual_standard_error=rest * size,
        status="not_settled" if best.status <= 0 else "at_edge" if at_edge else "settled",
    )  # fmt: skip


def _told(curve: Curve, method: Method, time: Array, at: Array) -> Array:
    """What the curve says should have been observed."""
    potential, first, second = (float(each) for each in at)
    if method == "density":
        return potential * curve.density(time, first, second)
    if method == "level":
        return potential * curve.share(time, first, second)
    return potential * (curve.share(time, first, second) - curve.share(time - 1.0, first, second))


def _plain(at: Array, logs: Mask) -> Array:
    return np.asarray(np.where(logs, np.exp(np.where(logs, at, 0.0)), at))


def _size(observed: Array, method: Method) -> float:
    """About how many have begun by the end of what was observed."""
    return float(observed.max() if method == "level" else observed.sum())


def _edges(time: Array, size: float, logs: Mask) -> tuple[Array, Array]:
    """What is searched: up to 10,000 times what was seen, and rates down to 1e-9 per unit of time."""
    span = float(time[-1] - time[0])
    low = np.where(logs, np.log(1e-9), time[0] - 10 * span)
    high = np.where(logs, np.log(100.0), time[-1] + 10 * span)
    low[0], high[0] = np.log(size * 0.5), np.log(size * 1e4)
    return low, high


def _starts(
    curve: Curve, observed: Array, time: Array, size: float, logs: Mask, start: Sequence[float] | None
) -> list[Array]:
    if start is not None:
        places = [tuple(start)]
    else:
        shapes = curve.spread(time, float(time[np.argmax(observed)]))
        places = [(size * times, *shape) for times in (1.05, 2.0, 8.0) for shape in shapes]
    return [np.where(logs, np.log(np.where(logs, place, 1.0)), np.array(place)) for place in places]


def _spread_of(slopes: Array) -> Array:
    """Square roots of the diagonal of (JᵀJ)⁻¹; without end where the observations say nothing."""
    _, triangle = np.linalg.qr(slopes)
    if np.any(np.abs(np.diag(triangle)) == 0.0):
        return np.full(slopes.shape[1], np.inf)
    return np.asarray(np.sqrt((np.linalg.inv(triangle) ** 2).sum(axis=1)))


def _check(observed: Array, time: Array, method: Method, start: Sequence[float] | None, spare: int) -> None:
    least = 3 + max(spare, 1)
    refuse(
        [f"{len(observed)} observations; a curve of 3 parameters needs {least}."] if len(observed) < least else [],
        [f"{len(time)} times for {len(observed)} observations."] if len(time) != len(observed) else [],
        [f"method `{method}` is not one of {', '.join(METHODS)}."] if method not in METHODS else [],
        ["observed holds values that are not finite; leave such periods out of the series."]
        if not np.isfinite(observed).all()
        else [],
        ["observed has nothing above zero; nothing has begun."]
        if np.isfinite(observed).all() and len(observed) and _size(observed, method) <= 0
        else [],
        ["time must grow, and be finite."] if not (np.isfinite(time).all() and (np.diff(time) > 0).all()) else [],
        ["sales have a gap: time must go up by 1."]
        if method != "level" and not np.allclose(np.diff(time), 1.0, rtol=0, atol=1e-9)
        else [],
        ["start needs three numbers: potential above 0 and the two parameters of the curve."]
        if start is not None and (len(start) != 3 or start[0] <= 0)
        else [],
    )
