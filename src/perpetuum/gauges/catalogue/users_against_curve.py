"""Weekly users as announced: is the engine still pulling?"""

from __future__ import annotations

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Point
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.gauges.dated import observations
from perpetuum.gauges.gauge import Gauge

SERIES = "users"


def read(panel: Panel, now: Quarter) -> tuple[Point, ...]:
    """Every announcement of the series that the case names, at its own date."""
    return observations(panel, SERIES, now)


GAUGE = Gauge(
    id="users_against_curve",
    part="engine",
    name=Text(en="Weekly users", zh="每週活躍用戶"),
    unit="users",
    formula=Text(
        en="users of one product in one week, as announced; never spliced with monthly figures",
        zh="單一產品單週用戶數，依公告；不與月活躍數混接",
    ),
    article=Text(
        en="growth of monthly users should keep rising, but only weekly users are published",
        zh="月活躍用戶成長率應持續上升；但公開的只有週活躍用戶",
    ),
    read=read,
)
