"""Two machines of money side by side: the table, each measure over time, where each turned, and who fell in what order.

Nothing here knows which cases they are. A turn that has not come is said, and none is supposed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.collapse import Collapse
from perpetuum.core.reading import Point
from perpetuum.core.source import Source
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.gauges import gauges, read_gauges
from perpetuum.gauges.gauge import HISTORY
from perpetuum.gauges.sums import Sum, of_year
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.board import Foot
from perpetuum.report.snapshots import closed
from perpetuum.report.then_and_now import MEASURES, Measure, Row, Side, Told, other_side, row_name, set_beside, side_on
from perpetuum.report.words import say

TurnId = Literal["capex_peak", "first_default", "price_peak"]
TURNS: tuple[TurnId, ...] = ("capex_peak", "first_default", "price_peak")
BUILDERS = "gears"
SPENT, PEAK_YEAR, PRICE = "capex", "carrier_capex_peak_year", "share_price"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Where a machine turned: the quarter, or that it has not turned yet, or that nobody knows; and why we say so."""

    id: TurnId
    status: Literal["known", "not_yet", "unknown"]
    says: Text
    quarter: Quarter | None = None
    evidence: tuple[Claim | Figure, ...] = ()
    source: Source | None = None


def compare(
    ledger: Ledger, at: datetime.date, asof: datetime.date, policy: str, beside: Ledger | str | None
) -> dict[str, Any]:
    """The table of both sides with its lines, turns and falls, as a page draws it."""
    mine, theirs, foot = side_on(ledger, at, asof, policy), other_side(ledger, beside, asof, policy), Foot()
    told = set_beside(mine, theirs)
    past = {side.ledger.case.id: _past(side) for side in (mine, theirs) if not isinstance(side, Text)}
    then = None if isinstance(theirs, Text) else theirs
    known = [row for row in told.rows if row.then is not None and row.now is not None]
    return {
        "missing": told.missing,
        "count": None if then is None else _count(then, told.rows, known),
        "then": None if then is None else _side(then, foot),
        "now": _side(mine, foot),
        "rows": [_row(of, row, then, mine, past, foot) for of, row in zip(MEASURES, told.rows, strict=True)],
        "claims": foot.claims,
    }  # fmt: skip


def _count(then: Side, rows: tuple[Row, ...], known: list[Row]) -> Text:
    words = {word: sum(row.comparable == word for row in known) for word in ("yes", "care")}
    return say("verdict_page.then.count", name=then.name, day=numbers.day(then.at), all=len(rows), known=len(known),
               **words)  # fmt: skip


def _side(side: Side, foot: Foot) -> dict[str, Any]:
    return {
        "case": side.ledger.case.id, "name": side.name, "at": side.at, "asof": side.asof,
        "day": numbers.day(side.at), "known": numbers.day(side.asof), "quarter": closed(side.at),
        "turns": [_as_data(turn, foot) for turn in turns(side)], "falls": [_fall(side, each) for each in falls(side)],
        "span": _span(side),
    }  # fmt: skip


def _span(side: Side) -> dict[str, Quarter] | None:
    """The quarters over which the dials of a case can be replayed: as far back as its panel goes."""
    quarters = [each for each in side.panel.quarters if each.last <= min(side.ledger.case.last, side.asof)]
    last = closed(min(side.ledger.case.last, side.asof))
    first = max(quarters[0], last + -HISTORY) if quarters else last
    return {"first": first, "last": last}


def _as_data(turn: Turn, foot: Foot) -> dict[str, Any]:
    source = turn.source
    return {"id": turn.id, "name": say(f"history.turn.{turn.id}"), "status": turn.status, "says": turn.says,
            "quarter": turn.quarter, "evidence": foot.of(turn.evidence),
            "source": None if source is None else {"title": source.title, "url": source.url}}  # fmt: skip


# ---- rows and their lines


Past = Mapping[str, list[Point]]


def _row(of: Measure, row: Row, then: Side | None, now: Side, past: Mapping[str, Past], foot: Foot) -> dict[str, Any]:
    return {
        "id": row.id, "name": row_name(row.id), "comparable": row.comparable, "because": row.because,
        "then": _cell(row.then, foot), "now": _cell(row.now, foot),
        "unit": None if of.dial is None or of.beside is not None else gauges()[of.dial].unit,
        "lines": {which: list(_line(of, side, past[side.ledger.case.id])) if side else []
                  for which, side in (("then", then), ("now", now))},
    }  # fmt: skip


def _cell(told: Told | None, foot: Foot) -> dict[str, Any] | None:
    if told is None:
        return None
    return {"value": told.value, "text": told.text, "who": told.who, "period": numbers.window(told.period),
            "stage": told.stage, "known_since": told.known_since, "evidence": foot.of(told.evidence)}  # fmt: skip


def _line(of: Measure, side: Side, past: Past) -> Iterator[dict[str, Any]]:
    """A measure quarter by quarter, as far as the side knows it: what came after its date too, where that is past."""
    if of.dial is None:
        return
    for point in past[of.dial]:
        value, unit = _at(of, point)
        if value is not None:
            yield {"quarter": point.quarter, "value": value, "text": numbers.value_of(value, unit),
                   "who": names.firm(side.ledger, point.entity) if point.entity else None}  # fmt: skip


