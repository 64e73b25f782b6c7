"""Interest on the debt of the opening falls due."""

from __future__ import annotations

from perpetuum.machine.amounts import interest_due, loan_interest
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.world import INTEREST, Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def interest_falls_due(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """Chip makers, gears and engines alike; to lenders and, beside them, to vendors that lend."""
    for e in range(layout.standing.shape[1]):
        leg = layout.standing[INTEREST, e]
        if leg >= 0:
            proposal.due[leg] = interest_due(world, knobs, layout, e)
    for i in range(layout.loans.shape[0]):
        proposal.due[layout.loans[i, 1]] = loan_interest(world, knobs, layout.loans[i, 0])


BEHAVIOUR = Behaviour(id="interest_falls_due", phase="repay", owns=())
