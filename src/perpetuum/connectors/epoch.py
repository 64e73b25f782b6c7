"""What Epoch AI collects of AI firms and their chips: revenue at a yearly rate, users, spending on compute, prices.

The tables repeat what firms and newspapers said. Where a row names its page and the day of the report, the
claim rests on these; else on the table, known since the answer was fetched.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from perpetuum.connectors.connector import Address, Connector, Document, Read, Request
from perpetuum.connectors.saying import by_name, labelled, option, said, source_of
from perpetuum.connectors.table import Table, table
from perpetuum.core.claim import Claim, Status
from perpetuum.core.errors import UnknownName
from perpetuum.core.nouns import SERIES_OF_CONNECTOR
from perpetuum.core.text import both
from perpetuum.core.when import When

CREDIT = "Epoch AI (CC BY 4.0)"
_USERS = {"Daily": "daily_active_users", "Weekly": "weekly_active_users", "Monthly": "monthly_active_users"}
# A row of people who pay stands among those of weekly users; only its name says so.
_PAYING = re.compile(r"\bpay(?:ing|s)?\b|\bpaid\b", re.IGNORECASE)
_OLD_REVENUE, _NEW_REVENUE = "Revenue amount (normalize to annual)", "Annualized revenue (USD)"
Row = dict[str, str]
Rows = Callable[[Table, Document, Request], Iterator[Claim]]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One table of the publisher: its file, its page, the metrics it gives, and how its rows become claims."""

    file: str
    page: str
    gives: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Rows


def plan(request: Request) -> tuple[Address, ...]:
    """One address a table: of ``series`` (`revenue`, `usage`, `compute`, `hardware`), else of all that fit."""
    for name in request.series:
        if name not in FILES:
            raise UnknownName(name, FILES, what=SERIES_OF_CONNECTOR)
    wanted = [FILES[name] for name in request.series or FILES]
    return tuple(
        Address(url=f"https://epoch.ai/data/{each.file}.csv", file=f"{each.file}*.csv", form="csv")
        for each in wanted
        if not request.attributes or set(each.gives) & set(request.attributes)
    )


def read(document: Document, request: Request) -> Read:
    """Claims of one table. Firms are known by the name the table uses; rows of others are listed."""
    each = next(file for file in FILES.values() if document.address.file.startswith(file.file))
    found = table(document)
    if not found.has(each.columns):
        return Read(remarks=tuple(found.remarks))
    claims = tuple(each.rows(found, document, request))
    return Read(claims=claims, remarks=tuple(found.remarks))


def _revenue(found: Table, document: Document, request: Request) -> Iterator[Claim]:
    column = _NEW_REVENUE if _NEW_REVENUE in found.header else _OLD_REVENUE
    if not found.has((column,)):
        return
    for line, row, of in _of_subjects(found, request, ("Company", "Date", column)):
        day, value = _day(found, line, row["Date"]), found.number(line, row[column])
        if day is None or value is None:
            continue
        scope = row.get("Scope", "")
        yield _claim(
            document, row, line, of=of, metric="revenue_annualized", value=value, when=labelled(day, "day"),
            reported=None, definition=None if scope in ("", "Full company") else scope,
            note=_note(row, "Annualized revenue type", "Confidence"),
        )  # fmt: skip


def _usage(found: Table, document: Document, request: Request) -> Iterator[Claim]:
    columns = ("Id", "Company", "Active users", "Active users time period", "Date", "Report date", "Product")
    for line, row, of in _of_subjects(found, request, columns):
        value, spell = found.number(line, row["Active users"]), row["Active users time period"].strip()
        day = _day(found, line, row["Date"])
        if value is None or day is None:
            continue
        metric = "paid_subscribers" if _PAYING.search(row["Id"]) else _USERS.get(spell)
        if metric is None:
            found.note("no_time_span", f"line {line}: users of which span of time? The row is left out.",
                       f"第 {line} 行：未說明是每日、每週或每月用戶，因此略過。")  # fmt: skip
            continue
        yield _claim(
            document, row, line, of=of, metric=metric, value=value, unit="users", when=labelled(day, "day"),
            reported=_day(found, line, row["Report date"]), product=row["Product"].strip() or None,
            note=_note(row, "Confidence"),
        )  # fmt: skip


