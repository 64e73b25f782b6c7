"""What is true of the origin of money in every ledger."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from perpetuum.maths.tracing import FIN, OP
from tests.properties.ledgers import FOCAL, RULES, TINY, VIEWS, Book, Flow, books, spent_out

rules = st.sampled_from(RULES)
views = st.sampled_from(VIEWS)
some = settings(max_examples=80, deadline=None)


@some
@given(books(), rules, views)
def test_origins_add_up_to_the_receipts_of_every_step(book, rule, view):
    by_tag = book.traced(rule, view).revenue[0]
    received = np.zeros(book.steps)
    for flow in book.flows:
        if flow.payee == FOCAL and flow.kind == OP:
            received[flow.step] += flow.amount
    assert by_tag.min(initial=0.0) >= -TINY * book.scale
    np.testing.assert_allclose(by_tag.sum(axis=1), received, rtol=0, atol=TINY * book.scale)


@some
@given(books(), rules, views)
def test_own_money_is_never_lost_or_made(book, rule, view):
    traced = book.traced(rule, view, range(book.firms))
    assert np.abs(traced.imbalance).max() <= TINY * book.scale


@some
@given(books(), views, st.booleans())
def test_both_pool_rules_lie_between_the_bounds(book, view, broad):
    bounds = book.bounds(view, broad=broad)
    slack = 1e-7 * book.scale
    assert bounds.status == "settled"
    for rule in RULES:
        traced = book.traced(rule, view)
        own = traced.revenue[0, :, traced.tags.financing(FOCAL)].sum()
        own += traced.revenue[0, :, traced.tags.purchases].sum() if broad else 0.0
        assert bounds.low - slack <= own <= bounds.high + slack <= book.receipts + 2 * slack


@some
@given(books(), rules, views)
def test_ten_times_the_money_changes_no_share(book, rule, view):
    larger = replace(
        book,
        flows=tuple(replace(flow, amount=10 * flow.amount) for flow in book.flows),
        opening=tuple(10 * usd for usd in book.opening),
    )
    slack = 1e-7 * book.scale
    np.testing.assert_allclose(larger.origins(rule, view) / 10, book.origins(rule, view), rtol=0, atol=slack)
    small, large = book.bounds(view), larger.bounds(view)
    assert (large.low / 10, large.high / 10) == pytest.approx((small.low, small.high), abs=slack)


@some
@given(books(), rules, views, st.randoms(use_true_random=False))
def test_names_and_order_change_nothing(book, rule, view, chance):
    order = [*range(1, book.firms)]
    chance.shuffle(order)
    new = [FOCAL, *order, *range(book.firms, book.firms + book.outside)]
    flows = [replace(flow, payer=new[flow.payer], payee=new[flow.payee]) for flow in book.flows]
    chance.shuffle(flows)
    opening = [0.0] * book.firms
    for firm, usd in enumerate(book.opening):
        opening[new[firm]] = usd
    renamed = replace(book, flows=tuple(flows), opening=tuple(opening))
    before, after = book.traced(rule, view), renamed.traced(rule, view)
    tags = before.tags
    moved = [*range(tags.financing(0)), *(tags.financing(new[firm]) for firm in range(book.firms)), tags.purchases]
    np.testing.assert_allclose(after.revenue[0][:, moved], before.revenue[0], rtol=0, atol=TINY * book.scale)


@some
@given(books().filter(lambda book: book.flows), rules, views, st.data())
def test_a_vehicle_in_any_payment_changes_nothing(book, rule, view, data):
    longer = book.with_vehicle(data.draw(st.integers(0, len(book.flows) - 1)))
    before, after = book.traced(rule, view), longer.traced(rule, view)
    vehicle = after.tags.financing(book.firms)
    slack = 1e-7 * book.scale
    np.testing.assert_allclose(after.revenue[:, :, vehicle], 0.0, atol=slack)
    np.testing.assert_allclose(np.delete(after.revenue, vehicle, axis=2), before.revenue, rtol=0, atol=slack)
    np.testing.assert_allclose(after.paid, before.paid, rtol=0, atol=slack)
    np.testing.assert_allclose(after.still_out[:, :-1], before.still_out, rtol=0, atol=slack)
    with_it, without = longer.bounds(view), book.bounds(view)
    assert (with_it.low, with_it.high) == pytest.approx((without.low, without.high), abs=slack)


def open_network() -> Book:
    """Golden case P18: users, equity and a vendor fund a lab, which buys from a cloud, which buys from the vendor."""
    gpu, cloud, lab, users, equity, others, debt, sink = range(8)
    rows = [
        (users, lab, 12, OP), (gpu, lab, 10, FIN), (equity, lab, 20, FIN), (lab, cloud, 24, OP), (lab, sink, 6, OP),
        (others, cloud, 8, OP), (debt, cloud, 20, FIN), (cloud, gpu, 30, OP), (cloud, sink, 10, OP),
        (others, gpu, 50, OP),
    ]  # fmt: skip
    flows = tuple(Flow(0, payer, payee, float(usd), kind) for payer, payee, usd, kind in rows)
    return Book(3, 5, 1, flows, (0.0, 0.0, 0.0))


@pytest.mark.parametrize("flow", range(11), ids=lambda flow: f"in-flow-{flow}" if flow < 10 else "nowhere")
def test_the_open_network_keeps_its_two_fractions_with_a_vehicle_in_any_payment(flow):
    book = open_network()
    longer = book.with_vehicle(flow) if flow < len(book.flows) else book
    shares = [longer.own(rule, "last_financier") / longer.receipts for rule in RULES]
    assert shares == pytest.approx([float(Fraction(9, 200)), float(Fraction(15, 364))], abs=1e-12)


chains = st.lists(st.integers(1, 60).map(float), min_size=2, max_size=5)


def one_after_another(usd: list[float]) -> Book:
    """The focal firm finances a firm, which pays the next a step later, and so on until it comes back."""
    count = len(usd)
    flows = [Flow(i, i, (i + 1) % count, amount, OP) for i, amount in enumerate(usd)]
    flows[0] = replace(flows[0], kind=FIN)
    return Book(count, 2, count, tuple(flows), (0.0,) * count)


@some
@given(chains, rules, views)
def test_finance_and_then_buy_recycles_and_buy_and_then_finance_does_not(usd, rule, view):
    book = one_after_another(usd)
    backwards = replace(book, flows=tuple(replace(flow, step=book.steps - 1 - flow.step) for flow in book.flows))
    assert 0 < book.own(rule, view) <= min(usd) * (1 + TINY)
    assert book.bounds(view).high == pytest.approx(min(usd))
    assert backwards.own(rule, view) == 0.0
    assert backwards.bounds(view).high == 0.0


def may_come_back(book: Book, view: str) -> bool:
    """Is there any path in time from the focal firm's financing to its receipts?"""
    holders: set[int] = set()
    for step in range(book.steps):
        flows = [flow for flow in book.flows if flow.step == step and flow.amount > 0]
        holders |= {flow.payee for flow in flows if flow.payer == FOCAL and flow.kind == FIN and flow.payee != FOCAL}
        carrying = [flow for flow in flows if flow.kind != FIN or view == "ultimate"]
        for _ in range(book.firms):
            holders |= {flow.payee for flow in carrying if flow.payer in holders and flow.payee < book.firms}
            if any(flow.payer in holders - {FOCAL} and flow.payee == FOCAL and flow.kind == OP for flow in flows):
                return True
            holders -= {FOCAL}
    return False


