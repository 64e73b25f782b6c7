"""Capital spending against the whole economy: how large has the build-out become?"""

from __future__ import annotations

import math

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.gauge import Bands, Gauge, Scale, Seen
from perpetuum.gauges.sums import of_year, step

SERIES = "gdp"
WATCH, ALARM = 0.012, 0.030
_WORLD = both(
    "Spending is worldwide, the economy is one country's: an upper bound.", "支出為全球、GDP 為單一國家：此為上限。"
)


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """One calendar year, read in its last quarter."""
    if quarter.number != 4 or SERIES not in panel.named:
        return None
    entity, metric, _ = panel.named[SERIES]
    spent, economy = of_year(panel, firms, "capex", quarter), panel.year_figures(entity, metric, quarter)
    if spent is None or not economy:
        return None
    # Quarters of GDP stand at annual rates: their mean is the year.
    gdp = math.fsum(figure.value for figure in economy) / len(economy)
    if gdp <= 0:
        return None
    ratio = spent.value / gdp
    return Seen(
        value=ratio, band=step(ratio, WATCH, ALARM), figures=(*spent.figures, *economy), period=str(quarter.year),
        subs=(Sub(name=both("gross domestic product of the year", "全年國內生產毛額"), value=gdp, unit="USD",
                  figures=economy),), notes=(_WORLD,),
    )  # fmt: skip


GAUGE = Gauge(
    id="capex_to_gdp",
    number=15,
    part="system",
    name=Text(en="Capital spending / GDP", zh="資本支出占 GDP"),
    unit="ratio",
    formula=Text(
        en="capital spending of a calendar year over nominal GDP of the year", zh="曆年資本支出除以全年名目 GDP"
    ),
    bands=Bands(
        rule=Text(en="watch: 1.2 % or more; alarm: above 3 %", zh="觀察：1.2 % 以上；警示：高於 3 %"),
        because=Text(
            en="telecom peaked at 1.2 % in 2000; US railways reached 6 %, and 3 is half of it",
            zh="電信業 2000 年的高峰為 1.2 %；美國鐵路曾達 6 %，3 % 為其一半",
        ),
        scale=Scale(watch=WATCH, alarm=ALARM, end=0.0),
    ),
    look=look,
    whole="sum",
    group="gears",
    max_age=4,
    trend_over=(4,),
    by_firm=False,
)
