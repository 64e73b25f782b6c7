"""Misses that walk under one Student law, against what can be worked out another way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from perpetuum.maths.misses import DOF, log_density_of_misses, walk_on

AHEAD = np.array([5, 1, 2])  # in no order, and with a gap
ERROR = np.array([0.1, 0.1, 0.1])


def walk(ahead):
    return np.minimum.outer(ahead, ahead).astype(float)


def test_the_density_is_the_multivariate_student_law_of_a_walk():
    missed = np.random.default_rng(0).normal(scale=0.3, size=(6, 3))
    book = stats.multivariate_t(shape=np.outer(ERROR, ERROR) * walk(AHEAD), df=DOF)
    np.testing.assert_allclose(log_density_of_misses(missed, AHEAD, ERROR), book.logpdf(missed), rtol=1e-10)


def test_a_series_out_of_reach_pulls_the_less_the_farther_off_it_is():
    """What is won by coming an error nearer: a normal law would give ever more."""
    one, at = np.array([1]), np.array([[2.0], [3.0], [20.0], [21.0], [200.0], [201.0]])
    told = log_density_of_misses(at, one, np.ones(1))
    won = told[::2] - told[1::2]
    assert won[0] > 4 * won[1] > 20 * won[2] > 0.0


def test_missing_again_in_the_same_direction_is_no_news():
    told = log_density_of_misses(np.array([[3.0, 3.0], [3.0, -3.0]]), np.array([1, 2]), np.ones(2))
    assert told[0] > told[1] + 3.0


def test_what_follows_is_the_conditional_law_of_the_book():
    """Mean and covariance of a Gaussian walk given three of its points, times the scale of the Student law."""
    known, draws = np.array([[0.7, -0.2, 0.4]]), 40_000
    luck = np.random.default_rng(1).normal(size=(draws, 7))
    out = walk_on(np.repeat(known, draws, axis=0), AHEAD, luck)
    later = np.array([3, 4, 6, 7])
    gain = np.minimum.outer(later, AHEAD) @ np.linalg.inv(walk(AHEAD))
    left = walk(later) - gain @ np.minimum.outer(AHEAD, later)
    squares = float(known[0] @ np.linalg.inv(walk(AHEAD)) @ known[0])
    scale = (DOF + squares) / (DOF + 3) * (stats.t(DOF + 3).ppf(0.9) / stats.norm.ppf(0.9)) ** 2
    np.testing.assert_allclose(out[:, AHEAD - 1], np.repeat(known, draws, axis=0), atol=1e-12)
    np.testing.assert_allclose(out[:, later - 1].mean(axis=0), gain @ known[0], atol=0.03)
    np.testing.assert_allclose(np.cov(out[:, later - 1].T), scale * left, atol=0.05)


@pytest.mark.parametrize("known", [0, 1, 4])
def test_eighty_per_cent_intervals_of_what_follows_hold_eighty_per_cent(known):
    """Whole walks from the Student law itself, some of them far off: forecast the seventh quarter from the first."""
    rng = np.random.default_rng(2 + known)
    count, ahead = 3000, np.arange(1, known + 1)
    scale = np.sqrt(DOF / rng.chisquare(DOF, size=count))
    came = scale[:, None] * np.cumsum(rng.normal(size=(count, 7)), axis=1)
    held = []
    for one in came:
        out = walk_on(np.repeat(one[None, :known], 200, axis=0), ahead, rng.normal(size=(200, 7)))[:, -1]
        held.append(0.1 <= np.mean(out < one[-1]) <= 0.9)
    assert np.mean(held) == pytest.approx(0.8, abs=0.03)
