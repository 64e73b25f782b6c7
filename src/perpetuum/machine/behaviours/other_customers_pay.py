"""Customers outside the circle pay clouds and chip makers, and clouds put part of their capacity to their own use."""

from __future__ import annotations

from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import CAPACITY_GW, OTHER_SALES_NOW, OWN_GW, OWN_NEED_NOW
from perpetuum.machine.knobs import OTHER_GROWTH, OWN_GROWTH, OWN_REVENUE_PER_GW, OWN_USE_CAP
from perpetuum.machine.world import OTHER_CHIPS, OTHER_CLOUD, Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def other_customers_pay(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """Other sales grow at their own pace; a cloud uses itself what it needs, up to a share of its capacity."""
    stocks = world.stocks
    for g in layout.gears:
        stocks[g, OTHER_SALES_NOW] *= 1.0 + knobs.firm[g, OTHER_GROWTH]
        stocks[g, OWN_NEED_NOW] *= 1.0 + knobs.firm[g, OWN_GROWTH]
        stocks[g, OWN_GW] = min(stocks[g, OWN_NEED_NOW], knobs.world[OWN_USE_CAP] * stocks[g, CAPACITY_GW])
        proposal.want[layout.standing[OTHER_CLOUD, g]] = (
            stocks[g, OTHER_SALES_NOW] + knobs.world[OWN_REVENUE_PER_GW] * stocks[g, OWN_GW]
        )
    for v in layout.fuel:
        stocks[v, OTHER_SALES_NOW] *= 1.0 + knobs.firm[v, OTHER_GROWTH]
        proposal.want[layout.standing[OTHER_CHIPS, v]] = stocks[v, OTHER_SALES_NOW]


BEHAVIOUR = Behaviour(id="other_customers_pay", phase="demand", owns=("other_sales_now", "own_need_now", "own_gw"))
