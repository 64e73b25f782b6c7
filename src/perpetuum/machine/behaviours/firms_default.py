"""Whoever cannot pay falls: contracts end, debt is written down, and the firm goes on in a smaller way."""

from __future__ import annotations

from perpetuum.machine.amounts import left_of_promise, owed_to_lenders
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import (
    BACKLOG,
    CANCELLED,
    DEBT,
    ENDED,
    FALLEN,
    MISSED,
    OUTSTANDING,
    UNLOCKED,
    UNPAID,
)
from perpetuum.machine.events import DEAL_CANCELLED, DEFAULTED, LOST_LOAN, happens
from perpetuum.machine.knobs import GRACE_QUARTERS, HEADLINE, RECOVERY, RECOVERY_TRADE
from perpetuum.machine.lending import call_guarantees, calls_lapse, loan_is_called, lose_loan
from perpetuum.machine.posting import book_lost
from perpetuum.machine.world import (
    DUES,
    LOAN,
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
    for i in range(layout.loans.shape[0]):
        leg = layout.loans[i, 0]
        end_leg(world.told[world.stocks.shape[0] + leg] > 0, quarter, world, knobs, leg, happened)
    for e in layout.engines:
        falls = may_fall(quarter, world, knobs, layout, proposal, e, happened)
        engine_falls(falls, quarter, world, knobs, layout, e, happened)
    for g in layout.gears:
        falls = may_fall(quarter, world, knobs, layout, proposal, g, happened)
        vendors_lend_no_more(falls, quarter, world, knobs, layout, g, happened)
        debt_is_written_down(falls, quarter, world, knobs, layout, g, happened)
    for v in layout.fuel:
        falls = may_fall(quarter, world, knobs, layout, proposal, v, happened)
        vendors_lend_no_more(falls, quarter, world, knobs, layout, v, happened)
        debt_is_written_down(falls, quarter, world, knobs, layout, v, happened)
        for leg in layout.tranches:
            if layout.payer[leg] == v:
                end_leg(falls, quarter, world, knobs, leg, happened)
    calls_lapse(world, knobs, layout)


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
            lost = choose(over, (1.0 - knobs.world[RECOVERY_TRADE]) * max(world.positions[leg, UNPAID], 0.0), 0.0)
            called = call_guarantees(world, knobs, layout, leg, lost, quarter, happened)
            world.positions[leg, UNPAID] -= called  # it stays payable, but the guarantor is asked for it
            book_lost(world, layout, leg, lost - called)
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
    vendors_lend_no_more(falls, quarter, world, knobs, layout, e, happened)
    debt_is_written_down(falls & (world.accounts[e, DEBT] > 0.0), quarter, world, knobs, layout, e, happened)


@inlined
def debt_is_written_down(
    falls: bool, quarter: int, world: World, knobs: Knobs, layout: Layout, e: int, happened: Happened
) -> None:
    """Lenders and vendors lose what is not recovered, each of its own loans, but for what guarantees make good."""
    owed = owed_to_lenders(world, layout, e)
    loan_is_written_down(falls, quarter, world, knobs, layout, layout.standing[LOAN, e], owed, happened)
    for i in range(layout.loans.shape[0]):
        leg = layout.loans[i, 0]
        if layout.payee[leg] == e:
            owed = world.positions[leg, OUTSTANDING]
            loan_is_written_down(falls, quarter, world, knobs, layout, leg, owed, happened)
    happens(falls, happened, LOST_LOAN, e, quarter)


@inlined
def loan_is_written_down(
    falls: bool, quarter: int, world: World, knobs: Knobs, layout: Layout, leg: int, owed: float, happened: Happened
) -> None:
    """One loan: a part is called of guarantors, a part is lost, the rest is still owed."""
    lost = choose(falls, (1.0 - knobs.world[RECOVERY]) * owed, 0.0)
    called = call_guarantees(world, knobs, layout, leg, lost, quarter, happened)
    loan_is_called(world, layout, leg, called)
    lose_loan(world, layout, leg, lost - called)


@inlined
def vendors_lend_no_more(
    falls: bool, quarter: int, world: World, knobs: Knobs, layout: Layout, e: int, happened: Happened
) -> None:
    """What a fallen firm had not drawn of its vendors' loans, or had not lent of its own, is cancelled."""
    for i in range(layout.loans.shape[0]):
        leg = layout.loans[i, 0]
        if layout.payee[leg] == e or layout.payer[leg] == e:
            end_leg(falls, quarter, world, knobs, leg, happened)


BEHAVIOUR = Behaviour(
    id="firms_default", phase="close", owns=("missed", "fallen", "unpaid", "cancelled", "ended", "written_down")
)
