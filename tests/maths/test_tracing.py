"""Tagged cash and its bounds on ledgers of a few payments, worked out by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from perpetuum.maths import bounds
from perpetuum.maths.bounds import Bounds, own_money_bounds
from perpetuum.maths.tracing import BACK, FIN, OP, Payments, Trace, trace

VENDOR, LAB, CLOUD, USERS, EQUITY = range(5)


def payments(*rows: tuple[int, int, int, float, int]) -> Payments:
    """Rows are (step, payer, payee, amount, class); three firms, two outside payers."""
    step, payer, payee, amount, kind = (np.array(column) for column in zip(*rows, strict=True))
    return Payments(step, payer, payee, amount.astype(float), kind, int(step.max()) + 1, 3, 2)


def own(found: Trace) -> float:
    return float(found.revenue[0, :, found.tags.financing(VENDOR)].sum())


def ends(found: Bounds) -> tuple[float, float]:
    assert found.status == "settled"
    return found.low, found.high


@pytest.mark.parametrize("amount", [float("nan"), float("inf"), -1.0])
def test_what_cannot_be_money_is_refused_with_its_place(amount):
    with pytest.raises(ValueError, match="payment 1 in step 2 is"):
        payments((0, VENDOR, LAB, 5, FIN), (2, LAB, VENDOR, amount, OP))


@pytest.mark.parametrize(("rule", "returned"), [("burn", 5.0), ("pooled", 8.0)])
def test_burn_spends_receipts_first_and_pooled_mixes_them_with_all_cash(rule, returned):
    book = payments((0, VENDOR, LAB, 20, FIN), (0, USERS, LAB, 5, OP), (0, LAB, VENDOR, 10, OP))
    assert own(trace(book, (VENDOR,), rule=rule)) == pytest.approx(returned)


@pytest.mark.parametrize(("view", "returned"), [("last_financier", 0.0), ("ultimate", 10.0)])
def test_money_passed_on_as_financing_changes_its_name_only_for_the_last_financier(view, returned):
    book = payments((0, VENDOR, LAB, 10, FIN), (0, LAB, CLOUD, 10, FIN), (0, CLOUD, VENDOR, 10, OP))
    found = trace(book, (VENDOR,), view=view)
    assert own(found) == pytest.approx(returned)
    assert found.restamped[0] == pytest.approx(10 - returned)
    assert found.revenue[0, 0, found.tags.financing(LAB)] == pytest.approx(10 - returned)


@pytest.mark.parametrize("view", ["last_financier", "ultimate"])
@pytest.mark.parametrize("kind", [BACK, FIN])
def test_own_money_repaid_or_lent_back_returns_but_is_no_revenue(view, kind):
    found = trace(payments((0, VENDOR, LAB, 10, FIN), (0, LAB, VENDOR, 4, kind)), (VENDOR,), view=view)
    assert own(found) == 0
    assert (found.otherwise[0], found.still_out[0, LAB], found.restamped[0]) == pytest.approx((4, 6, 0))


def test_what_is_handed_back_keeps_its_make_up():
    """The lab buys the cloud from its owners; the cloud spends what they leave in it at the vendor."""
    book = payments((0, VENDOR, LAB, 10, FIN), (0, LAB, CLOUD, 10, BACK), (1, CLOUD, VENDOR, 10, OP))
    assert own(trace(book, (VENDOR,))) == pytest.approx(10)


def test_own_money_spent_outside_has_leaked():
    found = trace(payments((0, VENDOR, LAB, 10, FIN), (0, LAB, USERS, 7, OP)), (VENDOR,))
    assert (found.leaked[0], found.still_out[0, LAB]) == pytest.approx((7, 3))


def test_what_no_record_explains_is_unknown():
    found = trace(payments((0, VENDOR, LAB, 10, FIN), (0, LAB, VENDOR, 40, OP)), (VENDOR,))
    assert found.revenue[0, 0, found.tags.unknown] == pytest.approx(30)
    assert found.shortfall[0].tolist() == [0, 30, 0]


def test_receipts_that_are_not_spent_are_part_of_the_next_opening_pool():
    found = trace(payments((0, USERS, LAB, 10, OP), (1, LAB, VENDOR, 10, OP)), (VENDOR,))
    assert found.revenue[0, :, USERS - 3].tolist() == [0, 10]


def test_cash_from_before_is_spent_with_the_tags_it_came_with():
    book = payments((0, LAB, VENDOR, 10, OP), (0, VENDOR, LAB, 10, FIN))
    before = np.zeros((3, 7))
    before[LAB, 2] = 30.0
    before[VENDOR, 3] = 500.0
    found = trace(book, (VENDOR,), opening=before)
    assert found.imbalance[0] == pytest.approx(0), "what it still has of its own is not out"
    assert own(found) == pytest.approx(2.5)
    assert found.revenue[0, 0, found.tags.unknown] == pytest.approx(7.5)
    assert ends(own_money_bounds(book, VENDOR, opening=before.sum(axis=1))) == pytest.approx((0.0, 10.0))


def test_what_a_firm_pays_itself_is_its_own_purchase():
    found = trace(payments((0, VENDOR, VENDOR, 6, OP), (0, USERS, VENDOR, 4, OP)), (VENDOR,))
    assert found.revenue[0, 0, found.tags.purchases] == pytest.approx(6)


def test_receipts_can_be_asked_of_one_payer():
    book = payments((0, VENDOR, LAB, 10, FIN), (0, LAB, VENDOR, 10, OP), (0, USERS, VENDOR, 30, OP))
    assert trace(book, (VENDOR,), receipts_from=(LAB,)).revenue.sum() == pytest.approx(10)
    assert trace(book, (VENDOR,), receipts_from=(LAB, USERS)).revenue.sum() == pytest.approx(40)
    assert ends(own_money_bounds(book, VENDOR, receipts_from=(USERS,))) == pytest.approx((0.0, 0.0))


def test_a_loop_without_origin_is_named_only_while_it_lasts():
    """In step 0 lab and cloud pay each other out of nothing; in step 1 users pay the lab."""
    ring = [(t, *pair, 5.0, OP) for t in (0, 1) for pair in ((LAB, CLOUD), (CLOUD, LAB))]
    found = trace(payments(*ring, (1, USERS, LAB, 5, OP), (1, CLOUD, VENDOR, 5, OP)), (VENDOR,))
    assert found.unfunded == ((VENDOR, 0, (LAB, CLOUD)),)
    assert np.isfinite(found.revenue).all() and found.revenue.sum() == pytest.approx(5)


# ---- bounds


def test_bounds_leave_open_what_a_firm_spends_first():
    """The lab has 10 of the vendor and 5 of users, and spends 12 at the vendor and 3 elsewhere (golden case P25)."""
    book = payments(
        (0, VENDOR, LAB, 10, FIN), (0, USERS, LAB, 5, OP), (0, LAB, VENDOR, 12, OP), (0, LAB, EQUITY, 3, OP)
    )  # fmt: skip
    assert ends(own_money_bounds(book, VENDOR)) == pytest.approx((7, 10))


def test_money_lent_on_by_another_may_or_may_not_have_been_own():
    """The lab has 10 of the vendor and 10 of equity, lends 10 on and spends 10 at the vendor."""
    book = payments(
        (0, VENDOR, LAB, 10, FIN), (0, EQUITY, LAB, 10, FIN), (0, LAB, CLOUD, 10, FIN), (0, LAB, VENDOR, 10, OP)
    )  # fmt: skip
    assert ends(own_money_bounds(book, VENDOR)) == pytest.approx((0.0, 10))


def test_cash_that_a_firm_cannot_have_kept_cannot_come_back_later():
    """The lab spends all it gets at once; what it pays in the next quarter is from nowhere on record."""
    book = payments((0, VENDOR, LAB, 10, FIN), (0, LAB, USERS, 10, OP), (1, LAB, VENDOR, 10, OP))
    assert ends(own_money_bounds(book, VENDOR)) == pytest.approx((0.0, 0.0))


def test_broad_bounds_count_purchases_as_own_money():
    book = payments((0, VENDOR, LAB, 10, OP), (0, LAB, VENDOR, 10, OP))
    assert ends(own_money_bounds(book, VENDOR)) == pytest.approx((0.0, 0.0))
    assert ends(own_money_bounds(book, VENDOR, broad=True)) == pytest.approx((10, 10))


def test_own_money_from_before_the_window_may_come_back():
    book = payments((0, LAB, VENDOR, 10, OP))
    whole, mine = np.array([0.0, 30, 0]), np.array([0.0, 25, 0])
    assert ends(own_money_bounds(book, VENDOR, opening=whole, opening_own=mine)) == pytest.approx((5, 10))


def test_a_program_that_does_not_solve_is_a_status(monkeypatch):
    monkeypatch.setattr(bounds, "linprog", lambda *_, **__: SimpleNamespace(status=4, fun=None))
    found = own_money_bounds(payments((0, VENDOR, LAB, 10, FIN), (0, LAB, VENDOR, 10, OP)), VENDOR)
    assert found.status == "not_settled" and np.isnan([found.low, found.high]).all()
