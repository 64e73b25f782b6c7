"""How many dials stand in each band: no weights, no score, a count."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from perpetuum.core.panel import Panel
from perpetuum.core.reading import BANDS, Band, Reading, Vote
from perpetuum.core.when import Quarter
from perpetuum.gauges.read import band_at, gauges


def vote(readings: Iterable[Reading], asof: datetime.date | None = None) -> Vote:
    """The count over the dials that vote.

    Examples
    --------
    >>> from perpetuum.gauges import read_gauges
    >>> empty = read_gauges(Panel(cells={}), Quarter(2026, 1))
    >>> {band: vote(empty).count(band) for band in BANDS}
    {'running': 0, 'watch': 0, 'alarm': 0, 'unknown': 16}
    """
    voting = [reading for reading in readings if gauges()[reading.gauge].votes]
    return Vote(quarter=voting[0].at, asof=asof, bands=tuple((reading.gauge, reading.band) for reading in voting))


def vote_at(panel: Panel, quarter: Quarter, asof: datetime.date | None = None) -> Vote:
    """The count of one quarter on one panel; quicker than reading the dials with their histories."""
    voting = [dial for dial in gauges().values() if dial.votes]
    return Vote(quarter=quarter, asof=asof, bands=tuple((d.id, band_at(d, panel, quarter)) for d in voting))


def votes_as_known_then(panel_of: Callable[[datetime.date], Panel], quarters: Iterable[Quarter]) -> tuple[Vote, ...]:
    """The count at the end of each quarter, from what was known on its last day."""
    return tuple(vote_at(panel_of(quarter.last), quarter, quarter.last) for quarter in quarters)


def votes_in_hindsight(panel: Panel, quarters: Iterable[Quarter]) -> tuple[Vote, ...]:
    """The count at each quarter from all that one panel knows: later corrections and later reports included."""
    return tuple(vote_at(panel, quarter) for quarter in quarters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How many dials stand in a band over many futures: the middle one, and what nine of ten lie between."""

    band: Band
    low: float
    middle: float
    high: float


def votes_over(panels: Iterable[Panel], at: Quarter) -> tuple[Spread, ...]:
    """The count over many futures, one panel each: median, 5 % and 95 % of each band's count."""
    counts = np.array([[told.count(band) for band in BANDS] for told in (vote_at(p, at) for p in panels)])
    low, middle, high = np.quantile(counts, [0.05, 0.5, 0.95], axis=0)
    rows = zip(BANDS, low.tolist(), middle.tolist(), high.tolist(), strict=True)
    return tuple(Spread(band=band, low=a, middle=b, high=c) for band, a, b, c in rows)
