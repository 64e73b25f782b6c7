"""A scenario made ready: who takes part, on which legs, with which numbers, opened and looked over."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numba
import numpy as np
from numpy.typing import NDArray

from perpetuum.core.cast import Cast
from perpetuum.core.claim import Stage
from perpetuum.core.errors import NetworkError
from perpetuum.core.network import Network
from perpetuum.core.scenario import Scenario
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.machine import future
from perpetuum.machine.addresses import Addresses
from perpetuum.machine.folding import NotSimulated, less_what_builders_take, with_known_openings, with_whole_shares
from perpetuum.machine.from_network import FromLedger, fill_from_network, fill_guarantees
from perpetuum.machine.ground import Ground, empty_ground, knobs_of, lengths_for, map_of, world_on
from perpetuum.machine.history import History, Places
from perpetuum.machine.knobs import KNOBS
from perpetuum.machine.layout import lay_out
from perpetuum.machine.legs import Folded, MachineLeg, legs_of, members, with_owners
from perpetuum.machine.metrics import Seat
from perpetuum.machine.opening import contract_sum, plugs_of, refuse_what_cannot_open
from perpetuum.machine.resolve import Resolved, Stated, resolve
from perpetuum.machine.spreads import Spreads
from perpetuum.machine.world import Chance, Knobs, Layout, World
from perpetuum.maths.lanes import LANES, empty_row

Floats = NDArray[np.float64]
PAST = int(KNOBS["economic_life"].most)  # quarters of vintages: the longest life there can be
_STATUS = {0: "settled", 1: "not_settled", future.BROKEN: "broken", future.UNBALANCED: "unbalanced"}
Finding = tuple[int, int, int, float, float, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """One scenario as the kernels want it, and what was done to make it so.

    ``left_out`` are firms of the cast without an opening, counted with the sectors; ``cast`` is without them.
    ``values`` are all parameters of the central future; ``filled`` those that came from the ledger; ``plugs`` what
    was worked out so that the opening sheets balance (entity, account, USD); ``terms`` says which contracts come to
    more or less by their physical terms than by their figure.
    """

    scenario: Scenario
    cast: Cast
    entities: tuple[str, ...]
    legs: tuple[MachineLeg, ...]
    folded: tuple[Folded, ...]
    left_out: tuple[NotSimulated, ...]
    layout: Layout
    resolved: Resolved
    values: Floats
    filled: tuple[FromLedger, ...]
    plugs: tuple[tuple[str, str, float], ...]
    terms: tuple[Text, ...]
    quarters: int
    seed: int

    @property
    def id(self) -> str:
        """The scenario's."""
        return self.scenario.id

    @cached_property
    def places(self) -> Places:
        """Where each number of a draw lies."""
        return Places(entities=len(self.entities), legs=len(self.legs))

    @property
    def subjects(self) -> int:
        """To how many firms, or on how many legs, an event can happen."""
        return max(self.places.entities, self.places.legs)

    @cached_property
    def seat(self) -> Seat:
        """What metrics need to know."""
        moved = {int(slot) for slot in self.resolved.spreads.slot} | {int(row[0]) for row in self.resolved.shocks.turns}
        return Seat(places=self.places, layout=self.layout, values=self.values, moved=frozenset(moved))

    @property
    def warnings(self) -> tuple[Text, ...]:
        """What is unusual and yet possible, and contracts whose terms and figure disagree."""
        return (*self.resolved.warnings, *self.terms)

    @property
    def assumed(self) -> tuple[Stated, ...]:
        """Every value of the scenario that stands in no source."""
        return tuple(stated for stated in self.resolved.stated if stated.basis == "assumed")

    def leg(self, id: str) -> int:
        """The number of a leg."""
        return self.resolved.addresses.leg_rows[id]

    def live(self, draws: NDArray[np.int64], kept: NDArray[np.int64]) -> future.Told:
        """Live through some draws and keep some numbers of each quarter. The only call of the kernel."""
        part = -(-draws.size // (4 * numba.get_num_threads()))  # few blocks, and work enough for all threads
        size = max(1, -(-part // LANES)) * LANES
        told = future.nothing_told(draws.size, kept.size, self.quarters, self.subjects, -(-draws.size // size))
        r, threads = self.resolved, numba.get_num_threads()
        numba.set_num_threads(1 if draws.size == 1 else threads)  # waking a second one takes longer than a future
        try:
            future.live_many(
                draws, self.seed, self.quarters, self.layout, self.values, r.spreads, r.shocks, kept, told, size
            )
        finally:
            numba.set_num_threads(threads)
        return told

    def drawn(self, draw: int) -> Floats:
        """All parameters of one draw before any shock, flat."""
        return opened(self.layout, self.values, self.resolved.spreads, self.seed, draw)[1]

    def knobs_of_leg(self, draw: int, leg: int) -> Floats:
        """The parameters of one leg in one draw before any shock."""
        return np.asarray(knobs_of(self.drawn(draw), self.places.entities, self.places.legs).leg[leg])

    def opened(self, draw: int) -> World:
        """One draw as its first quarter finds it."""
        return opened(self.layout, self.values, self.resolved.spreads, self.seed, draw)[0]

    def history(self, draw: int) -> tuple[History, future.Told]:
        """One draw with all its numbers; -1 is the central future."""
        told = self.live(np.array([draw], dtype=np.int64), np.arange(self.places.size, dtype=np.int64))
        status = _STATUS[int(told.status[0])]
        return History(places=self.places, rows=told.series[0], status=status), told


def prepare(
    network: Network, scenario: Scenario, first: Quarter, quarters: int, seed: int, sets: Sequence[str]
) -> Prepared:
    """Make a scenario ready on a network.

    Raises
    ------
    NetworkError
        For a network without a cast, and for an opening that lacks a number or does not balance.
    ScenarioError
        For parameters, spreads or shocks that cannot be.
    """
    cast, scenario, left_out = with_known_openings(network, scenario, cast_of(network), first)
    entities = members(cast)
    legs, folded = legs_of(network, scenario, cast)
    layout = lay_out(cast, entities, legs, PAST)
    addresses = Addresses(entities=entities, legs=tuple(leg.id for leg in legs))
    resolved = resolve(with_owners(scenario, cast), addresses, first, quarters, sets)
    values = fill_guarantees(network, legs, resolved, first)
    filled: tuple[FromLedger, ...] = ()
    if scenario.opening == "ledger":
        values, filled = fill_from_network(network, addresses, values, first + -1)
    values = with_whole_shares(cast, legs, resolved, values, bool(left_out))
    values, filled = less_what_builders_take(cast, legs, addresses, values, filled)
    world, drawn = opened(layout, values, resolved.spreads, seed, -1)
    knobs = knobs_of(drawn, len(entities), len(legs))
    refuse_what_cannot_open(entities, legs, layout, knobs, world)
    return Prepared(
        scenario=scenario, cast=cast, entities=entities, legs=legs, folded=folded, left_out=left_out, layout=layout,
        resolved=resolved,
        values=values, filled=filled, plugs=plugs_of(entities, layout, world),
        terms=_at_odds(network, legs, knobs), quarters=quarters, seed=seed,
    )  # fmt: skip


def cast_of(network: Network) -> Cast:
    """Who plays which part in a network; a network without a cast raises ``NetworkError``."""
    if network.cast is None:
        raise NetworkError(
            both("nobody says who is to be simulated.", "沒有說明要模擬哪些公司。"),
            both(
                "Name fuel, gears, engines and the four sectors under machine: in case.yaml.",
                "請在 case.yaml 的 machine: 下列出燃料、齒輪、引擎與四個部門。",
            ),
        )
    return network.cast


def _at_odds(network: Network, legs: Sequence[MachineLeg], knobs: Knobs) -> tuple[Text, ...]:
    """Contracts whose capacity, price and term come to more than a tenth more or less than the figure on record."""
    found = []
    for terms, leg in zip(knobs.leg, legs, strict=True):
        stages: tuple[Stage, ...] = ("signed", "announced")
        figures = next((told for stage in stages if (told := network.promised.get((leg.id, stage)))), ())
        figure = sum(one.value for one in figures)
        if leg.place != "contract" or figure <= 0.0:
            continue
        usd = float(contract_sum(terms))
        if abs(usd - figure) > 0.1 * figure:
            ours, theirs = _printed(usd), _printed(figure)
            found.append(
                both(
                    f"{leg.id}: capacity, price and term come to {ours.en}, the figure on record is {theirs.en}.",
                    f"{leg.id}：依容量、價格與期間合計：{ours.zh}；紀錄上的金額：{theirs.zh}。",
                )
            )
    return tuple(found)


def _printed(usd: float) -> Text:
    en, zh = f"{usd / 1e9:,.1f}bn USD", f"{usd / 1e8:,.0f} 億美元"
    return both(en, zh)


def ground_of(layout: Layout, quarters: int) -> Ground:
    """Empty rows for draws to lie on, as many as there are lanes."""
    return empty_ground(map_of(layout), lengths_for(layout, quarters))


def of_first_lane(ground: Ground) -> Ground:
    """The first of the draws that lie on a ground, by itself, as plain Python reads it."""
    whole = {"map", "marks", "events", "debts", "alone"}  # not laid side by side
    return Ground(**{
        name: row if name in whole else row.reshape(-1, LANES)[:, 0] for name, row in ground._asdict().items()
    })  # fmt: skip


def opened(layout: Layout, values: Floats, spreads: Spreads, seed: int, draw: int) -> tuple[World, Floats]:
    """A draw as its first quarter finds it, and the parameters it was made with."""
    ground, drawn = ground_of(layout, 1), empty_row(LANES * values.size)
    chance = Chance(seed=seed, draws=np.full(LANES, draw, dtype=np.int64))
    future.begin(ground, drawn, values, spreads, chance)
    alone = of_first_lane(ground)
    return world_on(alone), alone.values


def first_quarter(network: Network) -> Quarter:
    """The first quarter after the last whole year that a network can know.

    Annual reports are the fullest balance sheets there are, so a simulation opens on the close of a year, unless the
    network says on which day it opens.

    Raises
    ------
    NetworkError
        For a network without a date.

    Examples
    --------
    >>> import datetime
    >>> first_quarter(Network(entities=(), legs=(), at=datetime.date(2026, 9, 16)))
    Quarter(year=2026, number=1)
    """
    if network.opens is not None:
        return Quarter.of(network.opens) + 1
    if network.at == datetime.date.max:
        raise NetworkError(
            both(
                "the network has no date, so nobody knows when the first quarter is.",
                "網路沒有日期，無從得知第一季是何時。",
            ),
            both('Say it: first=Quarter.parse("2026Q1")', '請指明：first=Quarter.parse("2026Q1")'),
        )
    closed = network.at == datetime.date(network.at.year, 12, 31)
    return Quarter(network.at.year + (1 if closed else 0), 1)