@some
@given(books(looped=False), rules, views)
def test_nothing_comes_back_where_no_path_in_time_leads_back(book, rule, view):
    assume(not may_come_back(book, view))
    assert book.own(rule, view) == 0.0
    assert book.bounds(view).high <= 1e-7 * book.scale


@some
@given(books(), rules, views, st.integers(1, 60))
def test_customers_from_outside_thin_out_own_money_in_revenue(book, rule, view, usd):
    assume(book.receipts > 0)
    more = book.with_flows(Flow(book.steps - 1, book.firms, FOCAL, float(usd), OP))
    assert more.own(rule, view) == pytest.approx(book.own(rule, view), abs=TINY * book.scale)
    assert more.receipts == book.receipts + usd


@some
@given(books(steps=1), rules, views, st.integers(1, 60), st.data())
def test_within_one_step_money_from_outside_never_raises_what_comes_back(book, rule, view, usd, data):
    firm = data.draw(st.integers(1, book.firms - 1))
    kind = data.draw(st.sampled_from([OP, FIN]))
    more = book.with_flows(Flow(0, book.firms, firm, float(usd), kind))
    assert more.own(rule, view) <= book.own(rule, view) + TINY * book.scale


@some
@given(books(), rules, views, st.integers(1, 60), st.data())
def test_more_own_financing_never_brings_less_back(book, rule, view, usd, data):
    firm, step = data.draw(st.integers(1, book.firms - 1)), data.draw(st.integers(0, book.steps - 1))
    more = book.with_flows(Flow(step, FOCAL, firm, float(usd), FIN))
    assert more.own(rule, view) >= book.own(rule, view) - TINY * book.scale


@some
@given(books(), rules, views, st.integers(2, 4), st.integers(1, 60), st.data())
def test_a_closed_loop_without_origin_is_named_and_its_money_is_unknown(book, rule, view, size, usd, data):
    step = data.draw(st.integers(0, book.steps - 1))
    shift = {node: node + size for node in range(book.firms, book.firms + book.outside)}
    flows = [replace(f, payer=shift.get(f.payer, f.payer), payee=shift.get(f.payee, f.payee)) for f in book.flows]
    ring = tuple(book.firms + i for i in range(size))
    flows += [Flow(step, firm, ring[(i + 1) % size], 2.0 * usd, OP) for i, firm in enumerate(ring)]
    closed = replace(book, firms=book.firms + size, flows=tuple(flows), opening=(*book.opening, *(0.0,) * size))
    traced = closed.traced(rule, view, keep_mix=True)
    assert any(t == step and set(ring) <= set(firms) for _, t, firms in traced.unfunded)
    assert traced.mix is not None
    np.testing.assert_allclose(traced.mix[0, step, list(ring), traced.tags.unknown], 1.0)
    assert np.isfinite(traced.revenue).all()


