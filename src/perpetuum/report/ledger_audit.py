"""The article, claim by claim, in words that pages show: printed, public, proof, verdict, and the figure used."""

from __future__ import annotations

import datetime
from typing import Any

from perpetuum.ledger import Ledger
from perpetuum.ledger.audit import VERDICTS, Audited, count_verdicts
from perpetuum.report import names, numbers
from perpetuum.report.verbs import Asked, Told, origin
from perpetuum.report.views.audit import proof, value_said
from perpetuum.report.wire import plain
from perpetuum.report.words import say

Row = dict[str, Any]


def statements(ledger: Ledger, asked: Asked) -> Told:
    """Every statement in the article's own order, with the tally of verdicts."""
    _at, asof = ledger.clock(asked.at, asked.asof)
    article = ledger.case.article_source
    audited = ledger.audit()
    counts = count_verdicts(ledger.statements)
    result = {
        "article": plain(article), "newest": plain(numbers.day(ledger.case.newest)),
        "tally": [{"verdict": verdict, "count": counts[verdict]} for verdict in VERDICTS],
        "statements": [_statement(ledger, each, asked, asof) for each in audited],
        "legs": sorted({each.statement.leg for each in audited if each.statement.leg}),
    }  # fmt: skip
    return Told(verb="ledger", origin=origin(ledger, asked), result=lambda: result)


def _statement(ledger: Ledger, each: Audited, asked: Asked, asof: datetime.date) -> Row:
    said = each.statement
    return {
        "id": said.id, "what": plain(said.what), "quote": said.quote, "verdict": said.verdict, "url": said.url,
        "printed": plain(value_said(said.printed)), "public": plain(value_said(said.public)),
        "as_of": said.as_of,
        "proofs": [plain(proof(proven)) for proven in each.proofs], "explanation": plain(said.explanation),
        "subject": said.subject if said.subject in ledger.entities else None,
        "subject_name": plain(names.firm(ledger, said.subject)),
        "used": _used(ledger, said.leg, asked, asof),
    }  # fmt: skip


def _used(ledger: Ledger, leg: str | None, asked: Asked, asof: datetime.date) -> Row | None:
    """The figure that every page uses for the leg the statement speaks of."""
    if leg is None:
        return None
    figure = ledger.figure(leg, "announced", asof, asked.policy)
    text = numbers.quantity(figure.quantity) if figure else say("unknown")
    return {"leg": leg, "deal": ledger.deal_of[leg].id, "name": plain(ledger.deal_of[leg].name), "text": plain(text)}
