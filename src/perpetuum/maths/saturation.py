"""How many there will be in all: an interval always, a point only when the observations have earned it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.adoption_curves import BASS, SHOWN, AdoptionCurve
from perpetuum.maths.curve_fit import LEAST, MOST, SPARE, CurveFit, Method, at_potential, fit_curve, seen
from perpetuum.maths.refusals import refuse, share
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
# The three rules of a point for the potential.
PAST_INFLECTION = 2
WIDEST = 2.0
FURTHEST_APART = 1.5
# Steps from the best potential to the edge of the search, and how closely an end is found between two of them.
GRID, CLOSE = 24, 1e-6
Rule = Literal["past_inflection", "narrow_interval", "curves_agree"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All potentials that the observations do not contradict, in their unit.

    ``upper`` is infinite where no end was found. ``floor`` is what is already sold, or 0 for a stock;
    ``lower`` is that floor where the observations rule out nothing above it (``lower_open``).
    """

    level: float
    lower: float
    upper: float
    floor: float

    @property
    def bounded(self) -> bool:
        """Whether both ends were found by the observations."""
        return not self.lower_open and bool(np.isfinite(self.upper))

    @property
    def lower_open(self) -> bool:
        """Whether the lower end is only what is already there."""
        return self.lower <= self.floor

    @property
    def ratio(self) -> float:
        """Upper over lower end; infinite where an end is open."""
        return self.upper / self.lower if self.bounded else float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturation:
    """What can be said of the potential.

    ``point`` is nothing unless all rules hold; then it is the mean of the curves in logarithms, weighted by
    BIC. ``lower`` and ``upper`` reach over the intervals of all curves. ``failed`` names the rules that do
    not hold, in order; ``after_inflection`` counts observations after it, for each curve.
    """

    fits: tuple[CurveFit, ...]
    profiles: tuple[Profile, ...]
    weights: tuple[float, ...]
    after_inflection: tuple[int, ...]
    failed: tuple[Rule, ...]
    point: float | None
    lower: float
    upper: float


def profile_saturation(
    observed: Float[np.ndarray, " observation"],
    *,
    curve: AdoptionCurve = BASS,
    method: Method = "cdf_difference",
    time: Float[np.ndarray, " observation"] | None = None,
    level: float = 0.95,
    best: CurveFit | None = None,
    spare: int = SPARE,
) -> Profile:
    """All potentials m with RSS(m) ≤ RSS_min·(1 + F/(n − k)), the other parameters fitted anew for each.

    Parameters
    ----------
    observed, curve, method, time, spare
        As for ``curve_fit.fit_curve``.
    level
        Share of cases in which such an interval should hold the truth, if the curve is the right one.
    best
        The fit with the potential free, if it is at hand.

    Returns
    -------
    Profile
        An end that is not found within 10,000 times what was seen is infinite, never the edge of the search.

    Raises
    ------
    ValueError
        As ``curve_fit.fit_curve``, and for a level that is no share.

    Notes
    -----
    F is the quantile of the F distribution with 1 and n − k degrees of freedom. Fewer than what is sold
    cannot be sold in all, so that is where the search for sales begins. Source: Bates and Watts (1988),
    Nonlinear Regression Analysis, section 6.1.

    Examples
    --------
    Six years of room air conditioners (thousands) do not say how many will be sold in all; 13 years do:

    >>> sold = np.array([96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500.0])
    >>> profile_saturation(sold[:6]).upper
    inf
    >>> later = profile_saturation(sold)
    >>> round(later.lower, -1), round(later.upper, -1)
    (16040.0, 22570.0)
    """
    # Imported here: it takes longer to import than a scenario takes to run.
    from scipy.special import fdtri

    refuse(share("level", level))
    time = np.arange(1.0, len(observed) + 1) if time is None else time
    found = best or fit_curve(observed, curve=curve, method=method, time=time, spare=spare)
    free = len(observed) - found.curve.count
    allowed = found.rss * (1.0 + float(fdtri(1.0, free, level)) / free)
    search = _Search(observed, time, found, allowed)
    size = seen(observed, found.method)
    floor = 0.0 if found.method == "level" else size
    nearest = LEAST * 0.1 * size if found.method == "level" else size
    lower, upper = search.end(nearest), search.end(MOST * size)
    return Profile(
        level=level, floor=floor, lower=floor if lower is None else lower, upper=np.inf if upper is None else upper
    )


