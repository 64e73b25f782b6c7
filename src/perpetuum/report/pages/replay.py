"""The replay: the same machine on a time whose end is known, judged by what was asked of it beforehand."""

from __future__ import annotations

from perpetuum.report.blocks import Block
from perpetuum.report.page import PageMaker
from perpetuum.report.snapshots import Study
from perpetuum.report.views.replay import told
from perpetuum.report.words import say


def tell(study: Study) -> tuple[Block, ...]:
    """Nothing where the case asks for none."""
    return told(study.ledger, study.replay)


PAGE = PageMaker(id="replay", place=3, title=say("replay.menu"), tell=tell)
