"""The answer in short: whose money it is, and what we do not know."""

from __future__ import annotations

from collections.abc import Iterator

from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Paragraph, Title
from perpetuum.report.page import PageMaker
from perpetuum.report.study import Snapshot, Study
from perpetuum.report.views import origins, parts
from perpetuum.report.words import say


def tell(study: Study) -> tuple[Block, ...]:
    """The question, the sentences that answer it, and the bars behind them."""
    now = study.now
    return (
        Title(text=say("overview.title"), level=1),
        *_answer(study, now),
        origins.bars(study.ledger, now.networks, now.measured, "announced", study.ledger.case.focus),
        origins.bars(study.ledger, now.networks, now.measured, "paid", study.ledger.case.focus),
        Paragraph(text=say("overview.read"), style="note"),
    )


def _answer(study: Study, now: Snapshot) -> Iterator[Block]:
    """One sentence a stage for the first firm in focus, then structure, then what is not known."""
    ledger = study.ledger
    firm = ledger.case.focus[0] if ledger.case.focus else None
    for stage in ("announced", "signed", "paid"):
        of = now.measured[stage]  # type: ignore[index]
        if firm is not None and firm in of.tracer.firms:
            evidence = parts.receipts_evidence(of, now.networks[stage], firm)  # type: ignore[index]
            sentence = parts.share_sentence(names.firm(ledger, firm), of.recycled(firm)["burn"])
            yield Paragraph(text=sentence, evidence=evidence, style="lead")
    headline = now.measured["announced"]
    yield Paragraph(
        text=say(
            "overview.structure", moved=numbers.money(headline.structure.total),
            netting=numbers.money(headline.netting), throughput=numbers.share(headline.throughput),
        ),
        style="lead",
    )  # fmt: skip
    money = now.gaps.money
    part = money.headline_unknown / money.headline if money.headline else 0.0
    yield Paragraph(
        text=say("gaps.lead", unknown=money.unknown, legs=money.legs, part=numbers.share(part),
                 headline=numbers.money(money.headline)),
        style="lead",
    )  # fmt: skip


PAGE = PageMaker(id="overview", place=1, title=say("page.overview"), tell=tell)
