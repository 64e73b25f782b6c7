"""A firm buys and funds what was expected of it until it has fallen; then someone else replaces a part.

v_j = 1 while standing, else the share that someone else replaces.
"""

from __future__ import annotations

import numpy as np

from perpetuum.contagion.valuation import Array, PartnerState, Valuation, parameters
from perpetuum.core.text import both


def stops_when_failed(replaced: float = 0.0) -> Valuation:
    """Expected revenue and funding end with the firm that they come from.

    Parameters
    ----------
    replaced
        Share that someone else takes over. Nothing by default: assumed, and the upper bound of the loss.

    Notes
    -----
    No paper: ours.

    Examples
    --------
    >>> print(stops_when_failed(replaced=0.3))
    stops_when_failed(replaced=0.3)
    """
    given = parameters("stops_when_failed", replaced=(replaced, "share"))

    def kept(partner: PartnerState) -> Array:
        return np.where(partner.has_failed, replaced, 1.0)

    return Valuation(
        id="stops_when_failed",
        name=both("buys and funds until it falls", "倒下前照常採購與出資"),
        channels=("revenue", "funding"),
        paper="perpetuum",
        kept=kept,
        parameters=given,
    )


VALUATION = stops_when_failed()
