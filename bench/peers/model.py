"""A toy: ten agents pass money around and build computers, in 118 equations a quarter.

Money in billions of dollars, users in millions, computers in gigawatts. Every engine of the bench reads this
text and nothing else, so all run the same equations. Standard library only: it is read inside the peers' own
environments too.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

QUARTERS = 40
# Knob: centre, law (see perpetuum.maths.chance) and its numbers.
KNOBS: dict[str, tuple[float, str, tuple[float, float, float]]] = {
    "imitation": (0.095, "lognormal", (0.095, 0.10, 0.0)),
    "churn": (0.010, "uniform", (0.005, 0.020, 0.0)),
    "pay_growth": (0.06, "triangular", (0.03, 0.06, 0.09)),
    "need_fall": (0.05, "normal", (0.05, 0.01, 0.0)),
    "unit_cost": (37.0, "triangular", (30.0, 37.0, 60.0)),
    "pool": (62.5, "lognormal", (62.5, 0.30, 0.0)),
    "runway": (4.0, "uniform", (2.0, 6.0, 0.0)),
    "lead": (4.0, "triangular", (3.0, 4.0, 8.0)),
}
SERIES = (
    "users_1", "revenue_1", "revenue_2", "burn_1", "cash_engine_1",
    "order_1", "capacity_1", "debt_1", "sales_1", "mood",
)  # fmt: skip

# One agent after another. `stock: opening; change in a quarter`, or `name = expression` within the quarter.
PEOPLE = """
people
  users_1: 900; join_1 - leave_1
  users_2: 500; join_2 - leave_2
  market: 5500; 0.002 * market
  wave = (0.003 + imitation * (users_1 + users_2) / market) * max(market - users_1 - users_2, 0)
  join_1 = 0.62 * wave
  join_2 = 0.38 * wave
  leave_1 = churn * users_1
  leave_2 = churn * users_2
"""
ENGINE = """
engine_{e}
  pay_{e}: {pay}; pay_growth * pay_{e} * (1 - pay_{e} / 6)
  need_{e}: {need}; 0.00004 - need_fall * need_{e}
  fixed_{e}: {fixed}; 0.04 * fixed_{e} * (1 - fixed_{e} / 20)
  outlook_{e}: {outlook}; 0.25 * (revenue_{e} - outlook_{e})
  revenue_{e} = 0.003 * users_{e} * pay_{e}
  wish_{e} = users_{e} * need_{e}
  grid_{e} = capacity_1 + capacity_2 + capacity_3 + capacity_4
  got_{e} = min(wish_{e}, {part} * grid_{e})
  bill_{e}_1 = 3 * got_{e} * capacity_1 / grid_{e}
  bill_{e}_2 = 3 * got_{e} * capacity_2 / grid_{e}
  bill_{e}_3 = 3 * got_{e} * capacity_3 / grid_{e}
  bill_{e}_4 = 3 * got_{e} * capacity_4 / grid_{e}
  cost_{e} = 0.28 * revenue_{e} + fixed_{e}
  burn_{e} = cost_{e} + bill_{e}_1 + bill_{e}_2 + bill_{e}_3 + bill_{e}_4 - revenue_{e}
  asks_{e} = max(runway * burn_{e} + 2 - cash_engine_{e}, 0)
  expects_{e} = exp(0.2 * min(revenue_{e} / outlook_{e} - 1, 1))
"""
GEAR = """
gear_{g}
  capacity_{g}: {capacity}; building_{g} / lead - capacity_{g} / 24
  building_{g}: {building}; order_{g} - building_{g} / lead
  debt_{g}: {debt}; loan_{g} - repaid_{g}
  served_{g} = {other} * market / 5500
  upkeep_{g} = 0.45 * capacity_{g}
  interest_{g} = debt_{g} * (0.014 + 0.0005 * debt_{g} / (served_{g} + bill_1_{g} + bill_2_{g}))
  margin_{g} = bill_1_{g} + bill_2_{g} + served_{g} - upkeep_{g} - interest_{g}
  order_{g} = min(0.25 * max({part} * (1.2 * wish_1 * expects_1 + wish_2 * expects_2) + {own} \
- capacity_{g} - building_{g}, 0), max(margin_{g} + 0.1 * cash_gear_{g}, 0) / unit_cost)
  chips_1_{g} = {share} * 0.65 * unit_cost * order_{g}
  chips_2_{g} = (1 - {share}) * 0.65 * unit_cost * order_{g}
  site_{g} = 0.35 * unit_cost * order_{g}
  repaid_{g} = 0.03 * debt_{g}
  loan_{g} = max({floor} - cash_gear_{g} - margin_{g} + chips_1_{g} + chips_2_{g} + site_{g} + repaid_{g}, 0)
