"""One more dollar: what is left of it and what it has set in motion, checked against the long way round."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest

import perpetuum
from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, ScenarioLeg
from perpetuum.machine import Keep, simulate, tornado
from perpetuum.machine.gain import Gain, gain
from perpetuum.machine.held import holdable, live_held
from perpetuum.machine.prepare import prepare
from tests.machine.worlds import CALM, FIRST, INVESTORS, network, with_changes

NET = network()
SERIES = Keep(series=("lab.cash", "gears.capex", "engines.vendor_money"))


def with_gift(amount: float, start: float):

    leg = ScenarioLeg(id="present", kind="gift", payer=INVESTORS, payee="lab")
    changes = (Change(target="present.headline", to=Quantity(amount, "USD")), Change(target="present.start", to=start))
    return replace(CALM, id="given", legs=(*CALM.legs, leg), changes=(*CALM.changes, *changes))


def test_a_gift_of_nothing_changes_no_bit():
    plain = simulate(NET, CALM, draws=5, quarters=12, keep=SERIES)
    given = simulate(NET, with_gift(0.0, 3.0), draws=5, quarters=12, keep=SERIES)

    for series in plain.series:
        for draw in ("central", 0, 4):
            assert np.array_equal(plain.path(series, draw), given.path(series, draw)), series


def test_a_gift_arrives_once_and_only_in_its_quarter():
    run = simulate(NET, with_gift(1e9, 3.0), draws=1, quarters=6, keep=SERIES)

    paid = run.flow.sel(leg="present", draw="central").squeeze()

    assert paid.values.tolist() == [0.0, 0.0, 1e9, 0.0, 0.0, 0.0]
    before = simulate(NET, CALM, draws=1, quarters=6, keep=SERIES).path("lab.cash")
    assert np.array_equal(run.path("lab.cash")[:2], before[:2])
    assert run.path("lab.cash")[2] == pytest.approx(before[2] + 1e9)


def test_a_dollar_in_the_first_quarter_is_a_dollar_more_to_begin_with():
    found = gain(NET, CALM, "lab", "2026Q1", quarters=12)

    ends = []
    for sign in (1, -1):
        changed = with_changes(
            CALM, f"opened{sign}", lab__opening_cash=Quantity(30e9 + sign * found.dollar, "USD"),
            all_investors__opening_cash=Quantity(4000e9 - sign * found.dollar, "USD"),
        )  # fmt: skip
        run = simulate(NET, changed, draws=1, quarters=12, keep=SERIES)
        ends.append({series: run.path(series) for series in run.series})

    assert found.dollar == pytest.approx(0.01 * 30e9)
    for series, slope in (("lab.cash", found.cash), ("gears.capex", found.capex),
                          ("engines.vendor_money", found.vendor_money)):  # fmt: skip
        assert np.allclose(slope, (ends[0][series] - ends[1][series]) / (2 * found.dollar), atol=1e-9), series


def test_at_another_quarter_the_step_is_a_share_of_the_cash_it_opens_with():
    cash = simulate(NET, CALM, draws=1, quarters=8, keep=SERIES).path("lab.cash")

    found = gain(NET, CALM, "lab", "2027Q3", quarters=4)

    assert found.dollar == pytest.approx(0.01 * cash[5]) and found.cash.shape == (4,)


def test_with_draws_it_is_the_mean_over_them():
    found = gain(NET, CALM, "lab", "2026Q3", quarters=6, draws=7)

    means = []
    for sign in (1, -1):
        scenario = with_gift(found.dollar, 3.0)
        if sign < 0:
            scenario = with_other_way(scenario)
        means.append(simulate(NET, scenario, draws=7, quarters=8, keep=SERIES).band("lab.cash").mean[2:])
    assert np.allclose(found.cash, (means[0] - means[1]) / (2 * found.dollar), atol=1e-6)


def with_other_way(scenario):

    legs = tuple(replace(leg, payer="lab", payee=INVESTORS) if leg.id == "present" else leg for leg in scenario.legs)
    return replace(scenario, legs=legs)


@pytest.mark.parametrize("firm", ["vendor", "cloud"])
def test_any_firm_can_be_given_a_dollar(firm):
    found = gain(NET, CALM, firm, "2026Q2", quarters=3)

    assert -1e-9 <= found.cash[0] <= 1.0 + 1e-9 and np.isfinite(found.capex).all()


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(UnknownName, match="did you mean `lab`"):
        gain(NET, CALM, "labb", "2026Q1")
    with pytest.raises(NetworkError, match="2026Q1 or later"):
        gain(NET, CALM, "lab", "2025Q4")
    with pytest.raises(NetworkError, match="at least one quarter"):
        gain(NET, CALM, "lab", "2026Q1", quarters=0)
    with pytest.raises(NetworkError, match="no cash"):
        gain(NET, with_changes(CALM, "poor", lab__opening_cash=Quantity(0, "USD")), "lab", "2026Q1")


@functools.cache
def in_the_reference() -> Gain:
    ledger = perpetuum.load("ai")
    return gain(ledger.network(at="newest", stage="signed"), ledger.scenario("reference"), "openai", "2027Q1")


def test_after_two_quarters_a_dollar_has_replaced_a_dollar_of_the_next_round():
    found = in_the_reference()

    assert found.cash[:2] == pytest.approx([1.0, 1.0], abs=0.01) and found.cash[2] == pytest.approx(0.0, abs=0.01)
    assert found.so_far("rounds")[2] == pytest.approx(-1.0, abs=0.01) and not found.amplifies


def test_it_brings_orders_forward_which_are_gone_after_twelve_quarters():
    capex = in_the_reference().so_far("capex")

    assert capex[2] == pytest.approx(1.6, abs=0.1) and abs(capex[-1]) < 0.15


def test_hardly_any_of_it_comes_back_as_vendor_money():
    assert abs(in_the_reference().so_far("vendor_money")).max() < 0.03


# ---- with links held

ROUND = ("engines_raise_round",)


def in_the_reference_holding(*rules: str) -> Gain:
    ledger = perpetuum.load("ai")
    network = ledger.network(at="newest", stage="signed")
    return gain(network, ledger.scenario("reference"), "openai", "2027Q1", holding=rules)


def test_a_day_that_is_only_listened_to_is_the_day():
    world, draws = prepare(NET, CALM, FIRST, 12, 0, ()), np.array([-1, 3])
    every = np.arange(world.places.size)

    told, said = live_held(world, draws, every, holdable(), None)
    again, _ = live_held(world, draws, every, holdable(), said)

    compiled = world.live(draws, every).series
    assert np.abs(told.series - compiled).max() <= 1e-12 * np.abs(compiled).max()
    assert np.array_equal(told.series, again.series), "what is held where it was changes no bit"


def test_a_day_with_every_rule_held_sees_a_change_that_no_rule_answers():
    world = prepare(NET, CALM, FIRST, 6, 0, ())
    poorer = prepare(NET, with_changes(CALM, "poorer", lab__opening_cash=Quantity(29e9, "USD")), FIRST, 6, 0, ())
    draws, cash = np.array([-1]), np.array([world.places.account(world.entities.index("lab"), 0)])

    _, said = live_held(world, draws, cash, holdable(), None)
    there, _ = live_held(world, draws, cash, holdable(), said)
    here, _ = live_held(poorer, draws, cash, holdable(), said)

    assert np.allclose(there.series - here.series, 1e9), "the billion is missing for good"


def test_with_the_round_held_no_dollar_of_the_round_is_replaced():
    found = in_the_reference_holding(*ROUND)

    assert found.holding == ROUND and np.abs(found.rounds).max() < 1e-9
    assert found.cash[:6] == pytest.approx(1.0, abs=0.01), "nobody takes the dollar back"
    assert found.so_far("capex")[-1] > 5.0, "clouds go on building on it"


def test_with_orders_held_too_nothing_moves_but_the_dollar():
    found = in_the_reference_holding(*ROUND, "gears_order_capacity")

    assert found.cash == pytest.approx(1.0, abs=1e-6) and np.abs(found.capex).max() < 1e-9


def test_held_in_several_futures_it_is_the_mean_over_them():
    both_ = gain(NET, CALM, "lab", "2026Q3", quarters=4, draws=2, holding=ROUND)

    assert both_.draws == 2 and np.abs(both_.rounds).max() < 1e-9 and np.isfinite(both_.cash).all()


@pytest.mark.parametrize("rule", ["engines_raise_rounds", "firms_default", "gifts_are_given"])
def test_a_rule_that_cannot_be_held_is_refused(rule):
    with pytest.raises(UnknownName, match="rule of the day that can be held"):
        gain(NET, CALM, "lab", "2026Q1", holding=[rule])


# ---- asked of a run


def test_a_run_answers_with_its_own_scenario_seed_and_last_words():
    other = with_changes(CALM, "other", runway=3.0)
    run = simulate(NET, [CALM, other], draws=3, quarters=6, seed=5, sets=["lab.opening_cash=20bn USD"], keep=SERIES)

    asked = run.gain("lab", "2026Q2", 4, draws=3, scenario="other")
    alone = gain(NET, other, "lab", "2026Q2", quarters=4, draws=3, seed=5, sets=["lab.opening_cash=20bn USD"])

    assert np.array_equal(asked.cash, alone.cash) and asked.dollar == alone.dollar
    assert asked.dollar != gain(NET, other, "lab", "2026Q2", quarters=4, draws=3, seed=5).dollar
    assert not np.array_equal(run.gain("lab", "2026Q2", 4).cash, asked.cash)


def test_a_run_draws_the_tornado_of_its_own_futures():
    run = simulate(NET, CALM, draws=2, quarters=6, seed=5, sets=["lab.opening_cash=20bn USD"], keep=SERIES)

    asked = run.tornado("lab.cash at 2027Q1", top=2)

    alone = tornado(NET, CALM, "lab.cash at 2027Q1", top=2, seed=5, quarters=6, sets=["lab.opening_cash=20bn USD"])
    assert asked.rows == alone.rows and asked.central == run.path("lab.cash")[4]
