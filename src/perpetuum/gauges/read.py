"""Reading the dials: on any panel, filed or simulated, at any quarter, never looking ahead."""

from __future__ import annotations

import functools

from perpetuum.core.catalogue import collect
from perpetuum.core.errors import SeriesError, UnknownName
from perpetuum.core.nouns import FIRM_WITH_GAUGE, GAUGE
from perpetuum.core.panel import Panel
from perpetuum.core.reading import Band, Episode, Point, Reading, Trend, worst
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.gauges import catalogue
from perpetuum.gauges.dispute import is_disputed
from perpetuum.gauges.gauge import Gauge

# A step smaller than this share of the value is no step (assumed).
FLAT = 0.01
_NO_DATA = both("no data: an empty dial is unknown, never green", "沒有資料：空白的儀表是未知，絕非正常")
_TOO_OLD = both("the newest figure is too old to speak of now", "最新數字太舊，無法代表現況")
_ANCHOR = both("an anchor for scenarios: it has no band and does not vote", "情境的參照值：不給燈號，也不計票")
_UNDECIDED = both("what is known does not decide the band", "已知資料不足以判定燈號")


@functools.cache
def gauges() -> dict[str, Gauge]:
    """Every dial of the catalogue by id, in the order of their numbers."""
    found = collect(catalogue, Gauge, lambda gauge: gauge.id)
    return dict(sorted(found.items(), key=lambda item: item[1].number))


def read_gauges(
    panel: Panel, at: Quarter | None = None, gauge: str | None = None, firm: str | None = None
) -> tuple[Reading, ...]:
    """Read all dials, or one, from a panel that is filed or simulated alike.

    Parameters
    ----------
    panel
        What firms and markets report, as known on the date that panel was made for.
    at
        The quarter to read; nothing later is looked at. The last one of the panel if left out.
    gauge
        The id of one dial; an unknown one raises ``UnknownName``.
    firm
        Only readings of this firm or group; one that no dial reads raises ``UnknownName``.

    Returns
    -------
    tuple of Reading
        In the order of the dials. A reading may be as old as the dial allows, and says how old it
        is; an older one is ``unknown``. Nothing is carried forward beyond that, and nothing filled.

    Raises
    ------
    SeriesError
        If the panel holds no quarter at all and none is named.

    Examples
    --------
    >>> import perpetuum
    >>> dials = perpetuum.read_gauges(perpetuum.load("ai").panel(), Quarter(2026, 1))
    >>> [dial.gauge for dial in dials][:3]
    ['users_against_curve', 'paying_users', 'capex_to_revenue']
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
    found = tuple(read_one(dial, panel, now) for dial in known.values() if gauge in (None, dial.id))
    return found if firm is None else _only(firm, found)


def _only(firm: str, readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """The readings of one firm or group: its own point in the place of the system's."""
    own = []
    for reading in readings:
        points = (*reading.firms, *([reading.last] if reading.last else []))
        if point := next((point for point in points if point.entity == firm), None):
            own.append(_told(gauges()[reading.gauge], reading.at, point, (), reading.history, reading.past))
    if not own:
        names = {point.entity for reading in readings for point in (*reading.firms, *reading.history)}
        raise UnknownName(firm, names, what=FIRM_WITH_GAUGE)
    return tuple(own)


def read_one(dial: Gauge, panel: Panel, now: Quarter) -> Reading:
    """What one dial shows at one quarter, with its history."""
    firms = panel.groups.get(dial.group, ()) if dial.group else ()
    history = [
        point
        for back in range(max(dial.history, dial.max_age), -1, -1)
        for point in [_system(dial, panel, firms, now + -back)]
        if point is not None
    ]
    newest = [point for firm in firms for point in [_newest(dial, panel, firm, now)] if point is not None]
    past = tuple(episode for episode in panel.episodes if episode.gauge == dial.id)
    own = tuple(newest) if dial.whole != "single" else ()
    return _told(dial, now, history[-1] if history else None, own, tuple(history), past)


def band_at(dial: Gauge, panel: Panel, now: Quarter) -> Band:
    """The band of the reading that votes, without its history."""
    firms = panel.groups.get(dial.group, ()) if dial.group else ()
    found = (_system(dial, panel, firms, now + -back) for back in range(dial.max_age + 1))
    newest = next((point for point in found if point is not None), None)
    return newest.band if newest else "unknown"


def _told(dial: Gauge, now: Quarter, last: Point | None, firms: tuple[Point, ...], history: tuple[Point, ...],
          past: tuple[Episode, ...]) -> Reading:  # fmt: skip
    age = now - last.quarter if last else None
    system = last if last and age is not None and age <= dial.max_age else None
    band = system.band if system and dial.votes else "unknown"
    why = _NO_DATA if last is None else _TOO_OLD if system is None else None
    if why is None:
        why = _ANCHOR if not dial.votes else _UNDECIDED if band == "unknown" else dial.bands.rule
    return Reading(
        gauge=dial.id, unit=dial.unit, at=now, system=system, last=last, firms=firms, history=history, band=band,
        trend=_trend(history, last), age=age, because=why, past=tuple(each for each in past if each.read == band),
    )  # fmt: skip


def _system(dial: Gauge, panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Point | None:
    """The reading that votes, of exactly one quarter."""
    if dial.whole == "widest":
        return _widest(dial, panel, firms, quarter)
    if dial.whole == "sum" and not firms:
        return None
    return _point(dial, panel, firms, quarter, dial.group or "")


def _widest(dial: Gauge, panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Point | None:
    """The firm in the worst band; running only where every firm of the group is known."""
    points = [_point(dial, panel, (firm,), quarter, firm) for firm in firms]
    known = [point for point in points if point is not None]
    if not known:
        return None
    band = worst((point.band for point in known), complete=len(known) == len(firms))
    at_worst = [point for point in known if point.band == band] or known
    chosen = max(at_worst, key=lambda point: point.value if point.value is not None else float("inf"))
    if band == chosen.band:
        return chosen
    missing = both("not every firm of the group is known", "群組中並非每家公司都有資料")
    return Point(**{**{name: getattr(chosen, name) for name in Point.__slots__}, "band": band,
                    "notes": (*chosen.notes, missing)})  # fmt: skip


def _newest(dial: Gauge, panel: Panel, firm: str, now: Quarter) -> Point | None:
    """The newest point of one firm that is not too old."""
    found = (_point(dial, panel, (firm,), now + -back, firm) for back in range(dial.max_age + 1))
    return next((point for point in found if point is not None), None)


def _point(dial: Gauge, panel: Panel, firms: tuple[str, ...], quarter: Quarter, name: str) -> Point | None:
    seen = dial.look(panel, firms, quarter)
    if seen is None:
        return None
    return Point(
        entity=seen.entity or name, quarter=quarter, period=seen.period, value=seen.value, band=seen.band,
        figures=seen.figures, subs=seen.subs, notes=seen.notes, product=seen.product,
        disputed=is_disputed(dial, panel, firms, quarter, seen),
    )  # fmt: skip


def _trend(history: tuple[Point, ...], last: Point | None) -> Trend:
    """The direction over two quarters, or over one where only that is known."""
    if last is None or last.value is None:
        return "unknown"
    before = {last.quarter - point.quarter: point.value for point in history if point.entity == last.entity}
    was = before.get(2) if before.get(2) is not None else before.get(1)
    if was is None:
        return "unknown"
    if abs(last.value - was) <= FLAT * max(abs(last.value), abs(was)):
        return "flat"
    return "rising" if last.value > was else "falling"
