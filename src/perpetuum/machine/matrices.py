"""Who paid whom for what in one quarter, and what everyone holds and owes at its close: two tables whose sums must be.

Godley and Lavoie's two matrices. In the flow matrix every row adds to zero and every column to the change of that
entity's money. In the sheet every column adds to zero, and every row but those of real things.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.accounts import ACCOUNTS
from perpetuum.core.errors import UnknownName
from perpetuum.core.kinds import KINDS
from perpetuum.core.text import Text, both
from perpetuum.machine import columns as c
from perpetuum.machine.history import History
from perpetuum.machine.prepare import Prepared

Floats = NDArray[np.float64]
View = Literal["matrix", "books"]
ROW_OF_TABLE = both("row of this table", "此表的列")
_DEPOSITS = both("Deposits", "存款")
_LOANS = both("Loans and bonds", "貸款與債券")
_UNPAID = both("Unpaid dues", "未付款項")
_REAL = {
    "equipment": both("Chips and network", "晶片與網路設備"),
    "buildings": both("Buildings and power", "廠房與電力"),
    "other_assets": both("Other assets", "其他資產"),
}
_WORTH = both("Net worth, with the sign of what is owed", "淨值（以負債方正負號表示）")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matrix:
    """A table of USD: one row a kind or a thing held, one column an entity.

    ``row_sums`` and ``column_sums`` are what the table adds up to. ``expected`` is, for a flow matrix, how each
    entity's money changed (with the sign of what was issued for the lenders), and for a sheet zero.
    """

    at: str
    rows: tuple[str, ...]
    names: tuple[Text, ...]
    columns: tuple[str, ...]
    values: Floats
    expected: Floats

    @property
    def row_sums(self) -> Floats:
        """Sum of each row."""
        return np.asarray(self.values.sum(axis=1))

    @property
    def column_sums(self) -> Floats:
        """Sum of each column."""
        return np.asarray(self.values.sum(axis=0))

    def row(self, id: str) -> Mapping[str, float]:
        """One row, by entity; an unknown one raises ``UnknownName``."""
        if id not in self.rows:
            raise UnknownName(id, self.rows, what=ROW_OF_TABLE)
        return dict(zip(self.columns, self.values[self.rows.index(id)].tolist(), strict=True))


def flow_matrix(world: Prepared, history: History, quarter: int, label: str) -> Matrix:
    """What each kind of flow brought every entity in a quarter, less what it took."""
    rows: dict[str, Floats] = {}
    for numbers, kind_of in ((history.flow[quarter], None), (history.arrears[quarter], "arrears")):
        for n, leg in enumerate(world.legs):
            kind = kind_of or leg.kind
            row = rows.setdefault(kind, np.zeros(world.places.entities))
            row[world.layout.payer[n]] -= numbers[n]
            row[world.layout.payee[n]] += numbers[n]
    moved = [kind for kind in KINDS if kind in rows and rows[kind].any()]
    purse, every = world.layout.purse, np.arange(world.places.entities)
    change = history.accounts[quarter][every, purse] - history.opening[quarter][every, purse]
    return Matrix(
        at=label, rows=tuple(moved), names=tuple(KINDS[kind].name for kind in moved), columns=world.entities,
        values=np.array([rows[kind] for kind in moved]).reshape(len(moved), world.places.entities),
        expected=world.layout.sense * change,
    )  # fmt: skip


def books_of(world: Prepared, history: History, quarter: int, label: str) -> Matrix:
    """Every account of everyone at the close of a quarter; -1 is the opening of the first."""
    return _table(world, label, _books(_accounts(history, quarter)))


def sheet_of(world: Prepared, history: History, quarter: int, label: str, draw: int) -> Matrix:
    """All balance sheets at the close of a quarter, own shares at market value; -1 is the opening of the first."""
    held = _opened(world, draw) if quarter < 0 else _at_close(world, history, quarter)
    return _table(world, label, _matrix(world, _accounts(history, quarter), held))


def _accounts(history: History, quarter: int) -> Floats:
    return np.asarray(history.opening[0] if quarter < 0 else history.accounts[quarter])


def _table(world: Prepared, label: str, made: dict[str, tuple[Text, Floats]]) -> Matrix:
    return Matrix(
        at=label, rows=tuple(made), names=tuple(name for name, _ in made.values()), columns=world.entities,
        values=np.array([row for _, row in made.values()]), expected=np.zeros(world.places.entities),
    )  # fmt: skip


def _books(accounts: Floats) -> dict[str, tuple[Text, Floats]]:
    """Every account; what is owed, and what belongs to the owners, with a minus."""
    return {
        id: (account.name, accounts[:, n] if account.side == "asset" else -accounts[:, n])
        for n, (id, account) in enumerate(ACCOUNTS.items())
    }


def _matrix(world: Prepared, accounts: Floats, held: Floats) -> dict[str, tuple[Text, Floats]]:
    """Money, loans, shares by issuer, unpaid dues, real things, and net worth."""
    rows: dict[str, tuple[Text, Floats]] = {
        "deposits": (_DEPOSITS, accounts[:, c.CASH] - accounts[:, c.DEPOSITS]),
        "loans": (_LOANS, accounts[:, c.LOANS] - accounts[:, c.DEBT]),
    }
    owned = held.sum(axis=1)
    for issuer in np.flatnonzero(owned):
        row, id = held[issuer].copy(), world.entities[issuer]
        row[issuer] -= owned[issuer]
        rows[f"shares of {id}"] = both(f"Shares of {id}", f"{id} 股份"), row
    unpaid = accounts[:, c.RECEIVABLES] + accounts[:, c.PREPAID]
    unpaid = unpaid - accounts[:, c.PAYABLES] - accounts[:, c.DEFERRED_REVENUE]
    rows["unpaid"] = _UNPAID, unpaid
    for id, name in _REAL.items():
        rows[id] = name, accounts[:, list(ACCOUNTS).index(id)]
    worth = accounts[:, c.PAID_IN] + accounts[:, c.EARNINGS] + accounts[:, c.REVALUATION] - owned
    rows["net_worth"] = _WORTH, -worth
    return rows


def _at_close(world: Prepared, history: History, quarter: int) -> Floats:
    """Stakes at the close of a quarter."""
    return stakes_of(world, history.positions[quarter], history.stocks[quarter])


def _opened(world: Prepared, draw: int) -> Floats:
    """Stakes as a draw opens."""
    opened = world.opened(draw)
    return stakes_of(world, opened.positions, opened.stocks)


def stakes_of(world: Prepared, positions: Floats, stocks: Floats) -> Floats:
    """Stakes at market value, (issuer, holder), in USD."""
    held = np.zeros((world.places.entities, world.places.entities))
    for leg, issuer, holder in world.layout.shares:
        held[issuer, holder] += positions[leg, c.HELD] * stocks[issuer, c.SHARE_PRICE]
    return held
