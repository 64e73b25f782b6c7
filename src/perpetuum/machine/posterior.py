"""What the reported numbers leave of what was believed: futures that count the more, the better they fit.

Chance is keyed by (seed, draw), so a future can be named by a number and lived through again. A posterior is
therefore no more than numbers of futures with weights: live through many futures of the prior, ask of each how likely
it makes what was reported, and let it count by that. Any later question lives through the same futures once more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import Problem, ScenarioError, UnknownName
from perpetuum.core.network import Network
from perpetuum.core.scenario import Scenario, Spoken
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.machine.free import Free, log_prior, narrowed, rest_of, values_of, with_free
from perpetuum.machine.metrics import Recipe, recipes_of
from perpetuum.machine.observed import Observed
from perpetuum.machine.prepare import Prepared, first_quarter
from perpetuum.machine.progress import Clock, Progress
from perpetuum.machine.shows import moves, series_of, would_show
from perpetuum.maths.chance import moment, stream_of, uniforms
from perpetuum.maths.importance import (
    Moments,
    correlations,
    drawn_again,
    effective_size,
    moments,
    quantiles,
    softened,
    weights_of,
)
from perpetuum.maths.laws import quantiles_of_law

Floats = NDArray[np.float64]
Status = Literal["enough", "too_few", "none"]
CHUNK = 2_000
REACH = 3.0  # deviations: under any law with one peak 95 % lie nearer
FEWEST = 100  # effective futures: with fewer, no interval can be trusted
PLENTY = 400  # effective futures: with so many nothing more is lived through
ROUNDS = 10  # the prior, then as many narrowed to what was learned as it takes
LOOKED_AT = 800  # effective futures of a softened likelihood that say where to look next
WIDER = 1.1  # than what was learned, so that its tails are looked at too
STANDS_FOR_ALL = 1_000  # futures drawn again, each with the same weight
IDENTIFIED = 0.1  # of the prior's variance; what moves less the data do not move
SURE = 2.0  # standard errors
NAMED = 0.5  # correlations beyond it are named
FORGOTTEN = 60.0  # below the heaviest, in logarithms
LEVELS = np.array([0.1, 0.5, 0.9])
LONGER = 40  # quarters in which a parameter that shows nowhere yet is looked for
_LOG_ROOT = 0.5 * math.log(2.0 * math.pi)
STREAM = stream_of("posterior")


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """One parameter before and after.

    Parameters
    ----------
    before, after
        The 10th, 50th and 90th percentile.
    mean_error
        Standard error of ``mean``, because futures are finitely many.
    identified
        1 less the variance after by the variance before; negative where the data widen what was believed.
    identified_error
        Its standard error.
    """

    address: str
    unit: str
    says: Text
    before: tuple[float, float, float]
    before_mean: float
    before_sd: float
    after: tuple[float, float, float]
    mean: float
    sd: float
    mean_error: float
    identified: float
    identified_error: float

    @property
    def shift(self) -> float:
        """How far the mean moved, in deviations of the prior."""
        return (self.mean - self.before_mean) / self.before_sd

    @property
    def is_moved(self) -> bool:
        """Whether the data take away or shift a tenth of its prior variance, beyond sampling error."""
        is_narrower = self.identified >= max(IDENTIFIED, SURE * self.identified_error)
        return is_narrower or self.shift**2 >= max(IDENTIFIED, (SURE * self.mean_error / self.before_sd) ** 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """One reported number and what the futures have in its place: 10th, 50th and 90th percentile, before and after.

    Parameters
    ----------
    apart
        Before: distance of the logarithms of number and model, in deviations of error and prior together.
    missed
        After: mean of the logarithm of number over model, in errors.
    is_used
        Whether it counted; a number out of reach of everything that was believed does not.
    """

    observed: Observed
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    apart: float
    missed: float
    is_used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A reported number that cannot be compared, and why."""

    observed: Observed
    because: Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Round:
    """Futures of one proposal: draws ``begin`` to ``begin + draws`` of ``world``."""

    world: Prepared = field(repr=False)
    laws: dict[int, tuple[float, float]]
    begin: int
    draws: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Posterior:
    """What was learned.

    Parameters
    ----------
    free
        The parameters asked for, and after them those that spread too and move what was observed: they are no
        answer, but where to look for them had to be found as well.
    draws
        Futures lived through, all rounds together.
    number
        The draws among them that count at all; those of later rounds have higher numbers.
    values
        Of the free parameters in those futures, (future, parameter).
    weights
        Of those futures; they add up to one, or are all zero if none can have been.
    effective
        How many futures of equal weight they are worth.
    status
        ``enough``; ``too_few`` with fewer than 100 effective futures; ``none`` if nothing reported is within reach.
    chosen
        Places in ``number`` of futures that stand for all, each with the same weight.
    together
        Pairs of parameters whose correlation afterwards is above 0.5, with it.
    shown_nowhere
        Free parameters that move nothing that was observed, though nobody insisted on them.
    log_evidence
        Logarithm of the likelihood, averaged over the prior: for comparing scenarios on the same numbers.
    failed
        Futures that broke off or did not settle; they count for nothing.
    """

    scenario: Scenario
    first: Quarter
    quarters: int
    seed: int
    free: tuple[Free, ...]
    learned: tuple[Learned, ...]
    fitted: tuple[Fitted, ...]
    left_out: tuple[LeftOut, ...]
    shown_nowhere: tuple[str, ...]
    together: tuple[tuple[str, str, float], ...]
    rounds: tuple[Round, ...] = field(repr=False)
    draws: int
    number: NDArray[np.int64] = field(repr=False)
    values: Floats = field(repr=False)
    weights: Floats = field(repr=False)
    chosen: tuple[int, ...] = field(repr=False)
    effective: float
    log_evidence: float
    failed: int
    network: Network = field(repr=False)
    others: bool = True

    @property
    def status(self) -> Status:
        """Whether the futures are enough to go by."""
        if self.effective == 0.0:
            return "none"
        return "enough" if self.effective >= FEWEST else "too_few"

    @property
    def moved(self) -> tuple[Learned, ...]:
        """Parameters that the data move, most first."""
        found = [one for one in self.learned if one.is_moved]
        return tuple(sorted(found, key=lambda one: (-max(one.identified, one.shift**2), one.address)))

    @property
    def not_moved(self) -> tuple[Learned, ...]:
        """Parameters that the data do not move."""
        return tuple(one for one in self.learned if not one.is_moved)

    def relive(self, series: Sequence[str], quarters: int) -> Floats:
        """The chosen futures once more, longer: (draw, series, quarter), each draw with the same weight.

        Raises
        ------
        UnknownName
            For a series that there is not.
        """
        addresses = [one.address for one in self.free]
        longer, _ = with_free(
            self.network, self.scenario, addresses, first=self.first, quarters=quarters, seed=self.seed,
            others=self.others,
        )  # fmt: skip
        recipes = recipes_of(longer.entities, longer.seat, series)
        out = np.empty((len(self.chosen), len(recipes), quarters))
        numbers = self.number[list(self.chosen)]
        for one in self.rounds:
            places = np.flatnonzero((numbers >= one.begin) & (numbers < one.begin + one.draws))
            if places.size:
                world = narrowed(longer, self.free, one.laws)
                out[places] = series_of(world, recipes, numbers[places], self.first)[0]
        return out


