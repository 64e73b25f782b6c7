"""One plain quarter with numbers that know their unit: nobody adds gigawatts to dollars, and all results fit."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from perpetuum.core.accounts import ACCOUNTS
from perpetuum.core.quantity import Quantity
from perpetuum.machine import columns as c
from perpetuum.machine.knobs import FIRM_KNOBS, KNOBS, LEG_KNOBS, WORLD_KNOBS
from perpetuum.machine.world import OWN
from tests.machine.lending_world import GUARANTEES, LENDING, lending_network, with_loans
from tests.machine.small_world import POOR, SMALL, Day, day, plain
from tests.machine.worlds import with_changes

Unit = tuple[tuple[str, int], ...]
NOTHING: Unit = ()
# A flow is what flows in a quarter, and years are four of them: time is no dimension here.
TIMES = ("ratio", "x", "quarters", "quarter", "year")
# The dictionaries say what a reader sees; these two are dollars for something.
SAID = {"pay_per_user": "USD/user", "opening_pay": "USD/user", "share_price": "USD/share", "warrant_price": "USD/share"}


class UnitsDiffer(Exception):
    """Apples and oranges."""


def unit(text: str) -> Unit:
    """``USD/GW-year`` is dollars over gigawatts."""
    found: dict[str, int] = {}
    above, _, below = text.partition("/")
    for part, power in ((above, 1), *((each, -1) for each in below.split("-") if each)):
        if part not in TIMES:
            found[part.rstrip("s")] = found.get(part.rstrip("s"), 0) + power
    return tuple(sorted(found.items()))


class Measure:
    """A number and its unit. Nothing fits everywhere; other literals of the source are ratios."""

    __slots__ = ("unit", "value")

    def __init__(self, value: float, of: Unit = NOTHING) -> None:
        self.value, self.unit = float(value), of

    def _join(self, other: Any, how: Callable[[float, float], float]) -> Measure:
        given = other if isinstance(other, Measure) else Measure(other)
        if given.unit != self.unit and self.value != 0.0 != given.value:
            raise UnitsDiffer(f"{self} and {given}")
        return Measure(how(self.value, given.value), self.unit if self.value != 0.0 else given.unit)

    def _combine(self, other: Any, sign: int, how: Callable[[float, float], float]) -> Measure:
        given = other if isinstance(other, Measure) else Measure(other)
        powers = dict(self.unit)
        for name, power in given.unit:
            powers[name] = powers.get(name, 0) + sign * power
        return Measure(how(self.value, given.value), tuple(sorted((n, p) for n, p in powers.items() if p)))

    def _compare(self, other: Any, how: Callable[[float, float], bool]) -> bool:
        if isinstance(other, Measure) and self.unit != other.unit and self.value != 0.0 != other.value:
            raise UnitsDiffer(f"{self} against {other}")
        return how(self.value, other.value if isinstance(other, Measure) else other)

    def _ratio(self, how: Callable[[float], float]) -> Measure:
        if self.unit:
            raise UnitsDiffer(f"{self} where a ratio belongs")
        return Measure(how(self.value))

    def __add__(self, other):
        return self._join(other, operator.add)

    def __radd__(self, other):
        return self._join(other, operator.add)

    def __sub__(self, other):
        return self._join(other, operator.sub)

    def __rsub__(self, other):
        return -self._join(other, operator.sub)

    def __mul__(self, other):
        return self._combine(other, 1, operator.mul)

    def __rmul__(self, other):
        return self._combine(other, 1, operator.mul)

    def __truediv__(self, other):
        return self._combine(other, -1, operator.truediv)

    def __rtruediv__(self, other):
        return Measure(other)._combine(self, -1, operator.truediv)

    def __neg__(self):
        return Measure(-self.value, self.unit)

    def __abs__(self):
        return Measure(abs(self.value), self.unit)

    def __int__(self):
        return int(self.value)

    def __bool__(self):
        return bool(self.value)

    def __lt__(self, other):
        return self._compare(other, operator.lt)

    def __le__(self, other):
        return self._compare(other, operator.le)

    def __gt__(self, other):
        return self._compare(other, operator.gt)

    def __ge__(self, other):
        return self._compare(other, operator.ge)

    def __eq__(self, other):
        return self._compare(other, operator.eq)

    def __ne__(self, other):
        return self._compare(other, operator.ne)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self):
        return f"{self.value:g} {dict(self.unit)}"

    def __pow__(self, other: Any) -> Measure:
        exponent = other if isinstance(other, Measure) else Measure(other)
        return self._ratio(lambda base: exponent._ratio(lambda power: base**power).value)

    def __rpow__(self, other: float) -> Measure:
        return self._ratio(lambda power: other**power)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *given: Any, **_: Any) -> Any:
        one = given[0]
        if ufunc in (np.exp, np.log):
            return one._ratio(lambda value: float(ufunc(value)))
        if ufunc in (np.rint, np.floor):
            return Measure(ufunc(one.value), one.unit)
        if ufunc in (np.isfinite, np.isnan):
            return bool(ufunc(one.value))
        how = {np.add: operator.add, np.subtract: operator.sub, np.multiply: operator.mul, np.divide: operator.truediv,
               np.greater: operator.gt, np.less: operator.lt, np.less_equal: operator.le,
               np.greater_equal: operator.ge}  # fmt: skip
        plainly = [each.item() if isinstance(each, np.generic) else each for each in given]
        return how[ufunc](*plainly) if ufunc in how else NotImplemented


def of(columns: tuple[c.Column, ...]) -> list[Unit]:
    return [unit(SAID.get(column.id, column.unit)) for column in columns]


USD = unit("USD")
TABLES = {
    "economy": of(c.ECONOMY), "stocks": of(c.STOCKS), "positions": of(c.POSITIONS),
    "accounts": [USD] * len(ACCOUNTS), "opening": [USD] * len(ACCOUNTS), "own": [USD] * OWN,
    "flow": USD, "arrears": USD, "unpaid": USD, "lost": USD, "vesting": USD,
    "arrivals": [unit("GW"), unit("GW"), USD],
}  # fmt: skip


def knob_units(changed: dict[str, str]) -> dict[str, Unit]:
    return {id: unit(changed.get(id, SAID.get(id, knob.unit))) for id, knob in KNOBS.items()}


def measured(world: Day, **changed: str) -> Day:
    """The same moment in numbers with units; ``changed`` are parameters of a wrong one."""
    ground, knobs = world.copy().ground, knob_units(changed)
    names = [*WORLD_KNOBS, *(name for _ in world.prepared.entities for name in FIRM_KNOBS),
             *(name for _ in world.prepared.legs for name in LEG_KNOBS)]  # fmt: skip
    row, arrivals = ground.row.astype(object), ground.arrivals.astype(object)
    dressed = world.with_ground(
        ground._replace(
            row=row, arrivals=arrivals, proposed=ground.proposed.astype(object), money=ground.money.astype(object),
            found=ground.found.astype(object), alone=ground.alone.astype(object),
            values=np.array([Measure(v, knobs[name]) for v, name in zip(ground.values, names, strict=True)], object),
        )
    )  # fmt: skip
    for name, units in TABLES.items():
        table = getattr(dressed.world, name)
        for at in np.ndindex(table.shape):
            table[at] = Measure(table[at], units[at[-1]] if isinstance(units, list) else units)
    empty = np.zeros(dressed.work.total.size, dtype=object)
    return dressed.with_work(dressed.work._replace(total=empty.copy(), income=empty.copy()))


def clearing_in_dollars(rounds: Any) -> Callable[..., int]:
    """The solver knows no units; all it is asked about must be dollars, and its amounts are dollars."""
    honest = rounds.clear_one

    def clear_one(payer, payee, amount, rank, cash, recovery, fell, room):
        wrong = [one for one in (*amount, *cash) if isinstance(one, Measure) and one.value and one.unit != USD]
        if wrong:
            raise UnitsDiffer(f"{wrong[0]} among dues and cash")
        own = rounds.scratch(cash.size, 2, True)
        dues, has = (np.array([getattr(one, "value", one) for one in some], float) for some in (amount, cash))
        shares = np.ones(recovery.shape)
        status = honest(payer, payee, dues, rank, has, shares, fell, own)
        recovery[:] = shares
        room.total[:] = [Measure(one, USD) for one in own.total]
        room.income[:] = [Measure(one, USD) for one in own.income]
        return status

    return clear_one


def live(world: Day, now: int) -> Day:
    """A quarter without its last check."""
    settle = plain().settle
    with pytest.MonkeyPatch.context() as patch:
        if world.ground.row.dtype == object:
            patch.setattr(settle, "clear_one", clearing_in_dollars(plain().maths("rounds")))
            patch.setattr(plain().amounts, "LEAST_BURN", Measure(plain().amounts.LEAST_BURN, USD))
        for phase in ("open_the_books", "demand", "operate", "build", "fund", "repay", "close", "value"):
            world.phase(phase, now)
    return world


def misfits(world: Day) -> set[str]:
    """Remembered numbers that have another unit than their column."""
    columns = {"economy": c.ECONOMY, "stocks": c.STOCKS, "positions": c.POSITIONS}
    found = set()
    for name, units in TABLES.items():
        table = getattr(world.world, name)
        for at in np.ndindex(table.shape):
            expected, one = units[at[-1]] if isinstance(units, list) else units, table[at]
            bare = not isinstance(one, Measure)
            if (one != 0.0) and (NOTHING if bare else one.unit) != expected:
                found.add(columns[name][at[-1]].id if name in columns else name)
    return found


# Labs that burn money.
BURNING = with_changes(
    SMALL, "burning", lab__fixed_cost=Quantity(8e9, "USD"), den__fixed_cost=Quantity(8e9, "USD"),
    lab__opening_cash=Quantity(1e10, "USD"), den__opening_cash=Quantity(1e10, "USD"),
)  # fmt: skip


def a_quarter_in_which_a_cloud_falls() -> Day:
    """It owes a vendor too, and another one vouches for it."""
    start = day(with_loans(BURNING, "burning"), on=lending_network(GUARANTEES[:1])).live(0, 9)
    start.tell(start.firm("cloud"))
    return start


@pytest.mark.parametrize(
    ("scenario", "now"), [(SMALL, 0), (BURNING, 9), (POOR, 17), (POOR, 20), (POOR, 21), (LENDING, 4)]
)
def test_a_quarter_adds_like_to_like_and_leaves_everything_in_its_unit(scenario, now):
    start = day(scenario, on=lending_network()).live(0, now)
    world = live(measured(start), now)

    assert misfits(world) == set()
    # Numbers with units are the same numbers.
    values = np.array([getattr(number, "value", number) for number in world.ground.row], float)
    assert values == pytest.approx(live(start, now).ground.row, rel=1e-12, abs=1e-9)


def test_a_fall_keeps_units_too():
    assert misfits(live(measured(a_quarter_in_which_a_cloud_falls()), 9)) == set()


# Parameters that are given a wrong unit, and so must be found out: dollars for dollars a gigawatt, and the like.
WRONG = {
    "running_cost_per_gw": "USD", "own_revenue_per_gw": "USD", "spot_price": "USD", "site_cost": "USD",
    "chip_cost": "GW", "cumulative_gw": "USD", "potential_users": "GW", "gw_per_user": "GW", "price": "USD",
    "gw": "USD", "minimum": "GW", "research": "ratio", "cash_buffer": "GW", "annual_pool": "users",
    "tax_rate": "USD", "runway": "USD", "churn": "users", "per_gw": "USD", "headline": "GW", "leverage": "USD",
    "least_cash": "ratio", "other_margin": "USD", "mood_response": "USD", "investor_buffer": "GW", "recovery": "USD",
    "opening_shares": "USD", "warrant_gw": "USD", "least_value": "GW", "loan_spread": "USD",
    "repayment_share": "GW", "cover_share": "USD",
}  # fmt: skip


@pytest.mark.parametrize("knob", WRONG)
def test_a_parameter_of_a_wrong_unit_is_found_out(knob):
    world = measured(a_quarter_in_which_a_cloud_falls(), **{knob: WRONG[knob]})

    try:
        found = misfits(live(world, 9))
    except UnitsDiffer:
        return
    assert found, "everything fits"


def test_gigawatts_and_dollars_cannot_be_added_compared_or_raised():
    gw, usd = Measure(2.0, unit("GW")), Measure(3.0, unit("USD"))

    for how in (operator.add, operator.sub, operator.lt, operator.eq, max, operator.pow):
        with pytest.raises(UnitsDiffer):
            how(gw, usd)
    with pytest.raises(UnitsDiffer):
        np.exp(usd)
    assert (3.0 * usd / gw).unit == unit("USD/GW-year")
    assert (usd / usd).unit == NOTHING
    assert unit("USD/user") == unit("USD/users")
