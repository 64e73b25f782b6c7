"""A debt is worth less the likelier its debtor is to default before it falls due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from perpetuum.maths.one_sided import MOST_ROUNDS, Status, from_above
from perpetuum.maths.refusals import amounts, debts, positive, refuse, shares
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
Chance = Callable[[Array, Array, Array], Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExAnte:
    """Equity in USD (may be negative), the share of face value each one's debts are worth, and why.

    ``history`` is equity by round, from face value down. ``error_bound`` bounds the error of equity
    as a share of ``size``, the larger of debt and assets at face value.
    """

    equity: Float[np.ndarray, " firm"]
    equity_at_face_value: Float[np.ndarray, " firm"]
    valuation: Float[np.ndarray, " firm"]
    default_probability: Float[np.ndarray, " firm"]
    size: Float[np.ndarray, " firm"]
    history: Float[np.ndarray, "round firm"]
    status: Status
    error_bound: float
    rounds: int


def black_cox(
    owed: Float[np.ndarray, "firm firm"],
    owed_outside: Float[np.ndarray, " firm"],
    outside_assets: Float[np.ndarray, " firm"],
    sigma: Float[np.ndarray, " firm"],
    recovery: Float[np.ndarray, " firm"],
    *,
    tolerance: float = 1e-9,
    most_rounds: int = MOST_ROUNDS,
) -> ExAnte:
    """Debts valued by the chance that outside assets touch the barrier within one term.

    Parameters
    ----------
    owed, owed_outside
        USD, never negative; row owes column. (The paper writes the transpose: row is owed by column.)
    outside_assets
        USD, never negative, after the shock.
    sigma
        Volatility of each one's outside assets over the term of the debts, above zero.
    recovery
        Share of its debts that each pays if it defaults, between 0 and 1.
    tolerance, most_rounds
        ``settled`` only if the proven error is within the one, ``ran_out_of_rounds`` after the other.

    Returns
    -------
    ExAnte
        The greatest solution: the sweeps start from face value.

    Notes
    -----
    E_i = outside assets + sum over j of owed[j, i] * (1 - (1 - R_j) * PD_j(E_j)) - debt, PD as in
    ``black_cox_probability``. Sources: Barucca et al. (2020), doi:10.1111/mafi.12272; Black and Cox
    (1976), doi:10.1111/j.1540-6261.1976.tb01891.x.

    Examples
    --------
    A owes B 1 and is nearly worth nothing; B owns little else:

    >>> owed = np.array([[0.0, 1.0], [0.0, 0.0]])
    >>> args = np.zeros(2), np.array([1.1, 1.0]), np.full(2, 0.1), np.full(2, 0.4)
    >>> out = black_cox(owed, *args)
    >>> out.default_probability.round(3), out.equity.round(3)
    (array([0.357, 0.   ]), array([0.1  , 1.786]))
    """
    return _valued(owed, owed_outside, outside_assets, sigma, recovery, black_cox_probability, tolerance, most_rounds)


def merton(
    owed: Float[np.ndarray, "firm firm"],
    owed_outside: Float[np.ndarray, " firm"],
    outside_assets: Float[np.ndarray, " firm"],
    sigma: Float[np.ndarray, " firm"],
    recovery: Float[np.ndarray, " firm"],
    *,
    tolerance: float = 1e-9,
    most_rounds: int = MOST_ROUNDS,
) -> ExAnte:
    """Debts valued by the chance that outside assets end the term below the barrier; else as ``black_cox``.

    Notes
    -----
    Source: Barucca et al. (2020), doi:10.1111/mafi.12272; Merton (1974),
    doi:10.1111/j.1540-6261.1974.tb03058.x. The chance jumps to 1 where equity reaches zero, so a firm
    exactly there may leave it ``not_settled``.

    Examples
    --------
    >>> owed = np.array([[0.0, 1.0], [0.0, 0.0]])
    >>> merton(owed, np.zeros(2), np.array([1.1, 1.0]), np.full(2, 0.1), np.full(2, 0.4)).equity.round(3)
    array([0.1 , 1.89])
    """
    return _valued(owed, owed_outside, outside_assets, sigma, recovery, merton_probability, tolerance, most_rounds)


def black_cox_probability(
    equity: Float[np.ndarray, " firm"], outside_assets: Float[np.ndarray, " firm"], sigma: Float[np.ndarray, " firm"]
) -> Float[np.ndarray, " firm"]:
    """The chance that outside assets touch what they must not fall below, assets - equity, within the term.

    Notes
    -----
    1 if E <= 0, 0 if E >= A, else Phi((k + s^2/2)/s) + A/(A - E) Phi((k - s^2/2)/s), k = ln(1 - E/A).

    Examples
    --------
    >>> black_cox_probability(np.array([-1.0, 0.1, 2.0]), np.ones(3), np.full(3, 0.1)).round(3)
    array([1.   , 0.308, 0.   ])
    """
    k, inside = _distance(equity, outside_assets)
    touched = np.exp(-k) * ndtr((k - sigma**2 / 2) / sigma)
    chance = np.minimum(1.0, ndtr((k + sigma**2 / 2) / sigma) + touched)
    return np.where(inside, chance, np.where(equity > 0, 0.0, 1.0))


def merton_probability(
    equity: Float[np.ndarray, " firm"], outside_assets: Float[np.ndarray, " firm"], sigma: Float[np.ndarray, " firm"]
) -> Float[np.ndarray, " firm"]:
    """The chance that outside assets end the term below assets - equity: the first part of Black-Cox.

    Examples
    --------
    >>> merton_probability(np.array([-1.0, 0.1, 2.0]), np.ones(3), np.full(3, 0.1)).round(3)
    array([1.   , 0.158, 0.   ])
    """
    k, inside = _distance(equity, outside_assets)
    return np.where(inside, ndtr((k + sigma**2 / 2) / sigma), np.where(equity > 0, 0.0, 1.0))


def _distance(equity: Array, assets: Array) -> tuple[Array, NDArray[np.bool_]]:
    """k = ln(1 - E/A), and where it has a meaning: 0 < E < A."""
    inside = (equity > 0) & (equity < assets)
    return np.log1p(-np.where(inside, equity, 0.0) / np.where(inside, assets, 1.0)), inside


def _valued(
    owed: Array,
    owed_outside: Array,
    outside_assets: Array,
    sigma: Array,
    recovery: Array,
    chance: Chance,
    tolerance: float,
    most_rounds: int,
) -> ExAnte:
    refuse(debts("owed", owed))
    firms = (len(owed),)
    refuse(amounts("owed_outside", owed_outside, firms), amounts("outside_assets", outside_assets, firms))
    refuse(positive("sigma", sigma, firms), shares("recovery", recovery, firms))
    debt, face = owed.sum(axis=1) + owed_outside, outside_assets + owed.sum(axis=0)
    size = np.maximum(debt, face)
    size = np.maximum(size, 1e-12 * max(float(size.max(initial=0.0)), 1.0))

    def worth(equity: Array) -> Array:
        return 1.0 - (1.0 - recovery) * chance(equity, outside_assets, sigma)

    seen = from_above(
        lambda equity: outside_assets + worth(equity) @ owed - debt,
        face - debt,
        size,
        tolerance=tolerance,
        most_rounds=most_rounds,
    )
    return ExAnte(
        equity=seen.values, equity_at_face_value=face - debt, valuation=worth(seen.values),
        default_probability=chance(seen.values, outside_assets, sigma), size=size,
        history=seen.history, status=seen.status, error_bound=seen.error_bound, rounds=seen.rounds,
    )  # fmt: skip
