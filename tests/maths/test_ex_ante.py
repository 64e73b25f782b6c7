"""Ex-ante values, beside the formula of the paper in fifty digits and beside simulated paths."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from perpetuum.maths.ex_ante import black_cox, black_cox_probability, merton, merton_probability

RING = np.array([[0.0, 0, 0.5], [0.5, 0, 0], [0, 0.5, 0]])
ARGS = np.array([9.0, 4, 2]), np.array([9.5, 4.8, 2.7]), np.array([0.1, 0.15, 0.2]), np.array([0.6, 0.3, 0.0])


def chance_in_fifty_digits(equity, assets, sigma, both_parts):
    if equity <= 0:
        return mpmath.mpf(1)
    if equity >= assets:
        return mpmath.mpf(0)
    k = mpmath.log(1 - equity / assets)
    first = mpmath.ncdf((k + sigma**2 / 2) / sigma)
    return first + both_parts * assets / (assets - equity) * mpmath.ncdf((k - sigma**2 / 2) / sigma)


@pytest.mark.parametrize("model", [black_cox, merton])
def test_the_greatest_solution_is_that_of_fifty_digits(model):
    outside, assets, sigma, recovery = ARGS
    with mpmath.workdps(50):
        a, s, r = ([mpmath.mpf(float(x)) for x in values] for values in (assets, sigma, recovery))
        debt = [mpmath.mpf(float(x)) for x in RING.sum(axis=1) + outside]
        kept = [mpmath.mpf(1)] * 3
        for _ in range(400):
            equity = [a[i] + sum(float(RING[j, i]) * kept[j] for j in range(3)) - debt[i] for i in range(3)]
            chance = [chance_in_fifty_digits(equity[i], a[i], s[i], model is black_cox) for i in range(3)]
            kept = [1 - (1 - r[i]) * chance[i] for i in range(3)]
    out = model(RING, *ARGS)
    true = np.array([float(x) for x in equity])
    assert out.status == "settled"
    np.testing.assert_allclose(out.equity, true, rtol=0, atol=1e-11)
    assert (np.abs(out.equity - true) <= out.error_bound * out.size).all()


def test_the_chance_of_touching_the_barrier_is_that_of_many_paths():
    chance = np.random.default_rng(1)
    steps, paths, sigma, equity = 400, 20_000, 0.3, 0.25
    moves = chance.normal(-(sigma**2) / 2 / steps, sigma / np.sqrt(steps), (paths, steps)).cumsum(axis=1)
    # Between two looks the path may touch and return: the barrier seen is a little nearer (Broadie, Glasserman, Kou).
    barrier = np.log(1 - equity) + 0.5826 * sigma / np.sqrt(steps)
    seen = (moves.min(axis=1) < barrier).mean()
    ours = black_cox_probability(np.array([equity]), np.ones(1), np.array([sigma]))[0]
    assert ours == pytest.approx(seen, abs=0.012)
    end = (moves[:, -1] < np.log(1 - equity)).mean()
    assert merton_probability(np.array([equity]), np.ones(1), np.array([sigma]))[0] == pytest.approx(end, abs=0.012)


def test_the_chance_runs_from_one_to_nothing_as_equity_grows_and_merton_is_never_the_larger():
    equity = np.linspace(-0.5, 1.5, 2001)
    every = np.ones(len(equity)), np.full(len(equity), 0.2)
    touch, end = black_cox_probability(equity, *every), merton_probability(equity, *every)
    assert (np.diff(touch) <= 1e-15).all() and (np.diff(end) <= 1e-15).all()
    assert (end <= touch).all()
    assert touch[0] == 1 and touch[-1] == 0
    assert touch[equity > 0][0] == pytest.approx(1, abs=0.01)  # no jump at zero


def test_a_debtor_worth_nothing_pays_the_recovery():
    owed = np.array([[0.0, 10.0], [0, 0]])
    out = black_cox(owed, np.zeros(2), np.array([0.0, 1.0]), np.full(2, 0.2), np.full(2, 0.4))
    assert out.equity[1] == pytest.approx(1 + 4) and out.valuation[0] == pytest.approx(0.4)
    assert out.equity[0] == -10


def test_a_shock_larger_than_the_firm_is_refused():
    outside, assets, sigma, recovery = ARGS
    with pytest.raises(ValueError, match=r"outside_assets\[0\] is -0.5"):
        black_cox(RING, outside, assets - np.array([10.0, 0, 0]), sigma, recovery)


def test_all_impossible_parameters_are_named_at_once():
    outside, assets, *_ = ARGS
    with pytest.raises(ValueError) as told:
        merton(RING, outside, assets, np.array([0.1, 0.0, np.nan]), np.array([0.5, 1.5, 0.0]))
    for words in ("sigma[1]", "sigma[2]", "recovery[1]"):
        assert words in str(told.value)


def test_too_few_rounds_are_told():
    assert black_cox(RING, *ARGS, most_rounds=2).status == "ran_out_of_rounds"
