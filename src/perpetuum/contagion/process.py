"""Models that are more than a share kept: distress that passes once, and shares that fall with failure costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.spread import Spread
from perpetuum.contagion.study import Study
from perpetuum.maths.claims import Claims
from perpetuum.maths.debtrank import debtrank_2012
from perpetuum.maths.dependency import elliott_golub_jackson
from perpetuum.maths.ladder import Standing, ladder

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def run_process(
    claims: Claims, outside_assets: Array, study: Study, *, opening: Array, fallen: Mask, unknown: Mask
) -> Spread:
    """One standing for each step of the model; nothing outside the network follows from its falls.

    Parameters
    ----------
    claims, outside_assets
        After the shock; USD.
    opening
        Equity before the shock, in USD.
    fallen
        Firms that have fallen from the start, whatever they have.
    unknown
        Firms whose equity is not known: they take losses and pass nothing on.
    """
    if study.owed.has_own_solver:
        return _distress_once(claims, outside_assets, opening, fallen, unknown)
    threshold, cost = study.owned.parameter("threshold"), study.owned.parameter("cost")
    return _waves(claims, outside_assets, opening, fallen, unknown, threshold, cost)


def _distress_once(claims: Claims, assets: Array, opening: Array, fallen: Mask, unknown: Mask) -> Spread:
    """DebtRank of 2012 on debts of all ranks; shares lose what the shock takes from their firm at once, no more.

    A firm has fallen in the step in which its distress reaches 1.
    """
    start = ladder(claims, assets, most_rounds=0).rounds[0]
    debt = claims.debt.sum(axis=0)
    # What arrives at face value, less debts: the equity that the shock alone leaves.
    left = start.assets - debt
    equity = np.where(unknown & (opening <= 0), 1.0, opening)
    safe = np.where(equity > 0, equity, 1.0)
    shock = np.where(unknown, 0.0, np.clip((equity - left) / safe, 0.0, 1.0))
    shock = np.where(shock < 1e-12, 0.0, shock)
    shock = np.where(fallen, 1.0, shock)
    owed = np.where((unknown & ~fallen)[:, None], 0.0, claims.owed.sum(axis=0))
    out = debtrank_2012(owed, equity, shock)
    given = _passed(owed, equity, out.history)
    history = [start]
    default = np.zeros(claims.firms, dtype=np.int64)
    for step, distress in enumerate(out.history):
        lost = given[step]
        from_debts = start.from_debts - lost
        worth = start.outside_assets + from_debts.sum(axis=1) + start.from_shares.sum(axis=1)
        down = (distress >= 1.0) & ~(unknown & ~fallen)
        default = np.where(down & (default == 0), step + 1, default)
        history.append(_standing(start, worth, down, from_debts, start.from_shares))
    return Spread(
        rounds=tuple(history), round_of_default=default, at_edge=np.zeros(claims.firms, bool), status=out.status,
        residual=0.0, error_bound=out.error_bound,
    )  # fmt: skip


def _passed(owed: Array, equity: Array, history: Array) -> Array:
    """(step, firm, partner) USD that firms have lost through each partner; together what their distress says."""
    has = equity > 0
    safe = np.where(has, equity, 1.0)
    impact = np.minimum(1.0, np.where(has[:, None], owed.T, 0.0) / safe[:, None])
    lost = np.zeros((len(history), *owed.shape))
    spent = np.zeros(len(equity), dtype=bool)
    for step in range(1, len(history)):
        before = history[step - 1]
        active = (before > 0) & ~spent
        wants = impact * np.where(active, before, 0.0)[None, :] * safe[:, None]
        gets = np.where(has, (history[step] - before) * safe, 0.0)
        total = wants.sum(axis=1)
        # Nobody loses more than it has left: what partners pass on beyond that is cut in proportion.
        part = np.where(total > 0, gets / np.where(total > 0, total, 1.0), 0.0)
        lost[step] = lost[step - 1] + wants * part[:, None]
        spent |= active
    return lost


def _waves(
    claims: Claims, assets: Array, opening: Array, fallen: Mask, unknown: Mask, threshold: float, cost: float
) -> Spread:
    """Elliott, Golub and Jackson: every debt is paid, shares are worth what the firm is, failing costs.

    A firm fails once its value to outside owners is below ``threshold`` times that before the shock,
    and then loses ``cost`` times that threshold.
    """
    debt = claims.debt.sum(axis=0)
    face = claims.owed.sum(axis=0).T
    own = assets + face.sum(axis=1) - debt
    held_outside = 1.0 - claims.owned.sum(axis=0)
    values = held_outside * opening
    never = unknown & ~fallen
    # Far below any value that can be: who is not known never fails.
    floor = -10.0 * (np.abs(own).sum() + np.abs(values).sum() + 1.0)
    limits = np.where(never, floor, np.where(fallen, -floor, threshold * values))
    costs = np.where(never, 0.0, np.maximum(0.0, cost * threshold * values))
    out = elliott_golub_jackson(claims.owned, own, limits, costs)
    best = out.best
    history = []
    for wave in range(int(best.wave.max(initial=0)) + 1):
        failed = (best.wave > 0) & (best.wave <= wave)
        history.append(_valued(claims, assets, face, debt, np.where(failed, costs, 0.0), failed))
    small = np.abs(best.values - limits) <= 1e-9 * np.maximum(np.abs(limits), 1e-300)
    return Spread(
        rounds=tuple(history), round_of_default=best.wave, at_edge=small & ~never & (limits > 0), status=out.status,
        residual=0.0, error_bound=out.error_bound,
    )  # fmt: skip


def _valued(claims: Claims, assets: Array, face: Array, debt: Array, lost: Array, failed: Mask) -> Standing:
    firms = claims.firms
    own = assets + face.sum(axis=1) - debt - lost
    worth = np.linalg.solve(np.eye(firms) - claims.owned, own)
    shares = claims.owned * worth[None, :]
    has = assets + face.sum(axis=1) + shares.sum(axis=1)
    owes = claims.debt
    return Standing(
        outside_assets=assets, assets=has, money=has - lost, debt=owes, recovery=np.ones_like(owes),
        equity=has - lost - debt, fallen=failed, from_debts=face, from_shares=shares,
    )  # fmt: skip


def _standing(start: Standing, worth: Array, down: Mask, from_debts: Array, from_shares: Array) -> Standing:
    debt = start.debt
    return Standing(
        outside_assets=start.outside_assets, assets=worth, money=worth, debt=debt, recovery=np.ones_like(debt),
        equity=worth - debt.sum(axis=0), fallen=down, from_debts=from_debts, from_shares=from_shares,
    )  # fmt: skip
