"""Scores added up: by series, by metric and by how far ahead, always on numbers that all that are compared forecast."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from perpetuum.core.when import Quarter
from perpetuum.report.files import as_csv
from perpetuum.report.hindcast import HINDSIGHT, MACHINE, PLAN, RIVALS, Hindcast

MODELS = (*RIVALS, PLAN, MACHINE, HINDSIGHT)
NAIVE = (*RIVALS, PLAN)
ALL = "all"
Cell = tuple[Quarter, str, Quarter]


class Scored(Protocol):
    """What adding up needs of a score, whether it was just made or kept with a case."""

    @property
    def date(self) -> Quarter: ...
    @property
    def series(self) -> str: ...
    @property
    def quarter(self) -> Quarter: ...
    @property
    def model(self) -> str: ...
    @property
    def came(self) -> float: ...
    @property
    def crps(self) -> float: ...
    @property
    def is_covered(self) -> bool | None: ...
    @property
    def bias(self) -> float: ...


S = TypeVar("S", bound=Scored)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The scores of one model on one group of numbers.

    Parameters
    ----------
    count
        Forecasts scored.
    crps
        Mean of the score as a share of what came; the smaller the better.
    coverage
        Share of what came inside the 80 % intervals; nothing for plans.
    bias
        Mean of forecast less what came, as a share of what came.
    rival
        The naive model that did best on numbers that both forecast; nothing if no other forecast any of them.
    ratio
        Own score over that rival's, on those numbers: above 1 the rival was better.
    shared
        How many those numbers are.
    """

    group: str
    model: str
    count: int
    crps: float
    coverage: float | None
    bias: float
    rival: str | None
    ratio: float | None
    shared: int


def by_series(done: Hindcast, models: Sequence[str] = MODELS) -> tuple[Row, ...]:
    """One row for each series and model."""
    return grouped(done.scores, lambda one: one.series, models)


def by_metric(done: Hindcast, models: Sequence[str] = MODELS) -> tuple[Row, ...]:
    """One row for each metric and model, and for all together."""
    each = grouped(done.scores, lambda one: one.series.rpartition(".")[2], models)
    return (*each, *grouped(done.scores, lambda _: ALL, models))


def by_ahead(done: Hindcast, models: Sequence[str] = MODELS) -> tuple[Row, ...]:
    """One row for each number of quarters ahead and model."""
    return grouped(done.scores, lambda one: str(one.ahead), models)


def files(done: Hindcast) -> dict[str, bytes]:
    """Every score, the sums, and the dates, as CSV."""
    head = ["date", "asof", "series", "quarter", "ahead", "model", "median", "q10", "q90", "came", "crps",
            "is_covered", "bias", "share_below"]  # fmt: skip
    scores = [
        [str(one.date), one.asof.isoformat(), one.series, str(one.quarter), one.ahead, one.model, one.middle, one.low,
         one.high, one.came, one.crps, one.is_covered, one.bias, one.below]
        for one in done.scores
    ]  # fmt: skip
    sums = ["group", "model", "forecasts", "crps_of_what_came", "coverage_80", "bias", "best_rival", "ratio", "shared"]
    dates = [[str(one.date), one.asof.isoformat(), one.status, one.effective, one.learned_from, one.because.en,
              one.because.zh] for one in done.dates]  # fmt: skip
    made = {"scores.csv": as_csv(head, scores)}
    for name, rows in (("series", by_series(done)), ("metrics", by_metric(done)), ("ahead", by_ahead(done))):
        made[f"{name}.csv"] = as_csv(sums, [_cells(row) for row in rows])
    made["dates.csv"] = as_csv(["date", "asof", "status", "effective", "learned_from", "because", "because_zh"], dates)
    return made


def _cells(row: Row) -> list[str | float | None]:
    return [row.group, row.model, row.count, row.crps, row.coverage, row.bias, row.rival, row.ratio, row.shared]


def grouped(scores: Sequence[S], group: Callable[[S], str], models: Sequence[str]) -> tuple[Row, ...]:
    """One row for each group and model that has scores."""
    groups: dict[str, list[S]] = {}
    for one in scores:
        groups.setdefault(group(one), []).append(one)
    return tuple(
        row for name, some in groups.items() for model in models if (row := _row(name, model, some)) is not None
    )


def _row(name: str, model: str, scores: Iterable[Scored]) -> Row | None:
    of: dict[str, dict[Cell, Scored]] = {}
    for one in scores:
        of.setdefault(one.model, {})[one.date, one.series, one.quarter] = one
    own = list(of.get(model, {}).values())
    if not own:
        return None
    rival, ratio, shared = _best_rival(model, of)
    covered = [one.is_covered for one in own if one.is_covered is not None]
    return Row(
        group=name, model=model, count=len(own), crps=_mean(own), coverage=float(np.mean(covered)) if covered else None,
        bias=float(np.mean([one.bias for one in own])), rival=rival, ratio=ratio, shared=shared,
    )  # fmt: skip


def _best_rival(model: str, of: dict[str, dict[Cell, Scored]]) -> tuple[str | None, float | None, int]:
    """The naive model with the smallest score, on the numbers it shares with this one."""
    found: list[tuple[float, str, int]] = []
    for rival in NAIVE:
        both = sorted(set(of[model]) & set(of.get(rival, {})))
        if rival != model and both:
            theirs = _mean([of[rival][cell] for cell in both])
            if theirs > 0.0:
                found.append((_mean([of[model][cell] for cell in both]) / theirs, rival, len(both)))
    if not found:
        return None, None, 0
    ratio, rival, shared = max(found)
    return rival, ratio, shared


def _mean(scores: Sequence[Scored]) -> float:
    return float(np.mean([one.crps / one.came for one in scores]))
