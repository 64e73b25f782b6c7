"""Which firms cannot pull which others down, told from balance sheets alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from perpetuum.maths.debts import check_debts
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Bool, Float
from perpetuum.maths.small_clearing import shares_out


@dataclass(frozen=True, slots=True)
class Screening:
    """What the network can do at most. It excludes; it does not predict.

    ``net_worth`` in USD with everyone paying in full; ``owed_inside`` the share of a firm's debt
    owed inside the network; ``leverage`` outside assets over net worth; ``index`` in USD, the most
    that a firm can lose its creditors inside the network. ``impossible[i, j]``: a loss of outside
    assets at i alone cannot bring down j alone. ``amplification`` bounds expected losses with the
    network over those without it; None without default probabilities.
    """

    net_worth: Float[np.ndarray, " firm"]
    owed_inside: Float[np.ndarray, " firm"]
    leverage: Float[np.ndarray, " firm"]
    index: Float[np.ndarray, " firm"]
    impossible: Bool[np.ndarray, "firm firm"]
    amplification: float | None


def screen(
    owed: Float[np.ndarray, "firm firm"],
    owed_outside: Float[np.ndarray, " firm"],
    outside_assets: Float[np.ndarray, " firm"],
    default_probability: Float[np.ndarray, " firm"] | None = None,
) -> Screening:
    """Say which contagion is impossible, and how much the network can amplify losses.

    Parameters
    ----------
    owed, owed_outside
        USD, never negative; row owes column, and what each firm owes outside.
    outside_assets
        USD, never negative.
    default_probability
        Between 0 and 1; the chance that each firm's own loss exceeds its net worth.

    Notes
    -----
    index = max(0, share of debt owed inside × (outside assets - net worth)). A firm without net
    worth has infinite leverage and is never excluded. The bound on amplification is infinite when
    a firm owes only inside. Source: Glasserman and Young (2015),
    doi:10.1016/j.jbankfin.2014.02.006.

    Examples
    --------
    A has 10 and owes B 4 and others 4; B has 6 and owes A 1 and others 7.

    >>> seen = screen(np.array([[0.0, 4], [1, 0]]), np.array([4.0, 7]), np.array([10.0, 6]))
    >>> seen.net_worth, seen.index
    (array([3., 2.]), array([3.5, 0.5]))
    >>> seen.impossible
    array([[False, False],
           [ True, False]])
    """
    check_debts(owed, owed_outside, outside_assets)
    debt = owed.sum(axis=1) + owed_outside
    net_worth = outside_assets + owed.sum(axis=0) - debt
    inside = shares_out(owed, debt).sum(axis=1)
    leverage = np.full(len(debt), np.inf)
    np.divide(outside_assets, net_worth, out=leverage, where=net_worth > 0)
    index = np.maximum(0.0, inside * (outside_assets - net_worth))
    impossible = net_worth[None, :] > index[:, None]
    np.fill_diagonal(impossible, False)
    amplification = None
    if default_probability is not None:
        amplification = _amplification(inside, outside_assets, default_probability)
    return Screening(net_worth, inside, leverage, index, impossible, amplification)


def _amplification(
    inside: Float[np.ndarray, " firm"],
    outside_assets: Float[np.ndarray, " firm"],
    default_probability: Float[np.ndarray, " firm"],
) -> float:
    wrong = np.flatnonzero(~((default_probability >= 0) & (default_probability <= 1)))
    refuse([f"default_probability[{i}] is {default_probability[i]}; give a number between 0 and 1." for i in wrong])
    at_risk = float(default_probability @ outside_assets)
    kept = float((1 - inside.max(initial=0.0)) * outside_assets.sum())
    if at_risk == 0:
        return 1.0
    return 1 + at_risk / kept if kept > 0 else float("inf")
