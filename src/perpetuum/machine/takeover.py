"""A new owner cures a default: what was written down is owed again, and the firm goes on as before."""

from __future__ import annotations

from perpetuum.machine.columns import FALLEN, MISSED, WRITTEN_DOWN
from perpetuum.machine.events import TAKEN_OVER, happens
from perpetuum.machine.lending import lose_loan
from perpetuum.machine.posting import book_lost
from perpetuum.machine.world import DUES, LOAN, Happened, Layout, World
from perpetuum.maths.compiled import inlined


@inlined
def firms_are_taken_over(world: World, layout: Layout, happened: Happened, quarter: int) -> None:
    """As a quarter opens, before anybody decides; what the owner pays in is settled with the funders."""
    for leg in layout.takeovers:
        if world.told[world.stocks.shape[0] + leg] > 0:
            default_is_cured(world, layout, layout.payee[leg], happened, quarter)


@inlined
def default_is_cured(world: World, layout: Layout, e: int, happened: Happened, quarter: int) -> None:
    """Loans and bills come back in full, so that nobody has lost anything; contracts that ended stay ended."""
    bank = layout.standing[LOAN, e]
    if bank >= 0:
        lose_loan(world, layout, bank, -world.positions[bank, WRITTEN_DOWN])
    for i in range(layout.loans.shape[0]):
        if layout.payee[layout.loans[i, 0]] == e:
            lose_loan(world, layout, layout.loans[i, 0], -world.positions[layout.loans[i, 0], WRITTEN_DOWN])
    for leg in range(layout.groups[DUES, 1]):
        if layout.payer[leg] == e:
            book_lost(world, layout, leg, -world.positions[leg, WRITTEN_DOWN])
    world.stocks[e, FALLEN] = 0.0
    world.stocks[e, MISSED] = 0.0
    world.owing[0] = 1
    happens(True, happened, TAKEN_OVER, e, quarter)
