"""Debts that cancel against each other, so that nobody needs the cash to pay them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from perpetuum.contagion.books import Books


@dataclass(frozen=True, slots=True, kw_only=True)
class Netting:
    """What can be set off around loops; USD.

    Parameters
    ----------
    cleared
        By (debtor, creditor): how much of what the one owes the other goes away. How much is cleared
        in all is unique, where it is cleared need not be.
    gross, cleared_in_all, bilateral, least_cash
        All debts between firms, how much of them goes round, how much of that between two firms
        alone, and the least money that settles everything.
    left
        The books afterwards; ranks and legs between the same two firms shrink alike.
    """

    cleared: Mapping[tuple[str, str], float]
    net_position: Mapping[str, float]
    gross: float
    cleared_in_all: float
    bilateral: float
    least_cash: float
    left: Books
    settled: bool


def net(books: Books) -> Netting:
    """Cancel as much debt between firms as possible without moving any cash.

    Outside parties and what is owed to them stay as they are. Repeat it on the books that are left,
    or after payments, whenever debts have changed.

    Notes
    -----
    Source: Fleischman, Dini and Littera (2020), doi:10.3390/jrfm13120295.

    Examples
    --------
    >>> loop = Books.of(
    ...     outside_assets={"a": 0, "b": 0, "c": 0}, obligations=[("a", "b", 5), ("b", "c", 3), ("c", "a", 4)]
    ... )
    >>> out = net(loop)
    >>> out.cleared_in_all, out.least_cash, [each.amount for each in out.left.obligations]
    (9.0, 2.0, [2.0, 0.0, 1.0])
    """
    # The solver takes a while to load, and only this question needs it.
    from perpetuum.maths.circulation import Edges
    from perpetuum.maths.netting import set_off

    place = {firm: i for i, firm in enumerate(books.firms)}
    pairs: dict[tuple[str, str], float] = {}
    for each in books.obligations:
        if each.creditor in place and each.amount > 0:
            pairs[each.debtor, each.creditor] = pairs.get((each.debtor, each.creditor), 0.0) + each.amount
    debts = Edges.merged(
        np.array([place[debtor] for debtor, _ in pairs], dtype=np.int64),
        np.array([place[creditor] for _, creditor in pairs], dtype=np.int64),
        np.array(list(pairs.values()), dtype=float), len(place),
    )  # fmt: skip
    found = set_off(debts)
    name = books.firms
    cleared = {
        (name[int(i)], name[int(j)]): float(amount)
        for i, j, amount in zip(found.debts.source, found.debts.target, found.cleared, strict=True)
    }
    kept = {pair: 1.0 - cleared.get(pair, 0.0) / amount for pair, amount in pairs.items()}
    left = tuple(
        replace(each, amount=each.amount * max(0.0, kept.get((each.debtor, each.creditor), 1.0)))
        for each in books.obligations
    )
    return Netting(
        cleared={pair: amount for pair, amount in cleared.items() if amount > 0},
        net_position=dict(zip(name, found.net_position.tolist(), strict=True)), gross=found.gross,
        cleared_in_all=found.cleared_in_all, bilateral=found.bilateral, least_cash=found.least_cash,
        left=replace(books, obligations=left), settled=found.settled,
    )  # fmt: skip
