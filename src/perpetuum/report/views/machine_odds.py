"""How likely what is: the gap closes by a year, a firm stops paying, a milestone is reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Column, Fold, Look, Odds, Paragraph, Table, Title
from perpetuum.report.machine_chances import so_far
from perpetuum.report.simulated import Simulated
from perpetuum.report.views import machine_words as words
from perpetuum.report.views import parts
from perpetuum.report.views.machine_fans import ticks
from perpetuum.report.words import joined, plain, say

if TYPE_CHECKING:
    from perpetuum.machine.run import Share

_LOOKS: tuple[Look, ...] = ("gear", "fuel", "engine", "hollow")


def odds(ledger: Ledger, sim: Simulated) -> tuple[Block, ...]:
    """When the gap closes, who falls when, and every event."""
    told = (*_closes(ledger, sim), *_falls(ledger, sim))
    charts = tuple(block for block in told if isinstance(block, Odds))
    rest = tuple(block for block in told if not isinstance(block, Odds))
    return (Title(text=say("machine_page.odds.title"), level=3), *charts, *rest, *_events(ledger, sim))


def _closes(ledger: Ledger, sim: Simulated) -> Iterator[Block]:
    """The share of futures in which the engine pays its way by each year, with vendor money and without."""
    if sim.engine is None or not sim.ends:
        return
    with_it, without = (sim.run.event("gap_closed", sim.engine, scenario) for scenario in sim.run.scenarios)
    firm = names.firm(ledger, sim.engine)
    bars: tuple[tuple[Text, Look, tuple[float, ...]], ...] = (
        (say("machine_page.with"), "engine", _so_far(sim, with_it)),
        (say("machine_page.without.head"), "hollow", _so_far(sim, without)),
    )
    title, caption = say("machine_page.closes.chart", firm=firm), say("machine_page.closes.caption")
    yield _chart(sim, title, bars, caption)
    yield _shares(sim, title, [(name, shares) for name, _, shares in bars], caption)


def _falls(ledger: Ledger, sim: Simulated) -> Iterator[Block]:
    """Who stops paying in full by each year."""
    fallen = sorted((each for each in sim.run.events if each.event == "default"), key=lambda each: -each.ever)
    if not fallen:
        yield Paragraph(text=words.gives(sim, say("machine_page.falls.none", draws=sim.run.done)), rests=words.rests())
        return
    named = [(names.firm(ledger, each.subject), _so_far(sim, each)) for each in fallen]
    if sim.ends:
        bars = tuple((name, look, shares) for (name, shares), look in zip(named, _LOOKS, strict=False))
        title, caption = say("machine_page.falls.chart"), say("machine_page.falls.caption")
        yield _chart(sim, title, bars, caption)
        yield _shares(sim, title, named, caption)
    first = {subject: quarter for event, subject, quarter in sim.run.happened_in() if event == "default"}
    told = [
        say("machine_page.falls.central.one", firm=names.firm(ledger, firm), when=numbers.quarter(quarter))
        for firm, quarter in first.items()
    ]
    central = say("machine_page.falls.central", firms=joined(told)) if told else say("machine_page.falls.central.none")
    yield Paragraph(text=words.gives(sim, central), rests=words.rests())
    if sim.found.bad_cases:
        yield Paragraph(text=words.bad_cases(ledger, sim.found.bad_cases), rests=words.rests())


def _so_far(sim: Simulated, share: Share) -> tuple[float, ...]:
    return tuple(so_far(share, last) for last in sim.ends.values())


def _chart(sim: Simulated, title: Text, bars: tuple[tuple[Text, Look, tuple[float, ...]], ...], caption: Text) -> Odds:
    most = max((max(shares) for _, _, shares in bars), default=0.0)
    alt = [
        say("machine_page.odds.alt", name=name, share=numbers.share(shares[-1]), year=plain(tuple(sim.ends)[-1]))
        for name, _, shares in bars
    ]
    return Odds(
        title=title, years=tuple(plain(f"’{year % 100:02d}") for year in sim.ends), bars=bars,
        ticks=ticks(0.0, most, "ratio"), alt=joined([title, *alt], "; ", "；"), caption=words.gives(sim, caption),
        rests=words.rests(),
    )  # fmt: skip


def _shares(sim: Simulated, title: Text, rows: list[tuple[Text, tuple[float, ...]]], caption: Text) -> Fold:
    table = Table(
        columns=(Column(text=plain("–")), *(Column(text=plain(year), align="right") for year in sim.ends)),
        rows=tuple((Cell(text=name), *(Cell(text=numbers.share(share)) for share in shares)) for name, shares in rows),
        caption=words.gives(sim, caption), rests=words.rests(), dense=True,
    )  # fmt: skip
    return Fold(summary=say("machine_page.numbers", title=title), blocks=(table,))


def _events(ledger: Ledger, sim: Simulated) -> Iterator[Fold]:
    """Everything that happened in any future: how often, when first, and whether it does without luck."""
    central = {(event, id): quarter for event, id, quarter in sim.run.happened_in()}
    other = {(each.event, each.subject): each.ever for each in sim.run.events_of(sim.without)}
    rows = tuple(
        (
            Cell(text=words.subject(ledger, sim, each.subject), small=_deal(ledger, each.subject)),
            Cell(text=each.name),
            Cell(text=numbers.share(each.ever)),
            Cell(text=words.when(each, sim.run.first)),
            Cell(text=numbers.quarter(at) if (at := central.get((each.event, each.subject))) else plain("–")),
            Cell(text=numbers.share(other.get((each.event, each.subject), 0.0))),
        )
        for each in sim.run.events
    )
    table = Table(
        columns=(
            parts.head("machine_page.event.who"), parts.head("machine_page.event.what"),
            parts.head("machine_page.event.share", right=True), parts.head("machine_page.event.when", right=True),
            parts.head("machine_page.event.central", right=True),
            parts.head("machine_page.event.without", right=True),
        ),
        rows=rows, caption=words.gives(sim, say("machine_page.events.caption")), rests=words.rests(),
        empty=say("nothing"),
    )  # fmt: skip
    yield Fold(summary=say("machine_page.events", count=len(rows)), blocks=(table,))


def _deal(ledger: Ledger, id: str) -> Text | None:
    """The deal of a leg, where a file has it."""
    return names.deal_of(ledger, id) if id in ledger.deal_of else None
