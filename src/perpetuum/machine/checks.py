"""Do the books balance? The identities that hold in every quarter of every draw.

They are recomputed from the record of what was paid, not from what a posting says about itself.
"""

from __future__ import annotations

import numpy as np

from perpetuum.machine.amounts import owed_to_vendors
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
    OUTSTANDING,
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
    CALLED,
    DUES,
    GAIN,
    IDLE,
    LENDERS,
    LENT_LOST,
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
from perpetuum.maths.lanes import choose, everywhere
from perpetuum.maths.shapes import Float

TOLERANCE = 1e-9
NOTHING_FOUND = 0
# What is told of a draw: the first identity that does not hold, whose it is, what was found, and what was expected.
IDENTITY, WHOSE, IS, SHOULD_BE = range(4)
Found = Float[np.ndarray, " four"]
I1, I2, I3, I5, I6, I7, I8, I9, I10, I11, I12 = 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12


@inlined
def check_books(quarter: int, world: World, knobs: Knobs, layout: Layout, found: Found) -> None:
    """Go through all identities of a quarter; ``found`` is told the first of each draw that does not hold."""
    found[IDENTITY] = float(NOTHING_FOUND)
    money_moves_as_paid(world, layout, found)
    debts_are_loans(world, layout, found)
    calls_are_payable(world, layout, found)
    sheets_balance(world, layout, found)
    shares_have_holders(world, layout, found)
    promises_add_up(world, knobs, layout, found)
    capacity_adds_up(quarter, world, layout, found)


@inlined
def hold(a: float, b: float, scale: float) -> bool:
    """Do two sums agree up to rounding? Not a number agrees with nothing."""
    return abs(a - b) <= TOLERANCE * max(1.0, scale)


@inlined
def expect(holds: bool, found: Found, identity: int, subject: int, a: float, b: float) -> None:
    """Write down what does not hold, whose it is, what was found and what was expected: the first of each draw."""
    if not everywhere(holds):
        fresh = found[IDENTITY] == float(NOTHING_FOUND)
        found[WHOSE] = choose(holds, found[WHOSE], choose(fresh, float(subject), found[WHOSE]))
        found[IS] = choose(holds, found[IS], choose(fresh, a, found[IS]))
        found[SHOULD_BE] = choose(holds, found[SHOULD_BE], choose(fresh, b, found[SHOULD_BE]))
        found[IDENTITY] = choose(holds, found[IDENTITY], choose(fresh, float(identity), found[IDENTITY]))


@inlined
def tally_up(world: World, layout: Layout) -> None:
    """From the record of what was paid: what came in less what went out, and what it did to each firm's equity."""
    tally = world.tally
    for e in range(tally.shape[0]):
        tally[e, 0] = 0.0
        tally[e, 1] = 0.0
    for leg in range(layout.payer.size):
        paid, payer, payee = world.flow[leg], layout.payer[leg], layout.payee[leg]
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
    own = world.own
    for e in range(own.shape[0]):
        lost = own[e, LOAN_LOST] - own[e, LENT_LOST]
        tally[e, 1] += lost + own[e, GAIN] - own[e, WORN] - own[e, WEAR] - own[e, WRITTEN_OFF]


@inlined
def turnover(world: World, layout: Layout, e: int) -> float:
    """All that an entity paid and received in the quarter: how large its rounding may be."""
    total = 0.0
    for leg in range(layout.payer.size):
        if layout.payer[leg] == e or layout.payee[leg] == e:
            total += world.flow[leg] + world.arrears[leg]
    return total


@inlined
def moved_as(world: World, layout: Layout, e: int, a: float, b: float, scale: float) -> bool:
    """Do two sums of a quarter agree? Its turnover is added up only where they do not without it."""
    holds = hold(a, b, scale)
    if not everywhere(holds):
        holds = hold(a, b, scale + turnover(world, layout, e))
    return holds


