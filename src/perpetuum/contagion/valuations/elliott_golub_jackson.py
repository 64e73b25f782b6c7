"""Shares lose what the firm loses, and failing costs more on top.

v = A (assets - cost where v < threshold), A = hat C (I - C)^-1. The share kept below is linear in the
firm's value; ``maths.dependency.elliott_golub_jackson`` runs the waves of failure. Every debt is paid.
"""

from __future__ import annotations

from perpetuum.contagion.valuation import Array, PartnerState, Valuation, parameters
from perpetuum.core.text import both


def elliott_golub_jackson(threshold: float = 0.5, cost: float = 0.5) -> Valuation:
    """Owners bear losses in proportion, and the costs of failure with them.

    Parameters
    ----------
    threshold
        A firm fails once its value to owners outside is below this share of what it was before the
        shock. The default is assumed.
    cost
        What failing destroys, as a share of that threshold. The default is assumed.

    Notes
    -----
    Source: Elliott, Golub and Jackson (2014), doi:10.1257/aer.104.10.3115.

    Examples
    --------
    >>> print(elliott_golub_jackson(threshold=0.9))
    elliott_golub_jackson(threshold=0.9, cost=0.5)
    """
    given = parameters("elliott_golub_jackson", threshold=(threshold, "share"), cost=(cost, "share"))
    return Valuation(
        id="elliott_golub_jackson",
        name=both("shares lose with the firm (Elliott-Golub-Jackson)", "股份隨公司減值（Elliott-Golub-Jackson）"),
        channels=("owned",),
        paper="Elliott, Golub and Jackson (2014), doi:10.1257/aer.104.10.3115",
        kept=_kept,
        has_own_solver=True,
        parameters=given,
    )


def _kept(partner: PartnerState) -> Array:
    return 1.0 - partner.distress


VALUATION = elliott_golub_jackson()
