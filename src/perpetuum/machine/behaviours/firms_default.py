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
    if is_calm(world):
        for e in range(world.stocks.shape[0]):
            world.stocks[e, MISSED] = 0.0
        return
    for legs in range(layout.contracts.size):
        leg = layout.contracts[legs]
        if world.told[world.stocks.shape[0] + leg] > 0:
            end_leg(quarter, world, knobs, leg, happened)
    for legs in range(layout.tranches.size):
        leg = layout.tranches[legs]
        if world.told[world.stocks.shape[0] + leg] > 0:
            end_leg(quarter, world, knobs, leg, happened)
    for e in layout.engines:
        if may_fall(quarter, world, knobs, layout, proposal, e, happened):
            engine_falls(quarter, world, knobs, layout, e, happened)
    for g in layout.gears:
        if may_fall(quarter, world, knobs, layout, proposal, g, happened):
            debt_is_written_down(quarter, world, knobs, layout, g, happened)
    for v in layout.fuel:
        if may_fall(quarter, world, knobs, layout, proposal, v, happened):
            debt_is_written_down(quarter, world, knobs, layout, v, happened)
            for leg in layout.tranches:
                if layout.payer[leg] == v:
                    end_leg(quarter, world, knobs, leg, happened)


@inlined
def is_calm(world: World) -> bool:
    """Has everyone paid everything, and is nobody told to fall, nor any leg to end?"""
    calm = world.owing[0] + world.owing[1] == 0
    for subject in range(world.told.size):
        calm = calm and world.told[subject] == 0
    return calm


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
    if missed <= 1e-9 * due and world.told[e] == 0:
        world.stocks[e, MISSED] = 0.0
        return False
    world.stocks[e, MISSED] += 1.0
    falls = world.stocks[e, MISSED] > knobs.world[GRACE_QUARTERS] or world.told[e] > 0
    if not falls:
        return False
    for leg in range(layout.groups[DUES, 1]):
        if layout.payer[leg] == e and world.positions[leg, UNPAID] > 0.0:
            book_lost(world, layout, leg, (1.0 - knobs.world[RECOVERY_TRADE]) * world.positions[leg, UNPAID])
    if world.stocks[e, FALLEN] > 0.0:
        return False
    world.stocks[e, FALLEN] = 1.0
    happens(happened, DEFAULTED, e, quarter)
    return True


@inlined
def end_leg(quarter: int, world: World, knobs: Knobs, leg: int, happened: Happened) -> None:
    """A contract or a promise ends: nothing more is performed, drawn or owed on it."""
    if world.positions[leg, ENDED] > 0.0:
        return
    left = left_of_promise(world, knobs, leg)
    if left > 1e-9 * knobs.leg[leg, HEADLINE] or world.positions[leg, BACKLOG] > 0.0:
        happens(happened, DEAL_CANCELLED, leg, quarter)
    world.positions[leg, ENDED] = 1.0
    world.positions[leg, BACKLOG] = 0.0
    world.positions[leg, UNLOCKED] = 0.0
    world.positions[leg, CANCELLED] += left


@inlined
def engine_falls(quarter: int, world: World, knobs: Knobs, layout: Layout, e: int, happened: Happened) -> None:
    """Its contracts and the promises made to it end; from the next quarter it rents spare capacity at a discount."""
    for leg in layout.contracts:
        if layout.payer[leg] == e:
            end_leg(quarter, world, knobs, leg, happened)
    for leg in layout.tranches:
        if layout.payee[leg] == e:
            end_leg(quarter, world, knobs, leg, happened)
    if world.accounts[e, DEBT] > 0.0:
        debt_is_written_down(quarter, world, knobs, layout, e, happened)


@inlined
def debt_is_written_down(quarter: int, world: World, knobs: Knobs, layout: Layout, e: int, happened: Happened) -> None:
    """The lenders lose what is not recovered."""
    lost, lenders = (1.0 - knobs.world[RECOVERY]) * world.accounts[e, DEBT], layout.sectors[LENDERS]
    world.own[e, LOAN_LOST] += lost
    world.accounts[e, DEBT] -= lost
    world.accounts[e, EARNINGS] += lost
    world.accounts[lenders, LOANS] -= lost
    world.accounts[lenders, EARNINGS] -= lost
    happens(happened, LOST_LOAN, e, quarter)


BEHAVIOUR = Behaviour(id="firms_default", phase="close", owns=("missed", "fallen", "unpaid", "cancelled", "ended"))
