"""What fell due in one quarter of one future, and what everyone had to pay it with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.machine import future
from perpetuum.machine.history import History
from perpetuum.machine.prepare import Prepared, ground_of, of_first_lane
from perpetuum.machine.world import Chance
from perpetuum.maths.lanes import LANES, empty_row
from perpetuum.maths.rounds import scratch

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dues:
    """The dues of a quarter, as clearing found them.

    One entry for each due: leg, payer, payee, ``amount`` and ``paid`` in USD, and its rank (0 is paid before 1);
    bills unpaid from before come after those of the quarter. ``resources`` is what each entity had to pay with, its
    credit line included.
    """

    entities: tuple[str, ...]
    legs: tuple[str, ...]
    payer: NDArray[np.int64]
    payee: NDArray[np.int64]
    amount: Floats
    paid: Floats
    rank: NDArray[np.int64]
    resources: Floats


def dues_of(world: Prepared, draw: int, row: int) -> Dues:
    """Live through one future up to a quarter; what its last clearing saw is left in the kernel's room."""
    r, quarters = world.resolved, row + 1
    dues, entities = world.layout.rank.size, world.places.entities
    ground = ground_of(world.layout, quarters)
    told = future.nothing_told(1, 0, quarters, world.subjects)
    future.live(
        np.array([draw], dtype=np.int64), 0, 1, 0, quarters, world.values, r.spreads, r.shocks,
        np.zeros(0, dtype=np.int64), future.as_written(told), ground, empty_row(LANES * world.values.size),
        scratch(entities, 2, True), Chance(seed=world.seed, draws=np.zeros(LANES, dtype=np.int64)),
    )  # fmt: skip
    ground = of_first_lane(ground)
    amount, debts = ground.money[: 2 * dues], ground.debts
    history = History(places=world.places, rows=ground.row[:, None])
    # Early repayment is paid on the same leg as what is scheduled.
    paid = np.minimum(np.concatenate([history.flow[0, :dues], history.arrears[0, :dues]]), amount)
    there = np.flatnonzero(amount > 0.0)
    return Dues(
        entities=world.entities,
        legs=tuple(world.legs[n % dues].id for n in there),
        payer=debts[there],
        payee=debts[2 * dues + there],
        amount=amount[there],
        paid=paid[there],
        rank=debts[4 * dues + there],
        resources=ground.money[2 * dues : 2 * dues + entities].copy(),
    )
