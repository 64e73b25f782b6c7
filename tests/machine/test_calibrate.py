"""Calibration: what was put in is found again, nothing leaves its range, and what cannot be asked is refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import perpetuum
from perpetuum.core.errors import ScenarioError, UnknownName
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.machine.addresses import NoSuchAddress
from perpetuum.machine.calibrate import Central, Target, calibrate, limited
from perpetuum.machine.columns import BURN, REVENUE
from perpetuum.machine.years import by_year, turns_positive

FIRST = Quarter(2026, 1)
NOWHERE = np.array([], dtype=np.int64)
NOTHING = np.array([])
KEY = {"id": "found", "name": both("Found", "尋得"), "because": both("calibrated", "校準"), "first": FIRST}
SALES = {year: Target(series="openai.revenue", first=year, last=year, value=value) for year, value in
         ((2026, 33e9), (2027, 55e9))}  # fmt: skip


@pytest.fixture(scope="module")
def ledger():
    return perpetuum.load("ai")


@pytest.fixture(scope="module")
def network(ledger):
    return ledger.network(at="newest", stage="signed")


@pytest.fixture(scope="module")
def plain(ledger):
    return ledger.scenario("reference")


def changed(scenario, **values):
    moved = {address.replace("__", "."): to for address, to in values.items()}
    kept = tuple(change for change in scenario.changes if change.target not in moved)
    said = tuple(Change(target=address, to=to) for address, to in moved.items())
    return dataclasses.replace(scenario, changes=(*kept, *said))


def sums(network, scenario, series: str, years: range) -> list[float]:
    """Yearly sums of the central future, by hand: quarters of a plain history."""
    central = Central.of(network, scenario, FIRST, years[-1])
    world, history = central.live(NOWHERE, NOTHING)
    firm, metric = series.split(".")
    column = {"revenue": REVENUE, "cash_burn": BURN}[metric]
    quarters = history.stocks[:, world.entities.index(firm), column]
    return [float(quarters[4 * (year - 2026) : 4 * (year - 2025)].sum()) for year in years]


def test_parameters_that_were_moved_on_purpose_are_found_again(network, plain):
    true = {"openai.pay_growth": 0.105, "openai.cost_share": 0.33}
    world = changed(plain, **{address.replace(".", "__"): to for address, to in true.items()})
    years = range(2026, 2028)
    targets = [
        Target(series=f"openai.{metric}", first=year, last=year, value=value, within=1e9)
        for metric in ("revenue", "cash_burn")
        for year, value in zip(years, sums(network, world, f"openai.{metric}", years), strict=True)
    ]
    out = calibrate(network, plain, targets, tuple(true), **KEY, pull=0.0, starts=2)
    assert {one.address: one.value for one in out.freed} == pytest.approx(true, rel=1e-3)
    assert out.is_met and out.directions == 2 and not out.on_bound


def test_the_scenario_that_comes_out_has_the_sums_that_were_reported(network, plain):
    out = calibrate(network, plain, list(SALES.values()), ["openai.pay_growth", "imitation"], **KEY, starts=1)
    again = sums(network, out.scenario, "openai.revenue", range(2026, 2028))
    assert [fit.found for fit in out.fits] == pytest.approx(again, rel=1e-12)
    assert (out.scenario.id, out.scenario.base) == ("found", "reference")
    assert {change.target: change.because.en for change in out.changes} == dict.fromkeys(
        ["openai.pay_growth", "imitation"], "calibrated"
    )


def test_values_are_written_with_few_digits(network, plain):
    out = calibrate(network, plain, [SALES[2026]], ["openai.pay_growth", "openai.cost_share"], **KEY, starts=1)
    assert all(one.value == float(f"{one.value:.4g}") for one in out.freed)
    assert [change.to.value for change in out.changes] == [one.value for one in out.freed]


def test_nothing_leaves_its_range_and_what_lies_on_an_end_is_named(network, plain):
    out = calibrate(network, plain, [SALES[2027]], {"openai.pay_growth": (0.05, 0.085)}, **KEY, starts=1, pull=0.0)
    assert out.freed[0].value == pytest.approx(0.085) and out.on_bound == ("openai.pay_growth",)
    assert not out.is_met and out.fits[0].miss < -2e9


def test_a_strong_pull_leaves_everything_as_it_was(network, plain):
    out = calibrate(network, plain, [SALES[2026]], ["openai.pay_growth"], **KEY, starts=1, pull=1e4)
    assert out.freed[0].value == pytest.approx(out.freed[0].base, rel=1e-3)


def test_one_number_pins_down_one_direction_of_three(network, plain):
    out = calibrate(network, plain, [SALES[2026]], ["openai.pay_growth", "imitation", "openai.churn"], **KEY, starts=1)
    assert out.directions == 1 and len(out.freed) == 3


def test_a_parameter_that_changes_nothing_stays_and_pins_down_nothing(network, plain):
    out = calibrate(network, plain, [SALES[2026]], ["site_cost"], **KEY, starts=1)
    assert out.directions == 0 and out.freed[0].value == out.freed[0].base


def test_the_same_question_has_the_same_answer(network, plain):
    one, two = (
        calibrate(network, plain, [SALES[2027]], ["openai.pay_growth", "imitation"], **KEY, starts=3, seed=5)
        for _ in range(2)
    )
    assert one.freed == two.freed and one.costs == two.costs and len(one.costs) == 3


def test_engines_that_are_given_less_than_they_ask_for_are_noticed(network, plain):
    def found(scenario):
        return limited(*Central.of(network, scenario, FIRST, 2027).live(NOWHERE, NOTHING))

    shallow = changed(plain, annual_pool=Quantity(5e9, "USD"))
    deep = changed(plain, annual_pool=Quantity(5e11, "USD"), round_cap=Quantity(0.1, "ratio"))
    assert found(shallow) and not found(deep)


def test_everything_that_cannot_be_asked_is_said_at_once(network, plain):
    early = Target(series="openai.revenue", first=2025, last=2026, value=1.0)
    unlikely = Target(series="openai.revenue", first=2026, last=2026, value=1.0, within=0.0)
    with pytest.raises(ScenarioError) as told:
        calibrate(network, plain, [early, unlikely], [], **KEY)
    assert all(part in str(told.value) for part in ("2025 to 2026", "nothing is near enough", "no parameter is free"))


@pytest.mark.parametrize(
    ("series", "free", "kind", "words"),
    [
        ("openai.revenues", ["imitation"], UnknownName, "did you mean"),
        ("openai.revenue", ["openai.chrun"], NoSuchAddress, "did you mean `churn`"),
        ("openai.revenue", {"openai.churn": (0.02, 0.05)}, ScenarioError, "does not lie between"),
        ("openai.revenue", {"openai.churn": (0.01, 0.01)}, ScenarioError, "does not lie between"),
    ],
    ids=["series", "address", "range beside the value", "empty range"],
)
def test_names_and_ranges_that_cannot_be_are_refused(network, plain, series, free, kind, words):
    with pytest.raises(kind, match=words):
        calibrate(network, plain, [Target(series=series, first=2026, last=2026, value=1e9)], free, **KEY)


def test_there_must_be_something_to_meet(network, plain):
    with pytest.raises(ScenarioError, match="nothing to meet"):
        calibrate(network, plain, [], ["imitation"], **KEY)


# ---- years


def test_years_that_are_not_whole_do_not_count():
    flows = np.arange(11.0)[None]
    years, found = by_year(flows, Quarter(2025, 3))
    assert years == (2026, 2027) and found.tolist() == [[14.0, 30.0]]


def test_fewer_than_four_quarters_are_no_year():
    years, found = by_year(np.ones(3), Quarter(2026, 1))
    assert years == () and found.shape == (0,)


@pytest.mark.parametrize(
    ("yearly", "turned"),
    [
        ([-1, -1, 1, 1], 2028),
        ([-1, 1, -1, 1], 2029),
        ([1, 1, 1, 1], 2026),
        ([-1, -1, -1, -1], None),
        ([0, 0, 0, 0], None),
        ([1, 1, 1, -1], None),
        ([-1, 1, 1, float("nan")], None),
    ],
)
def test_cash_flow_turns_positive_when_it_stays_so(yearly, turned):
    assert turns_positive(np.repeat(np.array(yearly, dtype=np.float64), 4), FIRST) == turned


def test_no_year_turns_positive_where_there_is_none():
    assert turns_positive(np.ones(2), FIRST) is None
