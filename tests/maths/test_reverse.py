"""Reverse stress on networks small enough to check by other means."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from perpetuum.maths.bisect import first_crossing
from perpetuum.maths.corners import worst_corner
from perpetuum.maths.critical import critical_haircuts
from perpetuum.maths.debts import check_debts
from perpetuum.maths.least_loss import least_loss
from perpetuum.maths.small_clearing import clear_small, shares_out

CHAIN = np.array([[0.0, 10, 0], [0, 0, 10], [0, 0, 0]])


def network(seed: int, firms: int, spare: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Random debts, and outside assets that leave everyone a little net worth."""
    chance = np.random.default_rng(seed)
    owed = np.where(chance.random((firms, firms)) < 0.5, chance.lognormal(0, 1, (firms, firms)), 0.0)
    np.fill_diagonal(owed, 0.0)
    owed_outside = chance.lognormal(0, 1, firms)
    needed = np.maximum(owed.sum(axis=1) + owed_outside - owed.sum(axis=0), 0.0)
    return owed, owed_outside, needed + spare * chance.random(firms)


# ---- the small solver, against a linear program and against sweeps


@pytest.mark.parametrize("seed", range(12))
def test_the_small_solver_agrees_with_the_linear_program_of_eisenberg_and_noe(seed):
    owed, owed_outside, assets = network(seed, 6)
    assets = assets * 0.6
    debt = owed.sum(axis=1) + owed_outside
    share = owed / debt[:, None]
    best = linprog(-np.ones(6), A_ub=np.eye(6) - share.T, b_ub=assets, bounds=np.stack([0 * debt, debt], axis=1))
    np.testing.assert_allclose(clear_small(owed, owed_outside, assets).paid, best.x, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_the_small_solver_agrees_with_sweeps_from_above_when_falling_costs(seed):
    owed, owed_outside, assets = network(seed, 6)
    assets = assets * 0.8
    debt = owed.sum(axis=1) + owed_outside
    share, paid = shares_out(owed, debt), debt
    for _ in range(3000):
        arrives = share.T @ paid
        paid = np.where(assets + arrives >= debt * (1 - 1e-12), debt, 0.6 * assets + 0.8 * arrives)
    ours = clear_small(owed, owed_outside, assets, alpha=0.6, beta=0.8)
    np.testing.assert_allclose(ours.paid, paid, rtol=1e-10, atol=1e-12)
    assert (ours.fallen == (paid < debt)).all()


def test_a_ring_that_owes_only_itself_pays_in_full():
    ring = np.array([[0.0, 1], [1, 0]])
    out = clear_small(ring, np.zeros(2), np.zeros(2))
    assert out.recovery.tolist() == [1.0, 1.0] and not out.fallen.any()


# ---- uniform haircuts


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 1.0), (0.7, 0.8)])
def test_whoever_has_fallen_at_a_haircut_is_whoever_the_critical_ones_below_it_name(seed, alpha, beta):
    owed, owed_outside, assets = network(seed, 7)
    found = critical_haircuts(owed, owed_outside, assets, alpha=alpha, beta=beta)
    assert len(found.critical) > 1
    for x in np.linspace(0.0137, 0.9937, 71):
        named = {i for c in found.critical if c.x < x for i in c.trigger + c.dominoes} | set(found.initial)
        fallen = clear_small(owed, owed_outside, assets * (1 - x), alpha=alpha, beta=beta).fallen
        assert named == set(np.flatnonzero(fallen).tolist()), f"at {x}"


def test_firms_that_reach_the_edge_together_are_one_event():
    owed = np.zeros((3, 3))
    found = critical_haircuts(owed, np.array([5.0, 10, 0]), np.array([10.0, 20, 1]))
    assert [(c.x, c.trigger, c.dominoes) for c in found.critical] == [(0.5, (0, 1), ())]
    assert found.margin == 0.5


def test_a_firm_that_sits_on_the_edge_falls_with_any_haircut():
    found = critical_haircuts(np.zeros((1, 1)), np.array([3.0]), np.array([3.0]))
    assert found.initial == () and found.critical[0].x == 0.0


def test_a_firm_that_has_fallen_already_is_named_apart():
    found = critical_haircuts(CHAIN, np.zeros(3), np.array([4.0, 6, 0]))
    assert found.initial == (0,) and found.critical[0].trigger == (1,)
    assert found.critical[0].x == pytest.approx(0.0, abs=1e-12)


def test_without_debts_no_haircut_fells_anybody():
    found = critical_haircuts(np.zeros((2, 2)), np.zeros(2), np.array([1.0, 0]))
    assert found.critical == () and found.margin == 1.0


