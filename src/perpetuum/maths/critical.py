"""If everyone loses the same share of what it has, who falls first, and who falls with it?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.debts import check_debts
from perpetuum.maths.shapes import Bool, Float
from perpetuum.maths.small_clearing import clear_owned, passed_on, shares_out

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
# Haircuts closer than this are one event.
_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Critical:
    """A haircut ``x`` at which firms start to fall: they stand at ``x`` and fall just above it.

    ``trigger`` reaches the edge by the haircut itself; ``dominoes`` are pulled down at the same
    haircut by the default costs of the trigger.
    """

    x: float
    trigger: tuple[int, ...]
    dominoes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Haircuts:
    """``initial`` has fallen without any haircut; ``critical`` in rising order of the haircut."""

    initial: tuple[int, ...]
    critical: tuple[Critical, ...]

    @property
    def margin(self) -> float:
        """The largest haircut that fells nobody new; 1 if no haircut does."""
        return self.critical[0].x if self.critical else 1.0


def critical_haircuts(
    owed: Float[np.ndarray, "firm firm"],
    owed_outside: Float[np.ndarray, " firm"],
    outside_assets: Float[np.ndarray, " firm"],
    *,
    owned: Float[np.ndarray, "firm firm"] | None = None,
    exempt: Bool[np.ndarray, " firm"] | None = None,
    alpha: float = 1.0,
    beta: float = 1.0,
    beta_shares: float = 1.0,
) -> Haircuts:
    """Find every uniform haircut on outside assets at which firms start to fall.

    Outside assets become (1 - x) times what they were, 0 <= x < 1. While the same firms have
    fallen, what every firm has is a straight line in x, so the next fall is the first zero.

    Parameters
    ----------
    owed, owed_outside
        USD, never negative; row owes column, and what each firm owes outside. One rank.
    outside_assets
        USD, never negative.
    owned
        Fraction of the column's shares that the row holds; they are worth what the firm has above
        its debts, and never less than nothing.
    exempt
        Firms whose outside assets keep their worth, and which never fall.
    alpha, beta, beta_shares
        Shares of outside assets, of receipts from debts and of those from shares that survive a
        default; 1 means no costs.

    Returns
    -------
    Haircuts
        Without costs no event has dominoes: amounts then fall without jumps.

    Notes
    -----
    One dense solve with two right sides for each fall. Firms that owe nothing never fall. Events
    closer than 1e-9 are one. Source: Eisenberg and Noe (2001), Rogers and Veraart (2013), Suzuki
    (2002) for shares; the path is followed as in parametric linear programming.

    Examples
    --------
    A has 10 and owes B 8; B has 4 and owes 6 outside. A falls at 20 %; B misses its 8 from A
    when 4 (1 - x) + 10 (1 - x) = 6:

    >>> owed = np.array([[0.0, 8], [0, 0]])
    >>> found = critical_haircuts(owed, np.array([0.0, 6]), np.array([10.0, 4]))
    >>> [(round(c.x, 4), c.trigger) for c in found.critical]
    [(0.2, (0,)), (0.5714, (1,))]
    """
    check_debts(owed, owed_outside, outside_assets, alpha=alpha, beta=beta)
    debt = owed.sum(axis=1) + owed_outside
    ours = _Network(
        share=shares_out(owed, debt), debt=debt, assets=outside_assets,
        owned=np.zeros_like(owed) if owned is None else owned,
        exempt=np.zeros(len(debt), dtype=bool) if exempt is None else exempt,
        alpha=alpha, beta=beta, beta_shares=beta_shares,
    )  # fmt: skip

    def after(x: float, down: Mask | None = None) -> Mask:
        left = np.where(ours.exempt, outside_assets, (1 - x) * outside_assets)
        costs = {"alpha": alpha, "beta": beta, "beta_shares": beta_shares}
        return clear_owned(owed, owed_outside, left, owned, fallen=down, **costs).fallen & ~ours.exempt

    fallen = after(0.0)
    initial, critical = named(fallen), list[Critical]()
    while True:
        roots = _roots(ours, fallen)
        x = max(float(roots.min(initial=np.inf)), 0.0)
        if x >= 1 - 1e-12:
            return Haircuts(initial, tuple(critical))
        trigger, before = roots <= x + _TIE, fallen
        fallen = before | trigger
        if ours.owned.any() and not ours.is_costless:
            # A jump can drown a firm whose shares are then worth nothing, and never less.
            fallen = fallen | after(x, fallen)
        while (more := _roots(ours, fallen) <= x + _TIE).any():
            fallen = fallen | more
        # Without costs nobody is pulled down by a jump: who joins here only tied within rounding.
        trigger = fallen & ~before if ours.is_costless else trigger
        critical.append(Critical(x, named(trigger), named(fallen & ~before & ~trigger)))


@dataclass(frozen=True, slots=True)
class _Network:
    """Who shares out how: ``share[i, j]`` of a dollar i pays on its debts goes to j."""

    share: Array
    debt: Array
    assets: Array
    owned: Array
    exempt: Mask
    alpha: float
    beta: float
    beta_shares: float

    @property
    def is_costless(self) -> bool:
        """Is nothing lost by falling?"""
        return self.alpha == self.beta == self.beta_shares == 1.0


def _roots(ours: _Network, fallen: Mask) -> Array:
    """The haircut at which each standing firm has exactly what it owes; infinite if there is none.

    What moves is what the fallen pay, and what the standing have above their debts.
    """
    standing, lose = ~fallen, np.where(ours.exempt, 0.0, ours.assets)
    inflow = ours.share[standing].T @ ours.debt[standing]
    keeps = np.where(fallen, ours.alpha, 1.0)
    has = keeps * ours.assets + np.where(fallen, ours.beta * inflow, inflow - ours.debt)
    debts, shares = np.where(fallen, ours.beta, 1.0), np.where(fallen, ours.beta_shares, 1.0)
    hands_on = np.where(fallen[:, None], ours.share * debts, ours.owned.T * shares)
    moves = passed_on(hands_on, np.stack([has, keeps * lose], axis=1))
    slack, slope, owes = moves[:, 0], moves[:, 1], standing & (ours.debt > 0) & ~ours.exempt
    roots = np.full(len(ours.debt), np.inf)
    falls = owes & (slope > 0)
    roots[falls] = slack[falls] / slope[falls]
    # No haircut reaches these; a default cost may.
    roots[owes & (slope <= 0) & (slack < -1e-12 * ours.debt)] = -np.inf
    return roots


def named(firms: Mask) -> tuple[int, ...]:
    """The numbers of the marked firms, in order."""
    return tuple(int(i) for i in np.flatnonzero(firms))
