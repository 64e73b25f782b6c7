"""Owners are paid a share of profit, from what is left when everything else is paid."""

from __future__ import annotations

from perpetuum.machine.amounts import payout_wanted
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.world import PAYOUTS, Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def profits_are_paid_out(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """Dividends and buybacks of chip makers and gears."""
    for v in layout.fuel:
        proposal.want[layout.standing[PAYOUTS, v]] = payout_wanted(world, knobs, v)
    for g in layout.gears:
        proposal.want[layout.standing[PAYOUTS, g]] = payout_wanted(world, knobs, g)


BEHAVIOUR = Behaviour(id="profits_are_paid_out", phase="repay", owns=())
