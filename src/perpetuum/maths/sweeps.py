"""The whole map at once: from what everyone hands out to what everyone then has to hand out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.claims import NO_COSTS, Claims, Costs, Rung, rungs
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
MOST_SWEEPS = 20_000


@dataclass(frozen=True, slots=True)
class Swept:
    """What each hands out, in USD; proven within ``error_bound`` of the solution, as a share of firm size."""

    money: Float[np.ndarray, " firm"]
    error_bound: float
    sweeps: int


def hand_out(steps: tuple[Rung, ...], money: Array) -> tuple[Array, Array]:
    """What arrives at each from debts and from shares if each hands out so much, in USD."""
    from_debts, from_shares = np.zeros_like(money), np.zeros_like(money)
    for step in steps:
        with np.errstate(invalid="ignore"):
            on = np.where(step.size > 0, np.clip(money - step.floor, 0.0, step.size), 0.0)
        if step.is_debt:
            from_debts = from_debts + step.share @ on
        else:
            from_shares = from_shares + step.share @ on
    return from_debts, from_shares


def once(claims: Claims, steps: tuple[Rung, ...], outside_assets: Array, costs: Costs, money: Array) -> Array:
    """One sweep: what each has to hand out, given what each hands out now."""
    from_debts, from_shares = hand_out(steps, money)
    assets = outside_assets + from_debts + from_shares
    debt = claims.debt.sum(axis=0)
    left = costs.alpha * outside_assets + costs.beta_debts * from_debts + costs.beta_shares * from_shares
    # The same band of rounding as in the ladder: equal is solvent.
    standing = assets >= debt - 1e-13 * np.maximum(debt, assets)
    return np.where(standing, assets, left)


def least(
    claims: Claims, outside_assets: Float[np.ndarray, " firm"], *, costs: Costs = NO_COSTS, tolerance: float = 1e-9
) -> Swept:
    """The least solution, by sweeps from nothing upward, ended by a proof and never by the last step.

    The sweeps stay below the solution. Once a point a little above, x + d w, is not mapped above
    itself, the least solution lies between the two.

    Examples
    --------
    Three firms that owe each other 1 in a ring and have nothing: nothing need ever be paid.

    >>> ring = Claims.of(np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0.0]]))
    >>> least(ring, np.zeros(3)).money
    array([0., 0., 0.])
    """
    steps = rungs(claims)
    size = np.maximum(claims.debt.sum(axis=0), outside_assets)
    size = np.maximum(size, 1e-12 * max(float(size.max(initial=0.0)), 1.0))
    money = np.zeros(claims.firms)
    gap = np.inf
    for sweep in range(1, MOST_SWEEPS + 1):
        now = once(claims, steps, outside_assets, costs, money)
        step, money = now - money, now
        if sweep % 8 and float(np.abs(step / size).max(initial=0.0)) > tolerance:
            continue
        gap = _proven_above(claims, steps, outside_assets, costs, money, step, size)
        if gap <= tolerance:
            return Swept(money, gap, sweep)
    return Swept(money, gap, MOST_SWEEPS)


def _proven_above(
    claims: Claims, steps: tuple[Rung, ...], assets: Array, costs: Costs, money: Array, step: Array, size: Array
) -> float:
    """How far above the sweeps the least solution can lie, over firm size; inf where nothing is proven."""
    if not step.any():
        return 0.0
    for factor in (1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0):
        for direction in (np.maximum(step, 0.0), size * float(np.abs(step / size).max())):
            above = money + factor * direction
            if (once(claims, steps, assets, costs, above) <= above + 1e-15 * size).all():
                return float((factor * direction / size).max())
    return float("inf")