@inlined
def not_below_zero(world: World, layout: Layout, e: int, now: float, scale: float) -> bool:
    """Is a sum at least zero, but for the rounding of a quarter's turnover?"""
    holds = now >= 0.0
    if not everywhere(holds):
        holds = now >= -TOLERANCE * max(1.0, scale + turnover(world, layout, e))
    return holds


@inlined
def money_moves_as_paid(world: World, layout: Layout, found: Found) -> None:
    """I1, I2, I3, I6, I8: money changes by what was paid, deposits are what the lenders issued, none is negative."""
    tally_up(world, layout)
    lenders, held, others, scale = layout.sectors[LENDERS], 0.0, 0.0, 0.0
    for leg in range(layout.groups[IDLE, 0], layout.payer.size):
        expect(world.flow[leg] == 0.0, found, I1, layout.payer[leg], world.flow[leg], 0.0)
    for e in range(world.accounts.shape[0]):
        purse = layout.purse[e]
        now, before, paid = world.accounts[e, purse], world.opening[e, purse], world.tally[e, 0]
        moved = layout.sense[e] * (now - before)
        expect(moved_as(world, layout, e, moved, paid, now + before), found, I2, e, moved, paid)
        expect(not_below_zero(world, layout, e, now, before), found, I6, e, now, 0.0)
        scale += now + before
        if e != lenders:
            held += now
            others += moved
    issued = world.accounts[lenders, DEPOSITS]
    expect(hold(held, issued, held + issued), found, I3, lenders, held, issued)
    made = world.opening[lenders, DEPOSITS] - issued
    expect(hold(-others, made, scale), found, I8, lenders, made, -others)


@inlined
def debts_are_loans(world: World, layout: Layout, found: Found) -> None:
    """I7: debt changes by loans, repayments, write-downs and calls; all debt is what lenders and vendors have lent."""
    lenders, owed, of_vendors = layout.sectors[LENDERS], 0.0, 0.0
    if layout.loans.shape[0] > 0:
        of_vendors = loans_are_of_vendors(world, layout, found)
    for e in range(world.accounts.shape[0]):
        now, before = world.accounts[e, DEBT], world.opening[e, DEBT]
        if layout.standing[LOAN, e] >= 0:
            lent, repaid = world.flow[layout.standing[LOAN, e]], world.flow[layout.standing[REPAYMENT, e]]
            change = lent - repaid - world.own[e, LOAN_LOST] - world.own[e, CALLED]
            scale = now + before + lent + repaid
            for i in range(layout.loans.shape[0]):
                if layout.payee[layout.loans[i, 0]] == e:
                    change += world.flow[layout.loans[i, 0]] - world.flow[layout.loans[i, 2]]
                    scale += world.flow[layout.loans[i, 0]] + world.flow[layout.loans[i, 2]]
            expect(hold(now - before, change, scale), found, I7, e, now - before, change)
            expect(now >= -TOLERANCE * max(1.0, before), found, I6, e, now, 0.0)
        owed += now
    lent = world.accounts[lenders, LOANS] + of_vendors
    expect(hold(owed, lent, owed + lent), found, I7, lenders, lent, owed)


@inlined
def calls_are_payable(world: World, layout: Layout, found: Found) -> None:
    """I7: what a firm has to pay beside its debt are unpaid bills, and what was called of those who vouched for it."""
    for i in range(layout.guarantees.shape[0]):
        debtor, owed = layout.guarantees[i, 2], 0.0
        for leg in range(layout.groups[DUES, 1]):
            if layout.payer[leg] == debtor:
                owed += world.positions[leg, UNPAID]
        for j in range(layout.guarantees.shape[0]):
            if layout.guarantees[j, 2] == debtor:
                owed += world.positions[layout.guarantees[j, 0], UNLOCKED]
        booked, before = world.accounts[debtor, PAYABLES], world.opening[debtor, PAYABLES]
        scale = booked + owed + before + world.accounts[debtor, DEBT]
        expect(moved_as(world, layout, debtor, booked, owed, scale), found, I7, debtor, booked, owed)
        called = world.positions[layout.guarantees[i, 0], UNLOCKED]
        expect(called >= 0.0, found, I6, layout.payer[layout.guarantees[i, 0]], called, 0.0)


