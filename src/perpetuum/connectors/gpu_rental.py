"""What an hour of an H100 costs to rent: the median of a month, never a single day.

Offers swing between 1.8 and 4.5 dollars within weeks, so a day of offers says nothing and a month with few
of them little. The history is a file somebody kept; nobody publishes one that may be fetched.
"""

from __future__ import annotations

import datetime
import statistics
from collections import defaultdict
from collections.abc import Iterator

from perpetuum.connectors.connector import Address, Connector, Document, Read, Request
from perpetuum.connectors.saying import labelled, option, said, source_of
from perpetuum.connectors.table import Table, table
from perpetuum.core.claim import Claim
from perpetuum.core.text import both

COLUMNS = ("date", "index_type", "source", "usd_hr")
KNOWN = (*COLUMNS, "low", "n")
METRIC = {"neocloud": "rental_price_neocloud", "hyperscaler": "rental_price_hyperscaler"}
# Days of offers that make a median of a month (assumed): two thirds of it.
ENOUGH = 20
Group = tuple[str, str, str]


def plan(request: Request) -> tuple[Address, ...]:
    """The one file, from a folder."""
    return (Address(url="", file="h100_rental_history*.csv", form="csv"),)


def read(document: Document, request: Request) -> Read:
    """The median of each month, kind of cloud and source; published points need no number of days."""
    found = table(document)
    if not found.has(COLUMNS):
        return Read(remarks=tuple(found.remarks))
    found.strangers(KNOWN)
    claims = tuple(_claims(found, document, option(request, "subject") or "gpu_h100"))
    return Read(claims=claims, remarks=tuple(found.remarks))


def _claims(found: Table, document: Document, of: str) -> Iterator[Claim]:
    for (month, kind, origin), days in sorted(_by_month(found).items()):
        is_offers = any(offers for _, _, _, offers in days)
        last = max(day for _, day, _, _ in days)
        if is_offers and len({day for _, day, _, _ in days}) < ENOUGH:
            found.note("too_few_days", f"{month}, {origin}: {len(days)} days of offers are no month; left out.",
                       f"{month}，{origin}：只有 {len(days)} 天的報價，不足以代表一個月，因此略過。")  # fmt: skip
            continue
        source = source_of(document, title=f"H100 rental history, {origin}, median of {len(days)} days", published=last)
        yield said(
            days[0][0], by="gpu_rental", of=of, metric=METRIC[kind],
            value=statistics.median(price for _, _, price, _ in days), unit="USD/GPU-hour",
            when=labelled(last, "month"), source=source, known_from=last,
            status="estimated" if is_offers else "reported", derivation="aggregated", definition=origin,
        )  # fmt: skip


def _by_month(found: Table) -> dict[Group, list[tuple[int, datetime.date, float, bool]]]:
    groups: dict[Group, list[tuple[int, datetime.date, float, bool]]] = defaultdict(list)
    for line, row in found.each(COLUMNS):
        day, price = found.day(line, row["date"]), found.number(line, row["usd_hr"], zero_is_missing=True)
        if day is None or price is None:
            continue
        if row["index_type"] not in METRIC:
            found.note("unknown_kind", f"line {line}: `{row['index_type']}` is no kind of cloud we know; left out.",
                       f"第 {line} 行：`{row['index_type']}` 不是已知的雲端類型，因此略過。")  # fmt: skip
            continue
        groups[f"{day:%Y-%m}", row["index_type"], row["source"]].append(
            (line, day, price, bool(row.get("n", "").strip()))
        )
    return groups


CONNECTOR = Connector(
    id="gpu_rental",
    hosts=(),
    gives=tuple(sorted(METRIC.values())),
    name=both("H100 rental prices, monthly medians, from a file", "H100 租金月中位數（讀檔）"),
    licence=both("that of the file; the history we know is Apache-2.0", "依檔案本身；我們所知的歷史檔為 Apache-2.0"),
    may_ship=True,
    plan=plan,
    read=read,
    understands=("subject",),
)
