"""Whose money each firm's revenue is, with bounds, then and now."""

from __future__ import annotations

from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Fold, Paragraph, Title
from perpetuum.report.page import PageMaker
from perpetuum.report.study import Snapshot, Study
from perpetuum.report.views.origins import of_firm, summary
from perpetuum.report.words import joined, say


def tell(study: Study) -> tuple[Block, ...]:
    """A table for every date, and the full origin table of each firm in focus."""
    blocks: list[Block] = [Title(text=say("origins.title")), Paragraph(text=say("origins.lead"), style="lead")]
    for snapshot in reversed(study.snapshots):
        blocks.append(Title(text=joined([snapshot.name, numbers.day(snapshot.at)], ", ", "，"), level=3))
        blocks.append(summary(study.ledger, snapshot.networks, snapshot.measured, study.ledger.case.focus))
        blocks += _folds(study, snapshot)
    return tuple(blocks)


def _folds(study: Study, snapshot: Snapshot) -> list[Block]:
    ledger, folds = study.ledger, []
    for firm in ledger.case.focus:
        if any(firm in of.tracer.firms and of.tracer.receipts(firm) for of in snapshot.measured.values()):
            blocks = of_firm(ledger, snapshot.networks, snapshot.measured, firm)
            folds.append(Fold(summary=say("origins.fold", firm=names.firm(ledger, firm)), blocks=blocks[1:]))
    return list(folds)


PAGE = PageMaker(id="origins", place=3, title=say("page.origins"), tell=tell)
