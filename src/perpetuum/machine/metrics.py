"""What a simulated firm reports: each metric as sums of what was held and paid, by firm and by part.

Every metric is a few sums of numbers of a draw, and what is done with them. So a run can keep ten thousand values
of it without keeping ten thousand worlds, and one future read whole gives the very same number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import UnknownName
from perpetuum.core.metrics import METRICS
from perpetuum.core.text import Text, both
from perpetuum.machine import columns as c
from perpetuum.machine.history import Places
from perpetuum.machine.knobs import FIRM_KNOBS, HEADLINE, LEG_KNOBS, WORLD_KNOBS
from perpetuum.machine.world import GAIN, LENT_LOST, SUBSCRIPTION, WRITTEN_OFF, Layout

Floats = NDArray[np.float64]
Term = tuple[int, float]  # a place in the row of a draw, and its weight
Sums = tuple[tuple[Term, ...], ...]
WORLD = "world"  # what belongs to no firm
PARTS = ("fuel", "gears", "engines", "firms")
SERIES_OF_RUN = both("series of a simulation", "模擬的序列")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One firm among the arrays: its number, and the legs it trades on."""

    places: Places
    layout: Layout
    values: Floats  # all parameters of the central future, flat
    moved: frozenset[int]  # parameters that differ by draw or quarter

    def legs(self, numbers: Iterable[int], end: str, entity: int) -> list[int]:
        """Of some legs those that a firm pays (``payer``) or is paid on (``payee``)."""
        ends = getattr(self.layout, end)
        return [int(leg) for leg in numbers if ends[leg] == entity]

    def bills(self, end: str, entity: int) -> list[int]:
        """Legs on which bills fall due to or from a firm: what is earned, and no principal or claim of a guarantor."""
        dues = range(int(self.layout.groups[0, 1]))
        return self.legs((leg for leg in dues if self.layout.books[leg, 0] == c.EARNINGS), end, entity)


def _stock(column: int) -> Callable[[Seat, int], Sums]:
    return lambda seat, e: (((seat.places.stock(e, column), 1.0),),)


def _account(*accounts: int) -> Callable[[Seat, int], Sums]:
    return lambda seat, e: (tuple((seat.places.account(e, account), 1.0) for account in accounts),)


def _own(column: int) -> Callable[[Seat, int], Sums]:
    return lambda seat, e: (((seat.places.own(e, column), 1.0),),)


def _revenue(seat: Seat, e: int) -> Sums:
    """Sales of the quarter, paid or not, less bills written down."""
    p = seat.places
    owed = [(p.by_leg("unpaid", leg), 1.0) for leg in seat.bills("payee", e)]
    lost = [(p.by_leg("lost", leg), -1.0) for leg in seat.bills("payee", e)]
    return (((p.stock(e, c.SALES), 1.0), *owed, *lost),)


def _receivables(seat: Seat, e: int) -> Sums:
    """Unpaid bills of customers: no claim of a guarantor, and no loan that was called of one."""
    p, layout = seat.places, seat.layout
    terms = [(p.account(e, c.RECEIVABLES), 1.0)]
    for i, (leg, recourse, debtor) in enumerate(layout.guarantees.tolist()):
        of_loan = all(layout.payee[covered] == debtor for row, covered in layout.covered if row == i)
        if layout.payer[leg] == e:
            terms.append((p.position(recourse, c.UNPAID), -1.0))
        elif layout.payee[leg] == e and of_loan:
            terms.append((p.position(leg, c.UNLOCKED), -1.0))
    return (tuple(terms),)


def _operating(seat: Seat, e: int) -> Sums:
    """Cash earned by operations, bills in arrears included."""
    p = seat.places
    came = [(p.by_leg("arrears", leg), 1.0) for leg in seat.bills("payee", e)]
    went = [(p.by_leg("arrears", leg), -1.0) for leg in seat.bills("payer", e)]
    return (((p.stock(e, c.OPERATING_CASH), 1.0), *came, *went),)


def _free(seat: Seat, e: int) -> Sums:
    return ((*_operating(seat, e)[0], (seat.places.stock(e, c.CAPEX), -1.0)),)


def _backlog(seat: Seat, e: int) -> Sums:
    legs = seat.legs(seat.layout.contracts, "payee", e)
    return (tuple((seat.places.position(leg, c.BACKLOG), 1.0) for leg in legs),)


def _backlog_by_customer(seat: Seat, e: int) -> Sums:
    legs = seat.legs(seat.layout.contracts, "payee", e)
    return tuple(
        tuple((seat.places.position(leg, c.BACKLOG), 1.0) for leg in legs if seat.layout.payer[leg] == engine)
        for engine in seat.layout.engines
    )


