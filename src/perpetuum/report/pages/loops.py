"""Every loop with its dollars at three stages, and how much of the money could be netted."""

from __future__ import annotations

from perpetuum.report.blocks import Block, Fold
from perpetuum.report.page import PageMaker
from perpetuum.report.snapshots import Study
from perpetuum.report.views.loops import inventory
from perpetuum.report.views.structure import alerts, structure
from perpetuum.report.words import say


def tell(study: Study) -> tuple[Block, ...]:
    """The inventory now, the structure now, and the flags."""
    now = study.now
    return (
        *inventory(study.ledger, now.networks, now.measured),
        *structure(study.ledger, now.networks, now.measured),
        Fold(summary=say("alerts.title"), blocks=alerts(study.ledger, now.measured)[1:]),
    )


PAGE = PageMaker(id="loops", place=6, title=say("page.loops"), tell=tell)
