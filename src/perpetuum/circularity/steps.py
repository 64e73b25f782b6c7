"""The stretches of time a question is asked over: quarters, years, or one whole window."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from perpetuum.core.errors import NetworkError
from perpetuum.core.network import Network
from perpetuum.core.text import both
from perpetuum.core.when import Quarter

StepWord = Literal["quarter", "year", "window"]
Window = tuple[Quarter, Quarter] | int | str | None


@dataclass(frozen=True, slots=True)
class Step:
    """Quarters within which everything counts as simultaneous."""

    label: str
    quarters: tuple[Quarter, ...]

    @property
    def first(self) -> datetime.date:
        """First day."""
        return self.quarters[0].first

    @property
    def last(self) -> datetime.date:
        """Last day."""
        return self.quarters[-1].last


def cut(network: Network, window: Window, step: StepWord) -> tuple[Step, ...]:
    """The steps of a window over the quarters of a network.

    Parameters
    ----------
    window
        First and last quarter, a text like ``2025Q1..2025Q4``, a year like ``2025``, a number of
        quarters up to the date spoken of, or nothing for all of them.

    Raises
    ------
    NetworkError
        If no quarter is left; the message says which exist. ``UnitError`` for a text that is
        not a window.
    """
    there = tuple(sorted(network.quarters))
    if not there:
        return ()
    first, last = _ends(window, there, Quarter.of(network.at))
    kept = tuple(quarter for quarter in there if first <= quarter <= last)
    if not kept:
        raise NetworkError(
            both(
                f"the window {first}..{last} holds no quarter of this network.",
                f"期間 {first}..{last} 裡沒有本網路的任何一季。",
            ),
            both(
                f"There are quarters from {there[0]} to {there[-1]}.",
                f"本網路的季度從 {there[0]} 到 {there[-1]}。",
            ),
        )
    if step == "quarter":
        return tuple(Step(str(quarter), (quarter,)) for quarter in kept)
    if step == "year":
        years = [tuple(quarters) for _, quarters in groupby(kept, key=lambda quarter: quarter.year)]
        return tuple(Step(str(year[0].year) if len(year) == 4 else name(year), year) for year in years)
    return (Step(name(kept), kept),)


def name(quarters: tuple[Quarter, ...]) -> str:
    """A window in words: `2025Q3`, or `2025Q1..2025Q4`."""
    if not quarters:
        return "–"
    return str(quarters[0]) if len(quarters) == 1 else f"{quarters[0]}..{quarters[-1]}"


def _ends(window: Window, there: tuple[Quarter, ...], now: Quarter) -> tuple[Quarter, Quarter]:
    if window is None:
        return there[0], there[-1]
    if isinstance(window, str) and re.fullmatch(r"\d{4}", window):
        return Quarter(int(window), 1), Quarter(int(window), 4)
    if isinstance(window, str) and window.isdigit():
        window = int(window)
    if isinstance(window, int):
        if window < 1:
            raise NetworkError(
                both(f"a window of {window} quarters holds nothing.", f"{window} 季的期間不含任何一季。"),
                both("Give at least 1.", "請至少寫 1。"),
            )
        # Counted back from the date spoken of: what is signed reaches far beyond it.
        last = min(there[-1], now)
        return last + (1 - window), last
    if isinstance(window, str):
        head, _, tail = window.partition("..")
        return Quarter.parse(head.strip()), Quarter.parse((tail or head).strip())
    return window
