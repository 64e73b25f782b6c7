"""Learning from reported numbers: what was put in is found as often as the intervals say, and the rest is refused."""

from __future__ import annotations

import dataclasses
import math

import emcee
import numpy as np
import pytest
from scipy import stats

from perpetuum.core.errors import ScenarioError, UnknownName
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, Spread
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.machine import search as room
from perpetuum.machine import simulate
from perpetuum.machine.forecast import forecast
from perpetuum.machine.free import with_free
from perpetuum.machine.learned_scenario import as_scenario
from perpetuum.machine.metrics import recipes_of
from perpetuum.machine.observed import Observed
from perpetuum.machine.posterior import posterior
from perpetuum.machine.prepare import prepare
from perpetuum.machine.search import Sight
from perpetuum.machine.shows import series_of
from perpetuum.machine.spreads import NO_SPREADS
from perpetuum.maths.misses import DOF
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
QUARTERS, LATER = 4, 2


def lived(draws, quarters=QUARTERS, seed=0):
    """(draw, series, quarter) of the wide world, lived through without the code that learns."""
    world = prepare(NET, WIDE, FIRST, quarters, seed, ())
    return series_of(world, recipes_of(world.entities, world.seat, SERIES), np.asarray(draws), FIRST)[0], world


def walks(rng, quarters=QUARTERS):
    """Misses of each series: steps under Student's law with one scale for all of them, (series, quarter)."""
    scale = np.sqrt(DOF / rng.chisquare(DOF, size=len(SERIES)))
    steps = rng.normal(size=(len(SERIES), quarters)) * scale[:, None] * np.array(list(SERIES.values()))[:, None]
    return np.cumsum(steps, axis=1)


def reported(of_draw, missed, told=1.0):
    """What firms report of one future; ``told`` says how much of the errors we admit."""
    return [
        Observed(series=series, quarter=FIRST + q, value=float(of_draw[n, q] * math.exp(missed[n, q])),
                 error=error * told)
        for n, (series, error) in enumerate(SERIES.items()) for q in range(QUARTERS)
    ]  # fmt: skip


def replicates(count, told=1.0):
    """Truths of draws that the posterior never sees, and what is learned of each: (replicate, parameter).

    At last whether forecasts of what will be reported hold it: (replicate, series and quarter).
    """
    rng = np.random.default_rng(11)
    truths = 1_000_000 + np.arange(count)
    futures, world = lived(truths, QUARTERS + LATER)
    ranks, held, forecasts = [], [], []
    for n, truth in enumerate(truths.tolist()):
        missed = walks(rng, QUARTERS + LATER)
        out = posterior(NET, WIDE, reported(futures[n], missed, told), FREE, draws=400, seed=n, rounds=3)
        drawn = world.drawn(truth)
        values = [float(drawn[world.resolved.addresses.knob(address).index]) for address in FREE]
        ranks.append([share_below(out.values[:, i], out.weights, value) for i, value in enumerate(values)])
        held.append([one.after[0] <= v <= one.after[2] for one, v in zip(out.learned, values, strict=True)])
        told_then = forecast(out, {id: error * told for id, error in SERIES.items()}, QUARTERS + LATER)
        low, high = np.quantile(told_then, [0.1, 0.9], axis=0)[:, :, -1]
        came = futures[n, :, -1] * np.exp(missed[:, -1])
        forecasts.append((low <= came) & (came <= high))
    return np.array(ranks), np.array(held), np.array(forecasts)


@pytest.fixture(scope="module")
def honest():
    return replicates(200)


def test_true_parameters_lie_anywhere_in_the_posterior_equally_often(honest):
    """Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788): ranks are uniform."""
    ranks, _, _ = honest
    for column in ranks.T:
        counts = np.histogram(column, bins=10, range=(0.0, 1.0))[0]
        assert stats.chisquare(counts).pvalue > 0.005


def test_eighty_per_cent_intervals_hold_eighty_per_cent_of_true_parameters(honest):
    _, held, _ = honest
    for count in held.sum(axis=0).tolist():
        assert stats.binomtest(int(count), len(held), 0.8).pvalue > 0.005


def test_eighty_per_cent_intervals_of_forecasts_hold_eighty_per_cent_of_what_is_reported(honest):
    _, _, forecasts = honest
    for count in forecasts.sum(axis=0).tolist():
        assert stats.binomtest(int(count), len(forecasts), 0.8).pvalue > 0.005


