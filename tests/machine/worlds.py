"""A small machine for tests: one chip maker, two clouds, two labs, and the four sectors."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from perpetuum.core.cast import Cast
from perpetuum.core.entity import Entity
from perpetuum.core.network import Network
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, Scenario, ScenarioLeg, Spread
from perpetuum.core.text import both
from perpetuum.core.units import UNITS
from perpetuum.core.when import Quarter
from perpetuum.machine.knobs import KNOBS
from perpetuum.machine.prepare import prepare

FIRST = Quarter(2026, 1)
USERS, SUPPLIERS, INVESTORS, LENDERS = "all_users", "all_suppliers", "all_investors", "all_lenders"
OUTSIDE = {USERS: "END_USERS", SUPPLIERS: "OTHER_PAYEES", INVESTORS: "OUTSIDE_EQUITY", LENDERS: "DEBT"}


def network(fuel: Sequence[str] = ("vendor",), gears: Sequence[str] = ("cloud", "nimbus"),
            engines: Sequence[str] = ("lab", "den")) -> Network:  # fmt: skip
    """A network without legs; its cast says who plays which part."""
    firms = [Entity(id=id, name=both(id, id), roles=("gear",)) for id in (*fuel, *gears, *engines)]
    pools = [
        Entity(id=id, name=both(id, id), roles=("outside",), aggregate=True, outside=outside)
        for id, outside in OUTSIDE.items()
    ]
    cast = Cast(fuel=tuple(fuel), gears=tuple(gears), engines=tuple(engines), users=USERS, suppliers=SUPPLIERS,
                investors=INVESTORS, lenders=LENDERS)  # fmt: skip
    return Network(
        entities=(*firms, *pools), legs=(), at=datetime.date(2025, 12, 31), asof=datetime.date(2025, 12, 31),
        stage="signed", cast=cast,
    )  # fmt: skip


_VALUES = {
    "vendor": {
        "opening_cash": "40bn USD",
        "opening_debt": "8bn USD",
        "other_revenue": "30bn USD",
        "opening_ebitda": "20bn USD",
        "gross_margin": "70 %",
        "research": "4bn USD",
    },
    "cloud": {
        "opening_cash": "20bn USD",
        "opening_debt": "60bn USD",
        "other_revenue": "30bn USD",
        "opening_gw": "2 GW",
        "opening_ebitda": "12bn USD",
        "least_cash": "8bn USD",
        "own_need": "1 GW",
        "own_growth": "3 %",
    },
    "nimbus": {
        "opening_cash": "3bn USD",
        "opening_debt": "15bn USD",
        "other_revenue": "1bn USD",
        "opening_gw": "1 GW",
        "opening_ebitda": "3bn USD",
        "least_cash": "1bn USD",
        "leverage": 6.0,
        "own_need": "0.8 GW",
        "own_growth": "3 %",
    },
    "lab": {
        "opening_users": "800m users",
        "opening_pay": "2 USD",
        "opening_burn": "3bn USD",
        "opening_cash": "30bn USD",
        "pull": "60 %",
        "fixed_cost": "2bn USD",
        "cost_share": "25 %",
        "gw_per_user": "1 W/user",
    },
    "den": {
        "opening_users": "400m users",
        "opening_pay": "2 USD",
        "opening_burn": "2bn USD",
        "opening_cash": "15bn USD",
        "pull": "40 %",
        "fixed_cost": "1bn USD",
        "cost_share": "25 %",
        "gw_per_user": "1 W/user",
    },
    USERS: {"opening_cash": "6000bn USD"},
    SUPPLIERS: {"opening_cash": "500bn USD"},
    INVESTORS: {"opening_cash": "4000bn USD"},
    "cloud>vendor:chips": {"chip_share": "100 %"},
    "nimbus>vendor:chips": {"chip_share": "100 %"},
    "lab_cloud": {
        "start": 1.0,
        "ramp": 6.0,
        "gw": "2 GW",
        "price": "11bn USD/GW-year",
        "term": 24.0,
        "minimum": "70 %",
    },
    "lab_nimbus": {
        "start": 0.0,
        "ramp": 1.0,
        "gw": "0.5 GW",
        "price": "11bn USD/GW-year",
        "term": 16.0,
        "minimum": "80 %",
    },
    "den_cloud": {
        "start": 2.0,
        "ramp": 4.0,
        "gw": "1 GW",
        "price": "12bn USD/GW-year",
        "term": 20.0,
        "minimum": "60 %",
    },
    "vendor_lab": {"headline": "20bn USD", "per_gw": "5bn USD/GW"},
    "vendor_den": {"headline": "4bn USD", "draws_over": 4.0, "start": 1.0},
    "cloud_lab": {"stake": "20 %"},
}
_LEGS = (
    ("lab_cloud", "cloud", "lab", "cloud"),
    ("lab_nimbus", "cloud", "lab", "nimbus"),
    ("den_cloud", "cloud", "den", "cloud"),
    ("vendor_lab", "equity_investment", "vendor", "lab"),
    ("vendor_den", "equity_investment", "vendor", "den"),
    ("cloud_lab", "holding", "cloud", "lab"),
)
CALM = Scenario(
    id="calm",
    name=both("A calm small world", "平靜的小世界"),
    opening="stated",
    legs=tuple(ScenarioLeg(id=id, kind=kind, payer=payer, payee=payee) for id, kind, payer, payee in _LEGS),
    changes=tuple(
        Change(target=f"{owner}.{knob}", to=Quantity.parse(value) if isinstance(value, str) else value)
        for owner, values in _VALUES.items()
        for knob, value in values.items()
    ),
    spreads=(
        Spread(of="imitation", law="lognormal", sd=0.1),
        Spread(of="lab.churn", law="uniform", low=Quantity(0.005, "ratio"), high=Quantity(0.02, "ratio")),
        Spread(of="mood_persistence", law="triangular", low=0.8, high=0.98),
    ),
)
# The labs' users pay too little: one of them falls.
HARD = replace(
    CALM,
    id="hard",
    name=both("A hard small world", "艱難的小世界"),
    changes=(*CALM.changes, Change(target="annual_pool", to=Quantity.parse("4bn USD")),
             Change(target="lab.pay_growth", to=0.0), Change(target="imitation", to=0.04)),
)  # fmt: skip


def with_changes(scenario: Scenario, id: str, **to: float | Quantity) -> Scenario:
    """The same world with other values; ``__`` stands for the dot of an address."""
    changes = tuple(Change(target=target.replace("__", "."), to=value) for target, value in to.items())
    return replace(scenario, id=id, changes=(*scenario.changes, *changes))


def in_other_money(scenario: Scenario, factor: float, on: Network | None = None) -> Scenario:
    """The same world with every amount of money multiplied, defaults included."""
    world = prepare(on or network(), scenario, FIRST, 1, 0, ())
    names = world.resolved.addresses.names
    changes = []
    for name, value in zip(names, world.values.tolist(), strict=True):
        unit = KNOBS[name.rpartition(".")[2]].unit
        if unit.startswith("USD") and value == value:
            changes.append(Change(target=name, to=Quantity(factor * value, UNITS[unit].base)))
    stated = {change.target for change in changes}
    kept = [change for change in scenario.changes if change.target not in stated]
    return replace(scenario, changes=(*kept, *changes))
