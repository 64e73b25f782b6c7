"""A price, date by date, from a CSV file that a person brings."""

from __future__ import annotations

import datetime
import hashlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.csv_table import csv_table, other_width
from perpetuum.core.errors import LedgerError, Problem, listed, suggest
from perpetuum.core.record import Where
from perpetuum.core.text import Text, both
from perpetuum.ledger.files import LARGEST_TABLE

COLUMNS = ("date", "price")
OPTIONAL = ("fundamental", "users")
# With fewer dates not even the smallest window leaves anything to look at.
FEWEST = 7
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WRITE_HEADER = both(
    "Write: date,price and after it, if you have them, fundamental and users.",
    "請寫成：date,price，其後可加 fundamental 與 users。",
)
_WRITE_NUMBER = both(
    "Write a number such as 1234.5, or leave out the whole row.", "請寫成 1234.5 這樣的數字，或刪去整列。"
)
_WRITE_DATE = both("Write 2025-03-31, or 2025-03 for a month.", "請寫成 2025-03-31，或以 2025-03 表示月份。")
_OLDEST_FIRST = both("Sort the rows by date, oldest first.", "請依日期由舊到新排序。")
_NAME_A_FILE = both("Name a CSV file with the columns date and price.", "請指定含有 date 與 price 欄位的 CSV 檔案。")
# What else may stand between columns, and its name.
SIGNS = {";": both("semicolons", "分號"), "\t": both("tabs", "定位符號")}


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSeries:
    """Prices by date, oldest first, with what else the file has beside them.

    ``dates`` are written as in the file: 2025-03-31, or 2025-03 for a month. ``fundamental`` is a dividend, sales or
    earnings for each date; ``users`` a stock of users or the sales of a sector that became known on a date, NaN where
    nothing new did. ``hash`` is the SHA-256 of the file.
    """

    file: str
    dates: tuple[str, ...]
    prices: NDArray[np.float64]
    fundamental: NDArray[np.float64] | None
    users: NDArray[np.float64] | None
    hash: str

    @property
    def days(self) -> tuple[datetime.date, ...]:
        """The dates as days; a month stands for its first."""
        return tuple(day for day in map(_day, self.dates) if day is not None)


def read_price_series(path: Path, fewest: int = FEWEST) -> PriceSeries:
    """Read a file with the columns date, price and perhaps fundamental and users.

    Parameters
    ----------
    path
        A CSV file in UTF-8, dates oldest first: YYYY-MM-DD, or YYYY-MM. Numbers above zero, with a decimal point
        and no other signs; only users may be blank.
    fewest
        Dates it must have.

    Raises
    ------
    LedgerError
        With every problem of the file, each with its line and its repair.
    """
    file = str(path)
    raw = _bytes(path, file)
    rows = _Rows(file)
    rows.read(raw)
    if not rows.problems:
        rows.problems += _as_a_whole(file, rows, fewest)
    if rows.problems:
        raise LedgerError(rows.told())
    beside = {name: np.array(rows.beside[name]) if name in rows.header else None for name in OPTIONAL}
    return PriceSeries(
        file=path.name, dates=tuple(rows.dates), prices=np.array(rows.prices), hash=hashlib.sha256(raw).hexdigest(),
        **beside,
    )  # fmt: skip


