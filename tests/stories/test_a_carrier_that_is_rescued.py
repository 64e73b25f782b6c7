"""A carrier that lives on its vendor's credit stops paying: written off, or cured by a new owner.

Two outcomes are on record. Globalstar suspended payments to Qualcomm in January 2001. Pegaso was in default from
October 2001, owed Qualcomm US$0.821bn a year later, and repaid the interim loans after Telefonica had bought 65 % of
it (Qualcomm, annual report 2002, pages 48 and 80). So default and loss are two events. The carrier here is made up,
but for what it owes its vendor.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from perpetuum.core.scenario import Scenario, ScenarioLeg, Shock
from perpetuum.core.text import both
from perpetuum.machine import columns as c
from perpetuum.machine.run import Run
from tests.machine.small_world import changes_of, plain
from tests.machine.worlds import FIRST, network

# One vendor, one carrier; no engines: the carrier is paid by its users alone.
WORLD = {
    "maker.opening_cash": "8bn USD", "maker.opening_debt": "3bn USD", "maker.other_revenue": "5bn USD",
    "maker.opening_ebitda": "1bn USD", "maker.gross_margin": "45 %", "maker.research": "1bn USD",
    "maker.multiple": 20.0,
    "carrier.opening_cash": "0.5bn USD", "carrier.opening_debt": "1.2bn USD", "carrier.opening_ebitda": "0.01bn USD",
    "carrier.other_revenue": "0.2bn USD", "carrier.other_margin": "20 %", "carrier.other_growth": "5 %",
    "carrier.opening_gw": "1 GW",
    "carrier.own_need": "1 GW", "carrier.own_growth": "4 %", "carrier.leverage": 0.0,
    # A network costs a tenth of what chips cost; nobody else lends, and the market is shut.
    "chip_cost": "1bn USD/GW", "site_cost": "0.5bn USD/GW", "running_cost_per_gw": "0.02bn USD/GW-quarter",
    "own_revenue_per_gw": "0.05bn USD/GW-quarter", "capex_financed": "0 %", "issue_cap": "0 %",
    "carrier>maker:chips.chip_share": "100 %", "recovery": "20 %",
    "credit.headline": "1.2bn USD", "credit.opening_drawn": "0.821bn USD", "credit.repayment_share": "12 %",
    "all_users.opening_cash": "6000bn USD", "all_suppliers.opening_cash": "500bn USD",
    "all_investors.opening_cash": "4000bn USD",
}  # fmt: skip
WRITTEN_OFF = Scenario(
    id="written-off",
    name=both("Nobody comes", "無人接手"),
    opening="stated",
    legs=(ScenarioLeg(id="credit", kind="loan", payer="maker", payee="carrier"),),
    changes=changes_of(WORLD),
)
CREDIT = ("maker.vendor_loans", "maker.vendor_loans_lost", "maker.vendor_financing_promised",
          "maker.vendor_financing_drawn", "maker.equity_market_cap", "carrier.fallen", "carrier.capex",
          "carrier.vendor_debt", "carrier.total_debt", "carrier.vendor_money")  # fmt: skip
LATER = 4  # quarters from the default to the new owner, as in the story


@cache
def life(rescued: bool) -> Run:
    """Six years, in plain Python."""
    scenario = WRITTEN_OFF
    if rescued:
        shock = Shock(at=FIRST + fell_in(life(False)) + LATER, target="carrier", do="takeover")
        scenario = replace(WRITTEN_OFF, id="cured", shocks=(shock,))
    keep = plain().keep.Keep(series=CREDIT)
    return plain().simulate.simulate(  # type: ignore[no-any-return]
        network(fuel=("maker",), gears=("carrier",), engines=()), scenario, draws=1, quarters=24, first=FIRST, keep=keep
    )


def fell_in(run: Run) -> int:
    """Quarters until the default."""
    return int(np.flatnonzero(run.path("carrier.fallen") > 0.0)[0])


def test_the_carrier_lives_on_credit_and_stops_paying_when_the_credit_does_not_suffice():
    run, now = life(False), fell_in(life(False))
    money, drawn = run.path("carrier.vendor_money"), run.path("maker.vendor_financing_drawn")

    assert now == 6
    assert (money[:4] > 0.0).all()
    assert drawn[now] - 0.821e9 == pytest.approx(money[: now + 1].sum())
    assert run.path("carrier.vendor_debt")[now - 1] == pytest.approx(run.path("maker.vendor_loans")[now - 1])


def test_written_off_means_that_the_vendor_loses_what_is_not_recovered():
    run, now = life(False), fell_in(life(False))
    lost, left = run.path("maker.vendor_loans_lost"), run.path("maker.vendor_loans")

    assert lost[now] == pytest.approx(0.8 * (lost[now] + left[now]))
    assert lost.sum() == pytest.approx(lost[now]) and lost[now] > 0.4e9
    assert (run.path("carrier.fallen")[now:] == 1.0).all()
    assert run.path("carrier.capex")[now + 5 :].max() == 0.0
    # What was not drawn is no promise any more.
    promised, drawn = run.path("maker.vendor_financing_promised"), run.path("maker.vendor_financing_drawn")
    assert promised[0] == pytest.approx(1.2e9)
    assert promised[now] == pytest.approx(drawn[now])


def test_cured_means_default_without_loss():
    run, now = life(True), fell_in(life(False))
    lost, fallen = run.path("maker.vendor_loans_lost"), run.path("carrier.fallen")

    assert fell_in(run) == now and fallen[now : now + LATER].tolist() == [1.0] * LATER
    assert fallen[now + LATER] == 0.0
    assert lost[now] > 0.4e9
    assert lost.sum() == pytest.approx(0.0, abs=1.0)
    assert run.event("default", "carrier").ever == run.event("takeover", "carrier").ever == 1.0


def test_the_new_owner_pays_what_was_missed_and_the_carrier_builds_again():
    run, now = life(True), fell_in(life(False)) + LATER
    flows = run.flow.sel(scenario="cured", draw="central")
    paid_in = flows.sel(leg="all_investors>carrier:equity_investment(takeover)").values
    matrix = run.matrix(str(run.quarters[now]))

    assert np.flatnonzero(paid_in).tolist() == [now]
    assert matrix.row("arrears")["maker"] > 0.0 > matrix.row("arrears")["carrier"]
    assert paid_in[now] >= -matrix.row("arrears")["carrier"]
    assert abs(matrix.row_sums).max() < 1.0 > abs(matrix.column_sums - matrix.expected).max()
    assert run.path("carrier.capex")[now : now + 2].max() > 0.0
    assert life(False).path("carrier.capex")[now : now + 2].max() < run.path("carrier.capex")[now : now + 2].max()


def test_the_vendors_owners_see_the_loss_and_its_return():
    gone, back, now = life(False), life(True), fell_in(life(False))
    before, after = gone.path("maker.equity_market_cap")[[now - 1, now]]

    assert after < before
    there = now + LATER
    assert back.path("maker.equity_market_cap")[there] > gone.path("maker.equity_market_cap")[there]


def test_without_the_vendors_credit_the_carrier_would_have_built_less():
    no_more = changes_of({"credit.headline": "0.821bn USD"})
    none = replace(WRITTEN_OFF, id="none", changes=(*WRITTEN_OFF.changes, *no_more))
    world = plain().prepare.prepare(network(("maker",), ("carrier",), ()), none, FIRST, 24, 0, ())
    history, _ = world.history(-1)
    carrier = world.entities.index("carrier")

    assert history.stocks[:, carrier, c.CAPEX].sum() < life(False).path("carrier.capex").sum()
