"""Principal falls due, and whoever has cash left over repays early."""

from __future__ import annotations

from perpetuum.machine.amounts import funding_gap, scheduled_repayment
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import DEBT
from perpetuum.machine.knobs import REPAY_SPEED
from perpetuum.machine.world import REPAYMENT, Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def loans_are_repaid(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """What is scheduled is due; what is left over goes into early repayment, a part of the debt at most."""
    for e in range(layout.standing.shape[1]):
        leg = layout.standing[REPAYMENT, e]
        if leg >= 0:
            proposal.due[leg] = scheduled_repayment(world, knobs, e)
    for v in layout.fuel:
        proposal.want[layout.standing[REPAYMENT, v]] = early(world, knobs, layout, proposal, v)
    for g in layout.gears:
        proposal.want[layout.standing[REPAYMENT, g]] = early(world, knobs, layout, proposal, g)


@inlined
def early(world: World, knobs: Knobs, layout: Layout, proposal: Proposal, e: int) -> float:
    """What a firm repays before it must, USD."""
    left_over = max(0.0, -funding_gap(world, knobs, layout, proposal, e)[0])
    most = knobs.world[REPAY_SPEED] * world.accounts[e, DEBT]
    return min(min(left_over, most), world.accounts[e, DEBT] - scheduled_repayment(world, knobs, e))


BEHAVIOUR = Behaviour(id="loans_are_repaid", phase="repay", owns=())