def posterior(
    network: Network,
    scenario: Scenario,
    observed: Sequence[Observed],
    free: Sequence[str],
    *,
    draws: int = 40_000,
    seed: int = 0,
    first: Quarter | None = None,
    others: bool = True,
    insist: bool = True,
    reach: float | None = REACH,
    rounds: int = ROUNDS,
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> Posterior:
    """Learn about parameters from reported numbers.

    Parameters
    ----------
    scenario
        Its spreads are what is believed beforehand.
    observed
        Reported numbers of simulated quarters. Each is taken as the model's number times a lognormal error of its
        own; errors of different numbers are taken as independent.
    free
        Addresses of the parameters to learn about.
    draws
        Futures lived through in each round.
    seed
        Names the luck. Same numbers, same seed, same answer to the last bit.
    first
        The first simulated quarter.
    others
        Whether parameters that are not free spread too, as the scenario says. They are averaged over.
    insist
        Whether a free parameter that moves nothing that was observed is an error; if not it is left out and named.
    reach
        A number farther than this from what was believed, in deviations of error and prior together, does not count:
        no parameter within its range explains it, so it would only push some to their ends. It is shown as missed.
        With None every number counts.
    rounds
        At most so many. The first is the prior. If what fits is rare, the next looks where it was found, and every
        future of every round counts by its prior density over the density with which it was looked for.

    Raises
    ------
    ScenarioError
        For what cannot be asked: no numbers, unknown addresses, parameters that nothing identifies; all at once.
    UnknownName
        For a series that there is not.

    Notes
    -----
    Importance sampling with a mixture of proposals, one of them the prior, so that no weight exceeds the likelihood
    times the number of rounds. Sources: Owen and Zhou (2000), doi:10.1080/01621459.2000.10473909; Cornuet, Marin,
    Mira and Robert (2012), doi:10.1111/j.1467-9469.2011.00756.x; the power that softens a first look is that of
    Del Moral, Doucet and Jasra (2006), doi:10.1111/j.1467-9868.2006.00553.x. What is out of reach is told as in
    history matching, Craig, Goldstein, Seheult and Smith (1997), doi:10.1007/978-1-4612-2290-3_2, at three
    deviations: Pukelsheim (1994), doi:10.1080/00031305.1994.10476030.

    Examples
    --------
    >>> from perpetuum import load
    >>> ledger = load("ai")
    >>> network, wide = ledger.network(at="newest", stage="signed"), ledger.scenario("neutral")
    >>> engine = network.cast.engines[0]
    >>> seen = Observed(series=f"{engine}.weekly_active_users", quarter=Quarter(2026, 1), value=0.95e9, error=0.03)
    >>> out = posterior(network, wide, [seen], [f"{engine}.opening_users"], draws=2000)
    >>> out.status, out.learned[0].is_moved, out.learned[0].sd < out.learned[0].before_sd
    ('enough', True, True)
    """
    start = first_quarter(network) if first is None else first
    _refuse(observed, free, draws, rounds, start)
    quarters = max(one.quarter for one in observed).index - start.index + 1
    world, named = with_free(network, scenario, free, first=start, quarters=quarters, seed=seed, others=others)
    sight = _Sight.of(world, observed, start)
    shown, unseen = _parted(named, moves(world, named, sight.recipes, sight.errors(), start))
    if (insist and unseen) or not shown:
        _refuse_unseen(network, scenario, unseen, start, seed, others)
    luck = rest_of(world, named)
    helping, _ = _parted(luck, moves(world, luck, sight.recipes, sight.errors(), start))
    search = _Search(
        world=world, free=(*shown, *helping), named=len(shown), sight=sight, seed=seed, first=start, chunk=chunk,
        reach=reach,
    )  # fmt: skip
    search.run(draws, rounds, progress)
    return search.told(network, scenario, tuple(one.address for one in unseen), others)


def _parted(free: Sequence[Free], is_shown: NDArray[np.bool_]) -> tuple[tuple[Free, ...], tuple[Free, ...]]:
    """Those that move something observed, and the others."""
    yes = tuple(one for one, shown in zip(free, is_shown.tolist(), strict=True) if shown)
    return yes, tuple(one for one in free if one not in yes)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sight:
    """What was reported, laid over what a run keeps."""

    observed: tuple[Observed, ...]
    recipes: tuple[Recipe, ...]
    series: NDArray[np.int64]
    quarter: NDArray[np.int64]
    logs: Floats
    error: Floats
    quarters: int

    @classmethod
    def of(cls, world: Prepared, observed: Sequence[Observed], first: Quarter) -> _Sight:
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
            logs=np.log([one.value for one in observed]), error=np.array([one.error for one in observed]),
        )  # fmt: skip

    def errors(self) -> Floats:
        """(series, quarter); infinite where nothing was reported."""
        out = np.full((len(self.recipes), self.quarters), math.inf)
        out[self.series, self.quarter] = self.error
        return out

    def of_model(self, values: Floats) -> Floats:
        """(draw, observation) from (draw, series, quarter)."""
        return values[:, self.series, self.quarter]