class _Rows:
    """One file on its way to a series."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.dates: list[str] = []
        self.prices: list[float] = []
        self.header: list[str] = []
        self.beside: dict[str, list[float]] = {name: [] for name in OPTIONAL}
        self._seen: dict[datetime.date, int] = {}
        self._latest: tuple[datetime.date, str, int] | None = None

    def read(self, raw: bytes) -> None:
        """Every bad row becomes a problem, every good one a date of the series."""
        header, rows = csv_table(raw, self._note)
        if header is None:
            return
        self.header = [name.strip().lower() for name in header]
        if self._is_header(self.header):
            for line, cells in rows:
                self._row(line, cells)

    def told(self) -> list[Problem]:
        """Every problem; what is wrong with every single date is told once, at the first."""
        days, repair = list(self._seen), _OLDEST_FIRST
        if len(self.dates) < 3:
            return self.problems
        if not days:
            cell = self.dates[0]
            what, repair = both(f"no date can be read; the first is '{cell}'.",
                                f"所有日期都無法讀取；第一個是「{cell}」。"), _WRITE_DATE  # fmt: skip
        elif len(days) == len(self.dates) and days == sorted(days, reverse=True):
            what = both("the dates run from new to old.", "日期由新到舊。")
        else:
            return self.problems
        of_dates = [problem for problem in self.problems if problem.path == "date"]
        others = [problem for problem in self.problems if problem.path != "date"]
        return [replace(of_dates[0], what=what, repair=repair), *others]

    def _is_header(self, header: list[str]) -> bool:
        if not any(header):
            self._note(1, "", both("there is no header; the file is empty or begins with a blank line.",
                                   "沒有標題列；檔案是空的，或第一行空白。"), _WRITE_HEADER)  # fmt: skip
            return False
        if len(header) == 1 and (sign := next((sign for sign in SIGNS if sign in header[0]), None)):
            self._note(
                1, "",
                both(f"the columns are separated by {SIGNS[sign].en}.", f"欄位以{SIGNS[sign].zh}分隔。"),
                both("Save it with commas between columns and a point in numbers.", "請以逗號分隔欄位，數字用小數點。"),
            )  # fmt: skip
            return False
        known = COLUMNS + OPTIONAL
        missing = [name for name in COLUMNS if name not in header]
        others = [name for n, name in enumerate(header) if name not in known or name in header[:n]]
        if missing:
            columns = listed(missing)
            self._note(
                1,
                "",
                both(f"the header lacks the column {columns.en}.", f"標題列缺少欄位：{columns.zh}。"),
                _WRITE_HEADER,
            )
        for name in others:
            is_again = name in known
            near = suggest(name, known)
            self._note(
                1, name,
                both("the column stands twice.", "這個欄位出現兩次。") if is_again else
                both(f"`{name}` is no column of a price series; {near.en}", f"`{name}` 不是價格序列的欄位；{near.zh}"),
                _WRITE_HEADER,
            )  # fmt: skip
        return not (missing or others)

    def _row(self, line: int, cells: list[str]) -> None:
        if len(cells) != len(self.header):
            self._note(
                line, "", other_width(cells, self.header),
                both("Fill what is missing, and write numbers without commas.", "請補上缺少的格子，數字不要加逗號。"),
            )  # fmt: skip
            return
        row = {name: cell.strip() for name, cell in zip(self.header, cells, strict=True)}
        self._date(line, row["date"])
        self.dates.append(row["date"])
        self.prices.append(self._number(line, "price", row["price"]))
        for name in OPTIONAL:
            if name in row:
                is_blank = name == "users" and not row[name]
                self.beside[name].append(math.nan if is_blank else self._number(line, name, row[name]))

    def _date(self, line: int, cell: str) -> None:
        day = _day(cell)
        if day is None:
            self._note(
                line, "date", both(f"cannot read '{cell}' as a date.", f"無法將「{cell}」讀成日期。"),
                _WRITE_DATE,
            )  # fmt: skip
            return
        if day in self._seen:
            before = self._seen[day]
            self._note(
                line, "date", both(f"{cell} stands in line {before} already.", f"{cell} 已出現在第 {before} 行。"),
                both("Keep one row for each date.", "每個日期只保留一列。"),
            )  # fmt: skip
        elif self._latest is not None and day < self._latest[0]:
            _, label, place = self._latest
            self._note(
                line, "date",
                both(f"{cell} comes after {label} of line {place}.", f"{cell} 排在第 {place} 行的 {label} 之後。"),
                _OLDEST_FIRST,
            )  # fmt: skip
        self._seen.setdefault(day, line)
        if self._latest is None or day > self._latest[0]:
            self._latest = day, cell, line

    def _number(self, line: int, column: str, cell: str) -> float:
        value = float(cell) if _NUMBER.fullmatch(cell) else math.nan
        if not math.isfinite(value):
            what = (
                both("the cell is blank.", "這一格是空白。") if not cell else
                both(f"cannot read '{cell}' as a number.", f"無法將「{cell}」讀成數字。")
            )  # fmt: skip
            self._note(
                line, column, what,
                _WRITE_NUMBER,
            )  # fmt: skip
        elif value <= 0:
            self._note(
                line, column, both(f"{cell} is not above zero.", f"{cell} 不大於零。"),
                both("Logarithms and ratios need numbers above zero; leave out the row if the number is missing.",
                     "對數與比率需要大於零的數字；若數字缺漏，請刪去該列。"),
            )  # fmt: skip
        return value

    def _note(self, line: int, path: str, what: Text, repair: Text) -> None:
        self.problems.append(Problem(where=Where(self.file, line), path=path, what=what, repair=repair))


def _as_a_whole(file: str, rows: _Rows, fewest: int) -> Iterator[Problem]:
    """What is wrong with a series whose every row is right."""
    count = len(rows.prices)
    if count < fewest:
        short = both(
            f"the series has {count} dates; a test needs {fewest}.",
            f"序列有 {count} 個日期；檢定至少需要 {fewest} 個。",
        )
        longer = both("Give a longer series.", "請提供更長的序列。")
        yield Problem(where=Where(file), path="", what=short, repair=longer)
    elif min(rows.prices) == max(rows.prices):
        still = both("the price never changes.", "價格從未變動。")
        other = both(
            "Give a series that changes; a constant one cannot be tested.", "請提供有變動的序列；常數無法檢定。"
        )
        yield Problem(where=Where(file), path="price", what=still, repair=other)


def _day(cell: str) -> datetime.date | None:
    if not _DATE.fullmatch(cell):
        return None
    try:
        return datetime.date.fromisoformat(cell if len(cell) == 10 else f"{cell}-01")
    except ValueError:
        return None


def _bytes(path: Path, file: str) -> bytes:
    """The file as it is, if it is a file of a size that a series can have."""
    limit = f"{LARGEST_TABLE / 1e6:.0f}"
    try:
        if path.is_dir():
            what = both("this is a folder, not a file.", "這是資料夾，不是檔案。")
        elif not path.exists():
            what = both("there is no such file.", "沒有這個檔案。")
        elif path.stat().st_size > LARGEST_TABLE:
            what = both(f"the file has more than {limit} MB.", f"檔案超過 {limit} MB。")
        else:
            return path.read_bytes()
    except OSError as error:
        what = both(f"the file cannot be read: {error.strerror}.", f"無法讀取檔案（{error.strerror}）。")
    raise LedgerError([Problem(where=Where(file), path="", what=what, repair=_NAME_A_FILE)])