def test_a_default_cost_pulls_the_creditor_down_at_the_same_haircut():
    """A has 10 and owes B 8; B has 2 and owes 6. A falls at 20 % and then pays half of 8."""
    owed = np.array([[0.0, 8], [0, 0]])
    found = critical_haircuts(owed, np.array([0.0, 6]), np.array([10.0, 2]), alpha=0.5, beta=1.0)
    assert [(c.trigger, c.dominoes) for c in found.critical] == [((0,), (1,))]


# ---- the least loss


def test_a_debtor_that_hurts_the_target_dollar_for_dollar_ties_with_the_target_itself():
    """A has 10 and owes B 10, so a loss at A is a loss at B: 8 have to go, and no matter where."""
    owed = np.array([[0.0, 10], [0, 0]])
    found = least_loss(owed, np.array([0.0, 10]), np.array([10.0, 8]), target=1)
    assert (found.total, found.unique) == (pytest.approx(8), "no")
    assert sorted(m.round(6).tolist() for m in found.minimisers) == [[0, 8], [8, 0]]


def test_two_ways_that_cost_the_same_are_both_found():
    """A and B each owe the target 10 of their 12; of either's 12 any first dollar takes 5/6."""
    owed = np.array([[0.0, 0, 10], [0, 0, 10], [0, 0, 0]])
    found = least_loss(owed, np.array([2.0, 2, 15]), np.array([12.0, 12, 0]), target=2)
    assert (found.total, found.unique, found.status) == (pytest.approx(6), "no", "settled")
    assert {(6.0, 0.0, 0.0), (0.0, 6.0, 0.0)} <= {tuple(m.round(6).tolist()) for m in found.minimisers}


def test_a_target_that_nothing_reaches_is_an_answer_with_the_largest_effect():
    """A owes B 6 and B owes A 4: whatever A loses, B gets back the 4 that it needs."""
    found = least_loss(np.array([[0.0, 6], [4, 0]]), np.zeros(2), np.array([3.0, 0]), target=1)
    assert (found.status, found.total, found.equity) == ("no_shock_reaches_it", np.inf, 0.0)
    assert found.loss.tolist() == [3.0, 0.0] and not found.verified


def test_a_firm_that_owes_nothing_cannot_fall_but_can_lose_equity():
    """C's own 1, B's 5 of spare money, and 16 of A's 20: then B gets 4 of 10 and pays on 4."""
    assets = np.array([20.0, 5, 1])
    assert least_loss(CHAIN, np.zeros(3), assets, target=2).status == "no_shock_reaches_it"
    milder = least_loss(CHAIN, np.zeros(3), assets, target=2, equity_at_most=4.0)
    assert (milder.status, milder.total) == ("settled", pytest.approx(1 + 5 + 16))


def test_a_loss_of_equity_can_be_asked_for_instead_of_default():
    owed = np.array([[0.0, 10], [0, 0]])
    found = least_loss(owed, np.array([2.0, 5]), np.array([12.0, 3]), target=1, equity_at_most=6.0)
    assert (found.total, found.loss.round(9).tolist(), found.direct) == (pytest.approx(2), [0, 2], 2.0)
    assert found.equity == pytest.approx(6, abs=1e-6)


def test_a_target_that_has_fallen_needs_no_loss():
    found = least_loss(CHAIN, np.zeros(3), np.array([4.0, 0, 0]), target=1)
    assert (found.total, found.direct, found.status) == (0.0, 0.0, "settled")


@pytest.mark.parametrize("seed", range(5))
def test_the_program_agrees_with_trying_every_set_of_fallen_firms(seed):
    """For each set, a linear program in losses and payments, written out again from the definition."""
    owed, owed_outside, assets = network(seed, 4, spare=2.0)
    assets[0] *= 0.3
    found = least_loss(owed, owed_outside, assets, target=0)
    if found.status == "no_shock_reaches_it":
        return
    assert found.total == pytest.approx(_by_sets(owed, owed_outside, assets, 0), rel=1e-7, abs=1e-9)


def _by_sets(owed: np.ndarray, owed_outside: np.ndarray, assets: np.ndarray, target: int) -> float:
    n, debt = len(assets), owed.sum(axis=1) + owed_outside
    arrives, best = (owed / debt[:, None]).T, np.inf
    has = np.hstack([-np.eye(n), arrives])  # assets of each firm, less outside assets, in (losses, payments)
    pays = np.hstack([np.zeros((n, n)), np.eye(n)])
    for number in range(2**n):
        falls = (number >> np.arange(n)) % 2 == 1
        equal = np.where(falls[:, None], pays - has, pays)
        upper = np.vstack([np.where(falls[:, None], has, -has), has[target]])
        right = np.append(np.where(falls, debt - assets, assets - debt), debt[target] - assets[target])
        room = np.column_stack([np.zeros(2 * n), np.concatenate([assets, debt])])
        answer = linprog(np.repeat([1.0, 0.0], n), upper, right, equal, np.where(falls, assets, debt), room)
        best = min(best, answer.fun) if answer.status == 0 else best
    return best


