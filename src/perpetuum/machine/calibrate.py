"""What somebody would have to believe: parameters under which the central future meets published numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import Problem, ScenarioError
from perpetuum.core.network import Network
from perpetuum.core.quantity import Quantity
from perpetuum.core.record import Record
from perpetuum.core.scenario import ASSUMED, Change, Scenario, Spoken
from perpetuum.core.source import Source
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.machine.columns import BURN, CASH, FALLEN
from perpetuum.machine.history import History
from perpetuum.machine.knobs import CASH_BUFFER, RUNWAY
from perpetuum.machine.metrics import recipes_of
from perpetuum.machine.prepare import Prepared, first_quarter, prepare
from perpetuum.machine.years import by_year
from perpetuum.maths.chance import moment, stream_of, uniforms

Floats = NDArray[np.float64]
DIGITS = 4  # significant digits a calibrated value is written with
STEP = 1e-3  # of a parameter's range, for slopes
AT_END = 1e-3  # of a parameter's range: nearer to an end counts as on it
LOST = 1e3  # misses counted for a future that broke off
SCATTER = 20  # points tried for each start
STREAM = stream_of("calibrate")
NEAR = 1.0 - 1e-6  # what is wanted is had up to rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Target(Record):
    """A published number: a flow of a firm, summed over calendar years.

    Parameters
    ----------
    series
        Of a run, such as ``lab.cash_burn`` or ``lab.revenue``.
    first, last
        The calendar years it is summed over, both included; one year if they are the same.
    value
        In the unit of the series.
    within
        How near is near enough; misses are counted in it.

    Examples
    --------
    >>> Target(series="lab.revenue", first=2026, last=2026, value=30e9).within
    2000000000.0
    """

    series: str
    first: int
    last: int
    value: float
    within: float = 2e9
    because: Text = ASSUMED
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A target and what the calibrated central future has in its place."""

    target: Target
    found: float

    @property
    def miss(self) -> float:
        """Found less published, in the unit of the series."""
        return self.found - self.target.value

    @property
    def is_met(self) -> bool:
        """Whether that is near enough."""
        return abs(self.miss) <= self.target.within


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """A parameter that was free: what it was, what it became, between which ends, and whether it lies on one."""

    address: str
    unit: str
    base: float
    value: float
    low: float
    high: float

    @property
    def is_on_bound(self) -> bool:
        """Whether it would have gone further if its range let it."""
        return min(self.value - self.low, self.high - self.value) <= AT_END * (self.high - self.low)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a calibration found.

    Parameters
    ----------
    scenario
        The base with the calibrated values in their place, rounded as a file would write them.
    changes
        Those values alone, each with its reason.
    fits
        Of the rounded scenario, one for each target.
    freed
        One for each free parameter.
    costs
        Half the sum of squared misses and pulls, for each start in its order; the smallest was taken.
    directions
        Independent directions in which the targets pull, at most as many as parameters were free: along all others
        another future fits as well.
    limited
        Quarters in which investors gave an engine less than it asked for. While there is none, it does not matter
        how much they could give.
    fallen
        Firms that have fallen by the last quarter.
    """

    scenario: Scenario
    changes: tuple[Change, ...]
    fits: tuple[Fit, ...]
    freed: tuple[Freed, ...]
    costs: tuple[float, ...]
    directions: int
    limited: tuple[Quarter, ...]
    fallen: tuple[str, ...]

    @property
    def is_met(self) -> bool:
        """Whether every target is."""
        return all(fit.is_met for fit in self.fits)

    @property
    def on_bound(self) -> tuple[str, ...]:
        """Parameters that lie on an end of their range."""
        return tuple(one.address for one in self.freed if one.is_on_bound)


@dataclass(frozen=True, kw_only=True, eq=False)
class Central:
    """The central future of a scenario, as a function of some of its parameters."""

    prepared: Prepared
    first: Quarter

    @classmethod
    def of(cls, network: Network, scenario: Scenario, first: Quarter, last_year: int) -> Central:
        """Made ready up to the end of a year."""
        quarters = Quarter(last_year, 4).index - first.index + 1
        return cls(prepared=prepare(network, scenario, first, quarters, 0, ()), first=first)

    def live(self, places: NDArray[np.int64], values: Floats) -> tuple[Prepared, History]:
        """Live through it with other values at some places."""
        whole = self.prepared.values.copy()
        whole[places] = values
        world = dataclasses.replace(self.prepared, values=whole)
        return world, world.history(-1)[0]

    def read(self, targets: Sequence[Target]) -> Callable[[History], Floats]:
        """How to find in a history what each target speaks of."""
        recipes = recipes_of(
            self.prepared.entities, self.prepared.seat, dict.fromkeys(target.series for target in targets)
        )
        by_id = {recipe.id: recipe for recipe in recipes}
        return lambda history: np.array(
            [_between(by_id[one.series].of(history.rows), self.first, one.first, one.last) for one in targets]
        )


def calibrate(
    network: Network,
    scenario: Scenario,
    targets: Sequence[Target],
    free: Sequence[str] | Mapping[str, tuple[float, float]],
    *,
    id: str,
    name: Text,
    because: Text,
    about: Text | None = None,
    first: Quarter | None = None,
    pull: float = 0.1,
    starts: int = 4,
    seed: int = 0,
    most_evaluations: int = 60,
) -> Calibration:
    """Find parameters under which the central future of a scenario meets published numbers.

    Bounded least squares on the misses, each counted in what is near enough, with a weak pull of every free parameter
    to the value it has. The same numbers always give the same answer.

    Parameters
    ----------
    free
        Addresses of parameters, such as ``lab.pay_growth``. Each stays within its declared range, or within the ends
        given for it, in its own unit.
    id, name, about, because
        Of the scenario that comes out; ``because`` is the reason of each of its values.
    first
        The first simulated quarter; the first after the last whole year the network knows, if left out.
    pull
        How many misses it costs to move a parameter over half of its range.
    starts
        How many points the search starts from: the scenario itself, then others scattered around it.
    seed
        Names where those are.
    most_evaluations
        Steps of the search from each start.

    Raises
    ------
    ScenarioError
        For no targets, nothing free, targets outside the simulated years, ranges that do not hold the value.
    UnknownName
        For a series or an address that there is not.

    Notes
    -----
    Trust region reflective, slopes by differences (Branch, Coleman and Li 1999, doi:10.1137/S1064827595289108).
    A good fit is no evidence that the parameters are right: see ``directions``.

    Examples
    --------
    >>> from perpetuum import load
    >>> ledger = load("ai")
    >>> network, plain = ledger.network(at="newest", stage="signed"), ledger.scenario("reference")
    >>> engine = network.cast.engines[0]
    >>> sales = Target(series=f"{engine}.revenue", first=2026, last=2026, value=32e9)
    >>> out = calibrate(network, plain, [sales], [f"{engine}.pay_growth"], id="more", name=both("More", "更多"),
    ...     because=both("calibrated", "校準"), starts=1, pull=0.0)
    >>> out.is_met, out.freed[0].value > out.freed[0].base, out.directions
    (True, True, 1)
    """
    start = first_quarter(network) if first is None else first
    _refuse(targets, free, start)
    central = Central.of(network, scenario, start, max(target.last for target in targets))
    search = _Search.of(central, targets, free, pull)
    found = [search.from_point(point, most_evaluations) for point in search.points(starts, seed)]
    best = min(found, key=lambda one: one[1])[0]
    values = np.array([_rounded(value) for value in search.values(best)]).clip(search.low, search.high)
    changes = tuple(search.change(n, value, because) for n, value in enumerate(values.tolist()))
    world, history = central.live(search.places, values)
    slopes = search.slopes(search.units(values))[: len(targets)]
    return Calibration(
        scenario=_with(scenario, changes, id=id, name=name, about=about),
        changes=changes,
        fits=tuple(Fit(target=t, found=v) for t, v in zip(targets, search.read(history).tolist(), strict=True)),
        freed=search.freed(values),
        costs=tuple(cost for _, cost in found),
        directions=int(np.linalg.matrix_rank(slopes, tol=1e-3)),
        limited=tuple(start + n for n in limited(world, history)),
        fallen=tuple(e for e, is_so in zip(world.entities, history.stocks[-1, :, FALLEN] > 0.0, strict=True) if is_so),
    )


def limited(world: Prepared, history: History) -> tuple[int, ...]:
    """Quarters, counted from 0, in which investors gave an engine less than it asked for.

    An engine that gets what it asks for closes with the quarters of burn it wants to hold and its buffer.
    """
    engines = [int(e) for e in world.layout.engines]
    burn, standing = history.stocks[:, engines, BURN], history.stocks[:, engines, FALLEN] == 0.0
    wanted = (world.values[RUNWAY] - 1.0) * np.maximum(burn, 0.0) + world.values[CASH_BUFFER]
    short = standing & (history.accounts[:, engines, CASH] < NEAR * wanted)
    return tuple(int(n) for n in np.flatnonzero(short.any(1)))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Search:
    """A point is a row of parameters, each 0 at its base and one unit wide for half of its range."""

    central: Central
    targets: tuple[Target, ...]
    read: Callable[[History], Floats]
    addresses: tuple[str, ...]
    units_: tuple[str, ...]
    places: NDArray[np.int64]
    base: Floats
    low: Floats
    high: Floats
    pull: float

    @classmethod
    def of(
        cls,
        central: Central,
        targets: Sequence[Target],
        free: Sequence[str] | Mapping[str, tuple[float, float]],
        pull: float,
    ) -> _Search:
        slots = [central.prepared.resolved.addresses.knob(address) for address in free]
        places = np.array([slot.index for slot in slots], dtype=np.int64)
        ends = [
            free[slot.address] if isinstance(free, Mapping) else (slot.knob.low, slot.knob.high)
            for slot in slots
            if slot.knob is not None
        ]
        low, high = np.array(ends, dtype=np.float64).T
        base = central.prepared.values[places]
        _refuse_outside([slot.address for slot in slots], base, low, high)
        return cls(
            central=central, targets=tuple(targets), read=central.read(targets),
            addresses=tuple(slot.address for slot in slots), units_=tuple(slot.unit for slot in slots),
            places=places, base=base, low=low, high=high, pull=pull,
        )  # fmt: skip

    def values(self, point: Floats) -> Floats:
        return self.base + point * (self.high - self.low) / 2.0

    def units(self, values: Floats) -> Floats:
        return (values - self.base) / ((self.high - self.low) / 2.0)

    def points(self, starts: int, seed: int) -> list[Floats]:
        """The base, and the best of many points between it and the ends, most of them near the base."""
        ends = self.units(self.low), self.units(self.high)
        found: list[tuple[float, Floats]] = []
        for start in range(SCATTER * (starts - 1)):
            luck = [uniforms(seed, start, moment(n), STREAM) for n in range(self.base.size)]
            point = np.array([ends[side < 0.5][n] * reach**2 for n, (side, reach) in enumerate(luck)])
            found.append((float(np.sum(self.misses(point) ** 2)), point))
        found.sort(key=lambda one: one[0])
        return [np.zeros(self.base.size), *(point for _, point in found[: starts - 1])]

    def misses(self, point: Floats) -> Floats:
        _, history = self.central.live(self.places, self.values(point))
        found = self.read(history)
        wide = np.array([target.within for target in self.targets])
        short = (found - np.array([target.value for target in self.targets])) / wide
        return np.concatenate([np.where(np.isfinite(short), short, LOST), self.pull * point])

    def slopes(self, point: Floats) -> Floats:
        here, top = self.misses(point), self.units(self.high)
        columns = []
        for n in range(point.size):
            step = STEP if point[n] + STEP <= top[n] else -STEP
            moved = point.copy()
            moved[n] += step
            columns.append((self.misses(moved) - here) / step)
        return np.array(columns).T

    def from_point(self, point: Floats, most: int) -> tuple[Floats, float]:
        """The best point within reach, and its cost."""
        bounds = self.units(self.low), self.units(self.high)
        # Imported here: it takes longer to import than a scenario takes to run.
        from scipy.optimize import least_squares

        out = least_squares(self.misses, point, jac=self.slopes, bounds=bounds, method="trf", max_nfev=most)
        return out.x, float(out.cost)

    def change(self, n: int, value: float, because: Text) -> Change:
        unit, low, high = self.units_[n], float(self.low[n]), float(self.high[n])
        to, least, most = (Quantity(number, unit) for number in (value, low, high))
        return Change(target=self.addresses[n], to=to, low=least, high=most, because=because)

    def freed(self, values: Floats) -> tuple[Freed, ...]:
        rows = zip(self.addresses, self.units_, self.base, values, self.low, self.high, strict=True)
        return tuple(
            Freed(address=a, unit=u, base=float(b), value=float(v), low=float(x), high=float(y))
            for a, u, b, v, x, y in rows
        )


def _between(flows: Floats, first: Quarter, begin: int, end: int) -> float:
    years, sums = by_year(flows, first)
    return float(sums[years.index(begin) : years.index(end) + 1].sum())


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _with(scenario: Scenario, changes: tuple[Change, ...], *, id: str, name: Text, about: Text | None) -> Scenario:
    moved = {change.target for change in changes}
    kept = tuple(one for one in scenario.changes if one.to is None or one.target not in moved)
    return dataclasses.replace(scenario, id=id, name=name, about=about, base=scenario.id, changes=(*kept, *changes))


def _refuse(targets: Sequence[Target], free: Sequence[str] | Mapping[str, object], start: Quarter) -> None:
    """Everything that cannot be asked, at once."""
    found: list[Problem] = []

    def refuse(path: str, what: Text, repair: Text) -> None:
        found.append(Problem(where=Spoken("calibrate"), path=path, what=what, repair=repair))

    if not targets:
        refuse("targets", both("there is nothing to meet.", "沒有要達成的數字。"),
               both("Give at least one target.", "請至少給一個目標。"))  # fmt: skip
    if not free:
        refuse("free", both("no parameter is free.", "沒有可變動的參數。"),
               both("Name at least one, for example: imitation", "請至少指定一個，例如：imitation"))  # fmt: skip
    whole = (start + 3 if start.number > 1 else start).year
    for target in targets:
        if not whole <= target.first <= target.last:
            refuse(
                f"targets.{target.series}",
                both(f"{target.first} to {target.last} is not simulated, or in the wrong order.",
                     f"{target.first} 至 {target.last} 不在模擬期間，或先後顛倒。"),
                both(f"Whole years start with {whole}.", f"完整年度自 {whole} 年起。"),
            )  # fmt: skip
        if not target.within > 0.0:
            refuse(f"targets.{target.series}", both("nothing is near enough.", "容許差距必須大於零。"),
                   both("Give `within` a number above zero.", "請給 `within` 大於零的數。"))  # fmt: skip
    if found:
        raise ScenarioError(found)


def _refuse_outside(addresses: Sequence[str], base: Floats, low: Floats, high: Floats) -> None:
    wrong = [n for n in range(base.size) if not (low[n] <= base[n] <= high[n] and low[n] < high[n])]
    if wrong:
        raise ScenarioError(
            [
                Problem(
                    where=Spoken("calibrate"), path=addresses[n],
                    what=both(f"{base[n]:g} does not lie between {low[n]:g} and {high[n]:g}.",
                              f"{base[n]:g} 不在 {low[n]:g} 與 {high[n]:g} 之間。"),
                    repair=both("Give a range that holds the value it starts from.", "請給包含起始值的範圍。"),
                )
                for n in wrong
            ]
        )  # fmt: skip
