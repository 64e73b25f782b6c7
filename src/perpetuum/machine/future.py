"""Many possible futures, side by side: draw after draw in each block, quarter after quarter in each draw.

This is the only place that knows of more than one future. What a draw holds lies in one row of numbers, so that
what a run keeps can be named by its place.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import prange
from numpy.typing import NDArray

from perpetuum.machine.checks import Finding
from perpetuum.machine.ground import (
    ENTITIES,
    LEGS,
    Ground,
    borrowed_ground,
    borrowed_scratch,
    ground_for,
    happened_on,
    knobs_on,
    layout_on,
    map_of,
    world_on,
    write_debts,
)
from perpetuum.machine.opening import open_world
from perpetuum.machine.quarter import quarter
from perpetuum.machine.shocks import Shocks, give_orders, hit_stocks, turn_knobs
from perpetuum.machine.spreads import Spreads, draw_knobs
from perpetuum.machine.world import Chance, Layout
from perpetuum.maths.compiled import compiled, compiled_over_draws
from perpetuum.maths.rounds import SETTLED, Scratch, scratch
from perpetuum.maths.shapes import Float, Int

BLOCK = 125  # draws that share one set of arrays
# How a draw ended, beside what clearing says.
BROKEN, UNBALANCED = 2, 3


class Told(NamedTuple):
    """What blocks of draws have to tell.

    ``series`` is (draw, series, quarter); ``counts`` and ``firsts`` are (block, event, subject, quarter): draws in
    which an event happened, and in which it happened for the first time. ``status`` is by draw; ``findings`` is
    (draw, 6): quarter, identity, entity, what was found, what was expected, the leg that last moved its money.
    """

    series: Float[np.ndarray, "draw series quarter"]
    counts: Int[np.ndarray, "block event subject quarter"]
    firsts: Int[np.ndarray, "block event subject quarter"]
    status: Int[np.ndarray, " draw"]
    findings: Float[np.ndarray, "draw 6"]


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
    lengths = np.array(ground_for(layout, quarters), dtype=np.int64)
    over_blocks(draws, seed, quarters, map_of(layout), lengths, centre, spreads, shocks, kept, told, size)


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
    """One set of arrays for each block of draws."""
    for block in prange(told.counts.shape[0]):
        ground = Ground(
            map=numbers,
            row=np.zeros(lengths[0]),
            arrivals=np.zeros(lengths[1]),
            values=np.zeros(lengths[2]),
            proposed=np.zeros(lengths[3]),
            marks=np.zeros(lengths[4], dtype=np.int64),
            events=np.zeros(lengths[5], dtype=np.int64),
            debts=np.zeros(lengths[6], dtype=np.int64),
            money=np.zeros(lengths[7]),
        )
        drawn = np.zeros(lengths[2])
        work = scratch(numbers[ENTITIES], 2, True)
        live(
            draws, block * size, min((block + 1) * size, draws.size), block, seed, quarters, centre, spreads,
            shocks, kept, told, ground, drawn, work,
        )  # fmt: skip


@compiled
def live(
    draws: Int[np.ndarray, " draw"],
    first: int,
    last: int,
    block: int,
    seed: int,
    quarters: int,
    centre: Float[np.ndarray, " knob"],
    spreads: Spreads,
    shocks: Shocks,
    kept: Int[np.ndarray, " series"],
    told: Told,
    whole: Ground,
    drawn: Float[np.ndarray, " knob"],
    whole_work: Scratch,
) -> None:
    """Live through some draws, one after the other, on one ground."""
    ground, work = borrowed_ground(whole), borrowed_scratch(whole_work)
    write_debts(ground, layout_on(ground.map))
    happened = happened_on(ground)
    for d in range(first, last):
        chance = Chance(seed=seed, draw=draws[d])
        begin(ground, drawn, centre, spreads, seed, draws[d])
        for now in range(quarters):
            shock(now, ground, drawn, shocks)
            status, finding = quarter(now, ground, chance, work)
            if finding.identity != 0 or status != SETTLED:
                stop(told, ground, d, now, status, finding)
                for s in range(kept.size):
                    for later in range(now, quarters):
                        told.series[d, s, later] = np.nan
                break
            for s in range(kept.size):
                told.series[d, s, now] = ground.row[kept[s]]
            for i in range(happened.now[0]):
                event, subject = happened.now[1 + 2 * i], happened.now[2 + 2 * i]
                told.counts[block, event, subject, now] += 1
                if happened.first[event, subject] == now:
                    told.firsts[block, event, subject, now] += 1


@compiled
def begin(
    ground: Ground,
    drawn: Float[np.ndarray, " knob"],
    centre: Float[np.ndarray, " knob"],
    spreads: Spreads,
    seed: int,
    draw: int,
) -> None:
    """A new draw: its parameters, and the world as its first quarter finds it."""
    ground.row[:] = 0.0
    ground.arrivals[:] = 0.0
    ground.marks[:] = 0
    happened_on(ground).first[:] = -1
    draw_knobs(
        drawn, centre, spreads.slot, spreads.law, spreads.a, spreads.b, spreads.c, spreads.stream,
        spreads.least, spreads.most, seed, draw,
    )  # fmt: skip
    ground.values[:] = drawn
    world, layout = world_on(ground), layout_on(ground.map)
    world.last[:] = -1
    open_world(world, knobs_on(ground.values, ground.map[ENTITIES], ground.map[LEGS]), layout)


@compiled
def shock(now: int, ground: Ground, drawn: Float[np.ndarray, " knob"], shocks: Shocks) -> None:
    """What the scenario has in store for this quarter."""
    if shocks.turns.shape[0] > 0:
        turn_knobs(now, drawn, ground.values, shocks.turns, shocks.turn_values)
    if shocks.hits.shape[0] > 0:
        world = world_on(ground)
        hit_stocks(now, world.economy, world.stocks, shocks.hits, shocks.hit_values)
    if shocks.orders.shape[0] > 0:
        told = world_on(ground).told
        told[:] = 0
        give_orders(now, told, shocks.orders)


@compiled
def stop(told: Told, ground: Ground, d: int, now: int, status: int, finding: Finding) -> None:
    """A draw whose books do not balance, or whose dues do not clear, ends here and says why."""
    finite = np.isfinite(finding.found) and np.isfinite(finding.expected)
    told.status[d] = status if finding.identity == 0 else (UNBALANCED if finite else BROKEN)
    told.findings[d, 0] = now
    told.findings[d, 1] = finding.identity
    told.findings[d, 2] = finding.subject
    told.findings[d, 3] = finding.found
    told.findings[d, 4] = finding.expected
    told.findings[d, 5] = world_on(ground).last[finding.subject] if finding.subject >= 0 else -1