@dataclass(kw_only=True, eq=False)
class _Search:
    """Rounds so far, and all that their futures had in the place of what was reported.

    Futures that can never count again are forgotten on the way, so that memory does not grow with the rounds.
    """

    world: Prepared
    free: tuple[Free, ...]
    named: int
    sight: _Sight
    seed: int
    first: Quarter
    chunk: int
    reach: float | None
    rounds: list[Round] = field(default_factory=list)
    values: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    likely: Floats = field(default_factory=lambda: np.zeros(0))
    model: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    number: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    failed: int = 0
    compared: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    used: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    apart: Floats = field(default_factory=lambda: np.zeros(0))
    before: list[tuple[float, float, float]] = field(default_factory=list)

    def run(self, draws: int, rounds: int, progress: Progress | None) -> None:
        """Live through the prior; as long as too little of it fits, look closer where something did."""
        clock = Clock(draws * rounds, progress)
        clock.tell(0)
        laws: dict[int, tuple[float, float]] = {}
        for n in range(rounds):
            if n > 0:
                if effective_size(weights_of(self.log_weights())) >= PLENTY or not self.used.any():
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
        self.likely = np.concatenate([self.likely, self.log_likelihood(had)])
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
        """After the first round: what the machine models at all, and what is within reach of what was believed."""
        logs = _logs(model)
        self.compared = np.asarray(np.isfinite(logs).any(axis=0))
        logs[:, ~self.compared] = 0.0
        wide = np.sqrt(self.sight.error**2 + np.nanvar(logs, axis=0))
        self.apart = np.abs(self.sight.logs - np.nanmean(logs, axis=0)) / wide
        self.used = self.compared & (self.apart <= (math.inf if self.reach is None else self.reach))
        known = [column[np.isfinite(column)] for column in logs.T]
        self.before = [_three(np.exp(column), np.full(column.size, 1.0 / column.size)) for column in known]

    def log_likelihood(self, model: Floats) -> Floats:
        """Of all that was reported and counts, in every future; none is likely if nothing counts."""
        if not self.used.any():
            return np.full(len(model), -math.inf)
        error, reported = self.sight.error[self.used], self.sight.logs[self.used]
        missed = (reported - _logs(model)[:, self.used]) / error
        told = -0.5 * missed**2 - np.log(error) - _LOG_ROOT
        return np.asarray(np.where(np.isnan(told), -math.inf, told).sum(axis=1))

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

    def told(self, network: Network, scenario: Scenario, shown_nowhere: tuple[str, ...], others: bool) -> Posterior:
        """Everything in the words of a result."""
        logs = self.log_weights()
        weights = weights_of(logs)
        some = float(weights.sum()) > 0.0
        total = sum(one.draws for one in self.rounds)
        evidence = float(np.logaddexp.reduce(logs)) - math.log(total) if some else -math.inf
        return Posterior(
            scenario=scenario, first=self.first, quarters=self.world.quarters, seed=self.seed, free=self.free,
            learned=self.learned(weights) if some else (), fitted=self.fitted(weights),
            left_out=tuple(
                LeftOut(observed=self.sight.observed[n], because=_NOT_MODELLED)
                for n in np.flatnonzero(~self.compared)
            ),
            shown_nowhere=shown_nowhere, together=self.together(weights) if some else (),
            rounds=tuple(self.rounds), draws=total, number=self.number, values=self.values, weights=weights,
            chosen=self.chosen(weights) if some else (), effective=effective_size(weights), log_evidence=evidence,
            failed=self.failed, network=network, others=others,
        )  # fmt: skip

    def learned(self, weights: Floats) -> tuple[Learned, ...]:
        return tuple(_learned(one, self.values[:, n], weights) for n, one in enumerate(self.free[: self.named]))

    def fitted(self, weights: Floats) -> tuple[Fitted, ...]:
        counts = weights if weights.any() else np.full(weights.size, 1.0 / weights.size)
        found, logs = [], _logs(self.model)
        for n in np.flatnonzero(self.compared):
            there = np.isfinite(logs[:, n])
            share = counts[there] / counts[there].sum()
            missed = (self.sight.logs[n] - logs[there, n]) / self.sight.error[n]
            found.append(
                Fitted(
                    observed=self.sight.observed[n], before=self.before[n], after=_three(self.model[there, n], share),
                    apart=float(self.apart[n]), missed=float(share @ missed), is_used=bool(self.used[n]),
                )
            )  # fmt: skip
        return tuple(found)

    def together(self, weights: Floats) -> tuple[tuple[str, str, float], ...]:
        found = correlations(self.values[:, : self.named], weights)
        pairs = np.argwhere(np.triu(np.abs(found) > NAMED, 1))
        named = [(self.free[i].address, self.free[j].address, float(found[i, j])) for i, j in pairs.tolist()]
        return tuple(sorted(named, key=lambda one: (-abs(one[2]), one[:2])))

    def chosen(self, weights: Floats) -> tuple[int, ...]:
        start = uniforms(self.seed, 0, moment(0), STREAM)[0]
        return tuple(drawn_again(weights, STANDS_FOR_ALL, float(start)).tolist())


