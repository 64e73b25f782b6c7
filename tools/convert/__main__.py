"""`python -m tools.convert RAW CASE`: write the case from the research tables, once.

The output was reviewed and committed; since then the files of the case are the original and
this script only documents where they came from. It never deletes a file.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path
from typing import Any

from perpetuum.ledger.yaml_write import write
from tools.convert import hand
from tools.convert.deals import chains, deal, file_names, titles
from tools.convert.pages import Sources

ROLES = {"fuel": "fuel", "gear": "gear", "engine": "engine", "investor": "capital", "lender": "capital",
         "customer": "user", "foundry": "fuel", "utility": "gear"}  # fmt: skip
COLUMNS = ["entity_id", "metric", "period", "period_end", "value", "unit", "status", "source_url", "source_title",
           "source_date", "fiscal_label", "derivation", "product", "note"]  # fmt: skip


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def entity(row: dict[str, str]) -> dict[str, Any]:
    """One entity file."""
    id = row["entity_id"]
    aggregate = row["is_aggregate"] == "true"
    roles = hand.ROLES.get(id, (ROLES[row["role"]],))
    identifiers = {key: row[key] for key in ("listed", "ticker", "sec_cik", "country") if row[key]}
    en, zh = hand.ENTITIES.get(id, (row["name"], row["name_zh_hant"]))
    out: dict[str, Any] = {"id": id, "name": {"en": en, "zh": zh},
                           "roles": ["outside"] if aggregate else list(roles)}  # fmt: skip
    out |= {"identifiers": identifiers} if identifiers else {}
    out |= {"vehicle": "true"} if row["is_spv"] == "true" else {}
    out |= {"of": hand.VEHICLES_OF[id]} if id in hand.VEHICLES_OF else {}
    out |= {"aggregate": "true", "outside": hand.OUTSIDE[id]} if aggregate else {}
    out |= {"merged_into": {"entity": row["merged_into"], "on": "2026-02-02"}} if row["merged_into"] else {}
    out |= {"note": row["notes"]} if row["notes"] else {}
    return out | ({"url": row["source_url"]} if row["source_url"] else {})


def metric(row: dict[str, str]) -> dict[str, str]:
    """One row of a series, mended where the table mixes two things."""
    row = dict(row) | {"product": ""}
    found = re.match(r"product: ([^;]+)(?:; )?(.*)", row["note"])
    if found:
        row["product"], row["note"] = ("" if found[1] == "All products" else found[1]), row["note"]
    if row["metric"] in hand.METRICS:
        row["metric"], customer = hand.METRICS[row["metric"]]
        row["note"] = f"customer: {customer}; {row['note']}"
    key = (row["entity_id"], row["metric"], row["period"])
    if key == hand.PAYING_NOT_WEEKLY:
        row |= {"metric": "paid_subscribers", "product": "",
                "note": "paying users, listed as weekly users in the source table; " + row["note"]}  # fmt: skip
    elif (*key, row["value"]) == hand.ADJUSTED_LOSS:
        row |= {"metric": "operating_loss_adjusted", "note": "adjusted loss; " + row["note"]}
    elif row["metric"] == "weekly_active_users" and row["status"] == "reported" and not row["product"]:
        row["product"] = hand.PRODUCTS.get(row["entity_id"], "")
    return row


def main(raw: Path, case: Path) -> None:
    """Write entities, deals and series."""
    for folder in ("entities", "deals", "collected"):
        (case / folder).mkdir(parents=True, exist_ok=True)
    entities = read(raw / "entities.csv")
    for row in entities:
        (case / "entities" / f"{row['entity_id']}.yaml").write_text(write(entity(row)), encoding="utf-8", newline="\n")
    deals, series = read(raw / "deals.csv"), read(raw / "metrics.csv")
    names = {row["entity_id"]: short(row) for row in entities}
    known = {row["source_url"]: (row["source_title"], row["source_date"]) for row in reversed(deals)}
    found = chains(deals)
    for name, title, chain in zip(file_names(found), titles(found, names), found, strict=True):
        text = write(deal(name, chain, title, Sources(known)))
        (case / "deals" / f"{name}.yaml").write_text(text, encoding="utf-8", newline="\n")
    with (case / "collected" / "transcription.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(metric(row) for row in series)


def short(row: dict[str, str]) -> tuple[str, str]:
    """A firm's names for use in a sentence: without what stands in brackets."""
    id = row["entity_id"]
    if id in hand.SHORT:
        return hand.SHORT[id]
    en, zh = hand.ENTITIES.get(id, (row["name"], row["name_zh_hant"]))
    return tuple(re.sub(r"\s*[(（].*[)）]", "", name).strip() or name for name in (en, zh))  # type: ignore[return-value]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
