"""Inventory and receivables that outgrow sales: is more shipped than is used and paid for?"""

from __future__ import annotations

import math
from functools import partial

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Band, Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.gauge import Bands, Gauge, Scale, Seen
from perpetuum.gauges.sums import Sum, lasted, of_quarter

WIDE = 0.15
WATCH_BOTH, WATCH_ONE, ALARM_BOTH = 2, 4, 4
DAYS_OF_QUARTER = 91
INVENTORY, RECEIVABLES = "inventory", "receivables"
# What a firm itself reports of growth over a year, where nobody has its levels.
GROWTH = {INVENTORY: "inventory_growth", RECEIVABLES: "receivables_growth", "revenue": "revenue_growth"}
_REPORTED = both(
    "Growth over a year as it was reported; the levels behind it are not known.", "採報導的年成長率，其背後的金額未知。"
)
_ONE = both("Only one of inventory and receivables is known.", "存貨與應收帳款只有一項有資料。")


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """One vendor's spreads over sales, growth over four quarters."""
    spreads = {metric: _spread(panel, firms, metric, quarter) for metric in (INVENTORY, RECEIVABLES)}
    known = {metric: spread for metric, spread in spreads.items() if spread is not None}
    if not known:
        return None
    names = {
        INVENTORY: both("inventory outgrew sales by", "存貨成長領先銷售"),
        RECEIVABLES: both("receivables outgrew sales by", "應收帳款成長領先銷售"),
    }
    subs = [Sub(name=names[metric], value=spread.value, unit="points", figures=spread.figures)
            for metric, spread in known.items()]  # fmt: skip
    owed, sold = of_quarter(panel, firms, RECEIVABLES, quarter), of_quarter(panel, firms, "revenue", quarter)
    if owed and sold and sold.value > 0:
        days = owed.value / sold.value * DAYS_OF_QUARTER
        name = both("days of sales that customers owe", "應收帳款周轉天數")
        subs.append(Sub(name=name, value=days, unit="days", figures=(*owed.figures, *sold.figures)))
    worst = max(known.values(), key=lambda spread: spread.value)
    return Seen(
        value=worst.value, band=_band(panel, firms, quarter), figures=worst.figures, period=str(quarter),
        subs=tuple(subs), notes=_notes(known),
    )  # fmt: skip


def _notes(known: dict[str, Sum]) -> tuple[Text, ...]:
    """What is missing, and whether reported growth stands in for levels."""
    one = () if len(known) == 2 else (_ONE,)
    reported = any(each.chosen.attribute in GROWTH.values() for spread in known.values() for each in spread.figures)
    return (*one, _REPORTED) if reported else one


def _spread(panel: Panel, firms: tuple[str, ...], metric: str, quarter: Quarter) -> Sum | None:
    """Growth over four quarters less that of the quarter's sales, from levels; as reported where these are missing."""
    return _of_levels(panel, firms, metric, quarter) or _as_reported(panel, firms, metric, quarter)


def _of_levels(panel: Panel, firms: tuple[str, ...], metric: str, quarter: Quarter) -> Sum | None:
    found = [of_quarter(panel, firms, name, when) for name in (metric, "revenue") for when in (quarter, quarter + -4)]
    if any(each is None or each.value <= 0 for each in found):
        return None
    now, before, sold, sold_before = (each for each in found if each)
    value = now.value / before.value - sold.value / sold_before.value
    return Sum(value, tuple(figure for each in found if each for figure in each.figures))


def _as_reported(panel: Panel, firms: tuple[str, ...], metric: str, quarter: Quarter) -> Sum | None:
    """One firm's own rates: those of several cannot be added."""
    if len(firms) != 1:
        return None
    grown, sold = (of_quarter(panel, firms, GROWTH[name], quarter) for name in (metric, "revenue"))
    if grown is None or sold is None:
        return None
    return Sum(math.fsum((grown.value, -sold.value)), (*grown.figures, *sold.figures))


def _band(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Band:
    """What is known to be wide speaks; running only if neither can have been wide for long enough."""

    def wide(metric: str, when: Quarter) -> bool | None:
        spread = _spread(panel, firms, metric, when)
        return None if spread is None else spread.value > WIDE

    def both_wide(when: Quarter) -> bool | None:
        said = [wide(metric, when) for metric in (INVENTORY, RECEIVABLES)]
        return False if False in said else None if None in said else True

    if lasted(both_wide, quarter, ALARM_BOTH):
        return "alarm"
    watch = [
        lasted(both_wide, quarter, WATCH_BOTH),
        *(lasted(partial(wide, metric), quarter, WATCH_ONE) for metric in (INVENTORY, RECEIVABLES)),
    ]
    return "watch" if True in watch else "unknown" if None in watch else "running"


GAUGE = Gauge(
    id="stock_and_receivables",
    number=8,
    part="fuel",
    name=Text(en="Inventory and receivables", zh="庫存與應收帳款"),
    unit="points",
    formula=Text(
        en="growth of inventory, and of receivables, over four quarters less that of the quarter's sales; the wider one"
        " is shown; where levels are missing, one firm's growth as reported",
        zh="存貨與應收帳款的四季成長率，各減去單季銷售成長率；顯示較大者；缺少金額時，採單一公司報導的成長率",
    ),
    bands=Bands(
        rule=Text(
            en="watch: both above 15 points for two quarters, or one for four; alarm: both above 15 for four quarters",
            zh="觀察：兩者連續兩季高於 15 個百分點，或其一連續四季；警示：兩者連續四季高於 15 個百分點",
        ),
        because=Text(
            en="at one large supplier of 1999 both stood above 15 points for a year before its share fell by 28 % in a"
            " day; at another inventory alone did, and its sales went on growing for a year and a half",
            zh="1999 年一家大型設備商兩者高於 15 個百分點達一年，隨後股價單日重挫 28 %；另一家只有存貨偏高，"
            "其營收又成長了一年半",
        ),
        scale=Scale(watch=WIDE, lasting=(WATCH_ONE, ALARM_BOTH)),
    ),
    look=look,
    whole="widest",
    group="vendors",
    lead="leads",
)