@some
@given(books(), rules, views)
def test_every_dollar_paid_has_a_whole_make_up(book, rule, view):
    traced = book.traced(rule, view, keep_mix=True)
    paying = np.zeros((book.steps, book.firms), dtype=bool)
    for flow in book.flows:
        if flow.amount > 0 and flow.payer < book.firms:
            paying[flow.step, flow.payer] = True
    paying[:, FOCAL] = False
    assert traced.mix is not None
    np.testing.assert_allclose(traced.mix[0].sum(axis=2), paying.astype(float), rtol=0, atol=TINY)


@some
@given(books(), rules, views, st.integers(1, 60), st.data())
def test_what_a_deleted_claim_took_along_becomes_unknown_and_nothing_else(book, rule, view, usd, data):
    """Firms keep no cash here; elsewhere a firm with savings would spend them instead."""
    firm, step = data.draw(st.integers(1, book.firms - 1)), data.draw(st.integers(0, book.steps - 1))
    payer, kind = data.draw(st.integers(0, book.outside - 1)), data.draw(st.sampled_from([OP, FIN]))
    whole = spent_out(book.with_flows(Flow(step, book.firms + payer, firm, float(usd), kind)))
    deleted = whole.without(len(book.flows))
    change, slack = deleted.origins(rule, view) - whole.origins(rule, view), TINY * whole.scale
    unknown = book.outside
    assert -slack <= change[unknown] <= usd + slack
    assert change[payer] == pytest.approx(-change[unknown], abs=slack)
    np.testing.assert_allclose(np.delete(change, [unknown, payer]), 0.0, atol=slack)


@some
@given(books().filter(lambda book: book.flows), rules, views, st.data())
def test_a_payment_in_two_parts_is_the_same_payment(book, rule, view, data):
    i = data.draw(st.integers(0, len(book.flows) - 1))
    part = data.draw(st.floats(0.0, 1.0))
    flow = book.flows[i]
    halves = [replace(flow, amount=flow.amount * part), replace(flow, amount=flow.amount * (1 - part))]
    split = book.without(i).with_flows(*halves)
    np.testing.assert_allclose(split.origins(rule, view), book.origins(rule, view), rtol=0, atol=TINY * book.scale)


@some
@given(books(), rules, views, st.data())
def test_a_step_in_which_nothing_moves_changes_nothing(book, rule, view, data):
    pause = data.draw(st.integers(0, book.steps))
    flows = tuple(replace(flow, step=flow.step + (flow.step >= pause)) for flow in book.flows)
    longer = replace(book, steps=book.steps + 1, flows=flows)
    np.testing.assert_allclose(longer.origins(rule, view), book.origins(rule, view), rtol=0, atol=TINY * book.scale)
    with_it, without = longer.bounds(view), book.bounds(view)
    assert (with_it.low, with_it.high) == pytest.approx((without.low, without.high), abs=1e-7 * book.scale)


@some
@given(books(), rules, views)
def test_firms_traced_together_are_traced_as_if_alone(book, rule, view):
    together = book.traced(rule, view, range(book.firms))
    for firm in range(book.firms):
        alone = book.traced(rule, view, [firm])
        np.testing.assert_allclose(together.revenue[firm], alone.revenue[0], rtol=0, atol=TINY * book.scale)
        np.testing.assert_allclose(together.still_out[firm], alone.still_out[0], rtol=0, atol=TINY * book.scale)


@some
@given(books(), rules, views)
def test_vintages_of_own_money_add_up_and_none_comes_back_before_it_left(book, rule, view):
    plain, dated = book.traced(rule, view), book.traced(rule, view, by_vintage=True)
    vintages = dated.revenue[0][:, -book.steps :]
    own = plain.revenue[0][:, plain.tags.financing(FOCAL)]
    np.testing.assert_allclose(vintages.sum(axis=1), own, rtol=0, atol=TINY * book.scale)
    assert np.triu(vintages, k=1).max() <= TINY * book.scale


@some
@given(books(), rules, views, st.data())
def test_a_small_change_of_a_firms_payments_changes_little(book, rule, view, data):
    firm = data.draw(st.integers(0, book.firms - 1))
    flows = tuple(replace(f, amount=f.amount * (1 + 1e-6 * (f.payer == firm))) for f in book.flows)
    moved = np.abs(replace(book, flows=flows).origins(rule, view) - book.origins(rule, view)).max()
    assert moved <= 1e-5 * book.scale
