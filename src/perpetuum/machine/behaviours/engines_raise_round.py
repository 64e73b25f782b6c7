"""Engines raise what they need to last a few quarters more, as far as investors will go."""

from __future__ import annotations

from perpetuum.machine.amounts import (
    all_dues,
    asked_of_tranche,
    cash_cost,
    lent_by_vendors,
    lift_of_mood,
    part_paid,
    shortfall_of_takeover,
    value_of_engine,
    warrants_now,
)
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import BURN, CASH, FALLEN, REVENUE, ROUND_WANTED
from perpetuum.machine.knobs import ANNUAL_POOL, CASH_BUFFER, INVESTOR_SHARE, ROUND_CAP, RUNWAY
from perpetuum.machine.world import ENGINE_COSTS, INVESTORS, ROUND, Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import anywhere, choose, portion


@inlined
def engines_raise_round(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """Each asks for what it lacks, within a share of its value; all are cut together to the investors' pool."""
    w, asked, lift = knobs.world, 0.0, lift_of_mood(world)
    for e in layout.engines:
        costs = cash_cost(layout, proposal, e, layout.standing[ENGINE_COSTS, e])
        world.stocks[e, BURN] = costs - world.stocks[e, REVENUE]
        wanted = wanted_round(quarter, world, knobs, layout, proposal, e, costs, lift)
        proposal.want[layout.standing[ROUND, e]] = wanted
        asked += wanted
    cash = w[INVESTOR_SHARE] * world.accounts[layout.sectors[INVESTORS], CASH]
    pool = min(w[ANNUAL_POOL] / 4.0 * lift, cash)
    cut = choose(asked > pool, portion(pool, asked), 1.0)
    for e in layout.engines:
        proposal.want[layout.standing[ROUND, e]] *= cut


@inlined
def wanted_round(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, e: int, costs: float, lift: float
) -> float:
    """What an engine asks of investors, USD: what it lacks, within a share of its value."""
    w, burn = knobs.world, world.stocks[e, BURN]
    dues, has = all_dues(world, knobs, layout, e, costs), world.accounts[e, CASH]
    has += lent_by_vendors(world, knobs, layout, proposal, e, quarter)
    has += shortfall_of_takeover(world, knobs, layout, proposal, e)
    for v in range(layout.purse.size):
        part = part_paid(world, knobs, layout, proposal, v, quarter)
        for leg in layout.tranches:
            if layout.payer[leg] == v and layout.payee[leg] == e:
                has += asked_of_tranche(world, knobs, layout, leg, quarter) * part
    for i in range(layout.warrants.shape[0]):
        if layout.payee[layout.warrants[i, 0]] == e:
            has += warrants_now(world, knobs, layout.warrants[i, 0], layout.payer[layout.warrants[i, 0]])
    wanted = max(dues + (w[RUNWAY] - 1.0) * max(burn, 0.0) + w[CASH_BUFFER] - has, 0.0)
    wanted = choose(world.stocks[e, FALLEN] > 0.0, 0.0, wanted)
    world.stocks[e, ROUND_WANTED] = wanted
    if not anywhere(wanted > 0.0):
        return wanted
    return min(wanted, w[ROUND_CAP] * value_of_engine(world, knobs, e, lift))


BEHAVIOUR = Behaviour(id="engines_raise_round", phase="fund", owns=("burn", "round_wanted"))
