"""Every payment of a textbook economy leaves one purse and enters another, in our own books."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import BooksDoNotBalance, SeriesError
from perpetuum.core.text import both
from perpetuum.machine.equations_system import ROUNDING, Posting, System
from perpetuum.machine.posting import post

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Page:
    """The transaction-flow matrix of one period, and the purses before and after.

    ``matrix`` is (kind, sector): what a sector is paid is positive, what it pays negative. ``moved`` is what
    posting did to each purse, ``stock`` by how much the equations say that it changed, ``held`` what they say
    is in it. ``declared`` are the cells that a kind may touch. ``sense`` is 1 for who holds money and -1 for
    who issues it.
    """

    period: int
    kinds: tuple[str, ...]
    sectors: tuple[str, ...]
    matrix: Array
    declared: NDArray[np.bool_]
    moved: Array
    stock: Array
    held: Array
    sense: Array


def book(system: System, amounts: Array, money: Array) -> Array:
    """Post every flow of every period, and check each page.

    Parameters
    ----------
    system
        With kinds, sectors and postings.
    amounts
        (period, posting), never negative; that of period 0 is not posted.
    money
        (period, sector): what each holds, or has issued.

    Returns
    -------
    array (period, kind, sector)
        The matrix of each period; nothing in period 0.

    Raises
    ------
    BooksDoNotBalance
        With the identity, the kind or sector, and the period.
    SeriesError
        For a flow that runs backwards.
    """
    matrices = np.zeros((len(amounts), len(system.kinds), len(system.sectors)))
    for period in range(1, len(amounts)):
        page = page_of(system, period, amounts[period], money[period - 1], money[period])
        check(page)
        matrices[period] = page.matrix
    return matrices


def page_of(system: System, period: int, amounts: Array, opening: Array, closing: Array) -> Page:
    """Post the flows of one period, and lay the record out as a matrix."""
    kinds = {kind.id: row for row, kind in enumerate(system.kinds)}
    sectors = {sector.id: column for column, sector in enumerate(system.sectors)}
    sense = np.array([-1.0 if sector.issues else 1.0 for sector in system.sectors])
    purses, purse = opening[:, None].copy(), np.zeros(len(sectors), dtype=np.int64)
    flow, matrix = np.zeros(len(amounts)), np.zeros((len(kinds), len(sectors)))
    for leg, posting in enumerate(system.postings):
        amount = _forward(system, posting, period, float(amounts[leg]))
        post(flow, purses, purse, sense, sectors[posting.payer], sectors[posting.payee], leg, amount)
    for leg, posting in enumerate(system.postings):
        matrix[kinds[posting.kind], sectors[posting.payer]] -= flow[leg]
        matrix[kinds[posting.kind], sectors[posting.payee]] += flow[leg]
    declared = np.array([[name in (*kind.payers, *kind.payees) for name in sectors] for kind in system.kinds])
    return Page(
        period=period, kinds=tuple(kinds), sectors=tuple(sectors), matrix=matrix, declared=declared,
        moved=purses[:, 0] - opening, stock=closing - opening, held=closing, sense=sense,
    )  # fmt: skip


def check(page: Page) -> None:
    """Hold a page against I1, I2, I3 and I8.

    I1: each row sums to 0 and touches only declared cells. I2: each column is what moved the purse, and is the
    change of the stock in the equations. I8: the column of those who issue money is minus the sum of all
    others. I3: what is held is what was issued. Tolerance: 1e-9 of the sum of absolute terms, at least of 1.

    Raises
    ------
    BooksDoNotBalance
        With the identity, the kind or sector, and the period.
    """
    rows, columns = page.matrix.sum(axis=1), page.matrix.sum(axis=0) * page.sense
    for kind, row in enumerate(page.matrix):
        _hold(page, "I1", page.kinds[kind], float(rows[kind]), 0.0, float(np.abs(row).sum()))
        _hold(page, "I1", page.kinds[kind], float(np.abs(row[~page.declared[kind]]).sum()), 0.0, 0.0)
    terms = np.abs(page.matrix).sum(axis=0)
    for sector, name in enumerate(page.sectors):
        for change in (page.moved[sector], page.stock[sector]):
            scale = float(terms[sector] + abs(page.held[sector]))
            _hold(page, "I2", name, float(columns[sector]), float(change), scale)
    issues = page.sense < 0
    made, taken = float(page.matrix[:, issues].sum()), float(page.matrix[:, ~issues].sum())
    issuers = ", ".join(np.array(page.sectors)[issues])
    _hold(page, "I8", issuers, made, -taken, float(terms.sum()))
    held, issued = float(page.held[~issues].sum()), float(page.held[issues].sum())
    _hold(page, "I3", issuers, held, issued, float(np.abs(page.held).sum()))


def _hold(page: Page, identity: str, where: str, flows: float, wanted: float, scale: float) -> None:
    if abs(flows - wanted) <= ROUNDING * max(1.0, scale):
        return
    raise BooksDoNotBalance(
        both(f"{identity}, {where}, period {page.period}", f"{identity}，{where}，第 {page.period} 期"),
        both(f"{flows:,.10g} stands against {wanted:,.10g}.", f"{flows:,.10g} 對不上 {wanted:,.10g}。"),
    )


def _forward(system: System, posting: Posting, period: int, amount: float) -> float:
    if not amount >= -ROUNDING:
        raise SeriesError(
            both(f"{system.name}: posting `{posting.kind}`, period {period}: {amount:,.10g} is no amount from 0.",
                 f"{system.name}：分錄 `{posting.kind}`，第 {period} 期：{amount:,.10g} 不是 0 以上的金額。"),
            both("Flows are never negative; post what runs the other way as a kind of its own, with max(0, ...).",
                 "金流不為負；反方向的金流請另設種類，並寫成 max(0, ...)。"),
        )  # fmt: skip
    return max(amount, 0.0)
