"""One loop in headline, signed and paid money, then and now."""

from __future__ import annotations

from perpetuum.report.blocks import Block, Paragraph, Title
from perpetuum.report.page import PageMaker
from perpetuum.report.study import Study
from perpetuum.report.views.loops import one_loop
from perpetuum.report.words import say


def tell(study: Study) -> tuple[Block, ...]:
    """The loop the case names, on every date, newest first."""
    blocks: list[Block] = [Title(text=say("loop.title")), Paragraph(text=say("loop.lead"), style="lead")]
    for snapshot in reversed(study.snapshots):
        if snapshot.loop:
            blocks += one_loop(study.ledger, snapshot.networks, snapshot.loop)
    if len(blocks) == 2:
        blocks.append(Paragraph(text=say("loop.none")))
    return tuple(blocks)


PAGE = PageMaker(id="loop", place=2, title=say("page.loop"), tell=tell)
