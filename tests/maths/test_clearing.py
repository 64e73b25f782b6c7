"""Debts that fall due together, on networks small enough to check by hand or by another method."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from perpetuum.maths import compiled
from perpetuum.maths.certificate import error_bound
from perpetuum.maths.clearing import clear, clear_one, scratch

# Without the shape checks of tests, as users meet it.
unchecked = inspect.unwrap(clear)


def network(seed: int, firms: int = 8, *, whole: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Debts, cash and outside debts, about half of the firms in trouble."""
    chance = np.random.default_rng(seed)
    owed = chance.lognormal(1, 1, (firms, firms)) * (chance.random((firms, firms)) < 0.4)
    outside, cash = chance.lognormal(0, 1, firms), chance.lognormal(0, 1.2, firms)
    if whole:
        owed, outside, cash = np.round(owed), np.round(outside), np.round(cash)
    np.fill_diagonal(owed, 0.0)
    return owed, cash, outside


def swept(owed, cash, outside, alpha=1.0, beta=1.0, *, upwards=False, sweeps=4000) -> np.ndarray:
    """Recoveries by plain sweeps, from above or from zero."""
    debt = owed.sum(axis=1) + outside
    owing = debt > 0
    share = np.where(owing & upwards, 0.0, 1.0)
    for _ in range(sweeps):
        inflow = owed.T @ share
        pays = np.where(cash + inflow >= debt * (1 - 1e-13), debt, alpha * cash + beta * inflow)
        share = np.where(owing, np.minimum(1.0, pays / np.where(owing, debt, 1.0)), 1.0)
    return share


# ---- by hand


def test_a_chain_of_150_firms_passes_on_exactly_what_the_first_one_has():
    owed = np.diag(np.ones(149), 1)
    cash = np.append(0.5, np.zeros(149))
    out = clear(owed, cash)
    assert out.settled and out.rounds == 149
    np.testing.assert_allclose(out.recovery[:-1], 0.5, atol=1e-12)
    assert out.round_of_default.tolist() == [*range(1, 150), 0]


def test_too_few_rounds_are_said_and_not_passed_over():
    out = clear(np.diag(np.ones(149), 1), np.append(0.5, np.zeros(149)), most_rounds=100)
    assert out.status == "ran_out_of_rounds" and not out.settled
    assert out.error_bound == np.inf and out.unique == "not_checked"


def test_debts_outside_rank_with_those_inside():
    owed = np.array([[0.0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]])
    out = clear(owed, np.array([0.5, 0.625, 0.75]), owed_outside=np.array([1.5, 0.5, 0.5]))
    np.testing.assert_allclose(out.recovery, [165 / 280, 159 / 168, 1], atol=1e-14)
    np.testing.assert_allclose(out.outside_paid, [99 / 112, 53 / 112, 0.5], atol=1e-14)


def test_costs_also_fall_on_what_the_fallen_pay_one_another():
    owed = np.array([[0.0, 6, 2], [5, 0, 3], [4, 4, 0]])
    out = clear(owed, np.array([1.0, 0.5, 2]), owed_outside=np.array([2.0, 1, 0]), alpha=0.6, beta=0.5)
    np.testing.assert_allclose(out.recovery * [10, 9, 8], [33 / 26, 243 / 230, 2247 / 1495], atol=1e-13)
    assert out.settled and out.unique == "yes"


def test_who_owes_nothing_and_has_nothing_stands():
    out = clear(np.zeros((3, 3)), np.zeros(3))
    assert out.recovery.tolist() == [1, 1, 1] and out.round_of_default.tolist() == [0, 0, 0]
    assert out.settled and out.unique == "yes" and not out.at_edge.any()


def test_no_firms_at_all_clear():
    assert clear(np.zeros((0, 0)), np.zeros(0)).settled


