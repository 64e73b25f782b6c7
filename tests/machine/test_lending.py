"""Vendors lend, guarantors pay, new owners cure: what each rule says, and that no dollar is lost on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from perpetuum.circularity import measure
from perpetuum.core.deal import Contingent, Trigger
from perpetuum.core.errors import NetworkError, ScenarioError
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Scenario, ScenarioLeg, Shock
from perpetuum.core.when import When
from perpetuum.machine import columns as c
from perpetuum.machine import knobs as k
from perpetuum.machine import prepare
from perpetuum.machine import world as w
from perpetuum.machine.guarantees import COVERS_NOTHING, NO_CAP, NO_TRIGGER, NOT_A_PAYMENT, NOT_SIMULATED
from perpetuum.machine.legs import NO_LIMIT
from tests.machine.lending_world import (
    GUARANTEES,
    LENDING,
    LENDING_POOR,
    fall_of_lab,
    falls,
    lending_network,
    lending_wild,
    taken_over,
)
from tests.machine.small_world import Day, changes_of, day, opened, plain
from tests.machine.test_plain_and_compiled import both_ways
from tests.machine.worlds import FIRST, INVESTORS, LENDERS, in_other_money, network

BN = 1e9


def lent(scenario: Scenario = LENDING, guarantees=GUARANTEES, **changes: str | float) -> Day:
    """A world with loans and guarantees as its first quarter finds it."""
    return day(scenario, on=lending_network(guarantees), **changes)


def only_loans(**changes: str | float) -> Day:
    """The same without guarantees."""
    scenario = replace(LENDING, changes=tuple(one for one in LENDING.changes if one.include is None))
    return day(scenario, on=lending_network(()), **changes)


# ---- loans


def test_a_vendor_lends_a_part_of_what_is_taken_from_it_and_no_other_vendor_does():
    world = only_loans(vendor_nimbus__financed_share="80 %", maker_cloud__financed_share="40 %").live(0, 1)
    state = world.world
    bought = {pair: world.proposal.want[world.leg(f"{pair}:chips")] for pair in ("nimbus>vendor", "cloud>maker")}

    assert min(bought.values()) > 0.0
    assert state.flow[world.leg("vendor_nimbus")] == pytest.approx(0.8 * bought["nimbus>vendor"])
    assert state.flow[world.leg("maker_cloud")] == pytest.approx(0.4 * bought["cloud>maker"])
    assert state.flow[world.leg("vendor_lends_den")] == 0.0  # it starts in the second quarter


def test_a_loan_ends_at_its_limit_and_a_term_ends_it_before():
    world, limited = only_loans(vendor_nimbus__headline="2bn USD"), []
    for now in range(12):
        world.live(now, now + 1)
        limited.append(float(world.world.positions[world.leg("vendor_nimbus"), c.DRAWN]))

    assert limited[-1] == pytest.approx(2 * BN, rel=1e-12) and max(limited) <= 2 * BN * (1 + 1e-12)
    term = day(LENDING, on=lending_network(), maker_cloud__term=2.0)
    drawn = []
    for now in range(4):
        drawn.append(float(term.live(now, now + 1).world.flow[term.leg("maker_cloud")]))
    assert drawn[0] > 0.0 < drawn[1] and drawn[2:] == [0.0, 0.0]


def test_two_loans_of_one_pair_share_a_purchase_by_what_is_left_of_each():
    world = only_loans(
        vendor_nimbus_more__start=1.0, vendor_nimbus__financed_share="100 %", vendor_nimbus__opening_drawn="0 USD"
    ).live(0, 1)
    one, more = (world.world.flow[world.leg(leg)] for leg in ("vendor_nimbus", "vendor_nimbus_more"))
    bought = world.proposal.want[world.leg("nimbus>vendor:chips")]

    assert one / more == pytest.approx(6.0 / 3.0)
    assert one + more == pytest.approx(bought)


def test_what_is_asked_of_a_vendor_for_loans_and_tranches_is_cut_alike_to_a_share_of_its_cash():
    world = only_loans(promise_share="2 %", vendor_nimbus_more__start=1.0).live(0, 1)
    cash = 40 * BN + 0.7 * world.world.flow[world.leg("all_users>vendor:other_chips")]
    paid = [world.world.flow[world.leg(leg)] for leg in ("vendor_den", "vendor_nimbus", "vendor_nimbus_more")]

    assert sum(paid) == pytest.approx(0.02 * cash)
    assert paid[0] / sum(paid) < 1.0
    free = only_loans(vendor_nimbus_more__start=1.0).live(0, 1)
    asked = [free.world.flow[free.leg(leg)] for leg in ("vendor_den", "vendor_nimbus", "vendor_nimbus_more")]
    assert np.array(paid) / sum(paid) == pytest.approx(np.array(asked) / sum(asked))


def test_an_engine_draws_its_loan_on_a_schedule():
    world, paid = only_loans(), []
    for now in range(6):
        paid.append(float(world.live(now, now + 1).world.flow[world.leg("vendor_lends_den")]) / BN)

    assert paid == pytest.approx([0.0, 1.0, 1.0, 1.0, 0.0, 0.0])


def test_interest_and_principal_of_a_loan_fall_due_to_the_vendor_and_lenders_are_paid_on_the_rest():
    changes = {"nimbus__scheduled_repayment": "2 %", "vendor_nimbus__loan_spread": "2 %",
               "vendor_nimbus__repayment_share": "10 %"}  # fmt: skip
    start = only_loans(**changes)
    rates = float(start.knobs.world[k.BASE_RATE]), float(start.knobs.firm[start.firm("nimbus"), k.SPREAD])
    turns = 15 * BN / (4.0 * start.world.stocks[start.firm("nimbus"), c.SMOOTHED_EBITDA])
    dearer = start.knobs.world[k.SPREAD_SLOPE] * max(0.0, turns - start.knobs.world[k.FREE_TURNS])
    flow = start.live(0, 1).world.flow

    assert flow[start.leg("nimbus>vendor:interest(vendor_nimbus)")] == pytest.approx(1.5 * BN * (rates[0] + 0.02))
    assert flow[start.leg("nimbus>vendor:repayment(vendor_nimbus)")] == pytest.approx(0.15 * BN)
    assert flow[start.leg("nimbus>all_lenders:interest")] == pytest.approx(13.5 * BN * (sum(rates) + dearer))
    assert start.proposal.due[start.leg("nimbus>all_lenders:repayment")] == pytest.approx(0.02 * 13.5 * BN)


def test_what_is_left_over_repays_lenders_early_and_never_a_vendor():
    world = only_loans(nimbus__opening_cash="60bn USD", nimbus__opening_debt="15bn USD")
    vendor, flow = world.leg("nimbus>vendor:repayment(vendor_nimbus)"), world.live(0, 1).world.flow

    early = flow[world.leg("nimbus>all_lenders:repayment")]
    assert early == pytest.approx(world.knobs.world[k.REPAY_SPEED] * 13.5 * BN)
    assert flow[vendor] == pytest.approx(0.05 * 1.5 * BN)


def test_a_loan_replaces_what_lenders_and_new_owners_would_have_paid():
    poor = {"nimbus__opening_cash": "1bn USD", "nimbus__leverage": 0.0, "capex_financed": "0 %"}
    with_it, without = only_loans(**poor), only_loans(**poor, vendor_nimbus__headline="1.5bn USD")
    issue = with_it.leg("all_investors>nimbus:share_issue")
    with_it.live(0, 1)
    without.live(0, 1)

    lent_now = with_it.world.flow[with_it.leg("vendor_nimbus")]
    assert lent_now > 0.0 == without.world.flow[without.leg("vendor_nimbus")]
    assert without.world.flow[issue] - with_it.world.flow[issue] == pytest.approx(
        min(lent_now, without.world.flow[issue])
    )


def test_a_gear_with_credit_of_a_vendor_orders_more():
    poor = {"nimbus__leverage": 0.0, "nimbus__own_need": "4 GW"}
    less, more = only_loans(**poor).live(0, 1), only_loans(**poor, vendor_nimbus__headline="30bn USD").live(0, 1)
    e = less.firm("nimbus")

    assert 0.0 < less.world.stocks[e, c.ORDERED_GW] < more.world.stocks[e, c.ORDERED_GW]


def fallen(firm: str, now: int = 6, **changes: str | float) -> tuple[Day, Day]:
    """The quarter before a firm is told to fall, and that quarter; without guarantees."""
    world = only_loans(**changes).live(0, now)
    before = world.copy()
    world.tell(world.firm(firm)).quarter(now)
    return before, world


def test_a_fall_is_a_loss_of_lenders_and_vendors_each_on_its_own_loans():
    _, world = fallen("nimbus", recovery="40 %")
    state, vendor = world.world, world.firm("vendor")
    legs = [world.leg(leg) for leg in ("vendor_nimbus", "vendor_nimbus_more")]
    left = state.positions[legs, c.OUTSTANDING]
    lost, of_vendor = state.own[world.firm("nimbus"), w.LOAN_LOST], state.own[vendor, w.LENT_LOST]

    assert left.min() > 0.0
    assert of_vendor == pytest.approx(left.sum() / 0.4 * 0.6)
    assert state.positions[legs, c.WRITTEN_DOWN].sum() == pytest.approx(of_vendor)
    bank = state.accounts[world.firm("nimbus"), c.DEBT] - left.sum()
    assert state.own[world.firm(LENDERS), w.LENT_LOST] == pytest.approx(bank / 0.4 * 0.6)
    assert lost == pytest.approx(of_vendor + state.own[world.firm(LENDERS), w.LENT_LOST])
    assert state.accounts[vendor, c.LOANS] == pytest.approx(
        left.sum() + state.positions[world.leg("vendor_lends_den"), c.OUTSTANDING]
    )
    # Owners of the vendor bear it in the profit of the quarter.
    own = {name: state.stocks[vendor, column] for name, column in (("ebitda", c.EBITDA), ("taxable", c.TAXABLE))}
    received = sum(state.flow[world.layout.loans[i, 1]] for i in range(4)
                   if world.layout.payer[world.layout.loans[i, 0]] == vendor)  # fmt: skip
    assert own["taxable"] == pytest.approx(own["ebitda"] - state.stocks[vendor, c.INTEREST_PAID] + received - of_vendor)


def test_a_fallen_firm_draws_no_more_and_still_pays_on_what_is_left():
    _, world = fallen("nimbus", vendor_nimbus__headline="60bn USD")
    loan = world.leg("vendor_nimbus")
    assert ("deal_cancelled", "vendor_nimbus") in world.events()
    assert world.world.positions[loan, c.CANCELLED] == pytest.approx(60 * BN - world.world.positions[loan, c.DRAWN])

    left = float(world.world.positions[loan, c.OUTSTANDING])
    world.tell(world.firm("nimbus"), falls=False).quarter(7)

    assert world.world.flow[loan] == 0.0
    assert world.proposal.due[world.leg("nimbus>vendor:repayment(vendor_nimbus)")] == pytest.approx(0.05 * left)


def test_a_vendor_that_falls_lends_no_more_and_is_still_repaid():
    before, world = fallen("vendor", now=2)
    assert before.world.flow[before.leg("vendor_nimbus")] > 0.0
    assert world.world.positions[world.leg("vendor_nimbus"), c.ENDED] == 1.0

    world.tell(world.firm("vendor"), falls=False).quarter(3)

    assert world.world.flow[world.leg("vendor_nimbus")] == world.world.flow[world.leg("vendor_lends_den")] == 0.0
    assert world.world.flow[world.leg("nimbus>vendor:repayment(vendor_nimbus)")] > 0.0


def test_a_loan_that_a_scenario_cancels_is_drawn_on_no_more():
    scenario = replace(LENDING, shocks=(Shock(at=FIRST + 2, target="vendor_nimbus", do="cancel"),))
    world = day(scenario, on=lending_network()).live(0, 4)

    assert world.world.positions[world.leg("vendor_nimbus"), c.ENDED] == 1.0
    assert world.world.flow[world.leg("vendor_nimbus")] == 0.0
    assert world.world.positions[world.leg("vendor_nimbus"), c.OUTSTANDING] > 0.0


def test_a_loan_without_a_limit_is_folded_and_told():
    scenario = replace(LENDING, changes=tuple(one for one in LENDING.changes if "vendor_nimbus_more" not in one.target))

    world = day(scenario, on=lending_network())

    assert [(one.leg, one.because) for one in world.prepared.folded] == [("vendor_nimbus_more", NO_LIMIT)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"vendor_nimbus__opening_drawn": "7bn USD"}, "vendor_nimbus: opening_drawn, 7e+09 USD, is more than the head"),
        ({"nimbus__opening_debt": "1bn USD"}, "nimbus: vendors' loans come to 1.5e+09 USD, more than opening_debt"),
    ],
)
def test_an_opening_in_which_more_is_drawn_than_can_be_is_refused(changes, told):
    with pytest.raises(NetworkError) as error:
        only_loans(**changes)

    assert told in str(error.value)


# ---- guarantees


def the_cloud_falls(now: int = 6, guarantees=GUARANTEES, **changes: str | float) -> Day:
    world = lent(guarantees=guarantees, **changes).live(0, now)
    world.tell(world.firm("cloud")).quarter(now)
    return world.tell(world.firm("cloud"), falls=False)


def test_a_guarantee_of_a_loan_is_called_when_the_debtor_falls_up_to_its_share_and_its_cap():
    world = the_cloud_falls(recovery="50 %")
    state, lenders = world.world, world.firm(LENDERS)
    by_vendor, by_maker = (state.positions[world.leg(leg), c.UNLOCKED] for leg in ("vendor_vouches", "maker_vouches"))
    loss = state.own[lenders, w.LENT_LOST] + by_vendor + by_maker

    assert {("guarantee_called", "vendor_vouches"), ("guarantee_called", "maker_vouches")} <= world.events()
    # Together they would make good 130 % of the loss.
    assert by_vendor == pytest.approx(min(9 * BN, 0.5 / 1.3 * loss))
    assert by_maker == pytest.approx(min(40 * BN, 0.8 / 1.3 * loss))
    called = by_vendor + by_maker
    assert state.accounts[lenders, c.RECEIVABLES] == pytest.approx(called)
    assert state.accounts[world.firm("cloud"), c.PAYABLES] == pytest.approx(called)


def test_a_cap_is_a_cap():
    world = the_cloud_falls(vendor_vouches__headline="1bn USD")

    assert world.world.positions[world.leg("vendor_vouches"), c.UNLOCKED] == pytest.approx(1 * BN)


def test_what_was_called_is_paid_a_quarter_later_and_the_claim_changes_hands():
    rich = {"vendor__opening_cash": "90bn USD", "maker__opening_cash": "90bn USD", "recovery_trade": "100 %"}
    world = the_cloud_falls(**rich)
    lenders, cloud = world.firm(LENDERS), world.firm("cloud")
    pairs = [(world.leg(leg), world.firm(by)) for leg, by in (("vendor_vouches", "vendor"), ("maker_vouches", "maker"))]
    called = [float(world.world.positions[leg, c.UNLOCKED]) for leg, _ in pairs]

    world.quarter(7)

    state = world.world
    for (leg, guarantor), usd in zip(pairs, called, strict=True):
        assert state.flow[leg] == pytest.approx(usd)
        assert state.positions[leg, c.UNLOCKED] == 0.0
        assert state.positions[leg, c.DRAWN] == pytest.approx(usd)
        assert state.accounts[guarantor, c.RECEIVABLES] - state.opening[guarantor, c.RECEIVABLES] == pytest.approx(usd)
    assert state.opening[lenders, c.RECEIVABLES] - state.accounts[lenders, c.RECEIVABLES] == pytest.approx(sum(called))
    assert state.accounts[cloud, c.PAYABLES] == pytest.approx(sum(called), rel=1e-6)


def test_what_a_fallen_firm_owes_its_guarantor_is_written_down_like_its_bills():
    world = the_cloud_falls(vendor__opening_cash="90bn USD", recovery_trade="30 %")
    called = float(world.world.positions[world.leg("vendor_vouches"), c.UNLOCKED])

    world.quarter(7)

    recourse = world.leg("cloud>vendor:arrears(vendor_vouches)")
    assert world.world.lost[recourse] == pytest.approx(0.7 * called)
    assert world.world.positions[recourse, c.UNPAID] == pytest.approx(0.3 * called)


def test_a_guarantee_of_rent_makes_good_bills_that_are_lost():
    world = lent(LENDING_POOR, recovery_trade="20 %")
    for now in range(24):
        world.live(now, now + 1)
        if ("default", "lab") in world.events():
            break
    state, bill, lease = world.world, world.leg("lab_cloud"), world.leg("lease")
    loss = 0.8 * state.unpaid[bill]

    assert loss > 0.0
    assert state.positions[lease, c.UNLOCKED] == pytest.approx(min(0.75 * loss, 3 * BN))
    assert state.lost[bill] == pytest.approx(loss - state.positions[lease, c.UNLOCKED])
    # The other gear had no guarantee, and the other contract none either.
    assert state.lost[world.leg("lab_nimbus")] == pytest.approx(0.8 * state.unpaid[world.leg("lab_nimbus")])


def test_a_guarantee_of_a_vendors_loan_pays_the_vendor():
    world = lent(credit__headline="0.5bn USD").live(0, 6)
    world.tell(world.firm("nimbus")).quarter(6)
    vendor = world.firm("vendor")
    called = float(world.world.positions[world.leg("credit"), c.UNLOCKED])
    gone = world.world.positions[world.leg("vendor_nimbus"), c.WRITTEN_DOWN]

    assert called == pytest.approx(0.5 * BN) and gone > 0.0
    assert world.world.accounts[vendor, c.RECEIVABLES] == pytest.approx(called)
    world.tell(world.firm("nimbus"), falls=False).quarter(7)
    assert world.world.flow[world.leg("credit")] == pytest.approx(called)


def test_what_a_fallen_guarantor_does_not_pay_is_lost_after_all():
    world = the_cloud_falls()
    for firm in ("vendor", "maker"):
        world.pay_by_hand(firm, INVESTORS, world.world.accounts[world.firm(firm), c.CASH])
        world.knobs.firm[world.firm(firm), k.LEVERAGE] = 0.0
        world.tell(world.firm(firm))
    waiting = {leg: world.world.positions[world.leg(leg), c.UNLOCKED] for leg in ("vendor_vouches", "maker_vouches")}
    called = {leg: float(usd) for leg, usd in waiting.items()}

    world.quarter(7)

    state = world.world
    for leg in called:
        assert state.positions[world.leg(leg), c.UNLOCKED] == 0.0
        assert state.positions[world.leg(leg), c.ENDED] == 1.0
    paid = sum(state.flow[world.leg(leg)] for leg in called)
    again = state.own[world.firm("cloud"), w.LOAN_LOST]
    assert again == pytest.approx(sum(called.values()) - paid)
    assert state.accounts[world.firm(LENDERS), c.RECEIVABLES] == pytest.approx(0.0, abs=1.0)


def test_it_does_not_matter_whether_guarantor_or_debtor_falls_first_in_a_quarter():
    """The cloud and a chip maker fall together; the one is looked at before the other."""
    world = lent().live(0, 6)
    without = lent(guarantees=GUARANTEES[2:]).live(0, 6)
    for one in (world, without):
        for firm in ("cloud", "vendor", "maker"):
            one.tell(one.firm(firm))
        one.quarter(6)
    lenders = world.firm(LENDERS)

    assert world.world.own[lenders, w.LENT_LOST] == pytest.approx(without.world.own[lenders, w.LENT_LOST])
    assert world.world.accounts[lenders, c.RECEIVABLES] == pytest.approx(0.0, abs=1.0)


def test_a_guarantee_that_has_run_out_or_not_begun_is_not_called():
    for changed in ({"vendor_vouches__term": 3.0}, {"vendor_vouches__start": 12.0}):
        world = the_cloud_falls(**changed)

        assert ("guarantee_called", "vendor_vouches") not in world.events()
        assert ("guarantee_called", "maker_vouches") in world.events()


def test_terms_of_a_guarantee_come_from_the_deal_unless_the_scenario_says_otherwise():
    terms = Contingent(
        when=Trigger(word="default", of="cloud"), cap=Quantity.parse("up to 7bn USD"), share=0.6,
        from_=When.parse("2027Q1"), until=When.parse("2028Q4"),
    )  # fmt: skip
    timed = replace(GUARANTEES[0], contingent=terms)
    knobs = lent(guarantees=(timed, *GUARANTEES[1:]), maker_vouches__headline="2bn USD")

    leg = knobs.knobs.leg[knobs.leg("vendor_vouches")]
    assert leg[[k.HEADLINE, k.COVER_SHARE, k.START, k.TERM]].tolist() == [7 * BN, 0.6, 5.0, 8.0]
    assert knobs.knobs.leg[knobs.leg("maker_vouches"), k.HEADLINE] == 2 * BN


VAGUE = Contingent(when=Trigger(word="default", of="cloud"), cap=Quantity.parse("up to 7bn USD"))


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        ({"contingent": None}, NO_TRIGGER),
        ({"contingent": replace(VAGUE, when=Trigger(word="milestone", of="cloud"))}, NO_TRIGGER),
        ({"contingent": replace(VAGUE, when=Trigger(word="any", parts=(VAGUE.when, VAGUE.when)))}, NO_TRIGGER),
        ({"contingent": replace(VAGUE, cap=None)}, NO_CAP),
        ({"contingent": replace(VAGUE, form="residual_value")}, NOT_A_PAYMENT),
        ({"contingent": replace(VAGUE, when=Trigger(word="default", of="nobody"))}, NOT_SIMULATED),
        ({"payer": "nobody"}, NOT_SIMULATED),
        ({"payee": "nobody"}, NOT_SIMULATED),
        ({"payer": "cloud"}, NOT_SIMULATED),
        ({"payee": "den"}, COVERS_NOTHING),
        ({"payee": "maker", "contingent": replace(VAGUE, covers=("nothing",))}, COVERS_NOTHING),
    ],
)
def test_a_guarantee_whose_terms_are_not_known_is_folded_with_the_reason(changed, because):
    vague = replace(GUARANTEES[0], **{"contingent": VAGUE, **changed})

    world = lent(guarantees=(vague, *GUARANTEES[1:]))

    assert [(one.leg, one.because) for one in world.prepared.folded] == [("vendor_vouches", because)]
    assert "vendor_vouches" not in "".join(leg.id for leg in world.prepared.legs)
    world.live(0, 2)


def test_an_outside_bank_is_one_of_the_lenders():
    base = lending_network((replace(GUARANTEES[0], payee="a_bank"), *GUARANTEES[1:]))
    bank = replace(base.entities[-1], id="a_bank")
    world = day(LENDING, on=replace(base, entities=(*base.entities, bank)))

    assert bank.outside == "DEBT"
    assert world.prepared.legs[world.leg("vendor_vouches")].payee == LENDERS


def test_payables_are_unpaid_bills_and_what_was_called():
    world, called = plain().prepare.prepare(lending_network(), lending_wild(), FIRST, 40, 3, ()), 0.0
    for draw in range(6):
        one = opened(world, 40, draw)
        for now in range(40):
            one.live(now, now + 1)
            called += compare_claims(one)

    assert called > 1e6, "nothing was called in any future"


def compare_claims(world: Day) -> float:
    state, layout = world.world, world.layout
    calls, debtors = layout.guarantees[:, 0], layout.guarantees[:, 2]
    due, n = state.positions[:, c.UNPAID], state.accounts.shape[0]
    waiting = state.positions[calls, c.UNLOCKED]
    payable = np.bincount(layout.payer, due, n) + np.bincount(debtors, waiting, n)
    receivable = np.bincount(layout.payee, due, n) + np.bincount(layout.payee[calls], waiting, n)
    assert state.accounts[:, c.PAYABLES] == pytest.approx(payable, rel=1e-9, abs=1e-2)
    assert state.accounts[:, c.RECEIVABLES] == pytest.approx(receivable, rel=1e-9, abs=1e-2)
    return float(waiting.sum())


# ---- takeovers


def test_a_default_that_is_cured_by_a_new_owner_costs_nobody_anything():
    world = day(taken_over(falls(LENDING, "nimbus", 5), "nimbus", at=8), on=lending_network(())).live(0, 8)
    nimbus, vendor, lenders = (world.firm(id) for id in ("nimbus", "vendor", LENDERS))
    lost = world.world.positions[:, c.WRITTEN_DOWN].sum()
    assert lost > 0.0 and world.world.stocks[nimbus, c.FALLEN] == 1.0

    world.live(8, 9)

    state = world.world
    assert ("takeover", "nimbus") in world.events()
    assert state.own[nimbus, w.LOAN_LOST] == pytest.approx(-lost)
    assert state.own[vendor, w.LENT_LOST] + state.own[lenders, w.LENT_LOST] == pytest.approx(-lost)
    assert not state.positions[:, c.WRITTEN_DOWN].any()
    assert state.stocks[nimbus, c.FALLEN] == state.stocks[nimbus, c.MISSED] == 0.0
    assert state.positions[world.leg("vendor_nimbus"), c.ENDED] == 1.0  # what ended stays ended
    # It builds and borrows again at once.
    assert state.stocks[nimbus, c.ORDERED_GW] > 0.0 < state.flow[world.leg("all_lenders>nimbus:loan")]
    for now in range(9, 14):
        world.live(now, now + 1)
        assert ("default", "nimbus") not in world.events()


@pytest.mark.parametrize(("by", "payer"), [(None, INVESTORS), ("vendor", "vendor")])
def test_the_new_owner_pays_in_what_was_unpaid_and_what_is_lacking_and_owns_new_shares(by, payer):
    cured = taken_over(LENDING_POOR, "lab", at=fall_of_lab() + 1, by=by)
    world = day(cured, on=lending_network(())).live(0, fall_of_lab() + 1)
    lab, leg = world.firm("lab"), world.leg(f"{payer}>lab:equity_investment(takeover)")
    bills = float(world.world.positions[:, c.WRITTEN_DOWN].sum() + world.world.positions[:, c.UNPAID].sum())
    cash = float(world.world.accounts[lab, c.CASH])
    assert bills > 0.0

    now = fall_of_lab() + 1
    world.live(now, now + 1)

    state, held = world.world, world.world.positions[leg, c.HELD]
    dues = sum(world.proposal.due[n] for n, one in enumerate(world.prepared.legs)
               if one.group == "dues" and one.payer == "lab")  # fmt: skip
    came = state.flow[world.leg("all_users>lab:subscription")]
    assert state.flow[leg] == pytest.approx(bills + max(dues - cash - came, 0.0))
    assert state.arrears[world.layout.payer == lab].sum() == pytest.approx(bills)
    assert not state.positions[:, c.UNPAID].any()
    assert held > 0.0
    assert state.stocks[lab, c.FALLEN] == 0.0 < state.stocks[lab, c.VALUE]
    if by:
        assert state.accounts[world.firm(by), c.HOLDINGS] >= held * state.stocks[lab, c.SHARE_PRICE] * (1 - 1e-12)


def test_a_guarantor_is_repaid_when_the_firm_it_vouched_for_is_taken_over():
    scenario = taken_over(falls(LENDING, "cloud", 5), "cloud", at=8)
    world = day(scenario, on=lending_network(), vendor__opening_cash="90bn USD").live(0, 8)
    recourse = world.leg("cloud>vendor:arrears(vendor_vouches)")
    gone = float(world.world.positions[recourse, c.WRITTEN_DOWN])
    assert gone == pytest.approx(float(world.world.positions[world.leg("vendor_vouches"), c.DRAWN])) and gone > 0.0

    world.live(8, 9)

    assert world.world.arrears[recourse] == pytest.approx(gone)
    assert world.world.accounts[world.firm("vendor"), c.RECEIVABLES] == pytest.approx(0.0, abs=1.0)


def test_an_owner_without_money_cures_nothing():
    scenario = taken_over(LENDING_POOR, "lab", at=fall_of_lab() + 1, by="den")
    world = day(scenario, on=lending_network(())).live(0, fall_of_lab() + 1)
    now, den = fall_of_lab() + 1, world.firm("den")
    world.pay_by_hand("den", INVESTORS, world.world.accounts[den, c.CASH])
    world.world.stocks[den, c.USERS] = 1e6

    world.live(now, now + 1)

    assert {("takeover", "lab"), ("default", "lab")} <= world.events()
    assert world.world.stocks[world.firm("lab"), c.FALLEN] == 1.0


@pytest.mark.parametrize(
    ("shock", "told"),
    [
        ({"target": "nobody"}, "`nobody` is not"),
        ({"target": "lab", "by": "nobody"}, "`nobody` is not"),
        ({"target": "lab", "by": "all_users"}, "`all_users` is not"),
        ({"target": "lab", "by": "lab"}, "`lab` is not"),
        ({"target": LENDERS}, f"`{LENDERS}` is not"),
    ],
)
def test_who_cannot_own_or_be_owned_is_refused(shock, told):
    scenario = replace(LENDING, shocks=(Shock(at=FIRST + 3, do="takeover", **shock),))

    with pytest.raises(ScenarioError) as error:
        day(scenario, on=lending_network())

    assert told in str(error.value)


@pytest.mark.parametrize("more", [{"value": 1.0}, {"ramp": 2}, {"lasts": 1}])
def test_a_takeover_happens_once_and_has_no_value(more):
    with pytest.raises(ScenarioError, match="happens once and has no value"):
        Shock(at=FIRST, target="lab", do="takeover", **more)


def test_only_a_takeover_is_somebodys_doing():
    with pytest.raises(ScenarioError, match="nobody's doing"):
        Shock(at=FIRST, target="lab", do="default", by="vendor")


# ---- no dollar is lost on the way

PAID = {
    "vendor_nimbus": ("vendor", "nimbus"),
    "nimbus>vendor:interest(vendor_nimbus)": ("nimbus", "vendor"),
    "nimbus>vendor:repayment(vendor_nimbus)": ("nimbus", "vendor"),
    "vendor_vouches": ("vendor", LENDERS),
    "cloud>maker:arrears(maker_vouches)": ("cloud", "maker"),
    "all_investors>cloud:equity_investment(takeover)": (INVESTORS, "cloud"),
}


def busy(quarters: int) -> Day:
    """The cloud falls, its guarantors pay, and a new owner pays them back."""
    scenario = taken_over(falls(LENDING, "cloud", 2), "cloud", at=4)
    rich = {"vendor__opening_cash": "90bn USD", "maker__opening_cash": "90bn USD", "recovery_trade": "50 %"}
    return day(scenario, on=lending_network(), **rich).live(0, quarters)


@pytest.mark.parametrize("side", ["payer", "payee"])
@pytest.mark.parametrize("id", PAID)
def test_no_new_kind_of_posting_can_forget_a_side(monkeypatch, id, side):
    now = {"vendor_vouches": 3, "all_investors>cloud:equity_investment(takeover)": 4}.get(id, 4)
    world = busy(now)
    leg, again = world.leg(id), world.copy().live(now, now + 1)
    paid = again.world.flow[leg] + again.world.arrears[leg]
    assert paid > 0.0, "nothing is paid, so nothing is tested"
    honest, firm = plain().posting.post, PAID[id][side == "payee"]

    def post(flow, accounts, purse, sense, payer, payee, at, amount):
        honest(flow, accounts, purse, sense, payer, payee, at, amount)
        if at == leg:
            one, sign = (payer, 1.0) if side == "payer" else (payee, -1.0)
            accounts[one, purse[one]] += sign * sense[one] * amount

    monkeypatch.setattr(plain().posting, "post", post)
    plain().future.shock(now, world.ground, world.drawn, world.prepared.resolved.shocks)
    plain().quarter.quarter(now, world.ground, world.chance, world.work)

    assert (world.finding.identity, world.prepared.entities[world.finding.subject]) == (2, firm)
    assert abs(world.finding.found - world.finding.expected) == pytest.approx(paid)


def _loan_nobody_owes(world: Day) -> str:
    world.world.accounts[world.firm("vendor"), c.LOANS] += 1e6
    return "vendor"


def _loan_owed_to_nobody(world: Day) -> str:
    world.world.positions[world.leg("vendor_nimbus"), c.OUTSTANDING] += 1e6
    return "vendor"


def _more_owed_to_vendors_than_in_all(world: Day) -> str:
    for table in (world.world.accounts, world.world.opening):
        table[world.firm("nimbus"), c.DEBT] -= 14 * BN
        table[world.firm("nimbus"), c.EARNINGS] += 14 * BN
    return "nimbus"


def _more_drawn_than_promised(world: Day) -> str:
    world.world.positions[world.leg("vendor_nimbus"), c.CANCELLED] = 6 * BN
    world.world.positions[world.leg("vendor_nimbus"), c.ENDED] = 1.0
    return "vendor"


def _a_call_nobody_has_to_pay(world: Day) -> str:
    world.world.positions[world.leg("lease"), c.UNLOCKED] += 1e6
    return "lab"


def _a_payable_that_was_not_called(world: Day) -> str:
    world.world.accounts[world.firm("cloud"), c.PAYABLES] += 1e6
    return "cloud"


def _a_loss_without_a_loser(world: Day) -> str:
    world.world.own[world.firm("maker"), w.LENT_LOST] += 1e6
    return "maker"


def _a_call_that_changed_no_debt(world: Day) -> str:
    world.world.own[world.firm("cloud"), w.CALLED] += 1e6
    return "cloud"


@pytest.mark.parametrize(
    ("identity", "broken"),
    [
        (7, _loan_nobody_owes), (7, _loan_owed_to_nobody), (7, _more_owed_to_vendors_than_in_all),
        (9, _more_drawn_than_promised), (7, _a_call_nobody_has_to_pay), (7, _a_payable_that_was_not_called),
        (10, _a_loss_without_a_loser), (7, _a_call_that_changed_no_debt),
    ],
)  # fmt: skip
def test_each_identity_of_loans_and_guarantees_fails_where_it_is_broken(identity, broken):
    world = lent().live(0, 4)
    assert world.check(3).identity == 0
    whose = broken(world)

    finding = world.check(3)

    assert (finding.identity, world.prepared.entities[finding.subject]) == (identity, whose)
    assert finding.found != finding.expected


def both_outcomes(scenario: Scenario) -> Scenario:
    """Two firms fall by order and are taken over later, whatever else happens."""
    return taken_over(falls(falls(scenario, "nimbus", 6), "lab", 9), "nimbus", "lab", "cloud", at=14)


@pytest.mark.parametrize("shocked", [False, True])
def test_books_balance_in_two_thousand_futures_with_loans_guarantees_falls_and_takeovers(shocked):
    scenario = both_outcomes(lending_wild()) if shocked else lending_wild()
    world = prepare.prepare(lending_network(), scenario, FIRST, 40, 3, ())

    told = world.live(np.arange(2_000, dtype=np.int64), np.zeros(0, dtype=np.int64))

    bad = np.flatnonzero(told.status)
    assert bad.size == 0, (Counter(told.status.tolist()), told.findings[bad[:3]], world.entities)
    happened = told.counts.sum(axis=(0, 2, 3))
    assert happened[[plain().events.LOAN_DRAWN, plain().events.GUARANTEE_CALLED, plain().events.DEFAULTED]].min() > 500
    assert (happened[plain().events.TAKEN_OVER] == 6_000) == shocked


@pytest.mark.parametrize("shocked", [False, True])
def test_loans_and_guarantees_are_the_same_plain_and_compiled(shocked):
    scenario = both_outcomes(lending_wild()) if shocked else lending_wild()

    both_ways(lending_network(), scenario, FIRST, np.arange(-1, 7, dtype=np.int64))


def test_the_order_in_which_loans_and_guarantees_are_named_changes_no_bit():
    one = LENDING_POOR
    turned = replace(one, legs=one.legs[::-1])
    rows = [
        plain().prepare.prepare(lending_network(legs), scenario, FIRST, 20, 0, ()).history(4)[0].rows
        for scenario, legs in ((one, GUARANTEES), (turned, GUARANTEES[::-1]))
    ]

    assert rows[0].tobytes() == rows[1].tobytes()


# ---- what others make of it


@pytest.fixture(scope="module")
def lives():
    """Whole futures in which the cloud falls, its guarantors pay, and a new owner comes."""
    rich = {"vendor.opening_cash": "90bn USD", "maker.opening_cash": "90bn USD", "recovery_trade": "50 %"}
    scenario = taken_over(falls(LENDING, "cloud", 4), "cloud", at=8)
    scenario = replace(scenario, changes=(*scenario.changes, *changes_of(rich)))
    keep = plain().keep.Keep(series=SERIES, draws=(0, 1))
    return plain().simulate.simulate(lending_network(), scenario, draws=2, quarters=12, keep=keep, first=FIRST)


SERIES = (
    "vendor.vendor_financing_promised", "vendor.vendor_financing_drawn", "vendor.vendor_financing_announced",
    "vendor.vendor_loans", "maker.vendor_loans_lost", "nimbus.vendor_debt", "nimbus.vendor_money", "den.vendor_money",
)  # fmt: skip


@pytest.mark.parametrize("rule", ["burn", "pooled"])
def test_a_future_with_loans_and_guarantees_measures_like_the_run_itself(lives, rule):
    own = lives.origins(0, rule)

    measured = measure(lives.network(lives.quarters[-1], 0))

    assert lives.history(0).flow[:, lives.worlds[0].layout.guarantees[:, 0]].sum() > BN
    for firm in ("vendor", "maker", "cloud", "nimbus", "lab"):
        share = measured.recycled(firm)[rule]
        assert own.recycled(firm) == pytest.approx(share.value, abs=1e-9)
    assert measured.diagnostics.contradictions == ()
    assert all(usd < 1.0 for usd in measured.diagnostics.shortfalls.values())


def test_what_is_owed_at_a_close_can_be_stressed_loan_by_loan_and_call_by_call(lives):
    at = lives.quarters[4]  # the guarantees are called and not yet paid
    future, history, world = lives.network(at, 0), lives.history(0), lives.worlds[0]
    owed = {leg: figures[0].value for (leg, stage), figures in future.promised.items() if stage == "paid"}
    nimbus = world.entities.index("nimbus")

    loans = [row for row in world.layout.loans[:, 0] if world.layout.payee[row] == nimbus]
    by_vendors = history.positions[4, loans, c.OUTSTANDING]
    assert [owed[world.legs[row].id] for row in loans] == pytest.approx(by_vendors)
    bank = history.accounts[4, nimbus, c.DEBT] - by_vendors.sum()
    assert owed["all_lenders>nimbus:loan"] == pytest.approx(bank)
    calls = {leg: figures[0].value for (leg, stage), figures in future.promised.items() if leg.endswith(":called")}
    waiting = history.positions[4, world.layout.guarantees[:, 0], c.UNLOCKED]
    assert sorted(calls.values()) == pytest.approx(sorted(waiting[waiting > 0.0])) and len(calls) == 2


def test_series_tell_what_vendors_promised_paid_and_lost(lives):
    history, world = lives.history(0), lives.worlds[0]
    vendor, maker, nimbus, den = (world.entities.index(id) for id in ("vendor", "maker", "nimbus", "den"))
    promises = [*world.layout.tranches, *world.layout.loans[:, 0]]
    own = [n for n in promises if world.layout.payer[n] == vendor]

    assert lives.path("vendor.vendor_financing_announced", 0)[0] == pytest.approx((20 + 4 + 6 + 3 + 3) * BN)
    drawn = history.positions[:, own, c.DRAWN].sum(axis=1)
    assert lives.path("vendor.vendor_financing_drawn", 0) == pytest.approx(drawn)
    assert lives.path("vendor.vendor_financing_promised", 0) == pytest.approx(
        36 * BN - history.positions[:, own, c.CANCELLED].sum(axis=1)
    )
    assert lives.path("vendor.vendor_loans", 0) == pytest.approx(history.accounts[:, vendor, c.LOANS])
    assert lives.path("maker.vendor_loans_lost", 0) == pytest.approx(history.own[:, maker, w.LENT_LOST])
    assert lives.path("maker.vendor_loans_lost", 0)[4] > 0.0 > lives.path("maker.vendor_loans_lost", 0)[8]
    loans = {e: [n for n in world.layout.loans[:, 0] if world.layout.payee[n] == e] for e in (nimbus, den)}
    assert lives.path("nimbus.vendor_debt", 0) == pytest.approx(
        history.positions[:, loans[nimbus], c.OUTSTANDING].sum(1)
    )
    assert lives.path("nimbus.vendor_money", 0) == pytest.approx(history.flow[:, loans[nimbus]].sum(axis=1))
    tranche = world.places.flow(next(n for n in world.layout.tranches if world.layout.payee[n] == den))
    assert lives.path("den.vendor_money", 0) == pytest.approx(
        history.flow[:, loans[den]].sum(axis=1) + history.rows[tranche]
    )


def test_rows_and_columns_of_the_matrices_add_up(lives):
    for quarter in lives.quarters:
        matrix, sheet = lives.matrix(str(quarter), 0), lives.sheet(str(quarter), 0)
        assert abs(matrix.row_sums).max() < 1.0 > abs(matrix.column_sums - matrix.expected).max()
        assert abs(sheet.column_sums).max() < 1.0
        assert abs(sheet.row_sums[sheet.rows.index("loans")]) < 1.0 > abs(sheet.row_sums[sheet.rows.index("unpaid")])
    assert "guarantee_call" in lives.matrix(str(lives.quarters[5]), 0).rows


def test_without_vendor_money_nothing_more_is_lent_and_what_was_lent_is_still_owed():
    out = plain().modules["perpetuum.machine.counterfactual"].counterfactual(
        lending_network(), LENDING, draws=1, quarters=6, first=FIRST, keep=plain().keep.Keep(series=SERIES),
    )  # fmt: skip

    assert {"vendor_nimbus", "maker_cloud", "vendor_lab", "maker_lab"} <= set(out.legs)
    assert out.pair("nimbus.vendor_money")[1].central.tolist() == [0.0] * 6
    assert out.pair("nimbus.vendor_money")[0].central.max() > 0.0
    assert out.pair("nimbus.vendor_debt")[1].central == pytest.approx(1.5 * BN * 0.95 ** np.arange(1, 7))


@pytest.mark.parametrize(("factor", "tolerance"), [(8.0, 0.0), (10.0, 1e-12)])
def test_ten_times_the_money_is_ten_times_the_loans_and_the_calls(factor, tolerance):
    scenario, machine = taken_over(falls(LENDING_POOR, "cloud", 4), "cloud", at=8), plain().prepare
    more = in_other_money(scenario, factor, lending_network())
    one, other = (machine.prepare(lending_network(), each, FIRST, 16, 0, ()).history(2)[0] for each in (scenario, more))

    assert one.positions[..., c.OUTSTANDING].any() and one.own[..., w.CALLED].any()
    for name in ("accounts", "flow", "arrears", "own"):
        a, b = getattr(one, name), getattr(other, name)
        assert np.max(np.abs(b - factor * a)) <= tolerance * factor * np.max(np.abs(a)), name


def test_names_of_firms_change_no_number():
    """Other names sort otherwise, so that every array has its rows in another order."""
    names = {"vendor": "alpha", "maker": "zeta", "cloud": "omega", "nimbus": "beta", "lab": "gamma", "den": "delta"}
    scenario = taken_over(falls(LENDING_POOR, "cloud", 4), "cloud", at=8, by="vendor")
    rows = {}
    for renamed in (False, True):
        turn = (lambda id: names.get(id, id)) if renamed else (lambda id: id)
        given = lending_network()
        cast = replace(given.cast, **{part: tuple(map(turn, getattr(given.cast, part)))
                                      for part in ("fuel", "gears", "engines")})  # fmt: skip
        every = tuple(
            replace(leg, payer=turn(leg.payer), payee=turn(leg.payee),
                    contingent=replace(leg.contingent, when=Trigger(word="default", of=turn(leg.contingent.when.of))))
            for leg in given.every
        )  # fmt: skip
        told = replace(
            scenario, spreads=(),
            legs=tuple(replace(leg, payer=turn(leg.payer), payee=turn(leg.payee)) for leg in scenario.legs),
            changes=tuple(replace(one, target=_renamed(one.target, turn)) for one in scenario.changes),
            shocks=tuple(replace(one, target=turn(one.target), by=one.by and turn(one.by)) for one in scenario.shocks),
        )  # fmt: skip
        world = plain().prepare.prepare(replace(given, cast=cast, every=every), told, FIRST, 16, 0, ())
        history = world.history(-1)[0]
        rows[renamed] = {turn(e): history.accounts[:, world.entities.index(turn(e))] for e in (*names, LENDERS)}

    for firm in (*names, LENDERS):
        a, b = rows[False][firm], rows[True][names.get(firm, firm)]
        assert np.max(np.abs(a - b)) <= 1e-11 * np.max(np.abs(a)), firm


def _renamed(target: str, turn: Callable[[str], str]) -> str:
    owner, dot, knob = target.rpartition(".")
    ends, colon, kind = owner.partition(":")
    return ">".join(map(turn, ends.split(">"))) + colon + kind + dot + knob if dot else target


def test_a_case_without_engines_or_without_vendors_still_runs():
    carriers = {"vendor.opening_cash": "8bn USD", "vendor.opening_debt": "3bn USD", "vendor.other_revenue": "5bn USD"}
    gears = {f"{gear}.{knob}": value for gear in ("cloud", "nimbus") for knob, value in (
        ("opening_cash", "5bn USD"), ("opening_debt", "9bn USD"), ("other_revenue", "6bn USD"), ("opening_gw", "1 GW"),
        ("own_need", "1 GW"))}  # fmt: skip
    shares = {"cloud>vendor:chips.chip_share": "100 %", "nimbus>vendor:chips.chip_share": "100 %"}
    pools = {"all_users.opening_cash": "6000bn USD", "all_suppliers.opening_cash": "500bn USD",
             "all_investors.opening_cash": "4000bn USD"}  # fmt: skip
    loan = {"credit.headline": "2bn USD"}
    legs = (ScenarioLeg(id="credit", kind="loan", payer="vendor", payee="nimbus"),)
    worlds = {
        "no engines": (network(engines=()), legs, {**carriers, **gears, **shares, **pools, **loan}),
        "gears alone": (network(fuel=(), engines=()), (), {**gears, **pools}),
    }
    for name, (on, extra, values) in worlds.items():
        scenario = Scenario(id="bare", name=LENDING.name, opening="stated", legs=extra, changes=changes_of(values))
        world = plain().prepare.prepare(on, scenario, FIRST, 12, 0, ())
        history, _ = world.history(0)
        assert history.is_whole, name
        assert history.flow.sum() > 0.0, name
