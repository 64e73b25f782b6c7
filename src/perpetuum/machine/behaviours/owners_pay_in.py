"""A new owner pays in what a firm has left unpaid."""

from __future__ import annotations

from perpetuum.machine.amounts import shortfall_of_takeover, unpaid_by
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.world import Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def owners_pay_in(quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance) -> None:
    """All of its arrears, and what it lacks for the dues of the quarter in which it is taken over."""
    for leg in layout.takeovers:
        if world.told[world.stocks.shape[0] + leg] > 0:
            e = layout.payee[leg]
            lacks = shortfall_of_takeover(world, knobs, layout, proposal, e)
            proposal.want[leg] = unpaid_by(world, layout, e) + lacks


BEHAVIOUR = Behaviour(id="owners_pay_in", phase="fund", owns=())
