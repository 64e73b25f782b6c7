"""What is true of every network in the other models of contagion."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from perpetuum.maths.debtrank import debtrank_2012, debtrank_2015, debtrank_nonlinear
from perpetuum.maths.dependency import dependency_matrix, elliott_golub_jackson
from perpetuum.maths.ex_ante import black_cox
from perpetuum.maths.fire_sales import forced_sale
from perpetuum.maths.threshold import threshold_cascade

some = settings(max_examples=60, deadline=None)
firms = st.integers(1, 6)
# Hundredths, so that the amounts are of one scale and edges are met.
hundredths = st.integers(0, 100).map(lambda k: k / 100)


def of_each(n: int, low: float = 0.0, high: float = 1.0):
    return arrays(float, n, elements=hundredths.map(lambda x: low + (high - low) * x))


@st.composite
def debts(draw, n: int):
    return draw(arrays(float, (n, n), elements=hundredths)) * 5 * (1 - np.eye(n))


@st.composite
def distressed(draw):
    n = draw(firms)
    return draw(debts(n)), draw(of_each(n, 0.5, 20.0)), draw(of_each(n)), draw(of_each(n))


def variants(*args):
    return debtrank_2012(*args), debtrank_2015(*args), debtrank_nonlinear(*args, a=2.0)


@some
@given(distressed())
def test_distress_of_the_later_variants_rises_with_the_shock(network):
    owed, equity, shock, more = network
    for small, large in zip(
        variants(owed, equity, shock)[1:], variants(owed, equity, np.maximum(shock, more))[1:], strict=True
    ):
        assert (small.distress <= large.distress + large.error_bound + 1e-12).all()


@some
@given(distressed(), st.floats(0.05, 1.0))
def test_distress_of_the_first_variant_rises_with_the_shock_of_those_hit(network, part):
    # In 2012 a firm passes on its distress once: who is hit too early passes on less, so the same are hit.
    owed, equity, shock, _ = network
    small, large = debtrank_2012(owed, equity, part * shock), debtrank_2012(owed, equity, shock)
    assert (small.distress <= large.distress + 1e-12).all()


@some
@given(distressed(), st.randoms())
def test_the_order_of_firms_and_the_unit_of_money_change_nothing(network, chance):
    owed, equity, shock, _ = network
    order = list(range(len(owed)))
    chance.shuffle(order)
    for there, here in zip(
        variants(owed, equity, shock),
        variants(10 * owed[np.ix_(order, order)], 10 * equity[order], shock[order]),
        strict=True,
    ):
        slack = 1e-9 if "settled" in (there.status, here.status) else there.error_bound + here.error_bound
        np.testing.assert_allclose(here.distress, there.distress[order], rtol=0, atol=slack)


@some
@given(distressed())
def test_distress_lies_between_the_shock_and_one(network):
    owed, equity, shock, _ = network
    for out in variants(owed, equity, shock):
        assert (out.distress >= shock).all() and (out.distress <= 1).all()
        assert -1e-12 <= out.debtrank <= 1 + 1e-12


@st.composite
def owners(draw):
    n = draw(firms)
    owned = draw(arrays(float, (n, n), elements=hundredths)) * (1 - np.eye(n))
    owned = owned * draw(of_each(n, 0.0, 0.95)) / np.maximum(owned.sum(axis=0), 1e-9)
    return owned, draw(of_each(n, 0.0, 2.0)), draw(of_each(n)), draw(of_each(n))


@some
@given(owners())
def test_columns_of_the_dependency_matrix_sum_to_one(system):
    matrix, bound = dependency_matrix(system[0])
    np.testing.assert_allclose(matrix.sum(axis=0), 1.0, rtol=0, atol=1e-12 + bound)
    assert (matrix >= 0).all()


@some
@given(owners())
def test_whoever_fails_in_the_best_case_fails_in_the_worst(system):
    out = elliott_golub_jackson(*system)
    assert (out.best.failed <= out.worst.failed).all()
    assert (out.best.values >= out.worst.values - 1e-12).all()


@some
@given(owners())
def test_what_outside_owners_have_is_what_failing_has_left(system):
    owned, assets, thresholds, costs = system
    out = elliott_golub_jackson(owned, assets, thresholds, costs)
    for end in (out.best, out.worst):
        left = (assets - np.where(end.failed, costs, 0.0)).sum()
        np.testing.assert_allclose(end.values.sum(), left, rtol=0, atol=1e-10)


@st.composite
def balances(draw):
    n = draw(firms)
    return draw(debts(n)), draw(of_each(n, 0.0, 5.0)), draw(of_each(n, 0.0, 10.0)), draw(of_each(n, 0.0, 10.0))


@some
@given(balances(), hundredths)
def test_more_assets_never_make_anyone_fall_by_the_threshold(network, recovery):
    owed, outside, assets, more = network
    poor = threshold_cascade(owed, outside, assets, recovery=recovery)
    rich = threshold_cascade(owed, outside, assets + more, recovery=recovery)
    assert (rich.fallen <= poor.fallen).all()


@some
@given(balances())
def test_ex_ante_values_rise_with_outside_assets_and_never_exceed_face_value(network):
    owed, outside, assets, more = network
    n = len(owed)
    sigma, recovery = np.full(n, 0.2), np.full(n, 0.4)
    poor = black_cox(owed, outside, assets, sigma, recovery)
    rich = black_cox(owed, outside, assets + more, sigma, recovery)
    # A solution at a fold may take very long; then only its side is known.
    slack = (poor.error_bound if poor.status == "settled" else np.inf) * poor.size + 1e-9
    assert (rich.equity >= poor.equity - slack).all()
    assert (poor.valuation <= 1).all() and (poor.equity <= poor.equity_at_face_value + 1e-12).all()


@some
@given(firms.flatmap(lambda n: st.tuples(of_each(n, 0.0, 2.0), of_each(n, 0.0, 10.0), of_each(n, 0.0, 12.0))))
def test_a_steeper_market_never_has_the_higher_price(sellers):
    calm = forced_sale(*sellers, capital_rule=0.08, price_impact=0.001, most_rounds=500)
    steep = forced_sale(*sellers, capital_rule=0.08, price_impact=0.01, most_rounds=500)
    assert steep.price <= calm.price + 1e-9 or steep.status != "settled"
    assert (steep.units_sold <= sellers[1]).all()