def test_a_ring_with_nothing_can_pay_everything_or_nothing():
    owed = np.array([[0.0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0], [2, 0, 0, 0]])
    cash = np.zeros(4)
    most, least = clear(owed, cash), clear(owed, cash, solution="least")
    assert most.recovery.tolist() == [1, 1, 1, 0] and least.recovery.tolist() == [0, 0, 0, 0]
    assert most.unique == least.unique == "no"
    np.testing.assert_array_equal(most.equity, least.equity)


def test_a_ring_that_somebody_pays_into_clears_in_one_way():
    owed = np.array([[0.0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0], [2, 0, 0, 0]])
    out = clear(owed, np.array([0.0, 0, 0, 0.5]))
    assert out.unique == "yes"
    np.testing.assert_allclose(clear(owed, np.array([0.0, 0, 0, 0.5]), solution="least").recovery, out.recovery)


def test_a_default_can_be_its_own_cause():
    owed, five = np.array([[0.0, 10], [10, 0]]), np.full(2, 5.0)
    most = clear(owed, five, owed_outside=five, alpha=0.5, beta=0.5)
    least = clear(owed, five, owed_outside=five, alpha=0.5, beta=0.5, solution="least")
    assert most.recovery.tolist() == [1, 1] and most.at_edge.all() and most.settled
    np.testing.assert_allclose(least.recovery, 0.25, atol=1e-14)
    assert most.unique == least.unique == "no" and (least.round_of_default == 1).all()
    np.testing.assert_allclose(least.costs, 3.75, atol=1e-12)


def test_a_miss_below_the_tolerance_is_paid_as_far_as_money_goes_and_is_no_default():
    owed, cash = np.array([[0.0, 10], [0, 0]]), np.array([10 - 1e-9, 0])
    out = clear(owed, cash, alpha=0.5, beta=0.5)
    assert out.at_edge.tolist() == [True, False] and out.round_of_default.tolist() == [0, 0]
    assert out.paid[0, 1] == pytest.approx(10 - 1e-9, abs=1e-12) and out.paid[0, 1] < 10
    assert clear(owed, cash, tolerance=1e-11).round_of_default.tolist() == [1, 0]


def test_with_costs_nobody_is_said_to_stand_or_fall_where_rounding_decides():
    owed, edge = np.array([[0.0, 10], [0, 0]]), np.array([10 * (1 - 1e-6), 0.0])
    owed[1, 0] = 1e3
    out = clear(owed, np.array([0.0, edge[0]]), tolerance=1e-6, alpha=0.5, beta=0.5)
    assert out.status == "not_settled"


# ---- by another method


@pytest.mark.parametrize("seed", range(6))
def test_a_linear_program_finds_the_same_payments(seed):
    owed, cash, outside = network(seed)
    debt = owed.sum(axis=1) + outside
    share = owed / debt[:, None]
    best = linprog(-np.ones(8), A_ub=np.eye(8) - share.T, b_ub=cash, bounds=np.c_[np.zeros(8), debt], method="highs")
    np.testing.assert_allclose(clear(owed, cash, owed_outside=outside).recovery * debt, best.x, atol=1e-8)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("costs", [(1.0, 1.0), (0.7, 0.9), (0.0, 1.0), (0.5, 0.0)])
def test_sweeps_from_above_and_from_zero_end_at_the_greatest_and_the_least(seed, costs):
    owed, cash, outside = network(seed)
    outside[:3] = 0.0
    given = {"owed_outside": outside, "alpha": costs[0], "beta": costs[1]}
    for solution in ("greatest", "least"):
        out = clear(owed, cash, solution=solution, **given)
        expected = swept(owed, cash, outside, *costs, upwards=solution == "least")
        np.testing.assert_allclose(out.recovery, expected, atol=1e-10)
        assert out.settled


