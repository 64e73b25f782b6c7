"""The edge cases of the measure, one by one: what counts as financing, as revenue, or as neither."""

from __future__ import annotations

import pytest

from perpetuum.circularity import measure
from tests.circularity.small import network, pays


def test_a_loan_repaid_returns_but_is_no_revenue():
    """Golden case P21: of 10 lent the customer pays 9 for chips and 1 back."""
    loops = measure(
        network(
            pays("vendor", "cloud", "loan", 10),
            pays("cloud", "vendor", "chips", 9),
            pays("cloud", "vendor", "repayment", 1),
            pays("OTHER_GPU_BUYERS", "vendor", "chips", 1),
        )
    )
    share = loops.recycled("vendor")["burn"]
    assert (share.value, share.low, share.high, share.of) == pytest.approx((0.9, 0.9, 0.9, 10))
    assert loops.boomerang("vendor")["burn"] == pytest.approx(0.9)


def test_a_dividend_is_no_revenue():
    paid_out = network(pays("vendor", "lab", "equity_investment", 5), pays("lab", "vendor", "payout", 5))
    assert measure(paid_out).recycled("vendor")["burn"].value is None


@pytest.mark.parametrize("kind", ["stake_sale", "acquisition"])
def test_buying_existing_shares_is_no_financing(kind):
    loops = measure(network(pays("vendor", "lab", kind, 10), pays("lab", "vendor", "chips", 10)))
    assert loops.recycled("vendor")["burn"].value == 0
    assert loops.boomerang("vendor")["burn"] is None


def test_interest_is_revenue_and_makes_no_loop():
    lent = network(pays("bank", "lab", "loan", 100), pays("lab", "bank", "interest", 5))
    loops = measure(lent)
    assert loops.recycled("bank")["burn"].value == pytest.approx(1)
    assert loops.loops == () and loops.structure.total == pytest.approx(100)


@pytest.mark.parametrize(("kind", "value"), [("prepayment", 1.0), ("cloud", 0.0)])
def test_an_advance_of_a_customer_is_financing_only_where_it_is_called_so(kind, value):
    """The customer pays in advance; the cloud spends it at the customer."""
    loops = measure(network(pays("customer", "cloud", kind, 10), pays("cloud", "customer", "chips", 10)))
    assert loops.recycled("customer")["burn"].value == pytest.approx(value)


def test_mutual_purchases_count_only_in_the_broad_share():
    rented_back = network(
        pays("vendor", "cloud", "cloud", 10),
        pays("END_USERS", "cloud", "cloud", 10),
        pays("cloud", "vendor", "chips", 16),
    )
    loops = measure(rented_back)
    strict, broad = loops.recycled("vendor")["burn"], loops.recycled("vendor", broad=True)["burn"]
    assert (strict.value, strict.low, strict.high) == (0, 0, 0)
    assert (broad.value, broad.low, broad.high) == pytest.approx((8 / 16, 6 / 16, 10 / 16))
    assert (broad.broad, broad.id) == (True, "rrs_broad")
    assert loops.origins("vendor")["own_purchases"] == pytest.approx(8)


def test_a_guarantee_moves_nothing_until_it_is_called_and_its_customers_are_a_figure_apart():
    backed = network(
        pays("vendor", "cloud", "guarantee_call", contingent=True),
        pays("DEBT", "cloud", "bond", 50),
        pays("cloud", "vendor", "chips", 30),
        pays("lab", "vendor", "chips", 5),
    )
    loops = measure(backed)
    assert loops.recycled("vendor")["burn"].value == 0
    assert loops.supported("vendor") == {"cloud": pytest.approx(30)}
    assert loops.supported("cloud") == {}


def test_a_guarantee_that_is_called_is_financing():
    called = network(pays("vendor", "cloud", "guarantee_call", 10), pays("cloud", "vendor", "chips", 10))
    assert measure(called).recycled("vendor")["burn"].value == pytest.approx(1)


def test_warrants_count_at_their_worth_in_the_economic_view_alone():
    vested = network(
        pays("maker", "lab", "warrant_vesting", 10),
        pays("OUTSIDE_EQUITY", "lab", "equity_investment", 10),
        pays("lab", "maker", "chips", 20),
    )
    cash, worth = measure(vested), measure(vested, counts="economic")
    assert cash.recycled("maker")["burn"].value == 0
    assert worth.recycled("maker")["burn"].value == pytest.approx(0.5)
    assert worth.counts == "economic"


def test_what_a_warrant_is_worth_is_unknown_until_somebody_says():
    silent = network(pays("maker", "lab", "warrant_vesting"), pays("lab", "maker", "chips", 20))
    assert [unknown.leg for unknown in measure(silent).unknown] == ["0: maker to lab"]
    only_in_every = network(pays("lab", "maker", "chips", 20), pays("maker", "lab", "warrant_vesting", contingent=True))
    assert measure(only_in_every).unknown == ()
    assert [unknown.leg for unknown in measure(only_in_every, counts="economic").unknown] == ["1: maker to lab"]


