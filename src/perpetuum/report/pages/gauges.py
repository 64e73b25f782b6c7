"""Seventeen dials: how many stand where, how that count moved, and each one with its rule and its sources."""

from __future__ import annotations

from perpetuum.gauges import vote
from perpetuum.report.blocks import Block, Paragraph, Title
from perpetuum.report.page import PageMaker
from perpetuum.report.snapshots import Study
from perpetuum.report.views import adoption, gauges
from perpetuum.report.words import say


def tell(study: Study) -> tuple[Block, ...]:
    """The count, its history, then the dials part by part."""
    return (
        Title(text=say("gauges.title")),
        gauges.count(vote(study.now.readings)),
        Paragraph(text=say("gauges.how"), style="note"),
        *gauges.tallies(study.votes_then, study.votes_hindsight),
        *gauges.by_part(study.ledger, study.now.readings),
        *(adoption.in_brief(study.adoption, study.now.at) if study.adoption is not None else ()),
        *((Paragraph(text=missing, style="note"),) if (missing := study.ledger.case.missing) else ()),
    )


PAGE = PageMaker(id="gauges", place=9, title=say("page.gauges"), tell=tell)