def test_with_default_costs_the_program_may_only_bound_the_least_loss_and_says_so():
    """A and B owe each other: with costs they could fall by fear alone, which the program may use."""
    owed = np.array([[0.0, 10], [10, 0]])
    found = least_loss(owed, np.array([5.0, 5]), np.array([7.0, 7]), target=0, alpha=0.5, beta=0.5)
    assert found.status == "lower_bound" and not found.verified
    assert found.total < found.direct == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"target": 7}, "no firm 7"),
        ({"equity_at_most": -1.0}, "equity is never negative"),
        ({"alpha": 1.5}, "alpha is 1.5"),
        ({"outside_assets": np.array([np.nan, 1, 1])}, "finite and never negative"),
        ({"owed": np.eye(3)}, "a debt to oneself"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_way_out(change, words):
    given = {"owed": CHAIN, "owed_outside": np.zeros(3), "outside_assets": np.ones(3), "target": 1} | change
    with pytest.raises(ValueError, match=words):
        least_loss(**given)


def test_every_problem_is_named_at_once_and_sizes_must_fit():
    with pytest.raises(ValueError, match=r"(?s)owed\[0, 1\] is -1.*outside_assets\[1\] is inf.*beta is 2"):
        check_debts(np.array([[0.0, -1], [0, 0]]), np.zeros(2), np.array([1.0, np.inf]), beta=2.0)
    with pytest.raises(ValueError, match="do not fit"):
        check_debts(np.zeros((2, 2)), np.zeros(3), np.zeros(3))


# ---- any outcome, and corners


def test_an_outcome_is_found_to_a_millionth_of_the_range():
    found = first_crossing(lambda size: size > 31.25001, 10.0, 50.0)
    assert found.reached and found.monotone
    assert found.below <= 31.25001 < found.at and found.at - found.below <= 40e-6


def test_an_outcome_that_comes_and_goes_is_marked():
    found = first_crossing(lambda size: 0.3 < size < 0.5 or size > 0.9)
    assert found.reached and not found.monotone and found.at == pytest.approx(0.3, abs=1e-6)


def test_an_outcome_that_is_always_or_never_there_says_which():
    always, never = first_crossing(lambda size: True), first_crossing(lambda size: False)
    assert (always.at, always.reached, never.at, never.reached) == (0.0, True, 1.0, False)
    with pytest.raises(ValueError, match="empty"):
        first_crossing(lambda size: True, 1.0, 1.0)


def test_no_point_inside_the_box_is_worse_than_the_worst_corner():
    owed, owed_outside, assets = network(3, 6, spare=3.0)
    chance = np.random.default_rng(0)
    exposure = chance.uniform(-0.3, 0.3, (3, 6)) * assets
    debt = owed.sum(axis=1) + owed_outside

    def unpaid(batch: np.ndarray) -> np.ndarray:
        return np.array([(debt - clear_small(owed, owed_outside, one).paid).sum() for one in batch])

    low, high = np.array([-1.0, -1, 0]), np.array([1.0, 0.5, 1])
    worst = worst_corner(assets, exposure, low, high, unpaid)
    inside = assets + chance.uniform(low, high, (300, 3)) @ exposure
    assert worst.shortfall > 0 and (unpaid(inside) <= worst.shortfall + 1e-9).all()
    assert worst.corners.shape == (8, 3) and worst.shortfalls.max() == worst.shortfall


def test_a_box_that_is_too_wide_or_upside_down_is_refused():
    def nothing(batch: np.ndarray) -> np.ndarray:
        return np.zeros(len(batch))

    with pytest.raises(ValueError, match="at most 12"):
        worst_corner(np.ones(1), np.zeros((13, 1)), np.zeros(13), np.ones(13), nothing)
    with pytest.raises(ValueError, match="the lower first"):
        worst_corner(np.ones(1), np.zeros((1, 1)), np.ones(1), np.zeros(1), nothing)
    with pytest.raises(ValueError, match="never negative"):
        worst_corner(np.ones(1), np.full((1, 1), -2.0), np.zeros(1), np.ones(1), nothing)
