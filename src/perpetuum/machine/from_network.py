"""What a case knows of the first balance sheets, for the parameters that a scenario leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.claim import Figure
from perpetuum.core.network import Network
from perpetuum.core.panel import Panel
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.machine.addresses import Addresses
from perpetuum.machine.legs import MachineLeg
from perpetuum.machine.resolve import Resolved

Array = NDArray[np.float64]
LAST_REPORT = 1  # quarters that the last report before an opening may be older


@dataclass(frozen=True, slots=True, kw_only=True)
class FromLedger:
    """One opening value that was taken from the ledger: where it went, how it was made, and what it rests on."""

    address: str
    value: float
    says: Text
    figures: tuple[Figure, ...]


_CASH = both("cash and marketable securities", "現金與有價證券")
_CASH_ONLY = both("cash; no securities are on record", "現金；無有價證券紀錄")
_DEBT = both("debt", "債務")
_SITE = both("property and equipment, less chips and network", "不動產、廠房及設備，扣除晶片與網路設備")
_PROFIT = both("net income", "淨利")
_EBITDA = both("net income, depreciation, interest and tax at the tax rate", "淨利、折舊、利息與依稅率估算的稅")
_TAXABLE = both("net income before tax at the tax rate", "依稅率還原的稅前淨利")
_SALES = both("revenue", "營收")


def fill_from_network(
    network: Network, addresses: Addresses, values: Array, balance: Quarter
) -> tuple[Array, tuple[FromLedger, ...]]:
    """Fill opening parameters that no scenario states with what firms report for a quarter.

    Parameters
    ----------
    network
        Its ``reported`` panel is read; nothing is filled without one.
    values
        All parameters, flat; NaN where nothing is known. Not changed.
    balance
        The quarter whose close is the opening.

    Returns
    -------
    values, notes
        The filled copy, and for each value filled what it was made of.

    Notes
    -----
    A network that says on which day it opens takes the last report before it, at most a quarter older.
    What a scenario states stands, whatever the ledger says. A value needs all its parts: depreciation without
    interest makes no EBITDA.
    """
    if network.reported is None:
        return values.copy(), ()
    filled, notes, back = values.copy(), [], LAST_REPORT if network.opens else 0
    for firm in addresses.entities:
        for knob, says, value, figures in _known(network.reported, firm, balance, filled, addresses, back):
            place = addresses.knob(f"{firm}.{knob}").index
            if np.isnan(filled[place]) and not np.isnan(value):
                filled[place] = value
                notes.append(FromLedger(address=f"{firm}.{knob}", value=value, says=says, figures=figures))
    return filled, tuple(notes)


def fill_guarantees(network: Network, legs: Sequence[MachineLeg], resolved: Resolved, first: Quarter) -> Array:
    """Fill cap, share and term of guarantees that no scenario states with what the deal says.

    Returns
    -------
    values
        All parameters, flat: a filled copy.
    """
    values, every = resolved.values.copy(), {leg.id: leg for leg in network.every}
    stated = {one.address for one in resolved.stated}
    for leg in legs:
        terms = every[leg.id].contingent if leg.place == "guarantee" else None
        if terms is None:
            continue
        start = Quarter.of(terms.from_.first) - first + 1 if terms.from_ else 1
        told = {"headline": terms.cap.value if terms.cap else None, "cover_share": terms.share, "start": start}
        if terms.until:
            told["term"] = max(1, Quarter.of(terms.until.last) - first + 2 - start)
        for knob, value in told.items():
            if value is not None and f"{leg.id}.{knob}" not in stated:
                values[resolved.addresses.knob(f"{leg.id}.{knob}").index] = float(value)
    return values


def _last(panel: Panel, firm: str, metric: str, quarter: Quarter, back: int) -> Figure | None:
    found = (panel.figure(firm, metric, quarter + -n) for n in range(back + 1))
    return next((figure for figure in found if figure is not None), None)


def _known(
    panel: Panel, firm: str, quarter: Quarter, values: Array, addresses: Addresses, back: int
) -> list[tuple[str, Text, float, tuple[Figure, ...]]]:
    def of(*metrics: str) -> tuple[Sequence[float], tuple[Figure, ...]]:
        found = [_last(panel, firm, metric, quarter, back) for metric in metrics]
        numbers = [float("nan") if figure is None else figure.value for figure in found]
        return numbers, tuple(figure for figure in found if figure is not None)

    tax_rate = values[addresses.knob("tax_rate").index]
    equipment = values[addresses.knob(f"{firm}.opening_equipment").index]
    (cash, securities), cash_figures = of("cash", "marketable_securities")
    (debt,), debt_figures = of("total_debt")
    (property_net,), property_figures = of("ppe_net")
    (income,), income_figures = of("net_income")
    (_, worn, interest), earned_figures = of("net_income", "depreciation", "interest_expense")
    (sales,), sales_figures = of("revenue")
    before_tax = income / (1.0 - tax_rate) if income > 0.0 else income
    site = max(property_net - equipment, 0.0) if not np.isnan(property_net + equipment) else float("nan")
    return [
        ("opening_cash", _CASH_ONLY if np.isnan(securities) else _CASH, cash + np.nan_to_num(securities), cash_figures),
        ("opening_debt", _DEBT, debt, debt_figures),
        ("opening_buildings", _SITE, site, property_figures),
        ("opening_profit", _PROFIT, income, income_figures),
        ("opening_taxable", _TAXABLE, before_tax, income_figures),
        ("opening_ebitda", _EBITDA, before_tax + worn + interest, earned_figures),
        ("other_revenue", _SALES, sales, sales_figures),
    ]
