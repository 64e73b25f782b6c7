"""Sweeps from one side: the proof is never better than the truth."""

from __future__ import annotations

import numpy as np
import pytest

from perpetuum.maths.one_sided import from_above, from_below

ONE = np.ones(1)


def almost_closed_ring(firms: int, kept: float) -> tuple[np.ndarray, np.ndarray]:
    """Each passes almost all it has to the next: x = 1 - kept + kept * x of the one before."""
    shift = kept * np.roll(np.eye(firms), 1, axis=0)
    return shift, np.full(firms, 1.0 - kept)


def test_the_last_step_is_small_long_before_the_end_and_nothing_is_called_settled():
    shift, v = almost_closed_ring(5, 0.9999)
    out = from_above(lambda x: v + shift @ x, np.full(5, 2.0), np.ones(5), most_rounds=3000)
    step = np.abs(v + shift @ out.values - out.values).max()
    assert step < 1e-4 and np.abs(out.values - 1).max() > 0.5
    assert out.status == "ran_out_of_rounds"
    assert out.error_bound >= np.abs(out.values - 1).max()


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.9, 0.99, 0.997])
def test_the_bound_is_never_below_the_true_error(kept):
    shift, v = almost_closed_ring(7, kept)
    for rounds in (1, 2, 5, 17, 60, 400, 20_000):
        out = from_above(lambda x: v + shift @ x, np.full(7, 2.0), np.ones(7), most_rounds=rounds)
        assert out.error_bound >= np.abs(out.values - 1).max()
    assert out.status == "settled" and np.abs(out.values - 1).max() < 1e-11


def test_from_above_the_greatest_and_from_below_the_least_of_three_solutions():
    def once(x):
        return np.clip(2 * x - 0.5, 0.0, 1.0)  # 0, 0.5 and 1

    assert from_above(once, np.array([3.0]), ONE).values == 1
    assert from_below(once, np.array([-3.0]), ONE).values == 0


def test_a_group_that_nothing_reaches_settles_though_anything_in_it_would_grow():
    growing = np.array([[0.0, 2.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.5]])
    start = np.array([0.0, 0.0, 0.25])
    out = from_below(lambda x: np.minimum(1.0, start + growing @ x), start, np.ones(3))
    assert out.status == "settled"
    np.testing.assert_allclose(out.values, [0, 0, 0.5], atol=1e-11)


def test_a_touching_point_is_never_called_settled():
    # x = x - (x - 0.5)^2 touches at 0.5 without crossing: no point below is mapped upward.
    out = from_above(lambda x: x - (x - 0.5) ** 2, np.ones(1), ONE, most_rounds=500)
    assert out.status != "settled" and out.error_bound > out.values[0] - 0.5


def test_a_long_history_keeps_its_beginning_and_its_end():
    out = from_above(lambda x: 0.99 * x, np.ones(1), ONE)
    assert out.rounds > 1000 and len(out.history) == 101
    assert out.history[0] == 1 and out.history[1] == 0.99 and out.history[-1] == out.values


@pytest.mark.parametrize("wrong", [{"tolerance": 0.0}, {"tolerance": 1e-3}, {"most_rounds": 0}])
def test_a_tolerance_that_means_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="mend them"):
        from_above(lambda x: x, np.ones(1), ONE, **wrong)