@pytest.mark.parametrize("seed", range(6))
def test_ranks_are_paid_one_after_the_other_as_sweeps_find(seed):
    chance = np.random.default_rng(seed)
    firms, ranks = 6, 3
    owed = np.round(chance.lognormal(0.5, 1, (ranks, firms, firms))) * (chance.random((ranks, firms, firms)) < 0.4)
    owed[:, np.arange(firms), np.arange(firms)] = 0.0
    cash = np.round(chance.lognormal(0, 1, firms))
    debt, share = owed.sum(axis=2), np.ones((ranks, firms))
    for _ in range(20_000):
        money = cash + np.einsum("sij,si->j", owed, share)
        for s in range(ranks):
            paid = np.minimum(debt[s], money)
            money = money - paid
            share[s] = np.where(debt[s] > 0, paid / np.where(debt[s] > 0, debt[s], 1), 1.0)
    rank, payer, payee = np.nonzero(owed)
    recovery, fell = np.zeros((ranks, firms)), np.zeros(firms, dtype=np.int64)
    room = scratch(firms, ranks)
    assert clear_one(payer, payee, owed[rank, payer, payee], rank, cash, recovery, fell, room) == 0
    np.testing.assert_allclose(recovery, share, atol=1e-7)
    assert ((fell > 0) == (recovery * debt < debt - 1e-6).any(axis=0)).all()


def test_junior_debts_to_each_other_and_nothing_else_are_no_trap():
    # Senior debts outside take all that either has; who starts from "both pay something junior" divides by zero.
    payer, payee, rank = np.array([0, 1, 0, 1]), np.array([2, 2, 1, 0]), np.array([0, 0, 1, 1])
    recovery, fell = np.zeros((2, 3)), np.zeros(3, dtype=np.int64)
    amount, cash = np.array([5.0, 5, 1, 1]), np.array([5.0, 3, 0])
    assert clear_one(payer, payee, amount, rank, cash, recovery, fell, scratch(3, 2)) == 0
    np.testing.assert_allclose(recovery, [[1, 0.6, 1], [0, 0, 1]], atol=1e-15)


@pytest.mark.parametrize("seed", range(5))
def test_one_draw_of_legs_is_cleared_as_the_table_is_whatever_their_order(seed):
    owed, cash, outside = network(seed)
    payer, payee = np.nonzero(owed)
    amount = owed[payer, payee]
    legs = np.r_[np.c_[payer, payee, amount / 2], np.c_[payer, payee, amount / 2], np.c_[:8, [8] * 8, outside]]
    legs = np.random.default_rng(seed).permutation(legs)
    recovery, fell = np.zeros((1, 9)), np.zeros(9, dtype=np.int64)
    ends = legs[:, :2].astype(np.int64)
    rank = np.zeros(len(legs), dtype=np.int64)
    clear_one(ends[:, 0], ends[:, 1], legs[:, 2], rank, np.append(cash, 0.0), recovery, fell, scratch(9))
    out = clear(owed, cash, owed_outside=outside)
    np.testing.assert_allclose(recovery[0, :8], out.recovery, atol=1e-12)
    np.testing.assert_array_equal(fell[:8], out.round_of_default)


