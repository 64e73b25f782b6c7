"""The verb `hindcast`: what would have been forecast on earlier dates, scored against what came.

On each date only what was known then counts. Naive rivals forecast from every date. The machine forecasts from a date
only if its opening was known then; from later ones it is shown apart, in hindsight, because whoever wrote its opening
knew more.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import NetworkError, PerpetuumError, ScenarioError, SeriesError
from perpetuum.core.scenario import Scenario
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.machine.addresses import Slot
from perpetuum.machine.forecast import forecast, strayed
from perpetuum.machine.from_network import fill_from_network
from perpetuum.machine.metrics import recipes_of
from perpetuum.machine.prepare import Prepared, cast_of, prepare
from perpetuum.machine.resolve import Stated
from perpetuum.machine.shows import series_of as futures_of
from perpetuum.maths.chance import quantile_normal
from perpetuum.maths.importance import quantiles
from perpetuum.maths.naive import Guess, as_a_year_ago, as_last, with_drift
from perpetuum.maths.scores import crps, is_covered, share_below
from perpetuum.report import numbers
from perpetuum.report.learning import Ask, as_known, calibrate, opening_of
from perpetuum.report.reported import Error, Series, errors_of, series_of
from perpetuum.report.words import joined, plain, say

Floats = NDArray[np.float64]
LAG = 75  # days after the close of a quarter: annual reports of large firms are due after 60
AHEAD = 8  # quarters
DATES = 11  # quarter ends, the newest last
MEMBERS = 400  # of the sample that stands for a normal law
PRIOR = 1_000  # futures that stand for a scenario from which nothing was learned
NAMED = 4  # opening values that are named where more are missing
LEVEL = 0.8
RIVALS: dict[str, Callable[[Floats, int], Guess | None]] = {
    "last": as_last,
    "drift": with_drift,
    "season": as_a_year_ago,
}
PLAN, MACHINE, HINDSIGHT = "plan", "machine", "hindsight"
_LEVELS = (np.arange(MEMBERS) + 0.5) / MEMBERS
_NORMAL = np.array([float(quantile_normal(float(level))) for level in _LEVELS])
Sample = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One forecast of one number, and how good it was.

    Parameters
    ----------
    date
        The quarter at whose close it was made, with all that was known by ``asof``.
    ahead
        Quarters from ``date`` to ``quarter``.
    middle, low, high
        Median and the middle 80 %; a plan is one number and has no ends.
    crps
        In the unit of the series.
    bias
        Mean of the forecast less what came, as a share of what came.
    below
        The part of the forecast below what came; nothing for a plan.
    """

    date: Quarter
    asof: datetime.date
    series: str
    quarter: Quarter
    ahead: int
    model: str
    middle: float
    low: float | None
    high: float | None
    came: float
    crps: float
    is_covered: bool | None
    bias: float
    below: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One date: whether the machine can forecast from it, and why not.

    ``status`` is ``known`` (a forecast like any other), ``hindsight`` (its opening was written later), or ``unknown``
    (there is no opening at all). ``effective`` is how many futures it rests on, 0 if it does not run; ``written`` the
    day before which an opening that is known in hindsight cannot have been written.
    """

    date: Quarter
    asof: datetime.date
    status: str
    because: Text
    effective: float = 0.0
    learned_from: int = 0
    written: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindcast:
    """All scores, and from which dates the machine could run."""

    scenario: str
    newest: datetime.date
    dates: tuple[Opened, ...]
    scores: tuple[Score, ...]


def hindcast(
    ledger: Ledger,
    *,
    scenario: str = "neutral",
    since: Quarter | None = None,
    draws: int = 40_000,
    seed: int = 0,
    policy: str | None = None,
    machine: bool = True,
    progress: Callable[[Text], None] | None = None,
) -> Hindcast:
    """Forecast from every date and score what came.

    Parameters
    ----------
    since
        The first date, a quarter end; ten quarters before the last one if left out.
    machine
        Whether the machine runs at all; without it only rivals do.

    Raises
    ------
    NetworkError
        If the case does not say who is simulated.
    SeriesError
        If there is no date in between, or the first lies before the first number.
    UnknownName
        For a scenario that the case does not have.
    """
    tell = progress or (lambda _: None)
    newest = ledger.case.newest
    cast = cast_of(ledger.network(policy=policy))
    world = ledger.scenario(scenario)
    dates = dates_of(ledger.case.last, since)
    _refuse_before_the_first(series_of(ledger.panel(newest, policy), cast, dates[-1]), since)
    opened, scores = [], []
    for date in dates:
        asof = date.last + datetime.timedelta(days=LAG)
        tell(say("progress.hindcast", date=numbers.quarter(date)))
        known = series_of(ledger.panel(asof, policy), cast, date)
        came = series_of(ledger.panel(newest, policy), cast, date)
        cells = list(open_cells(known, came, date))
        for series, quarter in cells:
            told = {name: _rival(rule, known[series], quarter) for name, rule in RIVALS.items()}
            told[PLAN] = plan(ledger, series, quarter, asof)
            for name, sample in told.items():
                if sample is not None:
                    value = came[series].numbers[quarter]
                    scores.append(score(date, asof, series, quarter, name, sample, value))
        one = opening_on(ledger, world, date, asof, policy)
        if machine and one.status != "unknown" and cells:
            ask = Ask(scenario=scenario, asof=asof.isoformat(), draws=draws, seed=seed, policy=policy)
            one, forecast = of_machine(ledger, ask, one, cells)
            name = MACHINE if one.status == "known" else HINDSIGHT
            for (series, quarter), sample in forecast.items():
                value = came[series].numbers[quarter]
                scores.append(score(date, asof, series, quarter, name, sample, value))
        opened.append(one)
    return Hindcast(scenario=scenario, newest=newest, dates=tuple(opened), scores=tuple(scores))


def dates_of(newest: datetime.date, since: Quarter | None) -> tuple[Quarter, ...]:
    """Quarter ends from which forecasts are made: the last is the newest whose reports the case can hold.

    Examples
    --------
    >>> [str(date) for date in dates_of(datetime.date(2026, 9, 16), Quarter(2025, 4))]
    ['2025Q4', '2026Q1', '2026Q2']
    """
    ended = Quarter.of(newest - datetime.timedelta(days=LAG))
    last = ended if ended.last + datetime.timedelta(days=LAG) <= newest else ended + -1
    first = last + (1 - DATES) if since is None else since
    if last < first:
        raise SeriesError(
            say("hindcast.no_date", since=numbers.quarter(first), last=numbers.quarter(last)),
            say("hindcast.no_date.how", last=numbers.quarter(last)),
        )
    return tuple(first + n for n in range(last - first + 1))


def _refuse_before_the_first(series: Mapping[str, Series], since: Quarter | None) -> None:
    """A date from which there is nothing to forecast from is a slip of the pen."""
    first = min((quarter for one in series.values() for quarter in one.numbers), default=None)
    if since is not None and first is not None and since < first:
        raise SeriesError(
            say("hindcast.before", since=numbers.quarter(since), first=numbers.quarter(first)),
            say("hindcast.before.how", first=str(first)),
        )


def open_cells(known: Mapping[str, Series], came: Mapping[str, Series], date: Quarter) -> Iterator[tuple[str, Quarter]]:
    """What a forecast on a date can be scored on: not known then, known now, of the same definition."""
    for id, series in known.items():
        if id not in came or came[id].parts != series.parts:
            continue
        for ahead in range(1, AHEAD + 1):
            quarter = date + ahead
            if quarter in came[id].numbers and quarter > series.last:
                yield id, quarter


def score(
    date: Quarter, asof: datetime.date, series: str, quarter: Quarter, model: str, sample: Sample, came: float
) -> Score:
    """How good one forecast was; a sample of one is a plan."""
    values, weights = sample
    is_point = values.size == 1
    share = weights / weights.sum()
    low, middle, high = _ends(values, share)
    return Score(
        date=date, asof=asof, series=series, quarter=quarter, ahead=quarter - date, model=model, middle=middle,
        low=None if is_point else low, high=None if is_point else high, came=came,
        crps=crps(values, weights, came), is_covered=None if is_point else is_covered(values, weights, came, LEVEL),
        bias=float(share @ values) / came - 1.0, below=None if is_point else share_below(values, weights, came),
    )  # fmt: skip


def plan(ledger: Ledger, series: str, quarter: Quarter, asof: datetime.date) -> Sample | None:
    """What the firm or an analyst had last said of a quarter by a date; nothing if nobody had."""
    firm, _, metric = series.rpartition(".")
    said = [
        claim for claim in ledger.metrics
        if (claim.subject, claim.attribute, claim.period_label) == (firm, metric, str(quarter))
        and claim.status in ("guidance", "projection") and claim.known_from <= asof and claim.product is None
    ]  # fmt: skip
    if not said:
        return None
    newest = max(said, key=lambda claim: (claim.known_from, claim.source.id))
    return np.array([newest.says.value]), np.ones(1)


def opening_on(ledger: Ledger, scenario: Scenario, date: Quarter, asof: datetime.date, policy: str | None) -> Opened:
    """Whether the machine could have been opened on a date with nothing later.

    A scenario is written for one opening. For an earlier date its opening values are those of another day, so only
    what the ledger knows can fill them. From its own opening on, a value is known once its document is out; one that
    is assumed, once the newest document is out that the scenario cites, as it was written after that. Of a time that
    is over every scenario was written later.
    """
    opening = opening_of(ledger, scenario.id) + -1
    if date < opening:
        lacks = _lacks(ledger, scenario, date, asof, policy)
        if lacks:
            because = say(
                "hindcast.opening.lacks", opening=numbers.quarter(opening), count=len(lacks), some=_some(lacks)
            )
            return Opened(date=date, asof=asof, status="unknown", because=because)
        because = say("hindcast.opening.other", opening=numbers.quarter(opening))
        return Opened(date=date, asof=asof, status="unknown", because=because)
    if ledger.case.ends is not None:
        because = say("hindcast.opening.over", ends=numbers.day(ledger.case.ends))
        return Opened(date=date, asof=asof, status="hindsight", because=because, written=ledger.case.newest)
    later, written = _written_later(ledger, scenario, asof)
    if later:
        because = say("hindcast.opening.later", count=len(later), some=_some(later), written=numbers.day(written))
        return Opened(date=date, asof=asof, status="hindsight", because=because, written=written)
    return Opened(date=date, asof=asof, status="known", because=say("hindcast.opening.known"))


def of_machine(
    ledger: Ledger, ask: Ask, opened: Opened, cells: Sequence[tuple[str, Quarter]]
) -> tuple[Opened, dict[tuple[str, Quarter], Sample]]:
    """What the machine forecasts will be reported, learned from what was known on the date."""
    first = opening_of(ledger, ask.scenario)
    quarters = max(quarter for _, quarter in cells) - first + 1
    try:
        done = calibrate(ledger, ask)
    except SeriesError:
        return _unlearned(ledger, ask, opened, cells, first, quarters)
    except (ScenarioError, NetworkError) as error:
        return _closed(opened, error), {}
    learned = done.posterior
    if not learned.chosen:
        return _unlearned(ledger, ask, opened, cells, first, quarters)
    errors = _errors(done.errors, learned.rounds[0].world, cells)
    values = forecast(learned, errors, quarters)
    told = replace(opened, effective=learned.effective, learned_from=len(learned.fitted))
    return told, _samples(values, list(errors), cells, first)


def _unlearned(
    ledger: Ledger, ask: Ask, opened: Opened, cells: Sequence[tuple[str, Quarter]], first: Quarter, quarters: int
) -> tuple[Opened, dict[tuple[str, Quarter], Sample]]:
    """The scenario as it stands, where nothing can be learned yet."""
    asof = opened.asof
    try:
        network = ledger.opening(ask.scenario, ask.policy, asof)
        scenario = as_known(ledger, ledger.scenario(ask.scenario), network)
        world = prepare(network, scenario, first, quarters, ask.seed, ())
    except (ScenarioError, NetworkError) as error:
        return _closed(opened, error), {}
    known = series_of(ledger.panel(asof, ask.policy), cast_of(network), first + -1)
    errors = _errors(errors_of(known), world, cells)
    draws = np.arange(PRIOR, dtype=np.int64)
    values, _ = futures_of(world, recipes_of(world.entities, world.seat, list(errors)), draws, first)
    told = strayed(values, (), errors, first, ask.seed)
    return replace(opened, effective=float(PRIOR)), _samples(told, list(errors), cells, first)


def _errors(errors: Mapping[str, Error], world: Prepared, cells: Sequence[tuple[str, Quarter]]) -> dict[str, float]:
    """By how much in a quarter each series to be forecast strays from the machine; only of those that it has."""
    ids = dict.fromkeys(id for id, _ in cells)
    return {id: errors[id].error for id in ids if id in errors and _has(world, id)}


def _samples(
    values: Floats, ids: Sequence[str], cells: Sequence[tuple[str, Quarter]], first: Quarter
) -> dict[tuple[str, Quarter], Sample]:
    """Only of series that the machine models: in some future above zero."""
    found = {}
    for id, quarter in cells:
        if id in ids:
            sample = values[:, ids.index(id), quarter - first]
            if (sample > 0.0).any() and np.isfinite(sample).all():
                found[id, quarter] = (sample, np.full(sample.size, 1.0 / sample.size))
    return found


def _has(world: Prepared, id: str) -> bool:
    try:
        recipes_of(world.entities, world.seat, [id])
    except PerpetuumError:
        return False
    return True


def _closed(opened: Opened, error: PerpetuumError) -> Opened:
    return replace(opened, status="unknown", because=error.what)


def _lacks(
    ledger: Ledger, scenario: Scenario, date: Quarter, asof: datetime.date, policy: str | None
) -> tuple[str, ...]:
    """Opening values that the scenario states for another day, and that the ledger cannot give for this one."""
    first = opening_of(ledger, scenario.id)
    network = ledger.opening(scenario.id, policy)
    bare = prepare(network, scenario, first, 1, 0, ())
    names = bare.resolved.addresses
    stated = [one.address for one in bare.resolved.stated if _is_opening(names.knob(one.address))]
    emptied = bare.resolved.values.copy()
    for address in stated:
        emptied[names.knob(address).index] = np.nan
    then = ledger.opening(scenario.id, policy, asof)
    filled, _ = fill_from_network(then, names, emptied, date)
    return tuple(address for address in stated if np.isnan(filled[names.knob(address).index]))


def _is_opening(slot: Slot) -> bool:
    return slot.knob is not None and slot.knob.opening


def _written_later(ledger: Ledger, scenario: Scenario, asof: datetime.date) -> tuple[tuple[str, ...], datetime.date]:
    """Opening values that were not known on a date, and the day on which the newest document of the scenario came."""
    world = prepare(ledger.opening(scenario.id), scenario, opening_of(ledger, scenario.id), 1, 0, ())
    stated = world.resolved.stated
    written = max((day for one in stated if (day := _published(one)) is not None), default=ledger.case.newest)
    later = []
    for one in stated:
        if not _is_opening(world.resolved.addresses.knob(one.address)):
            continue
        day = None if one.basis == "assumed" else _published(one)
        if (day or written) > asof:
            later.append(one.address)
    return tuple(later), written


def _published(one: Stated) -> datetime.date | None:
    return None if one.source is None or one.source.published is None else one.source.published.last


def _some(addresses: Sequence[str]) -> Text:
    named = [plain(f"`{address}`") for address in addresses[:NAMED]]
    return joined(named, ", ", "、")


def _rival(rule: Callable[[Floats, int], Guess | None], series: Series, quarter: Quarter) -> Sample | None:
    guess = rule(series.row(), quarter - series.last)
    if guess is None:
        return None
    return guess.middle * np.exp(guess.wide * _NORMAL), np.full(MEMBERS, 1.0 / MEMBERS)


def _ends(values: Floats, share: Floats) -> tuple[float, float, float]:
    low, middle, high = quantiles(values, share, np.array([0.1, 0.5, 0.9])).tolist()
    return low, middle, high
