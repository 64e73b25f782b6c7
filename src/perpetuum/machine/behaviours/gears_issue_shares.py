"""What lenders will not carry, gears and chip makers ask of new owners."""

from __future__ import annotations

from perpetuum.machine.amounts import funding_gap
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.world import ISSUE, Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def gears_issue_shares(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """New shares cover what is still missing for dues and building, up to a part of market value."""
    for e in range(layout.standing.shape[1]):
        leg = layout.standing[ISSUE, e]
        if leg >= 0:
            proposal.want[leg] = funding_gap(world, knobs, layout, proposal, e, quarter)[2]


BEHAVIOUR = Behaviour(id="gears_issue_shares", phase="fund", owns=())
