"""Set-off, reconstruction, screening and several quarters, with second opinions."""

from __future__ import annotations

import networkx
import numpy as np
import pytest

from perpetuum.maths.entropy import max_entropy
from perpetuum.maths.netting import set_off
from perpetuum.maths.roll_over import roll_over
from perpetuum.maths.screening import screen
from perpetuum.maths.small_clearing import clear_small


def whole_debts(seed: int, firms: int) -> np.ndarray:
    chance = np.random.default_rng(seed)
    owed = np.where(chance.random((firms, firms)) < 0.4, chance.integers(1, 50, (firms, firms)), 0).astype(float)
    np.fill_diagonal(owed, 0.0)
    return owed


# ---- netting


@pytest.mark.parametrize("seed", range(8))
def test_set_off_clears_as_much_as_a_flow_of_least_cost(seed):
    """The same as a circulation in which every dollar cancelled earns one."""
    owed = whole_debts(seed, 7)
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(7), demand=0)
    for i, j in np.argwhere(owed > 0).tolist():
        graph.add_edge(i, j, capacity=int(owed[i, j]), weight=-1)
    assert set_off(owed).cleared_in_all == pytest.approx(-networkx.min_cost_flow_cost(graph), abs=1e-9)


def test_nothing_is_left_to_set_off_after_a_set_off():
    first = set_off(whole_debts(3, 8))
    again = set_off(first.table(first.left))
    assert first.cleared_in_all > 0 and again.cleared_in_all == pytest.approx(0, abs=1e-9)


def test_pairs_clear_less_than_loops_and_the_least_cash_never_exceeds_what_is_left():
    found = set_off(whole_debts(1, 8))
    assert found.bilateral <= found.cleared_in_all <= found.gross
    assert found.least_cash <= found.left.sum() + 1e-9


def test_firms_without_debts_have_nothing_to_net():
    found = set_off(np.zeros((3, 3)))
    assert found.settled and found.gross == found.cleared_in_all == found.bilateral == found.least_cash == 0


@pytest.mark.parametrize(("owed", "words"), [(np.eye(2), "owes itself"), (np.full((2, 2), np.nan), "finite and never")])
def test_debts_that_cannot_be_set_off_are_refused(owed, words):
    with pytest.raises(ValueError, match=words):
        set_off(owed)


# ---- reconstruction


@pytest.mark.parametrize("seed", range(5))
def test_a_reconstruction_fits_its_margins_and_is_a_product_off_the_diagonal(seed):
    """Every two by two block off the diagonal has equal products: the mark of maximum entropy."""
    chance = np.random.default_rng(seed)
    assets, liabilities = chance.random(6) + 0.5, chance.random(6) + 0.5
    liabilities *= assets.sum() / liabilities.sum()
    found = max_entropy(assets, liabilities)
    assert found.status == "settled" and (np.diagonal(found.owed) == 0).all()
    np.testing.assert_allclose(found.owed.sum(axis=0), assets, atol=1e-11)
    np.testing.assert_allclose(found.owed.sum(axis=1), liabilities, atol=1e-11)
    owed = found.owed
    assert owed[0, 2] * owed[1, 3] == pytest.approx(owed[0, 3] * owed[1, 2], rel=1e-12)


def test_a_firm_on_one_side_of_every_debt_leaves_nothing_to_guess():
    found = max_entropy(np.array([5.0, 2, 3]), np.array([5.0, 1, 4]))
    assert found.owed.tolist() == [[0, 2, 3], [1, 0, 0], [4, 0, 0]]


def test_margins_that_cannot_be_are_refused_and_a_slow_case_says_so():
    with pytest.raises(ValueError, match="somebody's asset"):
        max_entropy(np.array([1.0, 1]), np.array([1.0, 2]))
    with pytest.raises(ValueError, match="debt to itself"):
        max_entropy(np.array([6.0, 2, 2]), np.array([6.0, 2, 2]))
    with pytest.raises(ValueError, match=r"liabilities\[1\] is -1"):
        max_entropy(np.array([1.0, 1]), np.array([3.0, -1]))
    slow = max_entropy(np.array([4.99, 2, 3.01]), np.array([5.0, 1, 4]), most_sweeps=20)
    assert slow.status == "ran_out_of_rounds" and slow.gap > 1e-12


