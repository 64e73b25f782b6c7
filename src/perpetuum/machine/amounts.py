"""Amounts that two behaviours must agree on: pure functions of one world.

Where one behaviour has to know what another will propose, both call the same function here.
"""

from __future__ import annotations

import numpy as np

from perpetuum.machine.columns import (
    BUILT_GW,
    BURN,
    CANCELLED,
    CASH,
    DEBT,
    DRAWN,
    EFFICIENCY,
    ENDED,
    EXPECTED_GROWTH,
    FALLEN,
    HELD,
    MOOD,
    OUTSTANDING,
    REVENUE,
    SHARE_PRICE,
    SMOOTHED_EBITDA,
    SMOOTHED_PROFIT,
    TAXABLE,
    TRAINING_NOW,
    UNLOCKED,
    UNPAID,
    USE,
    USERS,
    VALUE,
)
from perpetuum.machine.knobs import (
    BASE_RATE,
    BELIEF_FLOOR,
    CAPEX_FINANCED,
    CHIP_COST,
    CHIP_LEARNING,
    CUMULATIVE_GW,
    DRAWS_OVER,
    FINANCED_SHARE,
    FREE_TURNS,
    GW,
    GW_PER_USER,
    HEADLINE,
    ISSUE_CAP,
    LEAST_CASH,
    LEAST_MULTIPLE,
    LEVERAGE,
    LOAN_SPREAD,
    MATURE_MULTIPLE,
    MOST_TURNS,
    PAYOUT,
    PER_GW,
    PROMISE_SHARE,
    QUARTERS_AHEAD,
    RAMP,
    REPAYMENT_SHARE,
    RESTRUCTURED_NEED,
    RUNWAY,
    SCHEDULED_REPAYMENT,
    SELL_WARRANTS,
    SPOT_LEARNING,
    SPOT_PRICE,
    SPREAD,
    SPREAD_SLOPE,
    START,
    TAX_RATE,
    TERM,
)
from perpetuum.machine.world import BUILDING, DUES, ENGINE_COSTS, RUNNING, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import choose, portion
from perpetuum.maths.shapes import Float

LEAST_BURN = 0.05e9  # USD a quarter: cash is set against at least this when contracts are believed in


@inlined
def quarters_since_start(terms: Float[np.ndarray, " knob"], quarter: int) -> float:
    """Whole quarters since a leg began; quarter 0 is the first simulated one, which terms call 1."""
    return quarter + 1.0 - np.rint(terms[START])


@inlined
def planned_gw(terms: Float[np.ndarray, " knob"], quarter: int) -> float:
    """Capacity of a contract in a quarter, GW: a straight line over the ramp, nothing outside the term."""
    since = quarters_since_start(terms, quarter)
    runs = (since >= 0.0) & (since < np.rint(terms[TERM]))
    return choose(runs, terms[GW] * min(1.0, (since + 1.0) / np.rint(terms[RAMP])), 0.0)


@inlined
def need_gw(world: World, knobs: Knobs, e: int) -> float:
    """Compute an engine needs, GW: its users, times use over efficiency, times inference and training."""
    per_user = knobs.firm[e, GW_PER_USER] * world.economy[USE] / world.economy[EFFICIENCY]
    need = world.stocks[e, USERS] * per_user * (1.0 + world.stocks[e, TRAINING_NOW])
    return need * choose(world.stocks[e, FALLEN] > 0.0, knobs.world[RESTRUCTURED_NEED], 1.0)


@inlined
def learned(price: float, built: float, at_start: float, learning: float) -> float:
    """A price after so much has been built: it falls by a constant power (Wright's law)."""
    return price * (built / at_start) ** (-learning)


@inlined
def spot_price(world: World, knobs: Knobs) -> float:
    """Price of spare capacity, USD per GW and quarter."""
    w = knobs.world
    return learned(w[SPOT_PRICE], world.economy[BUILT_GW], w[CUMULATIVE_GW], w[SPOT_LEARNING])


