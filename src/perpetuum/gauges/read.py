"""Reading the dials: on any panel, filed or simulated, at any quarter, never looking ahead."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace

from perpetuum.core.catalogue import collect
from perpetuum.core.claim import Claim
from perpetuum.core.errors import SeriesError, UnknownName
from perpetuum.core.nouns import FIRM_WITH_GAUGE, GAUGE
from perpetuum.core.panel import Panel
from perpetuum.core.reading import Band, Point, Reading, Trend, worst
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.gauges import catalogue
from perpetuum.gauges.dispute import is_disputed, under_rivals
from perpetuum.gauges.gauge import Gauge, Seen

# A step smaller than this share of the value is no step (assumed).
FLAT = 0.01
_NO_DATA = both("no data: an empty dial is unknown, never green", "沒有資料：空白的儀表是未知，絕非正常")
_TOO_OLD = both("the newest figure is too old to speak of now", "最新數字太舊，無法代表現況")
_ANCHOR = both("an anchor for scenarios: it has no band and does not vote", "情境的參照值：不給燈號，也不計票")
_MISSING = both("Not every firm of the group is known.", "群組中並非每家公司都有資料。")
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
        Only readings of this firm or group, each with its own history; one that no dial reads raises
        ``UnknownName``.

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
    asked = [dial for dial in known.values() if gauge in (None, dial.id)]
    return tuple(read_one(dial, panel, now) for dial in asked) if firm is None else _of(firm, asked, panel, now)


def _of(name: str, dials: list[Gauge], panel: Panel, now: Quarter) -> tuple[Reading, ...]:
    """The readings of one firm or group: its own in the place of the system's, unknown where it has none."""
    found, names = [], set()
    for dial in dials:
        members = _read_alone(dial, panel)
        whole = None if name in members else read_one(dial, panel, now)
        if name in members:
            found.append(_read_firm(dial, panel, name, now))
        elif whole is not None and whole.last is not None and whole.last.entity == name:
            found.append(whole)
        names |= {*members, *({whole.last.entity} if whole is not None and whole.last is not None else ())} - {""}
    if not found:
        raise UnknownName(name, names, what=FIRM_WITH_GAUGE)
    return tuple(found)


def _read_alone(dial: Gauge, panel: Panel) -> tuple[str, ...]:
    """The firms of which a dial has a reading of their own."""
    if dial.whole == "single" or not dial.by_firm or dial.group is None:
        return ()
    return panel.groups.get(dial.group, ())


def read_one(dial: Gauge, panel: Panel, now: Quarter) -> Reading:
    """What one dial shows at one quarter, with its history."""
    firms = panel.groups.get(dial.group, ()) if dial.group else ()
    system, alone = _system(dial, panel, firms, now), _read_alone(dial, panel)
    history = _history(dial, now, lambda quarter: _exactly(dial, panel, firms, quarter), system)
    newest = {firm: _newest(dial, panel, (firm,), now, firm) for firm in alone}
    reading = _told(dial, panel, now, system, history)
    return replace(
        reading, firms=tuple(point for point in newest.values() if point is not None),
        missing=tuple(firm for firm, point in newest.items() if point is None),
    )  # fmt: skip


def _read_firm(dial: Gauge, panel: Panel, firm: str, now: Quarter) -> Reading:
    """What one dial shows of one firm of its group, with the history of that firm."""
    newest = _newest(dial, panel, (firm,), now, firm)
    history = _history(dial, now, lambda quarter: _point(dial, panel, (firm,), quarter, firm), newest)
    return _told(dial, panel, now, newest, history)


def disputes(dial: Gauge, panel: Panel, point: Point) -> tuple[tuple[Claim, Seen], ...]:
    """What a dial would see in the place of a point that is disputed, under each claim that disputes it."""
    if not point.disputed:
        return ()
    group = panel.groups.get(dial.group, ()) if dial.group else ()
    firms = (point.entity,) if point.entity in group else group
    seen = dial.look(panel, firms, point.quarter)
    return () if seen is None else tuple(under_rivals(dial, panel, firms, point.quarter, seen))


def band_at(dial: Gauge, panel: Panel, now: Quarter) -> Band:
    """The band of the reading that votes, without its history."""
    found = _system(dial, panel, panel.groups.get(dial.group, ()) if dial.group else (), now)
    return found.band if found else "unknown"


