"""What one more dollar does: of assets, or of debt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.books import Books
from perpetuum.contagion.clear import Clearing
from perpetuum.core.errors import NetworkError
from perpetuum.core.text import both
from perpetuum.maths.claims import MOST_FIRMS, NO_COSTS
from perpetuum.maths.debt_slopes import Debt, debt_slopes
from perpetuum.maths.ladder import ladder
from perpetuum.maths.slopes import slopes

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
By = Literal["outside_assets", "obligations"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """Derivatives at a clearing; pure numbers.

    Parameters
    ----------
    by
        What grows by a dollar: firms (their outside assets), or obligations as debtor, creditor and rank.
    payments, equity
        (firm, by): change of all that the row pays, and of its equity.
    short
        By ``by``: change of all unpaid debt together. For assets it is what one more dollar saves, with
        a minus.
    at_edge
        Firms with two derivatives: the one for losses is given.
    jumps
        Falling costs something, and such jumps are in no derivative.
    """

    wrt: By
    firms: tuple[str, ...]
    by: tuple[str, ...] | tuple[tuple[str, str, int], ...]
    payments: Array
    equity: Array
    short: Array
    at_edge: tuple[str, ...]
    jumps: bool

    @property
    def saves(self) -> Mapping[str, float]:
        """What one more dollar at each firm takes off all unpaid debt together, largest first."""
        if self.wrt != "outside_assets":
            raise NetworkError(
                both("one more dollar of debt saves nothing.", "多欠一元不會減少任何短付。"),
                both("Ask for wrt='outside_assets'.", "請改用 wrt='outside_assets'。"),
            )
        order = np.argsort(self.short, kind="stable")
        return {self.firms[i]: float(-self.short[i]) for i in order}

    def array(self, field: Literal["payments", "equity"]) -> xr.DataArray:
        """One of the tables with its labels."""
        import xarray as xr

        names = [each if isinstance(each, str) else " -> ".join(map(str, each)) for each in self.by]
        return xr.DataArray(
            getattr(self, field), dims=("firm", self.wrt), coords={"firm": list(self.firms), self.wrt: names}
        )


def sensitivity(of: Books | Clearing, *, wrt: By = "outside_assets") -> Sensitivity:
    """The derivatives of the greatest solution, by the implicit function theorem on its final rungs.

    Parameters
    ----------
    of
        Books, or a clearing of them (whose default costs are then used).
    wrt
        What grows: the outside assets of each firm, or each obligation of the books (those between the
        same parties in the same rank are one).

    Notes
    -----
    One linear system for all. Sources: Eisenberg and Noe (2001); Liu and Staum (2010),
    doi:10.21314/JCR.2010.112, for what a dollar saves.

    Examples
    --------
    >>> made = Books.of(outside_assets={"a": 4, "b": 1}, obligations=[("a", "b", 10), ("b", "banks", 8)])
    >>> sensitivity(made).saves
    {'a': 2.0, 'b': 1.0}
    """
    if isinstance(of, Clearing):
        if of.solution == "least":
            raise NetworkError(
                both("derivatives are those of the greatest solution.", "導數只針對最大解計算。"),
                both("Clear with solution='greatest'.", "請以 solution='greatest' 清算。"),
            )
        books, costs = of.books, of.costs_of_default
    else:
        books, costs = of, NO_COSTS
    if len(books.firms) > MOST_FIRMS:
        raise NetworkError(
            both(f"a table of {len(books.firms)} by {len(books.firms)} firms.",
                 f"{len(books.firms)} × {len(books.firms)} 家公司的表格。"),
            both(f"Tables are made for at most {MOST_FIRMS} firms; ask for a part of the network.",
                 f"表格最多 {MOST_FIRMS} 家公司；請改問網路的一部分。"),
        )  # fmt: skip
    found = ladder(books.claims, books.outside_assets, costs=costs)
    edge = tuple(books.firms[i] for i in np.flatnonzero(found.at_edge))
    if wrt == "outside_assets":
        seen = slopes(found, costs)
        return Sensitivity(
            wrt=wrt, firms=books.firms, by=books.firms, payments=seen.payments, equity=seen.equity, short=-seen.saves,
            at_edge=edge, jumps=not costs.are_none,
        )  # fmt: skip
    pairs = tuple(dict.fromkeys((each.debtor, each.creditor, each.rank) for each in books.obligations))
    place = {firm: i for i, firm in enumerate(books.firms)}
    debts = [Debt(debtor=place[debtor], creditor=place.get(creditor), rank=rank) for debtor, creditor, rank in pairs]
    by_debt = debt_slopes(found, debts, costs)
    return Sensitivity(
        wrt=wrt, firms=books.firms, by=pairs, payments=by_debt.payments, equity=by_debt.equity, short=by_debt.short,
        at_edge=edge, jumps=not costs.are_none,
    )  # fmt: skip
