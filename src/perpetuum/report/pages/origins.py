"""Whose money each firm's revenue is, with bounds, then and now."""

from __future__ import annotations

from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Fold, Paragraph, Title
from perpetuum.report.page import PageMaker
from perpetuum.report.snapshots import Snapshot, Study
from perpetuum.report.views.origins import bars, of_firm, summary
from perpetuum.report.words import say


def tell(study: Study) -> tuple[Block, ...]:
    """A table for every date, what was paid in bars, and the full origin table of each firm in focus."""
    focus, now = study.ledger.case.focus, study.now
    blocks: list[Block] = [Title(text=say("origins.title")), Paragraph(text=say("origins.lead"), style="lead")]
    for snapshot in reversed(study.snapshots):
        blocks.append(Title(text=say("origins.date", date=numbers.day(snapshot.at), name=snapshot.name), level=3))
        blocks.append(summary(study.ledger, snapshot.networks, snapshot.measured, focus))
        if snapshot is now:
            blocks += bars(study.ledger, now.networks, now.measured, "paid", focus)
        blocks.append(_whole_tables(study, snapshot))
    return tuple(blocks)


def _whole_tables(study: Study, snapshot: Snapshot) -> Fold:
    ledger, folds = study.ledger, []
    for firm in ledger.case.focus:
        if any(firm in of.tracer.firms and of.tracer.receipts(firm) for of in snapshot.measured.values()):
            blocks = of_firm(ledger, snapshot.networks, snapshot.measured, firm)
            folds.append(Fold(summary=names.firm(ledger, firm), blocks=blocks[1:]))
    return Fold(summary=say("origins.folds", date=numbers.day(snapshot.at)), blocks=tuple(folds))


PAGE = PageMaker(id="origins", place=5, title=say("page.origins"), tell=tell)
