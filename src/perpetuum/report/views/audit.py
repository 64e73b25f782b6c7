"""The article, statement by statement: what it prints, what is public, and proofs by arithmetic."""

from __future__ import annotations

from collections import Counter

from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.ledger.audit import VERDICTS, Audited, Proven
from perpetuum.ledger.case import Said
from perpetuum.report import numbers
from perpetuum.report.blocks import Block, Cell, Paragraph, Table, Title
from perpetuum.report.numbers import THIN
from perpetuum.report.views import parts
from perpetuum.report.words import joined, plain, say

_DOLLARS = {"USD": 1.0, "USD bn": 1e9, "USD tn": 1e12}
_TONES = {"contradicted": "strong", "unit_slip": "strong", "unverifiable": "unknown"}


def article(ledger: Ledger, audited: tuple[Audited, ...]) -> tuple[Block, ...]:
    """All statements with their verdicts."""
    if not audited:
        why = say("audit.later") if ledger.statements else say("audit.none")
        return (Title(text=say("audit.title")), Paragraph(text=why, style="note"))
    counts = Counter(each.statement.verdict for each in audited)
    told = joined([say(f"verdict.{word}.count", count=counts.get(word, 0)) for word in VERDICTS])
    return (
        Title(text=say("audit.title")),
        Paragraph(text=say("audit.lead", statements=len(audited), verdicts=told), style="lead"),
        Paragraph(text=say("audit.how", date=numbers.day(ledger.case.newest)), style="note"),
        Table(
            columns=(parts.head("audit.statement"), parts.head("audit.printed", right=True),
                     parts.head("audit.public", right=True), parts.head("audit.verdict"),
                     parts.head("audit.proof", wide=True)),
            rows=tuple(_row(each, _article(ledger)) for each in audited),
        ),
    )  # fmt: skip


def _article(ledger: Ledger) -> str | None:
    """The address of the article under audit."""
    article = ledger.case.article_source
    return article.url if article else None


def _row(each: Audited, article: str | None) -> tuple[Cell, ...]:
    said = each.statement
    proven = joined([proof(of) for of in each.proofs], "; ", "；") if each.proofs else None
    return (
        Cell(text=said.what, small=plain(f"「{said.quote}」") if said.quote else None),
        Cell(text=value_said(said.printed), href=article),
        Cell(text=value_said(said.public), href=said.url),
        Cell(text=say(f"verdict.{said.verdict}"), tone=_TONES.get(said.verdict, "plain")),  # type: ignore[arg-type]
        Cell(text=proven or said.explanation, small=said.explanation if proven else None),
    )


def value_said(said: Said) -> Text:
    """A value as printed: its own words, or a number in one of our units."""
    if said.words is not None:
        return said.words
    if said.value in (None, ""):
        return plain("–")
    try:
        value, unit = float(str(said.value)), said.unit or ""
    except ValueError:
        return plain(f"{said.value}{THIN}{said.unit or ''}".strip())
    if unit in _DOLLARS:
        return numbers.money(value * _DOLLARS[unit])
    if unit == "x":
        return numbers.times(value)
    return numbers.share(value / 100) if unit == "%" else numbers.count(value, unit)


def proof(proven: Proven) -> Text:
    """A proof by arithmetic in one line."""
    result = f"{proven.result:.4g}"
    return joined([plain(f"{proven.proof.compute} = {result}"), proven.proof.says], " – ", "：")
