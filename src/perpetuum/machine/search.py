"""Futures that fit are looked for: live through the prior, then look closer where something fits.

Every future of every round counts by its likelihood times its prior density over the density with which it was
looked for, so looking closer changes how well an answer is known and not what it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import UnknownName
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.machine.free import Free, log_prior, narrowed, values_of
from perpetuum.machine.learned import IDENTIFIED, Round
from perpetuum.machine.metrics import Recipe, recipes_of
from perpetuum.machine.observed import Observed
from perpetuum.machine.prepare import Prepared
from perpetuum.machine.progress import Clock, Progress
from perpetuum.machine.shows import series_of
from perpetuum.maths.importance import effective_size, moments, quantiles, softened, weights_of
from perpetuum.maths.misses import log_density_of_misses

Floats = NDArray[np.float64]
PLENTY = 400  # effective futures: with so many nothing more is lived through
LOOKED_AT = 800  # effective futures of a softened likelihood that say where to look next
WIDER = 1.1  # than what was learned, so that its tails are looked at too
FORGOTTEN = 60.0  # below the heaviest, in logarithms
LEVELS = np.array([0.1, 0.5, 0.9])
_LOG_ROOT = 0.5 * math.log(2.0 * math.pi)


@dataclass(frozen=True, kw_only=True, eq=False)
class Sight:
    """What was reported, laid over what a run keeps."""

    observed: tuple[Observed, ...]
    recipes: tuple[Recipe, ...]
    series: NDArray[np.int64]
    quarter: NDArray[np.int64]
    logs: Floats
    step: Floats  # error of a quarter
    quarters: int

    @classmethod
    def of(cls, world: Prepared, observed: Sequence[Observed], first: Quarter) -> Sight:
        names = list(dict.fromkeys(one.series for one in observed))
        recipes = recipes_of(world.entities, world.seat, names)
        place = {recipe.id: n for n, recipe in enumerate(recipes)}
        for one in observed:
            if one.series not in place:
                raise UnknownName(one.series, list(place), what=both("series of one firm", "單一公司的序列"))
        return cls(
            observed=tuple(observed), recipes=recipes, quarters=world.quarters,
            series=np.array([place[one.series] for one in observed], dtype=np.int64),
            quarter=np.array([one.quarter.index - first.index for one in observed], dtype=np.int64),
            logs=np.log([one.value for one in observed]), step=np.array([one.error for one in observed]),
        )  # fmt: skip

    @property
    def ahead(self) -> NDArray[np.int64]:
        """Quarters since the opening."""
        return self.quarter + 1

    @property
    def error(self) -> Floats:
        """How far off each number may be by then."""
        return np.asarray(self.step * np.sqrt(self.ahead))

    def errors(self) -> Floats:
        """(series, quarter); infinite where nothing was reported."""
        out = np.full((len(self.recipes), self.quarters), math.inf)
        out[self.series, self.quarter] = self.error
        return out

    def of_model(self, values: Floats) -> Floats:
        """(draw, observation) from (draw, series, quarter)."""
        return values[:, self.series, self.quarter]

    def log_likelihood(self, model: Floats, compared: NDArray[np.bool_]) -> Floats:
        """Of all that was reported, (draw,): the misses of one series together, different series apart."""
        missed = self.logs - logs_of(model)
        total = np.full(len(model), 0.0 if compared.any() else -math.inf)
        for series in range(len(self.recipes)):
            own = np.flatnonzero(compared & (self.series == series))
            if own.size:
                told = log_density_of_misses(missed[:, own], self.ahead[own], self.step[own])
                total += np.where(np.isnan(told), -math.inf, told)
        return total


@dataclass(kw_only=True, eq=False)
class Search:
    """Rounds so far, and all that their futures had in the place of what was reported.

    Futures that can never count again are forgotten on the way, so that memory does not grow with the rounds.
    """

    world: Prepared
    free: tuple[Free, ...]
    named: int
    sight: Sight
    seed: int
    first: Quarter
    chunk: int
    rounds: list[Round] = field(default_factory=list)
    values: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    likely: Floats = field(default_factory=lambda: np.zeros(0))
    model: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    number: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    failed: int = 0
    compared: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    apart: Floats = field(default_factory=lambda: np.zeros(0))
    before: list[tuple[float, float, float]] = field(default_factory=list)

    def run(self, draws: int, rounds: int, progress: Progress | None) -> None:
        """Live through the prior; as long as too little of it fits, look closer where something did."""
        clock = Clock(draws * rounds, progress)
        clock.tell(0)
        laws: dict[int, tuple[float, float]] = {}
        for n in range(rounds):
            if n > 0:
                if effective_size(weights_of(self.log_weights())) >= PLENTY or not self.compared.any():
                    break
                laws = self.looked_at(draws)
            self.live(
                Round(world=narrowed(self.world, self.free, laws), laws=laws, begin=n * draws, draws=draws), clock
            )
        clock.tell(draws * rounds)

    def live(self, one: Round, clock: Clock) -> None:
        """Every future of a round, a chunk at a time."""
        numbers = np.arange(one.begin, one.begin + one.draws, dtype=np.int64)
        model, good = [], []
        for begin in range(0, one.draws, self.chunk):
            some = numbers[begin : begin + self.chunk]
            series, status = series_of(one.world, self.sight.recipes, some, self.first)
            model.append(self.sight.of_model(series))
            good.append(status == 0)
            clock.tell(one.begin + begin + some.size)
        had, settled = np.concatenate(model), np.concatenate(good)
        had[~settled] = np.nan
        if not self.rounds:
            self.look_over(had)
            self.values, self.model = np.zeros((0, len(self.free))), np.zeros((0, had.shape[1]))
        self.rounds.append(one)
        self.failed += int((~settled).sum())
        self.values = np.concatenate(
            [self.values, values_of(self.free, one.world.resolved.spreads, self.seed, numbers)]
        )
        self.model = np.concatenate([self.model, had])
        self.likely = np.concatenate([self.likely, self.sight.log_likelihood(had, self.compared)])
        self.number = np.concatenate([self.number, numbers])
        self.forget()

    def forget(self) -> None:
        """Drop futures so much lighter than the heaviest that no further round can bring them back."""
        logs = self.log_weights()
        kept = logs >= float(logs.max(initial=-math.inf)) - FORGOTTEN
        if kept.any() and np.isfinite(logs).any():
            self.values, self.model = self.values[kept], self.model[kept]
            self.likely, self.number = self.likely[kept], self.number[kept]

    def look_over(self, model: Floats) -> None:
        """After the first round: what the machine models at all, and how far it is from what was believed."""
        logs = logs_of(model)
        self.compared = np.asarray(np.isfinite(logs).any(axis=0))
        logs[:, ~self.compared] = 0.0
        wide = np.sqrt(self.sight.error**2 + np.nanvar(logs, axis=0))
        self.apart = np.abs(self.sight.logs - np.nanmean(logs, axis=0)) / wide
        known = [column[np.isfinite(column)] for column in logs.T]
        self.before = [three(np.exp(column), np.full(column.size, 1.0 / column.size)) for column in known]

    def log_looked_for(self) -> Floats:
        """Logarithm of prior density over the density with which all rounds together look for a future."""
        before = np.array([log_prior(one, self.values[:, n]) for n, one in enumerate(self.free)])
        total = sum(one.draws for one in self.rounds)
        parts = []
        for one in self.rounds:
            apart = np.full(len(self.values), math.log(one.draws / total))
            for n, (mean, deviation) in one.laws.items():
                away = (self.values[:, n] - mean) / deviation
                apart += -0.5 * away**2 - math.log(deviation) - _LOG_ROOT - before[n]
            parts.append(apart)
        possible = np.isfinite(before).all(axis=0)
        return np.where(possible, -np.logaddexp.reduce(parts, axis=0), -math.inf)

    def log_weights(self) -> Floats:
        """Of every future, up to a constant."""
        return self.likely + self.log_looked_for()

    def looked_at(self, draws: int) -> dict[int, tuple[float, float]]:
        """Where to look next: a normal law for each parameter that what fits has narrowed or shifted."""
        weights = softened(self.log_weights(), min(LOOKED_AT, 0.02 * draws))
        laws = {}
        for n, one in enumerate(self.free):
            found = moments(self.values[:, n], weights)
            is_shifted = (found.mean - one.mean) ** 2 > IDENTIFIED * one.variance
            if not one.shares_luck and (is_shifted or found.variance * WIDER**2 < one.variance):
                laws[n] = (found.mean, WIDER * math.sqrt(max(found.variance, 1e-6 * one.variance)))
        return laws


def logs_of(model: Floats) -> Floats:
    """Logarithms, NaN where there is none."""
    return np.log(np.where(model > 0.0, model, np.nan))


def three(values: Floats, weights: Floats) -> tuple[float, float, float]:
    """The 10th, 50th and 90th percentile."""
    low, middle, high = quantiles(values, weights, LEVELS).tolist()
    return low, middle, high
