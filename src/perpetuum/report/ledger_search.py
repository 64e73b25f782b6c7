"""One search over all that has a name: firms, deals, claims, sources, series, words, pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from perpetuum.core.claim import Claim
from perpetuum.core.metrics import METRICS
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import names, numbers
from perpetuum.report.ledger_tables import claims_of, key_of
from perpetuum.report.verbs import Asked, Told, origin
from perpetuum.report.wire import plain
from perpetuum.report.words import catalogue, joined, say

Row = dict[str, Any]
FEW = 8
PAGES = ("overview", "loops", "machine", "dominoes", "gauges", "history", "ledger", "report")
_WORD = "glossary."


def search(ledger: Ledger, words: str, asked: Asked) -> Told:
    """What bears all the words, in either language, by group; the first few of each, and how many there are."""
    wanted = words.casefold().split()
    _at, asof = ledger.clock(asked.at, asked.asof)
    known = [claim for claim, _ in claims_of(ledger) if claim.known_from <= asof]
    groups = {
        "firm": _firms(ledger), "deal": _deals(ledger), "claim": _claims(ledger, known), "source": _sources(known),
        "series": _series(ledger), "word": _glossary(), "page": _pages(),
    }  # fmt: skip
    result = {"q": words, "groups": [_group(name, rows, wanted) for name, rows in groups.items()] if wanted else []}
    return Told(verb="ledger", origin=origin(ledger, asked), result=lambda: result)


def _group(name: str, rows: Iterable[tuple[str, Row]], wanted: list[str]) -> Row:
    hits: list[tuple[bool, int, Row]] = []
    for signs, row in rows:
        text = signs.casefold()
        loose = text.replace("-", " ").replace("_", " ")
        if all(word in text or word in loose for word in wanted):
            # A name that begins with the words is what most people mean.
            hits.append((not text.startswith(" ".join(wanted)), len(hits), row))
    hits.sort(key=lambda hit: hit[:2])
    return {"group": name, "total": len(hits), "rows": [row for _, _, row in hits[:FEW]]}


def _both(text: Text | None) -> str:
    return f"{text.en} {text.zh}" if text else ""


def _firms(ledger: Ledger) -> Iterator[tuple[str, Row]]:
    for firm in ledger.entities.values():
        signs = dict(firm.identifiers)
        ticker = signs.get("ticker")
        yield (
            f"{_both(firm.name)} {firm.id} {' '.join(map(str, signs.values()))}",
            {"id": firm.id, "name": plain(firm.name),
             "small": plain(joined([say(f"role.{role}") for role in firm.roles])), "sign": ticker},
        )  # fmt: skip


def _deals(ledger: Ledger) -> Iterator[tuple[str, Row]]:
    for deal in ledger.deals:
        firms = list(dict.fromkeys(firm for leg in deal.legs for firm in (leg.payer, leg.payee)))
        who = joined([names.firm(ledger, firm) for firm in firms[:4]])
        signs = f"{_both(deal.name)} {deal.id} {deal.story or ''} {' '.join(leg.id for leg in deal.legs)} {_both(who)}"
        yield signs, {"id": deal.id, "name": plain(deal.name), "small": plain(who)}


def _claims(ledger: Ledger, known: list[Claim]) -> Iterator[tuple[str, Row]]:
    for claim in known:
        name = names.claim(ledger, claim)
        amount = numbers.quantity(claim.says)
        period = claim.period_label or (str(claim.period) if claim.period else "")
        yield (
            f"{_both(name)} {claim.says} {_both(amount)} {period} {claim.note or ''} {claim.source.publisher or ''}",
            {"id": claim.id, "name": plain(joined([name, amount], ": ", "：")), "claim": plain(claim),
             "small": {"en": claim.source.title, "zh": claim.source.title}, "sign": period or None},
        )  # fmt: skip


def _sources(known: list[Claim]) -> Iterator[tuple[str, Row]]:
    seen: set[str] = set()
    for claim in known:
        source, key = claim.source, key_of(claim.source)
        if key not in seen:
            seen.add(key)
            yield (
                f"{source.title} {source.publisher or ''} {source.id} {source.url or ''}",
                {"id": key, "name": {"en": source.title, "zh": source.title}, "sign": plain(source.published),
                 "small": {"en": source.publisher or "", "zh": source.publisher or ""}},
            )  # fmt: skip


def _series(ledger: Ledger) -> Iterator[tuple[str, Row]]:
    counted: dict[tuple[str, str], int] = {}
    for claim in ledger.metrics:
        counted[claim.subject, claim.attribute] = counted.get((claim.subject, claim.attribute), 0) + 1
    for (subject, attribute), count in counted.items():
        metric = METRICS[attribute].name if attribute in METRICS else Text(en=attribute, zh=attribute)
        name = joined([names.firm(ledger, subject), metric], ", ", "，")
        yield (
            f"{_both(name)} {subject}.{attribute}",
            {"id": f"{subject}.{attribute}", "name": plain(name), "small": plain(say("ledger.points", count=count))},
        )


def _glossary() -> Iterator[tuple[str, Row]]:
    for key, text in catalogue().items():
        if key.startswith(_WORD) and not key.endswith(".means"):
            means = say(f"{key}.means")
            yield f"{_both(text)} {_both(means)}", {"id": key, "name": plain(text), "small": plain(means)}


def _pages() -> Iterator[tuple[str, Row]]:
    for page in PAGES:
        name, question = say(f"ui.page.{page}"), say(f"ui.page.{page}.question")
        yield f"{_both(name)} {page} {_both(question)}", {"id": page, "name": plain(name), "small": plain(question)}
