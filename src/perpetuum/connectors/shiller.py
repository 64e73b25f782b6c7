"""Robert Shiller's monthly S&P 500 since 1871: price, dividend, earnings, consumer prices, long rate, CAPE.

The mirror writes 0 where it has no number. Nobody pays no interest on a long bond and no index earns
exactly nothing, so a zero is missing there; only the index itself is read as it stands.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from perpetuum.connectors.connector import Address, Connector, Document, Read, Request
from perpetuum.connectors.saying import labelled, option, said, source_of
from perpetuum.connectors.table import table
from perpetuum.core.claim import Claim
from perpetuum.core.metrics import METRICS
from perpetuum.core.text import both


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its metric, what one stands for, and after how many days its number could be known (assumed)."""

    metric: str
    factor: float = 1.0
    days: int = 1
    of: str = "us_stocks"


# Prices and rates of a month are means of days, known at its end; consumer prices come out within the next
# month; four quarters of earnings and dividends are complete once the last of the firms has reported.
COLUMNS = {
    "SP500": Column("stock_index"),
    "Dividend": Column("index_dividend", days=120),
    "Earnings": Column("index_earnings", days=120),
    "Consumer Price Index": Column("price_index", days=31, of="us_economy"),
    "Long Interest Rate": Column("interest_rate", 0.01, of="us_economy"),
    "PE10": Column("cyclical_price_earnings", days=120),
}
NOT_READ = ("Date", "Real Price", "Real Dividend", "Real Earnings")


def plan(request: Request) -> tuple[Address, ...]:
    """The one file."""
    url = "https://raw.githubusercontent.com/datasets/s-and-p-500/main/data/data.csv"
    return (Address(url=url, file="shiller_sp500_monthly*.csv", form="csv"),)


def read(document: Document, request: Request) -> Read:
    """One claim a month and column; ``product`` is the column."""
    found = table(document)
    if not found.has(("Date", *COLUMNS)):
        return Read(remarks=tuple(found.remarks))
    found.strangers((*NOT_READ, *COLUMNS))
    source = source_of(document, title="R. J. Shiller, monthly S&P 500 (mirror of datasets/s-and-p-500, PDDL)")
    of = option(request, "subject")
    claims: list[Claim] = []
    for line, row in found.each(("Date", *COLUMNS)):
        day = found.day(line, row["Date"])
        if day is None:
            continue
        when = labelled(day, "month")
        for name, column in COLUMNS.items():
            value = found.number(line, row[name], zero_is_missing=name != "SP500")
            if value is None:
                continue
            claim = said(
                line, by="shiller", of=of or column.of, metric=column.metric, value=round(value * column.factor, 12),
                unit=METRICS[column.metric].unit, when=when, source=source, product=name,
                known_from=when.last + datetime.timedelta(days=column.days),
            )  # fmt: skip
            claims.append(replace(claim, assumed_days=column.days))
    return Read(claims=tuple(claims), remarks=tuple(found.remarks))


CONNECTOR = Connector(
    id="shiller",
    hosts=("raw.githubusercontent.com",),
    gives=tuple(sorted({column.metric for column in COLUMNS.values()})),
    name=both("Robert Shiller, monthly S&P 500 since 1871", "席勒（Robert Shiller）1871 年以來每月 S&P 500"),
    licence=both("PDDL; cite R. J. Shiller", "PDDL；須引用 R. J. Shiller"),
    may_ship=True,
    plan=plan,
    read=read,
    understands=("subject",),
)
