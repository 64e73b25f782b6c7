"""Everything of one quarter of one future in two tables: who paid whom for what, and what everyone holds and owes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.machine import Matrix, Run
from perpetuum.machine.run import CENTRAL, Draw
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Column, Paragraph, Table, Title
from perpetuum.report.machine_terminal import scaled, unit_word
from perpetuum.report.words import plain, say

_SMALL = 5e5  # USD; less is dust in a table of billions
_SHARES = "shares of "


def told(ledger: Ledger, run: Run, at: str, draw: Draw) -> tuple[Block, ...]:
    """Both tables for one quarter; a quarter that was not simulated raises ``NetworkError``."""
    return tuple(_told(ledger, run, at, draw))


def _told(ledger: Ledger, run: Run, at: str, draw: Draw) -> Iterator[Block]:
    which = say("machine.central") if draw == CENTRAL else say("machine.draw", draw=plain(draw))
    quarter = numbers.quarter(run.first + run.row_of(at))
    head: dict[str, Text | str | int] = {"scenario": run.scenarios[0], "which": which, "quarter": quarter}
    flows, sheet = run.matrix(at, draw), run.sheet(at, draw)
    yield Title(text=say("machine.flows", **head))
    yield from _tables(ledger, run, flows, say("machine.flows.caption", unit=unit_word("USD")))
    yield Title(text=say("machine.sheet", **head))
    yield from _tables(ledger, run, sheet, say("machine.sheet.caption", unit=unit_word("USD")))
    off = max(float(np.abs(one.column_sums - one.expected).max()) for one in (flows, sheet))
    yield Paragraph(text=say("machine.matrices.check", off=plain(f"{off:.2g}")), style="note")


def _tables(ledger: Ledger, run: Run, matrix: Matrix, caption: Text) -> Iterator[Table]:
    """Firms, then the sectors around them with the sum of the whole row."""
    firms = len(matrix.columns) - run.worlds[0].layout.sectors.size
    yield _table(ledger, matrix, range(firms), caption)
    yield _table(ledger, matrix, range(firms, len(matrix.columns)), None, with_sum=True)


def _table(
    ledger: Ledger, matrix: Matrix, columns: Sequence[int], caption: Text | None, *, with_sum: bool = False
) -> Table:
    heads = [names.firm(ledger, matrix.columns[n]) for n in columns] + ([say("machine.sum")] if with_sum else [])
    rows = [
        (Cell(text=_row_name(ledger, matrix, row)), *(_amount(float(matrix.values[row, n])) for n in columns),
         *([_amount(float(matrix.row_sums[row]))] if with_sum else []))
        for row in range(len(matrix.rows))
        if np.abs(matrix.values[row]).max() > _SMALL
    ]  # fmt: skip
    sums = (Cell(text=say("machine.sum"), tone="strong"), *(_amount(float(matrix.column_sums[n])) for n in columns))
    total = (_amount(float(matrix.column_sums.sum())),) if with_sum else ()
    return Table(
        columns=(Column(text=say("machine.what")), *(Column(text=head, align="right") for head in heads)),
        rows=(*rows, (*sums, *total)),
        caption=caption,
    )


def _row_name(ledger: Ledger, matrix: Matrix, row: int) -> Text:
    id = matrix.rows[row]
    if id.startswith(_SHARES):
        return say("machine.shares_of", firm=names.firm(ledger, id.removeprefix(_SHARES)))
    return matrix.names[row]


def _amount(value: float) -> Cell:
    if abs(value) <= _SMALL:
        return Cell(text=plain("·"), tone="muted")
    return Cell(text=scaled(value, "USD"))
