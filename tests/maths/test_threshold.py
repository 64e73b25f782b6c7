"""Threshold cascades, beside the same rule written firm by firm in exact fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perpetuum.maths.threshold import threshold_cascade

tenths = st.integers(0, 40).map(lambda k: Fraction(k, 10))


@st.composite
def networks(draw):
    n = draw(st.integers(1, 6))
    owed = [[Fraction(0) if i == j else draw(tenths) for j in range(n)] for i in range(n)]
    return owed, [draw(tenths) for _ in range(n)], [draw(tenths) for _ in range(n)], draw(st.integers(0, 10))


def by_hand(owed, outside, assets, recovery):
    every = range(len(owed))
    worth = [assets[i] + sum(owed[j][i] for j in every) - sum(owed[i]) - outside[i] for i in every]
    rounds, now = [], {i for i in every if worth[i] < 0}
    while now:
        rounds.append(now)
        down = set().union(*rounds)
        loss = [sum((1 - recovery) * owed[i][j] for i in down) for j in every]
        now = {j for j in every if j not in down and worth[j] < loss[j]}
    return rounds


@settings(max_examples=150, deadline=None)
@given(networks())
def test_the_rounds_are_those_of_exact_fractions(network):
    owed, outside, assets, tenth = network
    rounds = by_hand(owed, outside, assets, Fraction(tenth, 10))
    wanted = np.zeros(len(owed), dtype=int)
    for k, some in enumerate(rounds, start=1):
        wanted[list(some)] = k
    out = threshold_cascade(*(np.array(x, dtype=float) for x in (owed, outside, assets)), recovery=tenth / 10)
    np.testing.assert_array_equal(out.round_of_default, wanted)


def test_who_loses_exactly_what_it_is_worth_stands():
    owed = np.array([[0.0, 0.3], [0.0, 0.0]])
    out = threshold_cascade(owed, np.array([0.0, 0.2]), np.array([0.0, 0.2]), recovery=0.0)
    assert out.fallen.tolist() == [True, False]


def test_a_named_firm_falls_though_it_could_pay():
    out = threshold_cascade(np.zeros((2, 2)), np.zeros(2), np.ones(2), fallen=[1])
    assert out.round_of_default.tolist() == [0, 1]


def test_all_problems_are_named_at_once():
    with pytest.raises(ValueError) as told:
        threshold_cascade(np.zeros((2, 2)), np.array([-1.0, 0]), np.array([np.inf, 0]), recovery=1.5, fallen=[2])
    for words in ("owed_outside[0]", "outside_assets[0] is inf", "recovery is 1.5", "firm 2"):
        assert words in str(told.value)
