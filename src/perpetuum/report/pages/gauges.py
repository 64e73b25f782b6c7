"""The article's three gauges, as plain numbers with their sources."""

from __future__ import annotations

from perpetuum.report.blocks import Block, Fold, Table
from perpetuum.report.page import PageMaker
from perpetuum.report.snapshots import Study
from perpetuum.report.views.gauges import dials
from perpetuum.report.words import say


def tell(study: Study) -> tuple[Block, ...]:
    """The dials of the newest date; every point in a fold."""
    blocks = dials(study.ledger, study.now.readings)
    tables = tuple(block for block in blocks if isinstance(block, Table))
    rest = tuple(block for block in blocks if not isinstance(block, Table))
    return (*rest, Fold(summary=say("gauges.points"), blocks=tables))


PAGE = PageMaker(id="gauges", place=7, title=say("page.gauges"), tell=tell)
