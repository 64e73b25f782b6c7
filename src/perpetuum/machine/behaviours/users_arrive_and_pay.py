"""Users arrive, some leave, and those who stay pay a little more each quarter."""

from __future__ import annotations

import numpy as np

from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.columns import PAY_PER_USER, PAY_RATE, REVENUE, USERS
from perpetuum.machine.knobs import (
    ADOPTION_NOISE,
    CHURN,
    IMITATION,
    INNOVATION,
    OTHER_SALES,
    PAY_FADE,
    POTENTIAL_USERS,
    PRICE_RESPONSE,
    PULL,
)
from perpetuum.machine.luck import luck
from perpetuum.machine.world import SUBSCRIPTION, Chance, Knobs, Layout, Proposal, World
from perpetuum.maths.chance import stream_of
from perpetuum.maths.compiled import inlined
from perpetuum.maths.diffusion import bass_new

STREAM = stream_of("users_arrive_and_pay")


@inlined
def users_arrive_and_pay(
    quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Chance
) -> None:
    """Bass diffusion shared out among engines; revenue is three months of what users pay, and other sales."""
    w, stocks = knobs.world, world.stocks
    users = 0.0
    for e in layout.engines:
        users += stocks[e, USERS]
    left = max(w[POTENTIAL_USERS] - users, 0.0)
    new = bass_new(w[INNOVATION], w[IMITATION], users, w[POTENTIAL_USERS])
    new = min(left, new * np.exp(w[ADOPTION_NOISE] * luck(chance, quarter, STREAM)))
    for e in layout.engines:
        dearer = max(0.0, 1.0 - w[PRICE_RESPONSE] * np.log(1.0 + stocks[e, PAY_RATE]))
        stocks[e, USERS] = (1.0 - knobs.firm[e, CHURN]) * stocks[e, USERS] + knobs.firm[e, PULL] * new * dearer
        stocks[e, PAY_PER_USER] *= 1.0 + stocks[e, PAY_RATE]
        stocks[e, PAY_RATE] *= w[PAY_FADE]
        stocks[e, REVENUE] = 3.0 * stocks[e, USERS] * stocks[e, PAY_PER_USER] * (1.0 + knobs.firm[e, OTHER_SALES])
        proposal.want[layout.standing[SUBSCRIPTION, e]] = stocks[e, REVENUE]


BEHAVIOUR = Behaviour(id="users_arrive_and_pay", phase="demand", owns=("users", "pay_per_user", "pay_rate", "revenue"))
