"""Learning from reported numbers: what was put in is found as often as the intervals say, and the rest is refused."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

from perpetuum.core.errors import ScenarioError, UnknownName
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Spread
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.machine import posterior as room
from perpetuum.machine import simulate
from perpetuum.machine.learned_scenario import as_scenario
from perpetuum.machine.metrics import recipes_of
from perpetuum.machine.observed import Observed
from perpetuum.machine.posterior import posterior
from perpetuum.machine.prepare import prepare
from perpetuum.machine.shows import series_of
from perpetuum.maths.scores import share_below
from tests.machine.worlds import CALM, FIRST, network

NET = network()
WIDE = dataclasses.replace(
    CALM,
    id="wide",
    spreads=(
        Spread(of="imitation", law="lognormal", sd=0.3),
        Spread(of="lab.churn", law="uniform", low=Quantity(0.002, "ratio"), high=Quantity(0.05, "ratio")),
        Spread(of="lab.opening_pay", law="normal", sd=Quantity(0.2, "USD")),
        Spread(of="mood_persistence", law="triangular", low=0.8, high=0.98),
    ),
)
FREE = ("imitation", "lab.churn", "lab.opening_pay")
SERIES = {"lab.weekly_active_users": 0.02, "den.weekly_active_users": 0.03, "lab.revenue": 0.05}
QUARTERS = 4


def lived(draws, quarters=QUARTERS, seed=0):
    """(draw, series, quarter) of the wide world, lived through without the code that learns."""
    world = prepare(NET, WIDE, FIRST, quarters, seed, ())
    return series_of(world, recipes_of(world.entities, world.seat, SERIES), np.asarray(draws), FIRST)[0], world


def reported(of_draw, rng, told=1.0):
    """What firms report of one future: its numbers times the errors; ``told`` says how many of them we admit."""
    return [
        Observed(series=series, quarter=FIRST + q, value=float(of_draw[n, q] * math.exp(rng.normal(0.0, error))),
                 error=error * told)
        for n, (series, error) in enumerate(SERIES.items()) for q in range(QUARTERS)
    ]  # fmt: skip


def replicates(count, told=1.0):
    """Truths of draws that the posterior never sees, and what is learned of each: (replicate, parameter)."""
    rng = np.random.default_rng(11)
    truths = 1_000_000 + np.arange(count)
    futures, world = lived(truths)
    ranks, held = [], []
    for n, truth in enumerate(truths.tolist()):
        out = posterior(NET, WIDE, reported(futures[n], rng, told), FREE, draws=400, seed=n, rounds=3, reach=None)
        drawn = world.drawn(truth)
        values = [float(drawn[world.resolved.addresses.knob(address).index]) for address in FREE]
        ranks.append([share_below(out.values[:, i], out.weights, value) for i, value in enumerate(values)])
        held.append([one.after[0] <= v <= one.after[2] for one, v in zip(out.learned, values, strict=True)])
    return np.array(ranks), np.array(held)


@pytest.fixture(scope="module")
def honest():
    return replicates(200)


def test_true_parameters_lie_anywhere_in_the_posterior_equally_often(honest):
    """Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788): ranks are uniform."""
    ranks, _ = honest
    for column in ranks.T:
        counts = np.histogram(column, bins=10, range=(0.0, 1.0))[0]
        assert stats.chisquare(counts).pvalue > 0.005


def test_eighty_per_cent_intervals_hold_eighty_per_cent_of_true_parameters(honest):
    _, held = honest
    for count in held.sum(axis=0).tolist():
        assert stats.binomtest(int(count), len(held), 0.8).pvalue > 0.005


def test_the_check_notices_errors_that_are_told_too_small():
    _, held = replicates(40, told=0.4)
    assert min(stats.binomtest(int(count), len(held), 0.8).pvalue for count in held.sum(axis=0)) < 0.001


@pytest.fixture(scope="module")
def seen():
    return reported(lived([7])[0][0], np.random.default_rng(3))


def test_weights_are_those_worked_out_by_hand_from_a_simulation(seen):
    out = posterior(NET, WIDE, seen, FREE, draws=120, rounds=1, reach=None)
    run = simulate(NET, WIDE, draws=120, quarters=QUARTERS, first=FIRST)
    logs = np.zeros(120)
    for one in seen:
        model = np.array([run.path(one.series, draw)[one.quarter - FIRST] for draw in range(120)])
        logs += stats.norm.logpdf(np.log(one.value), np.log(model), one.error)
    wanted = np.exp(logs - logs.max())
    found = np.zeros(120)
    found[out.number] = out.weights
    np.testing.assert_allclose(found, wanted / wanted.sum(), rtol=1e-8, atol=1e-15)
    assert out.log_evidence == pytest.approx(np.log(np.mean(wanted)) + logs.max())


def test_looking_closer_changes_nothing_but_how_well_it_is_known(seen):
    plain = posterior(NET, WIDE, seen, FREE, draws=60_000, rounds=1, reach=None)
    closer = posterior(NET, WIDE, seen, FREE, draws=2_000, rounds=6, seed=5, reach=None)
    assert closer.effective > 5 * plain.effective * closer.draws / plain.draws
    assert closer.log_evidence == pytest.approx(plain.log_evidence, abs=0.3)
    for one, other in zip(plain.learned, closer.learned, strict=True):
        error = math.hypot(one.mean_error, other.mean_error)
        assert one.mean == pytest.approx(other.mean, abs=4 * error)
        assert one.sd == pytest.approx(other.sd, rel=0.3)


def test_the_same_question_has_the_same_answer_whatever_the_chunks(seen):
    one, other = (posterior(NET, WIDE, seen, FREE, draws=500, seed=4, chunk=chunk) for chunk in (500, 37))
    assert np.array_equal(one.weights, other.weights)
    assert one.learned == other.learned
    assert one.chosen == other.chosen


def test_a_later_question_lives_through_the_very_same_futures(seen):
    out = posterior(NET, WIDE, seen, FREE, draws=500, rounds=3, reach=None)
    again = out.relive(list(SERIES), 12)
    assert again.shape == (len(out.chosen), 3, 12)
    first = [place for place, at in enumerate(out.chosen) if out.number[at] < 500]
    draws = [int(out.number[out.chosen[place]]) for place in first]
    np.testing.assert_array_equal(again[first], lived(draws, quarters=12)[0])
    fit = {(one.observed.series, one.observed.quarter): one.after[1] for one in out.fitted}
    middle = np.median(again[:, 0, 0])
    assert middle == pytest.approx(fit["lab.weekly_active_users", FIRST], rel=0.02)


def test_parameters_that_nothing_moves_are_said_to_be_moved_by_nothing():
    seen = [Observed(series="den.weekly_active_users", quarter=FIRST, value=4.2e8, error=0.05)]
    out = posterior(NET, WIDE, seen, FREE, draws=2000, insist=False)
    assert "lab.opening_pay" in out.shown_nowhere
    assert [one.address for one in out.learned] == ["imitation"]


def test_a_free_parameter_that_nothing_identifies_is_refused_with_what_would():
    seen = [Observed(series="lab.weekly_active_users", quarter=FIRST, value=8.3e8, error=0.05)]
    with pytest.raises(ScenarioError) as caught:
        posterior(NET, WIDE, seen, ["imitation", "lab.opening_pay", "recovery"], draws=200)
    told = str(caught.value)
    assert "lab.opening_pay\n  nothing that was reported identifies it." in told
    assert "it shows first in lab." in told
    assert "it shows first in den." not in told
    assert "recovery" in told
    assert "imitation" not in told
    assert "沒有任何申報數字可辨識它" in caught.value.in_language("zh")


def test_everything_that_cannot_be_asked_is_said_at_once():
    early = Observed(series="lab.revenue", quarter=FIRST + -1, value=-1.0, error=0.1)
    with pytest.raises(ScenarioError) as caught:
        posterior(NET, WIDE, [early], [], draws=5, rounds=0)
    assert len(caught.value.problems) == 5
    with pytest.raises(ScenarioError, match="needs 1 reported number, has 0"):
        posterior(NET, WIDE, [], FREE)


def test_all_unknown_addresses_are_named_together():
    seen = [Observed(series="lab.revenue", quarter=FIRST, value=5e9, error=0.1)]
    with pytest.raises(ScenarioError) as caught:
        posterior(NET, WIDE, seen, ["lab.chrun", "imitatoin"])
    assert [problem.path for problem in caught.value.problems] == ["lab.chrun", "imitatoin"]
    with pytest.raises(UnknownName, match="lab"):
        posterior(NET, WIDE, [dataclasses.replace(seen[0], series="lab.revenu")], FREE)


def test_what_no_parameter_can_explain_does_not_count_and_is_shown(seen):
    far = dataclasses.replace(seen[0], value=seen[0].value * 20.0)
    out = posterior(NET, WIDE, [*seen[1:], far], FREE, draws=500)
    missed = [one for one in out.fitted if not one.is_used]
    assert [one.observed for one in missed] == [far]
    assert missed[0].apart > 3.0
    assert missed[0].missed > 100.0
    alone = posterior(NET, WIDE, seen[1:], FREE, draws=500)
    assert [one.mean for one in out.learned] == pytest.approx([one.mean for one in alone.learned], rel=1e-9)


def test_if_nothing_is_within_reach_nothing_is_learned(seen):
    far = [dataclasses.replace(one, value=one.value * 20.0) for one in seen]
    out = posterior(NET, WIDE, far, FREE, draws=300)
    assert (out.status, out.effective, out.learned, out.chosen) == ("none", 0.0, (), ())


def test_too_few_futures_are_called_too_few(seen):
    sharp = [dataclasses.replace(one, error=1e-4) for one in seen]
    assert posterior(NET, WIDE, sharp, FREE, draws=200, rounds=1, reach=None).status == "too_few"


def test_a_series_the_machine_does_not_have_is_left_out(seen):
    none = Observed(series="vendor.capex", quarter=FIRST, value=1e9, error=0.1)
    out = posterior(NET, WIDE, [*seen, none], FREE, draws=300)
    assert [one.observed for one in out.left_out] == [none]


def test_a_parameter_without_a_spread_gets_its_usual_range(seen):
    out = posterior(NET, WIDE, seen, ["innovation"], draws=1500, reach=None)
    knob = out.free[0]
    assert knob.ends == (0.0, 0.02)
    assert out.learned[0].address == "innovation"


def test_others_can_be_kept_at_their_centres(seen):
    out = posterior(NET, WIDE, seen, ["imitation"], draws=300, others=False, reach=None)
    world = out.rounds[0].world
    names = {world.resolved.addresses.names[slot] for slot in world.resolved.spreads.slot}
    assert names == {"imitation"}


def test_the_scenario_that_comes_out_spreads_as_the_posterior_does(seen):
    out = posterior(NET, WIDE, seen, FREE, draws=4000, rounds=6, reach=None)
    told = as_scenario(out, id="found", name=both("Found", "尋得"), about=both("x", "x"), because=both("y", "y"))
    assert {change.target for change in told.changes} == {one.address for one in out.moved} != set()
    whole = dataclasses.replace(
        WIDE, id="found", changes=(*WIDE.changes, *told.changes),
        spreads=(*(s for s in WIDE.spreads if s.of not in {t.of for t in told.spreads}), *told.spreads),
    )  # fmt: skip
    world = prepare(NET, whole, FIRST, 1, 0, ())
    drawn = np.array([world.drawn(draw) for draw in range(1500)])
    for one in out.moved:
        column = drawn[:, world.resolved.addresses.knob(one.address).index]
        assert column.mean() == pytest.approx(one.mean, abs=0.25 * one.sd)
        assert column.std() == pytest.approx(one.sd, rel=0.25)


def test_memory_does_not_grow_with_what_can_never_count(seen, monkeypatch):
    whole = posterior(NET, WIDE, seen, FREE, draws=800, rounds=4, reach=None)
    monkeypatch.setattr(room, "FORGOTTEN", math.inf)
    kept = posterior(NET, WIDE, seen, FREE, draws=800, rounds=4, reach=None)
    assert len(whole.weights) < len(kept.weights) == kept.draws
    assert [one.mean for one in whole.learned] == pytest.approx([one.mean for one in kept.learned], rel=1e-12)
    assert Quarter(2026, 1) == whole.first
