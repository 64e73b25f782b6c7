"""An invented firm that files: facts in few words, in the form in which the SEC answers."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Sequence
from typing import Any

from perpetuum.connectors.connector import Address, Document, Request
from perpetuum.connectors.durations import FiscalCalendar, fiscal_calendar
from perpetuum.connectors.facts import Fact, Facts, facts_of
from perpetuum.connectors.quarters import build
from perpetuum.connectors.tags import Recipe
from perpetuum.connectors.vintages import Built, Vintage
from perpetuum.core.entity import Entity
from perpetuum.core.text import both

CIK = "0000000901"
FETCHED = datetime.datetime(2026, 9, 1, 12, tzinfo=datetime.UTC)
M = 1_000_000
CAPEX = "PaymentsToAcquirePropertyPlantAndEquipment"
CAPEX_NEW = "PaymentsToAcquireProductiveAssets"
OCF = "NetCashProvidedByUsedInOperatingActivities"
# Quarters of the calendar year, as (start, end) from its first day.
ENDS = {"Q1": "03-31", "H1": "06-30", "9M": "09-30", "FY": "12-31"}
STARTS = {"Q2": "04-01", "Q3": "07-01", "Q4": "10-01"}


def row(
    days: str, value: float, filed: str, *, form: str = "10-Q", fy: int | None = None, fp: str | None = None,
    accession: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """`2025-01-01..2025-03-31` or a balance date, a value in millions, and the day of filing."""
    start, _, end = days.rpartition("..")
    said: dict[str, Any] = {"start": start} if start else {}
    number = accession or f"0000000901-{filed[2:4]}-{filed[5:7]}{filed[8:]}{'00' if form == '10-Q' else '01'}"
    millions = value * M
    said |= {"end": end, "val": int(millions) if millions == int(millions) else millions, "accn": number,
             "fy": fy, "fp": fp, "form": form, "filed": filed}  # fmt: skip
    return said


def year_to_date(year: int, part: str) -> str:
    """`2025, 9M`: the days from the first of the year on; `2025, Q3`: the quarter alone."""
    if part in STARTS:
        last = {"Q2": "06-30", "Q3": "09-30", "Q4": "12-31"}[part]
        return f"{year}-{STARTS[part]}..{year}-{last}"
    return f"{year}-01-01..{year}-{ENDS[part]}"


def answer(
    concepts: dict[str, Sequence[dict[str, Any]]], *, unit: str = "USD", taxonomy: str = "us-gaap", cik: str = CIK
) -> dict[str, Any]:
    """A company facts answer of some tags."""
    facts = {tag: {"label": tag, "description": "", "units": {unit: list(rows)}} for tag, rows in concepts.items()}
    return {"cik": int(cik), "entityName": "ACME WORKS INC", "facts": {taxonomy: facts}}


def facts(concepts: dict[str, Sequence[dict[str, Any]]], *, unit: str = "USD") -> Facts:
    """The same as facts."""
    return facts_of(answer(concepts, unit=unit)["facts"], set(concepts))


def quarters(
    concepts: dict[str, Sequence[dict[str, Any]]],
    *,
    recipe: Recipe | None = None,
    unit: str = "USD",
    asof: str | None = None,
) -> Built:
    """Build the quarters of a metric; without a recipe, of all the tags as alternatives."""
    found = facts(concepts, unit=unit).facts
    chosen = recipe or Recipe(metric="capex", ways=((tuple(concepts),),), never_negative=True)
    return build(found, chosen, calendar_of(found), datetime.date.fromisoformat(asof) if asof else None)


def calendar_of(found: Iterable[Fact]) -> FiscalCalendar:
    return fiscal_calendar(found)


def in_millions(built: Built) -> dict[str, float]:
    """The last vintage of every quarter, in millions."""
    return {str(quarter): vintage.value / M for quarter, vintage in built.newest().items()}


def how(built: Built) -> dict[str, str]:
    """How the last vintage of every quarter came about."""
    return {str(quarter): vintage.derivation for quarter, vintage in built.newest().items()}


def known_on(vintages: Iterable[Vintage], day: str) -> dict[str, float]:
    """What a reader of a day knew, in millions."""
    return {str(v.quarter): v.value / M for v in vintages if v.known_from <= datetime.date.fromisoformat(day)}


def firm(id: str = "acme", cik: str = CIK) -> Entity:
    return Entity(id=id, name=both("Acme", "艾克米"), roles=("gear",), identifiers=(("sec_cik", cik),))


def document(content: object, url: str = "https://data.sec.gov/x.json", subject: str | None = "acme") -> Document:
    """An answer that was fetched; anything but bytes is written as JSON."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Document(address=Address(url=url, file="*", form="json", subject=subject), content=raw, retrieved=FETCHED)


def request(*attributes: str, connector: str = "sec_companyfacts", **more: Any) -> Request:
    return Request(connector=connector, subjects=more.pop("subjects", (firm(),)), attributes=attributes, **more)
