"""What one more dollar does: derivatives of payments and equity on the rungs where everyone ends."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.claims import NO_COSTS, Costs
from perpetuum.maths.ladder import Ladder, State, system_of
from perpetuum.maths.shapes import Bool, Float

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slopes:
    """Derivatives by the outside assets of each firm: row changes when column has one dollar more.

    ``payments`` and ``equity`` are (firm, firm), pure numbers. ``saves``: fall of all unpaid debt
    together. Where a firm stands ``at_edge`` there are two derivatives; the one for losses is here.
    """

    payments: Float[np.ndarray, "firm firm"]
    equity: Float[np.ndarray, "firm firm"]
    saves: Float[np.ndarray, " firm"]
    at_edge: Bool[np.ndarray, " firm"]


def slopes(found: Ladder, costs: Costs = NO_COSTS) -> Slopes:
    """The derivatives of a solution by the outside assets, by the implicit function theorem.

    Notes
    -----
    One linear system, (I - N) dx = factors, on the rungs on which money lies. Jumps by default
    costs are in no derivative.

    Examples
    --------
    >>> from perpetuum.maths.claims import Claims
    >>> from perpetuum.maths.ladder import ladder
    >>> out = ladder(Claims.of(np.array([[0, 10.0], [0, 0]])), np.array([4.0, 1]))
    >>> slopes(out).payments
    array([[1., 0.],
           [0., 0.]])
    """
    state, active = where_losses_bite(found)
    system = system_of(state, costs)
    firms = state.claims.firms
    ranks = len(found.end.debt)
    factor = np.where(state.fallen, costs.alpha, 1.0)
    change = np.zeros((firms, firms))
    if active.size:
        within = np.eye(active.size) - system.share[np.ix_(active, active)]
        change[np.ix_(active, active)] = np.linalg.solve(within, np.diag(factor[active]))
    owes = state.rung < ranks
    payments = np.where(owes[:, None], change, 0.0)
    return Slopes(
        payments=payments, equity=np.where(owes[:, None], 0.0, change), saves=payments.sum(axis=0),
        at_edge=found.at_edge,
    )  # fmt: skip


def where_losses_bite(found: Ladder) -> tuple[State, NDArray[np.int64]]:
    """The rungs from which a lost dollar is taken, and the firms that have money there.

    Who stands exactly on the floor of a rung loses from the rung below; who has nothing loses nothing,
    and neither does a group that only hands on its own money. Where a lost dollar would empty a group
    that keeps all its money to itself, that is a jump, and the derivative is the one for gains.
    """
    band = 1e-13 * np.maximum(found.end.debt.sum(axis=0), found.end.assets)
    empty = found.on_rung <= band
    rung, has_money = found.state.rung.copy(), ~empty
    for firm in np.flatnonzero(empty):
        below = [k for k in range(rung[firm]) if found.state.steps[k].size[firm] > 0]
        if below:
            rung[firm], has_money[firm] = below[-1], True
    for firm in _closed(found.state, rung, np.flatnonzero(has_money)):
        if rung[firm] < found.state.rung[firm]:
            rung[firm] = found.state.rung[firm]
            has_money[firm] = not found.state.steps[rung[firm]].is_debt  # a gain would reach its owners
    return replace(found.state, rung=rung), np.flatnonzero(has_money)


def _closed(state: State, rung: NDArray[np.int64], among: NDArray[np.int64]) -> NDArray[np.int64]:
    """The firms that would hand every dollar only to each other."""
    while among.size:
        handed = np.array([state.steps[rung[firm]].share[among, firm].sum() for firm in among])
        if (handed >= 1 - 1e-12).all():
            break
        among = among[handed >= 1 - 1e-12]
    return among
