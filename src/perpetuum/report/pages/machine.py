"""What happens next, quarter by quarter: fans of many futures, who falls, and every assumption behind it."""

from __future__ import annotations

from perpetuum.core.text import Text
from perpetuum.report.blocks import Block, Paragraph, Title
from perpetuum.report.page import PageMaker
from perpetuum.report.snapshots import Study
from perpetuum.report.views.machine_assumed import assumed
from perpetuum.report.views.machine_books import books
from perpetuum.report.views.machine_drivers import drivers
from perpetuum.report.views.machine_fans import fans
from perpetuum.report.views.machine_gain import gained
from perpetuum.report.views.machine_money import money
from perpetuum.report.views.machine_odds import odds
from perpetuum.report.views.machine_short import short
from perpetuum.report.words import say


def tell(study: Study) -> tuple[Block, ...]:
    """The answer in short, the pictures, the books and what it all rests on; nothing where nobody was simulated."""
    sim, ledger = study.simulated, study.ledger
    if sim is None:
        return ()
    head = (Title(text=say("machine_page.title")), Paragraph(text=say("machine_page.lead"), style="lead"))
    if isinstance(sim, Text):
        return (*head, Paragraph(text=say("machine_page.refused", why=sim), style="note"))
    return (
        *head,
        *short(ledger, sim),
        *fans(ledger, sim),
        *odds(ledger, sim),
        *money(ledger, sim),
        *gained(ledger, sim),
        *drivers(ledger, sim),
        *books(ledger, sim),
        *assumed(ledger, sim),
    )


PAGE = PageMaker(id="machine", place=8, title=say("machine_page.menu"), tell=tell)
