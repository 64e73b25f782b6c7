"""Principal falls due, and whoever has cash left over repays early."""

from __future__ import annotations

from perpetuum.machine.amounts import funding_gap, loan_repayment, owed_to_lenders, scheduled_repayment
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.knobs import REPAY_SPEED
from perpetuum.machine.world import ISSUE, REPAYMENT, Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def loans_are_repaid(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """What is scheduled is due; what is left over goes into early repayment, a part of what is owed at most."""
    for e in range(layout.standing.shape[1]):
        leg = layout.standing[REPAYMENT, e]
        if leg >= 0:
            proposal.due[leg] = scheduled_repayment(world, knobs, layout, e)
    for i in range(layout.loans.shape[0]):
        proposal.due[layout.loans[i, 2]] = loan_repayment(world, knobs, layout.loans[i, 0])
    for e in range(layout.standing.shape[1]):
        if layout.standing[ISSUE, e] >= 0:  # engines keep what they have
            proposal.want[layout.standing[REPAYMENT, e]] = early(world, knobs, layout, proposal, e, quarter)


@inlined
def early(world: World, knobs: Knobs, layout: Layout, proposal: Proposal, e: int, quarter: int) -> float:
    """What a firm repays its lenders before it must, USD; vendors wait for their term."""
    left_over = max(0.0, -funding_gap(world, knobs, layout, proposal, e, quarter)[0])
    owed = owed_to_lenders(world, layout, e)
    return min(min(left_over, knobs.world[REPAY_SPEED] * owed), owed - scheduled_repayment(world, knobs, layout, e))


BEHAVIOUR = Behaviour(id="loans_are_repaid", phase="repay", owns=())
