"""Flat tables as an Excel workbook: text stays text, numbers stay numbers, the same content gives the same bytes."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

from perpetuum.report.extras import EXCEL

# A workbook says when it was made; that may not depend on the clock.
_MADE = datetime.datetime(1980, 1, 1)
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LONGEST, _WIDEST, _ROWS = 32_767, 60, 1_048_575
Rows = Iterable[Sequence[Any]]


def workbook(sheets: Iterable[tuple[str, Sequence[str], Rows]]) -> bytes:
    """Sheets, each with its name, its head and its rows.

    Raises
    ------
    MissingExtra
        If the program was installed without what writes workbooks.
    """
    EXCEL.refuse_missing()
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, dict(_OPTIONS))
    book.set_properties({"created": _MADE})
    bold, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format({"valign": "top"})
    for name, head, rows in sheets:
        _write(book.add_worksheet(name[:31]), head, rows, bold, wrapped)
    book.close()
    return made.getvalue()


def _write(sheet: Any, head: Sequence[str], rows: Rows, bold: Any, plain: Any) -> None:
    widths = [len(word) + 2 for word in head]
    for column, word in enumerate(head):
        sheet.write_string(0, column, word, bold)
    last = 0
    for last, row in enumerate(rows, 1):
        if last > _ROWS:
            raise ValueError(f"a sheet holds {_ROWS} rows; ask for CSV or JSON")
        for column, cell in enumerate(row):
            widths[column] = max(widths[column], min(_WIDEST, _put(sheet, last, column, cell, plain) + 1))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(_WIDEST, width))
    sheet.freeze_panes(1, 0)
    if last and head:
        sheet.autofilter(0, 0, last, len(head) - 1)


def _put(sheet: Any, row: int, column: int, cell: Any, plain: Any) -> int:
    """Write one cell and say how wide it is; what is unknown stays blank."""
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return 0
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, plain)
        return 5
    if isinstance(cell, int | float):
        sheet.write_number(row, column, cell, plain)
        return 12
    said = str(cell)
    # A cell holds so many characters; one more and the whole text would be lost.
    sheet.write_string(row, column, said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…", plain)
    return max(map(_width, said.split("\n")))


def _width(line: str) -> int:
    return sum(2 if sign > "\u2e80" else 1 for sign in line[:_WIDEST])
