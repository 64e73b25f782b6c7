"""The luck of a quarter: one standard normal for each behaviour that asks."""

from __future__ import annotations

from perpetuum.machine.world import Chance
from perpetuum.maths.chance import moment, normals
from perpetuum.maths.compiled import compiled


@compiled
def luck(chance: Chance, quarter: int, stream: int) -> float:
    """A standard normal that depends on seed, draw, quarter and behaviour only; 0 in the central future."""
    if chance.draw < 0:
        return 0.0
    return normals(chance.seed, chance.draw, moment(quarter + 1, 0), stream)[0]
