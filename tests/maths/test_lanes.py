"""Draws side by side: every lane is as if it were alone, bit for bit."""

from __future__ import annotations

import inspect
import math

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perpetuum.maths.lanes import (
    ALL,
    LANES,
    anywhere,
    choose,
    empty_row,
    everywhere,
    lane,
    lanes_on,
    largest,
    portion,
    smallest,
    with_lane,
)

numbers = st.floats(-1e12, 1e12) | st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, math.nan, math.inf, -math.inf])
rows = st.lists(numbers, min_size=3 * LANES, max_size=3 * LANES)


def sums(a, b, c):
    return (a + b) * 2 - c / 3.0 + (1 - a) - -b


def ends(a, b, c):
    return min(max(a, b), c) + max(min(a, 2.0), 0) + min(1.0, max(0.0, c))


def shapes(a, b, c):
    return abs(a) + np.rint(b / 1e6) + np.floor(c / 1e6)


def powers(a, b, c):
    return np.exp(-abs(a) / 1e12) + np.log(1.0 + abs(b)) + (1.0 + abs(c) / 1e12) ** 3.5 + abs(a) ** 0.5


def answers(a, b, c):
    both = (a < b) & (b <= c)
    either = (a > c) | (a >= 0.0) | both
    same = (a == b) | (b != c)
    return (
        choose(both, 1.0, 0.0) + choose(either, a, b) + choose(same & either, c, -1.0) + choose(np.isnan(a), 7.0, 0.0)
    )


def parts(a, b, c):
    return portion(a, b) + portion(b, c)


def loops(a, b, c):
    total, any_so_far = 0.0, False
    for n in range(4):
        total += n * a
        any_so_far = any_so_far | (total > b)
    return choose(any_so_far, total, c)


FORMS = (sums, ends, shapes, powers, answers, parts, loops)


def compiled(form):
    one = numba.njit(error_model="numpy")(form)

    @numba.njit(error_model="numpy")
    def side_by_side(row, out):
        table, told = lanes_on(row, 0, (3,), ALL), lanes_on(out, 0, (1,), ALL)
        told[0] = one(table[0], table[1], table[2])

    @numba.njit(error_model="numpy")
    def alone(row, out):
        for k in range(LANES):
            numbers, told = lanes_on(row, 0, (3,), k), lanes_on(out, 0, (1,), k)
            told[0] = one(numbers[0], numbers[1], numbers[2])

    return side_by_side, alone


COMPILED = {form.__name__: compiled(form) for form in FORMS}


@pytest.mark.parametrize("form", COMPILED)
@given(rows)
@settings(deadline=None)
def test_every_lane_comes_to_what_it_comes_to_alone(form, values):
    row, together, alone = np.array(values), np.zeros(LANES), np.zeros(LANES)
    with np.errstate(all="ignore"):
        COMPILED[form][0](row, together)
        COMPILED[form][1](row, alone)
    assert together.tobytes() == alone.tobytes() or np.array_equal(together, alone, equal_nan=True)


@pytest.mark.parametrize("form", FORMS)
@given(st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=3))
@settings(deadline=None)
def test_plain_python_reads_the_same_source(form, values):
    row, told = np.repeat(values, LANES), np.zeros(LANES)
    with np.errstate(all="ignore"):
        COMPILED[form.__name__][0](row, told)
        assert told == pytest.approx(np.full(LANES, float(form(*map(np.float64, values)))), rel=1e-14, nan_ok=True)


@numba.njit
def _asked(row, told):
    table = lanes_on(row, 0, (2,), ALL)
    over = table[0] > table[1]
    told[0], told[1] = anywhere(over), everywhere(over)
    told[2], told[3] = smallest(table[0]), largest(table[0])


@given(st.lists(st.floats(-5, 5), min_size=2 * LANES, max_size=2 * LANES))
@settings(deadline=None)
def test_questions_to_all_lanes_are_answered_for_all_of_them(values):
    row, told = np.array(values), np.zeros(4)
    _asked(row, told)
    first, second = row[:LANES], row[LANES:]
    assert told.tolist() == [(first > second).any(), (first > second).all(), first.min(), first.max()]


@numba.njit
def _moved(row, out):
    table, moved = lanes_on(row, 1, (2, 3), ALL), lanes_on(out, 0, (2, 3), ALL)
    for i in range(table.shape[0]):
        line = table[i]
        for j in range(line.size):
            moved[i, j] = line[j] + 1.0
            moved[i, j] -= 0.5
    last = moved[1, 2]
    for k in range(LANES):
        last = with_lane(last, k, lane(last, k) + k)
    moved[1, 2] = last


def test_a_table_lies_where_an_array_of_one_draw_lies():
    row, out = np.arange(8.0 * LANES), np.zeros(6 * LANES)
    _moved(row, out)
    expected = row.reshape(8, LANES)[1:7] + 0.5
    expected[5] += np.arange(LANES)
    assert np.array_equal(out.reshape(6, LANES), expected)


def test_rows_begin_where_a_vector_does_not_straddle_two_lines():
    for size in (1, 7, 20_944):
        assert empty_row(size).ctypes.data % 64 == 0 and empty_row(size).shape == (size,)
        assert not empty_row(size).any()
    assert numba.njit(inspect.unwrap(lambda: empty_row(9).ctypes.data % 64))() == 0


def test_a_branch_on_numbers_of_several_draws_is_refused_by_the_compiler():
    @numba.njit
    def branches(row):
        return 1 if lanes_on(row, 0, (1,), ALL)[0] > 0.0 else 2

    if numba.config.DISABLE_JIT:
        return
    with pytest.raises(numba.TypingError):
        branches(np.zeros(LANES))
