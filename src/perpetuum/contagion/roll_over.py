"""Several quarters in which what was not paid stays owed, with interest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.books import Books, Obligation
from perpetuum.core.errors import NetworkError
from perpetuum.core.text import both
from perpetuum.maths.roll_over import roll_over as rolled

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Owed = Obligation | tuple[str, str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledOver:
    """Quarter by quarter, USD: ``paid`` in all by firm, then what is owed and held at the end.

    ``paid``, ``cash`` and ``outstanding_outside`` are (quarter, firm), ``outstanding`` (quarter, debtor,
    creditor). ``recovery`` is the share paid of all that was due, 1 where nothing was.
    """

    firms: tuple[str, ...]
    paid: Array
    recovery: Array
    outstanding: Array
    outstanding_outside: Array
    cash: Array

    def array(self, field: str) -> xr.DataArray:
        """``paid``, ``recovery``, ``cash`` or what is outstanding, with labels."""
        import xarray as xr

        values, names = getattr(self, field), list(self.firms)
        dims = ("quarter", "debtor", "creditor") if values.ndim == 3 else ("quarter", "firm")
        return xr.DataArray(values, dims=dims, coords=dict.fromkeys(dims[1:], names))


def roll_over(
    books: Books,
    due: Sequence[Iterable[Owed]] = (),
    inflows: Sequence[Mapping[str, float]] = (),
    rate: float = 0.0,
) -> RolledOver:
    """Clear debts quarter after quarter; nobody is wound up, and who could not pay may pay later.

    Parameters
    ----------
    books
        Outside assets are the cash before the first quarter; obligations fall due in the first, in
        one rank.
    due
        What falls due beside that, by quarter.
    inflows
        USD from outside by quarter and firm; who is missing gets nothing.
    rate
        Interest per quarter on what stayed unpaid.

    Notes
    -----
    There are as many quarters as the longer of ``due`` and ``inflows`` has, at least one. Source: see
    ``perpetuum.maths.roll_over``.

    Examples
    --------
    >>> made = Books.of(outside_assets={"a": 4, "b": 0}, obligations=[("a", "b", 10)])
    >>> out = roll_over(made, inflows=[{}, {"a": 8}], rate=0.1)
    >>> out.paid[:, 0], out.cash[:, 0].round(9)
    (array([4. , 6.6]), array([0. , 1.4]))
    """
    if books.ranks > 1:
        raise NetworkError(
            both("debts of several ranks over several quarters.", "多個順位的債務無法跨季結算。"),
            both("Give them one rank, or clear each quarter by itself.", "請改為同一順位，或逐季清算。"),
        )
    if not (math.isfinite(rate) and rate >= 0):
        raise NetworkError(
            both(f"a rate of {rate}.", f"利率為 {rate}。"),
            both("Write a finite number, zero or more, per quarter.", "請寫每季的利率，須為不小於零的有限數字。"),
        )
    quarters, firms = max(len(due), len(inflows), 1), len(books.firms)
    inside, outside = np.zeros((quarters, firms, firms)), np.zeros((quarters, firms))
    inside[0], outside[0] = books.claims.owed[0], books.claims.outside[0]
    for quarter, new in enumerate(due):
        more = _claims(books, new)
        inside[quarter] += more[0]
        outside[quarter] += more[1]
    arrives = np.zeros((quarters, firms))
    for quarter, receipts in enumerate(inflows):
        for firm, amount in receipts.items():
            if not math.isfinite(amount) or amount < 0:
                raise NetworkError(
                    both(f"an inflow of {amount} USD for {firm}.", f"{firm} 的流入為 {amount} 美元。"),
                    both("Inflows are finite and never negative.", "流入必須是有限的數，且絕不為負。"),
                )
            arrives[quarter, books.at(firm)] += amount
    found = rolled(inside, arrives, books.outside_assets, rate, due_outside=outside)
    unpaid = found.outstanding.sum(axis=2) + found.outstanding_outside
    owed = found.paid + unpaid
    recovery = np.where(owed > 0, found.paid / np.where(owed > 0, owed, 1.0), 1.0)
    return RolledOver(
        firms=books.firms, paid=found.paid, recovery=recovery,
        outstanding=found.outstanding, outstanding_outside=found.outstanding_outside, cash=found.cash,
    )  # fmt: skip


def _claims(books: Books, due: Iterable[Owed]) -> tuple[Array, Array]:
    """What falls due in one quarter, inside and outside, checked like books."""
    made = Books.of(outside_assets=dict.fromkeys(books.firms, 0.0), obligations=due)
    if made.ranks > 1:
        raise NetworkError(both("dues of several ranks.", "到期債務有多個順位。"),
                           both("Give them rank 0.", "請改為順位 0。"))  # fmt: skip
    return made.claims.owed[0], made.claims.outside[0]
