"""The least and the most own money that can have come back, however firms spent their cash.

A linear program over firms and steps: any allocation that conserves money and respects time is
allowed, so every pool rule lies inside. The bounds speak of recorded money.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array

from perpetuum.maths.shapes import Float
from perpetuum.maths.tracing import FIN, OP, Payments, View


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
    opening: Float[np.ndarray, " firm"] | None = None,
    opening_own: Float[np.ndarray, " firm"] | None = None,
    receipts_from: int | None = None,
) -> Bounds:
    """Bound the own money in a firm's operating receipts.

    Parameters
    ----------
    payments
        All payments, in steps.
    focal
        The firm whose financing may come back to it.
    view
        In ``last_financier`` money loses its mark where another firm passes it on as financing.
    opening, opening_own
        USD in opening pools by firm: all of it, and the focal firm's own part.
    receipts_from
        Look only at what this node paid the focal firm.

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
    n = payments.firms
    start = np.zeros(n) if opening is None else opening
    start_own = np.zeros(n) if opening_own is None else opening_own
    flows = _merged(payments)
    if not _has_own(flows, focal) and not start_own.any():
        return Bounds(0.0, 0.0)
    goal = (flows["payee"] == focal) & (flows["class"] == OP) & (flows["payer"] != focal)
    if receipts_from is not None:
        goal &= flows["payer"] == receipts_from
    if not goal.any():
        return Bounds(0.0, 0.0)
    return _solve(flows, goal, _room(payments, start), start_own, focal, view, payments)


def _merged(payments: Payments) -> dict[str, NDArray[np.int64] | NDArray[np.float64]]:
    """Parallel flows of one step, pair and class as one."""
    keys = np.stack([payments.step, payments.payer, payments.payee, payments.flow_class])
    unique, inverse = np.unique(keys, axis=1, return_inverse=True)
    amount = np.bincount(inverse.ravel(), weights=payments.amount, minlength=unique.shape[1])
    kept = amount > 0
    step, payer, payee, flow_class = unique[:, kept]
    return {"step": step, "payer": payer, "payee": payee, "class": flow_class, "amount": amount[kept]}


def _has_own(flows: dict[str, NDArray[np.int64] | NDArray[np.float64]], focal: int) -> bool:
    return bool(((flows["payer"] == focal) & (flows["class"] == FIN)).any())


def _room(payments: Payments, start: NDArray[np.float64]) -> NDArray[np.float64]:
    """The closing pool of each firm and step: opening + in - out, never below zero."""
    flows = payments.dense()
    net = flows.sum(axis=(1, 2))[:, : payments.firms] - flows.sum(axis=(1, 3))[:, : payments.firms]
    room, pool = np.zeros((payments.steps, payments.firms)), start.copy()
    for t in range(payments.steps):
        pool = np.maximum(pool + net[t], 0.0)
        room[t] = pool
    return room


def _solve(
    flows: dict[str, NDArray[np.int64] | NDArray[np.float64]],
    goal: NDArray[np.bool_],
    room: NDArray[np.float64],
    start_own: NDArray[np.float64],
    focal: int,
    view: View,
    payments: Payments,
) -> Bounds:
    n, steps = payments.firms, payments.steps
    count = len(flows["amount"])
    payer, payee, step = flows["payer"], flows["payee"], flows["step"]
    scale = max(float(flows["amount"].max()), 1.0)
    amount = flows["amount"] / scale
    fixed_own = (payer == focal) & (flows["class"] == FIN)
    # What others pay in as financing arrives under their own name; they still spend own money on it.
    loses_mark = (flows["class"] == FIN) & (payer != focal) & (payer < n) & (view == "last_financier")
    upper = np.where((payer >= n) | ((payer == focal) & ~fixed_own), 0.0, amount)
    lower = np.where(fixed_own, amount, 0.0)
    transit_out = (payer < n) & (payer != focal)
    transit_in = (payee < n) & (payee != focal) & ~loses_mark
    index = np.arange(count)
    pools = count + np.arange(steps * n).reshape(steps, n)
    later = pools[:-1].ravel()
    row = [step[transit_in] * n + payee[transit_in], step[transit_out] * n + payer[transit_out],
           np.arange(steps * n), np.arange(n, steps * n)]  # fmt: skip
    column = [index[transit_in], index[transit_out], pools.ravel(), later]
    value = [np.ones(transit_in.sum()), -np.ones(transit_out.sum()), -np.ones(steps * n), np.ones(len(later))]
    matrix = coo_array(
        (np.concatenate(value), (np.concatenate(row), np.concatenate(column))), shape=(steps * n, count + steps * n)
    ).tocsr()
    right = np.zeros(steps * n)
    right[:n] = -start_own / scale
    right[:n][focal] = 0.0
    caps = (room / scale).copy()
    caps[:, focal] = 0.0
    limits = np.stack([np.concatenate([lower, np.zeros(steps * n)]), np.concatenate([upper, caps.ravel()])], axis=1)
    cost = np.concatenate([goal.astype(float), np.zeros(steps * n)])
    given = {"A_eq": matrix, "b_eq": right, "bounds": limits, "method": "highs"}
    answers = [linprog(sign * cost, **given) for sign in (1, -1)]  # type: ignore[call-overload]  # sparse is fine
    if any(answer.status != 0 for answer in answers):
        return Bounds(float("nan"), float("nan"), "not_settled")
    low, high = float(answers[0].fun) * scale, float(-answers[1].fun) * scale
    return Bounds(max(low, 0.0) + 0.0, max(high, 0.0) + 0.0)
