"""One falls: who follows, who loses what, and who pays in the end."""

from __future__ import annotations

from collections.abc import Iterator

from perpetuum.core.text import Text
from perpetuum.report import numbers
from perpetuum.report.blocks import Block, Fold, Paragraph, Title
from perpetuum.report.page import PageMaker
from perpetuum.report.snapshots import HORIZON, Snapshot, Study
from perpetuum.report.views import dominoes
from perpetuum.report.words import plain, say


def tell(study: Study) -> tuple[Block, ...]:
    """The shocks that the case names, now; on earlier dates in a fold."""
    blocks: list[Block] = [
        Title(text=say("dominoes.page")),
        Paragraph(text=say("dominoes.page.lead", horizon=HORIZON), style="lead"),
    ]
    if not study.now.shocks:
        return (*blocks, Paragraph(text=say("dominoes.page.none"), style="note"))
    for said in study.now.shocks:
        blocks += _one(study, study.now, said)
        for earlier in study.snapshots[:-1]:
            summary = say("dominoes.then", date=numbers.day(earlier.at))
            blocks.append(Fold(summary=summary, blocks=tuple(_one(study, earlier, said))))
    return tuple(blocks)


def _one(study: Study, snapshot: Snapshot, said: str) -> Iterator[Block]:
    """One shock on one date, or why it cannot be asked then."""
    told = snapshot.shocks[said]
    if isinstance(told, Text):
        yield Paragraph(text=say("dominoes.refused", shock=plain(said), why=told))
        return
    if snapshot is study.now:
        yield Title(text=say("dominoes.title", shock=dominoes.shock(study.ledger, told)), level=3)
    yield from dominoes.short(study.ledger, snapshot.binding, told)
    yield from dominoes.details(study.ledger, snapshot.binding, told)


PAGE = PageMaker(id="dominoes", place=7, title=say("page.dominoes"), tell=tell)
