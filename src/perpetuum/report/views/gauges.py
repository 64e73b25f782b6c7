"""The dials: how many stand in each band, each one as a card, and how each is read."""

from __future__ import annotations

from collections.abc import Iterator

from perpetuum.core.reading import Episode, Point, Reading, Sub, Vote
from perpetuum.core.text import Text
from perpetuum.gauges import Gauge, gauges, vote
from perpetuum.gauges.gauge import PARTS
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import (
    LIGHTS,
    Block,
    Card,
    Cards,
    Cell,
    Fold,
    Line,
    Paragraph,
    Table,
    Tallies,
    Tally,
    Title,
)
from perpetuum.report.views import parts
from perpetuum.report.words import joined, say


def dials(
    ledger: Ledger,
    readings: tuple[Reading, ...],
    counted: tuple[tuple[Vote, ...], ...] = (),
    *,
    is_open: bool = False,
) -> tuple[Block, ...]:
    """The count, then every dial as a card, part by part.

    ``counted`` are the counts of earlier quarters, as known then and in hindsight; ``is_open`` shows how
    each dial is read, and no count: a few dials are no vote.
    """
    return (
        Title(text=say("gauges.title")),
        *(() if is_open else (count(vote(readings)),)),
        Paragraph(text=say("gauges.how"), style="note"),
        *(tallies(*counted) if counted else ()),
        *by_part(ledger, readings, is_open=is_open),
    )


def count(counted: Vote) -> Paragraph:
    """How many dials stand where, in one sentence."""
    return Paragraph(
        text=say(
            "gauges.count", quarter=numbers.quarter(counted.quarter), all=len(counted.bands),
            **{light: counted.count(light) for light in LIGHTS},
        ),
        style="lead",
    )  # fmt: skip


def tallies(then: tuple[Vote, ...], hindsight: tuple[Vote, ...]) -> tuple[Block, ...]:
    """The count quarter by quarter, as it could be known then and as it is known now; never mixed."""
    if not then:
        return ()
    return (Title(text=say("gauges.tally"), level=3), pictures(then, hindsight))


def pictures(then: tuple[Vote, ...], hindsight: tuple[Vote, ...]) -> Tallies:
    """Both counts side by side on one scale."""
    both = (_tally(say("gauges.tally.then"), then), _tally(say("gauges.tally.now"), hindsight))
    return Tallies(tallies=both, caption=say("gauges.tally.how", leads=_leading()))


def _tally(title: Text, votes: tuple[Vote, ...]) -> Tally:
    newest = votes[-1]
    return Tally(
        title=title,
        quarters=tuple(numbers.quarter(each.quarter) for each in votes),
        counts=tuple(tuple(each.count(light) for light in LIGHTS) for each in votes),
        alt=say("gauges.tally.alt", title=title, since=numbers.quarter(votes[0].quarter),
                until=numbers.quarter(newest.quarter), **{light: newest.count(light) for light in LIGHTS}),
    )  # fmt: skip


def _leading() -> Text:
    return joined([dial.name for dial in gauges().values() if dial.lead == "leads"])


def by_part(ledger: Ledger, readings: tuple[Reading, ...], *, is_open: bool = False) -> Iterator[Block]:
    """A heading and cards for each part of the machine that has a dial here."""
    for part in PARTS:
        own = [reading for reading in readings if gauges()[reading.gauge].part == part]
        if own:
            yield Title(text=say(f"gauges.part.{part}"), level=3)
            yield Cards(cards=tuple(card(ledger, reading, is_open=is_open) for reading in own))


def card(ledger: Ledger, reading: Reading, *, is_open: bool = False) -> Card:
    """One dial: its number, its band, what it rests on, and how it is read."""
    dial = gauges()[reading.gauge]
    return Card(
        title=dial.name,
        part=say(f"part.{dial.part}"),
        value=_value(ledger, reading),
        light=reading.band,
        lines=tuple(_lines(dial, reading)),
        chart=_chart(reading),
        details=Fold(summary=say("gauges.details"), blocks=tuple(_details(ledger, dial, reading))),
        is_open=is_open,
    )


def _value(ledger: Ledger, reading: Reading) -> Cell:
    point = reading.system or reading.last
    if point is None:
        return parts.unknown()
    whom = names.firm(ledger, point.entity) if point.entity else None
    when = joined([each for each in (whom, numbers.window(point.period)) if each], ", ", "，")
    text = numbers.value_of(point.value, reading.unit) if point.value is not None else say("gauges.no_value")
    page = next((sub.url for sub in point.subs if sub.url), None) if not point.figures else None
    return Cell(text=text, small=when, evidence=point.figures, href=page, tone="plain" if reading.system else "muted")