def _logs(model: Floats) -> Floats:
    """Logarithms, NaN where there is none."""
    return np.log(np.where(model > 0.0, model, np.nan))


def _learned(one: Free, values: Floats, weights: Floats) -> Learned:
    found: Moments = moments(values, weights)
    before = quantiles_of_law(one.law, one.a, one.b, one.c, LEVELS)
    return Learned(
        address=one.address, unit=one.unit, says=one.says,
        before=(float(before[0]), float(before[1]), float(before[2])), before_mean=one.mean,
        before_sd=math.sqrt(one.variance), after=_three(values, weights), mean=found.mean,
        sd=math.sqrt(found.variance), mean_error=found.mean_error, identified=1.0 - found.variance / one.variance,
        identified_error=found.variance_error / one.variance,
    )  # fmt: skip


def _three(values: Floats, weights: Floats) -> tuple[float, float, float]:
    low, middle, high = quantiles(values, weights, LEVELS).tolist()
    return low, middle, high


_NOT_MODELLED = both(
    "no future of the scenario has it above zero: the machine does not model it here.",
    "情境的任何路徑中它都不大於零：機器在此未模擬它。",
)


def _refuse(observed: Sequence[Observed], free: Sequence[str], draws: int, rounds: int, first: Quarter) -> None:
    """Everything that cannot be asked, at once."""
    found: list[Problem] = []

    def refuse(path: str, what: Text, repair: Text) -> None:
        found.append(Problem(where=Spoken("posterior"), path=path, what=what, repair=repair))

    if not observed:
        refuse("observed", both("there is nothing to learn from: needs 1 reported number, has 0.",
                                "沒有可供學習的數字：需要 1 個申報數字，現有 0 個。"),
               both("Give at least one number of a simulated quarter.", "請至少給一個模擬期間的數字。"))  # fmt: skip
    if not free:
        refuse("free", both("no parameter is free.", "沒有可變動的參數。"),
               both("Name at least one, for example: imitation", "請至少指定一個，例如：imitation"))  # fmt: skip
    if draws < FEWEST:
        refuse("draws", both(f"needs {FEWEST} futures at least, has {draws}.",
                             f"至少需要 {FEWEST} 條路徑，現有 {draws} 條。"),
               both("Ask for 40000.", "請要求 40000 條。"))  # fmt: skip
    if rounds < 1:
        refuse("rounds", both(f"{rounds} rounds are none.", f"{rounds} 輪等於沒有。"),
               both("Write 1 or more.", "請寫 1 以上。"))  # fmt: skip
    for one in observed:
        if one.quarter.index < first.index:
            refuse(f"observed.{one.series}", both(f"{one.quarter} lies before the first simulated quarter, {first}.",
                                                  f"{one.quarter} 早於模擬的第一季 {first}。"),
                   both("Leave it out.", "請不要列出。"))  # fmt: skip
        if not (0.0 < one.value < math.inf and 0.0 < one.error < math.inf):
            refuse(f"observed.{one.series}", both("a number and its error are above zero.", "數字與其誤差須大於零。"),
                   both("Leave it out, or correct it.", "請不要列出，或更正。"))  # fmt: skip
    if found:
        raise ScenarioError(found)


def _refuse_unseen(
    network: Network, scenario: Scenario, unseen: Sequence[Free], first: Quarter, seed: int, others: bool
) -> None:
    """Name every free parameter that nothing observed identifies, and what would."""
    addresses = [one.address for one in unseen]
    world, known = with_free(network, scenario, addresses, first=first, quarters=LONGER, seed=seed, others=others)
    found = []
    for one in known:
        shows = would_show(world, one, first)
        repair = both(
            f"Leave it out: in {LONGER} quarters it shows in no series of this machine.",
            f"請不要列出：{LONGER} 季之內它不影響本機器的任何序列。",
        )
        if shows is not None:
            repair = both(
                f"Leave it out, or wait: it shows first in {shows.series}, from {shows.quarter} on.",
                f"請不要列出，或等待：它最先影響 {shows.series}，自 {shows.quarter} 起。",
            )
        what = both("nothing that was reported identifies it.", "沒有任何申報數字可辨識它。")
        found.append(Problem(where=Spoken("--free"), path=one.address, what=what, repair=repair))
    raise ScenarioError(found)
