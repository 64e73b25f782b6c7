"""What the machine's answer hangs on: each assumption at its low and at its high end, all else in its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Swing, Swings, Title
from perpetuum.report.simulated import Simulated
from perpetuum.report.views import machine_words as words
from perpetuum.report.words import say

if TYPE_CHECKING:
    from perpetuum.machine.sensitivity import Turned


def drivers(ledger: Ledger, sim: Simulated) -> Iterator[Block]:
    """The tornado of what the engine burns; nothing where there is no engine."""
    told = sim.tornado
    rows = [] if told is None else [row for row in told.rows if np.isfinite(row.swing) and row.swing > 0]
    if told is None or sim.engine is None or not rows:
        return
    ends = [end for row in rows for end in (row.at_low, row.at_high)] + [told.central]
    low, span = min(ends), (max(ends) - min(ends)) or 1.0
    until = numbers.quarter(told.outcome.until or sim.run.quarters[-1])
    yield Title(text=say("machine_page.drivers.title"), level=3)
    yield Swings(
        rows=tuple(_swing(ledger, sim, row, low, span) for row in rows), middle=(told.central - low) / span,
        caption=words.gives(
            sim,
            say("machine_page.drivers.caption", firm=names.firm(ledger, sim.engine), until=until,
                central=words.quantity(told.central, told.unit), low=numbers.share(told.shares[0]),
                high=numbers.share(told.shares[1])),
        ),
        rests=words.rests(),
    )  # fmt: skip


def _swing(ledger: Ledger, sim: Simulated, row: Turned, low: float, span: float) -> Swing:
    says = words.address(ledger, sim, row.address, row.says)
    ends = [words.quantity(end[0], row.unit) for end in (row.low, row.high)]
    values = say("machine_page.drivers.ends", low=ends[0], high=ends[1])
    unit = sim.tornado.unit if sim.tornado is not None else "USD"
    answers = [words.quantity(end, unit) for end in (row.at_low, row.at_high)]
    moves = say("machine_page.drivers.moves", low=answers[0], high=answers[1])
    return Swing(
        name=Cell(text=says, small=values), low=(row.at_low - low) / span, high=(row.at_high - low) / span,
        words=Cell(text=moves),
    )  # fmt: skip
