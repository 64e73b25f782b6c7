"""Whoever cannot pay falls: contracts end, debt is written down, and the firm goes on in a smaller way."""

from __future__ import annotations

from perpetuum.machine.amounts import left_of_promise
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import (
    BACKLOG,
    CANCELLED,
    DEBT,
    EARNINGS,
    ENDED,
    FALLEN,
    LOANS,
    MISSED,
    UNLOCKED,
    UNPAID,
)
from perpetuum.machine.events import DEAL_CANCELLED, DEFAULTED, LOST_LOAN, happens
from perpetuum.machine.knobs import GRACE_QUARTERS, HEADLINE, RECOVERY, RECOVERY_TRADE
from perpetuum.machine.posting import book_lost
from perpetuum.machine.world import (
    DUES,
    LENDERS,
    LOAN_LOST,
    Chance,
    Happened,
    Knobs,
    Layout,
    Proposal,
    World,
)
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import anywhere, choose


@inlined
def firms_default(
    quarter: int,
    world: World,
    knobs: Knobs,
    layout: Layout,
    proposal: Proposal,
    chance: Chance,
    happened: Happened,
) -> None:
    """A firm falls when it has missed dues for longer than the grace; unpaid dues of the fallen are written down."""
    if world.owing[0] + world.owing[1] + world.owing[2] == 0:  # all is paid, and nobody is told to fall
        for e in range(world.stocks.shape[0]):
            world.stocks[e, MISSED] = 0.0
        return
    for leg in layout.contracts:
        end_leg(world.told[world.stocks.shape[0] + leg] > 0, quarter, world, knobs, leg, happened)
    for leg in layout.tranches:
        end_leg(world.told[world.stocks.shape[0] + leg] > 0, quarter, world, knobs, leg, happened)
    for e in layout.engines:
        falls = may_fall(quarter, world, knobs, layout, proposal, e, happened)
        engine_falls(falls, quarter, world, knobs, layout, e, happened)
    for g in layout.gears:
        falls = may_fall(quarter, world, knobs, layout, proposal, g, happened)
        debt_is_written_down(falls, quarter, world, knobs, layout, g, happened)
    for v in layout.fuel:
        falls = may_fall(quarter, world, knobs, layout, proposal, v, happened)
        debt_is_written_down(falls, quarter, world, knobs, layout, v, happened)
        for leg in layout.tranches:
            if layout.payer[leg] == v:
                end_leg(falls, quarter, world, knobs, leg, happened)


@inlined
def may_fall(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, e: int, happened: Happened
) -> bool:
    """Count the quarters in arrears; true in the quarter in which the firm falls."""
    due, missed = 0.0, 0.0
    for leg in range(layout.groups[DUES, 1]):
        if layout.payer[leg] == e:
            due += proposal.due[leg]
            missed += max(0.0, proposal.due[leg] - world.flow[leg]) + world.positions[leg, UNPAID] - world.unpaid[leg]
    misses = (missed > 1e-9 * due) | (world.told[e] > 0)
    world.stocks[e, MISSED] = choose(misses, world.stocks[e, MISSED] + 1.0, 0.0)
    over = misses & ((world.stocks[e, MISSED] > knobs.world[GRACE_QUARTERS]) | (world.told[e] > 0))
    for leg in range(layout.groups[DUES, 1]):
        if layout.payer[leg] == e:
            lost = (1.0 - knobs.world[RECOVERY_TRADE]) * max(world.positions[leg, UNPAID], 0.0)
            book_lost(world, layout, leg, choose(over, lost, 0.0))
    falls = over & (world.stocks[e, FALLEN] <= 0.0)
    world.stocks[e, FALLEN] = choose(falls, 1.0, world.stocks[e, FALLEN])
    happens(falls, happened, DEFAULTED, e, quarter)
    return falls


@inlined
def end_leg(holds: bool, quarter: int, world: World, knobs: Knobs, leg: int, happened: Happened) -> None:
    """A contract or a promise ends: nothing more is performed, drawn or owed on it."""
    ends = holds & (world.positions[leg, ENDED] <= 0.0)
    if not anywhere(ends):
        return
    left = left_of_promise(world, knobs, leg)
    matters = (left > 1e-9 * knobs.leg[leg, HEADLINE]) | (world.positions[leg, BACKLOG] > 0.0)
    happens(ends & matters, happened, DEAL_CANCELLED, leg, quarter)
    world.positions[leg, ENDED] = choose(ends, 1.0, world.positions[leg, ENDED])
    world.positions[leg, BACKLOG] = choose(ends, 0.0, world.positions[leg, BACKLOG])
    world.positions[leg, UNLOCKED] = choose(ends, 0.0, world.positions[leg, UNLOCKED])
    world.positions[leg, CANCELLED] += choose(ends, left, 0.0)


@inlined
def engine_falls(
    falls: bool, quarter: int, world: World, knobs: Knobs, layout: Layout, e: int, happened: Happened
) -> None:
    """Its contracts and the promises made to it end; from the next quarter it rents spare capacity at a discount."""
    for leg in layout.contracts:
        if layout.payer[leg] == e:
            end_leg(falls, quarter, world, knobs, leg, happened)
    for leg in layout.tranches:
        if layout.payee[leg] == e:
            end_leg(falls, quarter, world, knobs, leg, happened)
    debt_is_written_down(falls & (world.accounts[e, DEBT] > 0.0), quarter, world, knobs, layout, e, happened)


@inlined
def debt_is_written_down(
    falls: bool, quarter: int, world: World, knobs: Knobs, layout: Layout, e: int, happened: Happened
) -> None:
    """The lenders lose what is not recovered."""
    lost = choose(falls, (1.0 - knobs.world[RECOVERY]) * world.accounts[e, DEBT], 0.0)
    lenders = layout.sectors[LENDERS]
    world.own[e, LOAN_LOST] += lost
    world.accounts[e, DEBT] -= lost
    world.accounts[e, EARNINGS] += lost
    world.accounts[lenders, LOANS] -= lost
    world.accounts[lenders, EARNINGS] -= lost
    happens(falls, happened, LOST_LOAN, e, quarter)


BEHAVIOUR = Behaviour(id="firms_default", phase="close", owns=("missed", "fallen", "unpaid", "cancelled", "ended"))