def _bills(seat: Seat, e: int) -> Sums:
    layout = seat.layout
    spot = (int(layout.spot[e, g]) for g in layout.gears if layout.spot[e, g] >= 0)
    return (tuple((seat.places.flow(leg), 1.0) for leg in (*seat.legs(layout.contracts, "payer", e), *spot)),)


def _subscribed(seat: Seat, e: int) -> Sums:
    return (((seat.places.flow(int(seat.layout.standing[SUBSCRIPTION, e])), 1.0),),)


def _capex_to_revenue(seat: Seat, e: int) -> Sums:
    return ((seat.places.stock(e, c.CAPEX), 1.0),), _revenue(seat, e)[0]


def _promises(seat: Seat) -> list[int]:
    """Legs on which vendors finance their customers: tranches and loans."""
    return [*map(int, seat.layout.tranches), *map(int, seat.layout.loans[:, 0])]


def _tranches(seat: Seat, e: int, sign: float, *columns: int) -> Sums:
    legs = seat.legs(_promises(seat), "payer", e)
    return (tuple((seat.places.position(leg, column), sign) for leg in legs for column in columns),)


def _drawn(seat: Seat, e: int) -> Sums:
    return _tranches(seat, e, 1.0, c.DRAWN)


def _promised(seat: Seat, e: int) -> Sums:
    """Headlines less what was cancelled: what was drawn is still part of what was promised."""
    return _tranches(seat, e, -1.0, c.CANCELLED)


def _owed_to_vendors(seat: Seat, e: int) -> Sums:
    legs = seat.legs(seat.layout.loans[:, 0], "payee", e)
    return (tuple((seat.places.position(leg, c.OUTSTANDING), 1.0) for leg in legs),)


def _nothing(seat: Seat, e: int) -> Sums:
    return ((),)


def _headlines(seat: Seat, e: int) -> float:
    """What a firm's funding legs come to; NaN where draws or shocks move them."""
    first = len(WORLD_KNOBS) + seat.places.entities * len(FIRM_KNOBS)
    found = [first + leg * len(LEG_KNOBS) + HEADLINE for leg in seat.legs(_promises(seat), "payer", e)]
    return float("nan") if seat.moved & set(found) else float(sum(seat.values[place] for place in found))


def _zero(seat: Seat, e: int) -> float:
    return 0.0


def _unknown(seat: Seat, e: int) -> float:
    return float("nan")


# What is done with the sums; each is (..., quarter).
def _as_it_is(sums: Sequence[Floats]) -> Floats:
    return sums[0]


def _first_by_second(sums: Sequence[Floats]) -> Floats:
    top, bottom = np.broadcast_arrays(*sums)
    return np.asarray(np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0.0))


def _largest_share(sums: Sequence[Floats]) -> Floats:
    return _first_by_second([np.maximum.reduce(list(sums)), sum(sums[1:], start=sums[0])])


