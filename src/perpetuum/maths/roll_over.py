"""Several quarters in which what was not paid stays owed, with interest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.debts import amount_problems, check_debts
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float
from perpetuum.maths.small_clearing import clear_small

Array = NDArray[np.float64]
# (owed, owed outside, cash) -> the share of its debt that each firm pays.
Recovery = Callable[[Array, Array, Array], Array]


@dataclass(frozen=True, slots=True)
class RolledOver:
    """Quarter by quarter, USD: ``paid`` in all by firm, then what is owed and held at the end."""

    paid: Float[np.ndarray, "quarter firm"]
    outstanding: Float[np.ndarray, "quarter firm firm"]
    outstanding_outside: Float[np.ndarray, "quarter firm"]
    cash: Float[np.ndarray, "quarter firm"]


def roll_over(
    due: Float[np.ndarray, "quarter firm firm"],
    inflows: Float[np.ndarray, "quarter firm"],
    cash: Float[np.ndarray, " firm"],
    rate: float = 0.0,
    *,
    due_outside: Float[np.ndarray, "quarter firm"] | None = None,
    recovery: Recovery | None = None,
) -> RolledOver:
    """Clear debts quarter after quarter, carrying over what stays unpaid and what is left.

    Each quarter: what is outstanding grows by the rate, what falls due is added, and everything is
    cleared together, in proportion, with cash and inflow. Nobody is wound up: a firm that could
    not pay may pay later.

    Parameters
    ----------
    due, due_outside
        USD newly due in each quarter, never negative; row owes column.
    inflows
        USD from outside in each quarter, never negative.
    cash
        USD held before the first quarter.
    rate
        Interest per quarter on what stayed unpaid.
    recovery
        Another way to clear one quarter: takes what is owed, what is owed outside and cash, and
        gives the share of its debt that each firm pays.

    Notes
    -----
    At most one linear solve for each firm in each quarter. Source: Eisenberg and Noe (2001) in
    each quarter; Capponi and Chen (2015) and Kusnetsov and Veraart (2019) for several dates.

    Examples
    --------
    A owes B 10 and has 4; 8 more arrive a quarter later, when the 6 left have grown to 6.6.

    >>> due = np.array([[[0.0, 10], [0, 0]], [[0, 0], [0, 0]]])
    >>> out = roll_over(due, np.array([[0.0, 0], [8, 0]]), np.array([4.0, 0]), rate=0.1)
    >>> out.paid[:, 0], out.cash[:, 0].round(9)
    (array([4. , 6.6]), array([0. , 1.4]))
    """
    due_outside = np.zeros_like(inflows) if due_outside is None else due_outside
    _check(due, due_outside, inflows, cash, rate)
    recovery = recovery or _small
    paid, cash_after = np.zeros_like(inflows), np.zeros_like(inflows)
    left, left_outside = np.zeros_like(due), np.zeros_like(inflows)
    owed, owed_outside = np.zeros(due.shape[1:]), np.zeros_like(cash)
    for quarter in range(len(due)):
        owed = owed * (1 + rate) + due[quarter]
        owed_outside = owed_outside * (1 + rate) + due_outside[quarter]
        cash = cash + inflows[quarter]
        share = recovery(owed, owed_outside, cash)
        arrives = owed.T @ share
        paid[quarter] = share * (owed.sum(axis=1) + owed_outside)
        # Rounding must not leave a firm with less than nothing.
        cash = np.maximum(cash + arrives - paid[quarter], 0.0)
        owed, owed_outside = owed * (1 - share)[:, None], owed_outside * (1 - share)
        left[quarter], left_outside[quarter], cash_after[quarter] = owed, owed_outside, cash
    return RolledOver(paid, left, left_outside, cash_after)


def _small(owed: Array, owed_outside: Array, cash: Array) -> Array:
    return clear_small(owed, owed_outside, cash).recovery


def _check(due: Array, due_outside: Array, inflows: Array, cash: Array, rate: float) -> None:
    if len(due) != len(inflows) or due_outside.shape != inflows.shape:
        raise ValueError(
            f"due has {len(due)} quarters, inflows {len(inflows)}, due_outside {len(due_outside)}; "
            "give every table the same quarters and firms."
        )
    given = {"due": due, "due_outside": due_outside, "inflows": inflows, "cash": cash, "rate": np.array(rate)}
    refuse([problem for name, amounts in given.items() for problem in amount_problems(name, amounts)])
    for owed, owed_outside in zip(due, due_outside, strict=True):
        check_debts(owed, owed_outside, cash)
