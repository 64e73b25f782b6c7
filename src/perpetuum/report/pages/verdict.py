"""The verdict, after the answer in short: what can be said today, of which kind it is, and what would change it."""

from __future__ import annotations

from perpetuum.report.blocks import Block
from perpetuum.report.page import PageMaker
from perpetuum.report.snapshots import Study
from perpetuum.report.views.verdict import told
from perpetuum.report.words import say


def tell(study: Study) -> tuple[Block, ...]:
    """Nothing where a study comes without one."""
    return told(study.verdict) if study.verdict is not None else ()


PAGE = PageMaker(id="verdict", place=2, title=say("verdict_page.menu"), tell=tell)
