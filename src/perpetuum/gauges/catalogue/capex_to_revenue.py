"""Capital spending against revenue: do the gears earn back what they spend?"""

from __future__ import annotations

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Band, Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.gauge import Bands, Gauge, Scale, Seen, judged
from perpetuum.gauges.sums import growth, lasted, of_year, years_of

WATCH, ALARM = 4, 8
_WITHOUT = both(
    "Without finance leases and without chips that customers bring or prepay.",
    "不含融資租賃，也不含客戶自備或預付的晶片。",
)
_SHORT = both("The spread is positive, but earlier quarters are unknown.", "差距為正，但更早的季度未知。")
_NO_CASH = both(
    "Free cash flow is unknown, so alarm cannot be told from watch.", "自由現金流量未知，無法區分觀察與警示。"
)


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """The year that ends here, and by how much spending has outgrown revenue."""
    spent, sold = of_year(panel, firms, "capex", quarter), of_year(panel, firms, "revenue", quarter)
    if spent is None or sold is None or sold.value <= 0:
        return None
    spread, left = _spread(panel, firms, quarter), of_year(panel, firms, "free_cash_flow", quarter)
    band, remark = _band(panel, firms, quarter)
    subs = []
    if spread is not None:
        name = both("over four quarters spending outgrew revenue by (logarithm)", "四季間資本支出成長領先營收（對數）")
        subs.append(Sub(name=name, value=spread, unit="ratio", band=band))
    if left is not None:
        name = both("free cash flow of the year", "全年自由現金流量")
        subs.append(Sub(name=name, value=left.value, unit="USD", figures=left.figures))
    return Seen(
        value=spent.value / sold.value, band=band, figures=(*spent.figures, *sold.figures), period=years_of(quarter),
        subs=tuple(subs), notes=(_WITHOUT,), remark=remark,
    )  # fmt: skip


def _spread(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> float | None:
    """Growth of spending less growth of revenue, years that end four quarters apart."""
    rates = [
        growth(of_year(panel, firms, metric, quarter), of_year(panel, firms, metric, quarter + -4))
        for metric in ("capex", "revenue")
    ]
    return None if rates[0] is None or rates[1] is None else rates[0] - rates[1]


def _band(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> tuple[Band, Text | None]:
    def outgrows(when: Quarter) -> bool | None:
        spread = _spread(panel, firms, when)
        return None if spread is None else spread > 0

    long_enough = lasted(outgrows, quarter, WATCH)
    if long_enough is None:
        return "unknown", _SHORT if outgrows(quarter) else None
    if not long_enough:
        return "running", None
    if not lasted(outgrows, quarter, ALARM):
        return "watch", None
    left = of_year(panel, firms, "free_cash_flow", quarter)
    if left is None:
        return "watch", _NO_CASH
    return ("alarm" if left.value < 0 else "watch"), None


GAUGE = Gauge(
    id="capex_to_revenue",
    number=3,
    part="gear",
    name=Text(en="Capital spending / revenue", zh="資本支出／營收比"),
    unit="ratio",
    formula=Text(
        en="capital spending of four quarters over revenue of the same four quarters; the band looks at the spread of"
        " their growth",
        zh="近四季資本支出除以同四季營收；燈號看兩者成長率的差距",
    ),
    article=Text(
        en="the ratio should level off or fall; but it rises in every build-out, so its level says little",
        zh="比率應趨於平穩或下降；但每次擴建期它都會上升，水準本身說明不了什麼",
    ),
    bands=Bands(
        rule=Text(
            en="watch: spending has outgrown revenue for four quarters in a row; alarm: for eight, and the year's free"
            " cash flow is below zero",
            zh="觀察：資本支出成長連續四季高於營收；警示：連續八季，且全年自由現金流量為負",
        ),
        because=Text(
            en="revenue growth of US carriers peaked in 1998, their spending in 2000: two years",
            zh="美國電信業者營收成長於 1998 年見頂，資本支出到 2000 年才見頂：相隔兩年",
        ),
        scale=Scale(
            watch=0.0,
            number=judged,
            lasting=(WATCH, ALARM),
            of=both("growth of spending less growth of revenue (logarithm)", "資本支出成長減營收成長（對數）"),
        ),
    ),
    look=look,
    whole="sum",
    group="gears",
    lead="leads",
)
