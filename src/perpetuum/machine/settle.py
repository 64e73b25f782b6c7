"""Who pays what, once everyone has said what is due and what is wanted.

Dues clear together, so that no order of payment decides who survives. Wants are cut to the cash that is left.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from perpetuum.machine.amounts import headroom
from perpetuum.machine.columns import CASH, EARNINGS, UNPAID
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
from perpetuum.maths.lanes import LANES, anywhere, choose, everywhere, lane, portion, with_lane
from perpetuum.maths.rounds import BAND, NOT_SETTLED, SETTLED, Scratch, clear_one
from perpetuum.maths.shapes import Float, Int

ROUNDING = 1e-9  # a smaller part of a due than this is not missed


class Alone(NamedTuple):
    """Room for the clearing of one draw by itself."""

    amount: Float[np.ndarray, " twice"]
    resources: Float[np.ndarray, " entity"]
    recovery: Float[np.ndarray, "rank entity"]
    fell: Int[np.ndarray, " entity"]
    scratch: Scratch


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
    total: Float[np.ndarray, " entity"]  # what each pays
    income: Float[np.ndarray, " entity"]  # what it is paid
    scale: Float[np.ndarray, " entity"]
    recovery: Float[np.ndarray, "rank entity"]
    fell: Float[np.ndarray, " entity"]  # above 0 for whoever does not pay in full
    ended: Float[np.ndarray, " one"]  # how the clearing ended
    alone: Alone


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
    for e in range(room.total.size):
        has = max(world.accounts[e, CASH], 0.0)  # rounding may leave less than nothing
        room.scale[e] = choose(room.total[e] > has, portion(has, room.total[e]), 1.0)
    room.scale[layout.sectors[LENDERS]] = 1.0
    for leg in range(first, last):
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
) -> None:
    """Everyone pays what is due, all at once and as far as it can; what is left unpaid is written down as such."""
    list_dues(world, knobs, layout, proposal, room)
    dues = layout.groups[DUES, 1]
    legs = dues * (1 if world.owing[0] == 0 else 2)  # without arrears, this quarter's dues only
    in_full = clear_together(room, legs)
    world.owing[1] = 0 if in_full and world.owing[0] == 0 else 1
    draw_lines(world, layout, room, happened, quarter)
    for leg in range(dues):
        pay(world, layout, leg, room.amount[leg] * room.recovery[layout.rank[leg], layout.payer[leg]])
    if world.owing[1] > 0:
        settle_the_unpaid(world, layout, room, happened, quarter)


@inlined
def clear_together(room: Room, legs: int) -> bool:
    """Find what share of its dues everyone pays. Returns whether all pay in full.

    Where everyone can pay in full if everyone does, that is the answer; other draws are cleared by themselves.
    """
    room.ended[0] = float(SETTLED)
    in_full = True
    for e in range(room.total.size):
        room.fell[e] = 0.0
        room.recovery[0, e] = 1.0
        room.recovery[1, e] = 1.0
    add_up_payments(room, legs)
    calm = room.resources[0] + room.income[0] >= room.total[0] * (1.0 - BAND)
    for e in range(1, room.total.size):
        calm = calm & (room.resources[e] + room.income[e] >= room.total[e] * (1.0 - BAND))
    if not everywhere(calm):
        for k in range(LANES):
            if not lane(calm, k):
                room.ended[0] = with_lane(room.ended[0], k, float(clear_alone(room, legs, k)))
        for e in range(room.fell.size):
            in_full = in_full and not anywhere(room.fell[e] > 0.0)
        add_up_payments(room, legs)
    return in_full


@inlined
def add_up_payments(room: Room, legs: int) -> None:
    """What everyone pays and is paid on the first legs, USD."""
    for e in range(room.total.size):
        room.total[e] = 0.0
        room.income[e] = 0.0
    for i in range(legs):
        paid = room.amount[i] * room.recovery[room.rank[i], room.payer[i]]
        room.total[room.payer[i]] += paid
        room.income[room.payee[i]] += paid


@inlined
def clear_alone(room: Room, legs: int, k: int) -> int:
    """Clear the dues of one draw, in which somebody may fall. Returns how that ended."""
    alone, finite = room.alone, True
    for i in range(legs):
        alone.amount[i] = lane(room.amount[i], k)
        finite = finite and np.isfinite(alone.amount[i])
    for e in range(room.total.size):
        alone.resources[e] = lane(room.resources[e], k)
        finite = finite and np.isfinite(alone.resources[e])
    if not finite:
        return NOT_SETTLED  # the clearing of what is no number would never end
    status = clear_one(
        laid_on(room.payer, 0, (legs,)),
        laid_on(room.payee, 0, (legs,)),
        laid_on(alone.amount, 0, (legs,)),
        laid_on(room.rank, 0, (legs,)),
        alone.resources,
        alone.recovery,
        alone.fell,
        alone.scratch,
    )
    for e in range(room.total.size):
        room.fell[e] = with_lane(room.fell[e], k, float(alone.fell[e]))
        for rank in range(2):
            room.recovery[rank, e] = with_lane(room.recovery[rank, e], k, alone.recovery[rank, e])
    return status


@inlined
def draw_lines(world: World, layout: Layout, room: Room, happened: Happened, quarter: int) -> None:
    """Whoever needs its credit line to pay what it pays draws on it, just before."""
    for e in range(room.total.size):
        leg = layout.standing[LOAN, e]
        if leg >= 0:
            lacks = room.total[e] - room.income[e] - world.accounts[e, CASH]
            drawn = choose(room.lines[e] > 0.0, min(max(lacks, 0.0), room.lines[e]), 0.0)
            pay(world, layout, leg, drawn)
            happens(drawn > 0.0, happened, LINE_DRAWN, e, quarter)


@inlined
def settle_the_unpaid(world: World, layout: Layout, room: Room, happened: Happened, quarter: int) -> None:
    """Old arrears are paid as far as possible; what was not paid of this quarter's dues is owed from now on."""
    last = layout.groups[DUES, 1]
    world.owing[0] = 0
    for leg in range(last):
        due, before, payer = room.amount[leg], room.amount[last + leg], layout.payer[leg]
        pay_arrears(world, layout, leg, before * room.recovery[1, payer])
        short = (room.fell[payer] > 0.0) & (due > 0.0)
        short = short & (room.recovery[layout.rank[leg], payer] < 1.0 - ROUNDING)
        happens(short, happened, NOT_PAID, leg, quarter)
        # Principal stays in the debt it is part of, and what a guarantor owes in what was called.
        if layout.books[leg, 0] == EARNINGS:
            book_unpaid(world, layout, leg, choose(short, due - world.flow[leg], 0.0))
        if anywhere(world.positions[leg, UNPAID] > 0.0):
            world.owing[0] = 1


@inlined
def settle_wants(world: World, knobs: Knobs, layout: Layout, proposal: Proposal, room: Room) -> None:
    """What is left goes into chips and buildings, then into early repayment, then to the owners."""
    settle_at_once(world, layout, proposal, room, BUILDS)
    for leg in range(layout.groups[BUILDS, 0], layout.groups[BUILDS, 1]):
        if layout.is_chips[leg]:
            pay_cost_of_sales(world, knobs, layout, leg)
    for e in range(room.total.size):
        leg = layout.standing[REPAYMENT, e]
        if leg >= 0:
            pay(world, layout, leg, min(max(proposal.want[leg], 0.0), max(world.accounts[e, CASH], 0.0)))
    for leg in range(layout.groups[PAID_OUT, 0], layout.groups[PAID_OUT, 1]):
        e = layout.payer[leg]
        above = max(0.0, world.accounts[e, CASH] - knobs.firm[e, LEAST_CASH])
        pay(world, layout, leg, min(proposal.want[leg], above))
