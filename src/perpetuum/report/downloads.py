"""Files of the ledger to take along: a table or all of it, with what every column means and what it was made from."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import perpetuum
from perpetuum.core.text import Text
from perpetuum.ledger import Ledger
from perpetuum.report import workbook
from perpetuum.report.extras import EXCEL
from perpetuum.report.files import as_csv
from perpetuum.report.flat import Cell, Sheet, every, flat
from perpetuum.report.ledger_tables import Page
from perpetuum.report.manifest import source_hash
from perpetuum.report.verbs import Asked, origin
from perpetuum.report.wire import plain
from perpetuum.report.words import catalogue, say

Format = Literal["csv", "json", "xlsx"]
WHOLE = "whole"
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}
# Entries of an archive say when they were made; the same content must give the same bytes.
_MADE = (1980, 1, 1, 0, 0, 0)
_MONEY = ("announced", "signed", "paid", "announced_unknown")
_TERMS = ("announced", "signed", "paid", "bound", "empty", "usd", "ratio", "knowledge", "dates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One file: its name says case, table, date and the hash of the case."""

    name: str
    media: str
    content: bytes


def download(
    ledger: Ledger, show: str, format: Format, asked: Asked, wanted: Page | None = None, name: str | None = None
) -> Download:
    """A table of the ledger, or ``whole``: all of them.

    Of CSV the whole is an archive, with the definitions and the manifest as files of their own.

    Raises
    ------
    UnknownName
        For a table, a firm or a column that there is not.
    MissingExtra
        For Excel, if the program was installed without what writes it.
    """
    whole = show == WHOLE
    if format == "xlsx":
        EXCEL.refuse_missing()
    sheets = every(ledger, asked) if whole else (flat(ledger, show, asked, wanted or Page(), name),)
    made_from = _made_from(ledger, asked, show, wanted, name)
    ending = "zip" if whole and format == "csv" else format
    _at, asof = ledger.clock(asked.at, asked.asof)
    return Download(name=f"perpetuum-{ledger.case.id}-{show}-{asof}-{ledger.hash[:8]}.{ending}", media=MEDIA[ending],
                    content=_content(sheets, format, made_from, whole))  # fmt: skip


def _content(sheets: Sequence[Sheet], format: Format, made_from: Mapping[str, Any], whole: bool) -> bytes:
    match format:
        case "json":
            return _json(sheets, made_from, whole)
        case "xlsx":
            return workbook.workbook([*((each.name, each.columns, each.lines) for each in sheets),
                                      ("definitions", *definitions({each.name: each.columns for each in sheets})),
                                      ("manifest", ("what", "value"), pairs(made_from))])  # fmt: skip
    if not whole:
        return as_csv(sheets[0].columns, sheets[0].lines)
    files = {f"{each.name}.csv": as_csv(each.columns, each.lines) for each in sheets}
    files["definitions.csv"] = as_csv(*definitions({each.name: each.columns for each in sheets}))
    files["manifest.json"] = (json.dumps(plain(made_from), ensure_ascii=False, indent=1) + "\n").encode()
    return packed(files)


def _json(sheets: Sequence[Sheet], made_from: Mapping[str, Any], whole: bool) -> bytes:
    head, rows = definitions({each.name: each.columns for each in sheets})
    tables = {each.name: [dict(zip(each.columns, line, strict=True)) for line in each.lines] for each in sheets}
    said = {
        "schema": "perpetuum/table/1", "manifest": plain(made_from),
        "definitions": [dict(zip(head, row, strict=True)) for row in rows],
        **({"tables": tables} if whole else {"table": sheets[0].name, "rows": tables[sheets[0].name]}),
    }  # fmt: skip
    return (json.dumps(said, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def packed(files: Mapping[str, bytes]) -> bytes:
    """Files as one archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _MADE), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


# ---- what the words of a table mean


def definitions(
    columns: Mapping[str, Sequence[str]],
) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """Head and rows of a sheet that says what each column holds, in which unit, and what the words in cells mean."""
    rows: list[tuple[Cell, ...]] = []
    for table, names in columns.items():
        for column in names:
            if (says := meaning(column)) is not None:
                rows.append((table, column, _unit(column), says.en, says.zh))
    rows += [("–", term, None, says.en, says.zh) for term in _TERMS for says in [say(f"term.{term}")]]
    return ("table", "column", "unit", "means", "means_zh"), rows


def meaning(column: str) -> Text | None:
    """What a column holds; nothing where nobody wrote it down.

    Examples
    --------
    >>> meaning("payer").en
    'who pays'
    """
    stage, _, part = column.partition("_")
    if part and f"column.stage_{part}" in catalogue() and f"stage.{stage}" in catalogue():
        return say(f"column.stage_{part}", stage=say(f"stage.{stage}"))
    return say(f"column.{column}") if f"column.{column}" in catalogue() else None


def _unit(column: str) -> str | None:
    if column in _MONEY or column == "value":
        return "as in column unit"
    return "USD" if column.endswith("_usd") else None


def _made_from(
    ledger: Ledger, asked: Asked, show: str, wanted: Page | None, name: str | None
) -> dict[str, Any]:  # fmt: skip
    """What a file was made from, so that it can be made again."""
    chosen = {"q": wanted.q, "firm": wanted.firm, "kind": wanted.kind, "sort": wanted.sort,
              "since": wanted.since, "stage": wanted.stage, "family": wanted.family, "status": wanted.status,
              "least": wanted.least} if wanted else {}  # fmt: skip
    return {
        "schema": "perpetuum/manifest/1", "verb": "ledger", "table": show, **origin(ledger, asked),
        **{key: value for key, value in ({"name": name} | chosen).items() if value},
        "source_hash": source_hash(), "credits": [each.en for each in ledger.case.credits],
        "made_with": f"perpetuum {perpetuum.__version__}",
    }  # fmt: skip


def pairs(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[Cell, ...]]:
    """A manifest as lines of a name and a value."""
    for name, value in plain(dict(values)).items():
        if isinstance(value, Mapping):
            yield from pairs(value, f"{before}{name}.")
        elif isinstance(value, list):
            yield (f"{before}{name}", "; ".join(str(each) for each in value))
        else:
            yield (f"{before}{name}", value)
