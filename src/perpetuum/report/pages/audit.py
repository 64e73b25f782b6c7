"""The article under audit, statement by statement."""

from __future__ import annotations

from perpetuum.report.blocks import Block
from perpetuum.report.page import PageMaker
from perpetuum.report.snapshots import Study
from perpetuum.report.views.audit import article
from perpetuum.report.words import say


def tell(study: Study) -> tuple[Block, ...]:
    """All statements, if the case audits an article."""
    return article(study.ledger, study.audited)


PAGE = PageMaker(id="audit", place=10, title=say("page.audit"), tell=tell)
