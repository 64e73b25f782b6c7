"""Investors spend the cash they do not want to hold."""

from __future__ import annotations

from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import CASH
from perpetuum.machine.knobs import INVESTOR_BUFFER
from perpetuum.machine.posting import pay
from perpetuum.machine.world import INVESTORS, PASSES_ON, Chance, Happened, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def investors_spend(
    quarter: int,
    world: World,
    knobs: Knobs,
    layout: Layout,
    proposal: Proposal,
    chance: Chance,
    happened: Happened,
) -> None:
    """So the circle closes: what is not invested comes back to users."""
    investors = layout.sectors[INVESTORS]
    above = world.accounts[investors, CASH] - knobs.world[INVESTOR_BUFFER]
    pay(world, layout, layout.standing[PASSES_ON, investors], max(above, 0.0))


BEHAVIOUR = Behaviour(id="investors_spend", phase="close", owns=())
