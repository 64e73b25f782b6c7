"""A table of debts guessed from its margins: who owes whom, if all we know is what each owes and is owed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.debts import amount_problems
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """``owed`` in USD, row owes column, every entry estimated; ``gap`` as a share of the total.

    ``gap`` is the largest difference between a margin of ``owed`` and the margin asked for.
    """

    owed: Float[np.ndarray, "firm firm"]
    gap: float
    sweeps: int
    status: Literal["settled", "ran_out_of_rounds"]


def max_entropy(
    assets: Float[np.ndarray, " firm"],
    liabilities: Float[np.ndarray, " firm"],
    *,
    tolerance: float = 1e-12,
    most_sweeps: int = 100_000,
) -> Reconstruction:
    """Spread debts as evenly as their margins allow, nobody owing itself.

    Parameters
    ----------
    assets
        USD, never negative; what each firm is owed in all: the column sums of ``owed``.
    liabilities
        USD, never negative; what each firm owes in all: the row sums of ``owed``.
    tolerance
        Largest gap in a margin, as a share of the total.

    Returns
    -------
    Reconstruction
        The table closest in relative entropy to the one in which all debts are equal.

    Notes
    -----
    The answer is row factor times column factor off the diagonal. Rows and columns are scaled in
    turn, and each sweep costs as much as reading the margins twice. Where one firm holds nearly
    half of all that is owed and owing the sweeps become slow; where it holds exactly half the
    table follows without them. Refused: margins with different sums, and a firm that is owed and
    owes more than everything together. Source: Deming and Stephan (1940) for the
    scaling, Upper and Worms (2004) for its use on banks.

    Examples
    --------
    >>> guess = max_entropy(np.array([4.0, 2, 2]), np.array([2.0, 3, 3]))
    >>> guess.owed.round(3)
    array([[0., 1., 1.],
           [2., 0., 1.],
           [2., 1., 0.]])
    """
    total = _checked_total(assets, liabilities)
    for firm in np.flatnonzero(assets + liabilities >= total * (1 - 1e-15)):
        return Reconstruction(_everything_through(int(firm), assets, liabilities), 0.0, 0, "settled")
    row, column = np.where(liabilities > 0, 1.0, 0.0), np.where(assets > 0, 1.0, 0.0)
    gap, sweeps = np.inf, 0
    while sweeps < most_sweeps:
        sweeps += 1
        row = _scaled(liabilities, _all_others(column))
        column = _scaled(assets, _all_others(row))
        # The columns fit after the second step, so only the rows can be off.
        gap = float(np.abs(row * _all_others(column) - liabilities).max(initial=0.0)) / total
        if gap <= tolerance:
            break
    owed = np.outer(row, column)
    np.fill_diagonal(owed, 0.0)
    return Reconstruction(owed, gap, sweeps, "settled" if gap <= tolerance else "ran_out_of_rounds")


def _checked_total(assets: Array, liabilities: Array) -> float:
    refuse(amount_problems("assets", assets) + amount_problems("liabilities", liabilities))
    lent, borrowed = float(assets.sum()), float(liabilities.sum())
    problems = []
    if abs(lent - borrowed) > 1e-9 * max(lent, borrowed):
        problems.append(f"assets add up to {lent} and liabilities to {borrowed}; every debt is somebody's asset.")
    for firm in np.flatnonzero(assets + liabilities > lent * (1 + 1e-9)):
        problems.append(
            f"firm {firm} is owed {assets[firm]} and owes {liabilities[firm]}, together more than all debts, {lent}; "
            "part of it would be a debt to itself."
        )
    refuse(problems)
    return lent


def _everything_through(firm: int, assets: Array, liabilities: Array) -> Array:
    """One firm is on one side of every debt: nothing is left to guess."""
    owed = np.zeros((len(assets), len(assets)))
    owed[firm], owed[:, firm] = assets, liabilities
    owed[firm, firm] = 0.0
    return owed


def _all_others(factor: Array) -> Array:
    """The sum of all entries but one's own, without subtracting: one entry may be nearly all of it."""
    before = np.concatenate([[0.0], np.cumsum(factor)[:-1]])
    after = np.concatenate([np.cumsum(factor[::-1])[::-1][1:], [0.0]])
    return np.asarray(before + after)


def _scaled(margin: Array, reached: Array) -> Array:
    return np.divide(margin, reached, out=np.zeros_like(margin), where=margin > 0)
