"""The rent of a chip hour against what it costs to own: can the gear pay for the fuel?"""

from __future__ import annotations

import datetime

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Band, Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.dated import Observation, named, within
from perpetuum.gauges.gauge import Bands, Gauge, Scale, Seen

SERIES, BREAK_EVEN = "rental", "rental_break_even"
RUNNING, ALARM = 0.30, 0.0
_ONE_INDEX = both("One named index, never joined to another.", "只用一個具名指數，不與其他指數混接。")


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """The newest rent of a quarter on one index."""
    rents, cost = named(panel, SERIES), panel.parameters.get(BREAK_EVEN)
    said = within(rents.points, quarter) if rents else ()
    if rents is None or cost is None or not said:
        return None
    newest = said[-1]
    margin = newest.value / cost.value - 1
    return Seen(
        value=margin, band=_band(rents.points, newest, cost.value), figures=(newest.figure,),
        period=newest.figure.chosen.period_label or str(newest.day),
        subs=(
            Sub(name=both("rent of an hour", "每小時租金"), value=newest.value, unit="USD/GPU-hour",
                figures=(newest.figure,)),
            Sub(name=both("break-even of an hour", "每小時損益兩平"), value=cost.value, unit="USD/GPU-hour",
                url=cost.url),
        ),
        notes=(_ONE_INDEX,), entity=rents.entity, product=rents.product,
    )  # fmt: skip


def _band(points: tuple[Observation, ...], newest: Observation, cost: float) -> Band:
    margin = newest.value / cost - 1
    if margin > RUNNING:
        return "running"
    before = [point for point in points if _month(newest.day) - _month(point.day) == 1]
    if margin < ALARM and before and before[-1].value / cost - 1 < ALARM:
        return "alarm"
    return "watch"


def _month(day: datetime.date) -> int:
    """Months counted through, so that the month before is one less."""
    return 12 * day.year + day.month


GAUGE = Gauge(
    id="gpu_rental_margin",
    number=7,
    part="fuel",
    name=Text(en="Margin on rented chips", zh="GPU 租金毛利"),
    unit="ratio",
    formula=Text(
        en="by how much the rent of an hour exceeds the rent at which its owner breaks even",
        zh="每小時租金高於損益兩平租金的幅度",
    ),
    bands=Bands(
        rule=Text(
            en="watch: 30 % or less; alarm: below zero for two months in a row",
            zh="觀察：30 % 以下；警示：連續兩個月低於零",
        ),
        because=Text(en="below break-even the gear cannot pay for the fuel", zh="低於損益兩平，齒輪付不起燃料"),
        scale=Scale(watch=RUNNING, alarm=ALARM),
    ),
    look=look,
    whole="single",
    worse="low",
    lead="coincident",
)
