"""Where every parameter and every remembered number lives: `mood`, `lab.churn`, `oracle>vendor:chips.chip_share`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.core import nouns
from perpetuum.core.errors import PerpetuumError, UnknownName, listed, not_a, suggest
from perpetuum.core.text import Text, both
from perpetuum.machine.columns import ECONOMY, STOCKS, Column
from perpetuum.machine.knobs import FIRM_KNOBS, KNOBS, LEG_KNOBS, WORLD_KNOBS, Knob

WORLD, FIRM, LEG = len(WORLD_KNOBS), len(FIRM_KNOBS), len(LEG_KNOBS)
_PLACE = {name: n for names in (WORLD_KNOBS, FIRM_KNOBS, LEG_KNOBS) for n, name in enumerate(names)}
_ECONOMY = {column.id: n for n, column in enumerate(ECONOMY)}
_STOCKS = {column.id: n for n, column in enumerate(STOCKS)}
_CORRECT = both("Correct the address.", "請更正位址。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Where one address points.

    Parameters
    ----------
    kind
        ``knob``: a parameter; ``economy`` or ``stock``: a number the machine remembers.
    index
        Of a knob: its place in the flat array of values. Of the economy: its column. Of a stock: its column,
        with ``row`` the entity.
    unit
        In which values are kept.
    """

    address: str
    kind: Literal["knob", "economy", "stock"]
    index: int
    unit: str
    row: int = -1
    knob: Knob | None = None
    column: Column | None = None


