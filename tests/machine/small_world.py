"""A small world whose rules can be called one by one, in plain Python and in any order.

The machine is imported a second time without its compiler. What is played here is the readable truth; what users
run is compiled from the same text.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

import numba
import numpy as np

import perpetuum
from perpetuum.core.network import Network
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, Scenario, ScenarioLeg, Spread
from perpetuum.core.text import both
from perpetuum.core.units import UNITS
from perpetuum.machine.knobs import KNOBS
from tests.machine.worlds import CALM, FIRST, network

# Both rooms hold compiled functions; everything else is shared, so that scenarios and errors are the same classes.
ROOMS = ("perpetuum.maths", "perpetuum.machine")
PHASES = ("demand", "operate", "build", "fund", "repay")
RULES = {
    "demand": ("users_arrive_and_pay", "other_customers_pay", "use_and_efficiency_change"),
    "operate": ("engines_use_compute", "costs_fall_due"),
    "build": ("gears_order_capacity",),
    "fund": ("vendor_pays_tranche", "vendor_lends", "warrants_are_sold", "engines_raise_round", "owners_pay_in",
             "gears_borrow", "gears_issue_shares"),
    "repay": ("interest_falls_due", "tax_falls_due", "guarantees_fall_due", "loans_are_repaid",
              "profits_are_paid_out"),
    "close": ("firms_default", "capacity_arrives_and_ages", "tranche_unlocks", "suppliers_pass_on", "lenders_pass_on",
              "investors_spend", "mood_moves", "shares_are_valued"),
}  # fmt: skip
EVERY_RULE = tuple(rule for rules in RULES.values() for rule in rules)


def changes_of(values: Mapping[str, str | float]) -> tuple[Change, ...]:
    return tuple(
        Change(target=target, to=Quantity.parse(value) if isinstance(value, str) else value)
        for target, value in values.items()
    )


# Two chip makers, one with warrants; two clouds; two labs.
SMALL = replace(
    CALM,
    id="small",
    name=both("A small world", "小世界"),
    legs=(*CALM.legs, ScenarioLeg(id="maker_lab", kind="warrant_vesting", payer="maker", payee="lab")),
    changes=(
        *CALM.changes,
        *changes_of(
            {
                "maker.opening_cash": "6bn USD", "maker.opening_debt": "3bn USD", "maker.other_revenue": "9bn USD",
                "maker.gross_margin": "50 %", "maker.research": "2bn USD", "maker.payout": "20 %",
                "vendor.payout": "50 %", "cloud.payout": "10 %",
                "cloud>vendor:chips.chip_share": "75 %", "cloud>maker:chips.chip_share": "25 %",
                "nimbus>vendor:chips.chip_share": "100 %",
                "maker_lab.warrant_share": "10 %", "maker_lab.warrant_gw": "6 GW", "sell_warrants": "50 %",
            }
        ),
    ),
)  # fmt: skip
# Investors give little, users pay no more than before: labs fall.
POOR = replace(
    SMALL,
    id="poor",
    name=both("A poor small world", "貧困的小世界"),
    changes=(*SMALL.changes, *changes_of({"annual_pool": "4bn USD", "lab.pay_growth": 0.0, "den.pay_growth": 0.0,
                                        "imitation": 0.04})),
)  # fmt: skip


def small_network() -> Network:
    return network(fuel=("vendor", "maker"))


class PlainMachine:
    """The rooms of the machine as they stand, without the compiler; their modules by name."""

    def __init__(self) -> None:
        before, finders = numba.config.DISABLE_JIT, list(sys.meta_path)
        compiled = {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith(ROOMS)}
        numba.config.DISABLE_JIT = 1
        # Kernels index with numbers of NumPy, which the checker of shapes takes for no numbers at all.
        sys.meta_path[:] = [finder for finder in finders if not type(finder).__module__.startswith("jaxtyping")]
        try:
            importlib.import_module("perpetuum.machine")
            for name in EVERY_RULE:
                importlib.import_module(f"perpetuum.machine.behaviours.{name}")
        finally:
            self.modules = {name: sys.modules.pop(name) for name in list(sys.modules) if name.startswith(ROOMS)}
            sys.modules.update(compiled)
            sys.meta_path[:] = finders
            numba.config.DISABLE_JIT = before
            for room in ROOMS:
                if room in compiled:
                    setattr(perpetuum, room.rpartition(".")[2], compiled[room])

    def __getattr__(self, name: str) -> ModuleType:
        return self.modules[f"perpetuum.machine.{name}"]

    def maths(self, name: str) -> ModuleType:
        return self.modules[f"perpetuum.maths.{name}"]

    def rule(self, name: str) -> Any:
        """One behaviour, as a function."""
        return getattr(self.modules[f"perpetuum.machine.behaviours.{name}"], name)


@cache
def plain() -> PlainMachine:
    return PlainMachine()


@contextmanager
def only(*rules: str) -> Iterator[None]:
    """A quarter in which no other rule acts."""
    module = plain().quarter
    silenced = {name: getattr(module, name) for name in EVERY_RULE if name not in rules}
    for name in silenced:
        setattr(module, name, lambda *_: None)
    try:
        yield
    finally:
        for name, rule in silenced.items():
            setattr(module, name, rule)


class Finding(NamedTuple):
    """The first identity that does not hold (0: all hold), whose it is, what was found and what was expected."""

    identity: int
    subject: int
    found: float
    expected: float


@dataclass(frozen=True, eq=False)
class Day:
    """One future at one moment. Its arrays are views: what a rule changes, stays changed."""

    prepared: Any
    ground: Any
    drawn: np.ndarray
    work: Any
    draw: int = -1

    @property
    def world(self) -> Any:
        return plain().ground.world_on(self.ground)

    @property
    def layout(self) -> Any:
        return plain().ground.layout_on(self.ground.map)

    @property
    def knobs(self) -> Any:
        return plain().ground.knobs_on(self.ground)

    @property
    def proposal(self) -> Any:
        return plain().ground.proposal_on(self.ground)

    @property
    def happened(self) -> Any:
        return plain().ground.happened_on(self.ground)

    @property
    def chance(self) -> Any:
        return plain().world.Chance(seed=self.prepared.seed, draws=np.array([self.draw]))

    def firm(self, id: str) -> int:
        return self.prepared.entities.index(id)

    def leg(self, id: str) -> int:
        return next(n for n, leg in enumerate(self.prepared.legs) if leg.id == id)

    def events(self) -> set[tuple[str, str]]:
        """What happened this quarter, and to whom."""
        happened, names = self.happened, plain().events.EVENTS
        pairs = happened.now[0, 1 : 1 + 2 * happened.now[0, 0]].reshape(-1, 2)
        return {
            (names[event].id, self.prepared.entities[to] if names[event].to == "firm" else self.prepared.legs[to].id)
            for event, to in pairs
        }

    def copy(self) -> Day:
        return replace(self, ground=self.ground._replace(**{
            name: array.copy() for name, array in self.ground._asdict().items() if name != "map"
        }))  # fmt: skip

    def with_ground(self, ground: Any) -> Day:
        return replace(self, ground=ground)

    def with_work(self, work: Any) -> Day:
        return replace(self, work=work)

    def same(self, other: Day) -> bool:
        """Every bit of what is remembered, proposed and noted."""
        rows = ("row", "arrivals", "values", "proposed", "marks", "events")
        return all(getattr(self.ground, row).tobytes() == getattr(other.ground, row).tobytes() for row in rows)

    def act(self, rule: str, now: int = 0) -> Day:
        """Let one rule act by itself."""
        given = (now, self.world, self.knobs, self.layout, self.proposal, self.chance)
        plain().rule(rule)(*given, *((self.happened,) if rule in RULES["close"] else ()))
        return self

    def phase(self, name: str, now: int) -> Day:
        """One phase of the day; ``open_the_books`` comes first and ``check`` last."""
        given: tuple[Any, ...] = {
            "open_the_books": (self.ground,), "demand": (now, self.ground, self.chance, self.work),
            "fund": (now, self.ground, self.chance, self.work), "repay": (now, self.ground, self.chance, self.work),
        }.get(name, (now, self.ground, self.chance))  # fmt: skip
        getattr(plain().quarter, name)(*given)
        return self

    def live(self, first: int, last: int) -> Day:
        """Live through quarters ``first`` to ``last - 1``."""
        for now in range(first, last):
            plain().future.shock(now, self.ground, self.drawn, self.prepared.resolved.shocks)
            self.quarter(now)
        return self

    def quarter(self, now: int) -> Any:
        """One whole quarter, whose dues must clear and whose books must balance."""
        plain().quarter.quarter(now, self.ground, self.chance, self.work)
        assert (self.status, self.finding.identity) == (0, 0), (now, self.status, self.finding)
        return self.finding

    def check(self, now: int) -> Finding:
        plain().quarter.check(now, self.ground)
        return self.finding

    @property
    def finding(self) -> Finding:
        """What the last check found."""
        identity, subject, found, expected = self.ground.found[:4]
        return Finding(int(identity), int(subject), float(found), float(expected))

    @property
    def status(self) -> int:
        """How the last clearing ended."""
        return int(self.ground.found[4])

    def tell(self, subject: int, falls: bool = True) -> Day:
        """Tell a firm to stop paying, as a scenario would; or take the order back."""
        self.world.told[subject] = int(falls)
        self.world.owing[2] = self.world.told.max()
        return self

    def pay_by_hand(self, payer: str, payee: str, amount: float) -> None:
        """Let money change hands before a quarter opens."""
        columns, accounts = plain().columns, self.world.accounts
        for firm, sign in ((payer, -1.0), (payee, 1.0)):
            accounts[self.firm(firm), columns.CASH] += sign * amount
            accounts[self.firm(firm), columns.EARNINGS] += sign * amount


def day(
    scenario: Scenario = SMALL, *, on: Network | None = None, quarters: int = 24, draw: int = -1, seed: int = 7,
    **changes: str | float,
) -> Day:  # fmt: skip
    """A world as its first quarter finds it. Changes are by address, with ``__`` for the dot."""
    changed = changes_of({target.replace("__", "."): value for target, value in changes.items()})
    scenario = replace(scenario, changes=(*scenario.changes, *changed))
    world = plain().prepare.prepare(on or small_network(), scenario, FIRST, quarters, seed, ())
    return opened(world, quarters, draw)


def opened(world: Any, quarters: int, draw: int = -1) -> Day:
    """A prepared scenario as the first quarter of one draw finds it."""
    ground, drawn = plain().prepare.ground_of(world.layout, quarters), np.zeros(world.values.size)
    chance = plain().world.Chance(seed=world.seed, draws=np.array([draw]))
    plain().future.begin(ground, drawn, world.values, world.resolved.spreads, chance)
    work = plain().maths("rounds").scratch(world.layout.purse.size, 2, True)
    return Day(prepared=world, ground=ground, drawn=drawn, work=work, draw=draw)


# Starts and sizes are spread around what the small world says; everything else over its whole usual range.
_AROUND = {"opening_cash", "opening_debt", "other_revenue", "opening_users", "opening_pay", "opening_gw", "own_need",
           "fixed_cost", "research", "annual_pool", "gw", "price", "headline"}  # fmt: skip
# Shares of a whole, and sheets that must agree.
_KEPT = {"pull", "chip_share", "stake", "opening_equity", "opening_equipment", "opening_buildings"}


@cache
def wild() -> Scenario:
    """A world in which nearly every parameter is anything, from future to future; most firms fall in some."""
    world = plain().prepare.prepare(small_network(), POOR, FIRST, 1, 0, ())
    spreads = []
    for address, value in zip(world.resolved.addresses.names, world.values.tolist(), strict=True):
        knob = KNOBS[address.rpartition(".")[2]]
        silent = np.isnan(value) or (knob.per == "leg" and value == knob.default)
        if knob.id in _KEPT or silent:
            continue
        low, high = min(knob.low, value), max(knob.high, value)
        if knob.id in _AROUND:
            low, high = 0.3 * value, (1.2 if knob.id == "opening_cash" else 2.0) * value
        if low < high:
            ends = (Quantity(end, UNITS[knob.unit].base) if knob.unit in UNITS else end for end in (low, high))
            spreads.append(Spread(of=address, law="uniform", low=next(ends), high=next(ends)))
    return replace(POOR, id="wild", name=both("A wild small world", "狂野的小世界"), spreads=tuple(spreads))
