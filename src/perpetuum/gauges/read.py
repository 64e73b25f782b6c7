"""Reading the dials: plain numbers with their sources, on any panel, at any quarter."""

from __future__ import annotations

import functools

from perpetuum.core.catalogue import collect
from perpetuum.core.errors import SeriesError, UnknownName
from perpetuum.core.nouns import FIRM_WITH_GAUGE, GAUGE
from perpetuum.core.panel import Panel
from perpetuum.core.reading import Point, Reading, Trend
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges import catalogue
from perpetuum.gauges.gauge import Gauge

_NO_RULE = Text(
    en="plain numbers only: no threshold has been tested yet, so no band is given",
    zh="僅列數字：尚無經過驗證的門檻，因此不給燈號",
)
_NO_DATA = Text(en="no data: an empty dial is unknown, never green", zh="沒有資料：空白的儀表是未知，絕非正常")


@functools.cache
def gauges() -> dict[str, Gauge]:
    """Every dial of the catalogue, by id."""
    return collect(catalogue, Gauge, lambda gauge: gauge.id)


def read_gauges(
    panel: Panel, at: Quarter | None = None, gauge: str | None = None, firm: str | None = None
) -> tuple[Reading, ...]:
    """Read all dials, or one, from a panel that is filed or simulated alike.

    Parameters
    ----------
    panel
        What firms and markets report, as known on the date that panel was made for.
    at
        The last quarter to look at; the last one of the panel if left out.
    gauge
        The id of one dial; an unknown one raises ``UnknownName``.
    firm
        Only points of this firm or group; one that no dial has a point of raises ``UnknownName``.

    Returns
    -------
    tuple of Reading
        Points oldest first, each with its figures. Without data a dial is ``unknown``; it is
        never carried forward and never filled.

    Raises
    ------
    SeriesError
        If the panel holds no quarter at all.

    Examples
    --------
    >>> import perpetuum
    >>> dials = perpetuum.read_gauges(perpetuum.load("ai").panel())
    >>> [dial.gauge for dial in dials]
    ['capex_to_revenue', 'price_at_fixed_quality', 'users_against_curve']
    """
    if not panel.quarters and at is None:
        raise SeriesError(
            both("the panel holds no quarter.", "panel 裡沒有任何一季。"),
            both(
                "Give one with series, or say which quarter to read: at=...",
                "請給有數列的 panel，或指明要讀哪一季：at=...",
            ),
        )
    known = gauges()
    if gauge is not None and gauge not in known:
        raise UnknownName(gauge, known, what=GAUGE)
    now = at or panel.quarters[-1]
    points = {dial: dial.read(panel, now) for dial in known.values() if gauge in (None, dial.id)}
    if firm is None:
        return tuple(_reading(dial, found, now) for dial, found in points.items())
    own = {dial: tuple(point for point in found if point.entity == firm) for dial, found in points.items()}
    if not any(own.values()):
        raise UnknownName(firm, {point.entity for found in points.values() for point in found}, what=FIRM_WITH_GAUGE)
    return tuple(_reading(dial, found, now) for dial, found in own.items() if found)


def _reading(dial: Gauge, points: tuple[Point, ...], now: Quarter) -> Reading:
    return Reading(
        gauge=dial.id, unit=dial.unit, points=points, trend=_trend(points), age=_age(points, now),
        because=_NO_RULE if points else _NO_DATA,
    )  # fmt: skip


def _age(points: tuple[Point, ...], now: Quarter) -> int | None:
    """Quarters from the last figure of the newest point to now; nothing where there is none."""
    ends = [figure.chosen.period.last for figure in points[-1].figures if figure.chosen.period] if points else []
    return now - Quarter.of(max(ends)) if ends else None


def _trend(points: tuple[Point, ...]) -> Trend:
    """The direction of the last step of the series that the newest point belongs to."""
    own = [p.value for p in points if (p.entity, p.product) == (points[-1].entity, points[-1].product)]
    if len(own) < 2:
        return "unknown"
    return "rising" if own[-1] > own[-2] else "falling" if own[-1] < own[-2] else "flat"
