"""Which assumption moves the answer most, and what circular money does: each told by an independent second way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, Shock, Spread
from perpetuum.core.when import Quarter
from perpetuum.machine import Keep, simulate
from perpetuum.machine.counterfactual import counterfactual, taken_away
from perpetuum.machine.legs import legs_of
from perpetuum.machine.outcomes import Outcome, bound
from perpetuum.machine.prepare import prepare
from perpetuum.machine.sensitivity import gradients, sobol, tornado
from tests.machine.worlds import CALM, FIRST, HARD, network, with_changes

NET = network()
SHORT = {"quarters": 12}
CASH = Keep(series=("lab.cash",))


def central(scenario, outcome, quarters=12, sets=()):
    """An outcome the long way: a run, and its path."""
    run = simulate(NET, scenario, draws=1, quarters=quarters, keep=CASH, sets=sets)
    return run.path(outcome)


@pytest.mark.parametrize(
    ("asked", "reduced"),
    [("lowest lab.cash", np.min), ("highest lab.cash", np.max), ("sum lab.cash", np.sum),
     ("lab.cash at 2028Q4", lambda path: path[-1])],
)  # fmt: skip
def test_an_outcome_is_what_the_path_of_a_run_says(asked, reduced):
    out = tornado(NET, CALM, asked, of=[], **SHORT)

    assert out.central == pytest.approx(float(reduced(central(CALM, "lab.cash"))), rel=1e-14)
    assert out.unit == "USD" and out.rows == ()


def test_an_outcome_looks_no_further_than_it_is_told():
    out = tornado(NET, CALM, "sum lab.cash to 2026Q3", of=[], **SHORT)

    assert out.central == pytest.approx(central(CALM, "lab.cash")[:3].sum(), rel=1e-14)


def test_the_first_quarter_of_an_event_is_the_one_the_run_tells():
    run = simulate(NET, HARD, draws=1, quarters=24, keep=CASH)
    told = [(firm, when) for event, firm, when in run.happened_in() if event == "default"]
    firm, when = told[0]

    assert tornado(NET, HARD, f"first default {firm}", of=[], quarters=24).central == when - run.first
    assert tornado(NET, HARD, f"share default {firm}", of=[], quarters=24).central == 1.0
    assert tornado(NET, CALM, "first default vendor", of=[], **SHORT).central == 12.0, "never: all quarters"


def test_a_probability_is_the_share_of_futures_the_run_counts():
    run = simulate(NET, HARD, draws=25, quarters=20, keep=CASH)

    out = tornado(NET, HARD, "share default lab", of=[], draws=25, quarters=20)

    assert out.central == pytest.approx(run.event("default", "lab").ever, rel=1e-12) and 0 < out.central < 1


@pytest.mark.parametrize(
    ("asked", "kind", "told"),
    [
        ("lowest", NetworkError, "no outcome"),
        ("lab.cash on 2030Q4", NetworkError, "lowest lab.cash"),
        ("lowest lab.cahs", UnknownName, "did you mean `lab.cash`"),
        ("lowest cash", NetworkError, "series of many firms"),
        ("first defualt lab", UnknownName, "did you mean `default`"),
        ("first default labb", UnknownName, "did you mean `lab`"),
        ("lab.cash at 2040Q1", NetworkError, "2026Q1 to 2028Q4"),
    ],
)
def test_what_is_no_outcome_is_refused_with_what_to_write(asked, kind, told):
    with pytest.raises(kind) as error:
        tornado(NET, CALM, asked, **SHORT)

    assert told in error.value.in_language("en")


@pytest.mark.parametrize(
    "text",
    ["lab.cash at 2030Q4", "sum lab.cash_burn to 2030Q4", "lowest lab.cash", "first gap_closed lab", "share x y"],
)
def test_an_outcome_is_written_as_it_is_read(text):
    assert str(Outcome.parse(text)) == text


def test_names_for_people_use_the_names_of_firms():
    world = prepare(NET, CALM, FIRST, 8, 0, ())

    name = bound("lowest lab.cash to 2027Q1", world, FIRST, {"lab": NET.entities[0].name}).name

    assert name.en == "vendor: Cash (lowest) up to 2027Q1" and name.zh.startswith("vendor")


def test_each_bar_is_what_a_run_with_that_value_gives():
    out = tornado(NET, CALM, "lowest lab.cash", of=["lab.churn"], **SHORT)
    (row,) = out.rows

    assert row.low == pytest.approx((0.0065,)) and row.high == pytest.approx((0.0185,)), "a tenth from either end"
    for value, found in ((row.low, row.at_low), (row.high, row.at_high)):
        path = central(with_changes(CALM, "moved", lab__churn=value[0]), "lab.cash")
        assert found == pytest.approx(path.min(), rel=1e-12)
    assert row.at_low != row.at_high


def test_percentiles_are_those_of_the_laws():
    spreads = (
        Spread(of="imitation", law="lognormal", sd=0.1),
        Spread(of="lab.churn", law="uniform", low=Quantity(0.005, "ratio"), high=Quantity(0.02, "ratio")),
        Spread(of="mood_persistence", law="triangular", low=0.8, high=0.98),
        Spread(of="lab.cost_share", law="normal", sd=0.02),
    )
    scenario = replace(CALM, spreads=spreads)

    found = {row.address: row for row in tornado(NET, scenario, "lowest lab.cash", low=0.2, high=0.7, quarters=2).rows}

    middle = {address: row.central[0] for address, row in found.items()}
    peak = (middle["mood_persistence"] - 0.8) / 0.18
    laws = {
        "imitation": stats.lognorm(0.1, scale=middle["imitation"]),
        "lab.churn": stats.uniform(0.005, 0.015),
        "mood_persistence": stats.triang(peak, 0.8, 0.18),
        "lab.cost_share": stats.norm(middle["lab.cost_share"], 0.02),
    }
    for address, law in laws.items():
        assert found[address].low == pytest.approx((law.ppf(0.2),), rel=1e-12), address
        assert found[address].high == pytest.approx((law.ppf(0.7),), rel=1e-12), address


def test_the_largest_swing_comes_first_and_only_so_many_as_asked_for():
    every = tornado(NET, CALM, "lowest lab.cash", **SHORT)
    few = tornado(NET, CALM, "lowest lab.cash", top=1, **SHORT)

    swings = [row.swing for row in every.rows]
    assert swings == sorted(swings, reverse=True) and len(swings) == 3 and few.rows == every.rows[:1]


def test_parameters_with_the_same_luck_turn_together():
    spreads = [replace(one, together="growth") for one in CALM.spreads[:2]]
    scenario = replace(CALM, spreads=(*spreads, CALM.spreads[2]))

    rows = tornado(NET, scenario, "lowest lab.cash", of=["lab.churn"], **SHORT).rows

    assert [row.addresses for row in rows] == [("imitation", "lab.churn")] and len(rows[0].low) == 2


def test_with_draws_one_spread_is_held_and_the_others_keep_their_luck():
    out = tornado(NET, CALM, "lab.cash at 2028Q4", of=["lab.churn"], draws=10, **SHORT)

    held = with_changes(CALM, "held", lab__churn=out.rows[0].high[0])
    held = replace(held, spreads=tuple(spread for spread in CALM.spreads if spread.of != "lab.churn"))
    run = simulate(NET, held, draws=10, quarters=12, keep=CASH)
    assert out.rows[0].at_high == pytest.approx(run.band("lab.cash").mean[-1], rel=1e-12)


def test_what_is_not_spread_or_no_percentile_is_refused():
    with pytest.raises(NetworkError, match=r"den\.churn: no spread"):
        tornado(NET, CALM, "lowest lab.cash", of=["den.churn"], **SHORT)
    with pytest.raises(NetworkError, match="rising order"):
        tornado(NET, CALM, "lowest lab.cash", low=0.9, high=0.1, **SHORT)


def test_a_slope_is_the_difference_of_two_runs_over_the_step_it_tells():
    (row,) = gradients(NET, CALM, "lab.cash at 2028Q4", of=["imitation"], **SHORT).rows

    ends = [central(with_changes(CALM, "m", imitation=row.value + by), "lab.cash")[-1] for by in (-row.step, row.step)]
    assert row.step == pytest.approx(0.01 * row.value)
    assert row.slope == pytest.approx((ends[1] - ends[0]) / (2 * row.step), rel=1e-6)


def test_what_is_counted_in_quarters_moves_by_a_whole_one():
    row = gradients(NET, CALM, "sum gears.capex", of=["lead"], **SHORT).slope("lead")

    assert row.step == 1.0 and row.slope != 0.0


def test_at_a_limit_only_the_possible_side_is_told():
    scenario = with_changes(CALM, "no-churn", lab__churn=0.0)
    scenario = replace(scenario, spreads=CALM.spreads[:1])

    row = gradients(NET, scenario, "lab.cash at 2028Q4", of=["lab.churn"], **SHORT).slope("lab.churn")

    assert np.isnan(row.left) and row.slope == row.right != 0.0


def test_slopes_with_draws_move_the_law_and_keep_the_luck():
    out = gradients(NET, CALM, "lab.cash at 2027Q4", of=["lab.churn"], draws=8, quarters=8)
    (row,) = out.rows

    means = []
    for by in (-row.step, row.step):
        moved = Spread(of="lab.churn", law="uniform", low=0.005 + by, high=0.02 + by)
        scenario = with_changes(CALM, "moved", lab__churn=row.value + by)
        scenario = replace(scenario, spreads=tuple(moved if one.of == "lab.churn" else one for one in CALM.spreads))
        means.append(simulate(NET, scenario, draws=8, quarters=8, keep=CASH).band("lab.cash").mean[-1])
    assert row.slope == pytest.approx((means[1] - means[0]) / (2 * row.step), rel=1e-6)


def test_what_cannot_matter_explains_nothing():
    users, cash = sobol(
        NET, CALM, ["lab.weekly_active_users at 2027Q2", "mood at 2026Q1"], n=32, of=["imitation", "mood_persistence"],
        quarters=6,
    )  # fmt: skip

    explained = {row.address: row for row in users.rows}
    assert explained["imitation"].total == pytest.approx(1.0, abs=0.1) and explained["mood_persistence"].total == 0.0
    assert explained["imitation"].first_order == pytest.approx(1.0, abs=0.2) and users.runs == 32 * 4
    assert cash.rows[0].addresses


def test_a_number_of_runs_that_is_no_power_of_two_is_refused():
    with pytest.raises(NetworkError, match="power of two"):
        sobol(NET, CALM, ["lowest lab.cash"], n=48)


# What circular money does


PROMISES = ("vendor_den", "vendor_lab")


def test_without_vendor_money_no_engine_gets_any_and_the_luck_is_the_same():
    out = counterfactual(NET, CALM, draws=6, quarters=16)

    assert out.legs == PROMISES and out.run.scenarios == ("calm", "calm-without-vendor-money")
    having, lacking = out.pair("lab.vendor_money")
    assert having.mean.sum() > 0 and not lacking.highest.any()
    assert np.array_equal(out.run.path("mood", 3)[:1], out.run.path("mood", 3, "calm-without-vendor-money")[:1])
    assert out.title.en == "a model's answer, not a measurement"


def test_the_difference_is_taken_draw_by_draw():
    out = counterfactual(NET, CALM, draws=6, quarters=16, keep=CASH)
    other = out.run.scenarios[1]

    each = [out.run.path("lab.cash", d, other) - out.run.path("lab.cash", d) for d in range(6)]

    assert np.allclose(out.difference("lab.cash").mean, np.mean(each, axis=0), rtol=1e-12, atol=1e-3)


def test_promises_of_nothing_and_no_vendor_money_are_the_same_run():
    nothing = with_changes(CALM, "nothing", vendor_lab__headline=Quantity(0, "USD"),
                           vendor_den__headline=Quantity(0, "USD"))  # fmt: skip

    out = counterfactual(NET, nothing, draws=6, quarters=16)

    for series in out.run.series:
        difference = out.difference(series)
        assert not np.nan_to_num(difference.lowest).any() and not np.nan_to_num(difference.highest).any(), series
    assert all(pair.with_it == pair.without for event in ("default", "gap_closed") for pair in out.shares(event))


def test_one_vendor_or_one_promise_can_be_taken_away():
    assert counterfactual(NET, CALM, "vendor", draws=1, quarters=2).legs == PROMISES
    one = counterfactual(NET, CALM, "vendor_den", draws=1, quarters=6)

    assert one.legs == ("vendor_den",) and one.totals("den.vendor_money")[0] > one.totals("den.vendor_money")[1] == 0
    with pytest.raises(UnknownName, match="did you mean `vendor_lab`"):
        counterfactual(NET, CALM, "vendor_lap", draws=1, quarters=2)


def test_neither_luck_nor_shocks_bring_a_promise_back():
    eager = replace(
        CALM,
        changes=(*CALM.changes, Change(target="vendor_lab.per_gw", to=Quantity.parse("9bn USD/GW"))),
        spreads=(*CALM.spreads, Spread(of="vendor_lab.headline", law="lognormal", sd=0.3)),
        shocks=(Shock(at=Quarter(2026, 2), target="vendor_lab.headline", do="set", value=Quantity.parse("50bn USD")),),
    )
    legs = [leg for leg in legs_of(NET, eager, NET.cast)[0] if leg.id == "vendor_lab"]

    run = simulate(NET, taken_away(eager, legs, "vendor_lab"), draws=4, quarters=8,
                   keep=Keep(series=("lab.vendor_money",)))  # fmt: skip

    assert not run.band("lab.vendor_money").highest.any()


def test_events_are_told_as_a_pair():
    out = counterfactual(NET, HARD, draws=10, quarters=24, keep=CASH)

    (lab,) = (pair for pair in out.shares("default") if pair.subject == "lab")
    assert (
        lab.with_it == out.run.event("default", "lab").ever
        and lab.without == out.run.event("default", "lab", out.run.scenarios[1]).ever
    )
