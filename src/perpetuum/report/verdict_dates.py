"""The dates a verdict is asked for, refused with a repair where nothing could be said of them."""

from __future__ import annotations

import datetime
from pathlib import Path

from perpetuum.core.errors import SeriesError, UnknownName
from perpetuum.core.nouns import CASE
from perpetuum.ledger import Ledger
from perpetuum.ledger.files import shipped_cases
from perpetuum.report import numbers
from perpetuum.report.words import say

LATEST = "latest"
Clock = tuple[datetime.date, datetime.date]


def asked(ledger: Ledger, at: str | None, asof: str | None, against: str | None) -> tuple[Clock, ...]:
    """The one or two dates that are asked for, each spoken of and known by.

    Raises
    ------
    SeriesError
        For a day before the first datum or after the newest one, and for the same date twice.
    UnitError
        For what is no date.
    """
    first = ledger.clock(at, asof)
    # The latest of a time that is over is its last day, as known by now.
    other = () if against is None else (ledger.clock(None if against == LATEST else against),)
    for clock in (first, *other):
        _refuse_outside(ledger, clock)
    if first in other:
        raise SeriesError(say("verdict_page.dates.same", day=numbers.day(first[1])), say("verdict_page.dates.same.how"))
    return (first, *other)


def _refuse_outside(ledger: Ledger, clock: Clock) -> None:
    earliest, newest = first_datum(ledger), numbers.day(ledger.case.newest)
    if max(clock) > ledger.case.newest:
        told = say("verdict_page.dates.late", day=numbers.day(max(clock)), newest=newest)
        raise SeriesError(told, say("verdict_page.dates.late.how", newest=newest))
    if earliest is not None and min(clock) < earliest:
        first = numbers.day(earliest)
        told = say("verdict_page.dates.early", day=numbers.day(min(clock)), first=first)
        raise SeriesError(told, say("verdict_page.dates.early.how", first=first))


def first_datum(ledger: Ledger) -> datetime.date | None:
    """The first day on which anything of a case was known; nothing for one that knows nothing."""
    legs = (claim for leg in ledger.legs_by_id.values() for claim in leg.amounts)
    return min((claim.known_from for claim in (*ledger.metrics, *legs)), default=None)


def refuse_unknown(beside: str | None, draws: int) -> None:
    """A case to set beside that is neither shipped nor a folder, and a number of futures below zero."""
    shipped = shipped_cases()
    if beside is not None and beside not in shipped and not Path(beside).is_dir():
        raise UnknownName(beside, shipped, what=CASE)
    if draws < 0:
        raise SeriesError(say("verdict_page.draws", draws=draws), say("verdict_page.draws.how"))
