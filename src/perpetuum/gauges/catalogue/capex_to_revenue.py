"""Capital spending against revenue: do the gears earn back what they spend?"""

from __future__ import annotations

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Point
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.gauges.gauge import Gauge

GROUP = "gears"


def read(panel: Panel, now: Quarter) -> tuple[Point, ...]:
    """Each firm's newest year, then the years of the whole group: ratios of sums, never means of ratios."""
    firms = panel.groups.get(GROUP, ())
    until = [quarter for quarter in panel.quarters if quarter - now <= 0]
    own = [point for firm in firms for point in [_newest(panel, firm, until)] if point]
    together = [point for quarter in until for point in [_ratio(panel, firms, GROUP, quarter)] if point]
    return (*own, *together)


def _newest(panel: Panel, firm: str, until: list[Quarter]) -> Point | None:
    return next((point for q in reversed(until) for point in [_ratio(panel, (firm,), firm, q)] if point), None)


def _ratio(panel: Panel, firms: tuple[str, ...], name: str, quarter: Quarter) -> Point | None:
    """The year that ends with a quarter; nothing where one firm lacks one of its quarters."""
    capex = [panel.year_figures(firm, "capex", quarter) for firm in firms]
    revenue = [panel.year_figures(firm, "revenue", quarter) for firm in firms]
    if not firms or not all(capex) or not all(revenue):
        return None
    sold = sum(figure.value for figures in revenue for figure in figures)
    spent = sum(figure.value for figures in capex for figure in figures)
    if sold <= 0:
        return None
    figures = tuple(figure for figures in (*capex, *revenue) for figure in figures)
    return Point(entity=name, period=f"{quarter + -3}..{quarter}", value=spent / sold, figures=figures)


GAUGE = Gauge(
    id="capex_to_revenue",
    part="gear",
    name=Text(en="Capital spending / revenue", zh="資本支出／營收比"),
    unit="ratio",
    formula=Text(
        en="capital spending of four quarters over revenue of the same four quarters, without leases and without"
        " chips that customers bring",
        zh="近四季資本支出除以同四季營收，不含租賃與客戶自備晶片",
    ),
    article=Text(en="the ratio should level off or fall", zh="比率應趨於平穩或下降"),
    read=read,
)
