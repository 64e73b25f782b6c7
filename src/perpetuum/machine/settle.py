"""Who pays what, once everyone has said what is due and what is wanted.

Dues clear together, so that no order of payment decides who survives. Wants are cut to the cash that is left.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from perpetuum.machine.amounts import headroom
from perpetuum.machine.columns import CASH, UNPAID
from perpetuum.machine.events import LINE_DRAWN, NOT_PAID, happens
from perpetuum.machine.knobs import GROSS_MARGIN, LEAST_CASH
from perpetuum.machine.posting import book_unpaid, pay, pay_arrears
from perpetuum.machine.world import (
    BUILDS,
    CHIP_COSTS,
    DUES,
    LENDERS,
    LOAN,
    PAID_OUT,
    REPAYMENT,
    Happened,
    Knobs,
    Layout,
    Proposal,
    World,
)
from perpetuum.maths.borrowed import laid_on
from perpetuum.maths.compiled import inlined
from perpetuum.maths.rounds import NOT_SETTLED, Scratch, clear_one
from perpetuum.maths.shapes import Float, Int

ROUNDING = 1e-9  # a smaller part of a due than this is not missed


class Room(NamedTuple):
    """Room for clearing and settling, made once; what it holds between two quarters means nothing.

    After a quarter's clearing ``resources`` and ``amount`` hold what everyone had and owed.
    """

    payer: Int[np.ndarray, " twice"]
    payee: Int[np.ndarray, " twice"]
    rank: Int[np.ndarray, " twice"]
    amount: Float[np.ndarray, " twice"]  # dues by leg, then what was unpaid before
    resources: Float[np.ndarray, " entity"]
    lines: Float[np.ndarray, " entity"]
    recovery: Float[np.ndarray, "rank entity"]
    fell: Int[np.ndarray, " entity"]
    total: Float[np.ndarray, " entity"]
    scale: Float[np.ndarray, " entity"]
    scratch: Scratch


@inlined
def settle_at_once(world: World, layout: Layout, proposal: Proposal, room: Room, group: int) -> None:
    """Pay what a group of legs wants; wants of one payer beyond its cash are cut in proportion.

    Lenders make the money they lend, so theirs are never cut.
    """
    first, last = layout.groups[group, 0], layout.groups[group, 1]
    for e in range(room.total.size):
        room.total[e] = 0.0
    for leg in range(first, last):
        room.total[layout.payer[leg]] += proposal.want[leg]
    lenders = layout.sectors[LENDERS]
    for e in range(room.total.size):
        room.scale[e] = 1.0
        has = max(world.accounts[e, CASH], 0.0)  # rounding may leave less than nothing
        if e != lenders and room.total[e] > has:
            room.scale[e] = has / room.total[e]
    for leg in range(first, last):
        if proposal.want[leg] > 0.0:
            pay(world, layout, leg, room.scale[layout.payer[leg]] * proposal.want[leg])


@inlined
def pay_cost_of_sales(world: World, knobs: Knobs, layout: Layout, leg: int) -> None:
    """What a chip maker sells costs something, paid out of the sale itself."""
    v = layout.payee[leg]
    pay(world, layout, layout.standing[CHIP_COSTS, v], (1.0 - knobs.firm[v, GROSS_MARGIN]) * world.flow[leg])


@inlined
def list_dues(world: World, knobs: Knobs, layout: Layout, proposal: Proposal, room: Room) -> None:
    """What is due in this quarter and from before, and what everyone has to pay it with, credit lines included."""
    last, lenders = layout.groups[DUES, 1], layout.sectors[LENDERS]
    for leg in range(last):
        room.amount[leg] = proposal.due[leg]
        room.amount[last + leg] = world.positions[leg, UNPAID]
    for e in range(room.resources.size):
        room.lines[e] = 0.0
        room.resources[e] = 0.0 if e == lenders else max(world.accounts[e, CASH], 0.0)
    for v in layout.fuel:
        room.lines[v] = headroom(world, knobs, v)
    for g in layout.gears:
        room.lines[g] = headroom(world, knobs, g)
    for e in range(room.resources.size):
        room.resources[e] += room.lines[e]


@inlined
def clear_dues(
    world: World, knobs: Knobs, layout: Layout, proposal: Proposal, room: Room, happened: Happened, quarter: int
) -> int:
    """Everyone pays what is due, all at once and as far as it can; what is left unpaid is written down as such."""
    list_dues(world, knobs, layout, proposal, room)
    legs = layout.groups[DUES, 1] * (1 if world.owing[0] == 0 else 2)  # without arrears, this quarter's dues only
    amount = laid_on(room.amount, 0, (legs,))
    if not np.isfinite(amount.sum() + room.resources.sum()):
        return NOT_SETTLED  # the clearing of what is no number would never end
    status = clear_one(
        laid_on(room.payer, 0, (legs,)),
        laid_on(room.payee, 0, (legs,)),
        amount,
        laid_on(room.rank, 0, (legs,)),
        room.resources,
        room.recovery,
        room.fell,
        room.scratch,
    )
    in_full = True
    for e in range(room.fell.size):
        in_full = in_full and room.fell[e] == 0
    world.owing[1] = 0 if in_full and world.owing[0] == 0 else 1
    draw_lines(world, layout, room, happened, quarter, in_full)
    for leg in range(layout.groups[DUES, 1]):
        if room.amount[leg] > 0.0:
            pay(world, layout, leg, room.amount[leg] * room.recovery[layout.rank[leg], layout.payer[leg]])
    if world.owing[1] > 0:
        settle_the_unpaid(world, layout, room, happened, quarter)
    return status


@inlined
def draw_lines(world: World, layout: Layout, room: Room, happened: Happened, quarter: int, in_full: bool) -> None:
    """Whoever needs its credit line to pay what it pays draws on it, just before."""
    if in_full:
        for e in range(room.total.size):
            room.total[e] = room.scratch.total[e] - room.scratch.income[e] - world.accounts[e, CASH]
    else:
        for e in range(room.total.size):
            room.total[e] = -world.accounts[e, CASH]
        for i in range(room.amount.size):
            paid = room.amount[i] * room.recovery[room.rank[i], room.payer[i]]
            room.total[room.payer[i]] += paid
            room.total[room.payee[i]] -= paid
    for e in range(room.total.size):
        if room.lines[e] > 0.0 and room.total[e] > 0.0:
            pay(world, layout, layout.standing[LOAN, e], min(room.total[e], room.lines[e]))
            happens(happened, LINE_DRAWN, e, quarter)


@inlined
def settle_the_unpaid(world: World, layout: Layout, room: Room, happened: Happened, quarter: int) -> None:
    """Old arrears are paid as far as possible; what was not paid of this quarter's dues is owed from now on."""
    last = layout.groups[DUES, 1]
    world.owing[0] = 0
    for leg in range(last):
        due, before, payer = room.amount[leg], room.amount[last + leg], layout.payer[leg]
        if before > 0.0:
            pay_arrears(world, layout, leg, before * room.recovery[1, payer])
        if room.fell[payer] > 0 and due > 0.0 and room.recovery[layout.rank[leg], payer] < 1.0 - ROUNDING:
            happens(happened, NOT_PAID, leg, quarter)
            if leg != layout.standing[REPAYMENT, payer]:  # principal stays in the debt it is part of
                book_unpaid(world, layout, leg, due - world.flow[leg])
        if world.positions[leg, UNPAID] > 0.0:
            world.owing[0] = 1


@inlined
def settle_wants(world: World, knobs: Knobs, layout: Layout, proposal: Proposal, room: Room) -> None:
    """What is left goes into chips and buildings, then into early repayment, then to the owners."""
    settle_at_once(world, layout, proposal, room, BUILDS)
    for leg in range(layout.groups[BUILDS, 0], layout.groups[BUILDS, 1]):
        if layout.is_chips[leg] and world.flow[leg] > 0.0:
            pay_cost_of_sales(world, knobs, layout, leg)
    for e in range(room.total.size):
        leg = layout.standing[REPAYMENT, e]
        if leg >= 0 and proposal.want[leg] > 0.0:
            pay(world, layout, leg, min(proposal.want[leg], max(world.accounts[e, CASH], 0.0)))
    for leg in range(layout.groups[PAID_OUT, 0], layout.groups[PAID_OUT, 1]):
        e = layout.payer[leg]
        above = max(0.0, world.accounts[e, CASH] - knobs.firm[e, LEAST_CASH])
        pay(world, layout, leg, min(proposal.want[leg], above))
