"""Series at their own dates: what was last said by the end of a quarter."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from itertools import pairwise

from perpetuum.core.claim import Figure
from perpetuum.core.panel import Dated, Panel
from perpetuum.core.when import Quarter

Key = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Observation:
    """One observation: its day, its value, its figure."""

    day: datetime.date
    value: float
    figure: Figure


@dataclass(frozen=True, slots=True)
class Named:
    """A series that the case names: whose, which product, and its observations, oldest first."""

    entity: str
    product: str | None
    points: tuple[Observation, ...]

    def until(self, day: datetime.date) -> tuple[Observation, ...]:
        """What had been said by the end of a day."""
        return tuple(point for point in self.points if point.day <= day)


def named(panel: Panel, series: str) -> Named | None:
    """A series by the name that the case gives it; nothing where the case names none or nothing was observed.

    Quarters that come after the last date serve too, at their ends: that is what a simulated panel holds.
    """
    if series not in panel.named:
        return None
    entity, metric, product = panel.named[series]
    points = observed(panel, entity, metric, product)
    after = tuple(each for each in quarterly(panel, entity, metric) if not points or each.day > points[-1].day)
    return Named(entity, product, (*points, *after)) if points or after else None


def observed(panel: Panel, entity: str, metric: str, product: str | None = None) -> tuple[Observation, ...]:
    """All observations of one series, oldest first."""
    found: Dated | None = panel.dated.get((entity, metric, product))
    if found is None:
        return ()
    return tuple(Observation(*each) for each in zip(found.dates, found.values.tolist(), found.figures, strict=True))


def quarterly(panel: Panel, entity: str, metric: str) -> tuple[Observation, ...]:
    """The figures of quarters, at the quarters' ends."""
    cells = panel.cells.get((entity, metric), {})
    return tuple(Observation(quarter.last, figure.value, figure) for quarter, figure in sorted(cells.items()))


def within(points: tuple[Observation, ...], quarter: Quarter) -> tuple[Observation, ...]:
    """The observations of one quarter."""
    return tuple(point for point in points if quarter.first <= point.day <= quarter.last)


def between(points: tuple[Observation, ...], day: datetime.date) -> tuple[float, tuple[Figure, ...]] | None:
    """The value on a day between two observations, along a straight line of logarithms; never beyond them."""
    for before, after in pairwise(points):
        if before.day <= day <= after.day:
            share = (day - before.day).days / (after.day - before.day).days
            value = math.exp((1 - share) * math.log(before.value) + share * math.log(after.value))
            return value, (before.figure, after.figure)
    return None