class _Search:
    """Walks away from the best fit, each step starting from the shape that the last one found."""

    def __init__(self, observed: Array, time: Array, found: CurveFit, allowed: float) -> None:
        self.observed, self.time, self.found, self.allowed = observed, time, found, allowed
        logs = np.array([edge is not None for edge in found.curve.edges])
        shape = found.estimate[1:]
        self.shape = np.where(logs, np.log(np.where(logs, shape, 1.0)), shape)

    def miss(self, potential: float, *starts: Array) -> tuple[float, Array]:
        """The sum of squares at one potential, and the shape that has it."""
        found = self.found
        return at_potential(self.observed, self.time, found.curve, found.method, potential, starts)

    def end(self, edge: float) -> float | None:
        """Where the sum of squares passes what is allowed for the last time before the edge; nothing if never."""
        grid = np.geomspace(max(self.found.potential, 1e-300), edge, GRID)
        shape, walked = self.shape, [(float(grid[0]), self.found.rss, self.shape)]
        for potential in grid[1:]:
            rss, shape = self.miss(float(potential), shape)
            walked.append((float(potential), rss, shape))
        inside = [n for n, (_, rss, _) in enumerate(walked) if rss <= self.allowed]
        last = max(inside, default=0)
        if last == len(walked) - 1:
            return None
        return self._between(walked[last], walked[last + 1])

    def _between(self, inside: tuple[float, float, Array], outside: tuple[float, float, Array]) -> float:
        # Imported here: it takes longer to import than a scenario takes to run.
        from scipy.optimize import brentq

        def beyond(logarithm: float) -> float:
            return self.miss(math.exp(logarithm), inside[2], outside[2])[0] / self.allowed - 1.0

        return math.exp(float(brentq(beyond, math.log(inside[0]), math.log(outside[0]), xtol=CLOSE)))


def saturation(
    observed: Float[np.ndarray, " observation"],
    *,
    method: Method = "level",
    time: Float[np.ndarray, " observation"] | None = None,
    curves: tuple[AdoptionCurve, ...] = SHOWN,
    level: float = 0.95,
) -> Saturation:
    """Read the potential off several curves together, and refuse a point that is not earned.

    A point needs all of: two observations after the fitted inflection of every curve; every interval
    bounded, its upper end at most twice the lower; and potentials that differ by at most half.

    Parameters
    ----------
    observed, method, time, level
        As for :func:`profile_saturation`.
    curves
        All that are shown.

    Returns
    -------
    Saturation
        With an interval always.

    Raises
    ------
    ValueError
        As ``curve_fit.fit_curve``, and where no curve is given.

    Examples
    --------
    >>> early = np.array([1.0, 2, 4, 8, 15, 26, 40])
    >>> saturation(early).point is None, saturation(early).failed[0]
    (True, 'past_inflection')
    """
    refuse([] if curves else ["no curve is given; give at least one."])
    time = np.arange(1.0, len(observed) + 1) if time is None else time
    fits = tuple(fit_curve(observed, curve=curve, method=method, time=time) for curve in curves)
    profiles = tuple(
        profile_saturation(observed, curve=fit.curve, method=method, time=time, level=level, best=fit) for fit in fits
    )
    return judged(fits, profiles, time)


def judged(
    fits: tuple[CurveFit, ...], profiles: tuple[Profile, ...], time: Float[np.ndarray, " observation"]
) -> Saturation:
    """What the three rules say of fits and their intervals."""
    after = tuple(int(np.sum(time > fit.inflection)) for fit in fits)
    potentials = [fit.potential for fit in fits]
    holds: dict[Rule, bool] = {
        "past_inflection": min(after) >= PAST_INFLECTION,
        "narrow_interval": all(profile.ratio <= WIDEST for profile in profiles),
        "curves_agree": max(potentials) <= FURTHEST_APART * min(potentials),
    }
    failed = tuple(rule for rule, kept in holds.items() if not kept)
    weights = bic_weights(fits)
    return Saturation(
        fits=fits, profiles=profiles, weights=weights, after_inflection=after, failed=failed,
        point=None if failed else float(np.exp(np.log(potentials) @ np.array(weights))),
        lower=min(profile.lower for profile in profiles), upper=max(profile.upper for profile in profiles),
    )  # fmt: skip


def bic_weights(fits: tuple[CurveFit, ...]) -> tuple[float, ...]:
    """How much each curve counts, by e^(−BIC/2); they sum to 1.

    Source: Burnham and Anderson (2004), doi:10.1177/0049124104268644.
    """
    bic = np.array([fit.bic for fit in fits])
    shares = np.exp(-(bic - bic.min()) / 2)
    return tuple(float(each) for each in shares / shares.sum())


def bass_fit_diagnostic(
    sales: Float[np.ndarray, " period"],
    method: Method = "cdf_difference",
    *,
    time: Float[np.ndarray, " period"] | None = None,
) -> Saturation:
    """Whether sales tell how many will be sold in all, on Bass's curve alone.

    The rule about several curves holds by itself here, so a point is more easily earned than it should
    be; :func:`saturation` over all curves has the last word.

    Examples
    --------
    >>> sold = np.array([96, 195, 238, 380, 1045, 1230.0])
    >>> found = bass_fit_diagnostic(sold)
    >>> found.point is None, round(found.lower), found.upper
    (True, 3184, inf)
    """
    return saturation(sales, method=method, time=time, curves=(BASS,))
