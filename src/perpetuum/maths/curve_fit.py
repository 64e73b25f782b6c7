"""Laying an adoption curve through observations, with the potential free or given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.adoption_curves import BASS, AdoptionCurve
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Method = Literal["density", "cdf_difference", "level"]
METHODS: tuple[Method, ...] = ("density", "cdf_difference", "level")
# A curve of k parameters is fitted to k + 3 observations or more.
SPARE = 3
# The potential that is searched, as a multiple of what was seen.
LEAST, MOST = 0.5, 1e4
# How far from the observations a steepest moment is searched, in spans of them: so far that the largest potential is
# reached before. A nearer edge would close intervals that the observations leave open.
MIDDLES = 1000.0
# How many of the proposed starts are followed to the end.
FOLLOWED = 4
PRECISE = 1e-13
# A sum of squares is flat at its bottom: its value needs fewer digits than its place.
ENOUGH = 1e-9
Slopes = Literal["2-point", "3-point"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveFit:
    """A curve laid through observations by least squares.

    ``estimate`` and ``standard_error`` hold the potential first, in the unit of the observations, then the
    parameters of the curve. ``rss`` is the sum of squared misses. ``status`` is ``settled``; ``at_edge``
    where a parameter ran to the edge of what was searched, so that the observations do not say what it is;
    or ``not_settled``.
    """

    curve: AdoptionCurve
    method: Method
    count: int
    estimate: Float[np.ndarray, " parameter"]
    standard_error: Float[np.ndarray, " parameter"]
    rss: float
    status: Literal["settled", "at_edge", "not_settled"]

    @property
    def potential(self) -> float:
        """How many there will be in all."""
        return float(self.estimate[0])

    @property
    def shape(self) -> tuple[float, ...]:
        """The parameters of the curve without the potential."""
        return tuple(float(each) for each in self.estimate[1:])

    @property
    def inflection(self) -> float:
        """The time at which most begin."""
        return float(self.curve.inflection(*self.shape))

    @property
    def residual_standard_error(self) -> float:
        """√(RSS / (n − k)), in the unit of the observations."""
        return float(np.sqrt(self.rss / (self.count - self.curve.count)))

    @property
    def root_mean_square(self) -> float:
        """√(RSS / n), in the unit of the observations."""
        return float(np.sqrt(self.rss / self.count))

    @property
    def bic(self) -> float:
        """n ln(RSS/n) + k ln n: smaller is better; only differences between curves mean something."""
        # A perfect fit has no logarithm; below what float64 can tell of the potential it counts as perfect.
        least = self.count * (self.potential * np.finfo(np.float64).eps) ** 2
        return float(self.count * np.log(max(self.rss, least) / self.count) + self.curve.count * np.log(self.count))

    def level(self, time: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
        """How many have begun by each time: m·F(t)."""
        return np.asarray(self.potential * self.curve.share(time, *self.shape))


def fit_curve(
    observed: Float[np.ndarray, " observation"],
    *,
    curve: AdoptionCurve = BASS,
    method: Method = "level",
    time: Float[np.ndarray, " observation"] | None = None,
    start: Sequence[float] | None = None,
    spare: int = SPARE,
) -> CurveFit:
    """Lay a curve through observations by least squares.

    Parameters
    ----------
    observed
        A stock at its dates (``level``), or sales of each period (``density``, ``cdf_difference``).
    curve
        One of ``SHOWN`` or ``GENERAL`` of ``maths.adoption_curves``.
    method
        What is compared: m·F(t), m·f(t), or m·(F(t) − F(t−1)). They disagree, so the result names it.
    time
        Since launch, growing; one apart for sales. 1, 2, 3 ... unless given.
    start
        Where to begin: the potential, then the parameters of the curve. Several places are tried otherwise.
    spare
        Observations needed beyond the number of parameters. Less than 3 only where no potential is read.

    Returns
    -------
    CurveFit
        Standard errors s²(JᵀJ)⁻¹ with n − k degrees of freedom; without end where nothing is said.

    Raises
    ------
    ValueError
        For too few observations, numbers that are not finite, times that do not grow, a gap in the years
        of sales, a time that is not after launch where the curve begins at launch, or a start that cannot be.

    Notes
    -----
    SciPy's trust region on logarithms, from several places; equal to R's ``nls`` to seven digits on the
    golden cases. Sources: Bass (1969); Srinivasan and Mason (1986), doi:10.1287/mksc.5.2.169.

    Examples
    --------
    >>> from perpetuum.maths.adoption_curves import LOGISTIC
    >>> time = np.arange(1.0, 9)
    >>> fit_curve(900 * LOGISTIC.share(time, 0.8, 4.0), curve=LOGISTIC, time=time).estimate.round(4)
    array([9.e+02, 8.e-01, 4.e+00])
    """
    time = np.arange(1.0, len(observed) + 1) if time is None else time
    check(observed, time, curve, method, spare)
    problem = Problem(observed=observed, time=time, curve=curve, method=method)
    starts = problem.starts() if start is None else [problem.searched(_place(curve, start))]
    found = [problem.solved(start) for start in starts]
    best = min(found, key=lambda each: float(each.cost))
    return problem.told(best)


def _place(curve: AdoptionCurve, start: Sequence[float]) -> Array:
    """A place to begin from, in plain parameters."""
    low = [0.0, *(0.0 if edge is not None else -np.inf for edge in curve.edges)]
    refuse(
        [f"start needs {curve.count} numbers: the potential and {', '.join(curve.parameters)}."]
        if len(start) != curve.count
        else [],
        ["start needs a potential and rates above 0."]
        if len(start) == curve.count and not all(value > least for value, least in zip(start, low, strict=True))
        else [],
    )
    return np.array(start, dtype=np.float64)


def at_potential(
    observed: Array, time: Array, curve: AdoptionCurve, method: Method, potential: float, starts: Sequence[Array]
) -> tuple[float, Array]:
    """The least sum of squares with the potential given, and the searched shape that has it.

    ``starts`` are places in searched form, from neighbours; the fit is the best from all of them.
    """
    problem = Problem(observed=observed, time=time, curve=curve, method=method, potential=potential)
    found = [problem.solved(start, ENOUGH, "2-point") for start in starts]
    best = min(found, key=lambda each: float(each.cost))
    return 2.0 * float(best.cost) * problem.size**2, np.asarray(best.x)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Observations, a curve, and the place where the two are compared; misses are in units of what was seen."""

    observed: Array
    time: Array
    curve: AdoptionCurve
    method: Method
    potential: float | None = None
    scale: float | None = None

    @cached_property
    def size(self) -> float:
        """About how many have begun by the end of what was observed, or the scale that is given instead."""
        return seen(self.observed, self.method) if self.scale is None else self.scale

    @cached_property
    def logs(self) -> Mask:
        """Which parameters are searched as logarithms."""
        shape = [edge is not None for edge in self.curve.edges]
        return np.array(shape if self.potential is not None else [True, *shape])

    @cached_property
    def edges(self) -> tuple[Array, Array]:
        """What is searched, in searched form."""
        span = float(self.time[-1] - self.time[0])
        around = (float(self.time[0]) - MIDDLES * span, float(self.time[-1]) + MIDDLES * span)
        bounds = [np.log(edge) if edge is not None else np.array(around) for edge in self.curve.edges]
        if self.potential is None:
            bounds = [np.log((LEAST * self.size, MOST * self.size)), *bounds]
        low, high = np.array(bounds).T
        return low, high

    def plain(self, at: Array) -> Array:
        """Searched numbers as the parameters they stand for, the potential first."""
        out = np.where(self.logs, np.exp(np.where(self.logs, at, 0.0)), at)
        return np.asarray(out if self.potential is None else np.r_[self.potential, out])

    def searched(self, place: Array) -> Array:
        """Parameters, the potential first, as the numbers that are searched."""
        return np.asarray(np.where(self.logs, np.log(np.where(self.logs, place, 1.0)), place))

    def misses(self, at: Array) -> Array:
        """What the curve says less what was observed, as shares of what was seen."""
        potential, *shape = self.plain(at)
        return np.asarray((potential * said(self.curve, self.method, self.time, shape) - self.observed) / self.size)

    def starts(self) -> list[Array]:
        """The best of the places that the curve proposes, each with the potential that suits it best."""
        steepest = float(self.time[np.argmax(grown(self.observed, self.time, self.method))])
        told = []
        for shape in self.curve.places(self.time, steepest):
            share = said(self.curve, self.method, self.time, shape)
            fits = float(self.observed @ share) / max(float(share @ share), 1e-300)
            potential = float(np.clip(fits, 1.001 * LEAST * self.size, 0.999 * MOST * self.size))
            miss = float(np.sum((potential * share - self.observed) ** 2))
            told.append((miss, self.searched(np.array([potential, *shape]))))
        told.sort(key=lambda each: each[0])
        return [place for _, place in told[:FOLLOWED]]

    def solved(self, start: Array, tolerance: float = PRECISE, slopes: Slopes = "3-point") -> Any:
        """The bottom below one start."""
        # Imported here: it takes longer to import than a scenario takes to run.
        from scipy.optimize import least_squares

        low, high = self.edges
        inside = np.clip(start, low + 1e-9, high - 1e-9)
        return least_squares(self.misses, inside, jac=slopes, bounds=(low, high), x_scale="jac",
                             ftol=tolerance, xtol=tolerance, gtol=tolerance, max_nfev=600)  # fmt: skip

    def near(self, start: Array, tolerance: float = 1e-6) -> Array:
        """The bottom near a good start, quickly, in searched form: for histories that are redrawn many times."""
        from scipy.optimize import least_squares

        low, high = self.edges

        def misses(at: Array) -> Array:
            return self.misses(np.clip(at, low, high))

        found = least_squares(misses, start, method="lm", ftol=tolerance, xtol=tolerance, gtol=tolerance, max_nfev=200)
        return np.asarray(np.clip(found.x, low, high))

    def told(self, best: Any) -> CurveFit:
        """The answer in plain parameters, with errors and status."""
        estimate, rss = self.plain(best.x), 2.0 * float(best.cost)
        low, high = self.edges
        free = len(self.observed) - self.curve.count
        slopes = np.asarray(best.jac) / np.where(self.logs, estimate, 1.0)
        at_edge = bool(np.any((best.x - low < 1e-4) | (high - best.x < 1e-4)))
        return CurveFit(
            curve=self.curve, method=self.method, count=len(self.observed), estimate=estimate,
            standard_error=np.sqrt(rss / free) * spread(slopes), rss=rss * self.size**2,
            status="not_settled" if best.status <= 0 else "at_edge" if at_edge else "settled",
        )  # fmt: skip


