"""What a vendor has promised its own customers, against what it sells: does it lend them the money to buy?"""

from __future__ import annotations

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.gauge import Bands, Gauge, Seen
from perpetuum.gauges.sums import of_quarter, of_year, step

WATCH, ALARM = 0.05, 0.15
_SIZE = both(
    "A stock over one year's sales: it says how large the promises are, not what share of sales they pay for.",
    "存量除以一年營收：表示承諾的規模，並非營收中由其支付的比率。",
)
_FLOOR = both(
    "Draws of most promises are unknown, so what was drawn is a floor.", "多數承諾的動撥情形未知，已動撥金額為下限。"
)


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """One vendor at the close of a quarter."""
    sold = of_year(panel, firms, "revenue", quarter)
    promised = of_quarter(panel, firms, "vendor_financing_promised", quarter)
    if sold is None or promised is None or sold.value <= 0:
        return None
    beside = (
        ("vendor_guarantees", both("of it caps of guarantees", "其中擔保上限"), False),
        ("vendor_financing_drawn", both("drawn, at least", "已動撥（至少）"), True),
        ("vendor_financing_announced", both("announced", "已宣布"), False),
    )
    subs = tuple(
        Sub(name=name, value=found.value / sold.value, unit="ratio", figures=found.figures,
            band=step(found.value / sold.value, WATCH, ALARM) if has_band else None)
        for metric, name, has_band in beside
        for found in [of_quarter(panel, firms, metric, quarter)] if found
    )  # fmt: skip
    value = promised.value / sold.value
    return Seen(value=value, band=step(value, WATCH, ALARM), figures=(*promised.figures, *sold.figures),
                period=str(quarter), subs=subs, notes=(_FLOOR, _SIZE))  # fmt: skip


GAUGE = Gauge(
    id="vendor_financing",
    number=9,
    part="money",
    name=Text(en="Vendor financing", zh="供應商融資比"),
    unit="ratio",
    formula=Text(
        en="what a vendor has firmly promised to customers and to vehicles that buy its goods, with the caps of its"
        " guarantees, over its revenue of four quarters",
        zh="供應商對客戶與採購其產品之特殊目的公司的確定承諾，加擔保上限，除以其近四季營收",
    ),
    bands=Bands(
        rule=Text(en="watch: 5 % or more; alarm: above 15 %", zh="觀察：5 % 以上；警示：高於 15 %"),
        because=Text(
            en="the suppliers of 2000 had promised 10 to 24 % of a year's sales before their customers fell",
            zh="2000 年的設備商在客戶倒下前，承諾金額已達年營收的 10 % 至 24 %",
        ),
    ),
    look=look,
    whole="widest",
    group="vendors",
)
