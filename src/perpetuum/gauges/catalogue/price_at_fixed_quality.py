"""The price of computing at one level of quality: is the fuel getting cheaper?"""

from __future__ import annotations

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Point
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.gauges.dated import observations
from perpetuum.gauges.gauge import Gauge

SERIES = "price"


def read(panel: Panel, now: Quarter) -> tuple[Point, ...]:
    """Every price of the series that the case names, at its own date."""
    return observations(panel, SERIES, now)


GAUGE = Gauge(
    id="price_at_fixed_quality",
    part="fuel",
    name=Text(en="Price at fixed quality", zh="固定品質之價格"),
    unit="USD/Mtok",
    formula=Text(
        en="the lowest price of a million tokens from a model that reaches a fixed score",
        zh="達到固定評測分數的模型中，每百萬 token 的最低價格",
    ),
    article=Text(en="money should turn into stronger and cheaper computing", zh="投入的資金應轉化為更強、更便宜的算力"),
    read=read,
)
