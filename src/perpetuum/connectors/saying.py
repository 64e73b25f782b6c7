"""A number of a publisher as a claim: who says it, since when it could be known, and of which answer it is."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterable
from itertools import pairwise
from typing import Literal
from urllib.parse import urlsplit

from perpetuum.connectors.answers import public
from perpetuum.connectors.connector import Document, Request
from perpetuum.core.claim import Claim, Status
from perpetuum.core.entity import Entity
from perpetuum.core.quantity import Quantity
from perpetuum.core.source import Source, SourceKind
from perpetuum.core.when import Span, When

Grain = Literal["day", "month", "quarter", "year"]


def source_of(
    document: Document,
    *,
    title: str,
    kind: SourceKind = "analyst",
    tier: int = 2,
    url: str | None = None,
    published: datetime.date | None = None,
) -> Source:
    """The document behind a claim: the page of the answer unless the answer names another one."""
    page, day = url or public(document.address.url), published or document.retrieved.date()
    return _source(page, title, kind, tier, day, document.retrieved.date(), document.hash)


@functools.lru_cache(maxsize=4096)
def _source(
    url: str, title: str, kind: SourceKind, tier: int, published: datetime.date, retrieved: datetime.date, digest: str
) -> Source:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return Source(
        id=f"{host}-{published}", title=title, kind=kind, tier=tier, url=url or None, publisher=host or None,
        published=When.day(published), retrieved=When.day(retrieved), hash=digest,
    )  # fmt: skip


def said(
    number: int,
    *,
    by: str,
    of: str,
    metric: str,
    value: float,
    unit: str,
    when: When,
    source: Source,
    known_from: datetime.date,
    status: Status = "reported",
    derivation: str = "direct",
    product: str | None = None,
    definition: str | None = None,
    note: str | None = None,
) -> Claim:
    """One number of a publisher. ``number`` is its line in the answer, ``by`` the connector."""
    return Claim(
        id=f"{by}/{number}", subject=of, attribute=metric, says=Quantity(value, unit), source=source,
        known_from=known_from, status=status, period=Span(when.first, when.last), period_label=when.text,
        period_end=When.day(when.last), derivation=derivation, product=product, definition=definition, note=note,
    )  # fmt: skip


def option(request: Request, name: str) -> str | None:
    """An option of a request by name, or nothing."""
    return dict(request.options).get(name)


def by_name(subjects: Iterable[Entity], identifier: str) -> dict[str, str]:
    """Ids by the name a publisher uses: the identifier where there is one, else the English name, in small letters."""
    found: dict[str, str] = {}
    for entity in subjects:
        found.setdefault(entity.name.en.casefold(), entity.id)
    for entity in subjects:
        if named := dict(entity.identifiers).get(identifier):
            found[named.casefold()] = entity.id
    return found


def grain_of(days: list[datetime.date]) -> Grain:
    """How far apart the dates of a series lie, by the most frequent gap.

    Examples
    --------
    >>> grain_of([datetime.date(2025, 1, 1), datetime.date(2025, 2, 1), datetime.date(2025, 3, 1)])
    'month'
    """
    gaps = sorted((later - earlier).days for earlier, later in pairwise(days))
    gap = gaps[len(gaps) // 2] if gaps else 1
    return "day" if gap < 20 else "month" if gap < 60 else "quarter" if gap < 200 else "year"


def labelled(day: datetime.date, grain: Grain) -> When:
    """The day, month, quarter or year that a date of a series stands for."""
    text = {
        "day": day.isoformat(),
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}Q{(day.month + 2) // 3}",
        "year": str(day.year),
    }[grain]
    return When.parse(text)
