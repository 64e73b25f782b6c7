"""Who must sell pushes the price down, and everyone who owns the same asset is poorer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.one_sided import MOST_ROUNDS, Status, from_above
from perpetuum.maths.refusals import above_zero, amounts, numbers, positive, refuse, share
from perpetuum.maths.shapes import Bool, Float

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearSale:
    """One round of selling: returns as fractions (a loss is negative), sales and losses in USD.

    ``vulnerability`` is the second-round loss of all over the equity of all; ``systemicness`` the part
    of it that each one's sales alone bring, adding up to it; ``exposure`` each one's loss over its equity.
    """

    first_return: Float[np.ndarray, " firm"]
    sales: Float[np.ndarray, " asset"]
    second_return: Float[np.ndarray, " asset"]
    loss: Float[np.ndarray, " firm"]
    vulnerability: float
    systemicness: Float[np.ndarray, " firm"]
    exposure: Float[np.ndarray, " firm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedSale:
    """Where selling ends: the greatest price in (0, 1], as a share of the price before.

    ``equity`` in USD at that price; ``insolvent`` where it is negative. ``history`` is the price by round.
    """

    price: float
    units_sold: Float[np.ndarray, " firm"]
    equity: Float[np.ndarray, " firm"]
    insolvent: Bool[np.ndarray, " firm"]
    history: Float[np.ndarray, " round"]
    status: Status
    error_bound: float
    rounds: int


def linear_fire_sale(
    assets: Float[np.ndarray, " firm"],
    weights: Float[np.ndarray, "firm asset"],
    debt: Float[np.ndarray, " firm"],
    equity: Float[np.ndarray, " firm"],
    price_impact: Float[np.ndarray, " asset"],
    first_returns: Float[np.ndarray, " asset"],
) -> LinearSale:
    """Everyone sells to return to its leverage, in proportion to what it holds.

    Parameters
    ----------
    assets, debt, equity
        USD; equity above zero.
    weights
        Share of the row's assets that is in the column's; rows sum to one.
    price_impact
        Fall in price, as a fraction, for each USD sold.
    first_returns
        What each asset returns at first, as a fraction; a loss is negative.

    Returns
    -------
    LinearSale
        One round, exact. Gains are possible: positive returns make everyone buy.

    Notes
    -----
    R1 = M f1; sales_k = -sum_i m_ik a_i (debt/equity)_i R1_i; f2 = -impact * sales; loss_i = -a_i sum_k
    m_ik f2_k. Source: Greenwood, Landier and Thesmar (2015), doi:10.1016/j.jfineco.2014.11.006.

    Examples
    --------
    Two firms hold 100 of one asset each, with 90 of debt; it loses a hundredth:

    >>> hundred, one = np.full(2, 100.0), np.ones((2, 1))
    >>> out = linear_fire_sale(hundred, one, np.full(2, 90.0), np.full(2, 10.0), np.array([1e-4]), np.array([-0.01]))
    >>> out.sales.round(9), out.loss.round(9)
    (array([18.]), array([0.18, 0.18]))
    """
    _check_linear(assets, weights, debt, equity, price_impact, first_returns)
    first = weights @ first_returns
    sold = -weights * (assets * debt / equity * first)[:, None]
    second = -price_impact * sold.sum(axis=0)
    loss = -assets * (weights @ second)
    return LinearSale(
        first_return=first, sales=sold.sum(axis=0), second_return=second, loss=loss,
        vulnerability=float(loss.sum() / equity.sum()),
        systemicness=sold @ (price_impact * (assets @ weights)) / equity.sum(),
        exposure=loss / equity,
    )  # fmt: skip


def _check_linear(
    assets: Array, weights: Array, debt: Array, equity: Array, price_impact: Array, first_returns: Array
) -> None:
    firms, kinds = (len(assets),), (len(price_impact),)
    refuse(
        amounts("assets", assets, firms),
        amounts("debt", debt, firms),
        positive("equity", equity, firms),
        amounts("price_impact", price_impact, kinds),
        numbers("first_returns", first_returns, kinds),
        amounts("weights", weights, firms + kinds),
    )
    off = np.flatnonzero(np.abs(weights.sum(axis=1) - 1) > 1e-9)
    refuse([f"weights of firm {i} sum to {weights[i].sum():g}; write shares that sum to 1." for i in off])


def forced_sale(
    cash: Float[np.ndarray, " firm"],
    units: Float[np.ndarray, " firm"],
    debt: Float[np.ndarray, " firm"],
    *,
    capital_rule: float,
    price_impact: float,
    tolerance: float = 1e-9,
    most_rounds: int = MOST_ROUNDS,
) -> ForcedSale:
    """Sales that a capital rule forces, at the price that these sales bring about.

    Parameters
    ----------
    cash, debt
        USD, never negative.
    units
        Units of one asset, worth 1 USD each before the sale.
    capital_rule
        Least equity over the value of units kept, gamma, above 0 and at most 1.
    price_impact
        theta in price = exp(-theta * units sold), not negative.
    tolerance, most_rounds
        ``settled`` only if the proven error of the price is within the one, ``ran_out_of_rounds``
        after the other.

    Returns
    -------
    ForcedSale
        The greatest price: sweeps come down from 1.

    Notes
    -----
    i sells min(units, max(0, units - E_i / (gamma p))), E_i = cash + p units - debt; selling leaves equity
    as it is. Source: Cifuentes, Ferrucci and Shin (2005), doi:10.1162/jeea.2005.3.2-3.556.

    Examples
    --------
    Who keeps the rule at the old price does not sell:

    >>> rich = np.array([5.0]), np.array([10.0]), np.array([10.0])
    >>> forced_sale(*rich, capital_rule=0.08, price_impact=0.01).price
    1.0
    """
    firms = (len(cash),)
    refuse(
        amounts("cash", cash, firms),
        amounts("units", units, firms),
        amounts("debt", debt, firms),
        above_zero("capital_rule", capital_rule) or share("capital_rule", capital_rule),
        [] if 0 <= price_impact < np.inf else [f"price_impact is {price_impact:g}; write 0 or more."],
    )

    def sold_at(price: float) -> Array:
        # E / p = units + (cash - debt) / p; who has no less cash than debt never has to sell.
        gap = np.maximum(0.0, debt - cash)
        with np.errstate(divide="ignore", over="ignore"):
            kept = (units - np.divide(gap, price, out=np.zeros_like(gap), where=gap > 0)) / capital_rule
        sold: Array = np.where(gap > 0, np.clip(units - kept, 0.0, units), 0.0)
        return sold

    seen = from_above(
        lambda price: np.exp(-price_impact * sold_at(float(price[0])).sum(keepdims=True)),
        np.ones(1),
        np.ones(1),
        tolerance=tolerance,
        most_rounds=most_rounds,
    )
    price = float(seen.values[0])
    equity = cash + price * units - debt
    return ForcedSale(
        price=price, units_sold=sold_at(price), equity=equity, insolvent=equity < 0,
        history=seen.history[:, 0], status=seen.status, error_bound=seen.error_bound, rounds=seen.rounds,
    )  # fmt: skip
