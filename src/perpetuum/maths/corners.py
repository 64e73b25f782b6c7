"""The worst case when a few common factors move what every firm has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.debts import amount_problems
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
_MOST_FACTORS = 12


@dataclass(frozen=True, slots=True)
class Worst:
    """The corner with the largest total shortfall, in USD; ``shortfalls`` has every corner."""

    factors: Float[np.ndarray, " factor"]
    outside_assets: Float[np.ndarray, " firm"]
    shortfall: float
    corners: Float[np.ndarray, "corner factor"]
    shortfalls: Float[np.ndarray, " corner"]


def worst_corner(
    outside_assets: Float[np.ndarray, " firm"],
    exposure: Float[np.ndarray, "factor firm"],
    low: Float[np.ndarray, " factor"],
    high: Float[np.ndarray, " factor"],
    total_shortfall: Callable[[Array], Array],
) -> Worst:
    """Find the worst that factors between their limits can do together.

    Without default costs the total shortfall is convex in outside assets, so over a box of factors
    the worst case is one of its corners, and all corners can be tried.

    Parameters
    ----------
    outside_assets
        USD at factors of zero.
    exposure
        USD that one unit of a factor adds to the outside assets of each firm; may be negative.
    low, high
        Limits of each factor; at most 12 factors.
    total_shortfall
        Takes outside assets with a leading scenario axis and gives USD unpaid in each scenario,
        without default costs (with costs a worse point may lie inside the box).

    Notes
    -----
    2 to the power of the number of factors clearings, at most 4,096. Source: payments are
    concave in outside assets, Eisenberg and Noe (2001), doi:10.1287/mnsc.47.2.236.9835.

    Examples
    --------
    One firm owes 5 and has 6; a factor between -1 and 1 moves 3 of it.

    >>> unpaid = lambda assets: np.maximum(5 - assets, 0).sum(axis=1)
    >>> worst = worst_corner(np.array([6.0]), np.array([[3.0]]), np.array([-1.0]), np.array([1.0]), unpaid)
    >>> worst.factors, worst.shortfall
    (array([-1.]), 2.0)
    """
    if len(low) > _MOST_FACTORS:
        raise ValueError(f"{len(low)} factors have {2 ** len(low)} corners; give at most {_MOST_FACTORS}.")
    swapped = np.flatnonzero(~(np.isfinite(low) & np.isfinite(high) & (low <= high)))
    refuse([f"factor {k} runs from {low[k]} to {high[k]}; give two numbers, the lower first." for k in swapped])
    at_high = (np.arange(2 ** len(low))[:, None] >> np.arange(len(low))) % 2 == 1
    corners = np.where(at_high, high, low)
    assets = outside_assets + corners @ exposure
    refuse(amount_problems("outside_assets at a corner", assets)[:1])
    shortfalls = np.asarray(total_shortfall(assets), dtype=np.float64)
    worst = int(np.argmax(shortfalls))
    return Worst(corners[worst], assets[worst], float(shortfalls[worst]), corners, shortfalls)
