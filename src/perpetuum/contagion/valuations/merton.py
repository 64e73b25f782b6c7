"""A debt is worth less the likelier its debtor ends the term with assets below the barrier of default.

v_j = 1 - (1 - R) PD_j(E_j), PD as in ``maths.ex_ante.merton_probability``; 1 once fallen.
"""

from __future__ import annotations

import numpy as np

from perpetuum.contagion.valuation import Array, PartnerState, Valuation, parameters
from perpetuum.core.text import both
from perpetuum.maths.ex_ante import merton_probability


def merton(sigma: float = 0.2, R: float = 0.4) -> Valuation:
    """Debts discounted by the chance of default at the end of one term.

    Parameters
    ----------
    sigma
        Volatility of outside assets over the term of the debts. The default is assumed.
    R
        Share of its debts that a firm pays if it defaults. The default is assumed.

    Notes
    -----
    Source: Barucca et al. (2020), doi:10.1111/mafi.12272; Merton (1974),
    doi:10.1111/j.1540-6261.1974.tb03058.x.

    Examples
    --------
    >>> print(merton(sigma=0.1))
    merton(sigma=0.1, R=0.4)
    """
    given = parameters("merton", sigma=(sigma, "above zero"), R=(R, "share"))

    def kept(partner: PartnerState) -> Array:
        every = np.full(len(partner.equity), sigma)
        chance = merton_probability(partner.equity, partner.outside_assets, every)
        worth: Array = 1.0 - (1.0 - R) * np.where(partner.fallen, 1.0, chance)
        return worth

    return Valuation(
        id="merton",
        name=both("default at the end of the term (Merton)", "到期時才可能違約（Merton）"),
        channels=("owed",),
        paper="Barucca et al. (2020), doi:10.1111/mafi.12272; Merton (1974)",
        kept=kept,
        parameters=given,
    )


VALUATION = merton()