def test_the_check_notices_errors_that_are_told_too_small():
    _, held, forecasts = replicates(80, told=0.3)
    assert stats.binomtest(int(forecasts.sum()), forecasts.size, 0.8).pvalue < 0.001
    assert min(stats.binomtest(int(count), len(held), 0.8).pvalue for count in held.sum(axis=0)) < 0.001


def book(error):
    """The law of the misses of one series in all its quarters, as a library of statistics has it."""
    ahead = 1.0 + np.arange(QUARTERS)
    return stats.multivariate_t(shape=error**2 * np.minimum.outer(ahead, ahead), df=DOF)


@pytest.fixture(scope="module")
def seen():
    return reported(lived([7])[0][0], walks(np.random.default_rng(3)))


def test_weights_are_those_worked_out_by_hand_from_a_simulation(seen):
    out = posterior(NET, WIDE, seen, FREE, draws=120, rounds=1)
    run = simulate(NET, WIDE, draws=120, quarters=QUARTERS, first=FIRST)
    logs = np.zeros(120)
    for series, error in SERIES.items():
        model = np.array([run.path(series, draw) for draw in range(120)])
        logs += book(error).logpdf(np.log([one.value for one in seen if one.series == series]) - np.log(model))
    wanted = np.exp(logs - logs.max())
    found = np.zeros(120)
    found[out.number] = out.weights
    np.testing.assert_allclose(found, wanted / wanted.sum(), rtol=1e-8, atol=1e-15)
    assert out.log_evidence == pytest.approx(np.log(np.mean(wanted)) + logs.max())


def test_looking_closer_changes_nothing_but_how_well_it_is_known(seen):
    plain = posterior(NET, WIDE, seen, FREE, draws=60_000, rounds=1)
    closer = posterior(NET, WIDE, seen, FREE, draws=2_000, rounds=6, seed=5)
    assert closer.effective > 3 * plain.effective * closer.draws / plain.draws
    assert closer.log_evidence == pytest.approx(plain.log_evidence, abs=0.3)
    for one, other in zip(plain.learned, closer.learned, strict=True):
        error = math.hypot(one.mean_error, other.mean_error)
        assert one.mean == pytest.approx(other.mean, abs=4 * error)
        assert one.sd == pytest.approx(other.sd, rel=0.3)


QUIET = dataclasses.replace(WIDE, changes=(
    *WIDE.changes, *(Change(target=noise, to=Quantity(0.0, "ratio")) for noise in ("adoption_noise", "mood_noise")),
))  # fmt: skip


def test_another_program_finds_the_same_posterior(seen):
    """emcee (Foreman-Mackey and others 2013, doi:10.1086/670067) walks over the density that books of statistics give.

    Chance is turned off and nothing else spreads, so that both speak of one density in three parameters.
    """
    ours = posterior(NET, QUIET, seen, FREE, draws=20_000, rounds=4, others=False)
    world, free = with_free(NET, QUIET, FREE, first=FIRST, quarters=QUARTERS, seed=0, others=False)
    recipes, slots = recipes_of(world.entities, world.seat, SERIES), world.resolved.spreads.slot[[f.row for f in free]]
    still = dataclasses.replace(world.resolved, spreads=NO_SPREADS)
    wanted = np.log([[one.value for one in seen if one.series == series] for series in SERIES])
    pay = next(one for one in free if one.address == "lab.opening_pay")
    before = (stats.lognorm(0.3, scale=free[0].a), stats.uniform(0.002, 0.048), stats.norm(pay.a, 0.2))

    def density(point):
        told = sum(law.logpdf(x) for law, x in zip(before, point, strict=True))
        if not np.isfinite(told):
            return -np.inf
        values = world.values.copy()
        values[slots] = point
        there = dataclasses.replace(world, values=values, resolved=still)
        missed = wanted - np.log(series_of(there, recipes, np.array([-1]), FIRST)[0][0])
        return told + sum(book(error).logpdf(row) for row, error in zip(missed, SERIES.values(), strict=True))

    rng = np.random.default_rng(8)
    start = np.array([one.mean + 0.3 * one.sd * rng.normal(size=24) for one in ours.learned]).T
    sampler = emcee.EnsembleSampler(24, 3, density)
    sampler.random_state = np.random.RandomState(8).get_state()
    sampler.run_mcmc(start, 700)
    chain = sampler.get_chain(discard=150)
    worth = chain[:, :, 0].size / sampler.get_autocorr_time(discard=150, quiet=True)
    for n, one in enumerate(ours.learned):
        theirs = chain[:, :, n].ravel()
        error = math.hypot(one.mean_error, theirs.std() / math.sqrt(worth[n]))
        assert error < 0.1 * one.sd
        assert one.mean == pytest.approx(theirs.mean(), abs=4 * error)
        assert one.sd == pytest.approx(theirs.std(), rel=0.1)


