"""What Epoch AI collects of AI firms: revenue at a yearly rate, users, spending on compute, value at a round.

The tables repeat what firms and newspapers said. A year that ended is a number; a plan is a projection; talks
about a round are neither, and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from perpetuum.connectors.connector import Document, Request
from perpetuum.connectors.epoch_rows import File, claim_of, day_of, note_of, of_subjects
from perpetuum.connectors.saying import labelled
from perpetuum.connectors.table import Table
from perpetuum.core.claim import Claim
from perpetuum.core.when import When

_USERS = {"Daily": "daily_active_users", "Weekly": "weekly_active_users", "Monthly": "monthly_active_users"}
# A row of people who pay stands among those of weekly users; only its name says so.
_PAYING = re.compile(r"\bpay(?:ing|s)?\b|\bpaid\b", re.IGNORECASE)
_OLD_REVENUE, _NEW_REVENUE = "Revenue amount (normalize to annual)", "Annualized revenue (USD)"
_USAGE = ("Id", "Company", "Active users", "Active users time period", "Date", "Report date", "Product")
_COMPUTE = ("Id", "Company", "Amount", "Category", "Period type", "Date", "Report date")
_FUNDING = ("Id", "Company", "Close date", "Status", "Valuation (post-money)", "Report date")


def _revenue(found: Table, document: Document, request: Request) -> Iterator[Claim]:
    column = _NEW_REVENUE if _NEW_REVENUE in found.header else _OLD_REVENUE
    if not found.has((column,)):
        return
    for line, row, of in of_subjects(found, request, ("Company", "Date", column)):
        day, value = day_of(found, line, row["Date"]), found.number(line, row[column])
        if day is None or value is None:
            continue
        scope = row.get("Scope", "")
        yield claim_of(
            document, row, line, of=of, metric="revenue_annualized", value=value, when=labelled(day, "day"),
            reported=None, definition=None if scope in ("", "Full company") else scope,
            note=note_of(row, "Annualized revenue type", "Confidence"),
        )  # fmt: skip


def _usage(found: Table, document: Document, request: Request) -> Iterator[Claim]:
    for line, row, of in of_subjects(found, request, _USAGE):
        value, spell = found.number(line, row["Active users"]), row["Active users time period"].strip()
        day = day_of(found, line, row["Date"])
        if value is None or day is None:
            continue
        metric = "paid_subscribers" if _PAYING.search(row["Id"]) else _USERS.get(spell)
        if metric is None:
            found.note("no_time_span", f"line {line}: users of which span of time? The row is left out.",
                       f"第 {line} 行：未說明是每日、每週或每月用戶，因此略過。")  # fmt: skip
            continue
        yield claim_of(
            document, row, line, of=of, metric=metric, value=value, unit="users", when=labelled(day, "day"),
            reported=day_of(found, line, row["Report date"]), product=row["Product"].strip() or None,
            note=note_of(row, "Confidence"),
        )  # fmt: skip


def _compute(found: Table, document: Document, request: Request) -> Iterator[Claim]:
    for line, row, of in of_subjects(found, request, _COMPUTE):
        value, day = found.number(line, row["Amount"]), day_of(found, line, row["Date"])
        if value is None or day is None:
            continue
        if row["Period type"].strip() != "Year":
            found.note("not_a_period", f"line {line}: a yearly rate is no sum of a year; the row is left out.",
                       f"第 {line} 行：年化數不是全年總額，因此略過。")  # fmt: skip
            continue
        reported = day_of(found, line, row["Report date"])
        is_plan = reported is not None and reported < day
        yield claim_of(
            document, row, line, of=of, metric="compute_spend", value=value, when=When.parse(str(day.year)),
            reported=reported, status="projection" if is_plan else "estimated",
            definition=row["Category"].strip() or None, note=note_of(row, "Confidence"),
        )  # fmt: skip


def _funding(found: Table, document: Document, request: Request) -> Iterator[Claim]:
    open_rounds = 0
    for line, row, of in of_subjects(found, request, _FUNDING):
        value = found.number(line, row["Valuation (post-money)"], zero_is_missing=True)
        day = day_of(found, line, row["Close date"])
        if value is None:
            continue
        if row["Status"].strip() != "Closed" or day is None:
            open_rounds += 1
            continue
        reported = day_of(found, line, row["Report date"])
        is_sure = row.get("Confidence", "").strip() == "Confident"
        yield claim_of(
            document, row, line, of=of, metric="valuation", value=value, when=labelled(day, "day"),
            reported=max(day, reported) if reported else None, status="reported" if is_sure else "estimated",
            note=note_of(row, "Type", "Confidence"),
        )  # fmt: skip
    if open_rounds:
        found.note("not_closed", f"{open_rounds} rounds are not closed and give no value; left out.",
                   f"有 {open_rounds} 輪融資尚未完成，不構成估值，因此略過。")  # fmt: skip


FILES = {
    "revenue": File(
        file="ai_companies_revenue_reports", gives=("revenue_annualized",), columns=("Company", "Date"), rows=_revenue
    ),
    "usage": File(
        file="ai_companies_usage_reports", gives=(*_USERS.values(), "paid_subscribers"), columns=_USAGE, rows=_usage,
        also=("Source 1", "Source type", "Confidence"),
    ),
    "compute": File(
        file="ai_companies_compute_spend", gives=("compute_spend",), columns=_COMPUTE, rows=_compute,
        also=("Source Type", "Confidence"),
    ),
    "funding": File(
        file="ai_companies_funding_rounds", gives=("valuation",), columns=_FUNDING, rows=_funding,
        also=("Type", "Confidence"),
    ),
}  # fmt: skip
