"""Falling costs money: a fallen firm pays from a part of its assets only.

v_j = 1 if a_j >= debt_j, else (alpha e_j + beta inflow_j + beta_shares share income_j) / debt_j.
"""

from __future__ import annotations

import numpy as np

from perpetuum.contagion.valuation import Array, PartnerState, Valuation, parameters
from perpetuum.core.text import both


def rogers_veraart(alpha: float = 0.5, beta: float = 0.8, beta_shares: float = 1.0) -> Valuation:
    """Debts are paid in proportion, after the costs of falling.

    Parameters
    ----------
    alpha
        Share of its outside assets that a fallen firm can still hand out. The default is assumed.
    beta
        The same of what others pay it, fallen debtors too. The default is assumed.
    beta_shares
        The same of its income from shares and warrants.

    Notes
    -----
    Source: Rogers and Veraart (2013), doi:10.1287/mnsc.1120.1569.

    Examples
    --------
    >>> print(rogers_veraart(alpha=0.5, beta=0.7))
    rogers_veraart(alpha=0.5, beta=0.7, beta_shares=1)
    """
    given = parameters(
        "rogers_veraart", alpha=(alpha, "share"), beta=(beta, "share"), beta_shares=(beta_shares, "share")
    )

    def kept(partner: PartnerState) -> Array:
        shares = np.zeros_like(partner.assets) if partner.from_shares is None else partner.from_shares
        inflow = np.maximum(0.0, partner.assets - partner.outside_assets - shares)
        left = alpha * partner.outside_assets + beta * inflow + beta_shares * shares
        owes = partner.debt > 0
        paid = np.where(owes, np.clip(left / np.where(owes, partner.debt, 1.0), 0.0, 1.0), 1.0)
        return np.where(partner.has_failed, paid, 1.0)

    return Valuation(
        id="rogers_veraart",
        name=both(
            "pays what is left after the costs of falling (Rogers-Veraart)", "扣除倒下成本後償付（Rogers-Veraart）"
        ),
        channels=("owed",),
        paper="Rogers and Veraart (2013), doi:10.1287/mnsc.1120.1569",
        kept=kept,
        pays=True,
        parameters=given,
    )


VALUATION = rogers_veraart()
