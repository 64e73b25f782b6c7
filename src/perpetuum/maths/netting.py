"""Debts that cancel against each other, so that nobody needs the cash to pay them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from perpetuum.maths.circulation import Edges, maximum_circulation
from perpetuum.maths.debts import amount_problems
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Netting:
    """What can be set off around loops of any length; USD.

    ``cleared`` and ``left`` are by debt, in the order of ``debts``: their sum is the debt.
    ``cleared`` is balanced: every firm is released from as much as it gives up. How much is
    cleared in all is unique, where it is cleared need not be. ``settled`` is False, and the
    amounts are NaN, if the program did not finish.
    """

    debts: Edges
    cleared: Float[np.ndarray, " edge"]
    bilateral: float

    @property
    def left(self) -> Array:
        """What each debt still amounts to."""
        return np.asarray(self.debts.amount - self.cleared)

    @property
    def gross(self) -> float:
        """All debts together."""
        return float(self.debts.amount.sum())

    @property
    def cleared_in_all(self) -> float:
        """The largest sum of debts that can be set off without cash."""
        return float(self.cleared.sum())

    @property
    def net_position(self) -> Array:
        """Claims less debts of each firm; set-off never changes it."""
        return self.debts.net

    @property
    def least_cash(self) -> float:
        """The least money that settles everything: what firms owe net, added up."""
        return float(np.maximum(-self.net_position, 0.0).sum())

    @property
    def settled(self) -> bool:
        """Whether the linear program finished."""
        return bool(np.isfinite(self.cleared).all())

    def table(self, by_debt: Array) -> Float[np.ndarray, "firm firm"]:
        """A quantity by debt as a table, row owes column; for small networks."""
        out = np.zeros((self.debts.nodes, self.debts.nodes))
        out[self.debts.source, self.debts.target] = by_debt
        return out


def set_off(owed: Float[np.ndarray, "firm firm"] | Edges) -> Netting:
    """Cancel as much debt as possible without moving any cash.

    Maximize the debt cancelled while every firm is released from exactly as much as it gives up.

    Parameters
    ----------
    owed
        USD still outstanding, never negative; a table in which row owes column, or ``Edges`` for a
        large network. After payments or a default, call it again with what is then outstanding.

    Notes
    -----
    One sparse linear program with a row for each firm and a column for each debt. Source:
    Fleischman, Dini and Littera (2020), doi:10.3390/jrfm13120295.

    Examples
    --------
    A owes B 5, B owes C 3, C owes A 4: three can go round.

    >>> loop = set_off(np.array([[0.0, 5, 0], [0, 0, 3], [4, 0, 0]]))
    >>> loop.cleared_in_all, loop.bilateral, loop.least_cash
    (9.0, 0.0, 2.0)
    >>> loop.table(loop.left)
    array([[0., 2., 0.],
           [0., 0., 0.],
           [1., 0., 0.]])
    """
    debts = owed if isinstance(owed, Edges) else edges_of(owed)
    to_itself = np.flatnonzero(debts.source == debts.target)
    refuse([f"firm {debts.source[k]} owes itself {debts.amount[k]}; leave such debts out." for k in to_itself])
    most = np.clip(maximum_circulation(debts), 0.0, debts.amount)
    return Netting(debts, most, _bilateral(debts))


def edges_of(owed: Float[np.ndarray, "firm firm"]) -> Edges:
    """The debts of a table as a list, row owes column."""
    refuse(amount_problems("owed", owed))
    source, target = np.nonzero(owed)
    return Edges.merged(source, target, owed[source, target], len(owed))


def _bilateral(debts: Edges) -> float:
    """What pairs of firms can set off between the two of them."""
    table = csr_array((debts.amount, (debts.source, debts.target)), shape=(debts.nodes, debts.nodes))
    return float(table.minimum(table.T.tocsr()).sum())
