"""Do the books balance? The identities that hold in every quarter of every draw.

They are recomputed from the record of what was paid, not from what a posting says about itself.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from perpetuum.machine.columns import (
    ARRIVED_GW,
    AVAILABLE,
    BACKLOG,
    BACKLOG_BEFORE,
    BOOK_VALUE,
    BUILDINGS,
    CANCELLED,
    CAPACITY_GW,
    CASH,
    DEBT,
    DEFERRED_REVENUE,
    DEPOSITS,
    DRAWN,
    EARNINGS,
    ENDED,
    EQUIPMENT,
    HELD,
    HOLDINGS,
    LOANS,
    ON_ORDER,
    OTHER_ASSETS,
    PAID_IN,
    PAYABLES,
    PIPELINE_GW,
    PREPAID,
    RECEIVABLES,
    REVALUATION,
    SHARE_PRICE,
    SHARES,
    UNLOCKED,
    UNPAID,
    VESTED,
)
from perpetuum.machine.ground import MOST_AHEAD
from perpetuum.machine.knobs import HEADLINE, PRICE
from perpetuum.machine.world import (
    DUES,
    GAIN,
    IDLE,
    LENDERS,
    LOAN,
    LOAN_LOST,
    REPAYMENT,
    WEAR,
    WORN,
    WRITTEN_OFF,
    Knobs,
    Layout,
    World,
)
from perpetuum.maths.compiled import inlined

TOLERANCE = 1e-9
NOTHING_FOUND = 0
I1, I2, I3, I5, I6, I7, I8, I9, I10, I11, I12 = 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12


class Finding(NamedTuple):
    """The first identity that does not hold (0: all hold), whose it is, by how much, and what was expected."""

    identity: int
    subject: int
    found: float
    expected: float


@inlined
def differ(a: float, b: float, scale: float) -> bool:
    """Do two sums differ by more than rounding? Not a number differs from everything."""
    return not abs(a - b) <= TOLERANCE * max(1.0, scale)


@inlined
def check_books(quarter: int, world: World, knobs: Knobs, layout: Layout) -> Finding:
    """Go through all identities of a quarter; stop at the first that does not hold."""
    first = money_moves_as_paid(world, layout)
    if first.identity == 0:
        first = debts_are_loans(world, layout)
    if first.identity == 0:
        first = sheets_balance(world, layout)
    if first.identity == 0:
        first = shares_have_holders(world, layout)
    if first.identity == 0:
        first = promises_add_up(world, knobs, layout)
    if first.identity == 0:
        first = capacity_adds_up(quarter, world, layout)
    return first


@inlined
def finding(identity: int, subject: int, found: float, expected: float) -> Finding:
    """What does not hold, whose it is, by how much."""
    whole: int = np.int64(subject)  # type: ignore[assignment] # numbers of the map are smaller ones
    return Finding(identity, whole, found, expected)


@inlined
def fine() -> Finding:
    """All identities hold."""
    return finding(NOTHING_FOUND, -1, 0.0, 0.0)


@inlined
def tally_up(world: World, layout: Layout) -> None:
    """From the record of what was paid: what came in less what went out, and what it did to each firm's equity."""
    tally = world.tally
    tally[:] = 0.0
    for leg in range(layout.payer.size):
        paid = world.flow[leg]
        if paid != 0.0:
            payer, payee = layout.payer[leg], layout.payee[leg]
            tally[payer, 0] -= paid
            tally[payee, 0] += paid
            if layout.books[leg, 0] >= PAID_IN:
                tally[payer, 1] += layout.signs[leg, 0] * paid
            if layout.books[leg, 1] >= PAID_IN:
                tally[payee, 1] += layout.signs[leg, 1] * paid
    if world.owing[0] + world.owing[1] > 0:
        for leg in range(layout.groups[DUES, 1]):
            payer, payee = layout.payer[leg], layout.payee[leg]
            missed = world.unpaid[leg] - world.lost[leg]
            tally[payer, 0] -= world.arrears[leg]
            tally[payee, 0] += world.arrears[leg]
            tally[payer, 1] -= missed
            tally[payee, 1] += missed
    for i in range(layout.warrants.shape[0]):
        leg = layout.warrants[i, 0]
        tally[layout.payee[leg], 1] += world.vesting[leg]
    own, lenders = world.own, layout.sectors[LENDERS]
    for e in range(own.shape[0]):
        lost = own[e, LOAN_LOST]
        tally[e, 1] += lost + own[e, GAIN] - own[e, WORN] - own[e, WEAR] - own[e, WRITTEN_OFF]
        tally[lenders, 1] -= lost


