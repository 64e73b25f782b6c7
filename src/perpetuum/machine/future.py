"""Many possible futures: block after block of draws, a few of them side by side, quarter after quarter.

This is the only place that knows of more than one future. What a draw holds lies in one row of numbers, so that
what a run keeps can be named by its place.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import prange
from numpy.typing import NDArray

from perpetuum.machine.checks import IDENTITY, IS, SHOULD_BE, WHOSE
from perpetuum.machine.ground import (
    ENTITIES,
    FOUND,
    N_EVENTS,
    Ground,
    borrowed_ground,
    borrowed_scratch,
    empty_ground,
    found_on,
    happened_on,
    knobs_on,
    layout_on,
    lengths_for,
    map_of,
    world_on,
    write_debts,
)
from perpetuum.machine.opening import open_world
from perpetuum.machine.quarter import quarter
from perpetuum.machine.shocks import Shocks, give_orders, hit_stocks, turn_knobs
from perpetuum.machine.spreads import Spreads, draw_knobs
from perpetuum.machine.world import Chance, Layout, World
from perpetuum.maths.borrowed import borrowed
from perpetuum.maths.compiled import compiled, compiled_over_draws, inlined
from perpetuum.maths.lanes import ALL, LANES, empty_row, lane, lanes_on
from perpetuum.maths.rounds import SETTLED, Scratch, scratch
from perpetuum.maths.shapes import Float, Int

BLOCK = 125  # draws that share one set of arrays
# How a draw ended, beside what clearing says.
BROKEN, UNBALANCED = 2, 3


class Told(NamedTuple):
    """What blocks of draws have to tell.

    ``series`` is (draw, series, quarter); ``counts`` and ``firsts`` are (block, event, subject, quarter): draws in
    which an event happened, and in which it happened for the first time. ``status`` is by draw; ``findings`` is
    (draw, 6): quarter, identity, entity, what was found, what was expected, and the leg whose record comes closest to
    the difference.
    """

    series: Float[np.ndarray, "draw series quarter"]
    counts: Int[np.ndarray, "block event subject quarter"]
    firsts: Int[np.ndarray, "block event subject quarter"]
    status: Int[np.ndarray, " draw"]
    findings: Float[np.ndarray, "draw 6"]


def nothing_told(draws: int, kept: int, quarters: int, subjects: int, blocks: int = 1) -> Told:
    """Room for what so many draws have to tell; in memory draws lie side by side, as kernels write and readers sort."""
    happened = blocks, N_EVENTS, subjects, quarters
    return Told(
        series=np.zeros((kept, quarters, draws)).transpose(2, 0, 1),
        counts=np.zeros(happened, dtype=np.int64),
        firsts=np.zeros(happened, dtype=np.int64),
        status=np.zeros(draws, dtype=np.int64),
        findings=np.zeros((draws, 6)),
    )


def as_written(told: Told) -> Told:
    """The same, but with series as kernels write them: (series, quarter, draw)."""
    return told._replace(series=told.series.transpose(1, 2, 0))


def live_many(
    draws: NDArray[np.int64],
    seed: int,
    quarters: int,
    layout: Layout,
    centre: NDArray[np.float64],
    spreads: Spreads,
    shocks: Shocks,
    kept: NDArray[np.int64],
    told: Told,
    size: int = BLOCK,
) -> None:
    """Live through draws in blocks, side by side. Which block a draw lies in changes nothing about it.

    Parameters
    ----------
    draws
        Numbers of the draws; -1 is the central future.
    centre
        All parameters, flat.
    kept
        Places in the row of a draw that ``told.series`` keeps.
    told
        Filled in; its ``counts`` have one row for each block of ``size`` draws.
    """
    lengths = lengths_for(layout, quarters)
    tells = as_written(told)
    over_blocks(draws, seed, quarters, map_of(layout), lengths, centre, spreads, shocks, kept, tells, size)


@compiled_over_draws
def over_blocks(
    draws: Int[np.ndarray, " draw"],
    seed: int,
    quarters: int,
    numbers: Int[np.ndarray, " number"],
    lengths: Int[np.ndarray, " row"],
    centre: Float[np.ndarray, " knob"],
    spreads: Spreads,
    shocks: Shocks,
    kept: Int[np.ndarray, " series"],
    told: Told,
    size: int,
) -> None:
    """One set of arrays for each block of draws, in which as many as there are lanes live side by side."""
    for block in prange(told.counts.shape[0]):
        ground = empty_ground(numbers, lengths)
        drawn = empty_row(LANES * lengths[2])
        work, chance = scratch(numbers[ENTITIES], 2, True), Chance(seed=seed, draws=np.zeros(LANES, dtype=np.int64))
        last = min((block + 1) * size, draws.size)
        for first in range(block * size, last, LANES):
            live(
                draws, first, min(first + LANES, last), block, quarters, centre, spreads, shocks, kept, told, ground,
                drawn, work, chance,
            )  # fmt: skip


@compiled
def live(
    draws: Int[np.ndarray, " draw"],
    first: int,
    last: int,
    block: int,
    quarters: int,
    centre: Float[np.ndarray, " knob"],
    spreads: Spreads,
    shocks: Shocks,
    kept: Int[np.ndarray, " series"],
    told: Told,
    whole: Ground,
    drawn: Float[np.ndarray, " knob"],
    whole_work: Scratch,
    whole_chance: Chance,
) -> None:
    """Live through as many draws as there are lanes, or fewer, side by side on one ground."""
    ground, work = borrowed_ground(whole), borrowed_scratch(whole_work)
    chance = Chance(seed=whole_chance.seed, draws=borrowed(whole_chance.draws))
    for k in range(LANES):
        chance.draws[k] = draws[min(first + k, last - 1)]  # a lane without a draw of its own repeats the last one
    begin(ground, drawn, centre, spreads, chance)
    for now in range(quarters):
        shock(now, ground, drawn, shocks)
        quarter(now, ground, chance, work)
        for k in range(last - first):
            if told.status[first + k] == SETTLED:
                tell(now, ground, told, first + k, block, k, kept)


@compiled
def begin(
    ground: Ground,
    drawn: Float[np.ndarray, " knob"],
    centre: Float[np.ndarray, " knob"],
    spreads: Spreads,
    chance: Chance,
) -> None:
    """New draws: their parameters, and the world as its first quarter finds it."""
    ground.row[:] = 0.0
    ground.arrivals[:] = 0.0
    ground.marks[:] = 0
    happened_on(ground).first[:] = -1
    layout = layout_on(ground.map)
    write_debts(ground, layout)
    as_drawn = lanes_on(drawn, 0, (centre.size,), ALL)
    for i in range(centre.size):
        as_drawn[i] = centre[i]
    for k in range(LANES):
        draw_knobs(
            lanes_on(drawn, 0, (centre.size,), k), spreads.slot, spreads.law, spreads.a, spreads.b, spreads.c,
            spreads.stream, spreads.least, spreads.most, spreads.even, chance.seed, chance.draws[k],
        )  # fmt: skip
    ground.values[:] = drawn
    open_world(world_on(ground, ALL), knobs_on(ground, ALL), layout)


@compiled
def shock(now: int, ground: Ground, drawn: Float[np.ndarray, " knob"], shocks: Shocks) -> None:
    """What the scenario has in store for this quarter."""
    world = world_on(ground, ALL)
    if shocks.turns.shape[0] > 0:
        size = drawn.size // LANES
        before, now_on = lanes_on(drawn, 0, (size,), ALL), lanes_on(ground.values, 0, (size,), ALL)
        turn_knobs(now, before, now_on, shocks.turns, shocks.turn_values)
    if shocks.hits.shape[0] > 0:
        hit_stocks(now, world.economy, world.stocks, shocks.hits, shocks.hit_values)
    if shocks.orders.shape[0] > 0:
        world.told[:] = 0
        give_orders(now, world.told, shocks.orders)
        world.owing[2] = world.told.max()


@inlined
def tell(now: int, ground: Ground, told: Told, d: int, block: int, k: int, kept: Int[np.ndarray, " series"]) -> None:
    """What one quarter of one draw has to tell."""
    if has_ended(now, ground, told, d, k):
        told.series[:, now:, d] = np.nan
        return
    for s in range(kept.size):
        told.series[s, now, d] = ground.row[kept[s] * LANES + k]
    happened = happened_on(ground)
    for i in range(happened.now[k, 0]):
        event, subject = happened.now[k, 1 + 2 * i], happened.now[k, 2 + 2 * i]
        told.counts[block, event, subject, now] += 1
        if happened.first[k, event, subject] == now:
            told.firsts[block, event, subject, now] += 1


@inlined
def has_ended(now: int, ground: Ground, told: Told, d: int, k: int) -> bool:
    """A draw whose books do not balance, or whose dues do not clear, ends here and says why."""
    found = found_on(ground)
    identity, status = int(lane(found[IDENTITY], k)), int(lane(found[FOUND], k))
    if identity == 0 and status == SETTLED:
        return False
    subject, was, expected = int(lane(found[WHOSE], k)), lane(found[IS], k), lane(found[SHOULD_BE], k)
    finite = np.isfinite(was) and np.isfinite(expected)
    told.status[d] = status if identity == 0 else (UNBALANCED if finite else BROKEN)
    told.findings[d, 0] = now
    told.findings[d, 1] = identity
    told.findings[d, 2] = subject
    told.findings[d, 3] = was
    told.findings[d, 4] = expected
    told.findings[d, 5] = nearest_leg(world_on(ground, ALL), layout_on(ground.map), subject, abs(was - expected), k)
    return True


@inlined
def nearest_leg(world: World, layout: Layout, e: int, difference: float, k: int) -> int:
    """Of the legs on which an entity pays or is paid, the one whose record comes closest to a difference."""
    nearest, least = -1, np.inf
    for leg in range(layout.payer.size):
        if layout.payer[leg] == e or layout.payee[leg] == e:
            off = abs(lane(world.flow[leg] + world.arrears[leg], k) - difference)
            if off < least:
                nearest, least = leg, off
    return nearest
