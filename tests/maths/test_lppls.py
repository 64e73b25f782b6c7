"""LPPLS: the best curve of the box, whoever looks for it, and no detection where the search ended on its bound."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from scipy.optimize import differential_evolution

from perpetuum.maths.lppls import WINDOWS, Lppls, lppls_confidence, lppls_fit, lppls_qualified, lppls_value

TRUE = Lppls(tc=132.0, m=0.45, w=7.8, a=8.0, b=-0.15, c1=0.012, c2=-0.008)
DAYS = np.arange(120.0)


def walk(seed: int, days: int = 120, drift: float = 0.0) -> np.ndarray:
    return np.cumsum(np.random.default_rng(seed).normal(drift, 0.01, days))


def noisy(seed: int = 3) -> np.ndarray:
    return lppls_value(DAYS, TRUE) + np.random.default_rng(seed).normal(0, 0.004, 120)


def least_miss(place: np.ndarray, time: np.ndarray, price: np.ndarray) -> float:
    """The sum of squares at one place by plain least squares, without any of our sums."""
    tc, m, w = place
    left = np.abs(tc - time)
    left[left == 0] = 1e-300
    power = left**m
    columns = np.column_stack(
        [np.ones_like(time), power, power * np.cos(w * np.log(left)), power * np.sin(w * np.log(left))]
    )
    columns = columns / np.abs(columns).max(axis=0)
    miss = columns @ np.linalg.lstsq(columns, price)[0] - price
    return float(miss @ miss)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_search_by_chance_finds_nothing_better_than_one_in_a_hundred(seed):
    price = walk(seed)[:60]
    time = DAYS[:60]
    box = [(59.0, 59.0 + 0.2 * 59), (0.1, 0.9), (6.0, 13.0)]
    other = differential_evolution(least_miss, box, args=(time, price), seed=1, popsize=8, maxiter=40, tol=1e-10)
    assert lppls_fit(time, price).sse <= other.fun * 1.01
    assert lppls_fit(time, price, grid="fine").sse <= other.fun * 1.005


def test_the_sum_of_squares_is_that_of_the_curve_it_returns():
    found = lppls_fit(DAYS, noisy())
    place = np.array([found.curve.tc, found.curve.m, found.curve.w])
    assert found.sse == pytest.approx(least_miss(place, DAYS, noisy()), rel=1e-9)
    assert found.sse == pytest.approx(np.sum((lppls_value(DAYS, found.curve) - noisy()) ** 2), rel=1e-9)


def test_a_curve_without_noise_is_found_again():
    found = lppls_fit(DAYS, lppls_value(DAYS, TRUE))
    for name in ("tc", "m", "w", "a", "b", "c1", "c2"):
        assert getattr(found.curve, name) == pytest.approx(getattr(TRUE, name), rel=1e-3), name
    assert found.sse < 1e-9


def test_the_fine_grid_is_never_worse_on_these_walks_by_more_than_a_thousandth():
    for seed in range(8):
        assert lppls_fit(DAYS, walk(seed), grid="fine").sse <= 1.001 * lppls_fit(DAYS, walk(seed)).sse


def test_another_origin_of_time_and_another_currency_change_no_shape():
    first = lppls_fit(DAYS, noisy())
    again = lppls_fit(DAYS + 738000, noisy() + np.log(32.0))
    assert again.sse == pytest.approx(first.sse, rel=1e-6)
    assert again.curve.tc - 738000 == pytest.approx(first.curve.tc, abs=1e-3)
    assert again.curve.b == pytest.approx(first.curve.b, rel=1e-3)


def test_a_critical_time_on_its_bound_is_no_detection():
    # The price has already turned: the best tc inside the box is its first day.
    turned = lppls_value(np.arange(140.0), Lppls(tc=112.0, m=0.5, w=8.0, a=8.0, b=-0.1, c1=0.004, c2=0.002))[:120]
    found = lppls_fit(DAYS, turned)
    assert found.status == "tc_on_bound"
    out = lppls_confidence(DAYS, turned, windows=(120,))
    assert (out.share[0], out.on_bound) == (0.0, (1,))
    assert lppls_fit(DAYS, turned, tc=(100.0, 125.0)).curve.tc == pytest.approx(112.0, abs=0.5)


def test_a_window_counts_only_with_a_bubble_that_rises():
    assert lppls_confidence(DAYS, noisy(), windows=(120,)).share[0] == 1.0
    assert lppls_confidence(DAYS, -noisy(), windows=(120,)).share[0] == 0.0


def test_confidence_counts_all_windows_also_those_that_do_not_fit():
    out = lppls_confidence(DAYS, noisy())
    assert len(out.windows) == len(WINDOWS) == 18
    counted = [
        fit.status != "tc_on_bound" and lppls_qualified(fit.curve, fit.start, fit.end).qualified for fit in out.fits
    ]
    assert out.share[0] == sum(counted) / 18
    assert 0 < out.share[0] < 1


def test_one_thread_and_all_threads_give_the_same_bits():
    price = walk(11, 160)
    time = np.arange(160.0)
    most = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        alone = lppls_confidence(time, price, ends=(119, 139, 159))
    finally:
        numba.set_num_threads(most)
    together = lppls_confidence(time, price, ends=(119, 139, 159))
    assert (alone.share == together.share).all()
    assert [fit.curve for fit in alone.fits] == [fit.curve for fit in together.fits]


def test_what_follows_an_end_changes_nothing_at_it():
    price = walk(12, 150)
    time = np.arange(150.0)
    early = lppls_confidence(time[:120], price[:120])
    later = lppls_confidence(time, price, ends=(119,))
    assert [fit.curve for fit in early.fits] == [fit.curve for fit in later.fits]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"b": 0.06}, "falls"),
        ({"tc": 200.0}, "too late"),
        ({"tc": 59.0}, "too early"),
        ({"m": 1.0}, "m at its limit"),
        ({"w": 15.0}, "w at its limit"),
        ({"w": 2.5}, "too few oscillations"),
        ({"c1": 0.03, "c2": 0.04}, "too little damping"),
    ],
)
def test_each_rule_of_the_filter_can_fail_by_itself(change, part):
    good = {"tc": 135.0, "m": 0.4, "w": 8.0, "a": 0.0, "b": -0.06, "c1": 0.003, "c2": 0.004}
    assert lppls_qualified(Lppls(**good), 0.0, 119.0).qualified
    assert not lppls_qualified(Lppls(**(good | change)), 0.0, 119.0).qualified, part


def test_damping_is_without_end_where_nothing_swings():
    out = lppls_qualified(Lppls(tc=135.0, m=0.4, w=8.0, a=0.0, b=-0.06, c1=0.0, c2=0.0), 0.0, 119.0)
    assert out.qualified and out.damping == np.inf


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: lppls_fit(DAYS[:8], walk(1)[:8]), "8 days; a fit needs 12"),
        (lambda: lppls_fit(DAYS, np.zeros(120)), "does not move"),
        (lambda: lppls_fit(DAYS, np.r_[walk(1)[:119], np.nan]), "must be finite"),
        (lambda: lppls_fit(DAYS[::-1].copy(), walk(1)), "times must grow"),
        (lambda: lppls_fit(DAYS, walk(1), m=(0.9, 0.1)), "the box of m is 0.9 to 0.1"),
        (
            lambda: lppls_confidence(DAYS[:100], walk(1)[:100]),
            "100 days to the first end; the longest window needs 120",
        ),
        (lambda: lppls_confidence(DAYS, walk(1), ends=(130,)), "the series has 120 days"),
        (lambda: lppls_confidence(DAYS, walk(1), windows=(5,)), "a window has 5 days"),
        (lambda: lppls_confidence(DAYS, np.r_[walk(1)[:80], np.ones(40)]), "does not move in a window"),
        (lambda: lppls_qualified(TRUE, 5.0, 5.0), "no length"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_repair(call, says):
    with pytest.raises(ValueError, match=says):
        call()