@inlined
def turnover(world: World, layout: Layout, e: int) -> float:
    """All that an entity paid and received in the quarter: how large its rounding may be."""
    total = 0.0
    for leg in range(layout.payer.size):
        if layout.payer[leg] == e or layout.payee[leg] == e:
            total += world.flow[leg] + world.arrears[leg]
    return total


@inlined
def money_moves_as_paid(world: World, layout: Layout) -> Finding:
    """I1, I2, I3, I6, I8: money changes by what was paid, deposits are what the lenders issued, none is negative."""
    tally_up(world, layout)
    lenders, held, others, scale = layout.sectors[LENDERS], 0.0, 0.0, 0.0
    for leg in range(layout.groups[IDLE, 0], layout.payer.size):
        if world.flow[leg] != 0.0:
            return finding(I1, layout.payer[leg], world.flow[leg], 0.0)
    for e in range(world.accounts.shape[0]):
        purse = layout.purse[e]
        now, before, paid = world.accounts[e, purse], world.opening[e, purse], world.tally[e, 0]
        moved = layout.sense[e] * (now - before)
        if differ(moved, paid, now + before) and differ(moved, paid, now + before + turnover(world, layout, e)):
            return finding(I2, e, moved, paid)
        if not now >= 0.0 and not now >= -TOLERANCE * max(1.0, before + turnover(world, layout, e)):
            return finding(I6, e, now, 0.0)
        scale += now + before
        if e != lenders:
            held += now
            others += moved
    issued = world.accounts[lenders, DEPOSITS]
    if differ(held, issued, held + issued):
        return finding(I3, lenders, held, issued)
    made = world.opening[lenders, DEPOSITS] - issued
    if differ(-others, made, scale):
        return finding(I8, lenders, made, -others)
    return fine()


@inlined
def debts_are_loans(world: World, layout: Layout) -> Finding:
    """I7: debt changes by loans, repayments and write-downs; all debt is what the lenders have lent."""
    lenders, owed = layout.sectors[LENDERS], 0.0
    for e in range(world.accounts.shape[0]):
        now, before = world.accounts[e, DEBT], world.opening[e, DEBT]
        if layout.standing[LOAN, e] >= 0:
            lent, repaid = world.flow[layout.standing[LOAN, e]], world.flow[layout.standing[REPAYMENT, e]]
            change = lent - repaid - world.own[e, LOAN_LOST]
            if differ(now - before, change, now + before + lent + repaid):
                return finding(I7, e, now - before, change)
            if not now >= -TOLERANCE * max(1.0, before):
                return finding(I6, e, now, 0.0)
        owed += now
    if differ(owed, world.accounts[lenders, LOANS], owed + world.accounts[lenders, LOANS]):
        return finding(I7, lenders, world.accounts[lenders, LOANS], owed)
    return fine()


@inlined
def sheets_balance(world: World, layout: Layout) -> Finding:
    """I10: assets are liabilities and equity, and equity changes by what was earned, paid in and revalued."""
    for e in range(world.accounts.shape[0]):
        row, opened = world.accounts[e], world.opening[e]
        assets = row[CASH] + row[RECEIVABLES] + row[EQUIPMENT] + row[BUILDINGS] + row[HOLDINGS]
        assets += row[LOANS] + row[OTHER_ASSETS] + row[PREPAID]
        equity = row[PAID_IN] + row[EARNINGS] + row[REVALUATION]
        liabilities = row[DEPOSITS] + row[PAYABLES] + row[DEBT] + row[DEFERRED_REVENUE]
        scale = abs(assets) + abs(liabilities) + abs(row[PAID_IN]) + abs(row[EARNINGS]) + abs(row[REVALUATION])
        if differ(assets, liabilities + equity, scale):
            return finding(I10, e, assets, liabilities + equity)
        change = equity - (opened[PAID_IN] + opened[EARNINGS] + opened[REVALUATION])
        earned = world.tally[e, 1]
        if differ(change, earned, scale) and differ(change, earned, scale + turnover(world, layout, e)):
            return finding(I10, e, change, earned)
        if not min(row[RECEIVABLES], row[EQUIPMENT], row[BUILDINGS], row[HOLDINGS], row[PAYABLES]) >= -TOLERANCE * max(
            1.0, scale
        ):
            return Finding(
                I6, e, min(row[RECEIVABLES], row[EQUIPMENT], row[BUILDINGS], row[HOLDINGS], row[PAYABLES]), 0.0
            )
    return fine()


