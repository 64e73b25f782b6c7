"""The shapes that adoption may take: three that are always shown together, and two that contain them.

Each is a share of all who will ever begin, its slope, and the moment at which the slope is largest.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.diffusion import (
    STEEPEST,
    bass,
    bass_density,
    bass_peak,
    gompertz,
    gompertz_density,
    logistic,
    logistic_density,
)
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
Times = Float[np.ndarray, "*shape"]
Places = Iterable[tuple[float, ...]]
# Rates per unit of time that a fit searches; a middle is searched around the observations instead.
RATES = (1e-9, 100.0)
MOST_STEPS = 400


def gamma_shifted_gompertz(time: Times, b: float, eta: float, alpha: float) -> Times:
    """Share that has begun by a time: (1 − e^−bt)(1 + η e^−bt)^−α.

    With α = 1 it is Bass's curve, with b = p + q and η = q/p. All three above 0, ``b`` per unit of time.
    Source: Bemmaor (1994), in Laurent, Lilien and Pras (eds), Research Traditions in Marketing.

    Examples
    --------
    >>> gamma_shifted_gompertz(np.array([1.0]), 0.41, 0.38 / 0.03, 1.0).round(6)
    array([0.035758])
    """
    left = np.exp(-b * time)
    return np.asarray((1.0 - left) * (1.0 + eta * left) ** -alpha)


def gamma_shifted_gompertz_density(time: Times, b: float, eta: float, alpha: float) -> Times:
    """Share that begins per unit of time: the slope of :func:`gamma_shifted_gompertz`.

    Examples
    --------
    >>> gamma_shifted_gompertz_density(np.array([0.0]), 0.41, 0.38 / 0.03, 1.0).round(3)
    array([0.03])
    """
    left = np.exp(-b * time)
    wide = 1.0 + eta * left
    return np.asarray(b * left * (wide**-alpha + alpha * eta * (1.0 - left) * wide ** (-alpha - 1.0)))


def richards(time: Times, k: float, middle: float, nu: float) -> Times:
    """Share that has begun by a time: (1 + ν e^−k(t−t₀))^(−1/ν), steepest at ``middle``.

    With ν = 1 it is the logistic curve, with ν towards 0 Gompertz's. ``k`` (per unit of time) and ν above 0.
    Source: Richards (1959), doi:10.1093/jxb/10.2.290.

    Examples
    --------
    >>> richards(np.array([4.0]), 0.5, 4.0, 1.0), richards(np.array([4.0]), 0.5, 4.0, 1e-6).round(4)
    (array([0.5]), array([0.3679]))
    """
    return np.asarray(np.exp(-np.log1p(nu * _left(time, k, middle)) / nu))


def richards_density(time: Times, k: float, middle: float, nu: float) -> Times:
    """Share that begins per unit of time: the slope of :func:`richards`.

    Examples
    --------
    >>> richards_density(np.array([4.0]), 0.5, 4.0, 1.0)
    array([0.125])
    """
    left = _left(time, k, middle)
    return np.asarray(k * left * np.exp(-(1.0 + 1.0 / nu) * np.log1p(nu * left)))


def _left(time: Times, k: float, middle: float) -> Times:
    # Half of what overflows, so that one more product does not.
    return np.asarray(np.exp(np.minimum(-k * (time - middle), STEEPEST / 2)))


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionCurve:
    """A shape with its parameters, and what a fit has to know of it.

    ``edges`` bounds each parameter above 0, and is nothing for a moment in time; ``inflection`` gives the
    time of the largest slope; ``places`` proposes shapes to start from, given the times of the observations
    and the time at which they grow most.
    """

    name: str
    parameters: tuple[str, ...]
    share: Callable[..., Array]
    density: Callable[..., Array]
    inflection: Callable[..., float]
    edges: tuple[tuple[float, float] | None, ...]
    places: Callable[[Array, float], Places]

    @property
    def count(self) -> int:
        """How many numbers a fit finds: the potential and the parameters of the shape."""
        return 1 + len(self.parameters)


def _bass_inflection(p: float, q: float) -> float:
    return bass_peak(p, q).time


def _steepest(b: float, eta: float, alpha: float) -> float:
    """Where the slope is largest, by a grid over what matters and then by halving it."""
    low, high = 0.0, (math.log1p(eta * max(alpha, 1.0)) + 5.0) / b
    while high - low > 1e-9 / b:
        time = np.linspace(low, high, MOST_STEPS)
        best = int(np.argmax(gamma_shifted_gompertz_density(time, b, eta, alpha)))
        low, high = float(time[max(best - 1, 0)]), float(time[min(best + 1, MOST_STEPS - 1)])
    return (low + high) / 2


def _bass_places(time: Array, _: float) -> Places:
    # Rates of a product that takes a life of 10, in units of the span observed.
    pace = 10.0 / max(float(time[-1]), 1e-9)
    shapes = ((0.03, 0.38), (0.003, 0.6), (0.0003, 1.2), (0.1, 0.1), (0.01, 0.2))
    return tuple((p * each, q * each) for each in (1.0, pace) for p, q in shapes)


def _gamma_places(time: Array, steepest: float) -> Places:
    return tuple((p + q, q / p, alpha) for p, q in _bass_places(time, steepest) for alpha in (0.5, 1.0, 3.0))


def _middle_places(time: Array, steepest: float) -> Places:
    span = float(time[-1] - time[0])
    return tuple(itertools.product((2 / span, 5 / span, 12 / span), (steepest, float(time[-1]))))


def _richards_places(time: Array, steepest: float) -> Places:
    return tuple((*place, nu) for place in _middle_places(time, steepest) for nu in (0.2, 1.0, 3.0))


def _middle(_: float, middle: float, __: float = 1.0) -> float:
    return middle


BASS = AdoptionCurve(
    name="bass", parameters=("p", "q"), share=bass, density=bass_density, inflection=_bass_inflection,
    edges=(RATES, RATES), places=_bass_places,
)  # fmt: skip
LOGISTIC = AdoptionCurve(
    name="logistic", parameters=("k", "middle"), share=logistic, density=logistic_density, inflection=_middle,
    edges=(RATES, None), places=_middle_places,
)  # fmt: skip
GOMPERTZ = AdoptionCurve(
    name="gompertz", parameters=("k", "middle"), share=gompertz, density=gompertz_density, inflection=_middle,
    edges=(RATES, None), places=_middle_places,
)  # fmt: skip
GAMMA_SHIFTED_GOMPERTZ = AdoptionCurve(
    name="gamma_shifted_gompertz", parameters=("b", "eta", "alpha"), share=gamma_shifted_gompertz,
    density=gamma_shifted_gompertz_density, inflection=_steepest,
    edges=(RATES, (1e-6, 1e9), (1e-3, 1e3)), places=_gamma_places,
)  # fmt: skip
RICHARDS = AdoptionCurve(
    name="richards", parameters=("k", "middle", "nu"), share=richards, density=richards_density,
    inflection=_middle, edges=(RATES, None, (1e-3, 50.0)), places=_richards_places,
)  # fmt: skip
# Always shown together; a choice among them is a larger source of doubt than the noise of the observations.
SHOWN = (BASS, LOGISTIC, GOMPERTZ)
GENERAL = (GAMMA_SHIFTED_GOMPERTZ, RICHARDS)
