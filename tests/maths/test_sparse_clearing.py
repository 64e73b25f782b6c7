"""Clearing without tables: the same answers as with them, and sizes that tables could not have."""

from __future__ import annotations

import inspect
import tracemalloc

import numpy as np
import pytest
from scipy.sparse import csr_array

from perpetuum.maths import sparse_clearing
from perpetuum.maths.clearing import Clearing, clear
from perpetuum.maths.sparse_clearing import Claims, clear_sparse


def network(seed: int, firms: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    owed = chance.lognormal(1, 1, (firms, firms)) * (chance.random((firms, firms)) < 0.1)
    np.fill_diagonal(owed, 0.0)
    outside = chance.lognormal(0, 1, firms) * (chance.random(firms) < 0.7)
    return owed, chance.lognormal(0, 1.2, firms) * (chance.random(firms) < 0.8), outside


def almost_closed(firms: int) -> tuple[csr_array, np.ndarray, np.ndarray]:
    """Each owes 1 to ten others and is owed 1 by ten: hardly anything leaks, and all fall."""
    chance = np.random.default_rng(7)
    every = np.arange(firms)
    ring = chance.permutation(firms)
    place = np.argsort(ring)
    hops = chance.choice(np.arange(1, firms), 10, replace=False)
    creditor = np.concatenate([ring[(place + hop) % firms] for hop in hops])
    amount = np.repeat(chance.dirichlet(np.ones(10)), firms)
    claims = csr_array((amount, (creditor, np.tile(every, 10))), shape=(firms, firms))
    return claims, chance.uniform(0.0002, 0.0009, firms), np.full(firms, 0.001)


def same(sparse: Clearing, dense: Clearing) -> None:
    for name in ("recovery", "equity", "short", "costs", "outside_paid"):
        np.testing.assert_allclose(getattr(sparse, name), getattr(dense, name), atol=1e-11, err_msg=name)
    np.testing.assert_array_equal(sparse.round_of_default, dense.round_of_default)
    np.testing.assert_array_equal(sparse.at_edge, dense.at_edge)
    assert (sparse.unique, sparse.status, sparse.rounds) == (dense.unique, dense.status, dense.rounds)
    assert sparse.residual < 1e-12 and sparse.error_bound < 1e-9


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("costs", [(1.0, 1.0), (0.7, 0.6), (0.0, 1.0)])
@pytest.mark.parametrize("solution", ["greatest", "least"])
def test_both_sizes_of_kernel_say_the_same(seed, costs, solution):
    owed, cash, outside = network(seed)
    given = {"owed_outside": outside, "alpha": costs[0], "beta": costs[1], "solution": solution}
    same(clear_sparse(Claims.of_table(csr_array(owed.T)), cash, **given), clear(owed, cash, **given))


@pytest.mark.parametrize("share", [0.0, 1.0], ids=["always-masked", "always-cut-out"])
def test_cutting_out_the_fallen_or_switching_off_the_others_is_the_same(share, monkeypatch):
    monkeypatch.setattr(sparse_clearing, "WHOLE", share)
    owed, cash, outside = network(3)
    claims = Claims.of_table(csr_array(owed.T))
    same(clear_sparse(claims, cash, owed_outside=outside), clear(owed, cash, owed_outside=outside))


def test_parallel_debts_add_up_and_each_is_paid_its_part_in_the_order_given():
    debtor, creditor = np.array([0, 1, 0, 0]), np.array([1, 0, 2, 1])
    claims = Claims.of_edges(debtor, creditor, np.array([4.0, 2, 8, 4]), 3)
    out = clear_sparse(claims, np.array([6.0, 0, 0]))
    np.testing.assert_allclose(out.paid, [2, 2, 4, 2])
    np.testing.assert_allclose(out.recovery, [0.5, 1, 1])


def test_a_ring_with_nothing_is_not_unique():
    claims = Claims.of_edges(np.array([0, 1, 2, 3]), np.array([1, 2, 0, 0]), np.ones(4), 4)
    most, least = (clear_sparse(claims, np.zeros(4), solution=way) for way in ("greatest", "least"))
    assert most.recovery.tolist() == [1, 1, 1, 0] and least.recovery.tolist() == [0, 0, 0, 0]
    assert most.unique == least.unique == "no"


def test_debts_of_zero_do_not_tie_a_group_together():
    claims = Claims.of_table(csr_array((np.array([1.0, 0]), (np.array([1, 0]), np.array([0, 1]))), shape=(2, 2)))
    assert clear_sparse(claims, np.zeros(2)).unique == "yes"


def test_an_almost_closed_network_is_settled_with_a_proof_where_sweeps_give_up():
    claims, cash, outside = almost_closed(3000)
    given = (Claims.of_table(claims), cash)
    out = clear_sparse(*given, owed_outside=outside)
    assert out.settled and out.error_bound < 1e-9 and (out.round_of_default > 0).all()
    # All outside money leaves: what is paid outside is all that anybody had.
    assert out.outside_paid.sum() == pytest.approx(cash.sum(), rel=1e-9)
    swept = clear_sparse(*given, owed_outside=outside, method="sweeps", most_rounds=1000)
    assert swept.status == "ran_out_of_rounds" and swept.residual < 1e-3
    error = np.abs(swept.recovery - out.recovery).max()
    assert 100 * swept.residual < error <= swept.error_bound


def test_sweeps_that_really_arrive_are_settled():
    owed, cash, outside = network(1)
    claims = Claims.of_table(csr_array(owed.T))
    swept = clear_sparse(claims, cash, owed_outside=outside + 1.0, method="sweeps")
    assert swept.settled and swept.status == "settled"
    np.testing.assert_allclose(swept.recovery, clear(owed, cash, owed_outside=outside + 1.0).recovery, atol=1e-12)


def test_a_chain_of_100_000_firms_merges_its_late_rounds():
    n = 100_000
    claims = Claims.of_edges(np.arange(n - 1), np.arange(1, n), np.ones(n - 1), n)
    out = clear_sparse(claims, np.append(0.5, np.zeros(n - 1)))
    assert out.settled and out.error_bound < 1e-9
    np.testing.assert_allclose(out.recovery[:-1], 0.5, atol=1e-12)
    assert out.rounds == 201 and out.round_of_default[[0, 99, 150, 99_000]].tolist() == [1, 100, 151, 201]


def test_a_chain_that_runs_against_the_order_of_the_list_is_no_slower():
    n = 20_000
    claims = Claims.of_edges(np.arange(1, n), np.arange(n - 1), np.ones(n - 1), n)
    out = clear_sparse(claims, np.append(np.zeros(n - 1), 0.5))
    assert out.settled and out.round_of_default[[n - 1, n - 100, 1, 0]].tolist() == [1, 100, 201, 0]


def test_a_chain_of_150_firms_runs_out_of_100_rounds():
    claims = Claims.of_edges(np.arange(149), np.arange(1, 150), np.ones(149), 150)
    cash = np.append(0.5, np.zeros(149))
    assert clear_sparse(claims, cash, most_rounds=100).status == "ran_out_of_rounds"
    out = clear_sparse(claims, cash)
    assert out.settled and out.rounds == 149
    np.testing.assert_allclose(out.recovery[:-1], 0.5, atol=1e-12)


def test_memory_stays_a_few_times_that_of_the_debts():
    claims, cash, outside = almost_closed(20_000)
    size = claims.data.nbytes + claims.indices.nbytes
    clear_sparse(Claims.of_table(claims[:0][:, :0]), np.zeros(0))
    tracemalloc.start()
    try:
        clear_sparse(Claims.of_table(claims), cash, owed_outside=outside)
        assert tracemalloc.get_traced_memory()[1] < 5 * size
    finally:
        tracemalloc.stop()


def test_all_that_is_wrong_with_a_list_of_debts_is_told_at_once():
    with pytest.raises(ValueError) as told:
        Claims.of_edges(np.array([0, 1, 5, 2]), np.array([1, 1, 0, 0]), np.array([np.nan, 2, -1, np.inf]), 3)
    for wrong in ("debtor[2] is 5", "amount[0] is not a number", "amount[2] is negative", "amount[3] is infinite",
                  "firm 1 owes itself"):  # fmt: skip
        assert wrong in str(told.value)


def test_all_that_is_wrong_with_a_table_of_claims_is_told_at_once():
    with pytest.raises(ValueError, match=r"(?s)not a number.*negative.*firm 1 owes itself"):
        Claims.of_table(csr_array(np.array([[0.0, np.nan, -1], [0, 3, 0], [0, 0, 0]])))


def test_all_that_is_wrong_with_a_question_is_told_at_once():
    claims = Claims.of_edges(np.array([0]), np.array([1]), np.array([1.0]), 2)
    with pytest.raises(ValueError) as told:
        inspect.unwrap(clear_sparse)(claims, np.array([-1.0, 0]), owed_outside=np.zeros(3), alpha=2.0, tolerance=1e-3,
                                     method="guess")  # fmt: skip
    for wrong in ("alpha is 2.0", "tolerance is 0.001", "cash[0] is negative", "owed_outside has shape", "'guess'"):
        assert wrong in str(told.value)