def _history(
    dial: Gauge, now: Quarter, look: Callable[[Quarter], Point | None], newest: Point | None
) -> tuple[Point, ...]:
    """What there was to see in each quarter, up to the reading of now."""
    until = newest.quarter + -1 if newest else now
    back = range(max(dial.history, dial.max_age), -1, -1)
    seen = [look(now + -n) for n in back if until - (now + -n) >= 0]
    return (*(point for point in seen if point is not None), *([newest] if newest else []))


def _told(dial: Gauge, panel: Panel, now: Quarter, system: Point | None, history: tuple[Point, ...]) -> Reading:
    last = history[-1] if history else None
    band = system.band if system and dial.votes else "unknown"
    why = _NO_DATA if last is None else _TOO_OLD if system is None else None
    if why is None:
        why = _ANCHOR if not dial.votes else _UNDECIDED if band == "unknown" else dial.bands.rule
    past = tuple(each for each in panel.episodes if each.gauge == dial.id and each.read == band)
    return Reading(
        gauge=dial.id, unit=dial.unit, at=now, system=system, last=last, history=history, band=band,
        trend=_trend(dial, panel, history, last), age=now - last.quarter if last else None, because=why, past=past,
    )  # fmt: skip


def _system(dial: Gauge, panel: Panel, firms: tuple[str, ...], now: Quarter) -> Point | None:
    """The reading that votes: the newest there is, and of the worst firm where the worst speaks.

    Each firm counts with its newest reading, so that a firm that reports early hides no other.
    """
    if dial.whole != "widest":
        return None if dial.whole == "sum" and not firms else _newest(dial, panel, firms, now, dial.group or "")
    return _worst([_newest(dial, panel, (firm,), now, firm) for firm in firms])


def _exactly(dial: Gauge, panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Point | None:
    """The reading of exactly one quarter."""
    if dial.whole == "widest":
        return _worst([_point(dial, panel, (firm,), quarter, firm) for firm in firms])
    return None if dial.whole == "sum" and not firms else _point(dial, panel, firms, quarter, dial.group or "")


def _worst(points: list[Point | None]) -> Point | None:
    """The firm in the worst band; running only where every firm of the group is known."""
    known = [point for point in points if point is not None]
    if not known:
        return None
    band = worst((point.band for point in known), complete=len(known) == len(points))
    at_worst = [point for point in known if point.band == band] or known
    chosen = max(at_worst, key=lambda point: point.value if point.value is not None else float("inf"))
    return chosen if band == chosen.band else replace(chosen, band=band, remark=_MISSING)


def _newest(dial: Gauge, panel: Panel, firms: tuple[str, ...], now: Quarter, name: str) -> Point | None:
    """The newest point that is not too old."""
    found = (_point(dial, panel, firms, now + -back, name) for back in range(dial.max_age + 1))
    return next((point for point in found if point is not None), None)


def _point(dial: Gauge, panel: Panel, firms: tuple[str, ...], quarter: Quarter, name: str) -> Point | None:
    seen = dial.look(panel, firms, quarter)
    if seen is None:
        return None
    return Point(
        entity=seen.entity or name, quarter=quarter, period=seen.period, value=seen.value, band=seen.band,
        figures=seen.figures, subs=seen.subs, notes=seen.notes, remark=seen.remark, product=seen.product,
        disputed=is_disputed(dial, panel, firms, quarter, seen),
    )  # fmt: skip


def _trend(dial: Gauge, panel: Panel, history: tuple[Point, ...], last: Point | None) -> Trend:
    """The direction over as many quarters as the dial says, or over fewer where only that is known."""
    if last is None or last.value is None:
        return "unknown"
    was = next((value for back in dial.trend_over if (value := _value(dial, panel, history, last, back)) is not None),
               None)  # fmt: skip
    if was is None:
        return "unknown"
    if abs(last.value - was) <= FLAT * max(abs(last.value), abs(was)):
        return "flat"
    return "rising" if last.value > was else "falling"


def _value(dial: Gauge, panel: Panel, history: tuple[Point, ...], last: Point, back: int) -> float | None:
    """What the same firm or group read some quarters before its last point, whoever was the worst then."""
    then = last.quarter + -back
    if dial.whole == "widest":
        found = _point(dial, panel, (last.entity,), then, last.entity)
    else:
        found = next((point for point in history if (point.quarter, point.entity) == (then, last.entity)), None)
    return found.value if found else None
