"""Which assumption moves the answer most: each is turned by itself, and everything else stays as it is."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from perpetuum.core.errors import NetworkError
from perpetuum.core.network import Network
from perpetuum.core.scenario import Scenario
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.machine.knobs import Knob
from perpetuum.machine.outcomes import Bound, Outcome, bound
from perpetuum.machine.prepare import Prepared, first_quarter, prepare
from perpetuum.machine.simulate import raise_if_unbalanced
from perpetuum.machine.spreads import Spreads
from perpetuum.maths.chance import TRIANGULAR, UNIFORM, draw_law

Floats = NDArray[np.float64]
WORTH_HELP = 64  # futures
STEP = 0.01  # of the value of a parameter
LEAST_SHARE, MOST_SHARE = 1e-12, 1.0 - 1e-12  # a normal law has no ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What one spread does to an outcome.

    Parameters
    ----------
    addresses
        The parameter, or several that share their luck.
    says, unit
        Of the first of them.
    low, high
        Values at the two percentiles, in the order of ``addresses``.
    at_low, at_high
        The outcome there.
    """

    addresses: tuple[str, ...]
    says: Text
    unit: str
    low: tuple[float, ...]
    central: tuple[float, ...]
    high: tuple[float, ...]
    at_low: float
    at_high: float

    @property
    def swing(self) -> float:
        """How far apart the two outcomes lie, never negative."""
        return abs(self.at_high - self.at_low)

    @property
    def address(self) -> str:
        """One name for the row."""
        return " + ".join(self.addresses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tornado:
    """An outcome with every spread turned by itself: largest swing first, ties by address.

    ``central`` is the outcome with nothing turned, ``draws`` how many futures each number is the mean of (0: the
    central future only).
    """

    outcome: Outcome
    name: Text
    unit: str
    central: float
    shares: tuple[float, float]
    draws: int
    rows: tuple[Turned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """What one parameter does to an outcome at the margin.

    ``slope`` is per unit of the parameter, by differences over ``step`` to either side; ``left`` and ``right`` are
    those of either side alone (NaN beyond a limit). Where they differ there is a kink between them: somebody's cash
    just suffices, a limit just binds, and the slope says little.
    """

    address: str
    says: Text
    unit: str
    value: float
    step: float
    slope: float
    left: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradients:
    """Slopes of an outcome, in the order asked for; the same luck on either side."""

    outcome: Outcome
    name: Text
    unit: str
    central: float
    draws: int
    rows: tuple[Slope, ...]

    def slope(self, address: str) -> Slope:
        """One of them."""
        return next(row for row in self.rows if row.address == address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """How much of the variance of an outcome one spread explains: by itself, and with all it acts together with.

    The errors are half the width of the 95 % interval of a bootstrap; NaN where the outcome does not vary.
    """

    addresses: tuple[str, ...]
    first_order: float
    total: float
    first_order_error: float
    total_error: float

    @property
    def address(self) -> str:
        """One name for the row."""
        return " + ".join(self.addresses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sobol:
    """Shares of variance of one outcome, largest total first."""

    outcome: Outcome
    name: Text
    runs: int
    rows: tuple[Explained, ...]


def tornado(
    network: Network,
    scenario: Scenario,
    outcome: Outcome | str,
    *,
    low: float = 0.10,
    high: float = 0.90,
    top: int | None = None,
    of: Sequence[str] | None = None,
    draws: int = 0,
    seed: int = 0,
    quarters: int = 40,
    first: Quarter | None = None,
    sets: Sequence[str] = (),
) -> Tornado:
    """Turn every spread by itself to a low and a high percentile.

    Parameters
    ----------
    outcome
        Such as ``"first gap_closed lab"`` or ``"lowest lab.cash"``; see ``Outcome``.
    low, high
        Percentiles of each spread, as shares.
    top
        Keep only so many rows; all if left out.
    of
        Addresses of the spreads looked at; all if left out. Those that share their luck are turned together.
    draws
        0: everything else stands at its centre and nobody is lucky. Else the outcome is the mean over so many
        futures, in which everything else is drawn, always with the same luck: a probability needs them.

    Raises
    ------
    NetworkError
        For shares that are none, or an outcome that is none.
    UnknownName
        For a series, event or firm that is not there, or an address without a spread.

    Notes
    -----
    Turning one at a time cannot see what two do together; ``sobol`` can.

    Examples
    --------
    >>> import perpetuum
    >>> ledger = perpetuum.load("ai")
    >>> network, scenario = ledger.network(at="newest", stage="signed"), ledger.scenario("neutral")
    >>> out = tornado(network, scenario, "mood at 2026Q2", of=["mood_persistence"], quarters=2)
    >>> out.rows[0].address, out.unit
    ('mood_persistence', 'ratio')
    """
    if not 0.0 <= low < high <= 1.0:
        raise NetworkError(
            both(f"percentiles {low} and {high}.", f"百分位 {low} 與 {high}。"),
            both(
                "Write two shares in rising order: low=0.10, high=0.90", "請寫由小到大的兩個比率：low=0.10, high=0.90"
            ),
        )
    study = _Study.of(network, scenario, outcome, draws, seed, quarters, first, sets)
    rows = [study.turned(group, low, high) for group in study.groups(of)]
    rows.sort(key=lambda row: (-row.swing if np.isfinite(row.swing) else np.inf, row.addresses))
    return Tornado(
        outcome=study.asked.outcome, name=study.asked.name, unit=study.asked.unit, central=study.answer(),
        shares=(low, high), draws=draws, rows=tuple(rows[:top]),
    )  # fmt: skip


def gradients(
    network: Network,
    scenario: Scenario,
    outcome: Outcome | str,
    *,
    of: Sequence[str] | None = None,
    step: float = STEP,
    draws: int = 0,
    seed: int = 0,
    quarters: int = 40,
    first: Quarter | None = None,
    sets: Sequence[str] = (),
) -> Gradients:
    """Slopes of an outcome by central differences, with the same luck on either side.

    Parameters
    ----------
    of
        Addresses of parameters, spread or not; all that are spread if left out.
    step
        Share of the value of each parameter; of its usual range where the value is zero; a whole quarter for what
        counts quarters. The step taken is told with each slope.
    draws
        0: of the central future; else of the mean over so many futures. A spread parameter moves with its law.

    Raises
    ------
    NoSuchAddress
        For an address that leads nowhere.

    Examples
    --------
    >>> import perpetuum
    >>> ledger = perpetuum.load("ai")
    >>> network, scenario = ledger.network(at="newest", stage="signed"), ledger.scenario("reference")
    >>> out = gradients(network, scenario, "openai.cash at 2026Q1", of=["openai.opening_cash"], quarters=1)
    >>> round(out.rows[0].slope, 6) <= 1.0
    True
    """
    study = _Study.of(network, scenario, outcome, draws, seed, quarters, first, sets)
    addresses = study.world.resolved.addresses
    asked = [addresses.names[slot] for slot in study.spreads.slot] if of is None else of
    central = study.answer()
    rows = tuple(study.slope(addresses.knob(address).index, step, central) for address in asked)
    return Gradients(
        outcome=study.asked.outcome,
        name=study.asked.name,
        unit=study.asked.unit,
        central=central,
        draws=draws,
        rows=rows,
    )


def sobol(
    network: Network,
    scenario: Scenario,
    outcomes: Sequence[Outcome | str],
    *,
    n: int = 64,
    of: Sequence[str] | None = None,
    seed: int = 0,
    quarters: int = 40,
    first: Quarter | None = None,
    sets: Sequence[str] = (),
) -> tuple[Sobol, ...]:
    """Shares of the variance of a few outcomes that each spread explains, nobody being lucky otherwise.

    Parameters
    ----------
    n
        A power of two; n times the number of spreads plus two futures are lived through.
    of
        Addresses of the spreads looked at, the others at their centre; all if left out.

    Raises
    ------
    NetworkError
        For an n that is no power of two.

    Notes
    -----
    Spreads with the same luck count as one. Source: Saltelli et al. (2010), doi:10.1016/j.cpc.2009.09.018, as in
    ``scipy.stats.sobol_indices``.
    """
    if n < 2 or n & (n - 1):
        raise NetworkError(
            both(f"{n} is no power of two.", f"{n} 不是二的乘冪。"),
            both("Write for example: n=64", "請寫成例如：n=64"),
        )
    studies = [_Study.of(network, scenario, one, 0, seed, quarters, first, sets) for one in outcomes]
    groups = list(studies[0].groups(of))

    def lived(luck: Floats) -> Floats:
        rows = [[study.answer(study.world.values, luck=(groups, point)) for point in luck.T] for study in studies]
        return np.array(rows)

    # Imported here: it takes longer to import than a scenario takes to run.
    from scipy.stats import sobol_indices

    found = sobol_indices(func=lived, n=n, dists=[_Shares()] * len(groups), random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where nothing varies there is no interval, and NaN says so
        boot = found.bootstrap(confidence_level=0.95, n_resamples=99)
    ends = boot.first_order.confidence_interval, boot.total_order.confidence_interval
    first_error, total_error = ((np.atleast_2d(end.high) - np.atleast_2d(end.low)) / 2.0 for end in ends)
    first_order, total = np.atleast_2d(found.first_order), np.atleast_2d(found.total_order)
    told = []
    for i, study in enumerate(studies):
        rows = [
            Explained(
                addresses=study.names(group), first_order=float(first_order[i, j]), total=float(total[i, j]),
                first_order_error=float(first_error[i, j]), total_error=float(total_error[i, j]),
            )
            for j, group in enumerate(groups)
        ]  # fmt: skip
        rows.sort(key=lambda row: (-row.total if np.isfinite(row.total) else np.inf, row.addresses))
        told.append(
            Sobol(outcome=study.asked.outcome, name=study.asked.name, runs=n * (len(groups) + 2), rows=tuple(rows))
        )
    return tuple(told)


class _Shares:
    """Percentiles, each as likely as any other."""

    def ppf(self, *q: Any, **_: Any) -> Any:
        return q[0]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Study:
    """One scenario and one question, asked again and again with other parameters."""

    world: Prepared
    asked: Bound
    first: Quarter
    draws: NDArray[np.int64] = field(default_factory=lambda: np.array([-1], dtype=np.int64))

    @classmethod
    def of(
        cls, network: Network, scenario: Scenario, outcome: Outcome | str, draws: int, seed: int, quarters: int,
        first: Quarter | None, sets: Sequence[str],
    ) -> _Study:  # fmt: skip
        start = first_quarter(network) if first is None else first
        world = prepare(network, scenario, start, quarters, seed, sets)
        numbers = np.arange(draws, dtype=np.int64) if draws else np.array([-1], dtype=np.int64)
        names = {entity.id: entity.name for entity in network.entities}
        return cls(world=world, asked=bound(outcome, world, start, names), first=start, draws=numbers)

    @property
    def spreads(self) -> Spreads:
        return self.world.resolved.spreads

    def groups(self, of: Sequence[str] | None) -> Iterator[NDArray[np.int64]]:
        """Rows of the spreads, those with the same luck together, in the order of their places."""
        spreads, addresses = self.spreads, self.world.resolved.addresses
        wanted = None if of is None else {addresses.knob(address).index for address in of}
        if wanted is not None and (without := sorted(wanted - set(spreads.slot.tolist()))):
            names = ", ".join(addresses.names[slot] for slot in without)
            raise NetworkError(
                both(f"{names}: no spread in scenario {self.world.id}.", f"{names}：情境 {self.world.id} 中沒有分布。"),
                both("Give it a spread, or a range and spread_ranges: true; or ask for its gradient.",
                     "請給它分布，或給範圍並設 spread_ranges: true；或改求梯度。"),
            )  # fmt: skip
        for stream in dict.fromkeys(spreads.stream.tolist()):
            group = np.flatnonzero(spreads.stream == stream)
            if wanted is None or wanted & set(spreads.slot[group].tolist()):
                yield group

    def names(self, group: NDArray[np.int64]) -> tuple[str, ...]:
        """Addresses of a group of spreads."""
        names = self.world.resolved.addresses.names
        return tuple(names[slot] for slot in self.spreads.slot[group])

    def at(self, group: NDArray[np.int64], share: float) -> Floats:
        """Values of a group of spreads at one percentile."""
        u = min(max(share, LEAST_SHARE), MOST_SHARE)
        return np.array([_percentile(self.spreads, int(row), u) for row in group])

    def answer(
        self,
        values: Floats | None = None,
        spreads: Spreads | None = None,
        luck: tuple[Sequence[NDArray[np.int64]], Floats] | None = None,
    ) -> float:
        """The outcome with other parameters; ``luck`` gives a percentile for each of several groups of spreads."""
        values = self.world.values if values is None else values
        if luck is not None:
            values = values.copy()
            for group, share in zip(*luck, strict=True):
                values[self.spreads.slot[group]] = self.at(group, float(share))
        spreads = self.spreads if spreads is None else spreads
        world = replace(self.world, values=values, resolved=replace(self.world.resolved, spreads=spreads))
        with _few_threads(self.draws.size):
            told = world.live(self.draws, self.asked.kept)
        raise_if_unbalanced(world, told, self.draws, self.first)
        return self.asked.of(told)

    def turned(self, group: NDArray[np.int64], low: float, high: float) -> Turned:
        """One group at both percentiles."""
        slots = self.spreads.slot[group]
        knob: Knob = self.world.resolved.addresses.knobs[int(slots[0])]
        rest = Spreads(*(np.delete(part, group) for part in self.spreads))
        ends = [self.at(group, share) for share in (low, high)]
        told = []
        for end in ends:
            values = self.world.values.copy()
            values[slots] = end
            told.append(self.answer(values, rest))
        return Turned(
            addresses=self.names(group), says=knob.says, unit=knob.unit, low=tuple(ends[0].tolist()),
            central=tuple(self.world.values[slots].tolist()), high=tuple(ends[1].tolist()), at_low=told[0],
            at_high=told[1],
        )  # fmt: skip

    def slope(self, slot: int, share: float, central: float) -> Slope:
        """Differences to either side of one parameter."""
        knob: Knob = self.world.resolved.addresses.knobs[slot]
        value = float(self.world.values[slot])
        step = _step(knob, value, share)
        below, above = (self._moved(slot, knob, by, value) for by in (-step, step))
        left, right = (central - below) / step, (above - central) / step
        both_sides = [side for side in (left, right) if np.isfinite(side)]
        return Slope(
            address=self.world.resolved.addresses.names[slot], says=knob.says, unit=knob.unit, value=value, step=step,
            slope=float(np.mean(both_sides)) if both_sides else float("nan"), left=left, right=right,
        )  # fmt: skip

    def _moved(self, slot: int, knob: Knob, by: float, value: float) -> float:
        """The outcome with one parameter moved, its law with it; NaN beyond what is possible."""
        if not knob.least <= value + by <= knob.most:
            return float("nan")
        values = self.world.values.copy()
        values[slot] += by
        return self.answer(values, _shifted(self.spreads, slot, by))


@contextmanager
def _few_threads(draws: int) -> Iterator[None]:
    """No help for a handful of futures: waking a second thread takes longer than they do."""
    before = numba.get_num_threads()
    try:
        numba.set_num_threads(1 if draws < WORTH_HELP else before)
        yield
    finally:
        numba.set_num_threads(before)


def _percentile(spreads: Spreads, row: int, share: float) -> float:
    law, a, b, c = int(spreads.law[row]), float(spreads.a[row]), float(spreads.b[row]), float(spreads.c[row])
    value = draw_law(law, a, b, c, share, float(ndtri(share)))
    return float(min(max(value, spreads.least[row]), spreads.most[row]))


def _shifted(spreads: Spreads, slot: int, by: float) -> Spreads:
    """Laws with one of them moved along; a lognormal one keeps its spread as a ratio."""
    a, b, c = spreads.a.copy(), spreads.b.copy(), spreads.c.copy()
    for row in np.flatnonzero(spreads.slot == slot):
        a[row] += by
        b[row] += by if spreads.law[row] in (UNIFORM, TRIANGULAR) else 0.0
        c[row] += by if spreads.law[row] == TRIANGULAR else 0.0
    return spreads._replace(a=a, b=b, c=c)


def _step(knob: Knob, value: float, share: float) -> float:
    """How far a parameter is moved; what counts quarters is rounded by the machine, so it moves by a whole one."""
    size = abs(value) if value else knob.high - knob.low
    return max(1.0, round(share * size)) if knob.unit == "quarters" else share * size
