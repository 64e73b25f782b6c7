"""What one more dollar at the engine sets in motion: how much of it comes round again, and does the loop amplify?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Fold, Paragraph, Table, Title
from perpetuum.report.simulated import Simulated
from perpetuum.report.views import machine_words as words
from perpetuum.report.views import parts
from perpetuum.report.words import plain, say

if TYPE_CHECKING:
    from perpetuum.machine.gain import Gain, What

SOON = 2  # quarters
_FLOWS: tuple[What, ...] = ("vendor_money", "rounds", "capex", "chips")


def gained(ledger: Ledger, sim: Simulated) -> Iterator[Block]:
    """A sentence, and the dollar quarter by quarter; or why it could not be asked; nothing where it was not."""
    told = sim.gain
    if told is None:
        return
    yield Title(text=say("machine_page.gain.title"), level=3)
    if isinstance(told, Text):
        yield Paragraph(text=say("machine_page.refused", why=told), style="note")
        return
    soon, last = min(SOON, len(told.cash) - 1), len(told.cash) - 1
    sentence = say(
        "machine_page.gain", firm=names.firm(ledger, told.entity), when=numbers.quarter(told.at),
        amplifies=say(f"machine_page.gain.amplifies.{'yes' if told.amplifies else 'no'}"),
        soon=say("machine_page.gain.after", count=soon, amount=_usd(told.cash[soon])),
        late=say("machine_page.gain.after", count=last, amount=_usd(told.cash[last])),
        vendor=_most(told, "vendor_money"), capex=_most(told, "capex"),
    )  # fmt: skip
    yield Paragraph(text=words.gives(sim, sentence), rests=words.rests())
    rows = tuple(
        (Cell(text=plain(lag)), Cell(text=_usd(told.cash[lag])),
         *(Cell(text=_usd(told.so_far(what)[lag])) for what in _FLOWS))
        for lag in range(len(told.cash))
    )  # fmt: skip
    heads = (parts.head(f"machine_page.gain.{what}", right=True) for what in ("cash", *_FLOWS))
    table = Table(
        columns=(parts.head("machine_page.gain.lag"), *heads),
        rows=rows, caption=words.gives(sim, say("machine_page.gain.caption", step=numbers.money(told.dollar))),
        rests=words.rests(), dense=True,
    )  # fmt: skip
    yield Fold(summary=say("machine_page.gain.fold"), blocks=(table,))


def _most(told: Gain, what: What) -> Text:
    """The largest sum that a flow ever comes to."""
    return _usd(max(told.so_far(what), key=abs))


def _usd(amount: float) -> Text:
    """Dollars and cents; what is less than a tenth of a cent is nothing."""
    return numbers.money(0.0 if abs(amount) < 5e-4 else round(float(amount), 3))
