"""Forecasts over curves: the truth is usually inside, and the same seed gives the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from perpetuum.maths.adoption_curves import BASS, LOGISTIC, SHOWN
from perpetuum.maths.curve_forecast import _quantile, forecast

TIME = np.arange(1.0, 16)


def history(seed: int, noise: float = 12.0) -> np.ndarray:
    return 1000 * LOGISTIC.share(TIME, 0.6, 9.0) + np.abs(np.random.default_rng(seed).normal(0, noise, 15))


def test_the_same_seed_gives_the_same_numbers_and_another_others():
    first, again, other = (forecast(history(1), np.array([20.0]), draws=39, seed=seed) for seed in (0, 0, 1))
    assert (first.mixed_high == again.mixed_high).all()
    assert (first.mixed_high != other.mixed_high).any()


def test_more_draws_keep_the_draws_there_were():
    few = forecast(history(1), np.array([20.0]), curves=(BASS,), draws=20, level=0.999)
    more = forecast(history(1), np.array([20.0]), curves=(BASS,), draws=60, level=0.999)
    # Only chance of its own address: a larger run can reach further, never less far.
    assert more.low[0, 0] <= few.low[0, 0] + 1e-6 * few.low[0, 0]
    assert more.high[0, 0] >= few.high[0, 0] - 1e-6 * few.high[0, 0]


def test_the_truth_is_inside_about_as_often_as_the_level_says():
    truth = 1000 * LOGISTIC.share(np.array([18.0]), 0.6, 9.0)[0]
    inside = 0
    for seed in range(16):
        seen = 1000 * LOGISTIC.share(TIME, 0.6, 9.0) + np.random.default_rng(seed).normal(0, 8, 15)
        found = forecast(np.maximum(seen, 0.0), np.array([18.0]), curves=(LOGISTIC,), draws=39)
        inside += int(found.low[0, 0] <= truth <= found.high[0, 0])
    assert 11 <= inside <= 16


def test_a_draw_counts_as_much_as_its_curve():
    paths = np.arange(8.0).reshape(2, 4, 1)
    # Nine parts of ten lie in the second curve: 4, 5, 6, 7 at 0.225 each.
    assert _quantile(paths, (0.1, 0.9), 0.5) == 5.0
    assert _quantile(paths, (0.1, 0.9), 0.05) == 1.0
    assert _quantile(paths, (0.9, 0.1), 0.5) == 2.0


def test_the_ends_of_all_curves_together_lie_around_the_middle():
    found = forecast(history(3), np.array([16.0, 30.0]), draws=39)
    assert found.curves == tuple(curve.name for curve in SHOWN)
    assert (found.mixed_low <= found.mixed_middle).all() and (found.mixed_middle <= found.mixed_high).all()


def test_a_perfect_history_leaves_no_doubt():
    found = forecast(500 * LOGISTIC.share(TIME, 0.8, 6.0), np.array([20.0]), curves=(LOGISTIC,), draws=19)
    assert found.high[0, 0] - found.low[0, 0] < 1e-3


@pytest.mark.parametrize(("draws", "level", "says"), [(5, 0.9, "from 19"), (39, 90.0, "share between 0 and 1")])
def test_too_few_draws_and_levels_that_are_no_share_are_refused(draws, level, says):
    with pytest.raises(ValueError, match=says):
        forecast(history(1), np.array([20.0]), draws=draws, level=level)
