"""`python -m tools.convert_telecom RAW CASE`: write the case from the tables of the telecom boom, once.

The output was reviewed and committed; since then the files of the case are the original. `case.yaml`,
`findings.yaml` and the scenarios were written by hand and are never touched.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from perpetuum.ledger.yaml_write import write
from tools.convert_telecom import hand
from tools.convert_telecom.deals import deals
from tools.convert_telecom.series import COLLAPSES, COLUMNS, collapse, is_series, series

# Firms whose quarters stand in the large table of series.
OF_THE_TIME = {"cisco", "intel", "oracle"}
FIRST_LATER = "2004"


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def entities() -> Iterable[tuple[str, dict[str, Any]]]:
    """Every firm and pool."""
    for id, (en, zh, roles, country) in hand.FIRMS.items():
        yield id, {"id": id, "name": {"en": en, "zh": zh}, "roles": list(roles), "identifiers": {"country": country}}
    for id, (en, zh, outside, note) in hand.POOLS.items():
        pool = {"id": id, "name": {"en": en, "zh": zh}, "roles": ["outside"], "aggregate": "true", "outside": outside}
        yield id, pool | ({"note": note} if note else {})


def names() -> dict[str, tuple[str, str]]:
    """Names for use in a sentence."""
    found = {id: (firm[0], firm[1].split("（")[0]) for id, firm in hand.FIRMS.items()}
    return {**found, **{id: pool[:2] for id, pool in hand.POOLS.items()}, **hand.SHORT}


def main(raw: Path, case: Path) -> None:
    """Write entities, deals, series and collapses."""
    for folder in ("entities", "deals", "collected"):
        (case / folder).mkdir(parents=True, exist_ok=True)
    for id, content in entities():
        _put(case / "entities" / f"{id}.yaml", write(content))
    for name, content in deals(read(raw / "history_telecom.csv"), names()).items():
        _put(case / "deals" / f"{name}.yaml", write(content))
    numbers = read(raw / "history_telecom_metrics.csv")
    _table(case / "collected" / "metrics.csv", COLUMNS, [series(row) for row in numbers if is_series(row)])
    fallen = [collapse(row) for row in numbers if row["metric"] == "collapse_order"]
    _table(case / "collapses.csv", COLLAPSES, sorted(fallen, key=lambda row: row["on"]))
    quarters = [row for row in read(raw / "metrics.csv") if row["entity_id"] in OF_THE_TIME]
    old = [row for row in quarters if row["period"] < FIRST_LATER and row["period_end"] < "2004-02"]
    _table(case / "collected" / "quarters.csv", list(old[0]), old)


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _table(path: Path, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