@inlined
def chip_price(world: World, knobs: Knobs) -> float:
    """Price of the chips and the network of a gigawatt, USD."""
    w = knobs.world
    return learned(w[CHIP_COST], world.economy[BUILT_GW], w[CUMULATIVE_GW], w[CHIP_LEARNING])


@inlined
def belief(world: World, knobs: Knobs, e: int) -> float:
    """How far contracts of an engine are believed in: cash at the last close against the burn it must last through."""
    reach = knobs.world[RUNWAY] * max(world.stocks[e, BURN], LEAST_BURN)
    trust = min(max(world.opening[e, CASH] / reach, knobs.world[BELIEF_FLOOR]), 1.0)
    return choose(world.stocks[e, FALLEN] > 0.0, 0.0, trust)


@inlined
def headroom(world: World, knobs: Knobs, e: int) -> float:
    """What a firm may still borrow, USD: a multiple of yearly EBITDA, less its debt; 0 once it has fallen."""
    most = knobs.firm[e, LEVERAGE] * 4.0 * world.stocks[e, SMOOTHED_EBITDA]
    return choose(world.stocks[e, FALLEN] > 0.0, 0.0, max(0.0, most - world.accounts[e, DEBT]))


@inlined
def owed_to_vendors(world: World, layout: Layout, e: int) -> float:
    """What a firm owes on loans of vendors, USD; part of its debt."""
    owed = 0.0
    for i in range(layout.loans.shape[0]):
        if layout.payee[layout.loans[i, 0]] == e:
            owed += world.positions[layout.loans[i, 0], OUTSTANDING]
    return owed


@inlined
def owed_to_lenders(world: World, layout: Layout, e: int) -> float:
    """The rest of its debt, USD."""
    return max(world.accounts[e, DEBT] - owed_to_vendors(world, layout, e), 0.0)


@inlined
def interest_due(world: World, knobs: Knobs, layout: Layout, e: int) -> float:
    """Interest to lenders on the debt a quarter opened with, USD; dearer with each turn of all debt over EBITDA."""
    w, debt = knobs.world, world.accounts[e, DEBT]
    yearly = 4.0 * world.stocks[e, SMOOTHED_EBITDA]
    turns = choose(yearly * w[MOST_TURNS] > debt, portion(debt, yearly), w[MOST_TURNS])
    dearer = w[SPREAD_SLOPE] * max(0.0, turns - w[FREE_TURNS])
    # Where nobody lends on its earnings, they do not set the price.
    rate = w[BASE_RATE] + knobs.firm[e, SPREAD] + choose(knobs.firm[e, LEVERAGE] > 0.0, dearer, 0.0)
    return owed_to_lenders(world, layout, e) * rate


@inlined
def loan_interest(world: World, knobs: Knobs, leg: int) -> float:
    """Interest on what a quarter opened with of a vendor's loan, USD."""
    return world.positions[leg, OUTSTANDING] * (knobs.world[BASE_RATE] + knobs.leg[leg, LOAN_SPREAD])


@inlined
def loan_repayment(world: World, knobs: Knobs, leg: int) -> float:
    """Principal of a vendor's loan that falls due, USD."""
    return knobs.leg[leg, REPAYMENT_SHARE] * world.positions[leg, OUTSTANDING]


@inlined
def due_on_loans(world: World, knobs: Knobs, layout: Layout, e: int) -> tuple[float, float]:
    """Interest and principal of vendors' loans that a firm must pay this quarter, and that it must be paid, USD."""
    pays, is_paid = 0.0, 0.0
    for i in range(layout.loans.shape[0]):
        leg = layout.loans[i, 0]
        due = loan_interest(world, knobs, leg) + loan_repayment(world, knobs, leg)
        if layout.payee[leg] == e:
            pays += due
        elif layout.payer[leg] == e:
            is_paid += due
    return pays, is_paid


@inlined
def called_of(world: World, layout: Layout, e: int) -> float:
    """What a firm must pay this quarter on guarantees it gave, USD."""
    called = 0.0
    for i in range(layout.guarantees.shape[0]):
        if layout.payer[layout.guarantees[i, 0]] == e:
            called += world.positions[layout.guarantees[i, 0], UNLOCKED]
    return called


