"""A firm that sells less orders less.

v_j = 1 - elasticity times the share of j's own expected receipts that is lost, and never below 0.
"""

from __future__ import annotations

import numpy as np

from perpetuum.contagion.valuation import Array, PartnerState, Valuation, parameters
from perpetuum.core.text import both


def orders_follow_revenue(elasticity: float = 1.0) -> Valuation:
    """Expected revenue shrinks with the customer's own receipts.

    Parameters
    ----------
    elasticity
        How far orders follow receipts; 1 is in proportion, as in input-output tables. Assumed.

    Notes
    -----
    Ours, after Leontief (1936), doi:10.2307/1927837.

    Examples
    --------
    >>> print(orders_follow_revenue(elasticity=0.5))
    orders_follow_revenue(elasticity=0.5)
    """
    given = parameters("orders_follow_revenue", elasticity=(elasticity, "zero or more"))

    def kept(partner: PartnerState) -> Array:
        lost = np.clip(1.0 - partner.receipts_kept, 0.0, 1.0)
        return np.maximum(0.0, 1.0 - elasticity * lost)

    return Valuation(
        id="orders_follow_revenue",
        name=both("orders follow revenue", "訂單隨營收縮減"),
        channels=("revenue",),
        paper="perpetuum, after Leontief (1936), doi:10.2307/1927837",
        kept=kept,
        parameters=given,
    )


VALUATION = orders_follow_revenue()
