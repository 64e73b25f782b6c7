"""What came of asking publishers: what is new, what was restated, what a reader should know."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from perpetuum.connectors import Collected, Connector, Prospect, Remark, Request, connectors
from perpetuum.connectors.limiter import site_of
from perpetuum.core.claim import Claim
from perpetuum.core.entity import Entity
from perpetuum.core.errors import CollectError
from perpetuum.core.metrics import METRICS
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.ledger import Kept, Ledger
from perpetuum.report import names, numbers
from perpetuum.report.blocks import Block, Cell, Fold, Paragraph, Table, Title
from perpetuum.report.views import parts
from perpetuum.report.words import plain, say

# Rows of a table in a terminal; the file has them all.
MOST = 40


def request(
    ledger: Ledger,
    connector: str,
    *,
    firm: tuple[str, ...],
    cik: str | None,
    series: tuple[str, ...],
    metric: str | None,
    since: str | None,
    until: str | None,
    asof: str | None,
    option: tuple[str, ...],
) -> Request:
    """The request of a command line. Without a firm, all of the case and its topics are meant."""
    return Request(
        connector=connector,
        subjects=_subjects(ledger, connector, _words(firm), cik),
        attributes=_words((metric,)) if metric else (),
        series=_words(series),
        since=Quarter.parse(since) if since else None,
        until=Quarter.parse(until) if until else None,
        asof=None if asof in (None, "latest") else ledger.clock(None, asof)[1],
        options=tuple(_pair(word) for word in option),
        known=_everyone(ledger),
    )


def _words(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(word.strip() for each in said for word in each.split(",") if word.strip())


def _pair(word: str) -> tuple[str, str]:
    name, sign, value = word.partition("=")
    if not sign:
        raise CollectError(say("collect.option", option=word), say("collect.option.how"))
    return name.strip(), value.strip()


def _everyone(ledger: Ledger) -> tuple[Entity, ...]:
    """All of the case that a number can be about: its entities, then its topics."""
    topics = (Entity(id=id, name=name, roles=("outside",)) for id, name in ledger.case.topics.items())
    return (*ledger.entities.values(), *topics)


def _subjects(ledger: Ledger, connector: str, firms: tuple[str, ...], cik: str | None) -> tuple[Entity, ...]:
    if not firms:
        if cik is not None:
            raise CollectError(say("collect.cik"), say("collect.cik.how"))
        asked = connectors().get(connector)
        if asked and any(site_of(host) == "sec.gov" for host in asked.hosts):
            return tuple(firm for firm in ledger.entities.values() if dict(firm.identifiers).get("sec_cik"))
        return _everyone(ledger)
    found = tuple(ledger.entity(id) for id in firms)
    if cik is None:
        return found
    if len(found) > 1 or not (cik.isascii() and cik.isdigit() and len(cik) <= 10):
        raise CollectError(say("collect.cik"), say("collect.cik.how"))
    others = tuple(pair for pair in found[0].identifiers if pair[0] != "sec_cik")
    return (replace(found[0], identifiers=(*others, ("sec_cik", cik.lstrip("0") or "0"))),)


def catalogue(found: Mapping[str, Connector]) -> tuple[Block, ...]:
    """Every connector: what it is, what it needs, under which licence, whether its numbers may be passed on."""
    return (
        Title(text=say("collect.title")),
        Paragraph(text=say("collect.how"), style="note"),
        Table(
            columns=(
                parts.head("collect.connector"), parts.head("collect.publisher", wide=True),
                parts.head("collect.needs"), parts.head("collect.licence", wide=True), parts.head("collect.ships"),
            ),
            rows=tuple(
                (
                    Cell(text=plain(each.id), tone="strong"),
                    Cell(text=each.name, small=_hosts(each)),
                    parts.word(f"collect.need.{_need(each)}"),
                    Cell(text=each.licence),
                    parts.word("collect.yes" if each.may_ship else "collect.no"),
                )
                for each in found.values()
            ),
        ),
    )  # fmt: skip


def _need(connector: Connector) -> str:
    return connector.needs[0] if connector.needs else "nothing"


def _hosts(connector: Connector) -> Text:
    return plain(", ".join(connector.hosts)) if connector.hosts else say("collect.disk_only")


def listed(found: Mapping[str, Connector]) -> list[dict[str, Any]]:
    """The same as plain data; functions are left out."""
    told = ("id", "hosts", "needs", "gives", "name", "licence", "may_ship")
    return [{name: getattr(each, name) for name in told} for each in found.values()]


def ahead(asked: Request, prospects: tuple[Prospect, ...], advice: tuple[Remark, ...] = ()) -> tuple[Block, ...]:
    """What would be asked, how long that takes at least, what is kept already, and what is advised."""
    pauses: dict[str, float] = {}
    for each in prospects:
        site = site_of(each.address.url.split("//", 1)[-1].split("/", 1)[0])
        pauses[site] = pauses.get(site, 0.0) + each.pause
    seconds = max(pauses.values(), default=0.0)
    return (
        Title(text=say("collect.ahead", connector=asked.connector)),
        Paragraph(text=say("collect.ahead.count", addresses=len(prospects), seconds=f"{seconds:.1f}"), style="lead"),
        Table(
            columns=(parts.head("collect.address", wide=True), parts.head("collect.file"), parts.head("collect.kept")),
            rows=tuple(
                (Cell(text=plain(each.address.url or "–")), Cell(text=plain(each.address.file)), _kept_when(each.kept))
                for each in prospects
            ),
        ),
        *(Paragraph(text=remark.says, style="note") for remark in advice),
    )


def _kept_when(when: datetime.datetime | None) -> Cell:
    return Cell(text=numbers.day(when.date())) if when else parts.word("nothing", "muted")


def told(ledger: Ledger, asked: Request, came: Collected, kept: Kept) -> tuple[Block, ...]:
    """Counts first, then each change, then the remarks."""
    counts = say("collect.counts", new=len(kept.new), restated=len(kept.restated), unchanged=kept.unchanged,
                 gone=len(kept.gone))  # fmt: skip
    written = say("collect.written", path=str(kept.path)) if came.claims else say("collect.not_written")
    return (
        Title(text=say("collect.came", connector=asked.connector)),
        Paragraph(text=say(f"collect.status.{came.status}", documents=len(came.documents)), style="lead"),
        Paragraph(text=counts),
        Paragraph(text=written, style="note"),
        *_changes(ledger, "collect.restated", [(claim, before) for before, claim in kept.restated]),
        *_changes(ledger, "collect.new", [(claim, None) for claim in kept.new]),
        *_changes(ledger, "collect.gone", [(claim, None) for claim in kept.gone]),
        *_changes(ledger, "collect.left_out", [(claim, None) for claim in kept.left_out]),
        *_remarks(came),
    )


def _changes(ledger: Ledger, key: str, changes: list[tuple[Claim, Claim | None]]) -> tuple[Block, ...]:
    """One table of claims; a restated one stands beside what was said before."""
    if not changes:
        return ()
    pairs = any(before for _, before in changes)
    shown = sorted(changes, key=lambda pair: (pair[0].subject, pair[0].attribute, _newest_first(pair[0])))
    table = Table(
        caption=say(key),
        columns=(
            parts.head("firm"), parts.head("collect.metric"), parts.head("period"), parts.head("value", right=True),
            *((parts.head("collect.before", right=True),) if pairs else ()), parts.head("collect.known"),
        ),
        rows=tuple(_change(ledger, claim, before) for claim, before in shown[:MOST]),
    )  # fmt: skip
    if len(changes) <= MOST:
        return (table,)
    return (table, Paragraph(text=say("collect.more", more=len(changes) - MOST), style="note"))


def _newest_first(claim: Claim) -> int:
    return -claim.period.last.toordinal() if claim.period else 0


def _change(ledger: Ledger, claim: Claim, before: Claim | None) -> tuple[Cell, ...]:
    metric = METRICS[claim.attribute].name if claim.attribute in METRICS else plain(claim.attribute)
    product = plain(claim.product) if claim.product else None
    return (
        Cell(text=names.firm(ledger, claim.subject)),
        Cell(text=metric, small=product),
        Cell(text=numbers.window(claim.period_label or "–")),
        Cell(text=numbers.quantity(claim.says)),
        *((Cell(text=numbers.quantity(before.says), tone="muted"),) if before else ()),
        Cell(text=numbers.day(claim.known_from)),
    )


def _remarks(came: Collected) -> tuple[Block, ...]:
    """Remarks, those of one kind together; only the first few of each are spelt out."""
    if not came.remarks:
        return ()
    by_code: dict[str, list[Block]] = {}
    for remark in came.remarks:
        names_it = remark.says.en.startswith(remark.about)  # a sentence about an address begins with it
        said = remark.says if names_it else say("collect.remark", about=remark.about, says=remark.says)
        by_code.setdefault(remark.code, []).append(Paragraph(text=said))
    blocks: list[Block] = []
    for code, told in by_code.items():
        blocks += [Paragraph(text=plain(code), style="note"), *told[:5]]
        if len(told) > 5:
            blocks.append(Paragraph(text=say("collect.more", more=len(told) - 5), style="note"))
    return (Fold(summary=say("collect.remarks", count=len(came.remarks)), blocks=tuple(blocks)),)


def result(asked: Request, came: Collected, kept: Kept) -> dict[str, Any]:
    """The answer as plain data: documents without their bytes."""
    documents = [
        {"url": document.address.url, "file": document.address.file, "hash": document.hash,
         "bytes": len(document.content), "retrieved": document.retrieved.isoformat()}
        for document in came.documents
    ]  # fmt: skip
    return {
        "connector": asked.connector, "status": came.status, "documents": documents, "remarks": came.remarks,
        "path": _shown(kept.path), "new": kept.new, "unchanged": kept.unchanged, "gone": kept.gone,
        "left_out": kept.left_out,
        "restated": [{"before": before, "claim": claim} for before, claim in kept.restated],
    }  # fmt: skip


def _shown(path: Path) -> str:
    return path.as_posix()