@pytest.mark.parametrize("draws", [5, 300])
@pytest.mark.parametrize("costs", [(1.0, 1.0), (0.6, 0.8)])
def test_many_draws_are_cleared_as_each_alone(draws, costs):
    chance = np.random.default_rng(3)
    books = [network(seed) for seed in range(draws)]
    owed, cash, outside = (np.array(part) for part in zip(*books, strict=True))
    shared = chance.lognormal(0, 1.2, (draws // 5, 5, 8))
    given = {"alpha": costs[0], "beta": costs[1]}
    own = clear(owed, cash, owed_outside=outside, **given)
    same_debts = clear(owed[0], shared, owed_outside=outside[0], **given)
    assert same_debts.paid.shape == (draws // 5, 5, 8, 8) and same_debts.status.shape == (draws // 5, 5)
    for draw in range(0, draws, 7):
        place = divmod(draw, 5)
        for many, at, alone in (
            (own, draw, clear(owed[draw], cash[draw], owed_outside=outside[draw], **given)),
            (same_debts, place, clear(owed[0], shared[place], owed_outside=outside[0], **given)),
        ):
            np.testing.assert_allclose(many.recovery[at], alone.recovery, atol=1e-12)
            np.testing.assert_array_equal(many.round_of_default[at], alone.round_of_default)
            assert (many.unique[at], many.status[at], many.rounds[at]) == (alone.unique, alone.status, alone.rounds)


# ---- an almost closed network: the last step proves nothing


def test_a_small_last_step_of_sweeps_is_far_from_the_answer_and_the_bound_says_so():
    owed, cash, outside = np.full((40, 40), 1 / 39), np.full(40, 4e-5), np.full(40, 1e-4)
    np.fill_diagonal(owed, 0.0)
    before, after = swept(owed, cash, outside, sweeps=4000), swept(owed, cash, outside, sweeps=4001)
    out = clear(owed, cash, owed_outside=outside)
    step, error = np.abs(after - before).max(), np.abs(after - out.recovery).max()
    assert out.settled and out.recovery[0] == pytest.approx(0.4, abs=1e-9)
    assert step < 1e-4 and error > 0.1 and error > 1000 * step
    debt = owed.sum(axis=1) + outside
    flow = (owed / debt[:, None]).T
    assert error <= error_bound(flow.dot, after * debt, cash, debt) < 3 * error


# ---- bad input


def test_all_that_is_wrong_is_told_at_once():
    owed = np.array([[1.0, np.nan], [-2, 0]])
    with pytest.raises(ValueError) as told:
        unchecked(owed, np.array([np.inf, 1]), alpha=1.5, beta=-1.0, tolerance=1e-3, solution="all", most_rounds=-1)
    words = str(told.value)
    for wrong in ("alpha is 1.5", "beta is -1", "tolerance is 0.001", "'all'", "most_rounds is -1",
                  "owed[0, 1] is not a number", "owed[1, 0] is negative", "cash[0] is infinite",
                  "firm 0 owes itself"):  # fmt: skip
        assert wrong in words
    assert len(words.splitlines()) == 9


def test_shapes_that_do_not_fit_are_refused_in_words():
    with pytest.raises(ValueError, match="one row and one column"):
        unchecked(np.zeros((2, 3)), np.zeros(3))


# ---- compiled or not


SCRIPT = """
import json, sys, numpy as np
from perpetuum.maths.clearing import clear
owed, cash, outside = (np.array(part) for part in json.load(sys.stdin))
out = [clear(owed, cash, owed_outside=outside, alpha=a, beta=a) for a in (1.0, 0.6)]
print(json.dumps([[o.recovery.tolist(), o.round_of_default.tolist(), o.status, o.error_bound] for o in out]))
"""


def test_the_plain_source_says_what_the_compiled_one_says():
    owed, cash, outside = network(2)
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=json.dumps([owed.tolist(), cash.tolist(), outside.tolist()]),
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for share, (recovery, rounds, status, bound) in zip((1.0, 0.6), json.loads(told.stdout), strict=True):
        out = clear(owed, cash, owed_outside=outside, alpha=share, beta=share)
        np.testing.assert_allclose(out.recovery, recovery, atol=1e-12)
        assert out.round_of_default.tolist() == rounds and out.status == status and bound < 1e-12


def test_a_changed_source_has_another_folder(tmp_path: Path):
    (tmp_path / "a.py").write_text("1")
    before = compiled.sources_hash(tmp_path)
    (tmp_path / "a.py").write_text("2")
    assert compiled.sources_hash(tmp_path) != before


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    compiled.cache_folder.cache_clear()
    try:
        assert compiled.cache_folder() is None
        assert compiled.compiled(_double)(2.0) == 4.0
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        compiled.cache_folder.cache_clear()
        kept = compiled.cache_folder()
        assert kept is not None and kept.is_relative_to(tmp_path) and kept.is_dir()
    finally:
        compiled.cache_folder.cache_clear()


def _double(x: float) -> float:
    return 2 * x
