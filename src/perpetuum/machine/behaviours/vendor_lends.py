"""A vendor lends its customer a part of what the customer takes from it."""

from __future__ import annotations

from perpetuum.machine.amounts import asked_of_loan, part_paid
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.world import Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def vendor_lends(quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance) -> None:
    """Within the limit of the loan, and within a share of the vendor's cash that all its promises draw on."""
    for i in range(layout.loans.shape[0]):
        leg = layout.loans[i, 0]
        part = part_paid(world, knobs, layout, proposal, layout.payer[leg], quarter)
        proposal.want[leg] = asked_of_loan(world, knobs, layout, proposal, leg, quarter) * part


BEHAVIOUR = Behaviour(id="vendor_lends", phase="fund", owns=())
