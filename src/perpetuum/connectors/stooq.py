"""Daily share prices from Stooq; its daily quota answers with words instead of a table."""

from __future__ import annotations

import datetime
from urllib.parse import quote

from perpetuum.connectors.connector import Address, Connector, Document, Read, Request
from perpetuum.connectors.saying import labelled, said, source_of
from perpetuum.connectors.table import table
from perpetuum.core.claim import Claim
from perpetuum.core.entity import Entity
from perpetuum.core.text import both

COLUMNS = ("Date", "Close")
KNOWN = ("Date", "Open", "High", "Low", "Close", "Volume")


def plan(request: Request) -> tuple[Address, ...]:
    """One address a share: of ``series`` (`nvda.us`, or `nvda.us=nvidia` to say whose it is), else of tickers."""
    named = [(symbol, of or symbol) for symbol, _, of in (name.partition("=") for name in request.series)]
    listed = [(f"{ticker.lower()}.us", entity.id) for entity in request.subjects if (ticker := _us_ticker(entity))]
    return tuple(
        Address(
            url=f"https://stooq.com/q/d/l/?s={quote(symbol)}&i=d", file=f"{_plain(symbol)}*.csv", form="csv", subject=of
        )
        for symbol, of in named or listed
    )


def _us_ticker(entity: Entity) -> str | None:
    known = dict(entity.identifiers)
    return known.get("ticker") if known.get("country") == "US" else None


def _plain(symbol: str) -> str:
    """A symbol as part of a file's name: an index sign or a slash would be read as something else."""
    return "".join(sign if sign.isalnum() or sign in ".-_" else "_" for sign in symbol)


def read(document: Document, request: Request) -> Read:
    """The price at the close of each day, known the day after."""
    found = table(document)
    if not found.has(COLUMNS):
        return Read(remarks=tuple(found.remarks))
    found.strangers(KNOWN)
    source = source_of(document, title="Stooq, daily prices")
    claims: list[Claim] = []
    for line, row in found.each(COLUMNS):
        day, value = found.day(line, row["Date"]), found.number(line, row["Close"], zero_is_missing=True)
        if day is not None and value is not None:
            claims.append(
                said(
                    line, by="stooq", of=document.address.subject or "", metric="price_close", value=value, unit="USD",
                    when=labelled(day, "day"), source=source, known_from=day + datetime.timedelta(days=1),
                )
            )  # fmt: skip
    return Read(claims=tuple(claims), remarks=tuple(found.remarks))


CONNECTOR = Connector(
    id="stooq",
    hosts=("stooq.com",),
    gives=("price_close",),
    name=both("Stooq, daily prices of US shares", "Stooq 美股每日股價"),
    licence=both("no licence is stated: for your own use, never passed on", "未載明授權：僅供自用，不可轉發"),
    may_ship=False,
    plan=plan,
    read=read,
)