def test_the_worth_of_a_warrant_over_a_year_does_not_slip_into_cash():
    told = network(pays("maker", "lab", "warrant_vesting", 10, span="2025-01..2025-12"), quarters=4)
    cash, worth = (measure(told, step="year", counts=counts) for counts in ("cash", "economic"))
    assert [unknown.leg for unknown in cash.unknown] == ["0: maker to lab"]
    assert worth.unknown == () and worth.still_out("maker")["burn"] == {"lab": pytest.approx(10)}


def test_credits_in_kind_buy_from_their_giver_alone_and_return_whole():
    """The lab has credits of 10 and cash of 30 of its users; credits never pay anyone else."""
    given = network(
        pays("cloud", "lab", "in_kind_credit", 10),
        pays("END_USERS", "lab", "subscription", 30),
        pays("lab", "cloud", "cloud", 20),
        pays("lab", "other", "cloud", 10),
    )
    cash, worth = measure(given), measure(given, counts="economic")
    assert cash.recycled("cloud")["burn"].value == 0 and cash.recycled("cloud")["burn"].of == pytest.approx(20)
    for rule, share in worth.recycled("cloud").items():
        assert (share.value, share.low, share.high) == pytest.approx((1 / 3, 1 / 3, 1 / 3)), rule
    assert worth.recycled("cloud", payer="lab")["burn"].of == pytest.approx(30), "credits are paid by the lab"
    assert worth.recycled("other")["burn"].value == 0
    assert worth.boomerang("cloud")["burn"] == pytest.approx(1)
    assert [loop.firms for loop in worth.loops] == [("cloud", "lab")] and cash.loops == ()
    assert worth.loops[0].bottleneck == pytest.approx(10)
    assert worth.firms == ("cloud", "lab", "other"), "credits are no firm"


def test_money_a_firm_keeps_in_a_project_of_its_own_is_a_choice_of_the_case():
    """Fusing two firms changes the result, because their cash mixes."""
    apart = [
        pays("vendor", "project", "equity_investment", 10),
        pays("END_USERS", "lab", "subscription", 30),
        pays("project", "vendor", "chips", 10),
        pays("lab", "vendor", "chips", 10),
    ]
    split, fused = measure(network(*apart)), measure(network(*apart, groups={"project": "lab"}))
    assert split.recycled("vendor")["burn"].value == pytest.approx(0.5)
    assert fused.recycled("vendor")["burn"].value == 0


def test_a_payment_nobody_discloses_stays_unknown_and_is_listed():
    loops = measure(network(pays("vendor", "lab", "equity_investment"), pays("lab", "vendor", "chips", 10)))
    assert [unknown.leg for unknown in loops.unknown] == ["0: vendor to lab"]
    share = loops.recycled("vendor")["burn"]
    assert (share.value, share.not_traced) == pytest.approx((0, 1))


# ---- the booking multiple


def test_a_customers_dollar_is_booked_once_more_for_every_firm_it_passes():
    """Golden case P18: sales of 124 on 70 from outside customers."""
    open_network = network(
        pays("END_USERS", "lab", "subscription", 12),
        pays("gpu", "lab", "equity_investment", 10),
        pays("OUTSIDE_EQUITY", "lab", "equity_investment", 20),
        pays("lab", "cloud", "cloud", 24),
        pays("lab", "STAFF", "running_cost", 6),
        pays("NON_AI_CUSTOMERS", "cloud", "cloud", 8),
        pays("DEBT", "cloud", "loan", 20),
        pays("cloud", "gpu", "chips", 30),
        pays("cloud", "POWER", "running_cost", 10),
        pays("OTHER_GPU_BUYERS", "gpu", "chips", 50),
    )
    loops = measure(open_network)
    assert loops.ring == ("cloud", "gpu", "lab")
    booking = loops.booking()
    assert (booking.sales, booking.inside, booking.consolidated) == pytest.approx((124, 54, 70))
    assert loops.booking_multiple() == pytest.approx(124 / 70) and loops.consolidated() == pytest.approx(70)
    shares = [share.value for share in loops.recycled("gpu").values()]
    assert shares == pytest.approx([9 / 200, 15 / 364])


def test_customers_that_may_be_ring_firms_are_no_outside_customers():
    ring = network(
        pays("a", "b", "chips", 6), pays("b", "a", "cloud", 4), pays("UNKNOWN", "a", "cloud", 3),
        pays("END_USERS", "b", "cloud", 2),
    )  # fmt: skip
    booking = measure(ring).booking()
    assert (booking.sales, booking.consolidated, booking.unnamed) == pytest.approx((15, 5, 3))
    assert booking.multiple == pytest.approx(15 / 2)
    assert measure(ring).booking(["a"]).multiple == pytest.approx(7 / 4), "to b alone it is a sale like any other"


def test_a_ring_without_customers_has_no_multiple():
    assert measure(network(pays("a", "b", "chips", 6), pays("b", "a", "cloud", 4))).booking_multiple() is None
