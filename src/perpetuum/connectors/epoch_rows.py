"""One row of a table of Epoch AI as a claim: whose it is, who said it, since when it is known."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from perpetuum.connectors.connector import Document, Request
from perpetuum.connectors.saying import by_name, said, source_of
from perpetuum.connectors.table import Table
from perpetuum.core.claim import Claim, Status
from perpetuum.core.when import When

CREDIT = "Epoch AI (CC BY 4.0)"
PAGES = "https://epoch.ai/data/"
Row = dict[str, str]
# How the rows of a table become claims.
Rows = Callable[[Table, Document, Request], Iterator[Claim]]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One table of the publisher.

    ``gives`` are its metrics, ``columns`` those it cannot be read without, ``also`` those that tell who said a
    number and how sure it is. ``folder`` is where it is downloaded.
    """

    file: str
    gives: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Rows
    also: tuple[str, ...] = ()
    folder: str = PAGES


def claim_of(
    document: Document,
    row: Row,
    line: int,
    *,
    of: str,
    metric: str,
    value: float,
    when: When,
    reported: datetime.date | None,
    note: str | None,
    unit: str = "USD",
    status: Status | None = None,
    derivation: str = "secondary_transcription",
    product: str | None = None,
    definition: str | None = None,
    page: str = f"{PAGES}ai-companies",
    credit: str = CREDIT,
) -> Claim:
    """A row as a claim. It rests on the page it names and on the day of its report, else on the table."""
    said_by = row.get("Source 1", "").strip().split()
    url = said_by[0] if said_by and said_by[0].startswith("http") else page
    told_by = row.get("Source type", row.get("Source Type", "")).strip()
    known = reported or document.retrieved.date()
    name = row.get("Id") or row.get("Hardware name") or row.get("Name") or page.rsplit("/", 1)[-1]
    source = source_of(document, title=f"{credit}: {name}".strip(), url=url, published=known)
    return said(
        line, by="epoch", of=of, metric=metric, value=value, unit=unit, when=when, source=source, known_from=known,
        status=status or ("reported" if told_by == "Company disclosure" else "estimated"), derivation=derivation,
        product=product, definition=definition, note=note,
    )  # fmt: skip


def of_subjects(
    found: Table, request: Request, columns: tuple[str, ...], whose: str = "Company"
) -> Iterator[tuple[int, Row, str]]:
    """The rows of firms that were asked for, each with its id; the others are listed once."""
    ids, others = by_name(request.subjects, "epoch"), set()
    for line, row in found.each(columns):
        firm = row[whose].strip()
        if firm.casefold() in ids:
            yield line, row, ids[firm.casefold()]
        elif firm:
            others.add(firm)
    if others:
        names = sorted(others)
        found.note(
            "not_asked_for", f"not read: rows of {', '.join(names)}.", f"未讀取下列公司的列：{'、'.join(names)}。"
        )


def day_of(found: Table, line: int, cell: str) -> datetime.date | None:
    """A day of our times; years like 202 are slips of the publisher."""
    if not cell.strip():
        return None
    day = found.day(line, cell)
    if day is not None and day.year < 1990:
        found.note(
            "not_a_date",
            f"line {line}: the date {cell.strip()} cannot be meant.",
            f"第 {line} 行：日期 {cell.strip()} 顯然有誤。",
        )
        return None
    return day


def note_of(row: Row, *columns: str) -> str | None:
    """What some cells of a row say, each with the name of its column."""
    told = [f"{column.lower()}: {row[column].strip()}" for column in columns if row.get(column, "").strip()]
    return "; ".join(told) or None
