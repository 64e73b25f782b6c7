"""The least and the most own money that can have come back, however firms spent their cash.

A linear program over firms and steps: any allocation that conserves money and respects time is
allowed, so every pool rule lies inside. The bounds speak of recorded money.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array

from perpetuum.maths.shapes import Float
from perpetuum.maths.tracing import FIN, OP, Payments, View

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
# The finest the solver offers: small firms are bounded in one program with large ones.
_FINE = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass(frozen=True, slots=True)
class Bounds:
    """USD of own money in the focal firm's receipts: at least ``low``, at most ``high``.

    ``status`` is ``not_settled`` where the program could not be solved; then both are NaN.
    """

    low: float
    high: float
    status: Literal["settled", "not_settled"] = "settled"


def own_money_bounds(
    payments: Payments,
    focal: int,
    *,
    view: View = "last_financier",
    broad: bool = False,
    opening: Float[np.ndarray, " firm"] | None = None,
    opening_own: Float[np.ndarray, " firm"] | None = None,
    receipts_from: Sequence[int] | None = None,
) -> Bounds:
    """Bound the own money in a firm's operating receipts.

    Parameters
    ----------
    payments
        All payments, in steps.
    focal
        The firm whose money may come back to it.
    view
        In ``last_financier`` money loses its mark where another firm passes it on as financing.
    broad
        Own money is all that the focal firm paid, not its financing alone.
    opening, opening_own
        USD in opening pools by firm: all of it, and the focal firm's own part.
    receipts_from
        Look only at what these nodes paid the focal firm.

    Returns
    -------
    Bounds
        In USD.

    Notes
    -----
    Variables: the own part of every flow, at most its amount, and of every closing pool, at
    most the pool. A pool is opening + in - out, never below zero; what a firm spends beyond it
    came from nowhere on record.

    Examples
    --------
    Firm 1 gets 10 from firm 0 and 5 from users, and pays firm 0 12: at least 7, at most 10.

    >>> pay = Payments(*(np.array(a) for a in ([0, 0, 0], [0, 2, 1], [1, 1, 0], [10.0, 5, 12], [1, 0, 0])), 1, 2, 1)
    >>> own_money_bounds(pay, 0)
    Bounds(low=7.0, high=10.0, status='settled')
    """
    flows = _merged(payments)
    start = np.zeros(flows.firms) if opening is None else opening
    start_own = np.zeros(flows.firms) if opening_own is None else opening_own
    stamped = (flows.payer == focal) & (broad | (flows.flow_class == FIN))
    goal = (flows.payee == focal) & (flows.flow_class == OP)
    if receipts_from is not None:
        goal &= np.isin(flows.payer, list(receipts_from))
    if not goal.any() or not (stamped.any() or start_own.any()):
        return Bounds(0.0, 0.0)
    return _solve(flows, stamped, goal, _room(flows, start), start_own, focal, view)


def _merged(payments: Payments) -> Payments:
    """Parallel flows of one step, pair and class as one; empty ones dropped."""
    keys = np.stack([payments.step, payments.payer, payments.payee, payments.flow_class])
    unique, inverse = np.unique(keys, axis=1, return_inverse=True)
    amount = np.bincount(inverse.ravel(), weights=payments.amount, minlength=unique.shape[1]).astype(float)
    step, payer, payee, flow_class = unique[:, amount > 0]
    return Payments(
        step, payer, payee, amount[amount > 0], flow_class, payments.steps, payments.firms, payments.outside
    )


def _room(flows: Payments, start: Array) -> Float[np.ndarray, "step firm"]:
    """The closing pool of each firm and step: opening + in - out, never below zero."""
    nodes = flows.firms + flows.outside
    net = np.zeros((flows.steps, nodes))
    np.add.at(net, (flows.step, flows.payee), flows.amount)
    np.subtract.at(net, (flows.step, flows.payer), flows.amount)
    room, pool = np.zeros((flows.steps, flows.firms)), start.copy()
    for t in range(flows.steps):
        pool = np.maximum(pool + net[t, : flows.firms], 0.0)
        room[t] = pool
    return room


def _solve(flows: Payments, stamped: Mask, goal: Mask, room: Array, start_own: Array, focal: int, view: View) -> Bounds:
    """Own money in, own money out, own money kept: least and most that reaches the goal."""
    n, cells = flows.firms, flows.steps * flows.firms
    scale = float(max(flows.amount.max(), room.max()))
    others = (flows.payer < n) & (flows.payer != focal)
    # What others pay in as financing arrives under their own name; they still spend own money on it.
    loses_mark = others & (flows.flow_class == FIN) & (view == "last_financier")
    arrives = (flows.payee < n) & (flows.payee != focal) & ~loses_mark

    flow = np.arange(len(flows.amount))
    pool = len(flow) + np.arange(cells)
    row = [flows.step[arrives] * n + flows.payee[arrives], flows.step[others] * n + flows.payer[others],
           pool - len(flow), np.arange(n, cells)]  # fmt: skip
    column = [flow[arrives], flow[others], pool, pool[: cells - n]]
    sign = [np.ones(arrives.sum()), -np.ones(others.sum()), -np.ones(cells), np.ones(cells - n)]
    balance = coo_array(
        (np.concatenate(sign), (np.concatenate(row), np.concatenate(column))), shape=(cells, len(flow) + cells)
    ).tocsr()
    brought = np.zeros(cells)
    brought[:n] = -start_own / scale
    brought[focal] = 0.0

    caps = room.copy()
    caps[:, focal] = 0.0
    lower = np.where(stamped, flows.amount, 0.0)
    upper = np.where(stamped | others, flows.amount, 0.0)
    limits = np.stack([np.append(lower, np.zeros(cells)), np.append(upper, caps.ravel())], axis=1) / scale
    cost = np.append(goal.astype(float), np.zeros(cells))
    given = {"A_eq": balance, "b_eq": brought, "bounds": limits, "method": "highs", "options": _FINE}
    least, most = (linprog(way * cost, **given) for way in (1, -1))  # type: ignore[call-overload]  # sparse is fine
    if least.status != 0 or most.status != 0:
        return Bounds(float("nan"), float("nan"), "not_settled")
    return Bounds(max(0.0, float(least.fun)) * scale, max(0.0, -float(most.fun)) * scale)
