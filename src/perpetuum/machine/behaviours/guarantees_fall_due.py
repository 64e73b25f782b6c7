"""What was called of a guarantee falls due a quarter later."""

from __future__ import annotations

from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import UNLOCKED
from perpetuum.machine.world import Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def guarantees_fall_due(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """Until the guarantor has paid it, or has fallen itself."""
    for i in range(layout.guarantees.shape[0]):
        leg = layout.guarantees[i, 0]
        proposal.due[leg] = max(world.positions[leg, UNLOCKED], 0.0)


BEHAVIOUR = Behaviour(id="guarantees_fall_due", phase="repay", owns=())
