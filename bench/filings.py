"""Filings made up for the bench: the full answer on a firm that has filed for eighteen years, and the real one."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from timing import Timed, clock

from perpetuum.connectors import Address, Document, Request, sec_companyfacts
from perpetuum.connectors.tags import RECIPES
from perpetuum.core.entity import Entity
from perpetuum.core.metrics import METRICS
from perpetuum.core.text import both
from perpetuum.core.when import Quarter

REAL = Path(__file__).parents[1].parent / "shared" / "data" / "real" / "sec" / "companyfacts" / "CIK0001045810.json"
FETCHED = datetime.datetime(2026, 9, 1, tzinfo=datetime.UTC)
CIK, CONCEPTS, YEARS = 901, 150, 18


def made_up() -> bytes:
    """About 4 MB: quarters, years to date, years and balances of many tags, each said again a year later."""
    used = {tag: METRICS[metric].nature == "stock" for metric, recipe in RECIPES.items() for tag in recipe.tags}
    tags = used | {f"Unused{n}": n % 2 == 0 for n in range(CONCEPTS - len(used))}
    concepts = {tag: {"label": tag, "units": {"USD": _rows(n, tags[tag])}} for n, tag in enumerate(tags)}
    return json.dumps({"cik": CIK, "facts": {"us-gaap": concepts}}).encode()


def _rows(seed: int, at_close: bool) -> list[dict[str, Any]]:
    rows = []
    for index in range(4 * YEARS):
        last = Quarter(2008, 1) + index
        for count in {1} if at_close else {1, last.number}:
            first = last + (1 - count)
            value = sum((seed + 7 * (index - back)) % 97 + 1 for back in range(count)) * 1_000_000
            for years_later in (0, 1):
                row = _row(first, last, value, years_later)
                rows.append({k: v for k, v in row.items() if k != "start"} if at_close else row)
    return rows


def _row(first: Quarter, last: Quarter, value: int, years_later: int) -> dict[str, Any]:
    filed = (last + (4 * years_later)).last + datetime.timedelta(days=30)
    form = "10-K" if last.number == 4 else "10-Q"
    return {
        "start": str(first.first), "end": str(last.last), "val": value, "accn": f"0000000901-{filed:%y}-{filed:%m%d}00",
        "fy": filed.year, "fp": f"Q{last.number}", "form": form, "filed": str(filed),
    }  # fmt: skip


def to_quarters(real: int) -> Timed:
    """One answer to the claims of all metrics, with every vintage; against reading its JSON and no more."""
    if real and not REAL.is_file():
        return {}
    content, cik = (REAL.read_bytes(), 1045810) if real else (made_up(), CIK)
    firm = Entity(id="firm", name=both("Firm", "公司"), roles=("gear",), identifiers=(("sec_cik", str(cik)),))
    ask = Request(connector="sec_companyfacts", subjects=(firm,))
    address = Address(url="https://data.sec.gov/", file="*", form="json", subject="firm")
    document = Document(address=address, content=content, retrieved=FETCHED)
    claims = len(sec_companyfacts.read(document, ask).claims)
    return {
        "seconds": clock(lambda: sec_companyfacts.read(document, ask)),
        "against": clock(lambda: json.loads(content)),
        "claims": claims,
        "bytes": len(content),
    }


TASKS: dict[str, Callable[..., Timed]] = {"filings_to_quarters": to_quarters}
