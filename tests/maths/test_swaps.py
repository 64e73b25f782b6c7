"""Default swaps: what is listed must be a solution, and what is known must be listed."""

from __future__ import annotations

import numpy as np
import pytest

from perpetuum.maths.small_clearing import clear_small
from perpetuum.maths.swaps import Swap, clear_swaps


def handed_out(owed, owed_outside, assets, swaps, recovery, alpha=1.0, beta=1.0):
    """The recoveries that a vector of recoveries leads to, written out from the definition."""
    n = len(assets)
    due, outside = owed.copy(), owed_outside.copy()
    for s in swaps:
        call = s.notional * (1 - recovery[s.reference])
        if s.holder is None:
            outside[s.writer] += call
        else:
            due[s.writer, s.holder] += call
    debt = due.sum(axis=1) + outside
    out = np.ones(n)
    for i in range(n):
        arrives = sum(recovery[j] * due[j, i] for j in range(n))
        if assets[i] + arrives < debt[i] * (1 - 1e-11):
            out[i] = (alpha * assets[i] + beta * arrives) / debt[i]
    return out


def network(seed: int, firms: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[Swap, ...]]:
    chance = np.random.default_rng(seed)
    owed = np.where(chance.random((firms, firms)) < 0.4, chance.lognormal(0, 0.5, (firms, firms)), 0.0)
    np.fill_diagonal(owed, 0.0)
    owed_outside = chance.lognormal(0, 0.5, firms)
    assets = np.maximum(owed.sum(axis=1) + owed_outside - owed.sum(axis=0), 0) * chance.uniform(0.9, 1.3, firms)
    swaps = []
    while len(swaps) < firms:
        writer, holder, reference = (int(i) for i in chance.integers(0, firms, 3))
        if writer not in (holder, reference):
            size = float(chance.lognormal(0.3, 1))
            swaps.append(Swap(writer, None if chance.random() < 0.5 else holder, reference, size))
    return owed, owed_outside, assets, tuple(swaps)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("costs", [1.0, 0.7])
def test_every_solution_listed_leads_back_to_itself(seed, costs):
    given = network(seed)
    found = clear_swaps(*given, alpha=costs, beta=costs)
    assert (found.status == "settled") == (len(found.recovery) > 0)
    for recovery in found.recovery:
        np.testing.assert_allclose(handed_out(*given, recovery, costs, costs), recovery, atol=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_damped_sweeps_arrive_at_is_in_the_list(seed):
    given = network(seed)
    found = clear_swaps(*given)
    assert found.status == "settled"  # without default costs there is always a solution
    for start in np.random.default_rng(seed).random((5, 4)):
        recovery = start
        for _ in range(400):
            recovery = (recovery + handed_out(*given, recovery)) / 2
        if np.abs(handed_out(*given, recovery) - recovery).max() < 1e-12:
            assert np.abs(found.recovery - recovery).max(axis=1).min() < 1e-7


@pytest.mark.parametrize("seed", range(6))
def test_without_swaps_the_mildest_solution_is_the_ordinary_clearing(seed):
    owed, owed_outside, assets, _ = network(seed)
    found = clear_swaps(owed, owed_outside, assets * 0.8, (), alpha=0.6, beta=0.9)
    ours = clear_small(owed, owed_outside, assets * 0.8, alpha=0.6, beta=0.9)
    np.testing.assert_allclose(found.recovery[0], ours.recovery, atol=1e-10)


def test_a_firm_can_be_saved_by_the_fall_of_another():
    """A owes 3 and has 2; B owes 4 and has 2; C has plenty and insures A with 2 on B."""
    swaps = (Swap(2, 0, 1, 2.0),)
    found = clear_swaps(np.zeros((3, 3)), np.array([3.0, 4, 0]), np.array([2.0, 2, 9]), swaps)
    assert found.recovery.tolist() == [[1.0, 0.5, 1.0]]


@pytest.mark.parametrize(
    ("swap", "words"),
    [
        (Swap(0, 1, 5, 1.0), "not there"),
        (Swap(0, 1, 2, -1.0), "never negative"),
        (Swap(0, 1, 2, float("nan")), "never negative"),
        (Swap(0, 1, 0, 1.0), "insures itself"),
    ],
)
def test_a_swap_that_cannot_be_is_refused(swap, words):
    with pytest.raises(ValueError, match=words):
        clear_swaps(np.zeros((3, 3)), np.ones(3), np.ones(3), (swap,))


def test_more_than_twelve_firms_are_refused():
    with pytest.raises(ValueError, match="at most 12"):
        clear_swaps(np.zeros((13, 13)), np.ones(13), np.ones(13), ())
