"""Who plays which part in a simulated quarter: fuel, gears, engines, and the four sectors around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from perpetuum.core.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast(Record):
    """The entities a case simulates, by their ids.

    Parameters
    ----------
    fuel, gears, engines
        Firms that make chips, build capacity and serve users; one firm may play several parts.
    users, suppliers, investors, lenders
        The sectors that close the circle of money: one entity each, and none of the firms.
    stands_for
        Firms that are not simulated themselves, and the member of the cast they are counted with.
    fold_unknown
        Whether firms without an opening balance sheet are counted with the sectors, and listed; otherwise they are
        an error.

    Examples
    --------
    >>> cast = Cast(
    ...     fuel=("vendor",), gears=("cloud",), engines=("lab",),
    ...     users="all_users", suppliers="all_suppliers", investors="all_investors", lenders="all_lenders",
    ... )
    >>> cast.firms, cast.sectors[0]
    (('vendor', 'cloud', 'lab'), 'all_users')
    """

    fuel: tuple[str, ...] = ()
    gears: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    users: str
    suppliers: str
    investors: str
    lenders: str
    stands_for: Mapping[str, str] = field(default_factory=dict)
    fold_unknown: bool = False

    @property
    def firms(self) -> tuple[str, ...]:
        """Every firm once, in the order of its first part."""
        return tuple(dict.fromkeys((*self.fuel, *self.gears, *self.engines)))

    @property
    def sectors(self) -> tuple[str, str, str, str]:
        """Users, suppliers, investors, lenders."""
        return self.users, self.suppliers, self.investors, self.lenders

    @property
    def members(self) -> tuple[str, ...]:
        """Firms, then sectors."""
        return (*self.firms, *self.sectors)
