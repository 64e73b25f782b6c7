"""Elliott, Golub and Jackson, beside every set of failures tried one by one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from perpetuum.maths.dependency import dependency_matrix, elliott_golub_jackson


def made(seed: int, n: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    owned = chance.random((n, n)) * (1 - np.eye(n)) * (chance.random((n, n)) < 0.6)
    owned *= chance.uniform(0.3, 0.9, n) / np.maximum(owned.sum(axis=0), 1e-9)
    return owned, chance.uniform(0.5, 1.5, n), chance.uniform(0.4, 1.0, n), chance.uniform(0.0, 0.6, n)


@pytest.mark.parametrize("seed", range(40))
def test_best_and_worst_are_the_ends_of_all_sets_of_failures_that_hold(seed):
    owned, assets, thresholds, costs = made(seed)
    matrix = np.linalg.solve((np.eye(5) - owned).T, np.diag(1 - owned.sum(axis=0))).T
    found = []
    for failed in map(np.array, product([False, True], repeat=5)):
        values = matrix @ (assets - np.where(failed, costs, 0))
        if ((values < thresholds) == failed).all():
            found.append(failed)
    out = elliott_golub_jackson(owned, assets, thresholds, costs)
    assert out.best.failed.tolist() == np.logical_and.reduce(found).tolist()
    assert out.worst.failed.tolist() == np.logical_or.reduce(found).tolist()


def test_the_two_ends_differ_somewhere_in_those_networks():
    ends = [elliott_golub_jackson(*made(seed)) for seed in range(40)]
    assert any(end.best.failed.sum() < end.worst.failed.sum() for end in ends)
    assert any(end.best.wave.max() > 1 for end in ends)


def test_the_matrix_is_the_endless_passing_on_of_shares():
    owned = made(3)[0]
    passed, term = np.eye(5), np.eye(5)
    for _ in range(2000):
        term = owned @ term
        passed = passed + term
    matrix, bound = dependency_matrix(owned)
    true = (1 - owned.sum(axis=0))[:, None] * passed
    assert np.abs(matrix - true).sum(axis=0).max() <= bound <= 1e-10


def test_a_value_at_its_threshold_stands():
    # 2/3 + 0.7/3 is 0.9 exactly, and less in floating point.
    half = np.array([[0, 0.5], [0.5, 0]])
    out = elliott_golub_jackson(half, np.array([1.0, 0.7]), np.array([0.9, 0.0]), np.full(2, 0.5))
    assert not out.best.failed.any()


def test_worst_case_waves_tell_when_each_was_saved():
    alone = np.zeros((2, 2))
    out = elliott_golub_jackson(alone, np.array([2.0, 1.0]), np.array([1.0, 1.0]), np.array([0.5, 0.5]))
    assert out.worst.failed.tolist() == [False, True] and out.worst.wave.tolist() == [1, 0]
    assert out.best.failed.tolist() == [False, False]


def test_firms_that_own_each_other_almost_wholly_are_not_called_settled():
    almost = np.array([[0, 1 - 1e-11], [1 - 1e-11, 0]])
    out = elliott_golub_jackson(almost, np.ones(2), np.zeros(2), np.zeros(2))
    assert out.status == "not_settled"


@pytest.mark.parametrize(
    ("owned", "words"),
    [
        (np.array([[0, 1.0], [1.0, 0]]), "own each other wholly"),
        (np.array([[0.5, 0], [0, 0]]), "nobody owns itself"),
        (np.array([[0, 0, 0.6], [0, 0, 0.6], [0, 0, 0]]), "more than all shares"),
        (np.array([[0, np.nan], [0, 0]]), r"owned\[0, 1\] is nan"),
    ],
)
def test_impossible_holdings_are_refused(owned, words):
    n = len(owned)
    with pytest.raises(ValueError, match=words):
        elliott_golub_jackson(owned, np.ones(n), np.zeros(n), np.zeros(n))
