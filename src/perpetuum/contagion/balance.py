"""What a firm is worth and owes at the start, from what it reports; unknown stays unknown."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from perpetuum.contagion.books import Basis, View
from perpetuum.core.claim import Figure
from perpetuum.core.network import Network
from perpetuum.core.panel import Panel
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter

OLDEST_QUARTERS = 2
OLDEST_PRICE = datetime.timedelta(days=200)
_NO_EQUITY = both("its equity is not known", "權益未知")
_NEGATIVE = both("its book equity is negative; it can only be studied at market value", "帳面權益為負，只能以市值研究")
_NO_CASH = both("its cash or its cash flow is not known", "現金或現金流量未知")


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The start of one firm, in USD; what is not known is absent.

    ``equity`` in the cash view is cash plus a horizon of outside receipts less running costs.
    ``revenue`` is that of the last year, ``franchise`` what the market value exceeds book equity by.
    """

    equity: float | None = None
    liabilities: float | None = None
    debt: float | None = None
    debt_due: float | None = None
    revenue: float | None = None
    franchise: float | None = None
    figures: tuple[Figure, ...] = ()
    because: Text = _NO_EQUITY

    @property
    def is_known(self) -> bool:
        """Is there an equity to lose?"""
        return self.equity is not None


def opening(network: Network, firm: str, view: View, basis: Basis, horizon: int) -> Balance:
    """The balance of one firm on the date of a network."""
    panel = network.reported or Panel(cells={})
    now = Quarter.of(network.at) if network.at == Quarter.of(network.at).last else Quarter.of(network.at) + -1
    debt = _newest(panel, firm, "total_debt", now)
    liabilities = _newest(panel, firm, "total_liabilities", now)
    year = panel.year_figures(firm, "revenue", now)
    revenue = sum(figure.value for figure in year) if year else None
    if view == "cash":
        return replace(_cash(network, panel, firm, now, horizon), revenue=revenue)
    equity = book = _book(panel, firm, now)
    franchise = None
    if basis == "market" and (market := market_value(panel, firm, network.at)):
        equity = market
        franchise = max(0.0, market[0] - book[0]) if book else None
    because = _NO_EQUITY
    if equity and equity[0] < 0:
        equity, because = None, _NEGATIVE
    figures = (*(equity[1] if equity else ()), *(each for each in (debt, liabilities) if each))
    return Balance(
        equity=equity[0] if equity else None, liabilities=liabilities.value if liabilities else None,
        debt=debt.value if debt else None, revenue=revenue, franchise=franchise, figures=figures, because=because,
    )  # fmt: skip


def _newest(panel: Panel, firm: str, metric: str, now: Quarter) -> Figure | None:
    """The newest figure, at most two quarters old."""
    found = (panel.figure(firm, metric, now + -back) for back in range(OLDEST_QUARTERS + 1))
    return next((figure for figure in found if figure), None)


def _book(panel: Panel, firm: str, now: Quarter) -> tuple[float, tuple[Figure, ...]] | None:
    """Equity as reported, or assets less liabilities of one and the same quarter."""
    for back in range(OLDEST_QUARTERS + 1):
        if equity := panel.figure(firm, "stockholders_equity", now + -back):
            return equity.value, (equity,)
        assets = panel.figure(firm, "total_assets", now + -back)
        owes = panel.figure(firm, "total_liabilities", now + -back)
        if assets and owes:
            return assets.value - owes.value, (assets, owes)
    return None


def market_value(panel: Panel, firm: str, at: datetime.date) -> tuple[float, tuple[Figure, ...]] | None:
    """The newest market value in USD, not older than 200 days, or the last round, with the figure behind it."""
    for metric in ("equity_market_cap", "valuation"):
        series = panel.dated.get((firm, metric, None))
        known = [(day, figure) for day, figure in zip(series.dates, series.figures, strict=True)
                 if day <= at] if series else []  # fmt: skip
        if known and (metric == "valuation" or known[-1][0] >= at - OLDEST_PRICE):
            return known[-1][1].value, (known[-1][1],)
    return None


def _cash(network: Network, panel: Panel, firm: str, now: Quarter, horizon: int) -> Balance:
    """Cash and securities, and the cash flow of a year scaled to the horizon.

    The year's cash flow holds what partners paid and were paid; firm parts that fall due are owed apart.
    """
    cash = network.balance.get((firm, "cash"))
    flows = panel.year_figures(firm, "operating_cash_flow", now)
    if not flows:
        whole = _newest(panel, firm, "operating_cash_flow_ttm", now)
        flows = (whole,) if whole else ()
    if cash is None or not flows:
        return Balance(because=_NO_CASH)
    due = _newest(panel, firm, "debt_maturing_next_year", now)
    flow = sum(figure.value for figure in flows) * horizon / 4
    return Balance(
        equity=cash.value + flow, debt_due=due.value if due else None, figures=(cash, *flows, *((due,) if due else ())),
    )  # fmt: skip
