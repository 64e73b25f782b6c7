"""What firms of the cast reported, quarter by quarter and as known on a date, in the words of a run."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.cast import Cast
from perpetuum.core.claim import Figure
from perpetuum.core.panel import Panel
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter, quarters_between
from perpetuum.machine.observed import Observed
from perpetuum.maths.naive import spread_of_misses

Floats = NDArray[np.float64]
METRICS = ("revenue", "capex", "cash", "total_debt", "weekly_active_users", "compute_capacity")
DATED = ("weekly_active_users",)  # counted on a day, not for a quarter
LEAST_ERROR = 0.02  # nobody reports, and no model counts, more finely
OWN, METRIC, ANY = "own", "metric", "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series as known on a date: quarter by quarter, with the figures each number rests on."""

    id: str
    firm: str
    metric: str
    numbers: Mapping[Quarter, float]
    figures: Mapping[Quarter, tuple[Figure, ...]]

    @property
    def parts(self) -> tuple[str, ...]:
        """The metrics that are added up."""
        return tuple(figure.chosen.attribute for figure in self.figures[self.last])

    @property
    def last(self) -> Quarter:
        """The last quarter known."""
        return max(self.numbers)

    def known_from(self, quarter: Quarter) -> datetime.date:
        """The first day on which the number of a quarter could be known."""
        return max(figure.chosen.known_from for figure in self.figures[quarter])

    def row(self) -> Floats:
        """From the first quarter known to the last, NaN in between where unknown."""
        return np.array([self.numbers.get(q, np.nan) for q in quarters_between(min(self.numbers), self.last)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """How far from a number a model may fairly be, and where that was taken from.

    ``own``: the last 8 changes of the series. ``metric``: the largest of the same metric of other firms, as the series
    is too short. ``any``: the largest of all.
    """

    series: str
    error: float
    basis: str


def series_of(panel: Panel, cast: Cast, opening: Quarter) -> dict[str, Series]:
    """Every series of a simulated firm that is always above zero, by its id.

    Cash is what the opening counts: cash and marketable securities if both are known of its quarter, or of the last
    before it in which cash is known; else cash alone. A quarter that lacks a part is left out. Users are those of
    the series that the case has a name for, on the day nearest to the close of a quarter.

    Examples
    --------
    >>> series_of(Panel(cells={}), Cast(users="u", suppliers="s", investors="i", lenders="l"), Quarter(2025, 4))
    {}
    """
    found = {}
    for firm in cast.firms:
        for metric in METRICS:
            figures = _on_days(panel, firm, metric) if metric in DATED else _cells(panel, firm, metric, opening)
            numbers = {quarter: sum(figure.value for figure in told) for quarter, told in figures.items()}
            if numbers and min(numbers.values()) > 0.0:
                id = f"{firm}.{metric}"
                found[id] = Series(id=id, firm=firm, metric=metric, numbers=numbers, figures=figures)
    return found


def errors_of(known: Mapping[str, Series]) -> dict[str, Error]:
    """How far from each series a model may be: as far as a walk with drift has missed the next quarter.

    At least 2 %. Nothing if no series is long enough to tell.
    """
    own = {id: spread_of_misses(series.row()) for id, series in known.items()}
    told = {id: value for id, value in own.items() if value is not None}
    found = {}
    for id, series in known.items():
        alike = [value for other, value in told.items() if known[other].metric == series.metric]
        choices = ((told.get(id), OWN), (max(alike, default=None), METRIC), (max(told.values(), default=None), ANY))
        for value, basis in choices:
            if value is not None:
                found[id] = Error(series=id, error=max(value, LEAST_ERROR), basis=basis)
                break
    return found


def observed_of(known: Mapping[str, Series], errors: Mapping[str, Error], first: Quarter) -> tuple[Observed, ...]:
    """The numbers of simulated quarters, with their errors, in the order of series and quarters."""
    return tuple(
        Observed(series=id, quarter=quarter, value=series.numbers[quarter], error=errors[id].error,
                 figure=series.figures[quarter][0])
        for id, series in known.items() if id in errors
        for quarter in sorted(series.numbers) if quarter.index >= first.index
    )  # fmt: skip


def _cells(panel: Panel, firm: str, metric: str, opening: Quarter) -> dict[Quarter, tuple[Figure, ...]]:
    cells = panel.cells.get((firm, metric), {})
    securities = panel.cells.get((firm, "marketable_securities"), {}) if metric == "cash" else {}
    before = [quarter for quarter in cells if quarter.index <= opening.index]
    if not before or max(before) not in securities:
        return {quarter: (figure,) for quarter, figure in cells.items()}
    return {quarter: (figure, securities[quarter]) for quarter, figure in cells.items() if quarter in securities}


def _on_days(panel: Panel, firm: str, metric: str) -> dict[Quarter, tuple[Figure, ...]]:
    """The figure of the day nearest to the close of each quarter."""
    named = [key for key in panel.named.values() if key[:2] == (firm, metric)]
    key = named[0] if named else (firm, metric, None)
    if key not in panel.dated:
        return {}
    dated = panel.dated[key]
    nearest: dict[Quarter, tuple[int, Figure]] = {}
    for day, figure in zip(dated.dates, dated.figures, strict=True):
        quarter = _closing_near(day)
        away = abs((quarter.last - day).days)
        if quarter not in nearest or away <= nearest[quarter][0]:
            nearest[quarter] = (away, figure)
    return {quarter: (figure,) for quarter, (_, figure) in nearest.items()}


def _closing_near(day: datetime.date) -> Quarter:
    """The quarter whose close is nearest."""
    own = Quarter.of(day)
    before = own + -1
    return before if (day - before.last).days < (own.last - day).days else own


_BASES = {
    OWN: both("its own last changes", "本身近期的變動"),
    METRIC: both("the widest of the same metric of other firms", "其他公司同一指標中最大者"),
    ANY: both("the widest of all series", "所有數列中最大者"),
}


def basis_of(error: Error) -> Text:
    """In words, where an error was taken from."""
    return _BASES[error.basis]
