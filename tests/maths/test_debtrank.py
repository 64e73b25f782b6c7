"""DebtRank: three variants, three numbers, each firm with its own equity."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest

from perpetuum.maths.debtrank import debtrank_2012, debtrank_2015, debtrank_nonlinear

# Who owes whom, in three firms of unequal equity.
OWED = np.array([[0.0, 4.0, 1.0], [2.0, 0.0, 3.0], [0.5, 1.5, 0.0]])
EQUITY = np.array([20.0, 10.0, 5.0])
SHOCK = np.array([0.3, 0.0, 0.1])
VARIANTS = {
    "2012": debtrank_2012,
    "2015": debtrank_2015,
    "nonlinear": lambda *args, **kwargs: debtrank_nonlinear(*args, a=2.0, **kwargs),
}


@pytest.fixture(params=VARIANTS.values(), ids=VARIANTS)
def variant(request):
    return request.param


def test_three_unequal_firms_give_the_same_in_all_six_orders(variant):
    # A public tool divided by the equity of the last bank for all of them.
    there = variant(OWED, EQUITY, SHOCK)
    for order in map(list, permutations(range(3))):
        here = variant(OWED[np.ix_(order, order)], EQUITY[order], SHOCK[order])
        np.testing.assert_allclose(here.distress, there.distress[order], rtol=0, atol=1e-11)
        assert here.debtrank == pytest.approx(there.debtrank, abs=1e-11)


def test_each_lender_loses_against_its_own_equity():
    owed = np.array([[0.0, 4.0, 4.0], [0, 0, 0], [0, 0, 0]])
    out = debtrank_2015(owed, np.array([1.0, 8.0, 40.0]), np.array([1.0, 0.0, 0.0]))
    np.testing.assert_array_equal(out.distress, [1.0, 0.5, 0.1])


def test_linear_debtrank_agrees_with_exact_fractions_where_nobody_reaches_the_cap():
    n = len(EQUITY)
    lent = [[Fraction(OWED[j, i]) / Fraction(EQUITY[i]) for j in range(n)] for i in range(n)]
    h, step = [Fraction(0)] * n, [Fraction(str(s)) for s in SHOCK]
    for _ in range(80):
        h = [a + b for a, b in zip(h, step, strict=True)]
        step = [sum(row[j] * step[j] for j in range(n)) for row in lent]
    out = debtrank_2015(OWED, EQUITY, SHOCK)
    assert max(h) < 1
    np.testing.assert_allclose(out.distress, [float(x) for x in h], rtol=0, atol=1e-12)


def test_the_process_as_written_in_the_paper_ends_where_the_sweeps_end():
    owed = OWED * 3
    impact = owed.T / EQUITY[:, None]
    for rho, a in ((0.0, 0.0), (0.4, 0.0), (0.0, 3.0), (0.2, 1.0)):

        def passed(h, a=a):
            return np.minimum(1.0, h * np.exp(a * (h - 1)))

        before, h = np.zeros(3), SHOCK
        for _ in range(5000):
            before, h = h, np.minimum(1.0, h + (1 - rho) * impact @ (passed(h) - passed(before)))
        out = debtrank_nonlinear(owed, EQUITY, SHOCK, a=a, rho=rho)
        np.testing.assert_allclose(out.distress, h, rtol=0, atol=1e-10)


def test_nonlinear_with_nothing_late_is_linear():
    late, linear = debtrank_nonlinear(OWED, EQUITY, SHOCK, a=0.0), debtrank_2015(OWED, EQUITY, SHOCK)
    np.testing.assert_array_equal(late.distress, linear.distress)


def test_in_2012_a_firm_that_has_passed_on_its_distress_still_accumulates():
    # A hits B and C; B hits C one step later. Frozen copies leave C at 0.4.
    owed = np.array([[0.0, 4, 2], [0, 0, 1], [0, 0, 0]])
    out = debtrank_2012(owed, np.array([10.0, 8, 5]), np.array([1.0, 0, 0]))
    np.testing.assert_allclose(out.history, [[1, 0, 0], [1, 0.5, 0.4], [1, 0.5, 0.5]])
    assert out.rounds == 2


def test_in_2012_a_firm_hit_early_passes_on_less_so_a_larger_shock_may_do_less_harm():
    # A ruins B, and B ruins C; had B lost a little at once, that little is all it would have passed on.
    owed = np.array([[0.0, 10, 0], [0, 0, 10], [0, 0, 0]])
    args = owed, np.full(3, 10.0)
    late, early = (debtrank_2012(*args, np.array([1.0, b, 0])).distress[2] for b in (0.0, 0.01))
    assert (late, early) == (1.0, 0.01)
    assert debtrank_2015(*args, np.array([1.0, 0.01, 0])).distress[2] == 1


def test_in_2012_distress_goes_once_round_a_ring_and_in_2015_without_end():
    ring = np.array([[0.0, 5.0], [5.0, 0.0]])
    args = ring, np.full(2, 10.0), np.array([0.4, 0.0])
    np.testing.assert_allclose(debtrank_2012(*args).distress, [0.5, 0.2])
    np.testing.assert_allclose(debtrank_2015(*args).distress, [0.4 / 0.75, 0.2 / 0.75])


def test_the_first_and_the_later_paper_give_two_numbers_for_one_network():
    assert debtrank_2012(OWED, EQUITY, SHOCK).debtrank != pytest.approx(debtrank_2015(OWED, EQUITY, SHOCK).debtrank)


def test_recovery_is_known_to_the_later_variants_only():
    half = debtrank_2015(OWED, EQUITY, SHOCK, rho=0.5)
    np.testing.assert_allclose(half.distress, debtrank_2015(OWED / 2, EQUITY, SHOCK).distress, atol=1e-12)
    with pytest.raises(TypeError, match="rho"):
        debtrank_2012(OWED, EQUITY, SHOCK, rho=0.5)


def test_a_firm_without_equity_counts_as_fallen_from_the_start(variant):
    out = variant(OWED, np.array([0.0, 10.0, 5.0]), np.zeros(3))
    assert out.fallen_at_start.tolist() == [True, False, False]
    assert out.history[0].tolist() == [1, 0, 0] and (out.distress[1:] > 0).all()


def test_without_weights_what_each_is_owed_counts(variant):
    said = variant(OWED, EQUITY, SHOCK, weights=OWED.sum(axis=0))
    assert variant(OWED, EQUITY, SHOCK).debtrank == said.debtrank


def test_without_debts_nothing_spreads(variant):
    out = variant(np.zeros((3, 3)), EQUITY, SHOCK)
    np.testing.assert_array_equal(out.distress, SHOCK)
    assert (out.debtrank, out.status) == (0, "settled")


def test_a_network_that_nothing_hits_stays_calm_though_any_loss_would_grow_in_it(variant):
    out = variant(100 * OWED, EQUITY, np.zeros(3))
    assert out.status == "settled" and not out.distress.any()


def test_too_few_rounds_are_told():
    ring = np.roll(np.eye(150), 1, axis=1) * 9.9
    shock = np.zeros(150)
    shock[0] = 0.001
    short = debtrank_2015(ring, np.full(150, 10.0), shock, most_rounds=100)
    assert short.status == "ran_out_of_rounds" and short.error_bound > 1e-4
    whole = debtrank_2015(ring, np.full(150, 10.0), shock)
    assert whole.status == "settled"
    np.testing.assert_allclose(whole.distress, 0.001 * 0.99 ** np.arange(150) / (1 - 0.99**150), rtol=0, atol=1e-10)


def test_every_problem_is_named_at_once():
    with pytest.raises(ValueError) as told:
        debtrank_2015(OWED, np.array([1.0, np.nan, 1.0]), np.array([0.0, 2.0, -1.0]), weights=np.full(3, -1.0))
    for words in ("equity[1]", "shock[1]", "shock[2]", "weights[0]"):
        assert words in str(told.value)


@pytest.mark.parametrize(
    ("owed", "words"),
    [
        (np.eye(3), "nobody owes itself"),
        (-OWED, "not negative"),
        (np.where(OWED == 4, np.nan, OWED), r"owed\[0, 1\] is nan"),
    ],
)
def test_impossible_debts_are_refused(variant, owed, words):
    with pytest.raises(ValueError, match=words):
        variant(owed, EQUITY, SHOCK)


def test_impossible_parameters_are_refused():
    with pytest.raises(ValueError, match="rho is 2"):
        debtrank_2015(OWED, EQUITY, SHOCK, rho=2.0)
    with pytest.raises(ValueError, match="a is -1"):
        debtrank_nonlinear(OWED, EQUITY, SHOCK, a=-1.0)
    with pytest.raises(ValueError, match="weights are all zero"):
        debtrank_2012(OWED, EQUITY, SHOCK, weights=np.zeros(3))