def _at(of: Measure, point: Point) -> tuple[float | None, str]:
    if of.beside is None:
        return point.value, gauges()[of.dial or ""].unit
    sub = point.subs[of.beside] if len(point.subs) > of.beside else None
    return (None, "") if sub is None else (sub.value, sub.unit)


def _past(side: Side) -> Past:
    """What each dial read in every quarter up to the end of what the side knows."""
    end = closed(min(side.ledger.case.last, side.asof))
    found: dict[str, dict[Quarter, Point]] = {dial: {} for dial in side.readings}
    later = () if end == closed(side.at) else read_gauges(side.panel, end)
    for reading in (*side.readings.values(), *later):
        found[reading.gauge] = found[reading.gauge] | {point.quarter: point for point in reading.history}
    return {dial: [points[quarter] for quarter in sorted(points)] for dial, points in found.items()}


# ---- where it turned


def turns(side: Side) -> tuple[Turn, ...]:
    """The three turns, each known, not yet come, or unknown."""
    return _spending(side), _default(side), _price(side)


def _spending(side: Side) -> Turn:
    """Capital spending of the builders over four quarters: a peak only where a lower year came after it."""
    firms = side.panel.groups.get(BUILDERS, ())
    years = {quarter: found for quarter in side.panel.quarters
             if quarter.last <= side.asof and (found := of_year(side.panel, firms, SPENT, quarter))}  # fmt: skip
    if years:
        return _of_years(years)
    said = [dated.figures[-1] for (_, metric, _), dated in side.panel.dated.items() if metric == PEAK_YEAR]
    if not said:
        return Turn(id="capex_peak", status="unknown", says=say("history.turn.capex_peak.unknown"))
    year = round(said[-1].value)
    return Turn(id="capex_peak", status="known", quarter=Quarter(year, 4), evidence=(said[-1],),
                says=say("history.turn.capex_peak.year", year=str(year)))  # fmt: skip


def _of_years(years: dict[Quarter, Sum]) -> Turn:
    newest, highest = max(years), max(years, key=lambda quarter: years[quarter].value)
    last = years[newest]
    if highest == newest:
        return Turn(id="capex_peak", status="not_yet", evidence=last.figures,
                    says=say("history.turn.capex_peak.not_yet", quarter=numbers.quarter(newest),
                             amount=numbers.money(last.value)))  # fmt: skip
    return Turn(id="capex_peak", status="known", quarter=highest, evidence=years[highest].figures,
                says=say("history.turn.capex_peak.known", quarter=numbers.quarter(highest),
                         amount=numbers.money(years[highest].value)))  # fmt: skip


def falls(side: Side) -> tuple[Collapse, ...]:
    """Who fell, in order, as far as it had happened by what the side knows."""
    found = [each for each in side.ledger.collapses if each.on.last <= side.asof]
    return tuple(sorted(found, key=lambda each: each.on.first))


def _default(side: Side) -> Turn:
    fallen = falls(side)
    if not fallen:
        return Turn(id="first_default", status="not_yet",
                    says=say("history.turn.first_default.not_yet", day=numbers.day(side.asof)))  # fmt: skip
    first = fallen[0]
    return Turn(id="first_default", status="known", quarter=Quarter.of(first.on.first), source=first.source,
                says=say("history.turn.first_default.known", day=numbers.window(str(first.on)),
                         firm=names.firm(side.ledger, first.entity)))  # fmt: skip


def _price(side: Side) -> Turn:
    """The highest price of the first firm in focus whose price is known to have fallen since."""
    known = {firm: dated for (firm, metric, _), dated in side.panel.dated.items() if metric == PRICE}
    for firm in side.ledger.case.focus:
        dated = known.get(firm)
        if dated is None or len(dated.dates) < 2:
            continue
        top = max(range(len(dated.dates)), key=lambda n: float(dated.values[n]))
        who, day = names.firm(side.ledger, firm), numbers.day(dated.dates[top])
        if top == len(dated.dates) - 1:
            return Turn(id="price_peak", status="not_yet", evidence=(dated.figures[top],),
                        says=say("history.turn.price_peak.not_yet", firm=who, day=day))  # fmt: skip
        return Turn(id="price_peak", status="known", quarter=Quarter.of(dated.dates[top]),
                    evidence=(dated.figures[top],),
                    says=say("history.turn.price_peak.known", firm=who, day=day))  # fmt: skip
    return Turn(id="price_peak", status="unknown", says=say("history.turn.price_peak.unknown"))


def _fall(side: Side, each: Collapse) -> dict[str, Any]:
    case = side.ledger.case
    return {"firm": names.firm(side.ledger, each.entity), "day": numbers.window(str(each.on)), "on": str(each.on),
            "quarter": Quarter.of(each.on.first), "sector": case.sectors.get(each.sector),
            "remembered": each.is_remembered,
            "source": {"title": each.source.title, "url": each.source.url}}  # fmt: skip
