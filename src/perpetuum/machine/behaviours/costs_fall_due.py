"""Everyone's running costs fall due."""

from __future__ import annotations

from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import CAPACITY_GW, FIXED_COST_NOW, OTHER_SALES_NOW, REVENUE
from perpetuum.machine.knobs import COST_SHARE, FIXED_COST_GROWTH, OTHER_MARGIN, RESEARCH, RUNNING_COST_PER_GW
from perpetuum.machine.world import ENGINE_COSTS, RUNNING, Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def costs_fall_due(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """Clouds pay for their other business and for each gigawatt, chip makers for research, engines for all the rest."""
    for g in layout.gears:
        business = (1.0 - knobs.firm[g, OTHER_MARGIN]) * world.stocks[g, OTHER_SALES_NOW]
        machines = knobs.world[RUNNING_COST_PER_GW] * world.stocks[g, CAPACITY_GW]
        proposal.due[layout.standing[RUNNING, g]] = business + machines
    for v in layout.fuel:
        proposal.due[layout.standing[RUNNING, v]] = knobs.firm[v, RESEARCH]
    for e in layout.engines:
        with_revenue = knobs.firm[e, COST_SHARE] * world.stocks[e, REVENUE]
        proposal.due[layout.standing[ENGINE_COSTS, e]] = with_revenue + world.stocks[e, FIXED_COST_NOW]
        world.stocks[e, FIXED_COST_NOW] *= 1.0 + knobs.firm[e, FIXED_COST_GROWTH]


BEHAVIOUR = Behaviour(id="costs_fall_due", phase="operate", owns=("fixed_cost_now",))
