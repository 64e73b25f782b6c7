"""Lenders pass on the interest they received to those who own them."""

from __future__ import annotations

from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.posting import pay
from perpetuum.machine.world import (
    INTEREST,
    LENDERS,
    PASSES_ON,
    Chance,
    Happened,
    Knobs,
    Layout,
    Proposal,
    World,
)
from perpetuum.maths.compiled import inlined


@inlined
def lenders_pass_on(
    quarter: int,
    world: World,
    knobs: Knobs,
    layout: Layout,
    proposal: Proposal,
    chance: Chance,
    happened: Happened,
) -> None:
    """Loan losses stay with the lenders' own worth."""
    interest = 0.0
    for e in range(layout.standing.shape[1]):
        leg = layout.standing[INTEREST, e]
        if leg >= 0:
            interest += world.flow[leg] + world.arrears[leg]
    pay(world, layout, layout.standing[PASSES_ON, layout.sectors[LENDERS]], interest)


BEHAVIOUR = Behaviour(id="lenders_pass_on", phase="close", owns=())