def said(curve: AdoptionCurve, method: Method, time: Array, shape: Sequence[float]) -> Array:
    """What the curve says should have been observed, as a share of the potential."""
    if method == "density":
        return curve.density(time, *shape)
    if method == "level":
        return curve.share(time, *shape)
    return np.asarray(curve.share(time, *shape) - curve.share(time - 1.0, *shape))


def seen(observed: Array, method: Method) -> float:
    """About how many have begun by the end of what was observed."""
    return float(observed.max() if method == "level" else observed.sum())


def grown(observed: Array, time: Array, method: Method) -> Array:
    """How fast it grows at each observation."""
    return np.asarray(np.gradient(observed, time) if method == "level" else observed)


def spread(slopes: Array) -> Array:
    """Square roots of the diagonal of (JᵀJ)⁻¹; without end where the observations say nothing."""
    with np.errstate(over="ignore"):
        scale = np.linalg.norm(slopes, axis=0)
    if not (np.isfinite(scale).all() and (scale > 0).all()):
        return np.full(slopes.shape[1], np.inf)
    _, triangle = np.linalg.qr(slopes / scale)
    if np.any(np.abs(np.diag(triangle)) < 1e-12):
        return np.full(slopes.shape[1], np.inf)
    return np.asarray(np.sqrt((np.linalg.inv(triangle) ** 2).sum(axis=1)) / scale)


