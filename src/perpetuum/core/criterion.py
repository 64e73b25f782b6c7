"""What a replay of the past must give to be believed, written down before it is run."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal, get_args

from perpetuum.core.record import Record
from perpetuum.core.text import Text

Judge = Literal["order_of_failures", "nobody_falls", "change", "share_lost", "dials_alarm"]
JUDGES: tuple[Judge, ...] = get_args(Judge)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """From which number a change is counted: a metric of the firm, and the period by the firm's own name."""

    metric: str
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion(Record):
    """One thing that must come out.

    Parameters
    ----------
    judge
        How it is judged. ``order_of_failures``: rank correlation of the firms' median quarters of default with the
        days in the list of collapses, at least ``least``, over at least ``fewest`` firms. ``nobody_falls``: no firm
        of ``group`` is in default ``by`` a day. ``change``: four quarters of ``metric`` of ``firm`` that end ``by`` a
        day, against ``starts``, between ``low`` and ``high``. ``share_lost``: of all that ``group`` lent customers,
        what is written down ``by`` a day, between ``low`` and ``high``. ``dials_alarm``: at least ``least`` dials of
        ``parts``, or dials that lead, alarm at the end of a quarter up to ``by``, as known then.
    starts
        Where the change is counted from; the first one judges, the others are told beside it.
    happened
        Findings of the case that say what happened.
    caveat
        What must be printed beside the verdict.
    settles
        What would settle it where it is unknown.
    """

    id: str
    judge: Judge
    name: Text
    by: datetime.date | None = None
    group: str | None = None
    firm: str | None = None
    metric: str | None = None
    starts: tuple[Start, ...] = ()
    low: float | None = None
    high: float | None = None
    least: float | None = None
    fewest: int | None = None
    parts: tuple[str, ...] = ()
    happened: tuple[str, ...] = ()
    caveat: Text | None = None
    settles: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria(Record):
    """By which one scenario of a case is judged, and how many futures of it are lived through.

    Nothing may be put in by hand that happened after the scenario opens, so it has no shocks.
    """

    scenario: str
    quarters: int
    draws: int
    seed: int
    each: tuple[Criterion, ...]
