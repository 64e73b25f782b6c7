"""Small losses of a debtor hardly touch the worth of its debts; large ones do.

v_j = 1 - (1 - rho) min(1, h_j exp(a (h_j - 1))), h_j = the share of its opening equity that j has lost.
"""

from __future__ import annotations

import numpy as np

from perpetuum.contagion.valuation import Array, PartnerState, Valuation, parameters
from perpetuum.core.text import both


def debtrank_nonlinear(a: float = 2.0, rho: float = 0.0) -> Valuation:
    """DebtRank in which distress begins to spread late.

    Parameters
    ----------
    a
        How late: 0 is ``debtrank_2015``. The default is assumed.
    rho
        Share of a debt that is left if the debtor has lost all its equity.

    Notes
    -----
    Source: Bardoscia, Caccioli, Perotti, Vivaldo and Caldarelli (2016), doi:10.1371/journal.pone.0163825.

    Examples
    --------
    >>> print(debtrank_nonlinear(a=4))
    debtrank_nonlinear(a=4, rho=0)
    """
    given = parameters("debtrank_nonlinear", a=(a, "zero or more"), rho=(rho, "share"))

    def kept(partner: PartnerState) -> Array:
        h = partner.distress
        worth: Array = 1.0 - (1.0 - rho) * np.minimum(1.0, h * np.exp(a * (h - 1.0)))
        return worth

    return Valuation(
        id="debtrank_nonlinear",
        name=both(
            "large losses of equity are passed on (nonlinear DebtRank)", "權益大幅損失才往外傳（非線性 DebtRank）"
        ),
        channels=("owed",),
        paper="Bardoscia, Caccioli, Perotti, Vivaldo and Caldarelli (2016), doi:10.1371/journal.pone.0163825",
        kept=kept,
        parameters=given,
    )


VALUATION = debtrank_nonlinear()
