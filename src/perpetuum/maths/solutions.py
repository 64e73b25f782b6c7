"""Every isolated solution of a small network: each choice of rungs is solved and checked."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.claims import NO_COSTS, Claims, Costs, rungs
from perpetuum.maths.ladder import Standing, State, standing_at, system_of
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]
MOST_FIRMS, MOST_CHOICES = 12, 65_536
# Two solutions nearer than this share of all money are one.
_SAME = 1e-9


def every_solution(
    claims: Claims, outside_assets: Float[np.ndarray, " firm"], *, costs: Costs = NO_COSTS
) -> tuple[Standing, ...]:
    """All solutions that stand alone (continua are left out), richest first.

    Raises
    ------
    ValueError
        Above 12 firms or 65,536 choices of rungs; ask for the greatest and the least instead.

    Examples
    --------
    Two banks that fall only if they think the other falls:

    >>> mutual = Claims.of(np.array([[0, 10.0], [10, 0]]), np.array([[5.0, 5]]))
    >>> costs = Costs(alpha=0.5, beta_debts=0.5)
    >>> [float(found.paid.sum()) for found in every_solution(mutual, np.array([5.0, 5]), costs=costs)]
    [30.0, 7.5]
    """
    steps = rungs(claims)
    ladders = [[k for k, step in enumerate(steps) if step.size[j] > 0] for j in range(claims.firms)]
    choices = [_choices(ladder, len(claims.debt)) for ladder in ladders]
    many = int(np.prod([len(options) for options in choices], dtype=float))
    if claims.firms > MOST_FIRMS or many > MOST_CHOICES:
        raise ValueError(
            f"{claims.firms} firms with {many} choices of rungs; all solutions are listed for at most {MOST_FIRMS} "
            f"firms and {MOST_CHOICES} choices. Ask for the greatest and the least solution."
        )
    found: list[Standing] = []
    for choice in product(*choices):
        rung = np.array([k for k, _ in choice])
        fallen = np.array([falls for _, falls in choice])
        state = State(rung, fallen, np.asarray(outside_assets, dtype=float), claims, steps)
        standing = _consistent(state, costs)
        if standing is not None and not any(_same(standing, other) for other in found):
            found.append(standing)
    return tuple(sorted(found, key=lambda each: -float(each.money.sum())))


def _choices(ladder: list[int], ranks: int) -> list[tuple[int, bool]]:
    """Where a firm may end, and whether it has fallen there."""
    debts = [k for k in ladder if k < ranks]
    return [(k, True) for k in debts] + [(k, False) for k in ladder if k >= ranks]


def _consistent(state: State, costs: Costs) -> Standing | None:
    """The solution on these rungs, if there is exactly one and it keeps to them."""
    system = system_of(state, costs)
    within = np.eye(state.claims.firms) - system.share
    if np.linalg.cond(within) > 1e12:
        return None
    x = np.linalg.solve(within, system.v)
    size = np.array([state.steps[k].size[j] for j, k in enumerate(state.rung)])
    scale = 1e-11 * max(1.0, float(np.abs(x).max(initial=0.0)))
    if (x < -scale).any() or (x > size + scale).any():
        return None
    standing = standing_at(state, np.maximum(x, 0.0), costs)
    short = standing.assets < standing.debt.sum(axis=0) - scale
    return standing if np.array_equal(short, state.fallen) else None


def _same(one: Standing, other: Standing) -> bool:
    scale = _SAME * max(1.0, float(one.money.sum()))
    return bool(np.abs(one.money - other.money).max(initial=0.0) <= scale)
