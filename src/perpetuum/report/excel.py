"""The numbers of a report as one Excel file: its tables, what their words mean, and what it was made from."""

from __future__ import annotations

import perpetuum
from perpetuum.core.reading import Finding
from perpetuum.report import workbook
from perpetuum.report.downloads import definitions, pairs
from perpetuum.report.manifest import source_hash
from perpetuum.report.snapshots import Study
from perpetuum.report.tables import sheets


def in_excel(study: Study, told: tuple[Finding, ...]) -> bytes:
    """All tables of a report.

    Raises
    ------
    MissingExtra
        If the program was installed without what writes workbooks.
    """
    made = {name.removesuffix(".csv"): table for name, table in sheets(study, told).items()}
    ordered = {"findings": made.pop("findings"), **made}
    ledger = study.ledger
    made_from = {
        "schema": "perpetuum/manifest/1", "verb": "report", "case": ledger.case.id, "case_hash": ledger.hash,
        "policy": study.policy, "dates": [f"{each.at} as known {each.asof}" for each in study.snapshots],
        "version": perpetuum.__version__, "source_hash": source_hash(),
        "credits": [each.en for each in ledger.case.credits],
    }  # fmt: skip
    return workbook.workbook([
        *((name, head, rows) for name, (head, rows) in ordered.items()),
        ("definitions", *definitions({name: head for name, (head, _) in ordered.items()})),
        ("manifest", ("what", "value"), pairs(made_from)),
    ])  # fmt: skip
