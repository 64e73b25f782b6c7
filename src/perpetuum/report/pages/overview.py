"""The answer in short: one loop in three kinds of money, whose it is, what we do not know, and what may come."""

from __future__ import annotations

from collections.abc import Iterator

from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Paragraph, Points, Title
from perpetuum.report.page import PageMaker
from perpetuum.report.snapshots import Snapshot, Study
from perpetuum.report.views import dominoes, machine_short, origins, parts, ring
from perpetuum.report.views import ledger as ledger_view
from perpetuum.report.words import say


def tell(study: Study) -> tuple[Block, ...]:
    """The question, the picture, the sentences that answer it, the bars behind them, and what may come next."""
    now = study.now
    about = study.ledger.case.about
    pictures: tuple[Block, ...] = ()
    if now.loop:
        pictures = (
            Paragraph(text=say("overview.lead")),
            ring.title(study.ledger, now.networks, now.loop),
            ring.picture(study.ledger, now.networks, now.loop),
        )
    return (
        Title(text=say("overview.title"), level=1),
        *((Paragraph(text=about, style="lead"),) if about else ()),
        *pictures,
        Title(text=say("overview.answers")),
        Points(sentences=tuple(_answers(study, now))),
        *origins.bars(study.ledger, now.networks, now.measured, "announced", study.ledger.case.focus),
        Paragraph(text=say("overview.read"), style="note"),
        *machine_short.in_brief(study.ledger, study.simulated),
    )


def _answers(study: Study, now: Snapshot) -> Iterator[Paragraph]:
    """One sentence a stage for the first firm in focus, then structure, dominoes, and what is not known."""
    ledger = study.ledger
    firm = ledger.case.focus[0] if ledger.case.focus else None
    for stage, of in now.measured.items():
        if firm is not None and firm in of.tracer.firms:
            evidence = parts.receipts_evidence(of, now.networks[stage], firm)
            sentence = parts.share_sentence(names.firm(ledger, firm), of.recycled(firm)["burn"], of)
            yield Paragraph(text=sentence, evidence=evidence)
    if headline := now.measured.get("announced"):
        yield Paragraph(
            text=say(
                "overview.structure",
                moved=numbers.money(headline.structure.total),
                netting=numbers.money(headline.netting),
                throughput=numbers.share(headline.throughput),
            ),
            evidence=parts.flows_evidence(headline, now.networks["announced"]),
        )
    for cascade in now.cascades.values():
        yield Paragraph(text=dominoes.sentence(ledger, cascade), evidence=dominoes.evidence(now.binding, cascade))
    yield Paragraph(text=ledger_view.gaps_sentence(now.gaps))


PAGE = PageMaker(id="overview", place=1, title=say("page.overview"), tell=tell)