"""
FUEL = """
fuel_{f}
  others_{f}: {other}; 0.03 * others_{f} * (1 - others_{f} / 150)
  sales_{f} = chips_{f}_1 + chips_{f}_2 + chips_{f}_3 + chips_{f}_4
  make_{f} = {cost} * (sales_{f} + others_{f})
  research_{f} = {research} + 0.05 * sales_{f}
  gift_{f} = min(0.3 * asks_{f}, 0.05 * max(cash_fuel_{f} - 5, 0))
  payout_{f} = 0.5 * max(sales_{f} + others_{f} - make_{f} - research_{f} - gift_{f}, 0)
"""
INVESTORS = """
investors
  mood: 0; 0.05 * (expects_1 + expects_2 - 2) - 0.1 * mood
  lent = debt_1 + debt_2 + debt_3 + debt_4
  funds_1 = min(asks_1 - gift_1, 0.62 * pool * exp(0.8 * mood))
  funds_2 = min(asks_2 - gift_2, 0.38 * pool * exp(0.8 * mood))
"""
ENGINES = (
    {"e": 1, "pay": 1.55, "need": 0.0021, "fixed": 2.4, "outlook": 4.0, "part": 0.6},
    {"e": 2, "pay": 1.60, "need": 0.0022, "fixed": 1.2, "outlook": 2.3, "part": 0.4},
)
GEARS = tuple(
    dict(zip(("g", "capacity", "building", "debt", "other", "part", "own", "share", "floor"), row, strict=True))
    for row in (
        (1, 1.0, 0.5, 105, 5.0, 0.3, 0.3, 0.90, 8),
        (2, 7.0, 1.0, 45, 31.0, 0.4, 4.0, 0.85, 30),
        (3, 6.0, 1.0, 60, 23.0, 0.2, 3.5, 0.70, 40),
        (4, 0.7, 0.3, 18, 1.0, 0.1, 0.3, 0.95, 1),
    )
)
FUELS = ({"f": 1, "other": 45, "cost": 0.35, "research": 5}, {"f": 2, "other": 9, "cost": 0.55, "research": 2})
# Cash at the start. What is paid in a quarter moves it.
CASH = {
    "people": 20_000, "engine_1": 40, "engine_2": 25, "gear_1": 19, "gear_2": 90, "gear_3": 100, "gear_4": 4,
    "fuel_1": 60, "fuel_2": 8.5, "investors": 20_000,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Payment:
    """Who pays whom, and by which equation; a loan also moves what is owed."""

    payer: str
    payee: str
    amount: str
    loan: bool = False


@dataclass(frozen=True, kw_only=True)
class Model:
    """Stocks with opening and change, and equations in the order in which they can be worked out."""

    owner: dict[str, str]
    openings: dict[str, float]
    changes: dict[str, str]
    equations: dict[str, str]
    payments: tuple[Payment, ...]

    @property
    def agents(self) -> list[str]:
        return list(dict.fromkeys(self.owner.values()))


def payments() -> Iterator[Payment]:
    for e in (1, 2):
        yield Payment(payer="people", payee=f"engine_{e}", amount=f"revenue_{e}")
        yield Payment(payer=f"engine_{e}", payee="people", amount=f"cost_{e}")
        yield Payment(payer="investors", payee=f"engine_{e}", amount=f"funds_{e}")
        for g in (1, 2, 3, 4):
            yield Payment(payer=f"engine_{e}", payee=f"gear_{g}", amount=f"bill_{e}_{g}")
    for g in (1, 2, 3, 4):
        yield Payment(payer="people", payee=f"gear_{g}", amount=f"served_{g}")
        yield Payment(payer=f"gear_{g}", payee="people", amount=f"upkeep_{g}")
        yield Payment(payer=f"gear_{g}", payee="people", amount=f"site_{g}")
        yield Payment(payer=f"gear_{g}", payee="investors", amount=f"interest_{g}")
        yield Payment(payer=f"gear_{g}", payee="investors", amount=f"repaid_{g}", loan=True)
        yield Payment(payer="investors", payee=f"gear_{g}", amount=f"loan_{g}", loan=True)
        for f in (1, 2):
            yield Payment(payer=f"gear_{g}", payee=f"fuel_{f}", amount=f"chips_{f}_{g}")
    for f in (1, 2):
        yield Payment(payer="people", payee=f"fuel_{f}", amount=f"others_{f}")
        yield Payment(payer=f"fuel_{f}", payee="people", amount=f"make_{f}")
        yield Payment(payer=f"fuel_{f}", payee="people", amount=f"research_{f}")
        yield Payment(payer=f"fuel_{f}", payee=f"engine_{f}", amount=f"gift_{f}")
        yield Payment(payer=f"fuel_{f}", payee="investors", amount=f"payout_{f}")


def read() -> Model:
    """The text above as a model."""
    blocks = [PEOPLE, *(ENGINE.format(**each) for each in ENGINES), *(GEAR.format(**each) for each in GEARS)]
    blocks += [*(FUEL.format(**each) for each in FUELS), INVESTORS]
    owner: dict[str, str] = {}
    openings: dict[str, float] = {}
    changes: dict[str, str] = {}
    equations: dict[str, str] = {}
    for block in blocks:
        agent, *lines = block.strip().splitlines()
        for line in lines:
            name, sign, rest = re.match(r"\s*(\w+)(:| =) (.*)", line).groups()  # type: ignore[union-attr]
            owner[name] = agent
            if sign == ":":
                opening, changes[name] = rest.split("; ")
                openings[name] = float(opening)
            else:
                equations[name] = rest
    moves = tuple(payments())
    for agent, cash in CASH.items():
        name = f"cash_{agent}"
        owner[name], openings[name] = agent, float(cash)
        terms = [
            (" + " if agent == each.payee else " - ") + each.amount
            for each in moves
            if agent in (each.payer, each.payee)
        ]
        changes[name] = "".join(terms).removeprefix(" + ").strip()
    return Model(owner=owner, openings=openings, changes=changes, equations=equations, payments=moves)


def renamed(expression: str, name: Callable[[str], str]) -> str:
    """An expression with every name (not the three functions) said in another way."""
    return re.sub(r"[a-z_]\w*", lambda found: name(found[0]), expression)


FUNCTIONS = ("min", "max", "exp")


def plain_source(model: Model) -> str:
    """One future as a plain function of the knobs, writing the series into `out`."""
    lines = ["def one_future(knobs, out):"]
    lines += [f"    {name} = knobs[{at}]" for at, name in enumerate(KNOBS)]
    lines += [f"    {name} = {opening!r}" for name, opening in model.openings.items()]
    lines += ["    for quarter in range(out.shape[1]):"]
    lines += [f"        {name} = {expression}" for name, expression in model.equations.items()]
    lines += [f"        out[{at}, quarter] = {name}" for at, name in enumerate(SERIES)]
    lines += [f"        new_{name} = {name} + ({change})" for name, change in model.changes.items()]
    lines += [f"        {name} = new_{name}" for name in model.changes]
    return "\n".join(lines) + "\n"


def serve(run: Callable[[dict[str, float]], list[list[float]]], **said: object) -> None:
    """For a peer: play the futures that are asked for until the time is up, and tell them."""
    asked = json.load(sys.stdin)
    run(asked["futures"][0])  # not timed: the first one may warm up
    seconds, told = 0.0, []
    for knobs in asked["futures"]:
        start = time.perf_counter()
        told.append(run(knobs))
        seconds += time.perf_counter() - start
        if seconds > asked["patience"]:
            break
    print("\n" + json.dumps({"seconds": seconds, "values": told} | said))
