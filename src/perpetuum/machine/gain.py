"""What one more dollar does: how much of it is still there, and what it has set in motion, quarter after quarter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.network import Network
from perpetuum.core.nouns import ENTITY_OF_MACHINE
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import Change, Scenario, ScenarioLeg
from perpetuum.core.text import both
from perpetuum.core.when import Quarter
from perpetuum.machine import columns as c
from perpetuum.machine.future import Told
from perpetuum.machine.held import Said, live_held, refuse_what_cannot_be_held
from perpetuum.machine.knobs import FIRM_KNOBS, HEADLINE, LEG_KNOBS, WORLD_KNOBS
from perpetuum.machine.prepare import Prepared, cast_of, first_quarter, prepare
from perpetuum.machine.simulate import raise_if_unbalanced
from perpetuum.machine.world import ISSUE, ROUND

Floats = NDArray[np.float64]
What = Literal["vendor_money", "rounds", "capex", "chips"]
SHARE = 0.01  # of the firm's cash
ROUNDING = 1e-9
WHY = both("Only to measure what one more dollar does.", "僅用於衡量多一元的作用。")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gain:
    """What one more dollar at a firm does, USD for each dollar, by quarters since; lag 0 is the quarter itself.

    Parameters
    ----------
    dollar
        The size of the step to either side, USD. Whoever just can or cannot pay makes a kink, and inside the step
        nobody sees it.
    cash
        Change of the firm's cash at the close of each quarter. Above 1 the loop amplifies.
    vendor_money
        Change of what vendors pay to all engines, in each quarter.
    rounds
        Change of what the firm raises from investors, in each quarter.
    capex, chips
        Change of what all gears spend on capacity, and of the chips in it, in each quarter.
    draws
        How many futures this is the mean of; 0: the central future.
    holding
        Rules of the day that were held where they were without the dollar.
    """

    entity: str
    at: Quarter
    dollar: float
    cash: Floats
    vendor_money: Floats
    rounds: Floats
    capex: Floats
    chips: Floats
    draws: int
    holding: tuple[str, ...] = ()

    @property
    def amplifies(self) -> bool:
        """Is there more than the dollar at the close of any quarter?"""
        return bool((self.cash > 1.0 + ROUNDING).any())

    def so_far(self, what: What) -> Floats:
        """A flow added up from the dollar on."""
        flow: Floats = getattr(self, what)
        return np.cumsum(flow)


def gain(
    network: Network,
    scenario: Scenario,
    entity: str,
    at: Quarter | str,
    *,
    quarters: int = 12,
    holding: Sequence[str] = (),
    share: float = SHARE,
    draws: int = 0,
    seed: int = 0,
    first: Quarter | None = None,
    sets: Sequence[str] = (),
) -> Gain:
    """Give a firm a dollar as a quarter opens, and take one from it, with the same luck.

    Parameters
    ----------
    entity
        A firm that is simulated.
    at
        The quarter at whose opening investors give the dollar, or are given it.
    quarters
        How many quarters are looked at, that one included.
    holding
        Rules of the day, such as ``"engines_raise_round"``, that propose what they propose without the dollar. The
        loop is open there: what is missing against the answer without ``holding`` runs through these links.
    share
        The step to either side, as a share of the cash the firm has then in the central future.
    draws
        0: the central future; else the mean over so many.

    Raises
    ------
    UnknownName
        For a firm that is not simulated, or a rule that cannot be held: those of the close act, they do not propose.
    NetworkError
        For a quarter before the first, or a firm without cash to measure by.

    Notes
    -----
    Central differences: (with the gift − with the loss) / two steps. The gift is booked as such, so the books of
    these runs balance like all others. With ``holding`` the futures are lived through in plain Python, which takes
    a fraction of a second for each.

    Examples
    --------
    >>> import perpetuum
    >>> ledger = perpetuum.load("ai")
    >>> network = ledger.network(at="newest", stage="signed")
    >>> out = gain(network, ledger.scenario("reference"), "openai", "2026Q1", quarters=3)
    >>> out.cash.shape, bool(out.cash[0] > 0.0)
    ((3,), True)
    """
    cast, start = cast_of(network), first_quarter(network) if first is None else first
    if entity not in cast.firms:
        raise UnknownName(entity, cast.firms, what=ENTITY_OF_MACHINE)
    refuse_what_cannot_be_held(holding)
    when = Quarter.parse(at) if isinstance(at, str) else at
    row = when - start
    if row < 0 or quarters < 1:
        raise NetworkError(
            both(f"{when} and {quarters} quarters from it: nothing is simulated there.",
                 f"{when} 起 {quarters} 季：不在模擬期間內。"),
            both(f"Choose {start} or later, and at least one quarter.", f"請選 {start} 或之後，至少一季。"),
        )  # fmt: skip
    ends = ((cast.investors, entity), (entity, cast.investors))
    gifts = tuple(f"{payer}>{payee}:gift" for payer, payee in ends)
    world = prepare(network, _with_gifts(scenario, ends, gifts, row + 1), start, row + quarters, seed, sets)
    numbers = np.arange(draws, dtype=np.int64) if draws else np.array([-1], dtype=np.int64)
    dollar = share * _cash_at(world, entity, row)
    if not dollar > 0.0:
        raise NetworkError(
            both(f"{entity} has no cash as {when} opens.", f"{when} 開始時 {entity} 沒有現金。"),
            both("Choose another quarter or firm.", "請改選其他季度或公司。"),
        )
    sums = _sums(world, entity)
    link = _Link.of(world, numbers, holding)
    more, less = (_lived(world, gift, dollar, numbers, sums, start, link)[:, row:] for gift in gifts)
    slopes = (more - less) / (2.0 * dollar)
    return Gain(
        entity=entity, at=when, dollar=dollar, cash=slopes[0], vendor_money=slopes[1], rounds=slopes[2],
        capex=slopes[3], chips=slopes[4], draws=draws, holding=tuple(holding),
    )  # fmt: skip


def _with_gifts(scenario: Scenario, ends: Iterable[tuple[str, str]], gifts: Sequence[str], start: int) -> Scenario:
    """The same scenario with two gifts of nothing, one each way."""
    zero = Quantity(0.0, "USD")
    legs = (
        ScenarioLeg(id=id, kind="gift", payer=payer, payee=payee, because=WHY)
        for id, (payer, payee) in zip(gifts, ends, strict=True)
    )
    changes = (
        change
        for id in gifts
        for change in (
            Change(target=f"{id}.headline", to=zero, because=WHY),
            Change(target=f"{id}.start", to=float(start), because=WHY),
        )
    )
    return replace(scenario, legs=(*scenario.legs, *legs), changes=(*scenario.changes, *changes))


def _cash_at(world: Prepared, entity: str, row: int) -> float:
    """Cash of a firm as a quarter of the central future opens, USD."""
    place = world.places.opening(world.entities.index(entity), c.CASH)
    told = world.live(np.array([-1], dtype=np.int64), np.array([place], dtype=np.int64))
    return float(told.series[0, 0, row])


def _sums(world: Prepared, entity: str) -> tuple[NDArray[np.int64], ...]:
    """Places that add up to cash, vendor money, rounds, capex and chips."""
    places, layout, e = world.places, world.layout, world.entities.index(entity)
    raised = [int(layout.standing[role, e]) for role in (ROUND, ISSUE)]
    sums = (
        [places.account(e, c.CASH)],
        [places.stock(int(engine), c.VENDOR_MONEY) for engine in layout.engines],
        [places.flow(leg) for leg in raised if leg >= 0],
        [places.stock(int(gear), c.CAPEX) for gear in layout.gears],
        [places.flow(int(leg)) for leg in np.flatnonzero(layout.is_chips)],
    )
    return tuple(np.array(each, dtype=np.int64) for each in sums)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Link:
    """Rules that are held, and what they say without the dollar."""

    rules: tuple[str, ...]
    said: Said | None

    @classmethod
    def of(cls, world: Prepared, draws: NDArray[np.int64], rules: Sequence[str]) -> _Link:
        """Listen to the rules in the same futures without a gift."""
        if not rules:
            return cls(rules=(), said=None)
        return cls(rules=tuple(rules), said=live_held(world, draws, np.zeros(0, dtype=np.int64), rules, None)[1])

    def live(self, world: Prepared, draws: NDArray[np.int64], kept: NDArray[np.int64]) -> Told:
        """Live through the futures with the rules held; compiled where none is."""
        return live_held(world, draws, kept, self.rules, self.said)[0] if self.rules else world.live(draws, kept)


def _lived(
    world: Prepared,
    gift: str,
    dollar: float,
    draws: NDArray[np.int64],
    sums: Sequence[NDArray[np.int64]],
    first: Quarter,
    link: _Link,
) -> Floats:
    """What happens with one gift, (sum, quarter), as the mean over the draws."""
    values = world.values.copy()
    firms = len(WORLD_KNOBS) + len(world.entities) * len(FIRM_KNOBS)
    values[firms + world.leg(gift) * len(LEG_KNOBS) + HEADLINE] = dollar
    given = replace(world, values=values)
    kept = np.concatenate(sums)
    told = link.live(given, draws, kept)
    raise_if_unbalanced(given, told, draws, first)
    mean, last = told.series.mean(axis=0), np.cumsum([each.size for each in sums])
    return np.array([mean[end - each.size : end].sum(axis=0) for each, end in zip(sums, last, strict=True)])
