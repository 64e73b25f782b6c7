"""Each gigawatt an engine puts to use unlocks the next part of what its vendors promised."""

from __future__ import annotations

import numpy as np

from perpetuum.machine.amounts import left_of_promise
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import (
    DRAWN,
    EARNINGS,
    ENDED,
    FALLEN,
    HELD,
    HOLDINGS,
    PAID_IN,
    PEAK_GW,
    SHARE_PRICE,
    SHARES,
    UNLOCKED,
    USED_GW,
    VESTED,
)
from perpetuum.machine.events import MILESTONE, happens
from perpetuum.machine.knobs import OPENING_SHARES, PER_GW, WARRANT_GW, WARRANT_PRICE, WARRANT_SHARE
from perpetuum.machine.world import Chance, Happened, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import choose, portion


@inlined
def tranche_unlocks(
    quarter: int,
    world: World,
    knobs: Knobs,
    layout: Layout,
    proposal: Proposal,
    chance: Chance,
    happened: Happened,
) -> None:
    """Use beyond its former peak counts, split among vendors as this quarter's chips were.

    The first quarter only sets the peak.
    """
    for e in layout.engines:
        peak = world.stocks[e, PEAK_GW]
        more = max(0.0, world.stocks[e, USED_GW] - peak) * (1.0 if quarter > 0 else 0.0)
        world.stocks[e, PEAK_GW] = max(peak, world.stocks[e, USED_GW])
        more = choose(world.stocks[e, FALLEN] > 0.0, 0.0, more)
        for leg in layout.tranches:
            if layout.payee[leg] == e:
                unlock(quarter, world, knobs, leg, more * share_of_chips(world, layout, layout.payer[leg]), happened)
        for i in range(layout.warrants.shape[0]):
            leg = layout.warrants[i, 0]
            if layout.payee[leg] == e:
                vest(world, knobs, layout, leg, more * share_of_chips(world, layout, layout.payer[leg]))


@inlined
def share_of_chips(world: World, layout: Layout, vendor: int) -> float:
    """A vendor's part of the chips that gears bought this quarter; 0 if none were bought."""
    own, all_chips = 0.0, 0.0
    for g in layout.gears:
        for v in layout.fuel:
            bought = world.flow[layout.chips[g, v]]
            all_chips += bought
            if v == vendor:
                own += bought
    return portion(own, all_chips)


@inlined
def unlock(quarter: int, world: World, knobs: Knobs, leg: int, gw: float, happened: Happened) -> None:
    """So many dollars a gigawatt, within the promise."""
    per_gw = knobs.leg[leg, PER_GW]
    before = world.positions[leg, DRAWN] + world.positions[leg, UNLOCKED]
    left = max(0.0, left_of_promise(world, knobs, leg) - world.positions[leg, UNLOCKED])
    open_still = (per_gw > 0.0) & (world.positions[leg, ENDED] <= 0.0)
    world.positions[leg, UNLOCKED] += choose(open_still, min(per_gw * gw, left), 0.0)
    after = world.positions[leg, DRAWN] + world.positions[leg, UNLOCKED]
    reached = np.floor(portion(after, per_gw)) > np.floor(portion(before, per_gw))
    happens(open_still & reached, happened, MILESTONE, leg, quarter)


@inlined
def vest(world: World, knobs: Knobs, layout: Layout, leg: int, gw: float) -> None:
    """Warrants vest in proportion to deployment: new shares of the issuer, at market value and without cash."""
    terms, issuer, holder = knobs.leg[leg], layout.payer[leg], layout.payee[leg]
    price = world.stocks[issuer, SHARE_PRICE]
    vests = (terms[WARRANT_SHARE] > 0.0) & (price >= terms[WARRANT_PRICE]) & (world.stocks[issuer, FALLEN] <= 0.0)
    part = choose(vests, min(portion(gw, terms[WARRANT_GW]), 1.0 - world.positions[leg, VESTED]), 0.0)
    shares = part * terms[WARRANT_SHARE] * knobs.firm[issuer, OPENING_SHARES]
    world.positions[leg, VESTED] += part
    world.positions[leg, HELD] += shares
    world.stocks[issuer, SHARES] += shares
    value = shares * price
    world.vesting[leg] += value
    world.accounts[issuer, EARNINGS] -= value
    world.accounts[issuer, PAID_IN] += value
    world.accounts[holder, HOLDINGS] += value
    world.accounts[holder, EARNINGS] += value


BEHAVIOUR = Behaviour(id="tranche_unlocks", phase="close", owns=("unlocked", "vested", "peak_gw"))
