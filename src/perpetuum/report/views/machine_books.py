"""Who paid whom for what in one simulated quarter, and what everyone holds and owes at its close."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Column, Fold, Paragraph, Table, Title
from perpetuum.report.simulated import Simulated
from perpetuum.report.views import machine_words as words
from perpetuum.report.words import plain, say

if TYPE_CHECKING:
    from perpetuum.machine.matrices import Matrix

_SHARES = "shares of "
_NIL = 5e5  # below half a million nothing is left of a number in bn with three digits


def books(ledger: Ledger, sim: Simulated) -> Iterator[Block]:
    """Flows and balance sheets of one quarter of the future without luck; all quarters are in the tables."""
    at = sim.asked[0]
    yield Title(text=say("machine_page.books.title", when=numbers.quarter(at)), level=3)
    yield Paragraph(text=words.gives(sim, say("machine_page.books", when=numbers.quarter(at))), rests=words.rests())
    for what, matrix, foot in (
        ("flows", sim.run.matrix(at), "machine_page.flows.sum"),
        ("sheet", sim.run.sheet(at), "machine_page.sheet.sum"),
    ):
        caption = say(f"machine_page.{what}.caption", when=numbers.quarter(at))
        table = _table(ledger, matrix, words.gives(sim, caption), say(foot))
        yield Fold(summary=say(f"machine_page.{what}", when=numbers.quarter(at)), blocks=(table,))


def _table(ledger: Ledger, matrix: Matrix, caption: Text, foot: Text) -> Table:
    right = [Column(text=names.firm(ledger, id), align="right") for id in matrix.columns]
    rows = [
        (Cell(text=_name(ledger, id, name)), *(_cell(value) for value in (*row, sum_)))
        for id, name, row, sum_ in zip(matrix.rows, matrix.names, matrix.values, matrix.row_sums, strict=True)
    ]
    sums = [*matrix.column_sums, matrix.values.sum()]
    rows.append((Cell(text=foot, tone="strong"), *(_cell(value, strong=True) for value in sums)))
    return Table(
        columns=(Column(text=say("machine_page.bn")), *right, Column(text=say("machine_page.sum"), align="right")),
        rows=tuple(rows), caption=caption, rests=words.rests(), dense=True,
    )  # fmt: skip


def _name(ledger: Ledger, id: str, name: Text) -> Text:
    """What a row is called; shares are called by the name of their firm."""
    if not id.startswith(_SHARES):
        return name
    return say("machine_page.shares_of", firm=names.firm(ledger, id.removeprefix(_SHARES)))


def _cell(value: float, *, strong: bool = False) -> Cell:
    """Billions in English, hundreds of millions in Chinese, as the head of the table says."""
    if abs(value) < _NIL:
        return Cell(text=plain("·"), tone="muted")
    en, zh = (numbers.digits(numbers.significant(value / scale)) for scale in (1e9, 1e8))
    return Cell(text=Text(en=en, zh=zh), tone="strong" if strong else "plain")
