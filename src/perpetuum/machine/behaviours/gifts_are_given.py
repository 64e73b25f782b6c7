"""A dollar out of nowhere, or a dollar lost: only to measure how the circle answers."""

from __future__ import annotations

from perpetuum.machine.amounts import quarters_since_start
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import CASH
from perpetuum.machine.knobs import HEADLINE
from perpetuum.machine.posting import pay
from perpetuum.machine.world import COSTS, Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import choose


@inlined
def gifts_are_given(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """Paid as the quarter opens, before anybody decides; nothing but a measurement has such legs."""
    for leg in range(layout.groups[COSTS, 0], layout.groups[COSTS, 1]):
        given = min(max(knobs.leg[leg, HEADLINE], 0.0), max(world.accounts[layout.payer[leg], CASH], 0.0))
        pay(world, layout, leg, choose(quarters_since_start(knobs.leg[leg], quarter) == 0.0, given, 0.0))


BEHAVIOUR = Behaviour(id="gifts_are_given", phase="demand", owns=())