@inlined
def tax_due(world: World, knobs: Knobs, e: int) -> float:
    """Tax on the profit of the quarter before, USD."""
    return knobs.world[TAX_RATE] * max(0.0, world.stocks[e, TAXABLE])


@inlined
def scheduled_repayment(world: World, knobs: Knobs, layout: Layout, e: int) -> float:
    """Principal that falls due to lenders, USD."""
    return knobs.firm[e, SCHEDULED_REPAYMENT] * owed_to_lenders(world, layout, e)


@inlined
def all_dues(world: World, knobs: Knobs, layout: Layout, e: int, costs: float) -> float:
    """What a firm must pay this quarter, USD: its costs, interest, tax, principal, guarantees that were called."""
    dues = costs + interest_due(world, knobs, layout, e) + tax_due(world, knobs, e)
    dues += scheduled_repayment(world, knobs, layout, e)
    return dues + due_on_loans(world, knobs, layout, e)[0] + called_of(world, layout, e)


@inlined
def payout_wanted(world: World, knobs: Knobs, e: int) -> float:
    """What a firm would pay its owners, USD; a fallen one nothing."""
    share = knobs.firm[e, PAYOUT] * max(0.0, world.stocks[e, SMOOTHED_PROFIT])
    return choose(world.stocks[e, FALLEN] > 0.0, 0.0, share)


@inlined
def dues_and_capex(world: World, knobs: Knobs, layout: Layout, proposal: Proposal, e: int) -> tuple[float, float]:
    """What a gear or a chip maker must pay this quarter, and what it wants to build, both USD."""
    dues = all_dues(world, knobs, layout, e, proposal.due[layout.standing[RUNNING, e]])
    capex = 0.0
    if layout.standing[BUILDING, e] >= 0:
        capex += proposal.want[layout.standing[BUILDING, e]]
        for v in layout.fuel:
            if layout.chips[e, v] >= 0:
                capex += proposal.want[layout.chips[e, v]]
    return dues, capex


@inlined
def bills_to(world: World, knobs: Knobs, layout: Layout, proposal: Proposal, e: int) -> float:
    """Bills of engines that fall due to a gear this quarter, and what its debtors must pay a vendor, USD."""
    bills = due_on_loans(world, knobs, layout, e)[1]
    for leg in layout.contracts:
        if layout.payee[leg] == e:
            bills += proposal.due[leg]
    for payer in layout.engines:
        if layout.spot[payer, e] >= 0:
            bills += proposal.due[layout.spot[payer, e]]
    return bills


@inlined
def funding_gap(
    world: World, knobs: Knobs, layout: Layout, proposal: Proposal, e: int, quarter: int
) -> tuple[float, float, float]:
    """What a gear or chip maker lacks this quarter (negative: has left over), what it will borrow, what it still lacks.

    All in USD. What vendors lend it comes first. It borrows within its headroom, beyond it a part of what it builds;
    what it then lacks for dues and building it asks of new owners.
    """
    dues, capex = dues_and_capex(world, knobs, layout, proposal, e)
    has = world.accounts[e, CASH] + bills_to(world, knobs, layout, proposal, e)
    if layout.loans.shape[0] > 0:
        has += lent_by_vendors(world, knobs, layout, proposal, e, quarter)
    if layout.takeovers.size > 0:
        has += shortfall_of_takeover(world, knobs, layout, proposal, e)
    gap = dues + capex + payout_wanted(world, knobs, e) + knobs.firm[e, LEAST_CASH] - has
    limit = headroom(world, knobs, e) + knobs.world[CAPEX_FINANCED] * capex
    loan = min(max(gap, 0.0), limit)
    short = max(dues + capex - has - loan, 0.0)
    asked, fell = min(short, knobs.world[ISSUE_CAP] * world.stocks[e, VALUE]), world.stocks[e, FALLEN] > 0.0
    return gap, choose(fell, 0.0, loan), choose(fell, 0.0, asked)


