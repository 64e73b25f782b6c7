"""What is true of every simulated world: chunks, threads, names, order and the unit of money change nothing."""

from __future__ import annotations

from dataclasses import replace

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, Scenario, Spread
from perpetuum.core.units import UNITS
from perpetuum.machine import Keep, Run, simulate
from tests.machine.worlds import CALM, HARD, in_other_money, network, with_changes

SERIES = (
    "lab.cash", "den.cash", "vendor.cash", "cloud.total_debt", "nimbus.capex", "lab.valuation", "lab.compute_used",
    "mood", "gears.capex_to_revenue",
)  # fmt: skip
KEEP = Keep(series=SERIES, draws=(0,))
QUARTERS = 20
RENAMED = {"vendor": "zeta", "cloud": "beta", "nimbus": "alpha", "lab": "omega", "den": "kappa"}


def live(scenario: Scenario | list[Scenario], draws: int = 40, **asked: object) -> Run:
    return simulate(network(), scenario, **{"draws": draws, "quarters": QUARTERS, "keep": KEEP, "seed": 11, **asked})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def whole() -> Run:
    return live(HARD)


def assert_same(a: Run, b: Run, scenario: str | None = None, other: str | None = None) -> None:
    """Every bit of every series, event and status."""
    for series in SERIES:
        one, two = a.band(series, scenario), b.band(series, other or scenario)
        for name in ("quantile", "mean", "lowest", "highest", "central", "sampling_error", "error_bound"):
            assert np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True), (series, name)
    one_happened, two_happened = (run.happened[run.world(id).id] for run, id in ((a, scenario), (b, other or scenario)))
    assert one_happened.counts.sum() > 0
    assert np.array_equal(one_happened.counts, two_happened.counts)
    assert np.array_equal(one_happened.firsts, two_happened.firsts)
    assert a.status_of(scenario) == b.status_of(other or scenario)


@pytest.mark.parametrize("chunk", [1, 7, 39, 2_000])
@pytest.mark.parametrize("threads", [1, None])
def test_chunks_and_threads_change_no_bit(whole, chunk, threads):
    before = numba.get_num_threads()

    assert_same(whole, live(HARD, chunk=chunk, threads=threads))

    assert numba.get_num_threads() == before


@pytest.mark.parametrize("chunk", [333, 1_000])
def test_chunks_change_no_bit_of_a_grid_of_bins(chunk):
    keep = replace(KEEP, exact_up_to=0)

    one, two = (live(HARD, draws=1_500, quarters=4, keep=keep, chunk=size) for size in (chunk, 2_000))

    for series in SERIES:
        assert np.array_equal(one.band(series).quantile, two.band(series).quantile)
        assert np.array_equal(one.band(series).mean, two.band(series).mean)


@given(draw=st.integers(0, 39))
@settings(max_examples=6, deadline=None)
def test_a_future_is_the_same_alone_and_among_others(whole, draw):
    alone = live(HARD, keep=replace(KEEP, draws=(draw,)))

    world = whole.worlds[0]
    together = world.live(np.arange(40, dtype=np.int64), np.arange(world.places.size, dtype=np.int64))
    assert np.array_equal(alone.history(draw).rows, together.series[draw])


def test_more_draws_leave_the_first_ones_alone(whole):
    assert np.array_equal(live(HARD, draws=3).history(0).rows, whole.history(0).rows)


def test_fewer_quarters_are_the_beginning_of_more(whole):
    short = live(HARD, quarters=7)

    assert np.array_equal(short.history(0).rows, whole.history(0).rows[:, :7])


def test_the_order_of_scenarios_changes_no_bit_and_scenarios_share_their_luck():
    both, swapped, alone = live([CALM, HARD]), live([HARD, CALM]), live(CALM)

    assert_same(both, swapped, "calm")
    assert_same(both, swapped, "hard")
    assert_same(both, alone, "calm")
    assert np.array_equal(both.band("lab.cash", "hard − calm").mean, -swapped.band("lab.cash", "calm − hard").mean)
    luck = [
        both.drawn(0, id)[both.worlds[n].resolved.addresses.knob("lab.churn").index]
        for n, id in enumerate(both.scenarios)
    ]
    assert luck[0] == luck[1] != both.worlds[0].resolved.value("lab.churn")


@pytest.mark.parametrize(("factor", "tolerance"), [(8.0, 0.0), (10.0, 1e-12)])
@pytest.mark.parametrize("scenario", [CALM, HARD], ids=["calm", "hard"])
def test_ten_times_the_money_is_ten_times_the_money(scenario, factor, tolerance):
    keep = Keep(series=SERIES, draws=(0, 1, 2))
    one = live(scenario, draws=3, keep=keep)

    more = live(in_other_money(scenario, factor), draws=3, keep=keep)

    for draw in (-1, 0, 1, 2):
        for series in SERIES:
            a, b = (run.path(series, "central" if draw < 0 else draw) for run in (one, more))
            unit = one.band(series).unit
            expected = a * (factor if unit.startswith("USD") else 1.0)
            assert np.max(np.abs(b - expected)) <= tolerance * np.max(np.abs(expected)), series