@inlined
def shares_have_holders(world: World, layout: Layout) -> Finding:
    """I5: every share has a holder; and I10: the worth of all is what is real, and what lenders hold beside."""
    tally = world.tally
    for e in range(tally.shape[0]):
        tally[e, 0] = 0.0
    for i in range(layout.shares.shape[0]):
        leg = layout.shares[i, 0]
        if not world.positions[leg, HELD] >= 0.0:
            return finding(I6, layout.shares[i, 1], world.positions[leg, HELD], 0.0)
        tally[layout.shares[i, 1], 0] += world.positions[leg, HELD]
    worth, real, scale = 0.0, 0.0, 0.0
    for e in range(tally.shape[0]):
        row = world.accounts[e]
        issued = world.stocks[e, SHARES]
        if differ(tally[e, 0], issued, issued):
            return finding(I5, e, tally[e, 0], issued)
        own_shares = issued * world.stocks[e, SHARE_PRICE]
        worth += row[PAID_IN] + row[EARNINGS] + row[REVALUATION] - own_shares
        real += row[EQUIPMENT] + row[BUILDINGS] + row[OTHER_ASSETS]
        scale += own_shares + row[CASH] + row[DEBT] + row[HOLDINGS]
    if differ(worth, real, scale):
        return finding(I10, layout.sectors[LENDERS], worth, real)
    return fine()


@inlined
def promises_add_up(world: World, knobs: Knobs, layout: Layout) -> Finding:
    """I6, I9, I12: what is drawn, unlocked and cancelled stays within the promise; backlogs roll forward."""
    positions = world.positions
    for leg in layout.tranches:
        drawn, unlocked = positions[leg, DRAWN], positions[leg, UNLOCKED]
        headline = max(knobs.leg[leg, HEADLINE], drawn)  # a promise cut below what was paid has nothing left
        gone = drawn + unlocked + (positions[leg, CANCELLED] if positions[leg, ENDED] > 0.0 else 0.0)
        if not gone <= headline + TOLERANCE * max(1.0, headline) or not unlocked >= 0.0:
            return finding(I9, layout.payer[leg], gone, headline)
    for i in range(layout.warrants.shape[0]):
        vested = positions[layout.warrants[i, 0], VESTED]
        if not 0.0 <= vested <= 1.0 + TOLERANCE:
            return finding(I9, layout.payer[layout.warrants[i, 0]], vested, 1.0)
    for leg in layout.contracts:
        before = positions[leg, BACKLOG_BEFORE]
        left = max(0.0, before - knobs.leg[leg, PRICE] / 4.0 * positions[leg, AVAILABLE])
        left = 0.0 if positions[leg, ENDED] > 0.0 else left
        if differ(positions[leg, BACKLOG], left, before):
            return finding(I12, layout.payer[leg], positions[leg, BACKLOG], left)
    for leg in range(layout.groups[DUES, 1]):
        if positions[leg, UNPAID] < 0.0 and not positions[leg, UNPAID] >= -TOLERANCE * max(
            1.0, world.unpaid[leg] + world.lost[leg]
        ):
            return finding(I6, layout.payer[leg], positions[leg, UNPAID], 0.0)
    return fine()


@inlined
def capacity_adds_up(quarter: int, world: World, layout: Layout) -> Finding:
    """I11: capacity, orders and equipment are the sums of their vintages."""
    now, columns = layout.past + quarter, world.arrivals.shape[1]
    for i in range(layout.gears.size):
        g, gw, book_value, coming = layout.gears[i], 0.0, 0.0, 0.0
        for h in range(world.oldest[i], now + 1):
            gw += world.arrivals[i, h, ARRIVED_GW]
            book_value += world.arrivals[i, h, BOOK_VALUE]
        for h in range(now + 1, min(columns, now + 1 + MOST_AHEAD)):
            coming += world.arrivals[i, h, ON_ORDER]
        if differ(world.stocks[g, CAPACITY_GW], gw, gw):
            return finding(I11, g, world.stocks[g, CAPACITY_GW], gw)
        if differ(world.stocks[g, PIPELINE_GW], coming, coming + gw):
            return finding(I11, g, world.stocks[g, PIPELINE_GW], coming)
        sheet = abs(world.accounts[g, CASH]) + world.accounts[g, DEBT] + world.opening[g, EQUIPMENT]
        if differ(world.accounts[g, EQUIPMENT], book_value, book_value + sheet):
            return finding(I11, g, world.accounts[g, EQUIPMENT], book_value)
    return fine()
