"""What computing must earn in 2030 and what can be funded: a line to draw scenarios against."""

from __future__ import annotations

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.gauge import Bands, Gauge, Seen

NEEDED, FUNDABLE = "revenue_needed_2030", "revenue_fundable_2030"
_ESTIMATE = both("An estimate by one analyst house, not a reading.", "單一分析機構的估計，並非讀數。")


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """The same in every quarter: the numbers that the case states."""
    needed, fundable = panel.parameters.get(NEEDED), panel.parameters.get(FUNDABLE)
    if needed is None or fundable is None:
        return None
    return Seen(
        value=fundable.value - needed.value, band="unknown", figures=(), period="2030",
        subs=(
            Sub(name=both("revenue needed in 2030", "2030 年所需營收"), value=needed.value, unit="USD", url=needed.url),
            Sub(name=both("of it fundable", "其中可籌得"), value=fundable.value, unit="USD", url=fundable.url),
        ),
        notes=(_ESTIMATE, needed.because),
    )  # fmt: skip


GAUGE = Gauge(
    id="compute_shortfall_2030",
    number=14,
    part="system",
    name=Text(en="Shortfall in 2030", zh="2030 資金缺口"),
    unit="USD",
    formula=Text(
        en="revenue of 2030 that can be funded less what the computing of 2030 needs to earn",
        zh="2030 年可籌得的營收減去屆時算力所需營收",
    ),
    bands=Bands(
        rule=Text(en="no band", zh="不給燈號"),
        because=Text(en="it is no measurement", zh="它不是量測值"),
    ),
    look=look,
    whole="single",
    worse="low",
    votes=False,
)
