"""Growth beyond what was expected lifts the mood; disappointment lowers it; and moods pass."""

from __future__ import annotations

from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import EXPECTED_GROWTH, LAST_REVENUE, MOOD, REVENUE
from perpetuum.machine.knobs import EXPECTATION_SPEED, MOOD_NOISE, MOOD_PERSISTENCE, MOOD_RESPONSE
from perpetuum.machine.luck import luck
from perpetuum.machine.world import Chance, Happened, Knobs, Layout, Proposal, World
from perpetuum.maths.chance import stream_of
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import choose, portion

STREAM = stream_of("mood_moves")
DARKEST, BRIGHTEST = -2.5, 1.0


@inlined
def mood_moves(
    quarter: int,
    world: World,
    knobs: Knobs,
    layout: Layout,
    proposal: Proposal,
    chance: Chance,
    happened: Happened,
) -> None:
    """Surprises count by revenue; the mood is a logarithm and stays between -2.5 and 1."""
    w, surprise, revenue = knobs.world, 0.0, 0.0
    for e in layout.engines:
        now, before = world.stocks[e, REVENUE], world.stocks[e, LAST_REVENUE]
        grows = (now > 0.0) & (before > 0.0)
        growth = portion(now, before) - 1.0
        beyond = choose(grows, growth - world.stocks[e, EXPECTED_GROWTH], 0.0)
        surprise += now * beyond
        revenue += choose(grows, now, 0.0)
        world.stocks[e, EXPECTED_GROWTH] += w[EXPECTATION_SPEED] * beyond
        world.stocks[e, LAST_REVENUE] = now
    mood = w[MOOD_PERSISTENCE] * world.economy[MOOD] + w[MOOD_NOISE] * luck(chance, quarter, STREAM)
    mood += portion(w[MOOD_RESPONSE] * surprise, revenue)
    world.economy[MOOD] = min(max(mood, DARKEST), BRIGHTEST)


BEHAVIOUR = Behaviour(id="mood_moves", phase="close", owns=("mood", "expected_growth", "last_revenue"))
