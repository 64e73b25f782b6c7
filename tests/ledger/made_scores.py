"""Scores of forecasts made up for tests, as the file that a program keeps with a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from perpetuum.ledger.past_scores import COLUMNS, FILE
from perpetuum.report.files import as_csv

GOOD: dict[str, Any] = {
    "date": "2025Q1", "asof": "2025-06-14", "series": "lab.cash", "quarter": "2025Q2", "ahead": 1, "model": "machine",
    "median": 11.0, "q10": 8.0, "q90": 14.0, "came": 10.0, "crps": 2.0, "is_covered": "yes", "bias": 0.1,
    "share_below": 0.4, "known_from": "2025-08-01", "case_hash": "c" * 16, "scenario": "neutral",
    "scenario_hash": "5" * 16, "seed": 0, "draws": 1000, "version": "0.1.0",
}  # fmt: skip


def table(rows: Iterable[dict[str, Any]], header: tuple[str, ...] = COLUMNS) -> bytes:
    """A file of scores: what a row does not say is that of the good one."""
    return as_csv(header, ([(GOOD | row).get(name, "") for name in header] for row in rows))


def with_scores(files: dict[str, bytes], rows: Iterable[dict[str, Any]]) -> dict[str, bytes]:
    """A case with the scores of forecasts in it."""
    return files | {FILE: table(rows)}
