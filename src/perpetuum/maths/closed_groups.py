"""Groups of firms that owe only one another and have nothing: there, any share paid clears the books."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from perpetuum.maths.compiled import compiled
from perpetuum.maths.shapes import Bool, Int

NOBODY = -1


def dry_closed_groups(
    claims: csr_array, has_cash: Bool[np.ndarray, " firm"], owes_outside: Bool[np.ndarray, " firm"]
) -> Int[np.ndarray, " firm"]:
    """Find the dry closed groups: without them, debts of one rank and no costs clear in one way only.

    Parameters
    ----------
    claims
        Row creditor, column debtor; USD, positive where stored.
    has_cash
        Whether a firm has anything before others pay.
    owes_outside
        Whether a firm owes anyone outside the network.

    Returns
    -------
    ndarray
        The number of the group a firm belongs to, or -1.

    Notes
    -----
    A group has two or more firms, each reached from each other by debts; it owes nobody else, has no
    cash, and no money reaches it. Candidates are peeled first (no cash, no debt outside, debts to
    candidates only), which usually leaves nobody.
    Source: Eisenberg and Noe (2001), doi:10.1287/mnsc.47.2.236.9835, on when the solution is unique.

    Examples
    --------
    Firms 0 and 1 owe each other and have nothing; 2 and 3 owe each other and 3 has cash:

    >>> claims = csr_array(np.array([[0.0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]))
    >>> dry_closed_groups(claims, np.array([False, False, False, True]), np.zeros(4, dtype=bool))
    array([ 0,  0, -1, -1])
    """
    group = np.full(claims.shape[0], NOBODY, dtype=np.int64)
    candidate = _peeled(claims, ~(has_cash | owes_outside))
    if np.count_nonzero(candidate) < 2:
        return group
    candidate &= ~_reached(claims, has_cash)
    members = np.flatnonzero(_peeled(claims, candidate))
    inside = claims[members][:, members]
    count, part = connected_components(inside, connection="strong")
    creditor, debtor = inside.nonzero()
    leaks = np.bincount(part[debtor], weights=part[creditor] != part[debtor], minlength=count) > 0
    closed = ~leaks & (np.bincount(part, minlength=count) > 1)
    number = np.where(closed, np.cumsum(closed) - 1, NOBODY)
    group[members] = number[part]
    return group


def _peeled(claims: csr_array, candidate: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Take away whoever owes someone who is not a candidate, until nobody does."""
    left = candidate.copy()
    if left.any():
        _spread(claims.indptr, claims.indices, left, False)
    return left


def _reached(claims: csr_array, sources: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whom money reaches, if every firm that gets some passes some on."""
    reached = sources.copy()
    by_debtor = csr_array(claims.T)
    _spread(by_debtor.indptr, by_debtor.indices, reached, True)
    return reached


@compiled
def _spread(starts: NDArray[np.int32], other: NDArray[np.int32], mark: NDArray[np.bool_], value: bool) -> None:
    """Give the mark of a row to every firm it names, and to those that these name, and so on."""
    waiting = np.empty(mark.size, dtype=np.int64)
    count = 0
    for i in range(mark.size):
        if mark[i] == value:
            waiting[count] = i
            count += 1
    while count > 0:
        count -= 1
        i = waiting[count]
        for k in range(starts[i], starts[i + 1]):
            j = other[k]
            if mark[j] != value:
                mark[j] = value
                waiting[count] = j
                count += 1
