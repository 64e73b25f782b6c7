"""The engine as a whole: books of ten thousand futures, whatever happens in them, and its two dictionaries."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import perpetuum
from perpetuum.core.scenario import Shock
from perpetuum.core.units import UNITS
from perpetuum.ledger import Ledger
from perpetuum.machine import columns as c
from perpetuum.machine import knobs as numbers
from perpetuum.machine.events import EVENTS
from perpetuum.machine.future import Told
from perpetuum.machine.knobs import FIRM_KNOBS, KNOBS, LEG_KNOBS, WORLD_KNOBS, Knob
from perpetuum.machine.prepare import Prepared, first_quarter, prepare
from perpetuum.machine.world import WRITTEN_OFF
from tests.machine.lending_world import lending_network, lending_wild
from tests.machine.small_world import POOR, SMALL, Day, day, opened, plain, small_network, wild
from tests.machine.worlds import FIRST

CASES = Path(perpetuum.__file__).parent / "cases"
SHIPPED = sorted((path.parts[-3], path.stem) for path in CASES.glob("*/scenarios/*.yaml"))
DRAWS = 10_000


@cache
def ledger(case: str) -> Ledger:
    return perpetuum.load(case)


def shipped(case: str, scenario: str) -> Prepared:
    network = ledger(case).opening(scenario)
    return prepare(network, ledger(case).scenario(scenario), first_quarter(network), 40, 0, ())


@cache
def lived(case: str, scenario: str) -> tuple[Prepared, Told]:
    world = shipped(case, scenario)
    return world, world.live(np.arange(DRAWS, dtype=np.int64), np.arange(6, dtype=np.int64))


# ---- the books of every future


@pytest.mark.parametrize(("case", "scenario"), SHIPPED)
def test_books_balance_in_every_quarter_of_ten_thousand_futures(case, scenario):
    world, told = lived(case, scenario)

    bad = np.flatnonzero(told.status)
    assert bad.size == 0, (Counter(told.status.tolist()), told.findings[bad[:3]], world.entities)
    assert np.isfinite(told.series).all()


def test_firms_fall_in_several_scenarios_and_not_in_all_futures():
    fell = Counter[str]()
    for case, scenario in SHIPPED:
        world, told = lived(case, scenario)
        for e, falls in enumerate(told.firsts.sum(axis=0)[plain().events.DEFAULTED].sum(axis=-1)):
            if falls:
                fell[scenario] += 1
                assert falls <= DRAWS, world.entities[e]

    assert len(fell) >= 3
    assert fell["mood-2.5"] and fell["stall-and-mood"]


@pytest.mark.parametrize("id", ["small", "poor", "wild"])
def test_books_balance_whatever_the_parameters(id):
    scenario = {"small": SMALL, "poor": POOR}.get(id) or wild()
    world = prepare(small_network(), scenario, FIRST, 40, 3, ())

    told = world.live(np.arange(4_000, dtype=np.int64), np.zeros(0, dtype=np.int64))

    bad = np.flatnonzero(told.status)
    assert bad.size == 0, (Counter(told.status.tolist()), told.findings[bad[:3]])
    if id == "wild":
        falls = told.firsts.sum(axis=(0, 3))[plain().events.DEFAULTED][: len(world.entities)]
        firms = {world.entities[e] for e in np.flatnonzero(falls)}
        assert firms == {"vendor", "maker", "cloud", "nimbus", "lab", "den"}


@pytest.mark.parametrize(
    "event",
    [event.id for event in EVENTS],
)
def test_every_event_happens_somewhere(event):
    shocks = (Shock(at=FIRST + 20, target="cloud", do="takeover"),)
    world = prepare(lending_network(), replace(lending_wild(), shocks=shocks), FIRST, 40, 3, ())
    told = world.live(np.arange(300, dtype=np.int64), np.zeros(0, dtype=np.int64))
    n = [each.id for each in EVENTS].index(event)

    assert told.counts[:, n].sum() > 0


def test_no_write_off_is_told_of_rounding():
    world = plain().prepare.prepare(small_network(), wild(), FIRST, 40, 1, ())
    for draw in range(8):
        future = opened(world, 40, draw)
        for now in range(40):
            future.live(now, now + 1)
            told = {event for event, _ in future.events()}
            written_off = future.world.own[:, WRITTEN_OFF]
            assert not (written_off[written_off > 0.0] < 1.0).any() or "write_off" not in told


# ---- what is owed and what is held


def test_unpaid_bills_are_payable_to_one_and_receivable_to_the_other():
    slow = ("recovery_trade=40 %", "grace_quarters=2")
    world, owed = plain().prepare.prepare(small_network(), wild(), FIRST, 40, 3, slow), 0.0
    for draw in range(12):
        future = opened(world, 40, draw)
        for now in range(40):
            future.live(now, now + 1)
            owed = max(owed, compare_unpaid(future))

    assert owed > 1e6, "nobody owed anything in any future"


def compare_unpaid(future: Day) -> float:
    unpaid, accounts = future.world.positions[:, c.UNPAID], future.world.accounts
    for ends, account in ((future.layout.payer, c.PAYABLES), (future.layout.payee, c.RECEIVABLES)):
        by_firm = np.bincount(ends, unpaid, accounts.shape[0])
        assert accounts[:, account] == pytest.approx(by_firm, rel=1e-9, abs=1e-2)
    return float(unpaid.sum())


def test_nobody_pays_more_than_it_has_and_no_promise_more_than_it_says():
    for draw in range(12):
        future = opened(plain().prepare.prepare(small_network(), wild(), FIRST, 40, 8, ()), 40, draw)
        for now in range(40):
            future.live(now, now + 1)
            state, knobs = future.world, future.knobs
            assert (state.flow >= 0.0).all()
            assert state.accounts[:, c.CASH].min() >= -1.0
            assert state.positions[:, [c.UNPAID, c.HELD, c.DRAWN, c.UNLOCKED, c.BACKLOG]].min() >= -1e-3
            for leg in future.layout.tranches:
                headline = knobs.leg[leg, LEG_KNOBS.index("headline")]
                assert state.positions[leg, c.DRAWN] <= headline * (1 + 1e-12)


# ---- who is named first


def test_the_order_in_which_a_case_names_its_firms_changes_no_bit():
    network = ledger("ai").network(at="newest", stage="signed")
    cast = network.cast
    assert cast is not None
    turned = replace(cast, fuel=cast.fuel[::-1], gears=cast.gears[::-1], engines=cast.engines[::-1])
    scenario, machine = ledger("ai").scenario("base"), plain().prepare

    rows = [
        machine.prepare(replace(network, cast=one), scenario, first_quarter(network), 20, 0, ()).history(4)[0].rows
        for one in (cast, turned)
    ]

    assert rows[0].tobytes() == rows[1].tobytes()


def test_the_order_in_which_a_scenario_names_its_legs_changes_no_bit():
    turned = replace(SMALL, legs=SMALL.legs[::-1], changes=SMALL.changes, spreads=SMALL.spreads[::-1])
    rows = [
        plain().prepare.prepare(small_network(), one, FIRST, 20, 0, ()).history(4)[0].rows for one in (SMALL, turned)
    ]

    assert rows[0].tobytes() == rows[1].tobytes()


def test_a_future_that_is_played_again_is_the_same():
    one, other = day(draw=9).live(0, 12), day(draw=9).live(0, 12)

    assert one.same(other)
    assert not one.same(day(draw=8).live(0, 12))


# ---- the dictionaries


@pytest.mark.parametrize("knob", KNOBS.values(), ids=lambda knob: knob.id)
def test_a_parameter_has_a_unit_a_range_and_both_languages(knob: Knob):
    assert knob.id.isidentifier() and knob.id.islower()
    assert knob.unit in UNITS
    assert knob.least <= knob.low < knob.high <= knob.most
    if not np.isnan(knob.default):
        assert knob.low <= knob.default <= knob.high or knob.default in (0.0, 1.0)
        assert knob.least <= knob.default <= knob.most
    for language in ("en", "zh"):
        assert len(knob.says.in_language(language)) > 2
    assert any("\u4e00" <= sign <= "\u9fff" for sign in knob.says.zh)
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in knob.says.en)


def test_every_parameter_stands_once_and_has_one_number():
    assert [*WORLD_KNOBS, *FIRM_KNOBS, *LEG_KNOBS] == list(KNOBS)
    for names in (WORLD_KNOBS, FIRM_KNOBS, LEG_KNOBS):
        assert [getattr(numbers, name.upper()) for name in names] == list(range(len(names)))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_two_parameters_say_the_same(language):
    said = Counter(knob.says.in_language(language) for knob in KNOBS.values())

    assert [words for words, times in said.items() if times > 1] == []


@pytest.mark.parametrize("column", [*c.ECONOMY, *c.STOCKS, *c.POSITIONS], ids=lambda column: column.id)
def test_a_remembered_number_has_a_unit_and_both_languages(column: c.Column):
    assert column.unit in UNITS
    assert column.name.en and any("\u4e00" <= sign <= "\u9fff" for sign in column.name.zh)


def test_every_remembered_number_has_its_place():
    for columns in (c.ECONOMY, c.STOCKS, c.POSITIONS):
        assert [getattr(c, column.id.upper()) for column in columns] == list(range(len(columns)))