def _lines(dial: Gauge, reading: Reading) -> Iterator[Cell]:
    """What is shown, why it stands there, in which direction it goes, and how old it is."""
    yield Cell(text=dial.formula)
    if reading.band == "unknown":
        yield Cell(text=reading.because, tone="muted")
    elif reading.system is not None and reading.system.disputed:
        yield Cell(text=say("gauges.disputed"), tone="strong")
    point = reading.last
    if point is None:
        return
    if point.remark is not None:
        yield Cell(text=point.remark)
    said = []
    if reading.trend != "unknown":
        said.append(say(f"trend.{reading.trend}"))
    if dial.votes:
        said.append(say(f"gauges.worse.{dial.worse}"))
    if reading.age:
        said.append(say("gauges.age.one") if reading.age == 1 else say("gauges.age", quarters=reading.age))
    if point.known_since is not None:
        said.append(say("gauges.known", day=numbers.day(point.known_since)))
    if said:
        yield Cell(text=joined(said, "; ", "；"), tone="muted")


def _chart(reading: Reading) -> Line | None:
    """The history of the reading that votes, each point in the colour of its band."""
    series = [(str(p.quarter), p.value, p.band) for p in reading.history if p.value is not None]
    if len(series) < 3 or not gauges()[reading.gauge].votes:
        return None
    first, last = series[0], series[-1]
    return Line(
        points=tuple((when, value) for when, value, _ in series),
        lights=tuple(band for *_, band in series),
        alt=say("gauges.alt", first=numbers.value_of(first[1], reading.unit), since=numbers.window(first[0]),
                last=numbers.value_of(last[1], reading.unit), until=numbers.window(last[0])),
    )  # fmt: skip


def _details(ledger: Ledger, dial: Gauge, reading: Reading) -> Iterator[Block]:
    yield Paragraph(text=say("gauges.rule", says=dial.bands.rule, why=dial.bands.because))
    yield Paragraph(text=say(f"gauges.status.{dial.bands.status}"), style="note")
    if dial.article is not None:
        yield Paragraph(text=say("gauges.article", says=dial.article))
    point = reading.system or reading.last
    if point is not None and point.subs:
        yield Table(
            columns=(parts.head("gauges.sub"), parts.head("value", right=True)),
            rows=tuple((Cell(text=sub.name), _beside(point, sub)) for sub in point.subs),
        )
    if reading.firms or reading.missing:
        yield _firms(ledger, reading)
    for note in point.notes if point else ():
        yield Paragraph(text=note, style="note")
    if reading.past:
        yield _past(reading.past)


def _beside(point: Point, sub: Sub) -> Cell:
    evidence = () if sub.url else sub.figures or point.figures
    return Cell(text=numbers.value_of(sub.value, sub.unit), evidence=evidence, href=sub.url)


def _firms(ledger: Ledger, reading: Reading) -> Table:
    def row(point: Point) -> tuple[Cell, ...]:
        value = numbers.value_of(point.value, reading.unit) if point.value is not None else say("gauges.no_value")
        return (
            Cell(text=names.firm(ledger, point.entity)),
            Cell(text=value, evidence=point.figures),
            Cell(text=say(f"band.{point.band}")),
            Cell(text=numbers.window(point.period), tone="muted"),
        )

    heads = (parts.head("firm"), parts.head("value", right=True), parts.head("band"), parts.head("period"))
    blank = (parts.unknown(), Cell(text=say("band.unknown")), Cell(text=Text(en="–", zh="–")))
    missing = ((Cell(text=names.firm(ledger, firm)), *blank) for firm in reading.missing)
    return Table(columns=heads, rows=(*(row(point) for point in reading.firms), *missing))


def _past(episodes: tuple[Episode, ...]) -> Table:
    """The base rate: of so many earlier episodes in this band, so many ended within two years."""
    ended = sum(episode.ended for episode in episodes)
    return Table(
        caption=say("gauges.base_rate", all=len(episodes), ended=ended),
        columns=(parts.head("gauges.who"), parts.head("period"), parts.head("gauges.came")),
        rows=tuple(
            (
                Cell(text=episode.who, href=episode.url),
                Cell(text=numbers.window(str(episode.began))),
                Cell(text=episode.came, href=episode.came_url),
            )
            for episode in episodes
        ),
    )
