"""Claims out of quarters: every vintage is what one filing says, with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from perpetuum.connectors.connector import Request
from perpetuum.connectors.differences import Term
from perpetuum.connectors.facts import US_GAAP, Fact
from perpetuum.connectors.sec import Kept, cik_of, filing_url
from perpetuum.connectors.vintages import Vintage
from perpetuum.core.claim import Claim
from perpetuum.core.entity import Entity
from perpetuum.core.quantity import Quantity
from perpetuum.core.source import Source
from perpetuum.core.when import Span, When

_BETWEEN = {"sum_of_tags": " + ", "derived": " - "}


def claims_of(
    vintages: Iterable[Vintage], metric: str, firm: Entity, answer: Kept, request: Request
) -> Iterator[Claim]:
    """One claim for every vintage in the quarters that were asked for.

    The source is the newest filing a value rests on; ``note`` shows what it was computed from,
    each number with its days and its filing. ``period`` are the firm's real days.
    """
    for vintage in vintages:
        if request.asks_about(vintage.quarter):
            yield _claim(vintage, metric, firm, answer, request.connector)


def _claim(vintage: Vintage, metric: str, firm: Entity, answer: Kept, connector: str) -> Claim:
    unit = "" if vintage.unit == "USD" else f"/{vintage.unit}"
    return Claim(
        id=f"{connector}/{firm.id}/{metric}/{vintage.quarter}/{vintage.known_from}{unit}",
        subject=firm.id,
        attribute=metric,
        says=Quantity(vintage.value, vintage.unit),
        source=source_of(vintage.fact, title_of(vintage), cik_of(firm), answer),
        known_from=vintage.known_from,
        status="reported",
        period=Span(vintage.start or vintage.end, vintage.end),
        period_label=str(vintage.quarter),
        derivation=vintage.derivation,
        fiscal_label=vintage.label,
        note=evidence(vintage.terms) if len(vintage.terms) > 1 else None,
    )


def title_of(vintage: Vintage) -> str:
    """The form and the tags, as `10-Q, us-gaap:Revenues`."""
    tags = _BETWEEN.get(vintage.derivation, ", ").join(full_tag(tag) for tag in vintage.tags)
    return f"{vintage.fact.form or 'EDGAR'}, {tags}"


def full_tag(tag: str) -> str:
    """A tag with its taxonomy."""
    return tag if ":" in tag else f"{US_GAAP}:{tag}"


def source_of(fact: Fact, title: str, cik: str, answer: Kept) -> Source:
    """The filing a fact stands in, as read from a kept answer."""
    return Source(
        id=f"{fact.accession}-{title.partition(', ')[2].replace(' ', '')}",
        title=title,
        kind="filing",
        tier=1,
        url=filing_url(cik, fact.accession),
        publisher="sec.gov",
        published=When.day(fact.filed),
        retrieved=answer.retrieved,
        hash=answer.hash,
    )


def evidence(terms: Iterable[Term]) -> str:
    """The sum in signs and figures: every number with its days and the filing it is from."""
    return " ".join(
        f"{'+' if term.sign > 0 else '-'} {_figure(term.value)} ({_days(term)}, {term.fact.accession})"
        for term in terms
    )


def _figure(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _days(term: Term) -> str:
    return f"{term.start}..{term.end}" if term.start else str(term.end)