def test_no_debts_at_all_are_a_table_of_zeros():
    assert not max_entropy(np.zeros(3), np.zeros(3)).owed.any()


# ---- screening


@pytest.mark.parametrize("seed", range(10))
def test_contagion_called_impossible_does_not_happen(seed):
    chance = np.random.default_rng(seed)
    owed = whole_debts(seed, 6)
    owed_outside = chance.uniform(20, 80, 6)
    assets = np.maximum(owed.sum(axis=1) + owed_outside - owed.sum(axis=0), 0) + chance.uniform(1, 40, 6)
    found = screen(owed, owed_outside, assets)
    for i in range(6):
        fallen = clear_small(owed, owed_outside, np.where(np.arange(6) == i, 0.0, assets)).fallen
        # From i alone to a set: the worth of the set must be within the index of i.
        others = fallen & (np.arange(6) != i)
        assert found.net_worth[others].sum() <= found.index[i] + 1e-9
        assert not (fallen & found.impossible[i]).any()


def test_firms_without_net_worth_are_never_excluded_and_chances_must_be_chances():
    owed, assets = np.array([[0.0, 4], [0, 0]]), np.array([3.0, 1])
    found = screen(owed, np.zeros(2), assets, np.array([0.1, 0.0]))
    assert np.isinf(found.leverage[0]) and not found.impossible[:, 0].any()
    assert found.amplification == np.inf
    with pytest.raises(ValueError, match=r"default_probability\[1\] is 2"):
        screen(owed, np.zeros(2), assets, np.array([0.1, 2.0]))


# ---- several quarters


def test_money_and_debts_are_conserved_quarter_after_quarter():
    chance = np.random.default_rng(4)
    due = chance.uniform(0, 4, (5, 4, 4)) * (1 - np.eye(4))
    due_outside, inflows = chance.uniform(0, 2, (5, 4)), chance.uniform(0, 3, (5, 4))
    cash, outside_before, owed = np.array([1.0, 0, 2, 0]), np.zeros(4), np.zeros((4, 4))
    out = roll_over(due, inflows, cash, 0.03, due_outside=due_outside)
    assert (out.outstanding.sum(axis=(1, 2)) > 0).any()
    for q in range(5):
        outside = outside_before * 1.03 + due_outside[q] - out.outstanding_outside[q]
        assert out.cash[q].sum() == pytest.approx(cash.sum() + inflows[q].sum() - outside.sum())
        inside = owed * 1.03 + due[q] - out.outstanding[q]
        np.testing.assert_allclose(inside.sum(axis=1) + outside, out.paid[q], atol=1e-12)
        cash, owed, outside_before = out.cash[q], out.outstanding[q], out.outstanding_outside[q]


def test_another_way_to_clear_can_be_given():
    due = np.array([[[0.0, 10], [0, 0]]])
    out = roll_over(due, np.array([[20.0, 0]]), np.zeros(2), recovery=lambda owed, outside, cash: np.array([0.5, 1.0]))
    assert out.paid.tolist() == [[5.0, 0.0]] and out.cash.tolist() == [[15.0, 5.0]]


def test_quarters_that_do_not_match_and_debts_to_oneself_are_refused():
    with pytest.raises(ValueError, match="a debt to oneself"):
        roll_over(np.ones((1, 1, 1)), np.zeros((1, 1)), np.zeros(1))
    with pytest.raises(ValueError, match=r"cash\[0\] is -1"):
        roll_over(np.zeros((1, 1, 1)), np.zeros((1, 1)), np.full(1, -1.0))