@inlined
def loans_are_of_vendors(world: World, layout: Layout, found: Found) -> float:
    """I7: what a vendor has lent is the sum of its loans, and no firm owes vendors more than all its debt.

    Returns what all vendors have lent, USD.
    """
    total = 0.0
    for v in layout.fuel:
        lent, booked = lent_by(world, layout, v), world.accounts[v, LOANS]
        scale = booked + lent + world.opening[v, LOANS] + world.own[v, LENT_LOST]
        expect(hold(booked, lent, scale), found, I7, v, booked, lent)
        expect(booked >= -TOLERANCE * max(1.0, scale), found, I6, v, booked, 0.0)
        total += lent
    for i in range(layout.loans.shape[0]):
        e = layout.payee[layout.loans[i, 0]]
        debt, owed = world.accounts[e, DEBT], owed_to_vendors(world, layout, e)
        within = owed <= debt + TOLERANCE * max(1.0, debt + world.opening[e, DEBT])
        expect(within, found, I7, e, owed, debt)
    return total


@inlined
def lent_by(world: World, layout: Layout, v: int) -> float:
    """What a vendor is owed, loan by loan, USD."""
    lent = 0.0
    for i in range(layout.loans.shape[0]):
        if layout.payer[layout.loans[i, 0]] == v:
            lent += world.positions[layout.loans[i, 0], OUTSTANDING]
    return lent


@inlined
def sheets_balance(world: World, layout: Layout, found: Found) -> None:
    """I10: assets are liabilities and equity, and equity changes by what was earned, paid in and revalued."""
    for e in range(world.accounts.shape[0]):
        row, opened = world.accounts[e], world.opening[e]
        assets = row[CASH] + row[RECEIVABLES] + row[EQUIPMENT] + row[BUILDINGS] + row[HOLDINGS]
        assets += row[LOANS] + row[OTHER_ASSETS] + row[PREPAID]
        equity = row[PAID_IN] + row[EARNINGS] + row[REVALUATION]
        liabilities = row[DEPOSITS] + row[PAYABLES] + row[DEBT] + row[DEFERRED_REVENUE]
        scale = abs(assets) + abs(liabilities) + abs(row[PAID_IN]) + abs(row[EARNINGS]) + abs(row[REVALUATION])
        claims = liabilities + equity
        expect(hold(assets, claims, scale), found, I10, e, assets, claims)
        change = equity - (opened[PAID_IN] + opened[EARNINGS] + opened[REVALUATION])
        earned = world.tally[e, 1]
        expect(moved_as(world, layout, e, change, earned, scale), found, I10, e, change, earned)
        least = min(min(row[RECEIVABLES], row[EQUIPMENT]), min(min(row[BUILDINGS], row[HOLDINGS]), row[PAYABLES]))
        expect(least >= -TOLERANCE * max(1.0, scale), found, I6, e, least, 0.0)


@inlined
def shares_have_holders(world: World, layout: Layout, found: Found) -> None:
    """I5: every share has a holder; and I10: the worth of all is what is real, and what lenders hold beside."""
    tally = world.tally
    for e in range(tally.shape[0]):
        tally[e, 0] = 0.0
    for i in range(layout.shares.shape[0]):
        leg = layout.shares[i, 0]
        held = world.positions[leg, HELD]
        expect(held >= 0.0, found, I6, layout.shares[i, 1], held, 0.0)
        tally[layout.shares[i, 1], 0] += held
    worth, real, scale = 0.0, 0.0, 0.0
    for e in range(tally.shape[0]):
        row = world.accounts[e]
        issued = world.stocks[e, SHARES]
        expect(hold(tally[e, 0], issued, issued), found, I5, e, tally[e, 0], issued)
        own_shares = issued * world.stocks[e, SHARE_PRICE]
        worth += row[PAID_IN] + row[EARNINGS] + row[REVALUATION] - own_shares
        real += row[EQUIPMENT] + row[BUILDINGS] + row[OTHER_ASSETS]
        scale += own_shares + row[CASH] + row[DEBT] + row[HOLDINGS]
    expect(hold(worth, real, scale), found, I10, layout.sectors[LENDERS], worth, real)


