"""A firm under stress leaves the contracts it may leave, before it falls.

v_j = 0 once j's equity is below threshold times its opening equity, or j has fallen; else 1.
"""

from __future__ import annotations

import numpy as np

from perpetuum.contagion.valuation import Array, PartnerState, Valuation, parameters
from perpetuum.core.text import both


def leaves_when_stressed(threshold: float = 0.5) -> Valuation:
    """Expected revenue ends early; the firm part of a contract stays owed.

    Parameters
    ----------
    threshold
        Share of its opening equity below which a firm leaves. The default is assumed.

    Notes
    -----
    No paper: ours.

    Examples
    --------
    >>> print(leaves_when_stressed(threshold=0.3))
    leaves_when_stressed(threshold=0.3)
    """
    given = parameters("leaves_when_stressed", threshold=(threshold, "share"))

    def kept(partner: PartnerState) -> Array:
        stressed = partner.equity < threshold * partner.opening_equity
        return np.where(partner.has_failed | stressed, 0.0, 1.0)

    return Valuation(
        id="leaves_when_stressed",
        name=both("leaves contracts under stress", "承壓時退出可退出的合約"),
        channels=("revenue",),
        paper="perpetuum",
        kept=kept,
        parameters=given,
    )


VALUATION = leaves_when_stressed()
