"""What one more dollar of debt does: derivatives by each obligation, on the rungs where everyone ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.claims import NO_COSTS, Costs
from perpetuum.maths.ladder import Ladder, State, system_of
from perpetuum.maths.shapes import Bool, Float
from perpetuum.maths.slopes import where_losses_bite

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """One obligation: ``debtor`` owes ``creditor`` (none: outside) in a rank."""

    debtor: int
    creditor: int | None = None
    rank: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtSlopes:
    """Derivatives by the amount of each obligation: row changes when the obligation is one dollar more.

    ``payments`` and ``equity`` are (firm, debt), pure numbers; ``short`` the rise of all unpaid debt
    together. Where a firm stands ``at_edge`` there are two derivatives; its side of losses is here.
    """

    payments: Float[np.ndarray, "firm debt"]
    equity: Float[np.ndarray, "firm debt"]
    short: Float[np.ndarray, " debt"]
    at_edge: Bool[np.ndarray, " firm"]


def debt_slopes(found: Ladder, debts: Sequence[Debt], costs: Costs = NO_COSTS) -> DebtSlopes:
    """The derivatives of a solution by the amounts owed, by the implicit function theorem.

    Parameters
    ----------
    found
        A solution of ``ladder``.
    debts
        The obligations that grow; they need not exist yet.
    costs
        The factors with which it was found.

    Notes
    -----
    x = v + N x on the final rungs, so (I - N) dx = dv + dN x. A debt on a rung that is full is paid
    by the dollar; on the rung where money ends it only changes who gets how much of it; on an empty
    rung it changes nothing. Jumps by default costs are in no derivative. Source: the conditions of
    Eisenberg and Noe (2001), doi:10.1287/mnsc.47.2.236.9835.

    Examples
    --------
    A has 4 and owes B 6 and others 2: of one dollar more to B, B gains what others lose:

    >>> from perpetuum.maths.claims import Claims
    >>> from perpetuum.maths.ladder import ladder
    >>> out = ladder(Claims.of(np.array([[0, 6.0], [0, 0]]), np.array([[2.0, 0]])), np.array([4.0, 1]))
    >>> seen = debt_slopes(out, [Debt(debtor=0, creditor=1), Debt(debtor=0)])
    >>> seen.equity, seen.short
    (array([[ 0.   ,  0.   ],
           [ 0.125, -0.375]]), array([1., 1.]))
    """
    state, active = where_losses_bite(found)
    ranks, firms = len(found.end.debt), state.claims.firms
    pushed = np.zeros((firms, len(debts)))
    full = np.zeros((firms, len(debts)))
    for k, debt in enumerate(debts):
        pushed[:, k] = _pushed(found, state, debt, costs)
        full[debt.debtor, k] = float(state.rung[debt.debtor] > debt.rank)
    change = np.zeros_like(pushed)
    if active.size:
        within = np.eye(active.size) - system_of(state, costs).share[np.ix_(active, active)]
        change[active] = np.linalg.solve(within, pushed[active])
    owes = (state.rung < ranks)[:, None]
    payments = np.where(owes, change, 0.0) + full
    return DebtSlopes(
        payments=payments, equity=np.where(owes, 0.0, change), short=1.0 - payments.sum(axis=0), at_edge=found.at_edge
    )


def _pushed(found: Ladder, state: State, debt: Debt, costs: Costs) -> Array:
    """dv + dN x: what one more dollar of a debt changes while what everyone hands out stays."""
    k, step = debt.debtor, state.steps[debt.rank]
    out = np.zeros(state.claims.firms)
    if state.rung[k] > debt.rank:
        given = 1.0
        out[k] -= 1.0
    elif state.rung[k] == debt.rank and step.size[k] > 0:
        # The same money is split among more: every creditor loses its part, one gains what they lose.
        given = float(found.end.recovery[debt.rank, k])
        out -= given * step.share[:, k]
    else:
        return out
    if debt.creditor is not None:
        out[debt.creditor] += given
    arrives: Array = np.where(state.fallen, costs.beta_debts, 1.0) * out
    arrives[k] = out[k] if state.rung[k] > debt.rank else arrives[k]
    return arrives
