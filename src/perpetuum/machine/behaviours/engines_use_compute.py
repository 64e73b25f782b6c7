"""Engines use the compute they need; contracts are paid whether used or not, up to their minimum."""

from __future__ import annotations

from perpetuum.machine.amounts import need_gw, planned_gw, spot_price
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import (
    AVAILABLE,
    BACKLOG,
    BACKLOG_BEFORE,
    CAPACITY_GW,
    ENDED,
    FALLEN,
    NEED_GW,
    OWN_GW,
    TAKEN,
    USED_GW,
)
from perpetuum.machine.knobs import MINIMUM, PRICE, RESTRUCTURED_PRICE
from perpetuum.machine.world import Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import choose, portion


@inlined
def engines_use_compute(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """Capacity is shared out among contracts, contracts are used as far as needed, the rest is rented at spot."""
    share_out_capacity(quarter, world, knobs, layout)
    for e in layout.engines:
        world.stocks[e, NEED_GW] = need_gw(world, knobs, e)
        use_contracts(world, knobs, layout, proposal, e)
    rent_spare_capacity(world, knobs, layout, proposal)


@inlined
def share_out_capacity(quarter: int, world: World, knobs: Knobs, layout: Layout) -> None:
    """Each gear makes available what its contracts plan, or the same share of each if it has too little."""
    for leg in layout.contracts:
        planned = planned_gw(knobs.leg[leg], quarter)
        world.positions[leg, AVAILABLE] = choose(world.positions[leg, ENDED] > 0.0, 0.0, planned)
    for g in layout.gears:
        planned = 0.0
        for leg in layout.contracts:
            if layout.payee[leg] == g:
                planned += world.positions[leg, AVAILABLE]
        has = max(world.stocks[g, CAPACITY_GW] - world.stocks[g, OWN_GW], 0.0)
        part = choose(planned > has, portion(has, planned), 1.0)
        for leg in layout.contracts:
            if layout.payee[leg] == g:
                world.positions[leg, AVAILABLE] *= part


@inlined
def use_contracts(world: World, knobs: Knobs, layout: Layout, proposal: Proposal, e: int) -> None:
    """An engine uses all its contracts to the same degree; the bill is for use, but at least for the minimum."""
    available, used = 0.0, 0.0
    for leg in layout.contracts:
        if layout.payer[leg] == e:
            available += world.positions[leg, AVAILABLE]
    degree = min(1.0, portion(world.stocks[e, NEED_GW], available))
    for leg in layout.contracts:
        if layout.payer[leg] == e:
            gw, terms = world.positions[leg, AVAILABLE], knobs.leg[leg]
            world.positions[leg, TAKEN] = degree * gw
            proposal.due[leg] = terms[PRICE] / 4.0 * max(degree * gw, terms[MINIMUM] * gw)
            performed = terms[PRICE] / 4.0 * gw
            world.positions[leg, BACKLOG_BEFORE] = world.positions[leg, BACKLOG]
            world.positions[leg, BACKLOG] = max(0.0, world.positions[leg, BACKLOG] - performed)
            used += degree * gw
    world.stocks[e, USED_GW] = used


@inlined
def rent_spare_capacity(world: World, knobs: Knobs, layout: Layout, proposal: Proposal) -> None:
    """Need beyond the contracts is met from what the gears have to spare, in proportion on both sides."""
    spare, rest, price = 0.0, 0.0, spot_price(world, knobs)
    for e in layout.engines:
        rest += lack_gw(world, e)
    for g in layout.gears:
        spare += spare_gw(world, layout, g)
        for e in layout.engines:
            world.positions[layout.spot[e, g], TAKEN] = 0.0
    met = min(1.0, portion(spare, rest))
    for e in layout.engines:
        gw = met * lack_gw(world, e)
        paid = price * choose(world.stocks[e, FALLEN] > 0.0, knobs.world[RESTRUCTURED_PRICE], 1.0)
        for g in layout.gears:
            part = portion(gw * spare_gw(world, layout, g), spare)
            world.positions[layout.spot[e, g], TAKEN] = part
            proposal.due[layout.spot[e, g]] = paid * part
        world.stocks[e, USED_GW] += gw


@inlined
def lack_gw(world: World, e: int) -> float:
    """What an engine needs beyond what it uses, GW; rounding is no need."""
    lack = world.stocks[e, NEED_GW] - world.stocks[e, USED_GW]
    return choose(lack > 1e-9 * world.stocks[e, NEED_GW], lack, 0.0)


@inlined
def spare_gw(world: World, layout: Layout, g: int) -> float:
    """What a gear neither uses itself nor keeps available for contracts, GW."""
    spare = world.stocks[g, CAPACITY_GW] - world.stocks[g, OWN_GW]
    for leg in layout.contracts:
        if layout.payee[leg] == g:
            spare -= world.positions[leg, AVAILABLE]
    return max(spare, 0.0)


BEHAVIOUR = Behaviour(
    id="engines_use_compute",
    phase="operate",
    owns=("need_gw", "used_gw", "available", "taken", "backlog", "backlog_before"),
)
