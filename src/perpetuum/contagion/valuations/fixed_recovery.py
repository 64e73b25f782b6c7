"""A firm pays in full while it stands, and a fixed share once it has fallen.

v_j = 1 while standing, R once fallen.
"""

from __future__ import annotations

import numpy as np

from perpetuum.contagion.valuation import Array, PartnerState, Valuation, parameters
from perpetuum.core.text import both


def fixed_recovery(R: float = 0.4) -> Valuation:
    """Whoever lent to a fallen firm gets a fixed share back.

    Parameters
    ----------
    R
        The share recovered. The default is assumed.

    Notes
    -----
    Source: Furfine (2003), doi:10.1353/mcb.2003.0004.

    Examples
    --------
    >>> print(fixed_recovery(R=0.25))
    fixed_recovery(R=0.25)
    """
    given = parameters("fixed_recovery", R=(R, "share"))

    def kept(partner: PartnerState) -> Array:
        return np.where(partner.has_failed, R, 1.0)

    return Valuation(
        id="fixed_recovery",
        name=both("a fixed share once fallen (threshold)", "倒下後回收固定比率（門檻模型）"),
        channels=("owed",),
        paper="Furfine (2003), doi:10.1353/mcb.2003.0004",
        kept=kept,
        parameters=given,
    )


VALUATION = fixed_recovery()
