"""An engine turns warrants that have vested into cash: outside investors buy the shares."""

from __future__ import annotations

from perpetuum.machine.amounts import warrants_now
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.world import Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def warrants_are_sold(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """Part of the vested shares is sold at the price at which the last quarter closed."""
    for i in range(layout.warrants.shape[0]):
        leg, sale = layout.warrants[i, 0], layout.warrants[i, 1]
        proposal.want[sale] = warrants_now(world, knobs, leg, layout.payer[leg])


BEHAVIOUR = Behaviour(id="warrants_are_sold", phase="fund", owns=())
