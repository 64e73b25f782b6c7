"""What the quarters of a calendar year come to, and the first year in which money comes in rather than goes out."""

from __future__ import annotations

import numpy as np

from perpetuum.core.when import Quarter
from perpetuum.maths.shapes import Float


def by_year(
    flows: Float[np.ndarray, "*batch quarter"], first: Quarter
) -> tuple[tuple[int, ...], Float[np.ndarray, "*batch year"]]:
    """Sum flows over whole calendar years; quarters of a year that is not whole are left out.

    Parameters
    ----------
    flows
        Of each quarter, in any unit.
    first
        The quarter of the first column.

    Returns
    -------
    years, sums
        The years in order, and their sums.

    Examples
    --------
    >>> by_year(np.array([9.0, 1, 1, 1, 1, 2, 2, 2, 2, 9]), Quarter(2025, 4))
    ((2026, 2027), array([4., 8.]))
    """
    skipped = (1 - first.number) % 4
    whole = max((flows.shape[-1] - skipped) // 4, 0)
    kept = flows[..., skipped : skipped + 4 * whole]
    start = (first + skipped).year
    return tuple(range(start, start + whole)), kept.reshape(*flows.shape[:-1], whole, 4).sum(-1)


def turns_positive(cash_flow: Float[np.ndarray, " quarter"], first: Quarter) -> int | None:
    """The first calendar year from which on every whole year brings in more cash than it takes.

    Parameters
    ----------
    cash_flow
        USD a quarter; negative while cash is burned.
    first
        The quarter of the first number.

    Returns
    -------
    int or None
        A year that merely interrupts the burning does not count. Nothing if the last whole year still burns cash,
        or holds a number that is not known.

    Examples
    --------
    >>> burning, earning = [-2.0] * 4, [1.0] * 4
    >>> turns_positive(np.array(burning + earning + burning + earning + earning), Quarter(2026, 1))
    2029
    >>> turns_positive(np.array(earning + burning), Quarter(2026, 1)) is None
    True
    """
    years, sums = by_year(cash_flow, first)
    found = None
    for year, came in zip(reversed(years), reversed(sums.tolist()), strict=True):
        if not came > 0.0:
            break
        found = year
    return found
