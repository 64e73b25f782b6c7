"""A debt loses as much of its worth as the debtor has lost of its equity.

v_j = 1 - (1 - rho) h_j, h_j = the share of its opening equity that j has lost, 1 at most.
"""

from __future__ import annotations

from perpetuum.contagion.valuation import Array, PartnerState, Valuation, parameters
from perpetuum.core.text import both


def debtrank_2015(rho: float = 0.0) -> Valuation:
    """Linear DebtRank: every further loss is passed on.

    Parameters
    ----------
    rho
        Share of a debt that is left if the debtor has lost all its equity.

    Notes
    -----
    Source: Bardoscia, Battiston, Caccioli and Caldarelli (2015), doi:10.1371/journal.pone.0130406.

    Examples
    --------
    >>> print(debtrank_2015(rho=0.4))
    debtrank_2015(rho=0.4)
    """
    given = parameters("debtrank_2015", rho=(rho, "share"))

    def kept(partner: PartnerState) -> Array:
        worth: Array = 1.0 - (1.0 - rho) * partner.distress
        return worth

    return Valuation(
        id="debtrank_2015",
        name=both("every loss of equity is passed on (DebtRank 2015)", "每一分權益損失都往外傳（DebtRank 2015）"),
        channels=("owed",),
        paper="Bardoscia, Battiston, Caccioli and Caldarelli (2015), doi:10.1371/journal.pone.0130406",
        kept=kept,
        parameters=given,
    )


VALUATION = debtrank_2015()
