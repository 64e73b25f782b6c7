"""People use more, and a gigawatt does more: two races that decide how much compute is needed."""

from __future__ import annotations

from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import EFFICIENCY, EFFICIENCY_RATE, TRAINING_NOW, USE, USE_RATE
from perpetuum.machine.knobs import EFFICIENCY_FADE, REBOUND, TRAINING_END, TRAINING_FADE, USE_FADE
from perpetuum.machine.world import Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.compiled import inlined


@inlined
def use_and_efficiency_change(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """Both grow at a rate that fades; part of a gain in efficiency comes back as use; training falls to its end."""
    w, economy = knobs.world, world.economy
    gain = 1.0 + economy[EFFICIENCY_RATE]
    economy[USE] *= (1.0 + economy[USE_RATE]) * gain ** w[REBOUND]
    economy[EFFICIENCY] *= gain
    economy[USE_RATE] *= w[USE_FADE]
    economy[EFFICIENCY_RATE] *= w[EFFICIENCY_FADE]
    for e in layout.engines:
        above = world.stocks[e, TRAINING_NOW] - w[TRAINING_END]
        world.stocks[e, TRAINING_NOW] = w[TRAINING_END] + w[TRAINING_FADE] * above


BEHAVIOUR = Behaviour(
    id="use_and_efficiency_change",
    phase="demand",
    owns=("use", "use_rate", "efficiency", "efficiency_rate", "training_now"),
)
