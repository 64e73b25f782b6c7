"""What is true of every clearing."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perpetuum.maths.certificate import error_bound
from perpetuum.maths.clearing import Clearing, clear, clear_one, scratch

some = settings(max_examples=60, deadline=None)
Books = tuple[np.ndarray, np.ndarray, np.ndarray]
SHARES = st.sampled_from([1.0, 0.75, 0.5, 0.0])


@st.composite
def books(draw: st.DrawFn, *, firms: int = 5) -> Books:
    """Whole dollars, so that fractions know the exact answer; debts come and go, rings are common."""
    n = draw(st.integers(2, firms))
    money = st.integers(0, 12) | st.just(0)
    owed = np.array(draw(st.lists(money, min_size=n * n, max_size=n * n)), dtype=float).reshape(n, n)
    np.fill_diagonal(owed, 0.0)
    cash, outside = (np.array(draw(st.lists(money, min_size=n, max_size=n)), dtype=float) for _ in range(2))
    return owed, cash, outside


def cleared(given: Books, **options: object) -> Clearing:
    owed, cash, outside = given
    return clear(owed, cash, owed_outside=outside, **options)  # type: ignore[arg-type]


def exactly(given: Books, alpha: float, beta: float) -> list[Fraction]:
    """Greatest recoveries in fractions: rounds of default, each solved by exact elimination."""
    owed, cash, outside = (np.vectorize(Fraction, otypes=[object])(part) for part in given)
    a, b, n = Fraction(alpha), Fraction(beta), len(cash)
    debt = owed.sum(axis=1) + outside
    share, fallen = [Fraction(1)] * n, set()
    while True:
        assets = [cash[i] + sum(owed[j, i] * share[j] for j in range(n)) for i in range(n)]
        new = {i for i in range(n) if i not in fallen and assets[i] < debt[i]}
        if not new:
            return share
        fallen |= new
        rows = sorted(fallen)
        arrives = [sum(owed[j, i] for j in range(n) if j not in fallen) for i in range(n)]
        table = [[(debt[i] if i == j else 0) - b * owed[j, i] for j in rows] + [a * cash[i] + b * arrives[i]]
                 for i in rows]  # fmt: skip
        for i, value in zip(rows, eliminated(table), strict=True):
            share[i] = value


def eliminated(table: list[list[Fraction]]) -> list[Fraction]:
    size = len(table)
    for p in range(size):
        pivot = next(r for r in range(p, size) if table[r][p] != 0)
        table[p], table[pivot] = table[pivot], table[p]
        table[p] = [cell / table[p][p] for cell in table[p]]
        for r in range(size):
            if r != p:
                table[r] = [cell - table[r][p] * other for cell, other in zip(table[r], table[p], strict=True)]
    return [row[-1] for row in table]


@some
@given(books(), SHARES, SHARES)
def test_the_error_bound_is_never_below_the_true_error(given, alpha, beta):
    out = cleared(given, alpha=alpha, beta=beta)
    truth = exactly(given, alpha, beta)
    errors = [abs(Fraction(float(ours)) - true) for ours, true in zip(out.recovery, truth, strict=True)]
    if out.settled:
        assert max(errors) <= Fraction(out.error_bound)
        assert out.error_bound < 1e-9
    else:
        assert alpha < 1 or beta < 1


@some
@given(st.integers(1, 5), st.integers(0, 10**6))
def test_the_bound_holds_for_any_wrong_answer(size, seed):
    chance = np.random.default_rng(seed)
    flow = chance.random((size, size)) / size
    v, scale = chance.random(size), chance.lognormal(0, 2, size)
    truth = np.linalg.solve(np.eye(size) - flow, v)
    guess = truth * chance.uniform(0.9, 1.1, size)
    assert error_bound(flow.dot, guess, v, scale) >= (np.abs(guess - truth) / scale).max() * (1 - 1e-9)


@some
@given(books(), SHARES, SHARES)
def test_nobody_pays_more_than_it_owes_or_has_and_value_is_conserved(given, alpha, beta):
    owed, cash, _ = given
    out = cleared(given, alpha=alpha, beta=beta)
    pays, gets = out.paid.sum(axis=1) + out.outside_paid, out.paid.sum(axis=0)
    scale = 1e-12 * (1 + owed.sum() + cash.sum())
    assert (out.recovery <= 1).all() and (out.recovery >= 0).all() and (pays <= cash + gets + scale).all()
    assert (out.equity >= 0).all() and (out.costs >= 0).all()
    np.testing.assert_allclose(cash + gets, pays + out.equity + out.costs, atol=scale)
    assert (out.equity[out.short > scale] <= scale).all()
    assert ((out.round_of_default > 0) == (out.short > scale)).all()


@some
@given(books(), SHARES, SHARES)
def test_the_greatest_solution_is_at_least_the_least_and_uniqueness_is_told(given, alpha, beta):
    out, least = (cleared(given, alpha=alpha, beta=beta, solution=way) for way in ("greatest", "least"))
    gap = (out.recovery - least.recovery).max()
    assert (out.recovery >= least.recovery - 1e-12).all()
    assert out.unique == least.unique
    if out.settled:
        assert out.unique == ("yes" if gap <= 1e-12 else "no")
    if alpha == beta == 1.0:
        np.testing.assert_allclose(out.equity, least.equity, atol=1e-10)


@some
@given(books(), SHARES, SHARES)
def test_sweeps_from_zero_never_pass_the_least_solution_and_creep_up_to_it(given, alpha, beta):
    owed, cash, outside = given
    least = cleared(given, alpha=alpha, beta=beta, solution="least")
    debt = owed.sum(axis=1) + outside
    share = np.where(debt > 0, 0.0, 1.0)
    for _ in range(3000):
        inflow = owed.T @ share
        pays = np.where(cash + inflow >= debt * (1 - 1e-10), debt, alpha * cash + beta * inflow)
        share = np.where(debt > 0, np.minimum(1.0, pays / np.where(debt > 0, debt, 1.0)), 1.0)
    np.testing.assert_allclose(share, least.recovery, atol=1e-6)


@some
@given(books(), SHARES, st.integers(0, 4), st.integers(1, 9))
def test_one_more_dollar_harms_nobody(given, share, who, dollars):
    owed, cash, outside = given
    richer = cash.copy()
    richer[who % len(cash)] += dollars
    before, after = cleared(given, alpha=share, beta=share), cleared((owed, richer, outside), alpha=share, beta=share)
    assert (after.recovery >= before.recovery - 1e-11).all()
    assert (after.equity >= before.equity - 1e-9).all()


@some
@given(books(), st.integers(0, 10**6))
def test_payments_are_concave_in_what_firms_have(given, seed):
    owed, cash, outside = given
    other = np.random.default_rng(seed).permutation(cash)
    ends = [cleared((owed, each, outside)).recovery for each in (cash, other)]
    assert (cleared((owed, (cash + other) / 2, outside)).recovery >= sum(ends) / 2 - 1e-11).all()


@some
@given(books(), SHARES, st.randoms(use_true_random=False))
def test_order_of_firms_and_unit_of_money_change_nothing(given, share, random):
    owed, cash, outside = given
    order = list(range(len(cash)))
    random.shuffle(order)
    out = cleared(given, alpha=share, beta=share)
    other = cleared((owed[np.ix_(order, order)] * 8, cash[order] * 8, outside[order] * 8), alpha=share, beta=share)
    np.testing.assert_allclose(other.recovery, out.recovery[order], atol=1e-12)
    np.testing.assert_array_equal(other.round_of_default, out.round_of_default[order])
    assert (other.unique, other.rounds) == (out.unique, out.rounds)


@some
@given(books(), books(), SHARES)
def test_two_networks_without_debts_between_them_clear_as_each_alone(one, two, share):
    n = len(one[1])
    both = np.zeros((n + len(two[1]),) * 2)
    both[:n, :n], both[n:, n:] = one[0], two[0]
    together = cleared((both, np.append(one[1], two[1]), np.append(one[2], two[2])), alpha=share, beta=share)
    alone = [cleared(each, alpha=share, beta=share) for each in (one, two)]
    np.testing.assert_allclose(together.recovery, np.concatenate([each.recovery for each in alone]), atol=1e-12)
    np.testing.assert_array_equal(together.round_of_default, np.concatenate([x.round_of_default for x in alone]))


@some
@given(st.integers(2, 5), st.integers(1, 3), st.data())
def test_nobody_below_a_rank_is_paid_before_the_rank_above(firms, ranks, data):
    legs = data.draw(st.lists(st.tuples(st.integers(0, firms - 1), st.integers(0, firms - 1), st.integers(1, 9),
                                        st.integers(0, ranks - 1)), max_size=20))  # fmt: skip
    payer, payee, amount, rank = np.array(legs, dtype=np.int64).reshape(-1, 4).T
    cash = np.array(data.draw(st.lists(st.integers(0, 6), min_size=firms, max_size=firms)), dtype=float)
    recovery, fell = np.zeros((ranks, firms)), np.zeros(firms, dtype=np.int64)
    assert clear_one(payer, payee, amount.astype(float), rank, cash, recovery, fell, scratch(firms, ranks)) == 0
    debt = np.zeros((ranks, firms))
    apart = payer != payee
    np.add.at(debt, (rank[apart], payer[apart]), amount[apart])
    paid = np.where(apart, amount * recovery[rank, payer], 0.0)
    left = cash + np.bincount(payee, paid, firms) - np.bincount(payer, paid, firms)
    short = debt * (1 - recovery)
    assert (left >= -1e-11).all() and (np.abs(left[short.sum(axis=0) > 1e-11]) <= 1e-11).all()
    for s in range(ranks - 1):
        assert (recovery[s + 1 :, short[s] > 1e-11] * (debt[s + 1 :, short[s] > 1e-11] > 0) <= 1e-11).all()
    assert ((fell > 0) == (short.sum(axis=0) > 1e-8)).all()


def test_the_exact_answer_of_the_tests_is_that_of_the_paper():
    owed = np.array([[0.0, 20, 10], [5, 0, 24], [10, 0, 0]])
    assert exactly((owed, np.full(3, 10.0), np.zeros(3)), 1.0, 1.0) == [Fraction(9, 11), Fraction(10, 11), 1]
    assert cleared((owed, np.full(3, 10.0), np.zeros(3))).recovery[0] == pytest.approx(9 / 11)
