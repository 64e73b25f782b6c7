"""Shares are worth what is left once all debts are paid, and never less than nothing.

S_j = max(0, a_j - debt_j), here as a share of what they were worth at first.
"""

from __future__ import annotations

import numpy as np

from perpetuum.contagion.valuation import Array, PartnerState, Valuation
from perpetuum.core.text import both


def limited_liability() -> Valuation:
    """Owners lose all they hold at most; solved jointly with the debts.

    Notes
    -----
    Shares that were worth nothing at first keep all or nothing. Sources: Suzuki (2002),
    doi:10.1142/S0219024902001511; Elsinger (2009); Karl.

    Examples
    --------
    >>> limited_liability().channels
    ('owned',)
    """
    return Valuation(
        id="limited_liability",
        name=both("shares are what debts leave over (limited liability)", "股份為清償債務後的剩餘（有限責任）"),
        channels=("owned",),
        paper="Suzuki (2002); Elsinger (2009); Karl",
        kept=_kept,
        pays=True,
    )


def _kept(partner: PartnerState) -> Array:
    worth = np.where(partner.fallen, 0.0, np.maximum(0.0, partner.assets - partner.debt))
    had = partner.opening_equity > 0
    return np.where(had, np.minimum(1.0, worth / np.where(had, partner.opening_equity, 1.0)), (worth > 0).astype(float))


VALUATION = limited_liability()
