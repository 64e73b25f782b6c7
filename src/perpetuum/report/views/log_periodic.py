"""The log-periodic reading of a price: what it gives, and how often a walk without a bubble gives the same."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import SeriesError
from perpetuum.core.text import Text
from perpetuum.gauges.lppls import Axis, FalseAlarm, LogPeriodic, read_log_periodic
from perpetuum.report import numbers
from perpetuum.report.blocks import Block, Cell, Paragraph, Table, Title
from perpetuum.report.views import parts
from perpetuum.report.words import plain, say

# The middle gap between two days of a series that is read day by day.
DAILY = 4


def log_periodic(
    dates: Sequence[datetime.date],
    prices: NDArray[np.float64],
    *,
    axis: Axis = "trading",
    at: datetime.date | None = None,
) -> tuple[Block, ...]:
    """Read a series and tell it; what is wrong with the series raises ``SeriesError``."""
    return told(read_log_periodic(dates, prices, axis=axis, at=at))


def beside_the_test(dates: Sequence[str], prices: NDArray[np.float64]) -> tuple[Block, ...]:
    """The reading of a series of days; of any other series, or of one it cannot read, a sentence why there is none."""
    days = [datetime.date.fromisoformat(date) for date in dates if len(date) == len("2026-01-31")]
    gaps = [(after - before).days for before, after in pairwise(days)]
    if len(days) < len(dates) or not gaps or sorted(gaps)[len(gaps) // 2] > DAILY:
        return _absent(say("lppls.not_daily"))
    try:
        return log_periodic(days, prices)
    except SeriesError as error:
        return _absent(error.what)


def _absent(why: Text) -> tuple[Block, ...]:
    return (
        Title(text=say("lppls.title"), level=3),
        Paragraph(text=say("lppls.none", why=why), style="note"),
    )


def told(reading: LogPeriodic) -> tuple[Block, ...]:
    """The reading, what it rests on, and its false alarms: never one without the other."""
    return (
        Title(text=say("lppls.title"), level=3),
        Paragraph(text=_sentence(reading), style="lead"),
        Paragraph(text=say("lppls.second"), style="note"),
        _windows(reading),
        _false_alarms(reading.false_alarms),
    )


def _sentence(reading: LogPeriodic) -> Text:
    worst = max(reading.false_alarms, key=lambda each: each.above_zero)
    return say(
        "lppls.sentence", when=numbers.day(reading.last), share=numbers.share(reading.confidence),
        passed=reading.passed, windows=len(reading.windows), axis=say(f"lppls.axis.{reading.axis}"),
        wrong=numbers.share(worst.above_zero), drift=numbers.share(worst.drift),
    )  # fmt: skip


def _windows(reading: LogPeriodic) -> Table:
    found, ends = reading.best.curve, (min(reading.windows), max(reading.windows))
    rows = [
        ("lppls.row.windows", plain(f"{ends[0]}–{ends[1]}")),
        ("lppls.row.axis", say(f"lppls.axis.{reading.axis}")),
        ("lppls.row.on_bound", plain(reading.on_bound)),
        ("lppls.row.span", numbers.window(f"{reading.first}..{reading.last}")),
        ("lppls.row.critical", _critical(reading)),
        ("lppls.row.exponent", plain(f"{found.m:.2f}")),
        ("lppls.row.swings", plain(f"{found.w:.1f}")),
        ("lppls.row.counts", say("lppls.yes") if reading.best_counts else say("lppls.no")),
    ]
    history = " ".join(f"{share:.0%}" for _, share in reading.history)
    return Table(
        columns=(parts.head("lppls.head.what"), parts.head("lppls.head.value", right=True)),
        rows=(
            *((parts.word(key), Cell(text=text)) for key, text in rows),
            (parts.word("lppls.row.history"), Cell(text=plain(history or "–"))),
        ),
        caption=say("lppls.windows"),
    )


def _critical(reading: LogPeriodic) -> Text:
    if reading.best.status == "tc_on_bound":
        return say("lppls.on_bound")
    if reading.critical is not None:
        return numbers.day(reading.critical)
    after = reading.best.curve.tc - reading.best.end
    return say("lppls.after", days=f"{after:.0f}")


def _false_alarms(rates: tuple[FalseAlarm, ...]) -> Table:
    return Table(
        columns=(parts.head("lppls.head.drift", right=True), parts.head("lppls.head.step", right=True),
                 parts.head("lppls.head.above_zero", right=True), parts.head("lppls.head.above_fifth", right=True)),
        rows=tuple(
            (Cell(text=numbers.share(each.drift)), Cell(text=numbers.share(each.step)),
             Cell(text=numbers.share(each.above_zero)), Cell(text=numbers.share(each.above_fifth)))
            for each in rates
        ),
        caption=say("lppls.false_alarms", paths=rates[0].paths if rates else 0),
    )  # fmt: skip
