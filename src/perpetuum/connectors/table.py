"""A publisher's CSV as rows: byte-order marks, unnamed columns and odd cells are met here, once."""

from __future__ import annotations

import csv
import datetime
import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from perpetuum.connectors.connector import Document, Remark
from perpetuum.core.text import Text, both

_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?|[-+]?\.[0-9]+")
_AMERICAN = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_LISTED = 12  # columns named in a sentence
# What publishers write where they have no number.
BLANKS = ("", ".", "NA", "N/A", "NaN", "nan", "null", "None", "-")


@dataclass(slots=True)
class Table:
    """Rows of a CSV answer, each with its line; ``remarks`` grow while they are read."""

    name: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[int, dict[str, str]], ...] = ()
    remarks: list[Remark] = field(default_factory=list)

    def has(self, columns: Sequence[str]) -> bool:
        """Are these columns there? If not, a remark names those that are missing; nothing should be read."""
        missing = [column for column in columns if column not in self.header]
        if missing:
            self._changed(missing, both("Nothing was read.", "沒有讀取任何資料。"))
        return not missing

    def misses(self, columns: Sequence[str]) -> None:
        """Columns that only tell more about a number: a remark names those that are missing."""
        missing = [column for column in columns if column not in self.header]
        if missing and self.header:
            self._changed(missing, both("The rest was read without them.", "其餘照常讀取。"))

    def _changed(self, missing: Sequence[str], so: Text) -> None:
        en, zh = ", ".join(missing), "、".join(missing)
        there = [column for column in self.header if column] or ["–"]
        more = "" if len(there) <= _LISTED else ", ..."
        self.note(
            "columns_changed",
            f"the columns {en} are missing; the publisher may have renamed them. {so.en} "
            f"There are: {', '.join(there[:_LISTED])}{more}.",
            f"缺少欄位 {zh}；發布者可能改了名稱。{so.zh}現有欄位：{'、'.join(there[:_LISTED])}{'……' if more else ''}。",
        )

    def strangers(self, columns: Sequence[str]) -> None:
        """List the columns that we do not read."""
        unread = [column for column in self.header if column and column not in columns]
        if unread:
            en, zh = ", ".join(unread), "、".join(unread)
            self.note("unknown_columns", f"not read: the columns {en}.", f"未讀取的欄位：{zh}。")

    def each(self, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
        """Every row that has all these cells; a row that broke off becomes a remark."""
        for line, row in self.rows:
            if any(column not in row for column in columns):
                self.note("short_row", f"line {line} breaks off.", f"第 {line} 行不完整。")
            else:
                yield line, row

    def number(self, line: int, cell: str, *, zero_is_missing: bool = False) -> float | None:
        """A number, or nothing where the publisher has none; anything else becomes a remark."""
        bare = cell.strip()
        if bare in BLANKS:
            return None
        value = float(bare) if bare.isascii() and _NUMBER.fullmatch(bare) else math.nan
        if not math.isfinite(value):
            shown = bare[:40]
            self.note("not_a_number", f"line {line}: cannot read '{shown}' as a number.",
                      f"第 {line} 行：無法把「{shown}」讀成數字。")  # fmt: skip
            return None
        return None if zero_is_missing and value == 0 else value

    def day(self, line: int, cell: str) -> datetime.date | None:
        """A day written 2025-09-30 or, as Americans do, 9/30/2025; anything else becomes a remark."""
        bare = cell.strip()
        try:
            if american := _AMERICAN.fullmatch(bare):
                month, day, year = (int(part) for part in american.groups())
                return datetime.date(year, month, day)
            return datetime.date.fromisoformat(bare[:10])
        except ValueError:
            self.note("not_a_date", f"line {line}: cannot read '{bare[:40]}' as a date.",
                      f"第 {line} 行：無法把「{bare[:40]}」讀成日期。")  # fmt: skip
            return None

    def note(self, code: str, en: str, zh: str) -> None:
        """Add a remark about this table."""
        self.remarks.append(Remark(code=code, about=self.name, says=both(en, zh)))


def table(document: Document) -> Table:
    """Read the rows of a CSV answer; what is no CSV gives no rows and a remark, never an exception."""
    found = Table(document.address.file)
    try:
        text = document.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = document.content.count(b"\n", 0, error.start) + 1
        found.note(
            "not_utf_8", f"line {line} is not UTF-8; nothing was read.", f"第 {line} 行不是 UTF-8；沒有讀取任何資料。"
        )
        return found
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        found.header = tuple(cell.strip() for cell in next(reader, []))
        for cells in reader:
            if any(cells):
                rows.append(
                    (reader.line_num, {name: cell for name, cell in zip(found.header, cells, strict=False) if name})
                )
    except csv.Error as error:
        found.header = ()
        found.note("not_csv", f"line {reader.line_num} is not CSV ({error}); nothing was read.",
                   f"第 {reader.line_num} 行不是 CSV（{error}）；沒有讀取任何資料。")  # fmt: skip
        return found
    found.rows = tuple(rows)
    return found
