"""A debt is worth less the likelier its debtor touches the barrier of default before the debt falls due.

v_j = 1 - (1 - R) PD_j(E_j), PD as in ``maths.ex_ante.black_cox_probability``; 1 once fallen.
"""

from __future__ import annotations

import numpy as np

from perpetuum.contagion.valuation import Array, PartnerState, Valuation, parameters
from perpetuum.core.text import both
from perpetuum.maths.ex_ante import black_cox_probability


def black_cox(sigma: float = 0.2, R: float = 0.4) -> Valuation:
    """Debts discounted by the chance of default at any time within one term.

    Parameters
    ----------
    sigma
        Volatility of outside assets over the term of the debts. The default is assumed.
    R
        Share of its debts that a firm pays if it defaults. The default is assumed.

    Notes
    -----
    Source: Barucca et al. (2020), doi:10.1111/mafi.12272; Black and Cox (1976),
    doi:10.1111/j.1540-6261.1976.tb01891.x.

    Examples
    --------
    >>> print(black_cox(sigma=0.1))
    black_cox(sigma=0.1, R=0.4)
    """
    given = parameters("black_cox", sigma=(sigma, "above zero"), R=(R, "share"))

    def kept(partner: PartnerState) -> Array:
        every = np.full(len(partner.equity), sigma)
        chance = black_cox_probability(partner.equity, partner.outside_assets, every)
        worth: Array = 1.0 - (1.0 - R) * np.where(partner.fallen, 1.0, chance)
        return worth

    return Valuation(
        id="black_cox",
        name=both("default at any time before the term (Black-Cox)", "到期前任何時點都可能違約（Black-Cox）"),
        channels=("owed",),
        paper="Barucca et al. (2020), doi:10.1111/mafi.12272; Black and Cox (1976)",
        kept=kept,
        parameters=given,
    )


VALUATION = black_cox()
