"""A firm that cannot pay all it owes pays what it has, to everyone in the same proportion.

v_j = min(1, a_j / debt_j), and 1 for a firm that owes nothing.
"""

from __future__ import annotations

import numpy as np

from perpetuum.contagion.valuation import Array, PartnerState, Valuation
from perpetuum.core.text import both


def eisenberg_noe() -> Valuation:
    """Debts are paid in proportion, as far as assets reach, and falling costs nothing.

    Notes
    -----
    Source: Eisenberg and Noe (2001), doi:10.1287/mnsc.47.2.236.9835.

    Examples
    --------
    >>> eisenberg_noe().pays
    True
    """
    return Valuation(
        id="eisenberg_noe",
        name=both("pays what it has (Eisenberg-Noe)", "有多少還多少（Eisenberg-Noe）"),
        channels=("owed",),
        paper="Eisenberg and Noe (2001), doi:10.1287/mnsc.47.2.236.9835",
        kept=_kept,
        pays=True,
    )


def _kept(partner: PartnerState) -> Array:
    owes = partner.debt > 0
    return np.where(owes, np.clip(partner.assets / np.where(owes, partner.debt, 1.0), 0.0, 1.0), 1.0)


VALUATION = eisenberg_noe()
