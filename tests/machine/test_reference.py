"""The path of the reference scenario, and who falls in which quarter: as an independent prototype found them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

import perpetuum
from perpetuum.core.network import Network
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, Scenario, Shock
from perpetuum.core.when import Quarter
from perpetuum.machine import columns as c
from tests.machine.small_world import plain

FIRST = Quarter(2026, 1)
GEARS = ("oracle", "microsoft", "amazon", "coreweave")
# Billions of USD and GW; revenue, burn and capital spending of the quarter. The prototype's printed path.
COLUMNS = ("revenue", "burn", "cash", "value", "used", "oracle's debt", "coreweave's debt", "capex")
PRINTED = {
    "2026Q1": (6.0, 4.1, 35.9, 755, 2.2, 99.8, 19.2, 33.7),
    "2027Q4": (14.2, 7.2, 23.6, 1_548, 4.8, 130.2, 34.4, 67.9),
    "2028Q4": (21.0, 9.1, 29.4, 1_774, 6.8, 155.6, 35.0, 55.2),
    "2030Q4": (38.2, 9.4, 30.1, 2_011, 10.4, 116.7, 38.3, 49.5),
    "2032Q4": (56.9, -4.0, 29.1, 2_115, 10.5, 77.4, 58.0, 82.5),
}


@cache
def case() -> tuple[Network, Scenario]:
    ledger = perpetuum.load("ai")
    return ledger.network(at="newest", stage="signed"), ledger.scenario("reference")


def lived(id: str = "reference", *, shocks: Sequence[Shock] = (), **changes: float | Quantity) -> Any:
    """The central future of the reference with a few things changed: its seats, its numbers, who fell when."""
    network, reference = case()
    changed = tuple(Change(target=target.replace("__", "."), to=to) for target, to in changes.items())
    scenario = replace(reference, id=id, changes=(*reference.changes, *changed), shocks=(*reference.shocks, *shocks))
    world = plain().prepare.prepare(network, scenario, FIRST, 40, 0, ())
    history, told = world.history(-1)
    assert history.status == "settled"
    fell = {world.entities[e]: int(q) + 1 for e, q in np.argwhere(told.firsts[0, plain().events.DEFAULTED])}
    return world, history, fell


@pytest.fixture(scope="module")
def reference():
    return lived()


def row_of(reference: Any, at: int) -> tuple[float, ...]:
    world, history, _ = reference
    seat = world.entities.index

    def stock(firm: str, column: int) -> float:
        return float(history.stocks[at, seat(firm), column]) / 1e9

    def account(firm: str, column: int) -> float:
        return float(history.accounts[at, seat(firm), column]) / 1e9

    # Value before the money: sales of the quarter at the expectations and the mood of the one before.
    growth = history.stocks[at - 1, seat("openai"), c.EXPECTED_GROWTH] if at else 0.14
    mood = history.economy[at - 1, c.MOOD] if at else 0.0
    value = 5.0 * (1.0 + growth) ** 14 * math.exp(mood) * 4.0 * stock("openai", c.REVENUE)
    return (
        stock("openai", c.REVENUE), stock("openai", c.BURN), account("openai", c.CASH), float(value),
        stock("openai", c.USED_GW) * 1e9, account("oracle", c.DEBT), account("coreweave", c.DEBT),
        sum(stock(gear, c.CAPEX) for gear in GEARS),
    )  # fmt: skip


@pytest.mark.parametrize("at", PRINTED)
@pytest.mark.parametrize("column", COLUMNS)
def test_the_path_of_the_reference_is_the_printed_one_within_two_per_cent(reference, at, column):
    n = COLUMNS.index(column)
    printed, found = PRINTED[at][n], row_of(reference, Quarter.parse(at) - FIRST)[n]

    # Within 2 per cent, or the last digit that is printed.
    digit = 0.5 if abs(printed) >= 755 else 0.05
    assert abs(found - printed) <= max(0.02 * abs(printed), digit), (found, printed)


def test_nobody_falls_in_the_reference_and_its_engine_pays_its_way_in_2032(reference):
    world, history, fell = reference
    cash_flow = history.stocks[:, world.entities.index("openai"), c.OPERATING_CASH]

    assert fell == {}
    first = int(np.flatnonzero(cash_flow > 0.0)[0])
    assert (FIRST + first).year == 2032
    assert (cash_flow[first:] > 0.0).all()


def test_run_rate_at_the_end_of_2030_is_153_billions_a_year(reference):
    assert 4 * row_of(reference, Quarter(2030, 4) - FIRST)[0] == pytest.approx(153, rel=0.01)


# ---- who falls, and when


def mood(by: float) -> Shock:
    """A blow to the mood in the ninth quarter."""
    return Shock(at=FIRST + 8, target="mood", do="add", value=by)


STALL: dict[str, float | Quantity] = {
    "openai__pay_growth": Quantity(0.04, "ratio"),
    "other_engines__pay_growth": Quantity(0.0375, "ratio"),
    "imitation": 0.05,
}


def near(fell: dict[str, int], printed: dict[str, int]) -> bool:
    return set(fell) == set(printed) and all(abs(fell[firm] - printed[firm]) <= 1 for firm in printed)


def test_a_loss_of_faith_that_lasts_fells_an_engine_two_years_later():
    _, _, fell = lived("mood-2.5", shocks=[mood(-2.5)], mood_persistence=0.99)

    assert near(fell, {"openai": 17})


def test_a_stall_and_a_loss_of_faith_fell_an_engine_and_then_a_cloud():
    _, _, fell = lived("stall-and-mood", shocks=[mood(-2.0)], mood_persistence=0.98, **STALL)

    assert near(fell, {"openai": 13, "coreweave": 30})


def test_chips_that_live_for_three_years_fell_the_cloud_that_owes_most():
    _, _, fell = lived("chip-life", economic_life=12.0)

    assert near(fell, {"coreweave": 33})


def test_a_price_war_fells_nobody_and_doubles_what_is_burned(reference):
    war = [
        Shock(at=FIRST + 8, target=f"{engine}.pay_per_user", do="multiply", value=0.6, ramp=4)
        for engine in ("openai", "other_engines")
    ]

    world, history, fell = lived("price-war", shocks=war)

    assert fell == {}
    burn = history.stocks[:, world.entities.index("openai"), c.BURN] / 1e9
    calm = reference[1].stocks[:, world.entities.index("openai"), c.BURN] / 1e9
    assert 14.0 < burn.max() < 20.5
    assert burn.max() > 1.3 * calm.max()


def test_without_vendor_money_nearly_as_much_is_built(reference):
    no_money = {f"tranche_nvidia_{engine}__headline": Quantity(0.0, "USD") for engine in ("openai", "others")}
    _, history, fell = lived("no-vendor-money", warrant_amd_openai__warrant_share=0.0, **no_money)

    def built(history: Any) -> np.ndarray:
        return np.asarray(history.stocks[:, :, c.CAPEX].sum(axis=1)) / 1e9

    assert fell == {}
    assert built(reference[1]).sum() == pytest.approx(2_595, rel=0.02)
    assert built(history).sum() == pytest.approx(2_594, rel=0.02)
    assert np.abs(built(history) - built(reference[1])).max() < 12.0
