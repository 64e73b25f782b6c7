"""The price of computing at one level of quality: is the fuel getting cheaper?"""

from __future__ import annotations

import datetime
import math

import numpy as np

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter, years_between
from perpetuum.gauges.dated import named, within
from perpetuum.gauges.gauge import Bands, Gauge, Scale, Seen

SERIES = "price"
RUNNING, ALARM = 3.0, 1.5
_ONE_PRICE = both(
    "Margins of those who rent the chips out are another dial: both count.", "出租算力者的毛利另有儀表：兩者都要看。"
)


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """The yearly factor by which the price fell, over all observations up to the newest of this quarter."""
    prices = named(panel, SERIES)
    if prices is None or not within(prices.points, quarter):
        return None
    said = prices.until(quarter.last)
    if len(said) < 2 or any(point.value <= 0 for point in said):
        return None
    factor = _factor([point.day for point in said], [point.value for point in said])
    newest = Sub(
        name=both("newest price", "最新價格"), value=said[-1].value, unit="USD/Mtok", figures=(said[-1].figure,)
    )
    return Seen(
        value=factor, band="running" if factor >= RUNNING else "watch" if factor >= ALARM else "alarm",
        figures=tuple(point.figure for point in said), subs=(newest,), notes=(_ONE_PRICE,),
        period=f"{said[0].figure.chosen.period_label}..{said[-1].figure.chosen.period_label}",
        entity=prices.entity, product=prices.product,
    )  # fmt: skip


def _factor(days: list[datetime.date], prices: list[float]) -> float:
    """exp(-slope) of a straight line through logarithms of price, a year apart."""
    years = np.array([years_between(days[0], day) for day in days])
    slope = float(np.polyfit(years, np.log(prices), 1)[0])
    return math.exp(-slope)


GAUGE = Gauge(
    id="price_at_fixed_quality",
    number=6,
    part="fuel",
    name=Text(en="Price at fixed quality", zh="固定品質之價格"),
    unit="x",
    formula=Text(
        en="by what factor a year the lowest price of a million tokens falls, from models that reach one fixed score",
        zh="達到同一評測分數的模型中，每百萬 token 最低價格每年下降的倍數",
    ),
    article=Text(
        en="money should turn into stronger and cheaper computing; but prices fell in the crash of 2001 too",
        zh="投入的資金應轉化為更強、更便宜的算力；但 2001 年崩盤時價格同樣下跌",
    ),
    bands=Bands(
        rule=Text(
            en="running: falls to a third or less within a year; watch: by 1.5 to 3 times; alarm: by less",
            zh="運轉：一年內降到三分之一以下；觀察：降 1.5 至 3 倍；警示：降幅更小",
        ),
        because=Text(
            en="better hardware alone gives 1.25 to 1.5 times a year", zh="單靠硬體進步每年就有 1.25 至 1.5 倍"
        ),
        scale=Scale(watch=RUNNING, alarm=ALARM),
    ),
    look=look,
    whole="single",
    worse="low",
    max_age=4,
)
