"""What a table of debts must be before anything can be worked out from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.refusals import refuse

Array = NDArray[np.float64]


def check_debts(owed: Array, owed_outside: Array, outside_assets: Array, **shares: float) -> None:
    """Refuse debts that cannot be debts, naming every problem at once.

    Parameters
    ----------
    owed
        USD, never negative; row owes column; nobody owes itself.
    owed_outside
        USD, never negative; what each firm owes outside the network.
    outside_assets
        USD, never negative; what each firm has apart from claims on the others.
    shares
        Named numbers that must lie between 0 and 1, such as ``alpha=0.5``.

    Raises
    ------
    ValueError
        Says what is wrong and how to mend it.

    Examples
    --------
    >>> check_debts(np.array([[2.0]]), np.array([1.0]), np.array([np.nan]))
    Traceback (most recent call last):
    ValueError: outside_assets[0] is nan; amounts are finite and never negative, leave out what is unknown.
    owed[0, 0] is 2.0, a debt to oneself; set the diagonal to 0.
    """
    firms = len(outside_assets)
    if owed.shape != (firms, firms) or owed_outside.shape != (firms,):
        shapes = f"owed {owed.shape}, owed_outside {owed_outside.shape}, outside_assets {outside_assets.shape}"
        raise ValueError(f"{shapes} do not fit; give one row, one column and one entry for each firm.")
    given = {"owed": owed, "owed_outside": owed_outside, "outside_assets": outside_assets}
    problems = [problem for name, amounts in given.items() for problem in amount_problems(name, amounts)]
    for firm in np.flatnonzero(np.diagonal(owed) > 0):
        problems.append(f"owed[{firm}, {firm}] is {owed[firm, firm]}, a debt to oneself; set the diagonal to 0.")
    problems += [
        f"{name} is {share}; it is a share, give a number between 0 and 1."
        for name, share in shares.items()
        if not 0 <= share <= 1
    ]
    refuse(problems)


def amount_problems(name: str, amounts: Array) -> list[str]:
    """One line for each amount that is not money: NaN, infinite or negative."""
    bad = np.argwhere(~np.isfinite(amounts) | (amounts < 0))
    return [
        f"{name}[{', '.join(str(i) for i in place)}] is {amounts[tuple(place)]}; "
        "amounts are finite and never negative, leave out what is unknown."
        for place in bad
    ]
