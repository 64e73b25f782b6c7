"""Every number the machine starts from: assumed ones with their reason, sourced ones with their page, filed ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names
from perpetuum.report.blocks import Block, Cell, Fold, Paragraph, Table, Title
from perpetuum.report.simulated import Simulated
from perpetuum.report.views import machine_words as words
from perpetuum.report.views import parts
from perpetuum.report.words import joined, plain, say

if TYPE_CHECKING:
    from perpetuum.machine.from_network import FromLedger
    from perpetuum.machine.resolve import Stated


def assumed(ledger: Ledger, sim: Simulated) -> Iterator[Block]:
    """How many of each, then each of them in a fold, then who is not simulated and what is unusual."""
    world = sim.run.worlds[0]
    stated = world.resolved.stated
    taken = [each for each in stated if each.basis == "assumed"]
    sourced = [each for each in stated if each.basis != "assumed"]
    yield Title(text=say("machine_page.assumed.title"), level=3, anchor=words.ASSUMED)
    yield Paragraph(
        text=say("machine_page.assumed", scenario=sim.scenario.name, assumed=len(taken), stated=len(stated),
                 sourced=len(sourced), filled=len(world.filled)),
    )  # fmt: skip
    yield _fold(ledger, sim, "assumed", taken)
    yield _fold(ledger, sim, "sourced", sourced)
    yield _filled(ledger, sim, world.filled)
    yield _folded(ledger, sim)
    if sim.run.warnings:
        told = tuple(Paragraph(text=text) for text in sim.run.warnings)
        yield Fold(summary=say("machine_page.warnings", count=len(told)), blocks=told)


def _fold(ledger: Ledger, sim: Simulated, which: str, stated: Sequence[Stated]) -> Fold:
    heads = (
        parts.head("machine_page.what", wide=True), parts.head("value", right=True),
        parts.head("machine_page.between", right=True), parts.head("machine_page.because", wide=True),
    )  # fmt: skip
    source = (parts.head("source", wide=True),) if which == "sourced" else ()
    table = Table(
        columns=(*heads, *source), empty=say("nothing"),
        rows=tuple(_row(ledger, sim, each, with_source=which == "sourced") for each in stated),
    )  # fmt: skip
    return Fold(summary=say(f"machine_page.stated.{which}", count=len(stated)), blocks=(table,))


def _row(ledger: Ledger, sim: Simulated, each: Stated, *, with_source: bool) -> tuple[Cell, ...]:
    ends = [words.quantity(end, each.unit) for end in (each.low, each.high) if end is not None]
    between = say("machine_page.range", low=ends[0], high=ends[1]) if len(ends) == 2 else plain("–")
    href = each.source.url if each.source else None
    source = Cell(text=plain(each.source.title), href=href) if each.source else Cell(text=plain("–"))
    return (
        Cell(text=words.address(ledger, sim, each.address, each.says), small=plain(each.address)),
        Cell(text=words.quantity(each.value, each.unit), href=href), Cell(text=between, href=href),
        Cell(text=each.because), *((source,) if with_source else ()),
    )  # fmt: skip


def _filled(ledger: Ledger, sim: Simulated, filled: Sequence[FromLedger]) -> Fold:
    """Opening balances that firms report, with the claims they rest on."""
    units = {each.address: each.unit for each in sim.run.worlds[0].resolved.stated}
    rows = tuple(
        (
            Cell(text=words.address(ledger, sim, each.address, each.says), small=plain(each.address)),
            Cell(text=words.quantity(float(each.value), units.get(each.address, "USD")), evidence=each.figures),
        )
        for each in filled
    )
    table = Table(
        columns=(parts.head("machine_page.what", wide=True), parts.head("value", right=True)), rows=rows,
        empty=say("nothing"),
    )  # fmt: skip
    return Fold(summary=say("machine_page.stated.filled", count=len(rows)), blocks=(table,))


def _folded(ledger: Ledger, sim: Simulated) -> Fold:
    """Legs between others, by the reason why they are not simulated."""
    by_reason: dict[Text, list[Text]] = {}
    for each in sim.run.folded:
        by_reason.setdefault(each.because, []).append(names.deal_of(ledger, each.leg))
    rows = tuple(
        (Cell(text=because), Cell(text=plain(len(deals))), Cell(text=joined(tuple(dict.fromkeys(deals)), "; ", "；")))
        for because, deals in by_reason.items()
    )
    table = Table(
        columns=(parts.head("machine_page.because", wide=True), parts.head("machine_page.legs", right=True),
                 parts.head("dominoes.deal", wide=True)),
        rows=rows, empty=say("nothing"),
    )  # fmt: skip
    return Fold(summary=say("machine_page.folded", count=len(sim.run.folded)), blocks=(table,))
