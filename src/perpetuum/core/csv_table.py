"""A CSV file as a header and rows, each with the line it begins in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator

from perpetuum.core.errors import NOT_UTF_8
from perpetuum.core.text import Text, both

# Takes a line, a column (none where the whole row is meant), what is wrong and the repair.
Note = Callable[[int, str, Text, Text], None]
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def csv_table(raw: bytes, note: Note) -> tuple[list[str] | None, Iterator[tuple[int, list[str]]]]:
    """The header, empty where the file is and nothing where it cannot be read, and the rows that are not blank.

    What keeps the file, or the rest of it, from being read is noted when the reader comes to it.

    Examples
    --------
    >>> header, rows = csv_table(b'day,price\\n"1\\n2",3\\n\\n4,5\\n', print)
    >>> header, list(rows)
    (['day', 'price'], [(2, ['1\\n2', '3']), (5, ['4', '5'])])
    >>> header, rows = csv_table(b"day,price\\n\\x00,3\\n", lambda line, column, what, repair: print(line, what))
    2 a control character ('\\x00') stands here.
    >>> header, list(rows)
    (None, [])
    """
    rows = _rows(raw, note)
    _, header = next(rows, (1, None))
    return header, rows


def _rows(raw: bytes, note: Note) -> Iterator[tuple[int, list[str]]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        note(raw.count(b"\n", 0, error.start) + 1, "", NOT_UTF_8, both("Save it as UTF-8.", "請存成 UTF-8。"))
        return
    if forbidden := _CONTROL.search(text):
        note(
            text.count("\n", 0, forbidden.start()) + 1, "",
            both(f"a control character ({forbidden[0]!r}) stands here.", f"這裡有控制字元（{forbidden[0]!r}）。"),
            both("Remove it, or export the file anew as CSV.", "請移除，或重新匯出成 CSV。"),
        )  # fmt: skip
        return
    # Strict: a quote that never closes would otherwise swallow the rest of the file.
    reader, line = csv.reader(io.StringIO(text, newline=""), strict=True), 1
    try:
        yield line, next(reader, [])
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        note(
            line, "", both(f"this is not CSV: {error}.", f"這不是 CSV（{error}）。"),
            both("Check the quotes of the row that begins here.", "請檢查從這裡開始的那一列的引號。"),
        )  # fmt: skip


def other_width(cells: list[str], header: list[str]) -> Text:
    """What is wrong with a row that has more cells than the header, or fewer."""
    return both(
        f"the row has {len(cells)} cells, the header {len(header)}.",
        f"這一列有 {len(cells)} 格，標題列有 {len(header)} 格。",
    )
