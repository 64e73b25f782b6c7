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
    REVENUE,
    SHARE_PRICE,
    SMOOTHED_EBITDA,
    SMOOTHED_PROFIT,
    TAXABLE,
    TRAINING_NOW,
    UNLOCKED,
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
    FREE_TURNS,
    GW,
    GW_PER_USER,
    HEADLINE,
    ISSUE_CAP,
    LEAST_CASH,
    LEAST_MULTIPLE,
    LEVERAGE,
    MATURE_MULTIPLE,
    MOST_TURNS,
    PAYOUT,
    PER_GW,
    PROMISE_SHARE,
    QUARTERS_AHEAD,
    RAMP,
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
from perpetuum.machine.world import BUILDING, RUNNING, Knobs, Layout, Proposal, World
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
def interest_due(world: World, knobs: Knobs, e: int) -> float:
    """Interest on the debt a quarter opened with, USD; dearer with each turn of debt over EBITDA."""
    w, debt = knobs.world, world.accounts[e, DEBT]
    yearly = 4.0 * world.stocks[e, SMOOTHED_EBITDA]
    turns = choose(yearly * w[MOST_TURNS] > debt, portion(debt, yearly), w[MOST_TURNS])
    dearer = w[SPREAD_SLOPE] * max(0.0, turns - w[FREE_TURNS])
    # Where nobody lends on its earnings, they do not set the price.
    return debt * (w[BASE_RATE] + knobs.firm[e, SPREAD] + choose(knobs.firm[e, LEVERAGE] > 0.0, dearer, 0.0))


@inlined
def tax_due(world: World, knobs: Knobs, e: int) -> float:
    """Tax on the profit of the quarter before, USD."""
    return knobs.world[TAX_RATE] * max(0.0, world.stocks[e, TAXABLE])


@inlined
def scheduled_repayment(world: World, knobs: Knobs, e: int) -> float:
    """Principal that falls due, USD."""
    return knobs.firm[e, SCHEDULED_REPAYMENT] * world.accounts[e, DEBT]


@inlined
def payout_wanted(world: World, knobs: Knobs, e: int) -> float:
    """What a firm would pay its owners, USD; a fallen one nothing."""
    share = knobs.firm[e, PAYOUT] * max(0.0, world.stocks[e, SMOOTHED_PROFIT])
    return choose(world.stocks[e, FALLEN] > 0.0, 0.0, share)


@inlined
def dues_and_capex(world: World, knobs: Knobs, layout: Layout, proposal: Proposal, e: int) -> tuple[float, float]:
    """What a gear or a chip maker must pay this quarter, and what it wants to build, both USD."""
    dues = proposal.due[layout.standing[RUNNING, e]] + interest_due(world, knobs, e) + tax_due(world, knobs, e)
    dues += scheduled_repayment(world, knobs, e)
    capex = 0.0
    if layout.standing[BUILDING, e] >= 0:
        capex += proposal.want[layout.standing[BUILDING, e]]
        for v in layout.fuel:
            if layout.chips[e, v] >= 0:
                capex += proposal.want[layout.chips[e, v]]
    return dues, capex


@inlined
def bills_to(layout: Layout, proposal: Proposal, e: int) -> float:
    """Bills of engines that fall due to a gear this quarter, USD."""
    bills = 0.0
    for leg in layout.contracts:
        if layout.payee[leg] == e:
            bills += proposal.due[leg]
    for payer in layout.engines:
        if layout.spot[payer, e] >= 0:
            bills += proposal.due[layout.spot[payer, e]]
    return bills


@inlined
def funding_gap(world: World, knobs: Knobs, layout: Layout, proposal: Proposal, e: int) -> tuple[float, float, float]:
    """What a gear or chip maker lacks this quarter (negative: has left over), what it will borrow, what it still lacks.

    All in USD. It borrows within its headroom, beyond it a part of what it builds; what it then lacks for
    dues and building it asks of new owners.
    """
    dues, capex = dues_and_capex(world, knobs, layout, proposal, e)
    has = world.accounts[e, CASH] + bills_to(layout, proposal, e)
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
def part_paid(world: World, knobs: Knobs, layout: Layout, payer: int, quarter: int) -> float:
    """The part of all that is asked of a vendor that it pays: all of it within a share of its cash."""
    asked = 0.0
    for leg in layout.tranches:
        if layout.payer[leg] == payer:
            asked += asked_of_tranche(world, knobs, layout, leg, quarter)
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
