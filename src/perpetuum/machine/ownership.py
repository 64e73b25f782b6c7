"""Shares change hands when funding is paid: who owns how much of whom, and on which leg."""

from __future__ import annotations

from perpetuum.machine.amounts import left_of_promise, lift_of_mood, value_of_engine
from perpetuum.machine.columns import DRAWN, HELD, HOLDINGS, REVALUATION, SHARE_PRICE, SHARES, UNLOCKED
from perpetuum.machine.events import ISSUED_SHARES, TRANCHE_EXHAUSTED, TRANCHE_PAID, happens
from perpetuum.machine.world import ISSUE, ROUND, Happened, Knobs, Layout, World
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import anywhere, portion


@inlined
def shares_change_hands(world: World, knobs: Knobs, layout: Layout, happened: Happened, quarter: int) -> None:
    """New shares of engines at the value before the money, of listed firms at the last close; warrants sold move."""
    lift = lift_of_mood(world)
    for e in layout.engines:
        sell_engine_shares(world, knobs, layout, e, lift)
    for leg in layout.tranches:
        paid = world.flow[leg]
        world.positions[leg, DRAWN] += paid
        world.positions[leg, UNLOCKED] = max(0.0, world.positions[leg, UNLOCKED] - paid)
        happens(paid > 0.0, happened, TRANCHE_PAID, leg, quarter)
        paid_up = left_of_promise(world, knobs, leg) <= 1e-9 * world.positions[leg, DRAWN]
        happens((paid > 0.0) & paid_up, happened, TRANCHE_EXHAUSTED, leg, quarter)
    for e in range(layout.standing.shape[1]):
        leg = layout.standing[ISSUE, e]
        if leg >= 0:
            give_shares(world, leg, e, portion(world.flow[leg], world.stocks[e, SHARE_PRICE]))
            happens(world.flow[leg] > 0.0, happened, ISSUED_SHARES, e, quarter)
            for owner in layout.takeovers:
                if layout.payee[owner] == e:
                    give_shares(world, owner, e, portion(world.flow[owner], world.stocks[e, SHARE_PRICE]))
    sell_warrants(world, layout)


@inlined
def sell_engine_shares(world: World, knobs: Knobs, layout: Layout, e: int, lift: float) -> None:
    """Rounds and tranches of one quarter are all paid at one price: the value before the money."""
    paid = world.flow[layout.standing[ROUND, e]]
    for leg in layout.tranches:
        if layout.payee[leg] == e:
            paid += world.flow[leg]
    for leg in layout.takeovers:
        if layout.payee[leg] == e:
            paid += world.flow[leg]
    if not anywhere(paid > 0.0):
        return
    price = value_of_engine(world, knobs, e, lift) / world.stocks[e, SHARES]
    give_shares(world, layout.standing[ROUND, e], e, portion(world.flow[layout.standing[ROUND, e]], price))
    for leg in layout.tranches:
        if layout.payee[leg] == e:
            give_shares(world, leg, e, portion(world.flow[leg], price))
    for leg in layout.takeovers:
        if layout.payee[leg] == e:
            give_shares(world, leg, e, portion(world.flow[leg], price))


@inlined
def give_shares(world: World, leg: int, issuer: int, shares: float) -> None:
    """New shares, held through a leg."""
    world.positions[leg, HELD] += shares
    world.stocks[issuer, SHARES] += shares


@inlined
def sell_warrants(world: World, layout: Layout) -> None:
    """Shares that vested and are sold move to the investors' leg with the issuer."""
    for i in range(layout.warrants.shape[0]):
        leg, sale = layout.warrants[i, 0], layout.warrants[i, 1]
        issuer = layout.payer[leg]
        sold = min(portion(world.flow[sale], world.stocks[issuer, SHARE_PRICE]), world.positions[leg, HELD])
        world.positions[leg, HELD] -= sold
        world.positions[layout.standing[ISSUE, issuer], HELD] += sold


@inlined
def mark_holdings(world: World, layout: Layout, gain: int) -> None:
    """Every stake is carried at the price of the close; what it gained or lost goes to revaluation."""
    for e in range(world.accounts.shape[0]):
        world.own[e, gain] = -world.accounts[e, HOLDINGS]
    for i in range(layout.shares.shape[0]):
        leg, issuer, holder = layout.shares[i, 0], layout.shares[i, 1], layout.shares[i, 2]
        world.own[holder, gain] += world.positions[leg, HELD] * world.stocks[issuer, SHARE_PRICE]
    for e in range(world.accounts.shape[0]):
        world.accounts[e, HOLDINGS] += world.own[e, gain]
        world.accounts[e, REVALUATION] += world.own[e, gain]