@inlined
def lift_of_mood(world: World) -> float:
    """By how much the mood lifts what things are worth: its exponential."""
    return np.exp(world.economy[MOOD])


@inlined
def value_of_engine(world: World, knobs: Knobs, e: int, lift: float) -> float:
    """What investors think an engine is worth, USD: a multiple of sales, growth paid in advance, the mood's lift."""
    w = knobs.world
    ahead = max(1.0 + world.stocks[e, EXPECTED_GROWTH], 0.0) ** w[QUARTERS_AHEAD]
    multiple = w[MATURE_MULTIPLE] * ahead * lift
    value = max(w[LEAST_MULTIPLE], multiple) * 4.0 * world.stocks[e, REVENUE]
    return choose(world.stocks[e, FALLEN] > 0.0, 0.0, value)


@inlined
def left_of_promise(world: World, knobs: Knobs, leg: int) -> float:
    """What a funding leg has promised and not paid, USD."""
    gone = world.positions[leg, DRAWN] + world.positions[leg, CANCELLED]
    return max(0.0, knobs.leg[leg, HEADLINE] - gone)


@inlined
def asked_of_tranche(world: World, knobs: Knobs, layout: Layout, leg: int, quarter: int) -> float:
    """What a funding leg would pay now if its payer had the cash, USD."""
    payer, payee, terms = layout.payer[leg], layout.payee[leg], knobs.leg[leg]
    left, quarters = left_of_promise(world, knobs, leg), np.rint(terms[DRAWS_OVER])
    since = quarters_since_start(terms, quarter)
    by_time = choose((since >= 0.0) & (since < quarters), min(portion(terms[HEADLINE], quarters), left), 0.0)
    asked = choose(terms[PER_GW] > 0.0, min(world.positions[leg, UNLOCKED], left), by_time)
    over = (world.stocks[payee, FALLEN] > 0.0) | (world.stocks[payer, FALLEN] > 0.0)
    return choose(over | (world.positions[leg, ENDED] > 0.0), 0.0, asked)


@inlined
def is_in_force(terms: Float[np.ndarray, " knob"], quarter: int) -> bool:
    """Has a loan or guarantee begun, and not run out? Without a term it runs on."""
    since = quarters_since_start(terms, quarter)
    return (since >= 0.0) & ((terms[TERM] <= 0.0) | (since < np.rint(terms[TERM])))


@inlined
def open_credit(world: World, knobs: Knobs, layout: Layout, leg: int, quarter: int) -> float:
    """What can still be drawn on a vendor's loan, USD: nothing once either of the two has fallen."""
    over = (world.stocks[layout.payee[leg], FALLEN] > 0.0) | (world.stocks[layout.payer[leg], FALLEN] > 0.0)
    left = choose(is_in_force(knobs.leg[leg], quarter), left_of_promise(world, knobs, leg), 0.0)
    return choose(over | (world.positions[leg, ENDED] > 0.0), 0.0, left)


@inlined
def vendors_credit(world: World, knobs: Knobs, layout: Layout, e: int, quarter: int) -> float:
    """What a firm can still draw on the loans of all its vendors, USD."""
    total = 0.0
    for i in range(layout.loans.shape[0]):
        if layout.payee[layout.loans[i, 0]] == e:
            total += open_credit(world, knobs, layout, layout.loans[i, 0], quarter)
    return total


