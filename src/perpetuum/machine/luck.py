"""The luck of a quarter: one standard normal for each behaviour that asks."""

from __future__ import annotations

from perpetuum.machine.world import Chance
from perpetuum.maths.chance import moment, normals
from perpetuum.maths.compiled import compiled, inlined
from perpetuum.maths.lanes import with_lane


@inlined
def luck(chance: Chance, quarter: int, stream: int) -> float:
    """A standard normal that depends on seed, draw, quarter and behaviour only; 0 in the central future."""
    drawn = 0.0
    for k in range(chance.draws.size):
        drawn = with_lane(drawn, k, luck_of(chance.seed, chance.draws[k], quarter, stream))
    return drawn


@compiled
def luck_of(seed: int, draw: int, quarter: int, stream: int) -> float:
    """The luck of one draw."""
    if draw < 0:
        return 0.0
    return normals(seed, draw, moment(quarter + 1, 0), stream)[0]
