"""What everyone pays when everyone pays what they can, for a few firms and with nothing hidden."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.claims import Claims, Costs
from perpetuum.maths.ladder import ladder
from perpetuum.maths.shapes import Bool, Float

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
# A firm that misses by less than this share of its debt sits at the edge and stands.
_EDGE = 1e-12


@dataclass(frozen=True, slots=True)
class SmallClearing:
    """The largest payments in which nobody pays more than it owes or has; USD by firm."""

    paid: Float[np.ndarray, " firm"]
    assets: Float[np.ndarray, " firm"]
    debt: Float[np.ndarray, " firm"]
    fallen: Bool[np.ndarray, " firm"]

    @property
    def slack(self) -> Array:
        """Assets less debt in USD; negative where a firm has fallen."""
        return np.asarray(self.assets - self.debt)

    @property
    def recovery(self) -> Array:
        """Share of its debt that each firm pays; 1 for a firm that owes nothing."""
        return np.where(self.debt > 0, self.paid / np.where(self.debt > 0, self.debt, 1.0), 1.0)


def clear_small(
    owed: Float[np.ndarray, "firm firm"],
    owed_outside: Float[np.ndarray, " firm"],
    outside_assets: Float[np.ndarray, " firm"],
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
) -> SmallClearing:
    """Clear debts of one rank by rounds of default.

    Assume that everyone pays in full; whoever then owes more than it has falls and pays what it
    has; repeat until nobody else falls.

    Parameters
    ----------
    owed, owed_outside
        USD, never negative; row owes column, and what each firm owes outside.
    outside_assets
        USD, never negative.
    alpha, beta
        Shares of outside assets and of receipts that survive a default.

    Notes
    -----
    At most one dense linear solve per firm; meant for a few hundred firms. The input is taken as
    checked. Source: Eisenberg and Noe (2001), doi:10.1287/mnsc.47.2.236.9835, section 3.1; costs
    of default: Rogers and Veraart (2013), doi:10.1287/mnsc.1120.1569.

    Examples
    --------
    A owes B 10, B owes C 10, and A has only 4:

    >>> owed = np.array([[0.0, 10, 0], [0, 0, 10], [0, 0, 0]])
    >>> clear_small(owed, np.zeros(3), np.array([4.0, 1, 0])).paid
    array([4., 5., 0.])
    """
    debt = owed.sum(axis=1) + owed_outside
    share = shares_out(owed, debt)
    fallen = np.zeros(len(debt), dtype=bool)
    paid = debt
    while True:
        assets = outside_assets + share.T @ paid
        short = ~fallen & (assets < debt * (1 - _EDGE))
        if not short.any():
            return SmallClearing(np.where(fallen, paid, np.minimum(paid, assets)), assets, debt, fallen)
        fallen = fallen | short
        paid = debt.copy()
        inflow = share[~fallen].T @ debt[~fallen]
        left = alpha * outside_assets + beta * inflow
        paid[fallen] = passed_on(beta * share[np.ix_(fallen, fallen)], left[fallen])


def clear_owned(
    owed: Float[np.ndarray, "firm firm"],
    owed_outside: Float[np.ndarray, " firm"],
    outside_assets: Float[np.ndarray, " firm"],
    owned: Float[np.ndarray, "firm firm"] | None = None,
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    beta_shares: float = 1.0,
    fallen: Mask | None = None,
) -> SmallClearing:
    """The same where firms also own shares of each other (``owned[i, j]``: i's part of j); the ladder answers.

    ``fallen`` names firms that have fallen whatever they have; only where shares are owned.

    Examples
    --------
    A has 10 and owns half of B; B has 8 and owes 6:

    >>> half = np.array([[0.0, 0.5], [0, 0]])
    >>> clear_owned(np.zeros((2, 2)), np.array([0.0, 6]), np.array([10.0, 8]), half).assets
    array([11.,  8.])
    """
    if owned is None or not owned.any():
        return clear_small(owed, owed_outside, outside_assets, alpha=alpha, beta=beta)
    costs = Costs(alpha=alpha, beta_debts=beta, beta_shares=beta_shares)
    claims = Claims.of(owed, owed_outside, owned)
    end = ladder(claims, outside_assets, costs=costs, fallen=fallen, tolerance=_EDGE).end
    return SmallClearing(end.paid[0], end.assets, end.debt[0], end.fallen)


def shares_out(owed: Array, debt: Array) -> Float[np.ndarray, "firm firm"]:
    """Share of each dollar that a firm (row) pays which goes to each other firm (column)."""
    return np.asarray(owed / np.where(debt > 0, debt, 1.0)[:, None])


def passed_on(share: Array, given: Array) -> Array:
    """The least payments x with x = given + shareᵀ x; ``given`` may have one column for each case.

    Firms that no money reaches pay nothing; without them the system cannot be singular, unless a
    ring keeps every dollar that enters it, and such a ring does not fall as a whole.
    """
    reached = np.atleast_2d(given.T).any(axis=0)
    while True:
        further = reached | (share[reached] > 0).any(axis=0)
        if (further == reached).all():
            break
        reached = further
    paid = np.zeros_like(given)
    inside = share[np.ix_(reached, reached)].T
    paid[reached] = np.linalg.solve(np.eye(len(inside)) - inside, given[reached])
    return paid
