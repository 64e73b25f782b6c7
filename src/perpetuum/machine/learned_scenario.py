"""What was learned, as a scenario of its own: new middles and narrower spreads for what the data move."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, Law, Scenario, Spread
from perpetuum.core.text import Text
from perpetuum.machine.free import Free
from perpetuum.machine.learned import Posterior
from perpetuum.maths.chance import LAWS, LOGNORMAL, NORMAL, TRIANGULAR
from perpetuum.maths.importance import moments, quantiles
from perpetuum.maths.laws import quantiles_of_law

Floats = NDArray[np.float64]
Shape = tuple[int, float, float, float]  # a law and its numbers, as maths/chance.py reads them
DIGITS = 4  # significant digits, as a file has them
LEVELS = np.linspace(0.02, 0.98, 49)
INSIDE = 3.0  # deviations that must lie within the ends of what was believed


def as_scenario(found: Posterior, *, id: str, name: Text, about: Text, because: Text) -> Scenario:
    """Only the lines that differ from the scenario it was learned from, which is its base.

    Each parameter that the data move gets the law that comes nearest to what was found; all others keep theirs. Laws
    stand alone, so correlations are lost: a question that turns on them asks the posterior itself.
    """
    changes, spreads = [], []
    addresses = [one.address for one in found.free]
    for learned in found.moved:
        n = addresses.index(learned.address)
        law, a, b, c = nearest(found.free[n], found.values[:, n], found.weights)
        middle = b if law == TRIANGULAR else a
        changes.append(Change(target=learned.address, to=Quantity(middle, learned.unit), because=because))
        spreads.append(_spread(learned.address, learned.unit, law, a, b, c))
    return Scenario(
        id=id, name=name, about=about, base=found.scenario.id, opening=found.scenario.opening,
        changes=tuple(changes), spreads=tuple(spreads), spread_ranges=found.scenario.spread_ranges,
    )  # fmt: skip


def nearest(one: Free, values: Floats, weights: Floats) -> Shape:
    """The law whose quantiles come nearest to those of a weighted sample, in the mean over 2 to 98 %."""
    counts = weights > 0.0
    x, w = values[counts], weights[counts]
    wanted = quantiles(x, w, LEVELS)
    found = moments(x, w)
    deviation = math.sqrt(found.variance)
    low, high = one.ends
    shapes: list[Shape] = [_triangle(wanted, low, high)]
    if low <= found.mean - INSIDE * deviation and found.mean + INSIDE * deviation <= high:
        shapes.append((NORMAL, _rounded(found.mean), _rounded(deviation), 0.0))
    if one.law == LOGNORMAL and (x > 0.0).all():
        logs = moments(np.log(x), w)
        shapes.append((LOGNORMAL, _rounded(math.exp(logs.mean)), _rounded(math.sqrt(logs.variance)), 0.0))
    return min(shapes, key=lambda shape: float(np.abs(_quantiles(shape) - wanted).mean()))


def _triangle(wanted: Floats, low: float, high: float) -> Shape:
    """The triangle within two ends whose quantiles come nearest."""
    # Imported here: it takes longer to import than a scenario takes to run.
    from scipy.optimize import least_squares

    wide = high - low

    def corners(point: Floats) -> tuple[float, float, float]:
        first, middle, last = np.sort(low + wide * np.clip(point, 0.0, 1.0)).tolist()
        return first, middle, max(last, first + 1e-9 * wide)

    def missed(point: Floats) -> Floats:
        return np.asarray((_quantiles((TRIANGULAR, *corners(point))) - wanted) / wide)

    start = (np.array([wanted[0], wanted[24], wanted[-1]]) - low) / wide
    out = least_squares(missed, np.clip(start, 1e-3, 1.0 - 1e-3), bounds=(0.0, 1.0))
    first, middle, last = (_rounded(corner) for corner in corners(out.x))
    return TRIANGULAR, max(first, low), min(max(middle, low), high), min(last, high)


def _quantiles(shape: Shape) -> Floats:
    law, a, b, c = shape
    return quantiles_of_law(law, a, b, c, LEVELS)


def _spread(address: str, unit: str, law: int, a: float, b: float, c: float) -> Spread:
    name: Law = "triangular" if law == TRIANGULAR else "normal" if law == NORMAL else "lognormal"
    assert LAWS[law] == name
    if law == TRIANGULAR:
        return Spread(of=address, law=name, low=Quantity(a, unit), high=Quantity(c, unit))
    return Spread(of=address, law=name, sd=Quantity(b, unit if law == NORMAL else "ratio"))


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
