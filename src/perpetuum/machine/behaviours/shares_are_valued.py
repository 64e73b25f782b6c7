"""Firms report the quarter, markets value them, and every stake is marked to the new price."""

from __future__ import annotations

from perpetuum.machine.amounts import lift_of_mood, value_of_engine
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import (
    BURN,
    CASH,
    CLOSED_RUN,
    DEPRECIATION,
    EBITDA,
    ENGINE_SALES,
    FALLEN,
    INTEREST_PAID,
    NEED_GW,
    OPERATING_CASH,
    PROFIT,
    QUARTERS_OF_CASH,
    ROUND_WANTED,
    SALES,
    SHARE_PRICE,
    SHARES,
    SMOOTHED_EBITDA,
    SMOOTHED_PROFIT,
    TAXABLE,
    USED_GW,
    VALUE,
    VENDOR_MONEY,
)
from perpetuum.machine.events import GAP_CLOSED, NEED_UNSERVED, ROUND_CUT, happens
from perpetuum.machine.knobs import LEAST_VALUE, MULTIPLE, SMOOTHING
from perpetuum.machine.ownership import mark_holdings
from perpetuum.machine.world import (
    CHIP_COSTS,
    ENGINE_COSTS,
    GAIN,
    INTEREST,
    LENT_LOST,
    OTHER_CHIPS,
    OTHER_CLOUD,
    ROUND,
    RUNNING,
    SUBSCRIPTION,
    TAX,
    Chance,
    Happened,
    Knobs,
    Layout,
    Proposal,
    World,
)
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import choose, portion

FOREVER = 400.0  # quarters; a hundred years of cash is as good as any more


@inlined
def shares_are_valued(
    quarter: int,
    world: World,
    knobs: Knobs,
    layout: Layout,
    proposal: Proposal,
    chance: Chance,
    happened: Happened,
) -> None:
    """Listed firms by smoothed profit and the mood, engines by sales and expected growth; stakes follow."""
    lift = lift_of_mood(world)
    for v in layout.fuel:
        sold = world.flow[layout.standing[OTHER_CHIPS, v]]
        for g in layout.gears:
            sold += world.flow[layout.chips[g, v]]
        world.stocks[v, SALES] = sold
        cost = world.flow[layout.standing[CHIP_COSTS, v]] + world.flow[layout.standing[RUNNING, v]]
        report(world, knobs, layout, v, sold - cost, lift)
    for g in layout.gears:
        bills = bills_paid(world, layout, g)
        world.stocks[g, ENGINE_SALES] = bills
        world.stocks[g, SALES] = bills + world.flow[layout.standing[OTHER_CLOUD, g]]
        report(world, knobs, layout, g, world.stocks[g, SALES] - world.flow[layout.standing[RUNNING, g]], lift)
    for e in layout.engines:
        report_engine(quarter, world, knobs, layout, e, lift, happened)
    mark_holdings(world, layout, GAIN)


@inlined
def bills_paid(world: World, layout: Layout, g: int) -> float:
    """What engines paid a gear this quarter, USD."""
    bills = 0.0
    for leg in layout.contracts:
        if layout.payee[leg] == g:
            bills += world.flow[leg]
    for e in layout.engines:
        bills += world.flow[layout.spot[e, g]]
    return bills


@inlined
def on_vendors_loans(world: World, layout: Layout, e: int) -> tuple[float, float, float]:
    """What a firm paid as interest on vendors' loans this quarter, received as such, and was lent by vendors, USD."""
    paid, received, lent = 0.0, 0.0, 0.0
    for i in range(layout.loans.shape[0]):
        if layout.payee[layout.loans[i, 0]] == e:
            paid += world.flow[layout.loans[i, 1]]
            lent += world.flow[layout.loans[i, 0]]
        elif layout.payer[layout.loans[i, 0]] == e:
            received += world.flow[layout.loans[i, 1]]
    return paid, received, lent


