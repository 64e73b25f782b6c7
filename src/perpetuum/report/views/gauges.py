"""The article's three gauges as plain numbers."""

from __future__ import annotations

from perpetuum.core.reading import Point, Reading
from perpetuum.core.text import Text
from perpetuum.gauges import gauges
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Card, Cards, Cell, Line, Paragraph, Table, Title
from perpetuum.report.views import parts
from perpetuum.report.words import joined, say

ORDER = ("engine", "gear", "fuel")
# Quarters after which a number no longer speaks of now.
OLD = 4


def dials(ledger: Ledger, readings: tuple[Reading, ...]) -> tuple[Block, ...]:
    """Every dial as a card, then its points with their sources."""
    return (
        Title(text=say("gauges.title")),
        Paragraph(text=say("gauges.how"), style="note"),
        cards(ledger, readings),
        *(block for reading in _in_order(readings) for block in _points(ledger, reading)),
    )


def cards(ledger: Ledger, readings: tuple[Reading, ...]) -> Cards:
    """Every dial as a card: engine, gears, fuel."""
    return Cards(cards=tuple(_card(ledger, reading) for reading in _in_order(readings)))


def _in_order(readings: tuple[Reading, ...]) -> list[Reading]:
    return sorted(readings, key=lambda reading: ORDER.index(gauges()[reading.gauge].part))


def _card(ledger: Ledger, reading: Reading) -> Card:
    gauge = gauges()[reading.gauge]
    newest = reading.newest
    series = [p for p in reading.points if newest and (p.entity, p.product) == (newest.entity, newest.product)]
    lines = [Cell(text=gauge.formula), Cell(text=say("gauges.article", says=gauge.article))]
    if newest is None:
        value = parts.unknown()
        chart = None
    else:
        when = joined([names.firm(ledger, newest.entity), numbers.window(newest.period)], ", ", "，")
        is_old = reading.age is not None and reading.age > OLD
        value = Cell(text=numbers.value_of(newest.value, reading.unit), small=when, evidence=newest.figures,
                     tone="muted" if is_old else "plain")  # fmt: skip
        if is_old:
            lines.insert(0, Cell(text=say("gauges.age", quarters=reading.age or 0), tone="strong"))
        before = _a_year_before(series)
        if before is not None:
            lines.insert(0, Cell(text=say("gauges.before", value=numbers.value_of(before.value, reading.unit),
                                          when=numbers.window(before.period)), evidence=before.figures))  # fmt: skip
        chart = Line(points=tuple((p.period, p.value) for p in series), alt=_alt(series, reading.unit))
    return Card(
        title=gauge.name,
        part=say(f"part.{gauge.part}"),
        value=value,
        band=say(f"band.{reading.band}"),
        lines=(*lines, Cell(text=reading.because, tone="muted")),
        chart=chart if len(series) > 2 else None,
    )


def _a_year_before(series: list[Point]) -> Point | None:
    """The point that lies a year back in a quarterly series, or the one before in a dated one."""
    if len(series) < 2:
        return None
    quarterly = ".." in series[-1].period
    return series[-5] if quarterly and len(series) > 4 else series[-2]


def _alt(series: list[Point], unit: str) -> Text:
    first, last = series[0], series[-1]
    return say(
        "gauges.alt", first=numbers.value_of(first.value, unit), since=numbers.window(first.period),
        last=numbers.value_of(last.value, unit), until=numbers.window(last.period),
    )  # fmt: skip


def _points(ledger: Ledger, reading: Reading) -> tuple[Block, ...]:
    if not reading.points:
        return ()
    return (
        Table(
            caption=gauges()[reading.gauge].name,
            columns=(parts.head("firm"), parts.head("period"), parts.head("value", right=True)),
            rows=tuple(
                (
                    Cell(text=names.firm(ledger, point.entity)),
                    Cell(text=numbers.window(point.period)),
                    Cell(text=numbers.value_of(point.value, reading.unit), evidence=point.figures),
                )
                for point in reading.points
            ),
        ),
    )