@given(order=st.permutations(range(5)))
@settings(max_examples=4, deadline=None)
def test_names_and_order_of_firms_change_no_number(whole, order):
    """Other names sort otherwise, so every array has its rows in another order."""
    names = dict(zip(RENAMED, [list(RENAMED.values())[n] for n in order], strict=True))
    other = simulate(
        network(fuel=(names["vendor"],), gears=(names["nimbus"], names["cloud"]), engines=(names["den"], names["lab"])),
        renamed(HARD, names), draws=3, quarters=QUARTERS, seed=11,
        keep=Keep(series=("mood",), draws=(0,)),
    )  # fmt: skip

    # A name is part of the luck of its own parameters; what has no luck of its own must agree.
    for series in SERIES:
        firm, _, metric = series.rpartition(".")
        there = f"{names.get(firm, firm)}.{metric}" if firm else metric
        a, b = whole.path(series), other.path(there)
        assert np.max(np.abs(a - b)) <= 1e-11 * max(np.max(np.abs(a)), 1.0), series


def renamed(scenario: Scenario, names: dict[str, str]) -> Scenario:
    """The same world under other names; legs of deals keep theirs."""

    def new(address: str) -> str:
        owner, dot, knob = address.rpartition(".")
        if ">" in owner:
            ends, colon, kind = owner.partition(":")
            owner = ">".join(names.get(end, end) for end in ends.split(">")) + colon + kind
        return f"{names.get(owner, owner)}{dot}{knob}"

    return replace(
        scenario,
        legs=tuple(
            replace(leg, payer=names.get(leg.payer, leg.payer), payee=names.get(leg.payee, leg.payee))
            for leg in reversed(scenario.legs)
        ),
        changes=tuple(replace(change, target=new(change.target)) for change in reversed(scenario.changes)),
        spreads=tuple(replace(spread, of=new(spread.of)) for spread in reversed(scenario.spreads)),
    )


def test_no_vendor_money_is_the_world_whose_vendor_promises_nothing():
    nothing = with_changes(CALM, "nothing", **dict.fromkeys(("vendor_lab__headline", "vendor_den__headline"),
                                                            Quantity(0.0, "USD")))  # fmt: skip
    left_out = replace(
        CALM, id="left-out",
        changes=(*CALM.changes, *(Change(target=leg, include=False) for leg in ("vendor_lab", "vendor_den"))),
    )  # fmt: skip

    run = live([nothing, left_out])

    for series in SERIES:
        one, two = run.band(series, "nothing"), run.band(series, "left-out")
        assert np.array_equal(one.quantile, two.quantile), series
    assert not run.path("lab.vendor_money").any()


def test_luck_that_nobody_uses_changes_nothing(whole):
    more = replace(HARD, spreads=(*HARD.spreads, Spread(of="vendor.churn", law="uniform", low=0.0, high=1.0)))

    assert_same(whole, live(more))


def test_luck_of_one_parameter_does_not_disturb_that_of_another():
    more = replace(CALM, id="more", spreads=(*CALM.spreads, Spread(of="innovation", law="lognormal", sd=0.3)))

    run = live([CALM, more])

    names = run.worlds[0].resolved.addresses.names
    calm, other = run.drawn(5, "calm"), run.drawn(5, "more")
    assert [names[n] for n in np.flatnonzero((calm != other) & ~np.isnan(calm))] == ["innovation"]


def test_another_seed_is_other_luck(whole):
    other = live(HARD, seed=12)

    assert not np.array_equal(other.band("lab.cash").mean, whole.band("lab.cash").mean)
    assert np.array_equal(other.band("lab.cash").central, whole.band("lab.cash").central)


@given(
    pay=st.floats(0.5, 4.0), pool=st.floats(1e9, 3e11), gw=st.floats(0.1, 6.0), cash=st.floats(1e9, 1e11),
    life=st.integers(8, 28), minimum=st.floats(0.0, 1.0), mood=st.floats(0.0, 3.0),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_books_balance_and_nobody_is_below_zero_in_any_world(pay, pool, gw, cash, life, minimum, mood):
    scenario = with_changes(
        CALM, "any", lab__opening_pay=Quantity(pay, "USD"), annual_pool=Quantity(pool, "USD"),
        lab_cloud__gw=Quantity(gw, "GW"), lab__opening_cash=Quantity(cash, "USD"), economic_life=float(life),
        lab_cloud__minimum=minimum, mood_response=mood,
    )  # fmt: skip

    run = live(scenario, draws=2, quarters=24)

    assert run.status == {"settled": 2, "not_settled": 0, "broken": 0}
    firms = run.history(0).accounts[:, :, 0]
    assert firms.min() >= -1e-3
    table = run.matrix("2030Q1", 1)
    assert np.abs(table.row_sums).max() <= 1e-12 * np.abs(table.values).sum()


def test_units_of_every_series_are_known(whole):
    assert {whole.band(series).unit for series in whole.series} <= set(UNITS)