def test_the_same_question_has_the_same_answer_whatever_the_chunks(seen):
    one, other = (posterior(NET, WIDE, seen, FREE, draws=500, seed=4, chunk=chunk) for chunk in (500, 37))
    assert np.array_equal(one.weights, other.weights)
    assert one.learned == other.learned
    assert one.chosen == other.chosen


def test_a_later_question_lives_through_the_very_same_futures(seen):
    out = posterior(NET, WIDE, seen, FREE, draws=500, rounds=3)
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


def test_what_no_parameter_can_explain_is_shown_and_hardly_pulls(seen):
    """A series twenty times off moves no mean by a quarter of a deviation from where the other series leave it."""
    others = [one for one in seen if one.series != "lab.revenue"]
    far = [dataclasses.replace(one, value=one.value * 20.0) for one in seen if one.series == "lab.revenue"]
    out = posterior(NET, WIDE, [*others, *far], FREE, draws=5000)
    missed = [one for one in out.fitted if not one.is_within_reach]
    assert [one.observed for one in missed] == far
    assert all(one.apart > 3.0 and one.missed > 20.0 for one in missed)
    alone = {one.address: one for one in posterior(NET, WIDE, others, FREE, draws=5000, insist=False).learned}
    for one in out.learned:
        other = alone.get(one.address)
        if other is None:
            assert abs(one.shift) < 0.5
            continue
        assert abs(one.mean - other.mean) < 0.25 * other.sd + 3 * math.hypot(one.mean_error, other.mean_error)


def test_every_number_counts(seen):
    """Even one that is out of reach: the answer is another without it."""
    far = [dataclasses.replace(one, value=one.value * 1.5) for one in seen[:1]]
    whole, less = (posterior(NET, WIDE, some, FREE, draws=500) for some in ([*far, *seen[1:]], seen[1:]))
    assert not next(one for one in whole.fitted if one.observed == far[0]).is_within_reach
    assert [one.mean for one in whole.learned] != [one.mean for one in less.learned]


def test_where_the_model_has_nothing_no_future_can_have_been(seen):
    """vendor.capex is zero in every future: told of it alone, nothing is learned."""
    none = Observed(series="vendor.capex", quarter=FIRST, value=1e9, error=0.1)
    world = prepare(NET, WIDE, FIRST, QUARTERS, 0, ())
    sight = Sight.of(world, [none], FIRST)
    assert sight.log_likelihood(np.zeros((2, 1)), np.array([True])).tolist() == [-math.inf] * 2
    assert sight.log_likelihood(np.ones((2, 1)), np.array([False])).tolist() == [-math.inf] * 2


def test_too_few_futures_are_called_too_few(seen):
    sharp = [dataclasses.replace(one, error=1e-5) for one in seen]
    assert posterior(NET, WIDE, sharp, FREE, draws=200, rounds=1).status == "too_few"


def test_a_series_the_machine_does_not_have_is_left_out(seen):
    none = Observed(series="vendor.capex", quarter=FIRST, value=1e9, error=0.1)
    out = posterior(NET, WIDE, [*seen, none], FREE, draws=300)
    assert [one.observed for one in out.left_out] == [none]


def test_a_parameter_without_a_spread_gets_its_usual_range(seen):
    out = posterior(NET, WIDE, seen, ["innovation"], draws=1500)
    knob = out.free[0]
    assert knob.ends == (0.0, 0.02)
    assert out.learned[0].address == "innovation"


def test_others_can_be_kept_at_their_centres(seen):
    out = posterior(NET, WIDE, seen, ["imitation"], draws=300, others=False)
    world = out.rounds[0].world
    names = {world.resolved.addresses.names[slot] for slot in world.resolved.spreads.slot}
    assert names == {"imitation"}


def test_the_scenario_that_comes_out_spreads_as_the_posterior_does(seen):
    out = posterior(NET, WIDE, seen, FREE, draws=4000, rounds=6)
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
    whole = posterior(NET, WIDE, seen, FREE, draws=800, rounds=4)
    monkeypatch.setattr(room, "FORGOTTEN", math.inf)
    kept = posterior(NET, WIDE, seen, FREE, draws=800, rounds=4)
    assert len(whole.weights) < len(kept.weights) == kept.draws
    assert [one.mean for one in whole.learned] == pytest.approx([one.mean for one in kept.learned], rel=1e-12)
    assert Quarter(2026, 1) == whole.first