def _compute(found: Table, document: Document, request: Request) -> Iterator[Claim]:
    columns = ("Id", "Company", "Amount", "Category", "Period type", "Date", "Report date")
    for line, row, of in _of_subjects(found, request, columns):
        value, day = found.number(line, row["Amount"]), _day(found, line, row["Date"])
        if value is None or day is None:
            continue
        if row["Period type"].strip() != "Year":
            found.note("not_a_period", f"line {line}: a yearly rate is no sum of a year; the row is left out.",
                       f"第 {line} 行：年化數不是全年總額，因此略過。")  # fmt: skip
            continue
        reported = _day(found, line, row["Report date"])
        is_plan = reported is not None and reported < day
        yield _claim(
            document, row, line, of=of, metric="compute_spend", value=value, when=When.parse(str(day.year)),
            reported=reported, status="projection" if is_plan else "estimated",
            definition=row["Category"].strip() or None, note=_note(row, "Confidence"),
        )  # fmt: skip


def _hardware(found: Table, document: Document, request: Request) -> Iterator[Claim]:
    of = option(request, "subject") or "ml_hardware"
    for line, row in found.each(("Hardware name", "Release date", "Release price (USD)")):
        value = found.number(line, row["Release price (USD)"], zero_is_missing=True)
        day = _day(found, line, row["Release date"]) if value is not None and row["Release date"].strip() else None
        if value is not None and day is not None:
            yield _claim(
                document, row, line, of=of, metric="unit_price", value=value, when=labelled(day, "day"), reported=None,
                product=row["Hardware name"].strip() or None, page="machine-learning-hardware", note=None,
            )  # fmt: skip


def _claim(
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
    product: str | None = None,
    definition: str | None = None,
    page: str = "ai-companies",
) -> Claim:
    said_by = row.get("Source 1", "").strip().split()
    url = said_by[0] if said_by and said_by[0].startswith("http") else f"https://epoch.ai/data/{page}"
    disclosed = row.get("Source type", "").strip() == "Company disclosure"
    known = reported or document.retrieved.date()
    title = f"{CREDIT}: {row.get('Id') or row.get('Hardware name') or page}".strip()
    source = source_of(document, title=title, url=url, published=known)
    return said(
        line, by="epoch", of=of, metric=metric, value=value, unit=unit, when=when, source=source, known_from=known,
        status=status or ("reported" if disclosed else "estimated"), derivation="secondary_transcription",
        product=product, definition=definition, note=note,
    )  # fmt: skip


def _of_subjects(found: Table, request: Request, columns: tuple[str, ...]) -> Iterator[tuple[int, Row, str]]:
    """The rows of firms that were asked for, each with its id; the others are listed once."""
    ids, others = by_name(request.subjects, "epoch"), set()
    for line, row in found.each(columns):
        company = row["Company"].strip()
        if company.casefold() in ids:
            yield line, row, ids[company.casefold()]
        elif company:
            others.add(company)
    if others:
        names = sorted(others)
        found.note(
            "not_asked_for", f"not read: rows of {', '.join(names)}.", f"未讀取下列公司的列：{'、'.join(names)}。"
        )


def _day(found: Table, line: int, cell: str) -> datetime.date | None:
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


def _note(row: Row, *columns: str) -> str | None:
    told = [f"{column.lower()}: {row[column].strip()}" for column in columns if row.get(column, "").strip()]
    return "; ".join(told) or None


_FIRMS = partial(File, page="ai-companies")
FILES = {
    "revenue": _FIRMS(
        file="ai_companies_revenue_reports", gives=("revenue_annualized",), columns=("Company", "Date"), rows=_revenue
    ),
    "usage": _FIRMS(
        file="ai_companies_usage_reports",
        gives=(*_USERS.values(), "paid_subscribers"),
        columns=("Id", "Company", "Active users", "Active users time period", "Date", "Report date", "Product"),
        rows=_usage,
    ),
    "compute": _FIRMS(
        file="ai_companies_compute_spend",
        gives=("compute_spend",),
        columns=("Id", "Company", "Amount", "Category", "Period type", "Date", "Report date"),
        rows=_compute,
    ),
    "hardware": File(
        file="ml_hardware",
        page="machine-learning-hardware",
        gives=("unit_price",),
        columns=("Hardware name", "Release date", "Release price (USD)"),
        rows=_hardware,
    ),
}

CONNECTOR = Connector(
    id="epoch",
    hosts=("epoch.ai",),
    gives=tuple(sorted({metric for file in FILES.values() for metric in file.gives})),
    name=both("Epoch AI: AI companies and chips", "Epoch AI：AI 公司與晶片"),
    licence=both("CC BY 4.0; credit Epoch AI wherever a number is shown", "CC BY 4.0；顯示數字時須註明 Epoch AI"),
    may_ship=True,
    plan=plan,
    read=read,
)
