"""Quantiles of futures that pass by: beside sorted ones, and whatever the chunks and the threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import fields

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from perpetuum.maths import streaming
from perpetuum.maths.streaming import BINS, Spread, Tally, add, sorted_spread, take, tallied_spread, tally

LEVELS = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


def futures(draws: int = 9_500, series: int = 3, quarters: int = 4, seed: int = 1) -> np.ndarray:
    """One series of each kind: heavy tails, both signs, and few different values."""
    chance = np.random.default_rng(seed)
    values = np.empty((draws, series, quarters))
    values[:, 0] = chance.lognormal(20, 1.0, (draws, quarters))
    values[:, 1] = chance.normal(0, 3.0, (draws, quarters))
    values[:, 2] = chance.integers(0, 3, (draws, quarters))
    return values


def passed_by(values: np.ndarray, chunk: int = 1_000, backwards: bool = False, bins: int = BINS) -> Tally:
    book, starts = tally(values, draws=len(values), bins=bins), range(0, len(values), chunk)
    for start in reversed(starts) if backwards else starts:
        take(book, start, values[start : start + chunk])
    return book


def same_bits(one: Spread, two: Spread) -> bool:
    return all(np.array_equal(getattr(one, each.name), getattr(two, each.name), equal_nan=True) for each in fields(one))


# ---- sorted


def test_sorted_quantiles_are_those_of_another_program():
    values = futures(999)
    out = sorted_spread(values, LEVELS)
    np.testing.assert_allclose(out.quantile, np.quantile(values, LEVELS, axis=0), rtol=1e-14)
    np.testing.assert_allclose(out.mean, values.mean(axis=0), rtol=1e-13)
    assert (out.error_bound == 0).all() and not out.tails_clipped.any()


def test_a_future_without_the_series_is_counted_apart():
    values = futures(500)
    values[::5, 1, 2] = np.nan
    values[:, 2, 0] = np.nan
    for out in (sorted_spread(values, LEVELS), tallied_spread(passed_by(values), LEVELS)):
        assert out.missing[1, 2] == 100 and out.present[1, 2] == 400 and out.missing.sum() == 600
        assert out.mean[1, 2] == pytest.approx(np.nanmean(values[:, 1, 2]), rel=1e-13)
        assert np.isnan([out.mean[2, 0], out.lowest[2, 0], *out.quantile[:, 2, 0], *out.sampling_error[:, 2, 0]]).all()
        off = np.abs(out.quantile[:, 1, 2] - np.nanquantile(values[:, 1, 2], LEVELS))
        assert (off <= out.error_bound[:, 1, 2] + 1e-12).all()


def test_infinities_take_their_place_at_the_ends():
    values = np.array([-np.inf, 1.0, 2.0, 3.0, np.inf, np.inf]).reshape(6, 1, 1)
    for out in (sorted_spread(values, (0.0, 0.4, 1.0)), tallied_spread(passed_by(values), (0.0, 0.4, 1.0))):
        assert out.quantile[0, 0, 0] == -np.inf and out.quantile[2, 0, 0] == np.inf
        assert abs(out.quantile[1, 0, 0] - 2.0) <= out.error_bound[1, 0, 0]
        assert np.isnan(out.mean[0, 0]) and out.lowest[0, 0] == -np.inf and out.highest[0, 0] == np.inf
        assert not out.tails_clipped.any()


# ---- passed by


def test_the_grid_is_off_by_less_than_it_says_and_it_says_little():
    values = futures()
    kept, binned = sorted_spread(values, LEVELS), tallied_spread(passed_by(values), LEVELS)
    assert (np.abs(binned.quantile - kept.quantile) <= binned.error_bound).all()
    pilot = np.ptp(values[: streaming.PILOT], axis=0)
    assert (binned.error_bound[1:-1] <= 1.001 * 2 * pilot / BINS).all()
    assert np.array_equal(binned.quantile[[0, -1]], kept.quantile[[0, -1]])  # the extremes are exact
    for exact in ("mean", "lowest", "highest", "present", "missing"):
        assert np.array_equal(getattr(binned, exact), getattr(kept, exact)), exact


@settings(max_examples=100, deadline=None)
@given(
    arrays.arrays(float, st.tuples(st.integers(1, 40), st.just(1), st.just(2)), elements=st.floats(-1e15, 1e15)),
    st.integers(1, 30),
    st.floats(0, 1),
)
def test_the_error_bound_holds_for_any_values(values: np.ndarray, bins: int, level: float):
    book = tally(values[: max(1, len(values) // 2)], draws=len(values), bins=bins)
    take(book, 0, values)
    binned, kept = tallied_spread(book, [level]), sorted_spread(values, [level])
    assert (
        np.abs(binned.quantile - kept.quantile) <= binned.error_bound * (1 + 1e-9) + 1e-14 * np.abs(kept.quantile)
    ).all()
    assert (binned.lowest <= binned.quantile).all() and (binned.quantile <= binned.highest).all()


@pytest.mark.parametrize(
    ("chunk", "backwards"), [(1, False), (333, False), (2_500, False), (9_500, False), (3_000, True)]
)
def test_chunks_do_not_change_a_bit(chunk: int, backwards: bool):
    values = futures()
    if chunk == 1:
        values = values[:1_500]
    usual = tallied_spread(passed_by(values), LEVELS)
    assert same_bits(tallied_spread(passed_by(values, chunk, backwards), LEVELS), usual)


def test_threads_do_not_change_a_bit():
    values, threads = futures(), numba.get_num_threads()
    usual, kept = tallied_spread(passed_by(values), LEVELS), sorted_spread(values, LEVELS)
    try:
        numba.set_num_threads(1)
        assert same_bits(tallied_spread(passed_by(values), LEVELS), usual)
        assert same_bits(sorted_spread(values, LEVELS), kept)
    finally:
        numba.set_num_threads(threads)


def test_order_inside_memory_does_not_matter():
    values = futures(1_200)
    assert same_bits(sorted_spread(np.asfortranarray(values), LEVELS), sorted_spread(values, LEVELS))


def test_values_that_are_all_the_same_are_told_exactly():
    for value in (0.0, -7.0, 3e11):
        out = tallied_spread(passed_by(np.full((50, 1, 1), value)), LEVELS)
        assert (out.quantile == value).all() and out.mean[0, 0] == value and (out.sampling_error == 0).all()


def test_only_the_pilot_fixes_the_grid():
    values = futures(6_000)
    far = values.copy()
    far[streaming.PILOT :] *= 100
    one, two = tally(values, draws=6_000), tally(far, draws=6_000)
    assert np.array_equal(one.low, two.low) and np.array_equal(one.width, two.width)


def test_tails_that_leave_the_grid_are_told():
    values = np.random.default_rng(2).permutation(np.linspace(0, 1, 10_000)).reshape(-1, 1, 1).repeat(2, axis=2)
    values[-5:, 0, 0], values[-15:, 0, 1] = 1e6, 1e6  # five and fifteen in ten thousand
    out = tallied_spread(passed_by(values), (0.5, 0.9997))
    assert out.tails_clipped.tolist() == [[False, True]]
    kept = sorted_spread(values, (0.5, 0.9997))
    assert (np.abs(out.quantile - kept.quantile) <= out.error_bound).all()


def test_the_bare_loop_counts_like_the_whole():
    values = futures(800)
    values[3, 0, 0], values[4, 0, 0], values[5, 0, 0] = np.nan, np.inf, -np.inf
    book = passed_by(values)
    counts = np.zeros_like(book.counts)
    add(counts, book.low, book.width, values)
    assert np.array_equal(counts, book.counts)
    assert (counts.sum(axis=-1) == 800).all()


# ---- finitely many futures


def test_the_sampling_error_is_that_of_the_normal_law():
    """Standard error of a quantile: sqrt(p (1 - p) / n) / density (Cramer 1946, section 28.5)."""
    draws, level = 40_000, 0.9
    values = np.random.default_rng(4).normal(size=(draws, 5, 8))
    theory = np.sqrt(level * (1 - level) / draws) / stats.norm.pdf(stats.norm.ppf(level))
    for out in (sorted_spread(values, [level]), tallied_spread(passed_by(values), [level])):
        assert out.sampling_error.mean() == pytest.approx(theory, rel=0.05)


def test_the_sampling_error_is_how_far_other_seeds_come_out():
    runs = np.array([sorted_spread(futures(400, seed=seed), [0.25]).quantile[0, 1, 0] for seed in range(300)])
    said = sorted_spread(futures(40_000), [0.25]).sampling_error[0, 1, 0] * np.sqrt(40_000 / 400)
    assert runs.std() == pytest.approx(said, rel=0.15)


def test_one_future_has_no_sampling_error_to_tell():
    assert np.isnan(sorted_spread(np.ones((1, 1, 1)), [0.5]).sampling_error).all()


# ---- refused


def test_chunks_that_do_not_fit_are_refused_in_words():
    values = futures(2_500)
    book = tally(values, draws=2_500)
    take(book, 0, values[:1_000])
    with pytest.raises(ValueError, match="draw 0 cannot be counted now; the next one of its block is 1000"):
        take(book, 0, values[:10])
    with pytest.raises(ValueError, match="draw 1500 cannot be counted now; the next one of its block is 1000"):
        take(book, 1_500, values[1_500:])
    with pytest.raises(ValueError, match="draws 2000 to 2500 are not among the 2500"):
        take(book, 2_000, values[:501])
    with pytest.raises(ValueError, match="the grid has"):
        take(book, 1_000, values[:10, :2])
    with pytest.raises(ValueError, match="only 1000 of 2500 draws were counted"):
        tallied_spread(book, LEVELS)


def test_a_refused_chunk_leaves_no_trace():
    values = futures(2_000)
    book = passed_by(values)
    before = book.counts.sum(), book.sums.sum()
    with pytest.raises(ValueError):
        take(book, 500, values[:1_000])
    assert (book.counts.sum(), book.sums.sum()) == before


def test_what_cannot_be_read_is_refused():
    with pytest.raises(ValueError, match=r"level 5.0 is not a share"):
        sorted_spread(futures(10), [5.0])
    with pytest.raises(ValueError, match=r"draws is 0; .*\nbins is -1;"):
        tally(futures(10), draws=0, bins=-1)


# ---- compiled or not


SCRIPT = """
import json, sys, numpy as np
from perpetuum.maths.streaming import *
values = np.array(json.load(sys.stdin))
book = tally(values, len(values), bins=16)
take(book, 0, values)
out = [sorted_spread(values, [0.1, 0.5]), tallied_spread(book, [0.1, 0.5])]
print(json.dumps([[o.quantile.tolist(), o.error_bound.tolist(), o.sampling_error.tolist()] for o in out]))
"""


def test_the_plain_source_says_what_the_compiled_one_says():
    values = futures(60)
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT], input=json.dumps(values.tolist()),
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    ours = [sorted_spread(values, [0.1, 0.5]), tallied_spread(passed_by(values, bins=16), [0.1, 0.5])]
    for out, plain in zip(ours, json.loads(told.stdout), strict=True):
        for got, say in zip((out.quantile, out.error_bound, out.sampling_error), plain, strict=True):
            np.testing.assert_array_equal(got, say)
