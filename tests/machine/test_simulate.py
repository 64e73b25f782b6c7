"""Many futures of one network: what can be asked, what is told on the way, and what stops a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from perpetuum.core.errors import BooksDoNotBalance, NetworkError, ScenarioError, UnknownName
from perpetuum.core.network import Network
from perpetuum.core.when import Quarter
from perpetuum.machine import Keep, prepare, simulate
from perpetuum.machine.history import History
from perpetuum.machine.prepare import Prepared
from tests.machine import worlds
from tests.machine.worlds import CALM, HARD, network, with_changes

FEW = Keep(series=("lab.cash", "gears.capex", "mood", "lab.funding_gap"))


@pytest.fixture(scope="module")
def pair():
    return simulate(network(), [CALM, HARD], draws=30, quarters=24, keep=FEW)


def says(error: pytest.ExceptionInfo[ScenarioError]) -> str:
    return error.value.in_language("en") + error.value.in_language("zh")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"draws": 0}, "0 futures are none"),
        ({"draws": -5}, "-5 futures are none"),
        ({"quarters": 0}, "the end lies before the start"),
        ({"quarters": -3}, "結束早於開始"),
        ({"seed": -1}, "-1 is no seed"),
        ({"threads": 0}, "0 threads"),
        ({"chunk": 0}, "0 futures make no chunk"),
        ({"keep": Keep(draws=(9,))}, "draw 9 is not among 0 to 2"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_write(asked, told):
    with pytest.raises(ScenarioError) as error:
        simulate(network(), CALM, **{"draws": 3, "quarters": 2, **asked})

    assert told in says(error)


def test_everything_wrong_with_a_call_is_told_at_once():
    with pytest.raises(ScenarioError) as error:
        simulate(network(), CALM, draws=0, quarters=0, seed=-1)

    assert [problem.path for problem in error.value.problems] == ["draws", "quarters", "seed"]


@pytest.mark.parametrize(
    ("scenarios", "told"),
    [([], "no scenario is given"), (["calm"], "a str is no scenario"), ([CALM, CALM], "`calm` is given twice")],
)
def test_only_scenarios_are_lived_through_and_each_once(scenarios, told):
    with pytest.raises(ScenarioError) as error:
        simulate(network(), scenarios, draws=1, quarters=1)

    assert told in says(error)


@pytest.mark.parametrize("kept", [{"quantiles": (0.5, 0.1)}, {"quantiles": (1.5,)}, {"draws": (1, 1)},
                                  {"trace": "all"}, {"exact_up_to": -1}])  # fmt: skip
def test_what_cannot_be_kept_is_refused(kept):
    with pytest.raises(ScenarioError):
        Keep(**kept)


def test_a_network_without_a_cast_is_refused_with_the_block_that_names_it():
    with pytest.raises(NetworkError, match=r"machine: in case\.yaml"):
        simulate(Network(entities=(), legs=()), CALM, draws=1)


def test_a_network_without_a_date_needs_a_first_quarter():
    undated = replace(network(), at=Network(entities=(), legs=()).at)

    with pytest.raises(NetworkError, match="first="):
        simulate(undated, CALM, draws=1)
    assert simulate(undated, CALM, draws=1, quarters=1, first=Quarter(2030, 3)).first == Quarter(2030, 3)


def test_a_run_opens_on_the_close_of_the_last_whole_year():
    assert simulate(network(), CALM, draws=1, quarters=1).first == Quarter(2026, 1)


def test_a_wrong_parameter_comes_with_the_nearest():
    with pytest.raises(ScenarioError, match="did you mean `churn`"):
        simulate(network(), CALM, draws=1, quarters=1, sets=("lab.chrun=1 %",))


def test_a_wrong_series_comes_with_the_nearest():
    with pytest.raises(UnknownName, match=r"did you mean `lab\.cash`"):
        simulate(network(), CALM, draws=1, quarters=1, keep=Keep(series=("lab.cahs",)))


def test_last_words_win_over_the_scenario():
    told = simulate(network(), CALM, draws=1, quarters=8, keep=FEW, sets=("lab.opening_cash=31bn USD",))
    before = simulate(network(), CALM, draws=1, quarters=8, keep=FEW)

    assert told.opening.sel(entity="lab", account="cash").item() == 31e9
    assert before.opening.sel(entity="lab", account="cash").item() == 30e9


def test_differences_are_taken_draw_by_draw_and_not_between_quantiles(pair):
    each = [pair.path("lab.cash", d, "hard") - pair.path("lab.cash", d, "calm") for d in range(30)]

    found = pair.band("lab.cash", "hard − calm")

    assert np.allclose(found.quantile, np.quantile(each, found.levels, axis=0), rtol=1e-12)
    assert np.array_equal(found.central, pair.path("lab.cash", scenario="hard") - pair.path("lab.cash"))


def test_quantiles_and_mean_are_those_of_the_single_futures(pair):
    each = np.array([pair.path("gears.capex", d, "hard") for d in range(30)])

    found = pair.band("gears.capex", "hard")

    assert np.allclose(found.quantile, np.quantile(each, found.levels, axis=0), rtol=1e-12)
    assert np.allclose(found.mean, each.mean(axis=0), rtol=1e-12)
    assert np.array_equal(found.lowest, each.min(axis=0))


def test_a_grid_of_bins_is_as_near_as_it_says():
    exact = simulate(network(), CALM, draws=5_000, quarters=6, keep=FEW)
    binned = simulate(network(), CALM, draws=5_000, quarters=6, keep=replace(FEW, exact_up_to=0))

    for series in exact.series:
        a, b = exact.band(series), binned.band(series)
        assert np.all(np.abs(a.quantile - b.quantile) <= b.error_bound + 1e-9 * np.abs(a.quantile))
        assert np.array_equal(a.mean, b.mean)
        assert np.array_equal(a.highest, b.highest)


@pytest.mark.parametrize("exact_up_to", [100, 0])
def test_a_run_that_is_interrupted_is_the_shorter_run_and_says_so(exact_up_to):
    keep = replace(FEW, exact_up_to=exact_up_to, draws=(3, 55))

    def stop(done: int, total: int, left: float | None) -> None:
        if done >= 20:
            raise KeyboardInterrupt

    part = simulate(network(), CALM, draws=60, quarters=8, keep=keep, chunk=10, progress=stop)
    short = simulate(network(), CALM, draws=20, quarters=8, keep=replace(keep, draws=(3,)))

    assert (part.done, part.asked, part.interrupted, part.is_whole) == (20, 60, True, False)
    assert short.is_whole
    assert np.array_equal(part.band("lab.cash").quantile, short.band("lab.cash").quantile)
    assert np.array_equal(part.band("lab.cash").mean, short.band("lab.cash").mean)
    assert sum(part.status.values()) == 20


def test_progress_is_told_after_every_chunk_with_the_time_left():
    told = []

    simulate(network(), CALM, draws=25, quarters=2, keep=FEW, chunk=10, progress=lambda *now: told.append(now))

    assert [(done, total) for done, total, _ in told] == [(0, 25), (10, 25), (20, 25), (25, 25)]
    assert told[0][2] is None
    assert told[-1][2] == 0.0


def _spoiled(monkeypatch: pytest.MonkeyPatch, status: int, *finding: float) -> None:
    """Let every second draw end badly."""
    lives = Prepared.live

    def spoiled(world, draws, kept):
        told = lives(world, draws, kept)
        for n in np.flatnonzero(draws % 2 == 1):
            if draws[n] >= 0:
                told.status[n] = status
                told.findings[n, : len(finding)] = finding
                told.series[n] = np.nan
        return told

    monkeypatch.setattr(Prepared, "live", spoiled)


def test_books_that_do_not_balance_stop_the_program_and_say_how_to_look(monkeypatch):
    legs = prepare.prepare(network(), CALM, worlds.FIRST, 1, 0, ()).legs
    last = next(n for n, leg in enumerate(legs) if leg.kind == "interest")
    cloud = simulate(network(), CALM, draws=1, quarters=1, keep=FEW).entities.index("cloud")
    _spoiled(monkeypatch, 3, 10, 2, cloud, -2e9, 0.0, last)

    with pytest.raises(BooksDoNotBalance) as error:
        simulate(network(), CALM, draws=4, quarters=20, keep=FEW, seed=42)

    assert str(error.value) == (
        "I2, cloud, 2028Q3, draw 1 (scenario calm, seed 42)\n"
        "  cash moved by -2,000,000,000.00 USD, flows explain 0.00 USD;"
        " what was booked as interest comes closest to the gap.\n"
        "  Replay this future in plain Python: perpetuum simulate --scenario calm --seed 42 --replay 1"
    )
    assert "路徑 1（情境 calm，種子 42）" in error.value.in_language("zh")


def test_a_draw_that_breaks_off_is_counted_and_left_out_of_quantiles(monkeypatch):
    _spoiled(monkeypatch, 2)

    run = simulate(network(), CALM, draws=10, quarters=2, keep=FEW)

    assert run.status == {"settled": 5, "not_settled": 0, "broken": 5}
    assert run.band("lab.cash").present.tolist() == [5, 5]
    assert np.isfinite(run.band("lab.cash").quantile).all()


PLAIN = """
import json, sys
sys.path.insert(0, sys.argv[1])
from tests.machine.worlds import HARD, network
from perpetuum.machine import Keep, simulate
run = simulate(network(), HARD, draws=3, quarters=24, keep=Keep(series=("mood",), draws=(2,)), seed=5)
assert not run.origin.compiled
print(json.dumps(run.history(2).rows.tolist()))
"""


def test_compiled_and_plain_futures_agree():
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    told = subprocess.run(
        [sys.executable, "-c", PLAIN, str(Path(__file__).parents[2])], env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    plain = np.array(json.loads(told.stdout))

    run = simulate(network(), HARD, draws=3, quarters=24, keep=Keep(series=("mood",), draws=(2,)), seed=5)

    here, there = run.history(2), History(places=run.worlds[0].places, rows=plain)
    assert np.isfinite(here.rows).all()
    assert_near(here.economy, there.economy, over=0)
    assert_near(here.stocks, there.stocks, over=(0, 1))
    assert_near(here.positions, there.positions, over=(0, 1))
    # A difference of two amounts of money is as exact as the amounts are.
    for money in ("accounts", "flow", "arrears", "own"):
        assert_near(getattr(here, money), getattr(there, money), over=None)


def assert_near(here: np.ndarray, there: np.ndarray, over: int | tuple[int, ...] | None) -> None:
    """To 1e-12 of the largest number of its kind."""
    scale = np.maximum(np.abs(there).max(axis=over, keepdims=True), 1e-300)
    assert np.max(np.abs(here - there) / scale) <= 1e-12


def test_a_scenario_that_changes_nothing_is_the_same_run_under_another_name():
    same = with_changes(CALM, "same", lab__opening_cash=worlds.Quantity.parse("30bn USD"))

    run = simulate(network(), [CALM, same], draws=5, quarters=8, keep=FEW)

    assert not run.band("lab.cash", "same − calm").quantile.any()
    assert run.origin.scenarios["calm"] == run.origin.scenarios["same"]
