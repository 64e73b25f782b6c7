"""Capacity arrives, wears out in the books, and is retired when it is worn out in fact."""

from __future__ import annotations

import numpy as np

from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import (
    ARRIVED_GW,
    BOOK_VALUE,
    BUILDINGS,
    BUILT_GW,
    CAPACITY_GW,
    CAPEX,
    DEPRECIATION,
    EARNINGS,
    EQUIPMENT,
    ON_ORDER,
    ORDERED_GW,
    PIPELINE_GW,
)
from perpetuum.machine.events import WROTE_OFF, happens
from perpetuum.machine.knobs import ACCOUNTING_LIFE, BUILDINGS_RATE, ECONOMIC_LIFE, LEAD
from perpetuum.machine.world import (
    BUILDING,
    WEAR,
    WORN,
    WRITTEN_OFF,
    Chance,
    Happened,
    Knobs,
    Layout,
    Proposal,
    World,
)
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import anywhere, choose, largest, portion, smallest


@inlined
def capacity_arrives_and_ages(
    quarter: int,
    world: World,
    knobs: Knobs,
    layout: Layout,
    proposal: Proposal,
    chance: Chance,
    happened: Happened,
) -> None:
    """What was paid for arrives; older vintages lose value evenly over their accounting life and retire after
    their economic life; what then still stands in the books is written off."""
    built = 0.0
    for i in range(layout.gears.size):
        g = layout.gears[i]
        vintages_age(quarter, world, knobs, layout, i, happened)
        buildings_age(world, knobs, g)
        built += chips_arrive(quarter, world, layout, proposal, i)
        orders_are_placed(quarter, world, knobs, layout, proposal, i)
    world.economy[BUILT_GW] += built


@inlined
def vintages_age(quarter: int, world: World, knobs: Knobs, layout: Layout, i: int, happened: Happened) -> None:
    """Straight-line depreciation over what is left of the accounting life; retirement and write-off."""
    g, now = layout.gears[i], layout.past + quarter
    accounting, life = np.rint(knobs.world[ACCOUNTING_LIFE]), np.rint(knobs.world[ECONOMIC_LIFE])
    worn, written_off, retired = 0.0, 0.0, 0.0
    for h in range(world.oldest[i], now):
        age, gw, book = now - h, world.arrivals[i, h, ARRIVED_GW], world.arrivals[i, h, BOOK_VALUE]
        part = choose(gw > 0.0, book / max(1.0, accounting - (age - 1)), 0.0)
        worn += part
        book -= part
        ends = (gw > 0.0) & (life <= age)
        written_off += choose(ends, book, 0.0)
        retired += choose(ends, gw, 0.0)
        world.arrivals[i, h, ARRIVED_GW] = choose(ends, 0.0, gw)
        world.arrivals[i, h, BOOK_VALUE] = choose(ends, 0.0, book)
    while world.oldest[i] < now and not anywhere(world.arrivals[i, world.oldest[i], ARRIVED_GW] > 0.0):
        world.oldest[i] += 1
    world.stocks[g, CAPACITY_GW] = max(0.0, world.stocks[g, CAPACITY_GW] - retired)
    world.own[g, WORN] += worn
    world.own[g, WRITTEN_OFF] += written_off
    world.accounts[g, EQUIPMENT] -= worn + written_off
    world.accounts[g, EARNINGS] -= worn + written_off
    world.stocks[g, DEPRECIATION] = worn
    counts = written_off > 1e-9 * (world.opening[g, EQUIPMENT] + world.opening[g, BUILDINGS])
    happens(counts, happened, WROTE_OFF, g, quarter)


@inlined
def buildings_age(world: World, knobs: Knobs, g: int) -> None:
    """A fixed part of what stood in the books as the quarter opened."""
    wear = knobs.world[BUILDINGS_RATE] * world.opening[g, BUILDINGS]
    world.own[g, WEAR] += wear
    world.accounts[g, BUILDINGS] -= wear
    world.accounts[g, EARNINGS] -= wear
    world.stocks[g, DEPRECIATION] += wear


@inlined
def chips_arrive(quarter: int, world: World, layout: Layout, proposal: Proposal, i: int) -> float:
    """The part of a delivery that was paid for arrives; the rest does not. Returns GW."""
    g, now = layout.gears[i], layout.past + quarter
    wanted, paid = 0.0, 0.0
    for v in layout.fuel:
        wanted += proposal.want[layout.chips[g, v]]
        paid += world.flow[layout.chips[g, v]]
    ordered = world.arrivals[i, now, ON_ORDER]
    gw = ordered * portion(paid, wanted)
    world.arrivals[i, now, ON_ORDER] = 0.0
    world.arrivals[i, now, ARRIVED_GW] = gw
    world.arrivals[i, now, BOOK_VALUE] = paid
    world.stocks[g, CAPACITY_GW] += gw
    world.stocks[g, PIPELINE_GW] = max(0.0, world.stocks[g, PIPELINE_GW] - ordered)
    world.stocks[g, CAPEX] = paid + world.flow[layout.standing[BUILDING, g]]
    return gw


@inlined
def orders_are_placed(quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, i: int) -> None:
    """The part of an order whose building was paid for is on order; the rest lapses."""
    g, leg = layout.gears[i], layout.standing[BUILDING, layout.gears[i]]
    order = world.stocks[g, ORDERED_GW] * portion(world.flow[leg], proposal.want[leg])
    lead = np.rint(knobs.world[LEAD])
    for ahead in range(int(smallest(lead)), int(largest(lead)) + 1):
        world.arrivals[i, layout.past + quarter + ahead, ON_ORDER] += choose(lead == float(ahead), order, 0.0)
    world.stocks[g, ORDERED_GW] = order
    world.stocks[g, PIPELINE_GW] += order


BEHAVIOUR = Behaviour(
    id="capacity_arrives_and_ages",
    phase="close",
    owns=("capacity_gw", "pipeline_gw", "ordered_gw", "depreciation", "built_gw", "capex"),
)
