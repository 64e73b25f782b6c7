"""Gears order capacity as far as they believe in the contracts, and pay for what arrives."""

from __future__ import annotations

import numpy as np

from perpetuum.machine.amounts import belief, chip_price, headroom, planned_gw, vendors_credit
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import (
    ARRIVED_GW,
    CAPACITY_GW,
    CASH,
    ENDED,
    FALLEN,
    ON_ORDER,
    ORDERED_GW,
    OWN_NEED_NOW,
    PIPELINE_GW,
)
from perpetuum.machine.knobs import (
    ACCELERATOR,
    CHIP_SHARE,
    ECONOMIC_LIFE,
    LEAD,
    LEAST_CASH,
    ORDER_FINANCE,
    OWN_GROWTH,
    SITE_COST,
)
from perpetuum.machine.world import BUILDING, Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import choose, largest


@inlined
def gears_order_capacity(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """A flexible accelerator: part of what will be missing is ordered, as far as cash and credit allow."""
    chips = chip_price(world, knobs)
    for i in range(layout.gears.size):
        g = layout.gears[i]
        order = wanted_order(quarter, world, knobs, layout, i)
        can_spend = knobs.world[ORDER_FINANCE] * means(quarter, world, knobs, layout, g)
        affordable = can_spend / (chips + knobs.world[SITE_COST])
        order = choose(world.stocks[g, FALLEN] > 0.0, 0.0, min(order, affordable))
        world.stocks[g, ORDERED_GW] = order
        proposal.want[layout.standing[BUILDING, g]] = knobs.world[SITE_COST] * order
        arriving = world.arrivals[i, layout.past + quarter, ON_ORDER]
        for v in layout.fuel:
            leg = layout.chips[g, v]
            proposal.want[leg] = chips * arriving * knobs.leg[leg, CHIP_SHARE]


@inlined
def wanted_order(quarter: int, world: World, knobs: Knobs, layout: Layout, i: int) -> float:
    """Part of the gap between what will be needed when an order arrives and what will then stand, GW."""
    g, lead = layout.gears[i], np.rint(knobs.world[LEAD])
    target = world.stocks[g, OWN_NEED_NOW] * (1.0 + knobs.firm[g, OWN_GROWTH]) ** lead
    for leg in layout.contracts:
        if layout.payee[leg] == g:
            planned = belief(world, knobs, layout.payer[leg]) * planned_gw(knobs.leg[leg], quarter + lead)
            target += choose(world.positions[leg, ENDED] > 0.0, 0.0, planned)
    stands = world.stocks[g, CAPACITY_GW] + world.stocks[g, PIPELINE_GW] - retiring_gw(quarter, world, knobs, layout, i)
    return max(0.0, knobs.world[ACCELERATOR] * (target - stands))


@inlined
def retiring_gw(quarter: int, world: World, knobs: Knobs, layout: Layout, i: int) -> float:
    """What will be retired before an order of today is in use, GW."""
    newest = np.rint(knobs.world[LEAD]) - np.rint(knobs.world[ECONOMIC_LIFE])
    now, total = layout.past + quarter, 0.0
    for h in range(world.oldest[i], now + min(0, int(largest(newest)))):
        total += choose(float(h - now) < newest, world.arrivals[i, h, ARRIVED_GW], 0.0)
    return total


@inlined
def means(quarter: int, world: World, knobs: Knobs, layout: Layout, g: int) -> float:
    """Credit of lenders and vendors, and cash beyond the least a gear keeps, USD."""
    own = headroom(world, knobs, g) + max(0.0, world.accounts[g, CASH] - knobs.firm[g, LEAST_CASH])
    return own + vendors_credit(world, knobs, layout, g, quarter)


BEHAVIOUR = Behaviour(id="gears_order_capacity", phase="build", owns=("ordered_gw",))
