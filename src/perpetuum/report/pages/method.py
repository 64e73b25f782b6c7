"""How it was computed, what was assumed, and whom we thank."""

from __future__ import annotations

from perpetuum.report.blocks import Block, Paragraph, Title
from perpetuum.report.page import PageMaker
from perpetuum.report.snapshots import Study
from perpetuum.report.words import say

NOTES = ("stages", "rules", "bounds", "unknown", "completion", "assumed", "not")


def tell(study: Study) -> tuple[Block, ...]:
    """The rules a reader must know, and the credits that licences ask for."""
    return (
        Title(text=say("method.title")),
        *(Paragraph(text=say(f"method.{note}")) for note in NOTES),
        *(Paragraph(text=credit, style="note") for credit in study.ledger.case.credits),
    )


PAGE = PageMaker(id="method", place=12, title=say("page.method"), tell=tell)