class NoSuchAddress(UnknownName):
    """An address that leads nowhere, with the nearest one that leads somewhere."""

    def __init__(self, what: Text, repair: Text) -> None:
        PerpetuumError.__init__(self, what, repair)


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """All addresses of one simulation, given its entities and its legs in the order of their rows.

    The flat array of parameters has the world's first, then for each entity those of a firm, then for each leg
    those of a leg.

    Examples
    --------
    >>> addresses = Addresses(entities=("lab",), legs=("lab>cloud:cloud",))
    >>> slot = addresses.knob("lab.churn")
    >>> slot.unit, addresses.names[slot.index]
    ('ratio', 'lab.churn')
    >>> try:
    ...     addresses.knob("lab.chrun")
    ... except NoSuchAddress as error:
    ...     print(error)
    `chrun` is not a parameter of a firm; did you mean `churn`?
      Write lab.churn (ratio, 0.002 to 0.05).
    """

    entities: tuple[str, ...]
    legs: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return WORLD + len(self.entities) * FIRM + len(self.legs) * LEG

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The address of every parameter, in the order of the flat array."""
        firms = (f"{entity}.{knob}" for entity in self.entities for knob in FIRM_KNOBS)
        legs = (f"{leg}.{knob}" for leg in self.legs for knob in LEG_KNOBS)
        return (*WORLD_KNOBS, *firms, *legs)

    @cached_property
    def by_name(self) -> NDArray[np.int64]:
        """The places of all parameters in the order of their addresses, which no order of rows can change."""
        return np.array(sorted(range(self.size), key=self.names.__getitem__), dtype=np.int64)

    @cached_property
    def knobs(self) -> tuple[Knob, ...]:
        """The parameter of every place of the flat array."""
        world, firm, leg = (tuple(KNOBS[name] for name in names) for names in (WORLD_KNOBS, FIRM_KNOBS, LEG_KNOBS))
        return world + firm * len(self.entities) + leg * len(self.legs)

    @cached_property
    def entity_rows(self) -> dict[str, int]:
        """The row of every entity."""
        return {entity: row for row, entity in enumerate(self.entities)}

    @cached_property
    def leg_rows(self) -> dict[str, int]:
        """The row of every leg."""
        return {leg: row for row, leg in enumerate(self.legs)}

    def knob(self, address: str) -> Slot:
        """The place of a parameter.

        Raises
        ------
        NoSuchAddress
            If there is none; the message holds the nearest one with its unit and range.
        """
        owner, _, name = address.rpartition(".")
        if not owner:
            return self._of_world(name)
        if owner in self.leg_rows:
            self._refuse_stranger(owner, name, LEG_KNOBS, nouns.PARAMETER_OF_LEG)
            return _slot(address, WORLD + len(self.entities) * FIRM + self.leg_rows[owner] * LEG + _PLACE[name], name)
        if owner in self.entity_rows:
            self._refuse_stranger(owner, name, FIRM_KNOBS, nouns.PARAMETER_OF_FIRM)
            return _slot(address, WORLD + self.entity_rows[owner] * FIRM + _PLACE[name], name)
        raise self._unknown_owner(owner, name)

    def target(self, address: str) -> Slot:
        """What a shock may turn or hit: a parameter, or a number of the economy or of a firm.

        Raises
        ------
        NoSuchAddress
            If there is none, or if the machine works that number out itself.
        """
        owner, _, name = address.rpartition(".")
        if not owner and name in _ECONOMY:
            column = ECONOMY[_ECONOMY[name]]
            _refuse_derived(address, column, (column.id for column in ECONOMY if column.can_be_shocked))
            return Slot(address=address, kind="economy", index=_ECONOMY[name], unit=column.unit, column=column)
        if owner in self.entity_rows and name in _STOCKS and name not in FIRM_KNOBS:
            column = STOCKS[_STOCKS[name]]
            _refuse_derived(address, column, (f"{owner}.{column.id}" for column in STOCKS if column.can_be_shocked))
            return Slot(
                address=address, kind="stock", index=_STOCKS[name], unit=column.unit,
                row=self.entity_rows[owner], column=column,
            )  # fmt: skip
        return self._knob_or_stock(address, owner, name)

    def _knob_or_stock(self, address: str, owner: str, name: str) -> Slot:
        if owner and owner not in self.entity_rows:
            return self.knob(address)
        parameters = FIRM_KNOBS if owner else (*WORLD_KNOBS, *FIRM_KNOBS, *LEG_KNOBS)
        if name in parameters:
            return self.knob(address)
        if not owner and name in _STOCKS:
            raise self._without_owner(name)
        columns = STOCKS if owner else ECONOMY
        known = [*(FIRM_KNOBS if owner else WORLD_KNOBS), *(column.id for column in columns if column.can_be_shocked)]
        raise _no_such(nouns.TARGET_OF_SHOCK, name, known, f"{owner}." if owner else "")

    def _of_world(self, name: str) -> Slot:
        if name in WORLD_KNOBS:
            return _slot(name, _PLACE[name], name)
        if name in KNOBS:
            raise self._without_owner(name)
        raise _no_such(nouns.PARAMETER, name, KNOBS, "")

    def _without_owner(self, name: str) -> NoSuchAddress:
        firms = name in _STOCKS or KNOBS[name].per == "firm"
        owners = self.entities if firms else self.legs
        known = listed([f"{owner}.{name}" for owner in owners[:4]])
        whose = both("a firm", "公司") if firms else both("a leg", "分項")
        return NoSuchAddress(
            both(f"`{name}` belongs to {whose.en}: say which.", f"`{name}` 屬於{whose.zh}：請指明是哪一個。"),
            both(f"Write for example: {known.en}", f"請寫成例如：{known.zh}"),
        )

    def _refuse_stranger(self, owner: str, name: str, known: tuple[str, ...], what: Text) -> None:
        if name in _STOCKS and name not in known:
            raise NoSuchAddress(
                both(
                    f"`{owner}.{name}` is no parameter: the machine works it out.",
                    f"`{owner}.{name}` 不是參數：由機器推算。",
                ),
                both(
                    "A scenario sets parameters; only a shock moves such a number.",
                    "情境設定參數；只有衝擊能移動這種數。",
                ),
            )
        if name not in known:
            raise _no_such(what, name, known, f"{owner}.")

    def _unknown_owner(self, owner: str, name: str) -> NoSuchAddress:
        """Neither an entity nor a leg: the nearest among those that have such a parameter."""
        per = KNOBS[name].per if name in KNOBS else None
        known = {"firm": self.entities, "leg": self.legs}.get(per or "", (*self.entities, *self.legs))
        what = {"firm": nouns.ENTITY_OF_MACHINE, "leg": nouns.LEG_OF_MACHINE}.get(
            per or "", nouns.ENTITY_OR_LEG_OF_MACHINE
        )
        return NoSuchAddress(not_a(what, owner, known), _CORRECT)


def range_of(knob: Knob) -> Text:
    """The unit and range of a parameter, as messages have it.

    Examples
    --------
    >>> range_of(KNOBS["churn"]).en
    'ratio, 0.002 to 0.05'
    """
    low, high = f"{knob.low:g}", f"{knob.high:g}"
    return both(f"{knob.unit}, {low} to {high}", f"{knob.unit}，{low} 至 {high}")


def _slot(address: str, index: int, name: str) -> Slot:
    return Slot(address=address, kind="knob", index=index, unit=KNOBS[name].unit, knob=KNOBS[name])


def _no_such(what: Text, name: str, known: Iterable[str], before: str) -> NoSuchAddress:
    """An unknown name, the nearest one, and the range of that if it is a parameter."""
    near = suggest(name, known := list(known))
    nearest = near.en.partition("`")[2].partition("`")[0] if "`" in near.en else ""
    if nearest not in KNOBS:
        return NoSuchAddress(not_a(what, name, known), _CORRECT)
    told = range_of(KNOBS[nearest])
    before = before or {"firm": "<firm>.", "leg": "<leg>."}.get(KNOBS[nearest].per, "")
    repair = both(f"Write {before}{nearest} ({told.en}).", f"請寫 {before}{nearest}（{told.zh}）。")
    return NoSuchAddress(not_a(what, name, known), repair)


def _refuse_derived(address: str, column: Column, known: Iterable[str]) -> None:
    if not column.can_be_shocked:
        among = listed(known)
        raise NoSuchAddress(
            both(
                f"`{address}` ({column.name.en}) is worked out every quarter; a shock to it would not last.",
                f"`{address}`（{column.name.zh}）每季重新計算；對它的衝擊不會留存。",
            ),
            both(f"Shock what it comes from, for example: {among.en}.", f"請衝擊它的來源，例如：{among.zh}。"),
        )