def check(observed: Array, time: Array, curve: AdoptionCurve, method: Method, spare: int = SPARE) -> None:
    """Refuse what no curve can be laid through."""
    least, finite = curve.count + spare, bool(np.isfinite(observed).all() and np.isfinite(time).all())
    from_launch = curve.name in ("bass", "gamma_shifted_gompertz")
    refuse(
        [f"{len(observed)} observations; a curve of {curve.count} parameters needs {least}."]
        if len(observed) < least
        else [],
        [f"{len(time)} times for {len(observed)} observations; give one for each."]
        if len(time) != len(observed)
        else [],
        [f"method `{method}` is not one of {', '.join(METHODS)}."] if method not in METHODS else [],
        ["observations or times are not finite; they must be finite: leave a period without a figure out."]
        if not finite
        else [],
        ["observed holds numbers below zero; nobody begins a negative number of times."]
        if finite and (observed < 0).any()
        else [],
        ["observed has nothing above zero; nothing has begun."]
        if finite and len(observed) and not (observed > 0).any()
        else [],
        ["times must grow; put the observations in order of date, one for each."]
        if finite and not (np.diff(time) > 0).all()
        else [],
        ["sales have a gap: years must go up by 1; a missing year is not a year without sales."]
        if finite and method != "level" and not np.allclose(np.diff(time), 1.0, rtol=0, atol=1e-9)
        else [],
        [f"the curve `{curve.name}` begins at launch, so every time must be above 0; here one is {time.min():g}."]
        if finite and from_launch and len(time) and time.min() <= 0
        else [],
    )
