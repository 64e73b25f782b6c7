"""`python -m tools.balance FOLDER`: total assets, liabilities and equity from saved answers of the SEC, as rows.

FOLDER holds companyfacts files. The rows go to standard output in the form of `collected/*.csv`. Of
each balance date the first filing that printed it is taken, so that the date of knowledge is its own.
"""

from __future__ import annotations

import csv
import datetime
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from perpetuum.core.when import Quarter
from tools.convert.__main__ import COLUMNS

METRICS = {
    "Assets": "total_assets",
    "Liabilities": "total_liabilities",
    "StockholdersEquity": "stockholders_equity",
}
_EDGAR, _ATLAS = "dgunning/edgartools test cassette, fetched 2026-07-09", "jman4162/capex-atlas fixture, 2026-08"
# For each firm: its number at the SEC and the saved answer with the newest facts.
FILES = {
    "alphabet": ("1652044", "companyfacts_trimmed/alphabet_CIK0001652044_2026-08_capexatlas.json", f"{_ATLAS}-06"),
    "amd": ("2488", "companyfacts_trimmed/amd_CIK0000002488_2026-01.json", "Alexmmarin94/Bogle_AI-Bubble, Jan 2026"),
    "meta": ("1326801", "companyfacts_trimmed/meta_CIK0001326801_2026-08_capexatlas.json", _ATLAS),
    "microsoft": ("789019", "companyfacts_trimmed/microsoft_CIK0000789019_2026-08_capexatlas.json", _ATLAS),
    "nvidia": ("1045810", "companyfacts/CIK0001045810.json", _EDGAR),
}
SINCE = datetime.date(2025, 1, 1)


def rows(folder: Path) -> Iterator[dict[str, str]]:
    """One row for each firm, metric and balance date."""
    for firm, (cik, path, how) in sorted(FILES.items()):
        facts = json.loads((folder / path).read_text(encoding="utf-8"))["facts"]["us-gaap"]
        found = {tag: _first_filed(facts.get(tag, {})) for tag in METRICS}
        for tag, metric in METRICS.items():
            for fact in sorted(found[tag].values(), key=lambda fact: str(fact["end"])):
                yield _row(firm, cik, tag, metric, how, fact)
        if not found["Liabilities"]:
            for end, fact in sorted(found["Assets"].items()):
                rest = fact | {"val": fact["val"] - found["StockholdersEquity"][end]["val"]}
                yield _row(firm, cik, "Assets-StockholdersEquity", "total_liabilities", how, rest) | {
                    "derivation": "derived", "note": "assets less equity; the saved answer holds no total",
                }  # fmt: skip


def _first_filed(facts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    first: dict[str, dict[str, Any]] = {}
    for fact in sorted(facts.get("units", {}).get("USD", []), key=lambda fact: str(fact["filed"])):
        if fact["form"] in ("10-Q", "10-K") and fact["end"] >= SINCE.isoformat():
            first.setdefault(fact["end"], fact)
    return first


def _row(firm: str, cik: str, tag: str, metric: str, how: str, fact: dict[str, Any]) -> dict[str, str]:
    number = str(fact["accn"])
    quarter = "Q4" if fact["fp"] == "FY" else fact["fp"]
    return dict.fromkeys(COLUMNS, "") | {
        "entity_id": firm, "metric": metric, "period": str(nearest(datetime.date.fromisoformat(fact["end"]))),
        "period_end": fact["end"], "value": f"{fact['val'] / 1e9:.9f}".rstrip("0").rstrip("."), "unit": "usd_bn",
        "status": "reported", "source_title": f"SEC companyfacts us-gaap:{tag} ({how})",
        "source_url": f"https://www.sec.gov/Archives/edgar/data/{cik}/{number.replace('-', '')}/{number}-index.htm",
        "source_date": fact["filed"], "fiscal_label": f"FY{fact['fy']}{quarter}", "derivation": "instant",
    }  # fmt: skip


def nearest(day: datetime.date) -> Quarter:
    """The calendar quarter whose end lies nearest to a balance date."""
    here = Quarter.of(day)
    return min((here + -1, here), key=lambda quarter: abs((quarter.last - day).days))


def main(folder: Path) -> None:
    """Write the rows to standard output."""
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
