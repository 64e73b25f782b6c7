"""A vendor pays the next tranche once the agreed compute is running."""

from __future__ import annotations

from perpetuum.machine.amounts import asked_of_tranche, part_paid
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.world import Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def vendor_pays_tranche(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """What was unlocked a quarter ago is paid, within the promise and within a share of the vendor's cash."""
    for v in range(layout.purse.size):
        part = part_paid(world, knobs, layout, proposal, v, quarter)
        for leg in layout.tranches:
            if layout.payer[leg] == v:
                proposal.want[leg] = asked_of_tranche(world, knobs, layout, leg, quarter) * part


BEHAVIOUR = Behaviour(id="vendor_pays_tranche", phase="fund", owns=())
