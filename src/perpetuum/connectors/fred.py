"""Interest rates, prices and production from FRED, without a key.

The keyless download gives today's values only. Rates and prices of markets are not revised, so each was
known the day after its period. Series that statisticians revise are taken as known since the answer was
fetched: what was known earlier stands in vintages (ALFRED), which need a key.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from perpetuum.connectors.connector import Address, Connector, Document, Read, Remark, Request
from perpetuum.connectors.saying import grain_of, labelled, option, said, source_of
from perpetuum.connectors.table import Table, table
from perpetuum.core.claim import Claim
from perpetuum.core.errors import UnknownName
from perpetuum.core.metrics import METRICS
from perpetuum.core.nouns import SERIES_OF_CONNECTOR
from perpetuum.core.text import both

PAGE = "https://fred.stlouisfed.org/series/"
DOWNLOAD = "https://fred.stlouisfed.org/graph/fredgraph.csv"
DATES = ("observation_date", "DATE")
LONG = ("series_id", "date", "value")


@dataclass(frozen=True, slots=True)
class Series:
    """One series: what it measures of whom, what one of its units is, whether it is revised, who owns it."""

    metric: str
    factor: float = 1.0
    of: str = "us_economy"
    is_revised: bool = False
    owner: str = ""


# Units and owners as the page of each series states them.
SERIES = {
    "FEDFUNDS": Series("interest_rate", 0.01),
    "DFF": Series("interest_rate", 0.01),
    "DGS2": Series("interest_rate", 0.01),
    "DGS10": Series("interest_rate", 0.01),
    "T10Y2Y": Series("interest_spread", 0.01),
    "CPIAUCSL": Series("price_index", is_revised=True),
    "PCU518210518210": Series("price_index", is_revised=True),
    "INDPRO": Series("production_index", is_revised=True),
    "USREC": Series("recession", is_revised=True),
    "GDP": Series("gdp_annualized", 1e9, is_revised=True),
    "NASDAQCOM": Series("stock_index", of="us_stocks", owner="Nasdaq"),
    "SP500": Series("stock_index", of="us_stocks", owner="S&P Dow Jones Indices"),
    "VIXCLS": Series("volatility_index", of="us_stocks", owner="Cboe"),
}
ALL = tuple(name for name in SERIES if not SERIES[name].owner)


def plan(request: Request) -> tuple[Address, ...]:
    """One address a series; with ``options`` ``(("form", "long"),)`` one file of several series, from a folder."""
    if option(request, "form") == "long":
        return (Address(url="", file=option(request, "file") or "*_long.csv", form="csv"),)
    return tuple(_address(name, request) for name in _asked(request))


def _asked(request: Request) -> tuple[str, ...]:
    for name in request.series:
        if name not in SERIES:
            raise UnknownName(name, SERIES, what=SERIES_OF_CONNECTOR)
    wanted = request.series or ALL
    return tuple(name for name in wanted if not request.attributes or SERIES[name].metric in request.attributes)


def _address(name: str, request: Request) -> Address:
    asked = {"id": name}
    if request.since:
        asked["cosd"] = request.since.first.isoformat()
    if request.until:
        asked["coed"] = request.until.last.isoformat()
    return Address(url=f"{DOWNLOAD}?{urlencode(asked)}", file=f"{name}.csv", form="csv", subject=name)


def read(document: Document, request: Request) -> Read:
    """Claims of one answer; a blank or a dot is a day without a number."""
    found = table(document)
    if found.header == LONG:
        return _long(found, document, request)
    date = next((column for column in DATES if column in found.header), DATES[0])
    name = document.address.subject or next((column for column in found.header if column != date), "")
    if not found.has((date, name)):
        return Read(remarks=tuple(found.remarks))
    dated = [(line, row[date], row[name]) for line, row in found.each((date, name))]
    return _read(found, document, request, {name: dated})


def _long(found: Table, document: Document, request: Request) -> Read:
    dated: dict[str, list[tuple[int, str, str]]] = {}
    for line, row in found.each(LONG):
        dated.setdefault(row["series_id"], []).append((line, row["date"], row["value"]))
    asked = request.series or tuple(SERIES)
    unread = [name for name in dated if name not in asked or name not in SERIES]
    if unread:
        found.note("series_not_read", f"not read: {', '.join(unread)}.", f"未讀取：{'、'.join(unread)}。")
    return _read(found, document, request, {name: rows for name, rows in dated.items() if name not in unread})


def _read(found: Table, document: Document, request: Request, dated: dict[str, list[tuple[int, str, str]]]) -> Read:
    claims = [claim for name, rows in dated.items() for claim in _claims(found, document, request, name, rows)]
    remarks = (*found.remarks, *(_owned(name, SERIES[name].owner) for name in dated if SERIES[name].owner))
    return Read(claims=tuple(claims), remarks=remarks)


def _claims(
    found: Table, document: Document, request: Request, name: str, rows: list[tuple[int, str, str]]
) -> list[Claim]:
    series = SERIES[name]
    unit = METRICS[series.metric].unit
    source = source_of(document, title=f"FRED, {name}", url=PAGE + name)
    numbers = [(line, found.day(line, date), found.number(line, cell)) for line, date, cell in rows]
    grain = grain_of([day for _, day, _ in numbers if day])
    claims = []
    for line, day, value in numbers:
        if day is None or value is None:
            continue
        when = labelled(day, grain)
        known = document.retrieved.date() if series.is_revised else when.last + datetime.timedelta(days=1)
        claims.append(
            said(
                line, by="fred", of=option(request, "subject") or series.of, metric=series.metric,
                value=round(value * series.factor, 12), unit=unit, when=when, source=source,
                known_from=known, product=name,
            )
        )  # fmt: skip
    return claims


def _owned(name: str, owner: str) -> Remark:
    return Remark(
        code="must_not_ship",
        about=name,
        says=both(f"{owner} owns this series: use it, do not pass it on.", f"本數列屬於 {owner}：可使用，不可轉發。"),
    )


CONNECTOR = Connector(
    id="fred",
    hosts=("fred.stlouisfed.org",),
    gives=tuple(sorted({series.metric for series in SERIES.values()})),
    name=both("FRED, Federal Reserve Bank of St. Louis", "FRED（聖路易聯邦準備銀行）"),
    licence=both(
        "Series of public bodies are public domain; SP500, NASDAQCOM and VIXCLS have owners: never pass them on.",
        "公部門數列屬公有領域；SP500、NASDAQCOM、VIXCLS 另有權利人，不可轉發。",
    ),
    may_ship=True,
    plan=plan,
    read=read,
    understands=("file", "form", "subject"),
)
