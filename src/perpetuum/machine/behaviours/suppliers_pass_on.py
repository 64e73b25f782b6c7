"""Suppliers, staff and the state pass on what they received: wages to users, the rest to investors."""

from __future__ import annotations

from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.knobs import WAGE_SHARE
from perpetuum.machine.posting import pay
from perpetuum.machine.world import (
    PASSED,
    PASSES_ON,
    PASSES_ON_TOO,
    SUPPLIERS,
    Chance,
    Happened,
    Knobs,
    Layout,
    Proposal,
    World,
)
from perpetuum.maths.compiled import inlined


@inlined
def suppliers_pass_on(
    quarter: int,
    world: World,
    knobs: Knobs,
    layout: Layout,
    proposal: Proposal,
    chance: Chance,
    happened: Happened,
) -> None:
    """All that came in this quarter goes out again."""
    suppliers = layout.sectors[SUPPLIERS]
    received = 0.0
    for leg in range(layout.groups[PASSED, 0]):
        if layout.payee[leg] == suppliers:
            received += world.flow[leg] + world.arrears[leg]
    pay(world, layout, layout.standing[PASSES_ON, suppliers], knobs.world[WAGE_SHARE] * received)
    pay(world, layout, layout.standing[PASSES_ON_TOO, suppliers], (1.0 - knobs.world[WAGE_SHARE]) * received)


BEHAVIOUR = Behaviour(id="suppliers_pass_on", phase="close", owns=())
