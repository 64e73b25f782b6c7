"""How long a period is, which quarter of the calendar it belongs to, and where a firm's years end."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from perpetuum.connectors.facts import Fact
from perpetuum.core.when import Quarter

Length = Literal["quarter", "half", "nine_months", "year"]
# Days, both ends included. A year of 53 weeks has 371 days, its long quarter 98.
LENGTHS: dict[Length, tuple[int, int]] = {
    "quarter": (80, 100),
    "half": (170, 190),
    "nine_months": (260, 285),
    "year": (350, 380),
}
NEXT_LONGER: dict[Length, Length] = {"quarter": "half", "half": "nine_months", "nine_months": "year"}
_ANNUAL_FORMS = ("10-K", "20-F", "40-F")
_DAYS_OF_A_YEAR = 365.2425
_CLOSE = 10  # days: the last Sunday of a month moves by a week, a week more at a year of 53
ONE_DAY = datetime.timedelta(days=1)


def length(days: int) -> Length | None:
    """What so many days are, both ends included; nothing for a length that fits no report.

    Examples
    --------
    >>> length(91), length(371), length(120)
    ('quarter', 'year', None)
    """
    for name, (shortest, longest) in LENGTHS.items():
        if shortest <= days <= longest:
            return name
    return None


def calendar_quarter(start: datetime.date, end: datetime.date) -> Quarter:
    """The calendar quarter that holds the midpoint of a period.

    Examples
    --------
    >>> str(calendar_quarter(datetime.date(2025, 7, 28), datetime.date(2025, 10, 26)))
    '2025Q3'
    >>> str(calendar_quarter(datetime.date(2025, 6, 1), datetime.date(2025, 8, 31)))
    '2025Q3'
    """
    return Quarter.of(datetime.date.fromordinal((start.toordinal() + end.toordinal()) // 2))


def nearest_quarter_end(day: datetime.date) -> Quarter:
    """The quarter whose last day is nearest to a balance date; of two equally near, the earlier.

    Examples
    --------
    >>> str(nearest_quarter_end(datetime.date(2026, 1, 25))), str(nearest_quarter_end(datetime.date(2023, 4, 1)))
    ('2025Q4', '2023Q1')
    """
    inside = Quarter.of(day)
    return inside if inside.last - day < day - (inside + -1).last else inside + -1


def next_day(day: datetime.date) -> datetime.date:
    """The day after."""
    return day + ONE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalCalendar:
    """Where a firm's years end and how it calls its quarters, as its filings tell it.

    ``year_ends`` are pairs of the day of an annual report and the last day of its year.
    ``given`` is a year end known from elsewhere, as (month, day). ``closes`` says since when a
    day is known to be the end of a reported period, ``labels`` how the filing that closed with
    that day calls it, and since when.
    """

    year_ends: tuple[tuple[datetime.date, datetime.date], ...] = ()
    given: tuple[int, int] | None = None
    closes: dict[datetime.date, datetime.date]
    labels: dict[datetime.date, tuple[datetime.date, str]]

    def ends_a_year(self, end: datetime.date, on: datetime.date) -> bool:
        """Was it known on a day that a fiscal year ends here? Within ten days of the nearest known year end."""
        if self.given:
            return _apart(end, datetime.date(2000, *self.given)) <= _CLOSE
        known = [year_end for filed, year_end in self.year_ends if filed <= on]
        return bool(known) and _apart(end, min(known, key=lambda day: (abs(end - day), day))) <= _CLOSE

    def may_close(self, day: datetime.date, on: datetime.date) -> bool:
        """Can a balance of this day be one at the close of a reported period, as far as was known?

        Notes give balances of other days: of an acquisition, or of a bond when it was sold. Where
        nothing at all is known of reported periods, any day may be a close.
        """
        if day in self.closes:
            return self.closes[day] <= on
        return not self.closes or min(self.closes.values()) > on

    def label(self, end: datetime.date, on: datetime.date) -> str | None:
        """How the filing calls the quarter that closes with this day; text, to be shown and never joined on."""
        filed, text = self.labels.get(end, (datetime.date.max, ""))
        return text if filed <= on else None


def _apart(one: datetime.date, other: datetime.date) -> float:
    """Days between two days of a year, whatever the years."""
    days = abs((one - other).days) % _DAYS_OF_A_YEAR
    return min(days, _DAYS_OF_A_YEAR - days)


def fiscal_calendar(facts: Iterable[Fact], given: tuple[int, int] | None = None) -> FiscalCalendar:
    """Read the fiscal calendar of a firm off its facts.

    The year of an annual report is the latest period of a year's length in it. A filing names the
    quarter it closes with (`fy`, `fp`); the names it puts on older periods are its own, not theirs.
    """
    facts = tuple(facts)
    closes: dict[datetime.date, datetime.date] = {}
    newest: dict[str, datetime.date] = {}
    years: dict[str, tuple[datetime.date, datetime.date]] = {}
    for fact in facts:
        if fact.start is None:
            continue
        days = (fact.end - fact.start).days + 1
        if days < LENGTHS["quarter"][0]:
            continue
        closes[fact.end] = min(fact.filed, closes.get(fact.end, fact.filed))
        newest[fact.accession] = max(fact.end, newest.get(fact.accession, fact.end))
        if fact.form.startswith(_ANNUAL_FORMS) and days >= LENGTHS["year"][0]:
            years[fact.accession] = max((fact.filed, fact.end), years.get(fact.accession, (fact.filed, fact.end)))
    return FiscalCalendar(
        year_ends=tuple(sorted(years.values())), given=given, closes=closes, labels=_labels(facts, newest)
    )


def _labels(facts: Iterable[Fact], newest: dict[str, datetime.date]) -> dict[datetime.date, tuple[datetime.date, str]]:
    labels: dict[datetime.date, tuple[datetime.date, str]] = {}
    for fact in facts:
        if fact.fiscal_year and fact.fiscal_period and newest.get(fact.accession) == fact.end:
            quarter = "Q4" if fact.fiscal_period == "FY" else fact.fiscal_period
            label = (fact.filed, f"FY{fact.fiscal_year}{quarter}")
            labels[fact.end] = min(label, labels.get(fact.end, label))
    return labels
