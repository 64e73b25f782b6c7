"""Distress as first published: each firm passes on its distress once, in the step after it is first hit.

A process, not a fixed point: W_ij = min(1, exposure_ij / E_i), h_i(t+1) = min(1, h_i(t) + sum over j
distressed at t of W_ij h_j(t)). The share kept below is 1 - h_j; ``maths.debtrank.debtrank_2012`` runs it.
"""

from __future__ import annotations

from perpetuum.contagion.valuation import Array, PartnerState, Valuation
from perpetuum.core.text import both


def debtrank_2012() -> Valuation:
    """A debt loses as much of its worth as the debtor has lost of its equity, passed on once.

    Notes
    -----
    Source: Battiston et al. (2012), doi:10.1038/srep00541.

    Examples
    --------
    >>> debtrank_2012().has_own_solver
    True
    """
    return Valuation(
        id="debtrank_2012",
        name=both("distress passed on once (DebtRank 2012)", "困境只傳遞一次（DebtRank 2012）"),
        channels=("owed",),
        paper="Battiston et al. (2012), doi:10.1038/srep00541",
        kept=_kept,
        has_own_solver=True,
    )


def _kept(partner: PartnerState) -> Array:
    return 1.0 - partner.distress


VALUATION = debtrank_2012()
