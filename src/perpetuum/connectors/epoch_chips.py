"""What Epoch AI collects of chips: their prices at release, and who has how many of one maker's.

How many chips a firm bought nobody publishes. The counts are medians of a model that starts from the maker's
revenue and from what buyers disclosed; they are estimates and keep the model's own band in their note.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from functools import partial

from perpetuum.connectors.connector import Document, Request
from perpetuum.connectors.epoch_rows import PAGES, File, claim_of, day_of, of_subjects
from perpetuum.connectors.saying import labelled, option
from perpetuum.connectors.table import Table
from perpetuum.core.claim import Claim
from perpetuum.core.when import Quarter, When

REPOSITORY = "https://github.com/epoch-research/ai-chip-counts"
DOWNLOADS = "https://raw.githubusercontent.com/epoch-research/ai-chip-counts/main/owners_csv_export/"
_HARDWARE = ("Hardware name", "Release date", "Release price (USD)")
_MEDIAN, _LOW, _HIGH = "Compute estimate in H100e (median)", "H100e (5th percentile)", "H100e (95th percentile)"
_COUNTS = ("Name", "Chip manufacturer", "Owner", "Start date", "End date", _MEDIAN, _LOW, _HIGH, "Notes")
_GENERATED = re.compile(r"generated on: ([0-9]{2})-([0-9]{2})-([0-9]{4})")


def _hardware(found: Table, document: Document, request: Request) -> Iterator[Claim]:
    of = option(request, "subject") or "ml_hardware"
    for line, row in found.each(_HARDWARE):
        value = found.number(line, row["Release price (USD)"], zero_is_missing=True)
        day = day_of(found, line, row["Release date"]) if value is not None and row["Release date"].strip() else None
        if value is not None and day is not None:
            yield claim_of(
                document, row, line, of=of, metric="unit_price", value=value, when=labelled(day, "day"), reported=None,
                product=row["Hardware name"].strip() or None, page=f"{PAGES}machine-learning-hardware", note=None,
            )  # fmt: skip


def _counts(found: Table, document: Document, request: Request, *, metric: str) -> Iterator[Claim]:
    """Chips by owner and quarter. A quarter that the model covers in part only is no quarter, and is left out."""
    others, maker = 0, metric.partition("_")[0]  # the metric begins with whose chips it counts
    for line, row, of in of_subjects(found, request, _COUNTS, whose="Owner"):
        value, quarter = found.number(line, row[_MEDIAN]), _quarter(found, line, row)
        if value is None or quarter is None:
            continue
        if row["Chip manufacturer"].strip().casefold() != maker:
            others += 1
        elif row["Notes"].strip().startswith("Incomplete"):
            found.note("partial_quarter", f"line {line}: {quarter} is covered in part only; the row is left out.",
                       f"第 {line} 行：{quarter} 只涵蓋部分期間，因此略過。")  # fmt: skip
        else:
            yield claim_of(
                document, row, line, of=of, metric=metric, value=value, unit="H100e", when=When.parse(str(quarter)),
                reported=_generated(row["Notes"]), status="estimated", derivation="model_median", page=REPOSITORY,
                credit="Epoch AI, ai-chip-counts (MIT)",
                note=f"90% band of the model: {row[_LOW].strip()} to {row[_HIGH].strip()}",
            )  # fmt: skip
    if others:
        found.note("other_maker", f"{others} rows are about another maker's chips; left out.",
                   f"有 {others} 列是其他廠商的晶片，因此略過。")  # fmt: skip


def _quarter(found: Table, line: int, row: dict[str, str]) -> Quarter | None:
    """The calendar quarter with which a row ends; nothing where it ends on another day."""
    end = day_of(found, line, row["End date"])
    if end is None:
        return None
    if end != Quarter.of(end).last:
        found.note("not_a_quarter", f"line {line}: {end} is not the end of a calendar quarter; the row is left out.",
                   f"第 {line} 行：{end} 不是日曆季的最後一天，因此略過。")  # fmt: skip
        return None
    return Quarter.of(end)


def _generated(notes: str) -> datetime.date | None:
    """The day on which the model was run, as the notes of a row say."""
    told = _GENERATED.search(notes)
    try:
        return datetime.date(int(told[3]), int(told[1]), int(told[2])) if told else None
    except ValueError:
        return None


_acquired = partial(_counts, metric="nvidia_compute_acquired")
_owned = partial(_counts, metric="nvidia_compute_owned")
FILES = {
    "hardware": File(file="ml_hardware", gives=("unit_price",), columns=_HARDWARE, rows=_hardware),
    "chips_acquired": File(
        file="nvidia_owners_quarters", gives=("nvidia_compute_acquired",), columns=_COUNTS, rows=_acquired,
        folder=DOWNLOADS,
    ),
    "chips_owned": File(
        file="nvidia_owners_cumulative_totals", gives=("nvidia_compute_owned",), columns=_COUNTS, rows=_owned,
        folder=DOWNLOADS,
    ),
    "chips_owned_more": File(
        file="coreweave_owners_cumulative_totals", gives=("nvidia_compute_owned",), columns=_COUNTS, rows=_owned,
        folder=f"{DOWNLOADS}coreweave/",
    ),
}  # fmt: skip