@inlined
def report(world: World, knobs: Knobs, layout: Layout, e: int, ebitda: float, lift: float) -> None:
    """Profit of the quarter, its smoothed course, and the market value that follows from it.

    What a vendor earns on its loans is part of its revenue and profit, what it loses on them a cost of the quarter.
    """
    stocks, weight = world.stocks, knobs.world[SMOOTHING]
    interest, tax = world.flow[layout.standing[INTEREST, e]], world.flow[layout.standing[TAX, e]]
    received, lost = 0.0, 0.0
    if layout.loans.shape[0] > 0:
        paid, earned, lent = on_vendors_loans(world, layout, e)
        interest += paid
        received += earned
        lost += world.own[e, LENT_LOST]
        stocks[e, SALES] += earned
        stocks[e, VENDOR_MONEY] = lent
    stocks[e, INTEREST_PAID] = interest
    stocks[e, EBITDA] = ebitda
    stocks[e, TAXABLE] = ebitda - stocks[e, DEPRECIATION] - interest + received - lost
    stocks[e, PROFIT] = stocks[e, TAXABLE] - tax
    stocks[e, OPERATING_CASH] = ebitda - interest - tax + received
    stocks[e, SMOOTHED_EBITDA] += weight * (ebitda - stocks[e, SMOOTHED_EBITDA])
    stocks[e, SMOOTHED_PROFIT] += weight * (stocks[e, PROFIT] - stocks[e, SMOOTHED_PROFIT])
    fair = knobs.firm[e, MULTIPLE] * 4.0 * stocks[e, SMOOTHED_PROFIT] * lift
    stocks[e, VALUE] = max(knobs.firm[e, LEAST_VALUE], fair)
    stocks[e, SHARE_PRICE] = stocks[e, VALUE] / stocks[e, SHARES]


@inlined
def report_engine(
    quarter: int, world: World, knobs: Knobs, layout: Layout, e: int, lift: float, happened: Happened
) -> None:
    """An engine's quarter: whether it pays its way, how long its cash lasts, what it is worth."""
    stocks = world.stocks
    paid = world.flow[layout.standing[ENGINE_COSTS, e]]
    for leg in layout.contracts:
        if layout.payer[leg] == e:
            paid += world.flow[leg]
    for g in layout.gears:
        paid += world.flow[layout.spot[e, g]]
    tax = world.flow[layout.standing[TAX, e]]
    interest, _, lent = on_vendors_loans(world, layout, e)
    interest += world.flow[layout.standing[INTEREST, e]]
    received = world.flow[layout.standing[SUBSCRIPTION, e]]
    stocks[e, INTEREST_PAID] = interest
    stocks[e, SALES] = received
    stocks[e, EBITDA] = received - paid
    stocks[e, TAXABLE] = received - paid - interest
    stocks[e, PROFIT] = stocks[e, TAXABLE] - tax
    stocks[e, OPERATING_CASH] = stocks[e, PROFIT]
    stocks[e, VENDOR_MONEY] = lent
    for leg in layout.tranches:
        if layout.payee[leg] == e:
            stocks[e, VENDOR_MONEY] += world.flow[leg]
    for i in range(layout.warrants.shape[0]):
        if layout.payee[layout.warrants[i, 0]] == e:
            stocks[e, VENDOR_MONEY] += world.flow[layout.warrants[i, 1]]
    raised = world.flow[layout.standing[ROUND, e]]
    happens(stocks[e, ROUND_WANTED] > raised * (1.0 + 1e-9), happened, ROUND_CUT, e, quarter)
    happens(stocks[e, NEED_GW] > stocks[e, USED_GW] * (1.0 + 1e-9), happened, NEED_UNSERVED, e, quarter)
    cash, burn = world.accounts[e, CASH], stocks[e, BURN]
    stocks[e, QUARTERS_OF_CASH] = choose(burn > 0.0, min(portion(cash, burn), FOREVER), FOREVER)
    pays_its_way = (stocks[e, OPERATING_CASH] >= 0.0) & (stocks[e, FALLEN] <= 0.0)
    stocks[e, CLOSED_RUN] = choose(pays_its_way, stocks[e, CLOSED_RUN] + 1.0, 0.0)
    happens(stocks[e, CLOSED_RUN] == 4.0, happened, GAP_CLOSED, e, quarter)
    stocks[e, VALUE] = value_of_engine(world, knobs, e, lift)
    stocks[e, SHARE_PRICE] = stocks[e, VALUE] / stocks[e, SHARES]


BEHAVIOUR = Behaviour(
    id="shares_are_valued",
    phase="close",
    owns=(
        "sales",
        "engine_sales",
        "ebitda",
        "taxable",
        "profit",
        "operating_cash",
        "interest_paid",
        "smoothed_ebitda",
        "smoothed_profit",
        "vendor_money",
        "quarters_of_cash",
        "closed_run",
        "value",
        "share_price",
    ),
)
