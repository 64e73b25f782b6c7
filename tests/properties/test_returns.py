"""Finn, Leontief and an absorbing chain are the same algebra; tagged cash agrees with it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perpetuum.maths.returns import ascendency, finn, leontief
from perpetuum.maths.tracing import OP, Payments, trace

some = settings(max_examples=80, deadline=None)


@st.composite
def steady(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Flows, inputs and outputs of a network where every node gives all it gets, some of it outside."""
    n = draw(st.integers(2, 5))
    weight = st.integers(0, 9)
    weights = np.array(draw(st.lists(st.lists(weight, min_size=n, max_size=n), min_size=n, max_size=n)), dtype=float)
    leaving = np.array(draw(st.lists(st.integers(1, 9), min_size=n, max_size=n)), dtype=float)
    entering = np.array(draw(st.lists(st.integers(1, 50), min_size=n, max_size=n)), dtype=float)
    share = weights / (weights.sum(axis=1) + leaving)[:, None]
    through = np.linalg.solve(np.eye(n) - share.T, entering)
    flows = share * through[:, None]
    return flows, entering, through - flows.sum(axis=1)


@some
@given(steady())
def test_finn_counts_the_visits_of_the_leontief_inverse(network):
    flows, inputs, _ = network
    reading = finn(flows, inputs)
    share = flows / reading.throughflow[:, None]
    inverse, own = leontief(share.T)
    np.testing.assert_allclose(inverse @ (np.eye(len(inputs)) - share.T), np.eye(len(inputs)), atol=1e-9)
    np.testing.assert_allclose(np.diag(inverse), reading.visits)
    np.testing.assert_allclose(own, reading.return_probability, atol=1e-12)
    np.testing.assert_allclose(inverse @ inputs, reading.throughflow)
    assert reading.index == pytest.approx((own * reading.throughflow).sum() / reading.throughflow.sum())
    assert reading.path_length == pytest.approx(inverse.sum(axis=0) @ inputs / inputs.sum())


@some
@given(steady(), st.data())
def test_the_return_probability_is_what_a_walk_that_stops_at_home_finds(network, data):
    """First return by absorption: from home to the others, through them, and home."""
    flows, inputs, _ = network
    reading = finn(flows, inputs)
    share = flows / reading.throughflow[:, None]
    home = data.draw(st.integers(0, len(inputs) - 1))
    away = [node for node in range(len(inputs)) if node != home]
    through = np.linalg.inv(np.eye(len(away)) - share[np.ix_(away, away)])
    returned = share[home, home] + share[home, away] @ through @ share[away, home]
    assert reading.return_probability[home] == pytest.approx(returned, abs=1e-9)


@some
@given(steady(), st.data())
def test_tagged_cash_returns_as_often_as_finn_says_when_every_payment_counts_as_own(network, data):
    flows, inputs, outputs = network
    n = len(inputs)
    home = data.draw(st.integers(0, n - 1))
    payer, payee = (index.ravel() for index in np.indices((n, n)))
    every = np.arange(n)
    payments = Payments(
        step=np.zeros(n * n + 2 * n, dtype=np.int64),
        payer=np.concatenate([payer, np.full(n, n), every]),
        payee=np.concatenate([payee, every, np.full(n, n + 1)]),
        amount=np.concatenate([flows.ravel(), inputs, outputs]),
        flow_class=np.full(n * n + 2 * n, OP),
        steps=1,
        firms=n,
        outside=2,
    )
    traced = trace(payments, (home,))
    paid = flows[home].sum() + outputs[home]
    assert traced.revenue[0, 0, traced.tags.purchases] / paid == pytest.approx(
        finn(flows, inputs).return_probability[home], abs=1e-9
    )


@some
@given(steady())
def test_ascendency_never_exceeds_capacity(network):
    flows, inputs, outputs = network
    spread = ascendency(flows, inputs, outputs)
    assert 0 <= spread.mutual_information <= spread.diversity + 1e-12
    assert spread.total == pytest.approx(flows.sum() + inputs.sum() + outputs.sum())
