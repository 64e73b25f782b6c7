"""What a dial shows, and one thing worth telling."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.text import Text

Band = Literal["running", "watch", "alarm", "unknown"]
Trend = Literal["rising", "falling", "flat", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of a dial: for whom, of which period, from which figures."""

    entity: str
    period: str
    value: float
    figures: tuple[Figure, ...]
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a dial shows: points with their sources, and the band its rule gives.

    ``age`` is how many quarters lie between the newest point and the quarter asked for.
    """

    gauge: str
    unit: str
    points: tuple[Point, ...]
    band: Band = "unknown"
    trend: Trend = "unknown"
    age: int | None = None
    because: Text

    @property
    def newest(self) -> Point | None:
        """The last point, or nothing."""
        return self.points[-1] if self.points else None


Knowledge = Literal["the filing says", "the source says", "our arithmetic", "the model gives", "we do not know"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing worth telling: a sentence, its value, and the claims it stands on."""

    id: str
    sentence: Text
    value: object
    knowledge: Knowledge
    evidence: tuple[Claim, ...] = ()
    asof: datetime.date | None = None
    note: Text | None = None
