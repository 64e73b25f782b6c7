"""Weighted samples and naive forecasts, against what can be worked out another way."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from perpetuum.maths.chance import LOGNORMAL, NORMAL, TRIANGULAR, UNIFORM
from perpetuum.maths.importance import (
    correlations,
    drawn_again,
    effective_size,
    moments,
    quantiles,
    softened,
    weights_of,
)  # fmt: skip
from perpetuum.maths.laws import log_density, moments_of_law, quantiles_of_law
from perpetuum.maths.naive import as_a_year_ago, as_last, spread_of_misses, with_drift
from perpetuum.maths.scores import crps, is_covered, share_below

LAWS = [
    (NORMAL, 3.0, 0.7, 0.0, stats.norm(3.0, 0.7)),
    (LOGNORMAL, 2.0, 0.4, 0.0, stats.lognorm(0.4, scale=2.0)),
    (UNIFORM, 1.0, 5.0, 0.0, stats.uniform(1.0, 4.0)),
    (TRIANGULAR, 1.0, 2.0, 5.0, stats.triang(0.25, 1.0, 4.0)),
    (TRIANGULAR, 1.0, 1.0, 5.0, stats.triang(0.0, 1.0, 4.0)),
    (TRIANGULAR, 1.0, 5.0, 5.0, stats.triang(1.0, 1.0, 4.0)),
]
samples = st.lists(st.tuples(st.floats(-50, 50), st.floats(0.01, 3)), min_size=1, max_size=12)


@pytest.mark.parametrize(("law", "a", "b", "c", "book"), LAWS)
def test_a_law_is_the_one_in_the_book(law, a, b, c, book):
    x = np.linspace(1.05, 4.9, 23)
    levels = np.array([0.05, 0.3, 0.5, 0.9])
    np.testing.assert_allclose(log_density(law, a, b, c, x), book.logpdf(x), rtol=1e-9)
    np.testing.assert_allclose(moments_of_law(law, a, b, c), [book.mean(), book.var()], rtol=1e-9)
    np.testing.assert_allclose(quantiles_of_law(law, a, b, c, levels), book.ppf(levels), rtol=1e-9)


@pytest.mark.parametrize(("law", "a", "b", "c", "book"), LAWS[1:])
def test_a_law_has_no_density_outside_its_ends(law, a, b, c, book):
    low, high = book.support()
    outside = np.array([low - 1.0] + ([high + 1.0] if np.isfinite(high) else []))
    assert np.all(log_density(law, a, b, c, outside) == -math.inf)


def test_a_law_without_width_is_refused():
    with pytest.raises(ValueError, match="no density"):
        log_density(UNIFORM, 2.0, 2.0, 0.0, np.ones(1))


def test_a_forecast_of_a_normal_law_has_the_score_in_the_book():
    """Gneiting and Raftery (2007), equation 5, for N(0, 1) and an outcome of 0.7."""
    levels = (np.arange(20_000) + 0.5) / 20_000
    z, came = stats.norm.ppf(levels), 0.7
    book = came * (2 * stats.norm.cdf(came) - 1) + 2 * stats.norm.pdf(came) - 1 / math.sqrt(math.pi)
    assert crps(z, np.ones(z.size), came) == pytest.approx(book, abs=2e-4)


@given(samples, st.floats(-60, 60))
def test_the_score_is_the_area_between_two_steps(sample, came):
    values, weights = (np.array(column) for column in zip(*sample, strict=True))
    share = weights / weights.sum()
    edges = np.unique([*values, came])
    area = 0.0
    for low, high in pairwise(edges.tolist()):
        below = share[values <= low].sum()
        area += (high - low) * (below - (came <= low)) ** 2
    assert crps(values, weights, came) == pytest.approx(area, abs=1e-9)


@given(samples, st.floats(-60, 60))
def test_the_score_is_what_all_pairs_give(sample, came):
    values, weights = (np.array(column) for column in zip(*sample, strict=True))
    share = weights / weights.sum()
    pairs = share @ np.abs(values[:, None] - values) @ share
    assert crps(values, weights, came) == pytest.approx(share @ np.abs(values - came) - 0.5 * pairs, abs=1e-9)


def test_honest_intervals_hold_as_often_as_they_say():
    rng = np.random.default_rng(5)
    truth, levels = rng.normal(size=2000), (np.arange(400) + 0.5) / 400
    sample = stats.norm.ppf(levels)
    held = np.mean([is_covered(sample, np.ones(400), came) for came in truth])
    assert held == pytest.approx(0.8, abs=0.03)
    ranks = [share_below(sample, np.ones(400), came) for came in truth]
    assert stats.kstest(ranks, "uniform").pvalue > 0.01


def test_gaps_and_weightless_samples_are_refused():
    for values, weights in ((np.array([np.nan]), np.ones(1)), (np.ones(1), np.zeros(1)), (np.zeros(0), np.zeros(0))):
        with pytest.raises(ValueError, match=r"(?s).*"):
            crps(values, weights, 1.0)


def test_weights_give_the_posterior_that_can_be_worked_out():
    """A normal belief and a normal number have a normal posterior: mean 0.8, variance 0.2."""
    rng = np.random.default_rng(1)
    theta = rng.normal(size=200_000)
    weights = weights_of(-0.5 * ((theta - 1.0) / 0.5) ** 2)
    out = moments(theta, weights)
    assert out.mean == pytest.approx(0.8, abs=4 * out.mean_error)
    assert out.variance == pytest.approx(0.2, abs=4 * out.variance_error)
    assert out.mean_error < 0.01
    np.testing.assert_allclose(
        quantiles(theta, weights, np.array([0.1, 0.9])), stats.norm(0.8, math.sqrt(0.2)).ppf([0.1, 0.9]), atol=0.02
    )


def test_the_error_of_a_mean_is_how_far_means_scatter():
    rng = np.random.default_rng(2)
    means, told = [], []
    for _ in range(300):
        theta = rng.normal(size=500)
        out = moments(theta, weights_of(-0.5 * ((theta - 1.0) / 0.5) ** 2))
        means.append(out.mean)
        told.append(out.mean_error)
    assert np.mean(told) == pytest.approx(np.std(means), rel=0.15)


def test_drawing_again_takes_each_as_often_as_it_weighs():
    weights = np.array([0.1, 0.0, 0.6, 0.3])
    counts = np.bincount(drawn_again(weights, 1000, 0.25), minlength=4)
    assert np.abs(counts - 1000 * weights).max() <= 1.0
    with pytest.raises(ValueError, match="weight"):
        drawn_again(np.zeros(3), 10, 0.5)


def test_softening_keeps_the_order_and_gives_what_was_wanted():
    logs = np.array([0.0, -200.0, -400.0, -math.inf])
    weights = softened(logs, 2.5)
    assert effective_size(weights) == pytest.approx(2.5, rel=1e-6)
    assert weights[0] > weights[1] > weights[2] > weights[3] == 0.0


def test_correlations_are_those_of_the_whole_if_all_weigh_the_same():
    x = np.random.default_rng(3).normal(size=(50, 3))
    np.testing.assert_allclose(correlations(x, np.full(50, 0.02)), np.corrcoef(x.T), atol=1e-12)


def test_a_walk_with_drift_holds_as_often_as_it_says():
    """Simulated walks of nine quarters, four ahead: the normal law is a little narrow for eight changes."""
    rng, held = np.random.default_rng(4), []
    for _ in range(1500):
        walk = np.exp(np.cumsum(rng.normal(0.05, 0.1, size=13)))
        guess = with_drift(walk[:9], 4)
        held.append(abs(math.log(walk[12] / guess.middle)) <= 1.2816 * guess.wide)
    assert 0.70 < np.mean(held) < 0.82


def test_a_year_ago_knows_the_season():
    season = np.tile([1.0, 2.0, 3.0, 6.0], 4) * np.repeat([1.0, 1.1, 1.21, 1.331], 4)
    for ahead, wanted in ((1, 1.4641), (4, 6 * 1.4641), (5, 1.4641 * 1.1)):
        assert as_a_year_ago(season, ahead).middle == pytest.approx(wanted)
    assert as_a_year_ago(season, 1).wide == pytest.approx(0.0, abs=1e-12)
    assert as_a_year_ago(season[:9], 1) is None


def test_short_or_broken_pasts_give_no_forecast():
    assert as_last(np.array([1.0, 2.0, 3.0]), 1) is None
    assert with_drift(np.array([1.0, 2.0, 3.0, 4.0, np.nan]), 1) is None
    assert spread_of_misses(np.array([1.0, np.nan, 2.0, np.nan, 3.0])) is None
    with pytest.raises(ValueError, match="above zero"):
        as_last(np.array([1.0, 0.0, 1.0, 1.0]), 1)


def test_the_density_of_a_triangle_adds_up_to_one():
    whole = integrate.quad(lambda x: math.exp(log_density(TRIANGULAR, 1.0, 2.0, 5.0, np.array([x]))[0]), 1, 5)[0]
    assert whole == pytest.approx(1.0, rel=1e-6)
