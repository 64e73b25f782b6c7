"""Gears and chip makers borrow what they lack, within what their earnings carry."""

from __future__ import annotations

from perpetuum.machine.amounts import funding_gap
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.world import ISSUE, LOAN, Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def gears_borrow(quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance) -> None:
    """The loan closes the gap of the quarter, or as much of it as lenders allow."""
    for e in range(layout.standing.shape[1]):
        if layout.standing[ISSUE, e] >= 0:  # engines borrow nothing
            proposal.want[layout.standing[LOAN, e]] = funding_gap(world, knobs, layout, proposal, e, quarter)[1]


BEHAVIOUR = Behaviour(id="gears_borrow", phase="fund", owns=())
