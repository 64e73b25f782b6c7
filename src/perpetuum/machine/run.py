"""What came out of a simulation: the spread of every series, and some futures whole."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import numba
import numpy as np
from numpy.typing import NDArray

from perpetuum.core.accounts import ACCOUNTS
from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.network import Network, Unknown
from perpetuum.core.nouns import ENTITY_OF_MACHINE, LEG_OF_MACHINE, SCENARIO, VIEW
from perpetuum.core.panel import Panel
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.machine.as_network import network_of
from perpetuum.machine.columns import POSITIONS
from perpetuum.machine.dues import Dues, dues_of
from perpetuum.machine.events import EVENTS
from perpetuum.machine.folding import NotSimulated
from perpetuum.machine.history import History
from perpetuum.machine.keep import Keep
from perpetuum.machine.legs import Folded
from perpetuum.machine.matrices import Matrix, View, books_of, flow_matrix, sheet_of
from perpetuum.machine.metrics import SERIES_OF_RUN, Recipe, recipes_of
from perpetuum.machine.panels import panel_of
from perpetuum.machine.prepare import Prepared
from perpetuum.machine.resolve import Stated
from perpetuum.machine.tracing import Origins, origins_of
from perpetuum.maths.streaming import Spread
from perpetuum.maths.tracing import Rule

if TYPE_CHECKING:
    import xarray as xr

    from perpetuum.machine.gain import Gain
    from perpetuum.machine.outcomes import Outcome
    from perpetuum.machine.sensitivity import Tornado

Floats = NDArray[np.float64]
Draw = int | Literal["central"]
At = Quarter | str
CENTRAL: Literal["central"] = "central"
STATUSES = {0: "settled", 1: "not_settled", 2: "broken"}
EVENT_OF_RUN = both("event of a simulation", "模擬的事件")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFrom:
    """What a run was made from, so that it can be made again.

    ``scenarios`` names the numbers of each scenario by hash; ``plugs`` what was worked out so that the opening
    sheets of the first scenario balance (entity, account, USD).
    """

    case: str
    case_hash: str
    scenarios: Mapping[str, str]
    seed: int
    draws: int
    first: Quarter
    quarters: int
    version: str
    platform: str
    compiled: bool
    plugs: tuple[tuple[str, str, float], ...]


def made_from(
    network: Network, worlds: Sequence[Prepared], *, draws: int, seed: int, first: Quarter, quarters: int
) -> MadeFrom:
    """The papers of a run."""
    import perpetuum

    origin = network.origin
    return MadeFrom(
        case=origin.case if origin else "", case_hash=origin.case_hash if origin else "",
        scenarios={world.id: world.resolved.hash for world in worlds}, seed=seed, draws=draws, first=first,
        quarters=quarters, version=perpetuum.__version__,
        platform=f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
                 f"NumPy {np.__version__}, Numba {numba.__version__}",
        compiled=not numba.config.DISABLE_JIT,  # type: ignore[attr-defined]
        plugs=worlds[0].plugs,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Happened:
    """In how many draws each event happened, and happened first; (event, subject, quarter)."""

    counts: NDArray[np.int64]
    firsts: NDArray[np.int64]
    draws: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Share:
    """One event of one firm or leg over the quarters, as shares of all futures.

    ``share`` is of the futures in which it happens in that quarter, ``first`` of those in which it happens there
    for the first time, so that ``ever`` is their sum.
    """

    event: str
    subject: str
    name: Text
    share: Floats
    first: Floats

    @property
    def ever(self) -> float:
        """Share of futures in which it happens at all."""
        return float(self.first.sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band:
    """One series over the quarters: the central future, and how all futures spread around it.

    Parameters
    ----------
    quantile
        (level, quarter) in ``unit``; ``error_bound`` says how far the grid may be off, ``sampling_error`` is the
        standard error because the futures are finitely many.
    central
        The central future, (quarter). Absent where nothing was kept of it.
    present
        Futures in which the series is a number, by quarter.
    """

    id: str
    entity: str
    metric: str
    unit: str
    name: Text
    scenario: str
    quarters: tuple[Quarter, ...]
    levels: tuple[float, ...]
    quantile: Floats
    error_bound: Floats
    sampling_error: Floats
    mean: Floats
    lowest: Floats
    highest: Floats
    central: Floats
    present: NDArray[np.int64]
    tails_clipped: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """One simulation.

    Parameters
    ----------
    first
        The first simulated quarter.
    worlds
        The scenarios as they were simulated, in the order given.
    recipes
        The series kept.
    spreads
        By label: each scenario, then each difference to the first (``"stall − base"``).
    histories
        Futures kept whole, by (scenario, draw); -1 is the central one.
    done, asked
        Futures lived through, and futures asked for; fewer were done if somebody interrupted.
    sets
        Last words on parameters, for all scenarios.

    Wherever a ``scenario`` may be named, the first one is meant if it is not; wherever a ``draw`` may be named, the
    central future. A draw that was not kept is lived through once more.
    """

    first: Quarter
    given: Network = field(repr=False)
    worlds: tuple[Prepared, ...] = field(repr=False)
    recipes: Mapping[str, tuple[Recipe, ...]] = field(repr=False)
    spreads: Mapping[str, Spread] = field(repr=False)
    histories: dict[tuple[str, int], History] = field(repr=False)
    means: Mapping[str, History] = field(repr=False)
    happened: Mapping[str, Happened] = field(repr=False)
    statuses: Mapping[str, NDArray[np.int8]] = field(repr=False)
    keep: Keep
    done: int
    asked: int
    interrupted: bool
    origin: MadeFrom
    sets: tuple[str, ...] = ()

    # What it is

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Ids, in the order given."""
        return tuple(world.id for world in self.worlds)

    @property
    def labels(self) -> tuple[str, ...]:
        """Scenarios, then differences to the first."""
        return tuple(self.spreads) or self.scenarios

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """All simulated quarters."""
        return tuple(self.first + n for n in range(self.origin.quarters))

    @property
    def entities(self) -> tuple[str, ...]:
        """Firms, then sectors."""
        return self.worlds[0].entities

    @property
    def is_whole(self) -> bool:
        """Were all futures lived through that were asked for?"""
        return self.done == self.asked

    @property
    def status(self) -> Mapping[str, int]:
        """How many draws of the first scenario settled, did not settle, or broke."""
        return self.status_of(self.scenarios[0])

    def status_of(self, scenario: str | None = None) -> Mapping[str, int]:
        """The same for another scenario."""
        ended = self.statuses[self.world(scenario).id]
        return {word: int((ended == code).sum()) for code, word in STATUSES.items()}

    @property
    def folded(self) -> tuple[Folded, ...]:
        """Legs of the network that no pair of members has."""
        return self.worlds[0].folded

    @property
    def left_out(self) -> tuple[NotSimulated, ...]:
        """Firms of the cast without a known opening: counted with the sectors."""
        return self.worlds[0].left_out

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """What the network left out."""
        return self.given.unknown

    @property
    def warnings(self) -> tuple[Text, ...]:
        """What is unusual in the scenarios and yet possible."""
        return tuple(dict.fromkeys(text for world in self.worlds for text in world.warnings))

    @property
    def assumed(self) -> tuple[Stated, ...]:
        """Every value of the first scenario that stands in no source."""
        return self.worlds[0].assumed

    def world(self, scenario: str | None = None) -> Prepared:
        """A scenario as it was simulated; an unknown one raises ``UnknownName``."""
        for world in self.worlds:
            if scenario in (None, world.id):
                return world
        raise UnknownName(str(scenario), self.scenarios, what=SCENARIO)

    # Series

    def band(self, series: str, scenario: str | None = None) -> Band:
        """One series with its spread, for a scenario or a difference such as ``"stall − base"``.

        Raises
        ------
        UnknownName
            For a series that was not kept, or a label that is none.
        """
        label = self.scenarios[0] if scenario is None else scenario
        if label not in self.labels:
            raise UnknownName(label, self.labels, what=SCENARIO)
        recipes = self.recipes[self._of_label(label)[0]]
        ids = [recipe.id for recipe in recipes]
        if series not in ids:
            raise UnknownName(series, ids, what=SERIES_OF_RUN)
        n, recipe = ids.index(series), recipes[ids.index(series)]
        central = self._difference(label, series, -1)
        spread = self.spreads.get(label)
        if spread is None:
            none = np.full(central.shape, np.nan)
            levels = np.full((len(self.keep.quantiles), none.size), np.nan)
            return Band(
                id=series, entity=recipe.entity, metric=recipe.metric, unit=recipe.unit, name=recipe.name,
                scenario=label, quarters=self.quarters, levels=self.keep.quantiles, quantile=levels,
                error_bound=levels, sampling_error=levels, mean=none, lowest=none, highest=none, central=central,
                present=np.zeros(none.size, dtype=np.int64), tails_clipped=np.zeros(none.size, dtype=bool),
            )  # fmt: skip
        return Band(
            id=series, entity=recipe.entity, metric=recipe.metric, unit=recipe.unit, name=recipe.name, scenario=label,
            quarters=self.quarters, levels=spread.levels, quantile=spread.quantile[:, n],
            error_bound=spread.error_bound[:, n], sampling_error=spread.sampling_error[:, n], mean=spread.mean[n],
            lowest=spread.lowest[n], highest=spread.highest[n], central=central, present=spread.present[n],
            tails_clipped=spread.tails_clipped[n],
        )  # fmt: skip

    @property
    def series(self) -> tuple[str, ...]:
        """Names of all series kept."""
        return tuple(recipe.id for recipe in self.recipes[self.scenarios[0]])

    def path(self, series: str, draw: Draw = CENTRAL, scenario: str | None = None) -> Floats:
        """One series of one future, kept or not, by quarter.

        Raises
        ------
        UnknownName
            For a series that does not exist, with the nearest.
        """
        world = self.world(scenario)
        known = next((recipe for recipe in self.recipes[world.id] if recipe.id == series), None)
        recipe = known or recipes_of(world.entities, world.seat, [series])[0]
        return recipe.of(self.history(draw, world.id).rows)

    def _of_label(self, label: str) -> tuple[str, str | None]:
        """The scenario of a label, and the one it is set against."""
        for world in self.worlds[1:]:
            if label == f"{world.id} − {self.scenarios[0]}":
                return world.id, self.scenarios[0]
        return label, None

    def _difference(self, label: str, series: str, draw: int) -> Floats:
        of, against = self._of_label(label)
        at: Draw = CENTRAL if draw < 0 else draw
        values = self.path(series, at, of)
        return values if against is None else values - self.path(series, at, against)

    @cached_property
    def panel(self) -> xr.Dataset:
        """All series kept, labelled; what was not kept, or is not modelled, is NaN.

        ``spread`` (scenario, quantile, quarter, entity, metric) with ``error_bound`` and ``sampling_error``;
        ``mean``, ``lowest``, ``highest``, ``present``, ``tails_clipped`` (scenario, quarter, entity, metric);
        ``value`` (scenario, draw, quarter, entity, metric) for the futures kept whole. The entity ``world`` has
        what belongs to no firm; the attribute ``units`` gives the unit of each metric.
        """
        from perpetuum.machine.labels import panel_dataset

        return panel_dataset(self)

    def panel_of(self, draw: Draw = CENTRAL, scenario: str | None = None, *, with_past: bool = True) -> Panel:
        """One future as the panel of what firms report, so that whatever reads a panel can read it.

        With the past, quarters before the first simulated one hold what firms did report. Groups hold only firms
        that are simulated, before and after.
        """
        world = self.world(scenario)
        past = self.given.reported if with_past else None
        return panel_of(world, self.history(draw, world.id), self.first, past, self._number(draw))

    # Futures whole

    def _number(self, draw: Draw | str) -> int:
        if draw == CENTRAL:
            return -1
        if draw == "mean":
            raise NetworkError(
                both("a mean of many futures is no future.", "許多路徑的平均不是一條路徑。"),
                both('Choose the central one, or one by its number: draw="central", draw=0',
                     '請選中央路徑，或以編號指定：draw="central"、draw=0'),
            )  # fmt: skip
        if isinstance(draw, str) or not -1 <= draw < self.asked:
            raise NetworkError(
                both(
                    f"draw {draw} is not among 0 to {self.asked - 1}.", f"路徑 {draw} 不在 0 至 {self.asked - 1} 之間。"
                ),
                both('Choose one of them, or draw="central".', '請選其中之一，或 draw="central"。'),
            )
        return int(draw)

    def history(self, draw: Draw = CENTRAL, scenario: str | None = None) -> History:
        """Everything of one future; one that was not kept is lived through once more."""
        world, number = self.world(scenario), self._number(draw)
        found = self.histories.get((world.id, number))
        return world.history(number)[0] if found is None else found

    def drawn(self, draw: Draw = CENTRAL, scenario: str | None = None) -> Floats:
        """All parameters of one future before any shock, in the order of the addresses of its scenario."""
        return self.world(scenario).drawn(self._number(draw))

    def replay(self, draw: Draw, scenario: str | None = None) -> History:
        """Live through one future once more, from the first quarter to the last."""
        return self.world(scenario).history(self._number(draw))[0]

    def row_of(self, at: At) -> int:
        """The number of a quarter, 0 for the first.

        Raises
        ------
        NetworkError
            For a quarter that was not simulated.
        """
        quarter = Quarter.parse(at) if isinstance(at, str) else at
        n = quarter - self.first
        if not 0 <= n < self.origin.quarters:
            last = self.quarters[-1]
            raise NetworkError(
                both(f"{quarter} was not simulated.", f"{quarter} 不在模擬期間內。"),
                both(f"Choose one from {self.first} to {last}.", f"請選 {self.first} 至 {last} 之間。"),
            )
        return n

    def matrix(self, at: At, draw: Draw | Literal["mean"] = CENTRAL, scenario: str | None = None) -> Matrix:
        """Who paid whom for what in one quarter: one row a kind, one column an entity, with their sums."""
        world = self.world(scenario)
        return flow_matrix(world, self._some(draw, world), self.row_of(at), self.row_label(at))

    def sheet(
        self,
        at: At | Literal["opening"],
        draw: Draw | Literal["mean"] = CENTRAL,
        scenario: str | None = None,
        view: View | None = None,
    ) -> Matrix:
        """All balance sheets at the close of a quarter, or at the opening of the first, with their sums.

        ``books`` is what firms file. In ``matrix``, the usual view, own shares are owed at market value, and net
        worth is the rest. A mean has books only: the mean of prices times the mean of shares is no mean of worths.
        """
        world = self.world(scenario)
        row, label = (-1, str(self.first + -1)) if at == "opening" else (self.row_of(at), self.row_label(at))
        if view == "books" or (view is None and draw == "mean"):
            return books_of(world, self._some(draw, world), row, label)
        if view not in (None, "matrix"):
            raise UnknownName(str(view), get_args(View), what=VIEW)
        number = self._number(draw)
        at_draw: Draw = CENTRAL if number < 0 else number
        return sheet_of(world, self.history(at_draw, world.id), row, label, number)

    def row_label(self, at: At) -> str:
        """A quarter as it is printed."""
        return str(self.first + self.row_of(at))

    def _some(self, draw: Draw | Literal["mean"], world: Prepared) -> History:
        """A future, or the mean of all if it was kept."""
        if draw == "mean" and world.id in self.means:
            return self.means[world.id]
        if draw == "mean":
            raise NetworkError(
                both("the mean of everything was not kept.", "沒有保留全部項目的平均。"),
                both("Run again with keep=Keep(mean=True).", "請以 keep=Keep(mean=True) 重新執行。"),
            )
        return self.history(draw, world.id)

    def network(self, at: At | None = None, draw: Draw = CENTRAL, scenario: str | None = None) -> Network:
        """One future as a network on the last day of a quarter, to be measured or stressed like any other.

        Flows are those of all quarters up to it; balances, debts and stakes stand at its close.

        Raises
        ------
        NetworkError
            For a quarter that was not simulated, a mean, or a draw that broke off before it.
        """
        world = self.world(scenario)
        history = self.history(draw, world.id)
        row = self.row_of(self.quarters[-1] if at is None else at)
        if not np.isfinite(history.flow[row]).all():
            raise NetworkError(
                both(
                    f"draw {draw} broke off before {self.first + row}.", f"路徑 {draw} 在 {self.first + row} 之前中斷。"
                ),
                both("Choose an earlier quarter or another draw.", "請選較早的季度或其他路徑。"),
            )
        return network_of(world, history, self.given, self.first, row, self._number(draw))

    def dues(self, at: At, draw: Draw = CENTRAL, scenario: str | None = None) -> Dues:
        """What fell due in one quarter of one future, what everyone had to pay it with, and what was paid."""
        return dues_of(self.world(scenario), self._number(draw), self.row_of(at))

    def origins(
        self, draw: Draw = CENTRAL, rule: Rule = "burn", payer: str | None = None, scenario: str | None = None
    ) -> Origins:
        """Where the operating receipts of every firm first came from, in one future.

        With ``payer`` only what this firm or sector paid. Only where the trace was kept (``Keep.trace``).
        """
        if self.keep.trace == "none":
            raise NetworkError(
                both("this run traces no money.", "這次模擬沒有追溯資金。"),
                both('Run again with keep=Keep(trace="central").', '請以 keep=Keep(trace="central") 重新執行。'),
            )
        world = self.world(scenario)
        return origins_of(world, self.history(draw, world.id), self.given, self.quarters, rule, payer)

    # Questions that need further futures

    def gain(
        self,
        entity: str,
        at: At,
        quarters: int = 12,
        *,
        holding: Sequence[str] = (),
        share: float | None = None,
        draws: int = 0,
        scenario: str | None = None,
    ) -> Gain:
        """What one more dollar at a firm does in a scenario of this run; see ``perpetuum.machine.gain``.

        Examples
        --------
        >>> import perpetuum
        >>> ledger = perpetuum.load("ai")
        >>> network = ledger.network(at="newest", stage="signed")
        >>> run = perpetuum.simulate(network, ledger.scenario("reference"), draws=1, quarters=4)
        >>> run.gain("openai", "2026Q2", quarters=2).cash.shape
        (2,)
        """
        from perpetuum.machine.gain import SHARE, gain

        return gain(
            self.given, self.world(scenario).scenario, entity, at, quarters=quarters, holding=holding,
            share=SHARE if share is None else share, draws=draws, seed=self.origin.seed, first=self.first,
            sets=self.sets,
        )  # fmt: skip

    def tornado(
        self,
        outcome: Outcome | str,
        *,
        low: float = 0.10,
        high: float = 0.90,
        top: int | None = None,
        of: Sequence[str] | None = None,
        draws: int = 0,
        scenario: str | None = None,
    ) -> Tornado:
        """Which spread moves an outcome most in a scenario of this run; see ``perpetuum.machine.tornado``."""
        from perpetuum.machine.sensitivity import tornado

        return tornado(
            self.given, self.world(scenario).scenario, outcome, low=low, high=high, top=top, of=of, draws=draws,
            seed=self.origin.seed, quarters=self.origin.quarters, first=self.first, sets=self.sets,
        )  # fmt: skip

    # Events

    def events_of(self, scenario: str | None = None) -> tuple[Share, ...]:
        """Every event that happened in any future, by event, then firm or leg."""
        world = self.world(scenario)
        happened, found = self.happened[world.id], []
        for n, event in enumerate(EVENTS):
            subjects = world.entities if event.to == "firm" else tuple(leg.id for leg in world.legs)
            for row, subject in enumerate(subjects):
                if happened.counts[n, row].any():
                    found.append(Share(
                        event=event.id, subject=subject, name=event.name,
                        share=happened.counts[n, row] / happened.draws,
                        first=happened.firsts[n, row] / happened.draws,
                    ))  # fmt: skip
        return tuple(found)

    @property
    def events(self) -> tuple[Share, ...]:
        """Every event of the first scenario."""
        return self.events_of()

    def event(self, event: str, subject: str, scenario: str | None = None) -> Share:
        """One event of one firm or leg; all zeros where it never happened.

        Raises
        ------
        UnknownName
            For an event, a firm or a leg that is none.
        """
        world, ids = self.world(scenario), [event.id for event in EVENTS]
        if event not in ids:
            raise UnknownName(event, ids, what=EVENT_OF_RUN)
        n = ids.index(event)
        to_firm = EVENTS[n].to == "firm"
        rows = world.resolved.addresses.entity_rows if to_firm else world.resolved.addresses.leg_rows
        if subject not in rows:
            raise UnknownName(subject, rows, what=ENTITY_OF_MACHINE if to_firm else LEG_OF_MACHINE)
        happened = self.happened[world.id]
        draws = max(happened.draws, 1)
        return Share(
            event=event, subject=subject, name=EVENTS[n].name, share=happened.counts[n, rows[subject]] / draws,
            first=happened.firsts[n, rows[subject]] / draws,
        )  # fmt: skip

    def happened_in(self, draw: Draw = CENTRAL, scenario: str | None = None) -> tuple[tuple[str, str, Quarter], ...]:
        """Event, firm or leg, and first quarter, of one future; in the order of time."""
        world = self.world(scenario)
        _, told = world.history(self._number(draw))
        found = []
        for n, row, quarter in zip(*np.nonzero(told.firsts[0]), strict=True):
            subjects = world.entities if EVENTS[n].to == "firm" else tuple(leg.id for leg in world.legs)
            found.append((EVENTS[n].id, subjects[row], self.first + int(quarter)))
        return tuple(sorted(found, key=lambda one: (one[2], one[0], one[1])))

    # Labelled arrays

    @cached_property
    def balance(self) -> xr.DataArray:
        """USD, (scenario, draw, quarter, entity, account), of futures kept whole (and their mean if kept)."""
        from perpetuum.machine.labels import by_entity

        return by_entity(self, "accounts", "account", tuple(ACCOUNTS), "balance")

    @cached_property
    def opening(self) -> xr.DataArray:
        """USD, (scenario, draw, entity, account), as the first quarter opened."""
        from perpetuum.machine.labels import by_entity

        return by_entity(self, "opening", "account", tuple(ACCOUNTS), "opening").isel(quarter=0, drop=True)

    @cached_property
    def flow(self) -> xr.DataArray:
        """USD paid, (scenario, draw, quarter, leg); what a scenario has no leg for is NaN."""
        from perpetuum.machine.labels import by_leg

        return by_leg(self, "flow", None, (), "flow")

    @cached_property
    def position(self) -> xr.DataArray:
        """What stands on each leg at the close, (scenario, draw, quarter, leg, position), each in its own unit."""
        from perpetuum.machine.labels import by_leg

        return by_leg(self, "positions", "position", tuple(column.id for column in POSITIONS), "position")
