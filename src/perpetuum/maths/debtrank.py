"""Distress that spreads before anyone defaults: who lends to a firm in trouble is itself a little in trouble.

Three papers give three numbers for one network, so the year or the form is part of each name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.one_sided import MOST_ROUNDS, Status, from_below
from perpetuum.maths.refusals import amounts, debts, numbers, refuse, share, shares
from perpetuum.maths.shapes import Bool, Float

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtRank:
    """How distressed everyone ends: the share of its opening equity that each has lost, 1 at most.

    ``history`` starts with the shock; of more than 100 rounds it holds the first, and the end.
    ``debtrank`` is the distress that spreading added, weighted. ``fallen_at_start`` had no equity.
    ``error_bound`` bounds the error of ``distress`` and of ``debtrank``.
    """

    distress: Float[np.ndarray, " firm"]
    history: Float[np.ndarray, "round firm"]
    debtrank: float
    fallen_at_start: Bool[np.ndarray, " firm"]
    status: Status
    error_bound: float
    rounds: int


def debtrank_2012(
    owed: Float[np.ndarray, "firm firm"],
    equity: Float[np.ndarray, " firm"],
    shock: Float[np.ndarray, " firm"],
    *,
    weights: Float[np.ndarray, " firm"] | None = None,
) -> DebtRank:
    """DebtRank as first published: each firm passes its distress on once, and may be hit many times.

    Parameters
    ----------
    owed
        USD, never negative; row owes column. (The papers write the transpose: row is owed by column.)
    equity
        USD before the shock, each firm's own; a firm with none counts as fallen from the start.
    shock
        Share of its equity that each loses at first, between 0 and 1.
    weights
        Importance in the sum, in any unit; by default what each is owed, as in the paper.

    Returns
    -------
    DebtRank
        Exact after finitely many rounds; ``history`` holds them all.

    Raises
    ------
    ValueError
        With every impossible entry: NaN, negative debts, debts to oneself, shocks above 1.

    Notes
    -----
    W_ij = min(1, owed by j to i / E_i); h_i(t+1) = min(1, h_i(t) + sum over j distressed at t of
    W_ij h_j(t)). A firm is distressed once, in the step after its h first exceeds 0; inactive
    afterwards, it still accumulates. Source: Battiston et al. (2012), doi:10.1038/srep00541.

    Examples
    --------
    A owes B 5, half of B's equity, and loses all of its own:

    >>> owed = np.array([[0.0, 5.0], [0.0, 0.0]])
    >>> debtrank_2012(owed, np.array([10.0, 10.0]), np.array([1.0, 0.0])).distress
    array([1. , 0.5])
    """
    start, fallen, weight = _opening(owed, equity, shock, weights)
    impact = np.minimum(1.0, _leverage(owed, equity))
    h, rows = start, [start]
    distressed, inactive = h > 0, np.zeros(len(h), dtype=bool)
    while distressed.any():
        h = np.minimum(1.0, h + impact @ np.where(distressed, h, 0.0))
        rows.append(h)
        inactive |= distressed
        distressed = (h > 0) & ~inactive
    return DebtRank(
        distress=h, history=np.array(rows), debtrank=_added(start, h, weight), fallen_at_start=fallen,
        status="settled", error_bound=0.0, rounds=len(rows) - 1,
    )  # fmt: skip


def debtrank_2015(
    owed: Float[np.ndarray, "firm firm"],
    equity: Float[np.ndarray, " firm"],
    shock: Float[np.ndarray, " firm"],
    *,
    rho: float = 0.0,
    weights: Float[np.ndarray, " firm"] | None = None,
    tolerance: float = 1e-9,
    most_rounds: int = MOST_ROUNDS,
) -> DebtRank:
    """Linear DebtRank: every further loss is passed on, until nothing is left to pass on.

    Parameters
    ----------
    owed, equity, shock, weights
        As in ``debtrank_2012``.
    rho
        Share of a debt that is recovered if the debtor loses all its equity, between 0 and 1.
    tolerance
        ``status`` is ``settled`` only if the proven error of the distress is within it.
    most_rounds
        Rounds after which it ends with ``ran_out_of_rounds``.

    Returns
    -------
    DebtRank
        A lower bound of the distress, at most ``error_bound`` away.

    Notes
    -----
    h(t+1) = min(1, h(t) + L (h(t) - h(t-1))), h(0) = 0, h(1) = shock, with L_ij = (1 - rho) * owed
    by j to i / E_i, not capped. Its end is the least solution of h = min(1, shock + L h). Source:
    Bardoscia, Battiston, Caccioli and Caldarelli (2015), doi:10.1371/journal.pone.0130406.

    Examples
    --------
    >>> owed = np.array([[0.0, 5.0], [5.0, 0.0]])
    >>> debtrank_2015(owed, np.array([10.0, 10.0]), np.array([0.3, 0.0])).distress.round(9)
    array([0.4, 0.2])
    """
    return _differential(owed, equity, shock, lambda h: h, rho, weights, tolerance, most_rounds)


def debtrank_nonlinear(
    owed: Float[np.ndarray, "firm firm"],
    equity: Float[np.ndarray, " firm"],
    shock: Float[np.ndarray, " firm"],
    *,
    a: float,
    rho: float = 0.0,
    weights: Float[np.ndarray, " firm"] | None = None,
    tolerance: float = 1e-9,
    most_rounds: int = MOST_ROUNDS,
) -> DebtRank:
    """DebtRank in which small losses hardly spread and large ones do.

    Parameters
    ----------
    a
        How late distress begins to spread, 0 or more; 0 is ``debtrank_2015``.
    owed, equity, shock, rho, weights, tolerance, most_rounds
        As in ``debtrank_2015``.

    Returns
    -------
    DebtRank
        A lower bound of the distress, at most ``error_bound`` away.

    Notes
    -----
    As ``debtrank_2015`` with p = min(1, h exp(a (h - 1))) in place of h inside the sum. Source:
    Bardoscia, Caccioli, Perotti, Vivaldo and Caldarelli (2016), doi:10.1371/journal.pone.0163825.

    Examples
    --------
    >>> owed = np.array([[0.0, 5.0], [5.0, 0.0]])
    >>> debtrank_nonlinear(owed, np.array([10.0, 10.0]), np.array([0.3, 0.0]), a=4.0).distress.round(6)
    array([0.300087, 0.009127])
    """
    refuse([] if 0 <= a < np.inf else [f"a is {a:g}; write a finite number that is not negative."])
    return _differential(
        owed, equity, shock, lambda h: np.minimum(1.0, h * np.exp(a * (h - 1.0))), rho, weights, tolerance, most_rounds
    )


def _differential(
    owed: Array,
    equity: Array,
    shock: Array,
    passed_on: Callable[[Array], Array],
    rho: float,
    weights: Array | None,
    tolerance: float,
    most_rounds: int,
) -> DebtRank:
    refuse(share("rho", rho))
    start, fallen, weight = _opening(owed, equity, shock, weights)
    impact = (1.0 - rho) * _leverage(owed, equity)
    seen = from_below(
        lambda h: np.minimum(1.0, start + impact @ passed_on(h)),
        start,
        np.ones(len(start)),
        tolerance=tolerance,
        most_rounds=most_rounds,
    )
    return DebtRank(
        distress=seen.values, history=seen.history, debtrank=_added(start, seen.values, weight),
        fallen_at_start=fallen, status=seen.status, error_bound=seen.error_bound, rounds=seen.rounds,
    )  # fmt: skip


def _opening(owed: Array, equity: Array, shock: Array, weights: Array | None) -> tuple[Array, Mask, Array]:
    """The distress at first, who has no equity to lose, and weights that sum to one."""
    refuse(debts("owed", owed))
    firms = (len(owed),)
    weight = owed.sum(axis=0) if weights is None else weights
    refuse(numbers("equity", equity, firms), shares("shock", shock, firms), amounts("weights", weight, firms))
    total = float(weight.sum())
    if weights is not None and total <= 0:
        raise ValueError("weights are all zero; give at least one firm a weight, or leave them out.")
    return np.where(equity > 0, shock, 1.0), equity <= 0, weight / total if total > 0 else weight


def _leverage(owed: Array, equity: Array) -> Array:
    """What each is owed by each, over its own equity; 0 for who has none, as it can lose no more."""
    has = equity > 0
    over: Array = np.where(has[:, None], owed.T, 0.0) / np.where(has, equity, 1.0)[:, None]
    return over


def _added(start: Array, end: Array, weight: Array) -> float:
    return float((end - start) @ weight)
