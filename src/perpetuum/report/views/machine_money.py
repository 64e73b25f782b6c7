"""What the money of vendors does, in the model: the same futures with it and without it, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Paragraph, Table, Title
from perpetuum.report.machine_chances import pays_its_way
from perpetuum.report.simulated import Simulated
from perpetuum.report.views import machine_words as words
from perpetuum.report.views import parts
from perpetuum.report.views.machine_short import without
from perpetuum.report.words import joined, plain, say

if TYPE_CHECKING:
    from perpetuum.machine.run import Band

Row = tuple[Cell, ...]
_SUMS = ("gears.capex", "fuel.revenue")


def money(ledger: Ledger, sim: Simulated) -> tuple[Block, ...]:
    """Always as a pair, and always said to be the model's."""
    return (
        Title(text=say("machine_page.money.title", title=sim.pair.title), level=3),
        Paragraph(text=words.gives(sim, without(ledger, sim)), rests=words.rests()),
        Table(
            columns=(
                parts.head("machine_page.money.what"), parts.head("machine_page.with", right=True),
                parts.head("machine_page.without.head", right=True), parts.head("machine_page.money.moves", right=True),
            ),
            rows=(*_gap(ledger, sim), *_at_the_end(ledger, sim), *_sums(ledger, sim)),
            caption=words.gives(sim, say("machine_page.money.caption", draws=sim.run.done)), rests=words.rests(),
        ),
        Paragraph(text=say("machine_page.money.how", legs=_promises(ledger, sim)), style="note"),
    )  # fmt: skip


def _gap(ledger: Ledger, sim: Simulated) -> Iterator[Row]:
    """Shares of futures in which the engine pays its way by some years, and the falls of everybody."""
    run = sim.run
    if sim.engine is not None:
        firm = names.firm(ledger, sim.engine)
        for by in sim.asked:
            shares = [pays_its_way(run, sim.engine, scenario, by).share for scenario in run.scenarios]
            yield _shares(say("machine_page.money.gap", firm=firm, by=words.end_of(by)), *shares)
    for pair in sim.pair.shares("default"):
        name = say("machine_page.money.falls", firm=names.firm(ledger, pair.subject))
        yield _shares(name, pair.with_it, pair.without)


def _shares(name: Text, with_it: float, without_it: float) -> Row:
    points = say("machine_page.points", points=_signed(100 * (without_it - with_it), lambda x: plain(f"{x:.1f}")))
    return Cell(text=name), Cell(text=numbers.share(with_it)), Cell(text=numbers.share(without_it)), Cell(text=points)


def _at_the_end(ledger: Ledger, sim: Simulated) -> Iterator[Row]:
    """The middle of what the engine has burned, holds, and is worth."""
    if sim.engine is None:
        return
    by, n = sim.asked[-1], sim.run.row_of(sim.asked[-1])
    for metric in ("funding_gap", "cash", "valuation"):
        band, other = sim.pair.pair(f"{sim.engine}.{metric}")
        moves = sim.pair.difference(f"{sim.engine}.{metric}")
        what = joined([names.firm(ledger, sim.engine), say(f"machine_page.series.{metric}")], ": ", "：")
        yield (
            Cell(text=what, small=say("machine_page.money.middle", by=words.end_of(by))),
            Cell(text=words.middle(band, n)), Cell(text=words.middle(other, n)), _moves(moves, n),
        )  # fmt: skip


def _moves(moves: Band, n: int) -> Cell:
    """The middle of the differences, draw by draw, and where nine of ten lie."""
    return Cell(
        text=_signed(words.at_level(moves, words.MIDDLE, n), numbers.money), small=words.nine_in_ten(moves, n)
    )  # fmt: skip


def _sums(ledger: Ledger, sim: Simulated) -> Iterator[Row]:
    """Sums over all quarters, in the mean of all futures: means add up, middles do not."""
    years = plain(len(sim.ends))
    of_engine = () if sim.engine is None else (f"{sim.engine}.vendor_money",)
    for id in (*of_engine, *_SUMS):
        if id not in sim.run.series:
            continue
        band, other = (float(np.sum(each.mean)) for each in sim.pair.pair(id))
        yield (
            Cell(text=say(f"machine_page.sum.{id.rpartition('.')[2]}"),
                 small=say("machine_page.money.mean", years=years)),
            Cell(text=numbers.money(band)), Cell(text=numbers.money(other)),
            Cell(text=_signed(other - band, numbers.money)),
        )  # fmt: skip


def _signed(value: float, words_of: Callable[[float], Text]) -> Text:
    told = words_of(abs(value))
    sign = numbers.MINUS if value < 0 else "+"
    return plain("0") if value == 0 else Text(en=f"{sign}{told.en}", zh=f"{sign}{told.zh}")


def _promises(ledger: Ledger, sim: Simulated) -> Text:
    return joined([names.deal_of(ledger, leg) for leg in sim.pair.legs], "; ", "；")