@inlined
def promise_adds_up(world: World, knobs: Knobs, layout: Layout, leg: int, found: Found) -> None:
    """I9 of one funding leg or loan."""
    drawn, unlocked = world.positions[leg, DRAWN], world.positions[leg, UNLOCKED]
    headline = max(knobs.leg[leg, HEADLINE], drawn)  # a promise cut below what was paid has nothing left
    gone = drawn + unlocked + choose(world.positions[leg, ENDED] > 0.0, world.positions[leg, CANCELLED], 0.0)
    within = (gone <= headline + TOLERANCE * max(1.0, headline)) & (unlocked >= 0.0)
    expect(within, found, I9, layout.payer[leg], gone, headline)


@inlined
def promises_add_up(world: World, knobs: Knobs, layout: Layout, found: Found) -> None:
    """I6, I9, I12: what is drawn, unlocked and cancelled stays within the promise; backlogs roll forward."""
    positions = world.positions
    for leg in layout.tranches:
        promise_adds_up(world, knobs, layout, leg, found)
    for i in range(layout.loans.shape[0]):
        promise_adds_up(world, knobs, layout, layout.loans[i, 0], found)
    for i in range(layout.warrants.shape[0]):
        vested = positions[layout.warrants[i, 0], VESTED]
        within = (vested >= 0.0) & (vested <= 1.0 + TOLERANCE)
        expect(within, found, I9, layout.payer[layout.warrants[i, 0]], vested, 1.0)
    for leg in layout.contracts:
        before = positions[leg, BACKLOG_BEFORE]
        left = max(0.0, before - knobs.leg[leg, PRICE] / 4.0 * positions[leg, AVAILABLE])
        left = choose(positions[leg, ENDED] > 0.0, 0.0, left)
        expect(
            hold(positions[leg, BACKLOG], left, before), found, I12, layout.payer[leg], positions[leg, BACKLOG], left
        )
    for leg in range(layout.groups[DUES, 1]):
        unpaid = positions[leg, UNPAID]
        enough = unpaid >= -TOLERANCE * max(1.0, world.unpaid[leg] + world.lost[leg])
        expect(enough, found, I6, layout.payer[leg], unpaid, 0.0)


@inlined
def capacity_adds_up(quarter: int, world: World, layout: Layout, found: Found) -> None:
    """I11: capacity, orders and equipment are the sums of their vintages."""
    now, columns = layout.past + quarter, world.arrivals.shape[1]
    for i in range(layout.gears.size):
        g, gw, book_value, coming = layout.gears[i], 0.0, 0.0, 0.0
        for h in range(world.oldest[i], now + 1):
            gw += world.arrivals[i, h, ARRIVED_GW]
            book_value += world.arrivals[i, h, BOOK_VALUE]
        for h in range(now + 1, min(columns, now + 1 + MOST_AHEAD)):
            coming += world.arrivals[i, h, ON_ORDER]
        stands, ordered = world.stocks[g, CAPACITY_GW], world.stocks[g, PIPELINE_GW]
        expect(hold(stands, gw, gw), found, I11, g, stands, gw)
        expect(hold(ordered, coming, coming + gw), found, I11, g, ordered, coming)
        sheet = abs(world.accounts[g, CASH]) + world.accounts[g, DEBT] + world.opening[g, EQUIPMENT]
        booked = world.accounts[g, EQUIPMENT]
        expect(hold(booked, book_value, book_value + sheet), found, I11, g, booked, book_value)