@inlined
def asked_of_loan(world: World, knobs: Knobs, layout: Layout, proposal: Proposal, leg: int, quarter: int) -> float:
    """What is drawn on a vendor's loan now if the vendor has the cash, USD.

    A part of what the gear takes from that vendor, several loans of the pair in proportion to what is left of each;
    and what a schedule says.
    """
    payer, payee, terms = layout.payer[leg], layout.payee[leg], knobs.leg[leg]
    left, every = open_credit(world, knobs, layout, leg, quarter), 0.0
    for i in range(layout.loans.shape[0]):
        other = layout.loans[i, 0]
        if layout.payer[other] == payer and layout.payee[other] == payee:
            every += open_credit(world, knobs, layout, other, quarter)
    asked = choose(
        quarters_since_start(terms, quarter) < np.rint(terms[DRAWS_OVER]),
        portion(terms[HEADLINE], np.rint(terms[DRAWS_OVER])),
        0.0,
    )
    if layout.chips[payee, payer] >= 0:
        asked += terms[FINANCED_SHARE] * proposal.want[layout.chips[payee, payer]] * portion(left, every)
    return min(asked, left)


@inlined
def lent_by_vendors(world: World, knobs: Knobs, layout: Layout, proposal: Proposal, e: int, quarter: int) -> float:
    """What vendors lend a firm this quarter, USD."""
    lent = 0.0
    for i in range(layout.loans.shape[0]):
        leg = layout.loans[i, 0]
        if layout.payee[leg] == e:
            part = part_paid(world, knobs, layout, proposal, layout.payer[leg], quarter)
            lent += asked_of_loan(world, knobs, layout, proposal, leg, quarter) * part
    return lent


@inlined
def part_paid(world: World, knobs: Knobs, layout: Layout, proposal: Proposal, payer: int, quarter: int) -> float:
    """The part of all that is asked of a vendor that it pays: all of it within a share of its cash."""
    asked = 0.0
    for leg in layout.tranches:
        if layout.payer[leg] == payer:
            asked += asked_of_tranche(world, knobs, layout, leg, quarter)
    for i in range(layout.loans.shape[0]):
        if layout.payer[layout.loans[i, 0]] == payer:
            asked += asked_of_loan(world, knobs, layout, proposal, layout.loans[i, 0], quarter)
    limit = knobs.world[PROMISE_SHARE] * world.accounts[payer, CASH]
    return choose(asked > limit, portion(limit, asked), 1.0)


@inlined
def warrants_now(world: World, knobs: Knobs, leg: int, issuer: int) -> float:
    """Proceeds of the vested warrants that a firm sells now, USD."""
    return knobs.world[SELL_WARRANTS] * world.positions[leg, HELD] * world.stocks[issuer, SHARE_PRICE]


@inlined
def cash_cost(layout: Layout, proposal: Proposal, e: int, costs: int) -> float:
    """Bills and running cost of an engine that fall due this quarter, USD."""
    total = proposal.due[costs]
    for leg in layout.contracts:
        if layout.payer[leg] == e:
            total += proposal.due[leg]
    for g in layout.gears:
        if layout.spot[e, g] >= 0:
            total += proposal.due[layout.spot[e, g]]
    return total


@inlined
def is_taken_over(world: World, layout: Layout, e: int) -> bool:
    """Does a new owner take a firm over in this quarter?"""
    found = False
    for leg in layout.takeovers:
        found = found or (layout.payee[leg] == e and world.told[world.stocks.shape[0] + leg] > 0)
    return found


@inlined
def unpaid_by(world: World, layout: Layout, e: int) -> float:
    """What a firm has left unpaid and still owes, USD."""
    total = 0.0
    for leg in range(layout.groups[DUES, 1]):
        if layout.payer[leg] == e:
            total += world.positions[leg, UNPAID]
    return total


@inlined
def shortfall_of_takeover(world: World, knobs: Knobs, layout: Layout, proposal: Proposal, e: int) -> float:
    """What a firm that is taken over lacks for the dues of the quarter, USD; 0 if it is not taken over."""
    if not is_taken_over(world, layout, e):
        return 0.0
    costs, has = 0.0, world.accounts[e, CASH]
    if layout.standing[RUNNING, e] >= 0:
        costs += proposal.due[layout.standing[RUNNING, e]]
        has += bills_to(world, knobs, layout, proposal, e)
    else:
        costs += cash_cost(layout, proposal, e, layout.standing[ENGINE_COSTS, e])
    return max(all_dues(world, knobs, layout, e, costs) - has, 0.0)
