"""Fire sales, beside sums bank by bank and beside a scan of all prices."""

from __future__ import annotations

import numpy as np
import pytest

from perpetuum.maths.fire_sales import forced_sale, linear_fire_sale


def banks(seed: int):
    chance = np.random.default_rng(seed)
    weights = chance.random((4, 3))
    weights /= weights.sum(axis=1, keepdims=True)
    equity = chance.uniform(1, 10, 4)
    return (chance.uniform(50, 200, 4), weights, chance.uniform(40, 180, 4), equity,
            chance.uniform(1e-5, 1e-3, 3), -chance.uniform(0, 0.05, 3))  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_each_loss_is_the_sum_over_who_sold_what(seed):
    assets, weights, debt, equity, impact, first = given = banks(seed)
    out = linear_fire_sale(*given)
    loss = np.zeros(4)
    for seller in range(4):
        fall = -sum(weights[seller, k] * first[k] for k in range(3)) * assets[seller] * debt[seller] / equity[seller]
        for k in range(3):
            loss += assets * weights[:, k] * impact[k] * weights[seller, k] * fall
    np.testing.assert_allclose(out.loss, loss, rtol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_what_each_brings_about_adds_up_to_the_whole(seed):
    out = linear_fire_sale(*banks(seed))
    assert out.systemicness.sum() == pytest.approx(out.vulnerability, rel=1e-12)
    for bank in range(4):
        assets, weights, debt, *rest = banks(seed)
        alone = linear_fire_sale(assets, weights, np.where(np.arange(4) == bank, debt, 0.0), *rest)
        assert alone.vulnerability == pytest.approx(out.systemicness[bank], rel=1e-12)


def test_weights_that_leave_something_out_are_refused():
    assets, weights, *rest = banks(0)
    with pytest.raises(ValueError, match="weights of firm 2 sum to"):
        linear_fire_sale(assets, weights * np.array([1, 1, 0.9, 1])[:, None], *rest)


def sellers(seed: int):
    chance = np.random.default_rng(seed)
    cash, units = chance.uniform(0, 2, 4), chance.uniform(2, 10, 4)
    return cash, units, cash + units * chance.uniform(0.85, 0.95, 4)


def scanned(cash, units, debt, gamma, theta):
    """The greatest p with map(p) >= p, by looking at every price of a fine grid."""
    prices = np.linspace(1e-6, 1, 400_001)[:, None]
    sold = np.clip(units - (cash + prices * units - debt) / (gamma * prices), 0, units).sum(axis=1)
    holds = np.exp(-theta * sold) >= prices[:, 0]
    return prices[np.flatnonzero(holds)[-1], 0]


@pytest.mark.parametrize("seed", range(12))
def test_the_price_is_the_greatest_that_a_scan_of_all_prices_finds(seed):
    args = sellers(seed)
    out = forced_sale(*args, capital_rule=0.08, price_impact=0.003)
    assert out.status == "settled"
    assert out.price == pytest.approx(scanned(*args, 0.08, 0.003), abs=5e-6)


def test_some_of_those_prices_fall_and_some_do_not():
    prices = [forced_sale(*sellers(seed), capital_rule=0.08, price_impact=0.003).price for seed in range(12)]
    assert min(prices) < 0.95 < max(prices)


def test_without_impact_the_price_stays_and_sales_are_those_of_the_rule():
    cash, units, debt = sellers(1)
    out = forced_sale(cash, units, debt, capital_rule=0.2, price_impact=0.0)
    assert out.price == 1
    kept = units - out.units_sold
    equity = cash + units - debt
    assert (equity >= 0.2 * kept - 1e-12).all()


def test_who_cannot_keep_the_rule_sells_everything_and_may_be_insolvent():
    out = forced_sale(np.zeros(1), np.array([10.0]), np.array([11.0]), capital_rule=0.08, price_impact=0.01)
    assert out.units_sold.tolist() == [10] and out.insolvent.tolist() == [True]
    assert out.price == pytest.approx(np.exp(-0.1))


def test_an_impact_that_leaves_no_price_is_borne():
    out = forced_sale(np.zeros(1), np.array([10.0]), np.array([11.0]), capital_rule=0.08, price_impact=1000.0)
    assert out.price == 0 and out.units_sold.tolist() == [10]


@pytest.mark.parametrize(("rule", "impact", "words"), [(0.0, 0.1, "capital_rule is 0"), (2.0, 0.1, "capital_rule is 2"),
                                                       (0.1, -1.0, "price_impact is -1")])  # fmt: skip
def test_impossible_rules_are_refused(rule, impact, words):
    with pytest.raises(ValueError, match=words):
        forced_sale(*sellers(0), capital_rule=rule, price_impact=impact)
