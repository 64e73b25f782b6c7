"""What firms lend one another and vouch for: drawn, owed, lost, called."""

from __future__ import annotations

from perpetuum.machine.amounts import is_in_force
from perpetuum.machine.columns import (
    CANCELLED,
    DEBT,
    DRAWN,
    EARNINGS,
    ENDED,
    FALLEN,
    LOANS,
    OUTSTANDING,
    PAYABLES,
    RECEIVABLES,
    UNLOCKED,
    UNPAID,
    WRITTEN_DOWN,
)
from perpetuum.machine.events import GUARANTEE_CALLED, LOAN_DRAWN, happens
from perpetuum.machine.knobs import COVER_SHARE, HEADLINE
from perpetuum.machine.posting import book_lost
from perpetuum.machine.world import CALLED, LENT_LOST, LOAN, LOAN_LOST, Happened, Knobs, Layout, World
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import anywhere, choose, portion


@inlined
def loans_change(world: World, layout: Layout, happened: Happened, quarter: int) -> None:
    """What was drawn and paid back this quarter, in the books of each vendor's loan."""
    for i in range(layout.loans.shape[0]):
        leg, repayment = layout.loans[i, 0], layout.loans[i, 2]
        world.positions[leg, DRAWN] += world.flow[leg]
        world.positions[leg, OUTSTANDING] += world.flow[leg] - world.flow[repayment]
        happens(world.flow[leg] > 0.0, happened, LOAN_DRAWN, leg, quarter)


@inlined
def calls_are_paid(world: World, layout: Layout) -> None:
    """What a guarantor has paid it can ask of the firm it vouched for: the claim has changed hands."""
    for i in range(layout.guarantees.shape[0]):
        leg, recourse = layout.guarantees[i, 0], layout.guarantees[i, 1]
        paid = world.flow[leg]
        if anywhere(paid > 0.0):
            world.positions[leg, UNLOCKED] = max(0.0, world.positions[leg, UNLOCKED] - paid)
            world.positions[leg, DRAWN] += paid
            world.positions[recourse, UNPAID] += paid
            world.owing[0] = 1


@inlined
def lose_loan(world: World, layout: Layout, leg: int, lost: float) -> None:
    """A loan is written down: a loss of whoever lent, a gain of whoever owes. Less than nothing brings it back."""
    creditor, debtor = layout.payer[leg], layout.payee[leg]
    world.own[debtor, LOAN_LOST] += lost
    world.own[creditor, LENT_LOST] += lost
    world.positions[leg, WRITTEN_DOWN] += lost
    world.accounts[debtor, DEBT] -= lost
    world.accounts[debtor, EARNINGS] += lost
    world.accounts[creditor, LOANS] -= lost
    world.accounts[creditor, EARNINGS] -= lost
    if leg != layout.standing[LOAN, debtor]:
        world.positions[leg, OUTSTANDING] -= lost


@inlined
def loan_is_called(world: World, layout: Layout, leg: int, called: float) -> None:
    """The part of a loan that a guarantor must pay is no loan any more: it is payable at once."""
    creditor, debtor = layout.payer[leg], layout.payee[leg]
    world.own[debtor, CALLED] += called
    world.accounts[debtor, DEBT] -= called
    world.accounts[debtor, PAYABLES] += called
    world.accounts[creditor, LOANS] -= called
    world.accounts[creditor, RECEIVABLES] += called
    if leg != layout.standing[LOAN, debtor]:
        world.positions[leg, OUTSTANDING] -= called


@inlined
def call_guarantees(
    world: World, knobs: Knobs, layout: Layout, leg: int, lost: float, quarter: int, happened: Happened
) -> float:
    """Call the guarantees of a leg on which something would be lost; returns what they make good, USD.

    Each makes good its share within what is left of its cap; shares that together exceed the whole are cut alike.
    """
    shares, called = 0.0, 0.0
    for j in range(layout.covered.shape[0]):
        if layout.covered[j, 1] == leg:
            shares += knobs.leg[layout.guarantees[layout.covered[j, 0], 0], COVER_SHARE]
    for j in range(layout.covered.shape[0]):
        if layout.covered[j, 1] == leg:
            guarantee = layout.guarantees[layout.covered[j, 0], 0]
            asked = portion(knobs.leg[guarantee, COVER_SHARE], max(shares, 1.0)) * lost
            made_good = min(asked, left_of_cover(world, knobs, guarantee, quarter))
            world.positions[guarantee, UNLOCKED] += made_good
            happens(made_good > 0.0, happened, GUARANTEE_CALLED, guarantee, quarter)
            called += made_good
    return called


@inlined
def left_of_cover(world: World, knobs: Knobs, leg: int, quarter: int) -> float:
    """What of the cap of a guarantee is neither paid nor called, USD; 0 when it has ended or is not in force."""
    gone = world.positions[leg, DRAWN] + world.positions[leg, UNLOCKED] + world.positions[leg, CANCELLED]
    left = choose(is_in_force(knobs.leg[leg], quarter), max(0.0, knobs.leg[leg, HEADLINE] - gone), 0.0)
    return choose(world.positions[leg, ENDED] > 0.0, 0.0, left)


@inlined
def calls_lapse(world: World, knobs: Knobs, layout: Layout) -> None:
    """A guarantor that has fallen pays nothing more: what it was asked for is lost after all.

    Looked at once all firms have been, so that it does not matter who fell first.
    """
    for i in range(layout.guarantees.shape[0]):
        leg = layout.guarantees[i, 0]
        fell = (world.stocks[layout.payer[leg], FALLEN] > 0.0) & (world.positions[leg, ENDED] <= 0.0)
        if anywhere(fell):
            left = choose(fell, world.positions[leg, UNLOCKED], 0.0)
            world.positions[leg, UNLOCKED] -= left
            gone = max(0.0, knobs.leg[leg, HEADLINE] - world.positions[leg, DRAWN])
            world.positions[leg, CANCELLED] = choose(fell, gone, world.positions[leg, CANCELLED])
            world.positions[leg, ENDED] = choose(fell, 1.0, world.positions[leg, ENDED])
            lose_what_was_called(world, layout, i, left)


@inlined
def lose_what_was_called(world: World, layout: Layout, i: int, left: float) -> None:
    """The claim goes back to where it came from, and is written down there."""
    covered = first_covered(layout, i)
    if layout.payee[covered] == layout.guarantees[i, 2]:
        loan_is_called(world, layout, covered, -left)
        lose_loan(world, layout, covered, left)
    else:
        world.positions[covered, UNPAID] += left
        book_lost(world, layout, covered, left)
    if anywhere(left > 0.0):
        world.owing[0] = 1


@inlined
def first_covered(layout: Layout, i: int) -> int:
    """One of the legs that a guarantee covers; all of them join the same two firms."""
    for j in range(layout.covered.shape[0]):
        if layout.covered[j, 0] == i:
            return layout.covered[j, 1]
    return -1
