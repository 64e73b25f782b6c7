"""One possible future, whole: everything that was held, paid and owed in every quarter of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.accounts import ACCOUNTS
from perpetuum.machine.columns import ECONOMY, POSITIONS, STOCKS
from perpetuum.machine.ground import TALLY
from perpetuum.machine.world import OWN

Floats = NDArray[np.float64]
BY_LEG = ("flow", "arrears", "unpaid", "lost", "vesting")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where each number of a draw lies in its row.

    Examples
    --------
    >>> places = Places(entities=2, legs=3)
    >>> places.flow(1) - places.flow(0), places.economy(0)
    (1, 0)
    """

    entities: int
    legs: int

    def economy(self, column: int) -> int:
        """A number of the whole economy."""
        return column

    def stock(self, entity: int, column: int) -> int:
        """What is remembered of a firm."""
        return self._stocks + entity * len(STOCKS) + column

    def account(self, entity: int, account: int) -> int:
        """A balance at the close, USD."""
        return self._accounts + entity * len(ACCOUNTS) + account

    def position(self, leg: int, column: int) -> int:
        """What stands on a leg at the close."""
        return self._positions + leg * len(POSITIONS) + column

    def flow(self, leg: int) -> int:
        """Paid on a leg in the quarter, USD."""
        return self.by_leg("flow", leg)

    def by_leg(self, what: str, leg: int) -> int:
        """One of ``flow``, ``arrears``, ``unpaid``, ``lost``, ``vesting`` of a leg, USD."""
        return self._by_leg + BY_LEG.index(what) * self.legs + leg

    def own(self, entity: int, column: int) -> int:
        """An entry in a firm's own books, USD."""
        return self._own + entity * OWN + column

    def opening(self, entity: int, account: int) -> int:
        """A balance as the quarter opened, USD."""
        return self._opening + entity * len(ACCOUNTS) + account

    @property
    def _stocks(self) -> int:
        return len(ECONOMY)

    @property
    def _accounts(self) -> int:
        return self._stocks + self.entities * len(STOCKS)

    @property
    def _positions(self) -> int:
        return self._accounts + self.entities * len(ACCOUNTS)

    @property
    def _by_leg(self) -> int:
        return self._positions + self.legs * len(POSITIONS)

    @property
    def _own(self) -> int:
        return self._by_leg + self.legs * len(BY_LEG)

    @property
    def _opening(self) -> int:
        return self._own + self.entities * OWN

    @property
    def _tally(self) -> int:
        return self._opening + self.entities * len(ACCOUNTS)

    @property
    def size(self) -> int:
        """How many numbers a row has."""
        return self._tally + TALLY * self.entities


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """Everything of one draw, by quarter; USD, GW, persons.

    ``rows`` is (number, quarter) in the order of :class:`Places`; the other names are views of it, with the
    quarter first. ``status`` is how the draw ended; from the quarter in which it broke off all is NaN.
    """

    places: Places
    rows: Floats
    status: str = "settled"

    def _part(self, first: int, last: int, *shape: int) -> Floats:
        return self.rows[first:last].T.reshape(-1, *shape)

    @property
    def economy(self) -> Floats:
        """(quarter, column)."""
        return self._part(0, self.places._stocks, len(ECONOMY))

    @property
    def stocks(self) -> Floats:
        """(quarter, entity, column)."""
        p = self.places
        return self._part(p._stocks, p._accounts, p.entities, len(STOCKS))

    @property
    def accounts(self) -> Floats:
        """Balances at the close, (quarter, entity, account)."""
        p = self.places
        return self._part(p._accounts, p._positions, p.entities, len(ACCOUNTS))

    @property
    def positions(self) -> Floats:
        """(quarter, leg, column)."""
        p = self.places
        return self._part(p._positions, p._by_leg, p.legs, len(POSITIONS))

    def by_leg(self, what: str) -> Floats:
        """``flow``, ``arrears``, ``unpaid``, ``lost`` or ``vesting``, (quarter, leg)."""
        first = self.places.by_leg(what, 0)
        return self._part(first, first + self.places.legs, self.places.legs)

    @property
    def flow(self) -> Floats:
        """Paid for the quarter itself, (quarter, leg)."""
        return self.by_leg("flow")

    @property
    def arrears(self) -> Floats:
        """Paid of what was unpaid before, (quarter, leg)."""
        return self.by_leg("arrears")

    @property
    def own(self) -> Floats:
        """Entries in a firm's own books, (quarter, entity, column)."""
        p = self.places
        return self._part(p._own, p._opening, p.entities, OWN)

    @property
    def opening(self) -> Floats:
        """Balances as each quarter opened, (quarter, entity, account)."""
        p = self.places
        return self._part(p._opening, p._tally, p.entities, len(ACCOUNTS))

    @property
    def is_whole(self) -> bool:
        """Did the draw reach its last quarter?"""
        return self.status == "settled"


def union(places: Iterable[Iterable[int]]) -> NDArray[np.int64]:
    """All places that any of several lists names, each once, in order."""
    return np.array(sorted({place for some in places for place in some}), dtype=np.int64)
