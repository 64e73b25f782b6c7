"""Capital spending against operating cash flow: do the gears still pay for it themselves?"""

from __future__ import annotations

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.gauge import Bands, Gauge, Scale, Seen
from perpetuum.gauges.sums import of_year, step, years_of

WATCH, ALARM = 0.70, 1.00
_NO_CASH_FLOW = both(
    "Operations burn cash: there is no ratio, and that is alarm.", "營運本身流失現金：比率無意義，即為警示。"
)


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """The year that ends here."""
    spent = of_year(panel, firms, "capex", quarter)
    earned = of_year(panel, firms, "operating_cash_flow", quarter)
    if spent is None or earned is None:
        return None
    has_ratio = earned.value > 0
    ratio = spent.value / earned.value if has_ratio else None
    left = Sub(
        name=both("operating cash flow less capital spending", "營運現金流量減資本支出"),
        value=earned.value - spent.value, unit="USD", figures=(*earned.figures, *spent.figures),
    )  # fmt: skip
    return Seen(
        value=ratio, band=step(ratio, WATCH, ALARM) if ratio is not None else "alarm",
        figures=(*spent.figures, *earned.figures), period=years_of(quarter), subs=(left,),
        notes=() if has_ratio else (_NO_CASH_FLOW,),
    )  # fmt: skip


GAUGE = Gauge(
    id="capex_to_cash_flow",
    number=4,
    part="gear",
    name=Text(en="Capital spending / operating cash flow", zh="資本支出／營運現金流"),
    unit="ratio",
    formula=Text(
        en="capital spending of four quarters over operating cash flow of the same four quarters",
        zh="近四季資本支出除以同四季營運現金流量",
    ),
    bands=Bands(
        rule=Text(en="watch: 70 % or more; alarm: above 100 %", zh="觀察：70 % 以上；警示：高於 100 %"),
        because=Text(
            en="above 100 % somebody else pays; from 70 % one more year like the last gets there",
            zh="高於 100 % 就得由別人出錢；從 70 % 起，再一年同樣的成長就會到",
        ),
        scale=Scale(watch=WATCH, alarm=ALARM, end=0.0),
    ),
    look=look,
    whole="sum",
    group="gears",
    lead="leads",
)
