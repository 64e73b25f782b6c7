"""Daily share prices from Yahoo's unofficial chart service: off unless it is asked for, and never passed on."""

from __future__ import annotations

import datetime
import json
import math
from typing import Any
from urllib.parse import quote

from perpetuum.connectors.connector import Address, Connector, Document, Read, Remark, Request
from perpetuum.connectors.saying import labelled, option, said, source_of
from perpetuum.core.claim import Claim
from perpetuum.core.errors import CollectError
from perpetuum.core.text import both


def plan(request: Request) -> tuple[Address, ...]:
    """One address a ticker: of ``series``, else of the subjects.

    Raises
    ------
    CollectError
        Unless the option ``unofficial`` is ``yes``: the service is not meant for programs.
    """
    if option(request, "unofficial") != "yes":
        raise CollectError(
            both(
                "yahoo is an unofficial service for personal use, and off.",
                "yahoo 是僅供個人使用的非官方服務，預設關閉。",
            ),
            both("If you may use it: --option unofficial=yes. Prefer stooq or fred.",
                 "若您可以使用：--option unofficial=yes。建議改用 stooq 或 fred。"),
        )  # fmt: skip
    named = [(symbol, of or symbol) for symbol, _, of in (name.partition("=") for name in request.series)]
    tickers = [(dict(entity.identifiers).get("ticker"), entity.id) for entity in request.subjects]
    span = option(request, "range") or "10y"
    return tuple(
        Address(
            url=f"https://query1.finance.yahoo.com/v8/finance/chart/{quote(ticker)}?range={quote(span)}&interval=1d",
            file=f"{ticker}*.json", form="json", subject=of,
        )
        for ticker, of in named or tickers if ticker
    )  # fmt: skip


def read(document: Document, request: Request) -> Read:
    """The price at the close of each day, where the answer has the form we know."""
    try:
        result = json.loads(document.content)["chart"]["result"][0]
        days, closes = result["timestamp"], result["indicators"]["quote"][0]["close"]
        currency = result.get("meta", {}).get("currency", "USD")
        pairs = list(zip(days, closes, strict=True))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Read(remarks=(_changed(document),))
    if currency != "USD":
        return Read(remarks=(_foreign(document, str(currency)),))
    source = source_of(document, title="Yahoo Finance, daily prices")
    claims: list[Claim] = []
    for number, (second, close) in enumerate(pairs):
        if _is_number(second) and _is_number(close) and 0 < second < 2**33:
            day = datetime.datetime.fromtimestamp(second, datetime.UTC).date()
            claims.append(
                said(
                    number, by="yahoo", of=document.address.subject or "", metric="price_close", value=float(close),
                    unit="USD", when=labelled(day, "day"), source=source, known_from=day + datetime.timedelta(days=1),
                )
            )  # fmt: skip
    return Read(claims=tuple(claims))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _changed(document: Document) -> Remark:
    return Remark(
        code="columns_changed",
        about=document.address.file,
        says=both(
            "the answer has another form than the one we know; nothing was read.",
            "回應的格式與已知的不同；沒有讀取任何資料。",
        ),
    )


def _foreign(document: Document, currency: str) -> Remark:
    return Remark(
        code="other_currency",
        about=document.address.file,
        says=both(f"the prices are in {currency[:8]}, not in US dollars; nothing was read.",
                  f"股價以 {currency[:8]} 計，不是美元；沒有讀取任何資料。"),
    )  # fmt: skip


CONNECTOR = Connector(
    id="yahoo",
    hosts=("query1.finance.yahoo.com",),
    gives=("price_close",),
    name=both("Yahoo Finance, unofficial, off unless asked for", "Yahoo 財經（非官方，須指名才用）"),
    licence=both("personal use only, never passed on", "僅供個人使用，不可轉發"),
    may_ship=False,
    plan=plan,
    read=read,
    understands=("range", "unofficial"),
)
