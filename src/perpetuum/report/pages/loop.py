"""One loop leg by leg, and how it looked on the earlier dates."""

from __future__ import annotations

from perpetuum.report.blocks import Block, Paragraph, Title
from perpetuum.report.page import PageMaker
from perpetuum.report.snapshots import Study
from perpetuum.report.views import ring
from perpetuum.report.words import say


def tell(study: Study) -> tuple[Block, ...]:
    """The legs now, whose picture the first page shows; then picture and legs of each earlier date."""
    blocks: list[Block] = [Title(text=say("loop.title")), Paragraph(text=say("loop.lead"), style="lead")]
    for snapshot in reversed(study.snapshots):
        if not snapshot.loop:
            continue
        told = ring.one_loop(study.ledger, snapshot.networks, snapshot.loop)
        blocks += (told[0], told[2]) if snapshot is study.now else told
    if len(blocks) == 2:
        blocks.append(Paragraph(text=say("loop.none")))
    return tuple(blocks)


PAGE = PageMaker(id="loop", place=4, title=say("page.loop"), tell=tell)
