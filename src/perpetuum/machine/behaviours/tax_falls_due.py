"""Tax on last quarter's profit falls due."""

from __future__ import annotations

from perpetuum.machine.amounts import tax_due
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.world import TAX, Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def tax_falls_due(quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance) -> None:
    """Chip makers, gears and engines alike."""
    for e in range(layout.standing.shape[1]):
        leg = layout.standing[TAX, e]
        if leg >= 0:
            proposal.due[leg] = tax_due(world, knobs, e)


BEHAVIOUR = Behaviour(id="tax_falls_due", phase="repay", owns=())
