"""The telecom case with made-up balance sheets for everybody, or with nothing left of what came after the day."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Mapping
from typing import Any

import yaml

from perpetuum.core.when import When
from perpetuum.ledger.files import read_files

CASE = "telecom-2000"
DAY = datetime.date(2000, 9, 30)
VENDORS = ("lucent", "nortel", "cisco", "alcatel", "motorola", "nokia", "ericsson", "siemens", "qualcomm")
# In the order in which they failed, by hand from the list of collapses.
CARRIERS = (
    "icg_communications", "northpoint", "winstar", "teligent", "one_tel", "psinet", "360networks", "rhythms", "covad",
    "exodus", "global_crossing", "mcleodusa", "williams_communications", "metromedia_fiber", "xo_communications",
    "worldcom", "leap_wireless",
)  # fmt: skip
_PAGE = "https://example.org/made-up"


def shipped() -> dict[str, bytes]:
    """The files of the case."""
    return read_files(CASE)[1]


def with_everybody(cash: Mapping[str, float], *, vendor_growth: str = "0 %") -> dict[str, bytes]:
    """Balance sheets for all nine vendors and all seventeen carriers: files only, no line of code.

    Every carrier burns 100m USD a quarter and has so many quarters of it in cash. One lends: Lucent, to Winstar.
    """
    files = shipped()
    rows = [row for vendor in VENDORS for row in _rows(vendor, cash=20e9, debt=2e9, sales=6e9)]
    rows += [row for carrier in CARRIERS for row in _rows(carrier, cash=cash[carrier] * 1e8, debt=1e9, sales=2e8)]
    table = io.StringIO()
    writer = csv.DictWriter(table, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    files["collected/openings.csv"] = table.getvalue().encode()
    base = yaml.load(files["scenarios/base.yaml"], yaml.BaseLoader)
    named = {*VENDORS, *CARRIERS}
    base["changes"] = [each for each in base["changes"] if str(each.get("set")).partition(".")[0] not in named]
    for carrier in CARRIERS:
        base["changes"] += [
            _set(f"{carrier}.opening_gw", "1 GW"), _set(f"{carrier}.own_need", "0 GW"),
            _set(f"{carrier}.opening_ebitda", "-80m USD"), _set(f"{carrier}.other_margin", "-0.4"),
            _set(f"{carrier}.other_growth", "0 %"),
        ]  # fmt: skip
    for vendor in VENDORS:
        base["changes"] += [
            _set(f"{vendor}.other_growth", vendor_growth), _set(f"{vendor}.gross_margin", "50 %"),
            _set(f"{vendor}.research", "1bn USD"),
        ]  # fmt: skip
    base["changes"] += [_set("HT001.headline", "2bn USD"), _set("HT001.opening_drawn", "1bn USD")]
    files["scenarios/base.yaml"] = _dump(base)
    return files


def _set(target: str, value: str) -> dict[str, Any]:
    return {"set": target, "to": value, "because": {"en": "made up", "zh": "虛構"}}


def _rows(firm: str, **numbers: float) -> list[dict[str, str]]:
    metrics = {"cash": "cash", "debt": "total_debt", "sales": "revenue"}
    return [
        {"entity_id": firm, "metric": metrics[name], "period": "2000Q3", "period_end": "2000-09-30",
         "value": f"{value:.0f}", "unit": "usd", "status": "reported", "source_url": _PAGE,
         "source_title": "A made-up balance sheet", "source_date": "2000-11-14"}
        for name, value in numbers.items()
    ]  # fmt: skip


def without_what_came_later() -> dict[str, bytes]:
    """Rows of later periods deleted; later events, ends, and payments that are later or undated blanked."""
    files = {name: raw for name, raw in shipped().items() if name not in ("findings.yaml", "criteria.yaml")}
    del files["scenarios/replay-late-balances.yaml"]
    deals: dict[str, dict[str, Any]] = {}
    for name, raw in list(files.items()):
        if name.startswith("collected/"):
            files[name] = _rows_until(raw)
        elif name == "collapses.csv":
            files[name] = b"".join(raw.splitlines(keepends=True)[:1])
        elif name.startswith("deals/"):
            deal = _deal_until(yaml.load(raw, yaml.BaseLoader))
            del files[name]
            if deal is not None:
                deals[name] = deal
    there = {leg["id"] for deal in deals.values() for leg in deal["legs"]}
    for name, deal in deals.items():
        for leg in deal["legs"]:
            # The book of which a loan is part was not there yet.
            if not there.issuperset(leg.get("stands_apart", {}).get("of", ())):
                del leg["stands_apart"]
        files[name] = _dump(deal)
    return files


def _rows_until(raw: bytes) -> bytes:
    rows = list(csv.DictReader(io.StringIO(raw.decode())))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in rows if When.parse(row["period_end"]).last <= DAY)
    return out.getvalue().encode()


def _deal_until(deal: dict[str, Any]) -> dict[str, Any] | None:
    words = ("rumoured", "announced", "signed", "paid", "amended", "done", "ended", "defaulted", "impaired", "cured")
    begun = [event for event in deal["events"] if When.parse(_on(event, words)).first <= DAY]
    legs = {event.get("leg") for event in begun}
    deal["legs"] = [leg for leg in deal["legs"] if leg["id"] in legs]
    deal["events"] = [event for event in begun if event.get("leg") in legs]
    for leg in deal["legs"]:
        leg["amounts"] = [each for each in leg.get("amounts", []) if each["stage"] != "paid" or _is_over(each)]
        leg.get("schedule", {}).pop("end", None)
    return deal if deal["legs"] else None


def _on(event: dict[str, Any], words: tuple[str, ...]) -> str:
    return str(next(event[word] for word in words if word in event))


def _is_over(amount: dict[str, Any]) -> bool:
    return "period" in amount and When.parse(amount["period"].split("..")[-1]).last <= DAY


def _dump(content: Any) -> bytes:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode()