def _gaps_so_far(sums: Sequence[Floats]) -> Floats:
    return np.asarray(np.cumsum(np.maximum(sums[0], 0.0), axis=-1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One metric of simulated firms: who has it, what it sums, and what is done with the sums."""

    id: str
    unit: str
    name: Text
    of: tuple[str, ...]
    sums: Callable[[Seat, int], Sums]
    then: Callable[[Sequence[Floats]], Floats] = _as_it_is
    plus: Callable[[Seat, int], float] = _zero
    adds_up: bool = True


_FIRMS = ("fuel", "gears", "engines")
_LISTED = ("fuel", "gears")


def _told(
    id: str,
    of: tuple[str, ...],
    sums: Callable[[Seat, int], Sums],
    name: tuple[str, str, str] | None = None,
    *,
    then: Callable[[Sequence[Floats]], Floats] = _as_it_is,
    plus: Callable[[Seat, int], float] = _zero,
    adds_up: bool = True,
) -> Measure:
    """A metric of the dictionary, or one of our own with unit and names."""
    if name is None:
        unit, text = METRICS[id].unit, METRICS[id].name
    else:
        unit, text = name[0], both(name[1], name[2])
    return Measure(id=id, unit=unit, name=text, of=of, sums=sums, then=then, plus=plus, adds_up=adds_up)


_ECONOMY = {column.id: column for column in c.ECONOMY}
MEASURES: dict[str, Measure] = {
    told.id: told
    for told in (
        _told("cash", (*_FIRMS, "users", "suppliers", "investors"), _account(c.CASH)),
        _told("total_debt", _FIRMS, _account(c.DEBT)),
        _told("revenue", _FIRMS, _revenue),
        _told("end_user_ai_revenue", ("engines",), _subscribed,
              ("USD", "Revenue from end users of AI", "終端用戶 AI 營收")),
        _told("operating_cash_flow", _FIRMS, _operating),
        _told("capex", _LISTED, _stock(c.CAPEX)),
        _told("free_cash_flow", _FIRMS, _free),
        _told("cash_burn", ("engines",), _stock(c.BURN)),
        _told("funding_gap", ("engines",), _stock(c.BURN), then=_gaps_so_far, adds_up=False),
        _told("net_income", _FIRMS, _stock(c.PROFIT)),
        _told("depreciation", ("gears",), _stock(c.DEPRECIATION)),
        _told("written_off", ("gears",), _own(WRITTEN_OFF), ("USD", "Equipment written off", "設備沖銷")),
        _told("interest_expense", _FIRMS, _stock(c.INTEREST_PAID)),
        _told("ppe_net", ("gears",), _account(c.EQUIPMENT, c.BUILDINGS)),
        _told("receivables", _FIRMS, _receivables),
        _told("payables", _FIRMS, _account(c.PAYABLES), ("USD", "Payables", "應付帳款")),
        _told("rpo_backlog", ("gears",), _backlog),
        _told("backlog_top_customer_share", ("gears",), _backlog_by_customer,
              ("ratio", "Largest customer's share of the backlog", "最大客戶占待履行合約比率"), then=_largest_share),
        _told("valuation", ("engines",), _stock(c.VALUE)),
        _told("equity_market_cap", _LISTED, _stock(c.VALUE)),
        _told("private_equity_stakes", _LISTED, _account(c.HOLDINGS)),
        _told("equity_securities_gain", _FIRMS, _own(GAIN)),
        _told("compute_capacity", ("gears",), _stock(c.CAPACITY_GW)),
        _told("pipeline_gw", ("gears",), _stock(c.PIPELINE_GW), ("GW", "Capacity on order", "在途算力")),
        _told("compute_spend", ("engines",), _bills),
        _told("compute_need", ("engines",), _stock(c.NEED_GW), ("GW", "Compute needed", "算力需求")),
        _told("compute_used", ("engines",), _stock(c.USED_GW), ("GW", "Compute used", "已用算力")),
        _told("weekly_active_users", ("engines",), _stock(c.USERS)),
        _told("quarters_of_cash", ("engines",), _stock(c.QUARTERS_OF_CASH),
              ("quarters", "Quarters until the cash is burned", "現金可支撐季數"), adds_up=False),
        _told("vendor_loans", ("fuel",), _account(c.LOANS),
              ("USD", "Loans to customers, outstanding", "對客戶的貸款餘額")),
        _told("vendor_loans_lost", ("fuel",), _own(LENT_LOST),
              ("USD", "Loans to customers, written down", "對客戶的貸款減記")),
        _told("vendor_debt", ("gears", "engines"), _owed_to_vendors,
              ("USD", "Debt owed to vendors", "對供應商的負債")),
        _told("vendor_money", ("gears", "engines"), _stock(c.VENDOR_MONEY),
              ("USD", "Vendor money received", "收到的供應商資金")),
        _told("vendor_financing_announced", ("fuel",), _nothing,
              ("USD", "Vendor financing, headline", "供應商融資（宣布總額）"), plus=_headlines),
        _told("vendor_financing_promised", ("fuel",), _promised,
              ("USD", "Vendor financing, promised", "供應商融資（已承諾）"), plus=_headlines),
        _told("vendor_financing_drawn", ("fuel",), _drawn,
              ("USD", "Vendor financing, drawn", "供應商融資（已撥付）")),
        _told("capex_to_revenue", ("gears",), _capex_to_revenue,
              ("ratio", "Capital spending by revenue", "資本支出占營收比"), then=_first_by_second),
        _told("fallen", _FIRMS, _stock(c.FALLEN), ("ratio", "Fallen", "已倒下"), adds_up=False),
        _told("inventory", _LISTED, _nothing, plus=_unknown),
        _told("vehicle_debt", _LISTED, _nothing, ("USD", "Debt of vehicles", "特殊目的公司債務"), plus=_unknown),
    )
}  # fmt: skip
_OF_WORLD: dict[str, int] = {"mood": c.MOOD, "use": c.USE, "efficiency": c.EFFICIENCY, "built_gw": c.BUILT_GW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One series of a run: whose, what, in which unit, and how it is made of a row of numbers.

    ``sums`` are lists of (place, weight); ``plus`` is added to the first sum.
    """

    entity: str
    metric: str
    unit: str
    name: Text
    sums: Sums
    then: Callable[[Sequence[Floats]], Floats] = field(default=_as_it_is)
    plus: float = 0.0

    @property
    def id(self) -> str:
        """Its address, such as ``gears.capex`` or ``mood``."""
        return self.metric if self.entity == WORLD else f"{self.entity}.{self.metric}"

    @property
    def places(self) -> list[int]:
        """The numbers it needs of each draw."""
        return [place for terms in self.sums for place, _ in terms]

    def of(self, rows: Floats, column: Mapping[int, int] | None = None) -> Floats:
        """The series, (..., quarter), from rows (..., number, quarter).

        ``column`` says where each place lies in rows that hold only some; all of them if left out.
        """
        if not self.sums:  # a share of nothing: nobody has ordered from this firm
            return np.full_like(rows[..., 0, :], np.nan)
        sums = []
        for n, terms in enumerate(self.sums):
            total = np.full_like(rows[..., 0, :], self.plus if n == 0 else 0.0)  # in the order of the rows' memory
            for place, weight in terms:
                number = rows[..., place if column is None else column[place], :]
                total += number if weight == 1.0 else weight * number
            sums.append(total)
        return self.then(sums)


def recipes_of(entities: Sequence[str], seat: Seat, asked: Iterable[str] | None = None) -> tuple[Recipe, ...]:
    """Series by name, each once, in the order asked for; all that firms and the economy have if nobody asks.

    Raises
    ------
    UnknownName
        For a series that this simulation does not have, with the nearest.
    """
    known, firms = _all(entities, seat), entities[: len(entities) - seat.layout.sectors.size]
    if asked is None:
        return tuple(_recipe(told, seat) for told in known.values())
    bare: dict[str, list[str]] = {}
    for id, told in known.items():
        if told.entity in firms or told.entity == WORLD:
            bare.setdefault(told.metric, []).append(id)
    found: dict[str, Recipe] = {}
    for name in asked:
        ids = [name] if name in known else bare.get(name, [])
        if not ids and not _is_spoken_of(name, seat):
            raise UnknownName(name, [*known, *bare], what=SERIES_OF_RUN)
        found |= {id: _recipe(known[id], seat) for id in ids}
    return tuple(found.values())


def _is_spoken_of(name: str, seat: Seat) -> bool:
    """A metric that exists, of a part that is empty here: no series rather than a fault."""
    part, _, metric = name.rpartition(".")
    members = {"fuel": seat.layout.fuel, "gears": seat.layout.gears, "engines": seat.layout.engines}
    of = MEASURES[metric].of if metric in MEASURES else ()
    empty = [part for part in of if part in members and not members[part].size]
    return (not part and bool(of) and len(empty) == len(of)) or (part in empty)


class _Place(NamedTuple):
    """A series there can be: whose it is, of what, and the rows of the firms that add up to it."""

    entity: str
    metric: str
    rows: tuple[int, ...]


def _all(entities: Sequence[str], seat: Seat) -> dict[str, _Place]:
    """Every series by its id."""
    layout = seat.layout
    members = {"fuel": layout.fuel, "gears": layout.gears, "engines": layout.engines} | {
        part: layout.sectors[n : n + 1] for n, part in enumerate(("users", "suppliers", "investors", "lenders"))
    }
    rows = {part: tuple(int(row) for row in members[part]) for part in members}
    found: list[_Place] = []
    for told in MEASURES.values():
        found += [_Place(entities[row], told.id, (row,)) for part in told.of for row in rows[part]]
        if told.adds_up:
            found += [_Place(part, told.id, rows[part]) for part in told.of if part in PARTS and rows[part]]
            firms = tuple(row for part in told.of if part in PARTS for row in rows[part])
            if firms:
                found.append(_Place("firms", told.id, firms))
    found += [_Place(WORLD, id, ()) for id in _OF_WORLD]
    by_id: dict[str, _Place] = {}
    for place in found:  # a firm that is called like a part comes first
        by_id.setdefault(place.metric if place.entity == WORLD else f"{place.entity}.{place.metric}", place)
    return by_id


def _recipe(place: _Place, seat: Seat) -> Recipe:
    """The metric of one firm, or of several together: sums add up, then something is done with them."""
    entity, rows = place.entity, place.rows
    if entity == WORLD:
        economy = _ECONOMY[place.metric]
        column: Sums = (((seat.places.economy(_OF_WORLD[place.metric]), 1.0),),)
        return Recipe(entity=WORLD, metric=place.metric, unit=economy.unit, name=economy.name, sums=column)
    told = MEASURES[place.metric]
    each = [told.sums(seat, row) for row in rows]
    sums = tuple(tuple(term for of_one in each for term in of_one[n]) for n in range(len(each[0])))
    plus = float(sum(told.plus(seat, row) for row in rows))
    return Recipe(entity=entity, metric=told.id, unit=told.unit, name=told.name, sums=sums, then=told.then, plus=plus)
