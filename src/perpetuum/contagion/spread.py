"""Valuations that are no payments: sweeps from above until a proof ends them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.study import Study
from perpetuum.contagion.valuation import PartnerState
from perpetuum.maths.claims import Claims
from perpetuum.maths.ladder import Outside, Standing, Status, ladder

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
MOST_SWEEPS = 20_000
_ENOUGH = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The greatest solution: one standing for each time somebody fell; equity may be negative."""

    rounds: tuple[Standing, ...]
    round_of_default: NDArray[np.int64]
    at_edge: NDArray[np.bool_]
    status: Status
    residual: float
    error_bound: float


def spread(
    claims: Claims,
    outside_assets: Array,
    study: Study,
    *,
    opening: Array,
    fallen: NDArray[np.bool_],
    outside: Outside,
    passes_nothing: NDArray[np.bool_] | None = None,
    tolerance: float = 1e-9,
) -> Spread:
    """Mark down what partners are worth, again and again, and see who falls.

    What a claim is worth falls with the partner; nothing need be unpaid. Ranks play no part. Firms
    that ``passes_nothing`` marks hand no loss on while they stand.
    """
    whole = np.zeros(claims.firms, bool) if passes_nothing is None else passes_nothing
    start = ladder(claims, outside_assets, most_rounds=0).rounds[0]
    down, default = np.zeros(claims.firms, bool), np.zeros(claims.firms, dtype=np.int64)
    assets, standing = outside_assets, start
    history: list[Standing] = [start]
    gap = np.zeros(claims.firms)
    residual = bound = 0.0
    while True:
        owes = standing.debt.sum(axis=0) + gap
        falls = ((standing.assets < owes - tolerance * owes) | fallen) & ~down
        now, hole = outside(down | falls, standing)
        changed = not (np.array_equal(now, assets) and np.array_equal(hole, gap))
        assets, gap = now, hole
        if len(history) > 1 and not falls.any() and not changed:
            break
        if falls.any():
            default[falls] = default.max(initial=0) + 1
        down = down | falls
        standing, residual, bound = _sweep(claims, assets - gap, study, opening, down, whole & ~down, standing)
        history.append(standing)
    edge = np.abs(standing.assets - standing.debt.sum(axis=0)) <= tolerance * standing.debt.sum(axis=0)
    return Spread(
        rounds=tuple(history), round_of_default=default, at_edge=edge & (standing.debt.sum(axis=0) > 0),
        status="settled" if bound <= _ENOUGH else "ran_out_of_rounds", residual=residual, error_bound=bound,
    )  # fmt: skip


def _sweep(
    claims: Claims, own: Array, study: Study, opening: Array, down: Mask, whole: Mask, top: Standing
) -> tuple[Standing, float, float]:
    """From above to the greatest solution with these fallen, ended by a proof from below."""
    debt = claims.debt.sum(axis=0)
    size = np.maximum(np.maximum(debt, np.abs(opening)), np.maximum(top.assets, 1.0))
    equity = top.assets - debt
    step = bound = np.inf
    for sweep in range(MOST_SWEEPS):
        standing = _worth(claims, own, study, opening, down, whole, equity)
        after = standing.assets - debt
        step = float((np.abs(after - equity) / size).max(initial=0.0))
        equity = after
        if step <= 1e-11 and sweep % 4 == 0:
            bound = _below(claims, own, study, opening, down, whole, equity, size)
            if bound <= 0.1 * _ENOUGH:
                break
    return standing, step, bound


def _below(
    claims: Claims, own: Array, study: Study, opening: Array, down: Mask, whole: Mask, equity: Array, size: Array
) -> float:
    """How far below these sweeps the solution can lie, over firm size."""
    for delta in (0.0, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10):
        low = equity - delta * size
        if (
            _worth(claims, own, study, opening, down, whole, low).assets - claims.debt.sum(axis=0) >= low - 4e-16 * size
        ).all():
            return max(delta, 4e-16)
    return float("inf")


def _worth(
    claims: Claims, own: Array, study: Study, opening: Array, down: Mask, whole: Mask, equity: Array
) -> Standing:
    """What everyone has if partners are worth so much."""
    debt = claims.debt
    owes = debt.sum(axis=0)
    shares = claims.owned * np.maximum(0.0, equity)[None, :]
    # Who cannot pay in this round falls in the next; until then it counts as standing.
    reach = np.where(down, equity, np.maximum(0.0, equity))
    state = PartnerState(
        assets=reach + owes, debt=owes, outside_assets=np.maximum(0.0, own), equity=equity, opening_equity=opening,
        fallen=down, receipts_kept=np.ones(len(own)), from_shares=shares.sum(axis=1),
    )  # fmt: skip
    kept = np.where(whole, 1.0, study.owed.kept(state))
    from_debts = claims.owed.sum(axis=0).T * kept[None, :]
    assets = own + from_debts.sum(axis=1) + shares.sum(axis=1)
    return Standing(
        outside_assets=np.maximum(0.0, own), assets=assets, money=assets, debt=debt, recovery=np.ones_like(debt),
        equity=assets - owes, fallen=down.copy(), from_debts=from_debts, from_shares=shares,
    )  # fmt: skip
