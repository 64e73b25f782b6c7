"""What is true of reverse stress and of set-off in every network."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from perpetuum.maths.critical import critical_haircuts
from perpetuum.maths.least_loss import least_loss
from perpetuum.maths.netting import set_off
from perpetuum.maths.small_clearing import clear_small

some = settings(max_examples=60, deadline=None)
Network = tuple[np.ndarray, np.ndarray, np.ndarray]


@st.composite
def networks(draw: st.DrawFn, *, most: int = 5) -> Network:
    """Debts and outside assets in whole dollars; nobody is short before a shock."""
    n = draw(st.integers(2, most))
    amounts = st.integers(0, 20)
    owed = np.array(draw(st.lists(amounts, min_size=n * n, max_size=n * n)), dtype=float).reshape(n, n)
    np.fill_diagonal(owed, 0.0)
    owed_outside, spare = (np.array(draw(st.lists(amounts, min_size=n, max_size=n)), dtype=float) + 1 for _ in range(2))
    return owed, owed_outside, np.maximum(owed.sum(axis=1) + owed_outside - owed.sum(axis=0), 0.0) + spare


@some
@given(networks(), st.sampled_from([(1.0, 1.0), (0.6, 0.8)]))
def test_just_above_the_margin_somebody_falls_and_just_below_nobody(network, costs):
    owed, owed_outside, assets = network
    alpha, beta = costs
    found = critical_haircuts(owed, owed_outside, assets, alpha=alpha, beta=beta)
    assert found.initial == ()
    falls = [
        clear_small(owed, owed_outside, assets * (1 - min(found.margin * by, 1.0)), alpha=alpha, beta=beta).fallen
        for by in (0.999, 1.001)
    ]
    assert not falls[0].any()
    if found.critical:
        first = found.critical[0]
        assert set(first.trigger + first.dominoes) <= set(np.flatnonzero(falls[1]).tolist())


@some
@given(networks(), st.integers(0, 10**6))
def test_the_least_loss_brings_the_target_down_and_no_smaller_one_does(network, seed):
    owed, owed_outside, assets = network
    found = least_loss(owed, owed_outside, assets, target=0)
    assume(found.status == "settled" and found.total > 0)
    exhausted = (found.loss >= assets * (1 - 1e-9))[found.loss > 0].all()
    assert found.verified and (0 in found.fallen or exhausted)
    scale = owed.sum() + assets.sum()
    assert clear_small(owed, owed_outside, assets - found.loss).slack[0] <= 1e-8 * scale
    assert clear_small(owed, owed_outside, assets - 0.999 * found.loss).slack[0] > 0
    chance = np.random.default_rng(seed)
    for _ in range(20):
        elsewhere = chance.dirichlet(np.full(len(assets), 0.5)) * 0.999 * found.total
        assert clear_small(owed, owed_outside, np.maximum(assets - elsewhere, 0.0)).slack[0] > 0


@some
@given(networks(), st.sampled_from([0.3, 0.7]))
def test_more_equity_left_needs_no_more_loss(network, left):
    owed, owed_outside, assets = network
    equity = clear_small(owed, owed_outside, assets).slack[0]
    milder = least_loss(owed, owed_outside, assets, 0, equity_at_most=left * equity)
    harder = least_loss(owed, owed_outside, assets, 0)
    assert milder.total <= harder.total + 1e-9 * assets.sum()
    if milder.status == "settled":
        assert abs(milder.equity - left * equity) <= 1e-6 * (owed.sum() + assets.sum())


@some
@given(networks())
def test_minimisers_all_cost_the_same_and_all_work(network):
    owed, owed_outside, assets = network
    found = least_loss(owed, owed_outside, assets, target=0)
    assert (len(found.minimisers) == 1) == (found.unique == "yes")
    for loss in found.minimisers:
        assert abs(loss.sum() - found.total) <= 1e-6 * assets.sum()
        assert clear_small(owed, owed_outside, assets - loss).slack[0] <= 1e-6 * (owed.sum() + assets.sum())


@some
@given(networks(most=7))
def test_set_off_keeps_net_positions_and_never_turns_a_debt_around(network):
    owed = network[0]
    found = set_off(owed)
    left, slack = found.table(found.left), 1e-9 * (1 + owed.sum())
    assert (left >= 0).all() and (left <= owed).all()
    np.testing.assert_allclose(left.sum(axis=0) - left.sum(axis=1), owed.sum(axis=0) - owed.sum(axis=1), atol=slack)
    assert found.bilateral <= found.cleared_in_all + slack
    assert found.least_cash <= left.sum() + slack


@some
@given(networks())
def test_after_set_off_the_same_cash_leaves_everyone_with_the_same_net_worth(network):
    owed, owed_outside, assets = network
    found = set_off(owed)
    before = clear_small(owed, owed_outside, assets)
    after = clear_small(found.table(found.left), owed_outside, assets)
    np.testing.assert_allclose(before.slack, after.slack, atol=1e-9 * (1 + owed.sum()))
