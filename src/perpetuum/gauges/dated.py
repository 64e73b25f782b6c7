"""Points of a series that the case names, at the dates of its observations."""

from __future__ import annotations

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Point
from perpetuum.core.when import Quarter


def observations(panel: Panel, series: str, now: Quarter) -> tuple[Point, ...]:
    """All observations until the end of a quarter, oldest first; none where the case names no such series."""
    if series not in panel.named:
        return ()
    entity, metric, product = panel.named[series]
    dated = panel.dated.get((entity, metric, product))
    if dated is None:
        return ()
    return tuple(
        Point(entity=entity, period=figure.chosen.period_label or str(day), value=float(value), figures=(figure,),
              product=product)
        for day, value, figure in zip(dated.dates, dated.values, dated.figures, strict=True)
        if day <= now.last
    )  # fmt: skip
