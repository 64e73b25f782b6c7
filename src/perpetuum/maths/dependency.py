"""Firms that own shares of each other: what one loses by failing, all its owners lose, and some of them fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.refusals import amounts, holdings, numbers, refuse
from perpetuum.maths.shapes import Bool, Float, Int

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
# Rounding, as a share of the money involved: a value nearer to its threshold than this is at it, and stands.
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Market values in USD, who has failed, and in which wave each fate was decided (0: at once).

    From nobody failed, ``wave`` says when each failed; from everybody failed, when each was saved.
    """

    values: Float[np.ndarray, " firm"]
    failed: Bool[np.ndarray, " firm"]
    wave: Int[np.ndarray, " firm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """Whose assets each value rests on, and the two ends.

    ``matrix[i, j]`` is the part of j's assets that outside owners of i own in the end; columns sum to
    one. ``error_bound`` bounds the errors of a column, summed.
    """

    matrix: Float[np.ndarray, "firm firm"]
    best: Outcome
    worst: Outcome
    status: Literal["settled", "not_settled"]
    error_bound: float


def elliott_golub_jackson(
    owned: Float[np.ndarray, "firm firm"],
    assets: Float[np.ndarray, " firm"],
    thresholds: Float[np.ndarray, " firm"],
    failure_costs: Float[np.ndarray, " firm"],
) -> Dependency:
    """Waves of failure among firms that own each other, in the best and in the worst case.

    Parameters
    ----------
    owned
        Fraction of the column's shares that the row holds.
    assets
        USD of assets outside the network.
    thresholds
        USD; a firm fails if its market value is strictly below.
    failure_costs
        USD of assets that failing destroys.

    Returns
    -------
    Dependency
        ``best`` starts with nobody failed, ``worst`` with everybody. Exact but for rounding;
        ``not_settled`` where firms own each other so nearly wholly that rounding decides.

    Raises
    ------
    ValueError
        With every impossible entry: NaN, negative amounts, shares in oneself, more than all shares
        of a firm, firms that own each other wholly.

    Notes
    -----
    C[i, j] = owned, hat C_j = 1 - sum over i of C_ij, A = hat C (I - C)^-1, v = A (assets - cost where
    v < threshold). Source: Elliott, Golub and Jackson (2014), doi:10.1257/aer.104.10.3115.

    Examples
    --------
    Two firms own half of each other:

    >>> half = np.array([[0, 0.5], [0.5, 0]])
    >>> out = elliott_golub_jackson(half, np.array([1.0, 0.7]), np.full(2, 0.9), np.full(2, 0.5))
    >>> out.best.values, out.best.wave
    (array([0.4, 0.3]), array([2, 1]))
    """
    firms = (len(owned),)
    refuse(holdings("owned", owned), numbers("assets", assets, firms), numbers("thresholds", thresholds, firms))
    refuse(amounts("failure_costs", failure_costs, firms))
    matrix, bound = dependency_matrix(owned)
    best = _waves(matrix, assets, thresholds, failure_costs, np.zeros(firms, dtype=bool))
    worst = _waves(matrix, assets, thresholds, failure_costs, np.ones(firms, dtype=bool))
    status: Literal["settled", "not_settled"] = "settled" if bound <= 1e-9 else "not_settled"
    return Dependency(matrix=matrix, best=best, worst=worst, status=status, error_bound=bound)


def dependency_matrix(owned: Float[np.ndarray, "firm firm"]) -> tuple[Float[np.ndarray, "firm firm"], float]:
    """Whose assets the values rest on, and a bound on the error of a column.

    Notes
    -----
    If R = I - (I - C) X and its largest column sum is r < 1, the inverse lies within |X| r / (1 - r) of X.

    Examples
    --------
    >>> dependency_matrix(np.array([[0, 0.5], [0.5, 0]]))[0].round(3)
    array([[0.667, 0.333], [0.333, 0.667]])
    """
    one = np.eye(len(owned))
    whole = np.linalg.inv(one - owned)
    # The product is rounded as well, and the factors outside are shares.
    rounding = 4 * np.finfo(float).eps * len(owned) * (one + np.abs(one - owned) @ np.abs(whole))
    missed = float((np.abs(one - (one - owned) @ whole) + rounding).sum(axis=0).max(initial=0.0))
    bound = float(np.abs(whole).sum(axis=0).max(initial=0.0)) * missed / (1 - missed) if missed < 1 else float("inf")
    matrix: Array = np.maximum(0.0, (1.0 - owned.sum(axis=0))[:, None] * whole)
    return matrix, bound


def _waves(matrix: Array, assets: Array, thresholds: Array, costs: Array, failed: Mask) -> Outcome:
    """Wave by wave until nobody's fate changes; fates change one way only, so at most one wave a firm."""
    began_standing = not failed.any()
    wave = np.zeros(len(assets), dtype=np.int64)
    while True:
        values = matrix @ (assets - np.where(failed, costs, 0.0))
        gross = matrix @ (np.abs(assets) + costs)
        below = values < thresholds - ROUNDING * np.maximum(gross, np.abs(thresholds))
        turned = below & ~failed if began_standing else failed & ~below
        if not turned.any():
            return Outcome(values=values, failed=failed, wave=wave)
        wave[turned] = wave.max() + 1
        failed = failed ^ turned
