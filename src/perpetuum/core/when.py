"""Dates as sources give them, sometimes only a month or a year; and calendar quarters."""

from __future__ import annotations

import calendar
import datetime
import functools
import re
from dataclasses import dataclass

from perpetuum.core.errors import UnitError
from perpetuum.core.text import both

# Years of four digits that a document of money can mean: 1600 to 2199.
_YEAR = r"(?:1[6-9]|2[01])[0-9]{2}"
_FORMS = re.compile(
    rf"(?P<year>{_YEAR})(?:-(?P<month>[0-9]{{2}})(?:-(?P<day>[0-9]{{2}}))?|Q(?P<quarter>[1-4])|H(?P<half>[12]))?"
)
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter.

    Examples
    --------
    >>> Quarter.parse("2025Q3") + 1
    Quarter(year=2025, number=4)
    >>> Quarter.parse("2026Q1") - Quarter.parse("2025Q3")
    2
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read `2025Q3`; anything else raises ``UnitError``."""
        if not re.fullmatch(rf"{_YEAR}Q[1-4]", text):
            raise UnitError(
                both(f"cannot read '{text}' as a quarter.", f"無法把「{text}」讀成季度。"),
                both("Write for example: 2025Q3", "請寫成例如：2025Q3"),
            )
        return cls(int(text[:4]), int(text[5]))

    @classmethod
    def of(cls, day: datetime.date) -> Quarter:
        """The quarter that holds a day."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def index(self) -> int:
        """Quarters since year 0, for counting."""
        return 4 * self.year + self.number - 1

    @property
    def first(self) -> datetime.date:
        """First day."""
        return datetime.date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> datetime.date:
        """Last day."""
        return last_of_month(self.year, 3 * self.number)

    def __add__(self, quarters: int) -> Quarter:
        year, number = divmod(self.index + quarters, 4)
        return Quarter(year, number + 1)

    def __sub__(self, other: Quarter) -> int:
        return self.index - other.index

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


def last_of_month(year: int, month: int) -> datetime.date:
    """The last day of a month."""
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day some months later, or the last day of that month where it is shorter.

    Examples
    --------
    >>> months_later(datetime.date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    last = last_of_month(year, month + 1)
    return last.replace(day=min(day.day, last.day))


def years_between(first: datetime.date, last: datetime.date) -> float:
    """Years of 365.25 days from one day to another.

    Examples
    --------
    >>> years_between(datetime.date(2020, 1, 1), datetime.date(2024, 1, 1))
    4.0
    """
    return (last - first).days / DAYS_A_YEAR


def quarters_between(first: Quarter, last: Quarter) -> tuple[Quarter, ...]:
    """Quarters between two quarters, both included."""
    return tuple(first + step for step in range(last - first + 1))


@dataclass(frozen=True, slots=True)
class When:
    """A date with the precision its source gives: day, month, quarter, half year or year.

    Examples
    --------
    >>> When.parse("2026-02").first, When.parse("2026-02").last
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    >>> When.parse("2026").is_exact
    False
    """

    text: str
    first: datetime.date
    last: datetime.date

    @classmethod
    def parse(cls, text: str) -> When:
        """Read `2026-02-27`, `2026-02`, `2026`, `2026Q1` or `2026H1`."""
        return _parse_when(text.strip())

    @classmethod
    def day(cls, day: datetime.date) -> When:
        """A day known exactly."""
        return cls(day.isoformat(), day, day)

    @property
    def is_exact(self) -> bool:
        """Is the day known?"""
        return self.first == self.last

    def __str__(self) -> str:
        return self.text


@functools.lru_cache(maxsize=4096)
def _parse_when(text: str) -> When:
    match = _FORMS.fullmatch(text)
    if not match:
        raise UnitError(
            both(f"cannot read '{text}' as a date.", f"無法把「{text}」讀成日期。"),
            both(
                "Write a day, a month or a year: 2026-02-27, 2026-02, 2026",
                "請寫某日、某月或某年：2026-02-27、2026-02、2026",
            ),
        )
    try:
        return When(text, *_ends(match))
    except ValueError:
        raise UnitError(
            both(f"there is no such date as '{text}'.", f"沒有「{text}」這個日期。"),
            both("Check the month and the day (YYYY-MM-DD).", "請檢查月份與日期（YYYY-MM-DD）。"),
        ) from None


def _ends(match: re.Match[str]) -> tuple[datetime.date, datetime.date]:
    year = int(match["year"])
    if match["quarter"]:
        quarter = Quarter(year, int(match["quarter"]))
        return quarter.first, quarter.last
    if match["half"]:
        return Quarter(year, 2 * int(match["half"]) - 1).first, Quarter(year, 2 * int(match["half"])).last
    if match["day"]:
        day = datetime.date(year, int(match["month"]), int(match["day"]))
        return day, day
    if match["month"]:
        return datetime.date(year, int(match["month"]), 1), last_of_month(year, int(match["month"]))
    return datetime.date(year, 1, 1), datetime.date(year, 12, 31)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days, both ends included.

    Examples
    --------
    >>> Span.parse("2025-01..2025-12").days
    365
    >>> str(Span.parse("2025Q1..2025Q3").quarters[-1])
    '2025Q3'
    """

    first: datetime.date
    last: datetime.date

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read `2025-01..2025-12`, or one date, which spans itself."""
        head, _, tail = text.partition("..")
        span = cls(When.parse(head).first, When.parse(tail or head).last)
        if span.last < span.first:
            raise UnitError(
                both(f"'{text}' ends before it starts.", f"「{text}」的結束早於開始。"),
                both("Write the earlier date first.", "請把較早的日期寫在前面。"),
            )
        return span

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Every quarter it touches."""
        return quarters_between(Quarter.of(self.first), Quarter.of(self.last))

    def overlaps(self, other: Span) -> bool:
        """Do the two share a day?"""
        return self.first <= other.last and other.first <= self.last

    def within(self, first: datetime.date, last: datetime.date) -> bool:
        """Does it lie wholly between two days?"""
        return first <= self.first and self.last <= last

    def __str__(self) -> str:
        return f"{self.first}..{self.last}" if self.first != self.last else str(self.first)
