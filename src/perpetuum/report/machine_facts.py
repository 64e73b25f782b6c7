"""What many futures say together: how often the gap closes, who falls first, and what vendor money changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import NetworkError, ScenarioError
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.machine import Run
from perpetuum.machine.columns import FALLEN
from perpetuum.machine.counterfactual import VENDOR_MONEY, taken_away
from perpetuum.machine.events import DEFAULTED
from perpetuum.machine.prepare import prepare
from perpetuum.machine.simulate import MINUS
from perpetuum.report.machine_chances import Chance, asked_years, half_by, pays_its_way
from perpetuum.report.machine_question import with_sets

MOST_LIVED_AGAIN = 20_000
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """How often a firm falls: in what share of futures at all and before all others, and by when in half of these."""

    firm: str
    share: float
    first: float
    median: Quarter


@dataclass(frozen=True, slots=True, kw_only=True)
class Falls:
    """Who falls; ``share`` is of futures in which anybody does, ``looked_at`` how many futures were looked at."""

    scenario: str
    share: float
    median: Quarter | None
    firms: tuple[Fall, ...]
    looked_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorMoney:
    """What the same futures look like without vendor money; capex in USD over all quarters, cash at the close."""

    scenario: str
    without: str
    received: float
    capex: tuple[float, float] | None
    cash: tuple[float, float, float]
    chances: tuple[tuple[Chance, Chance], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCase:
    """A scenario of the case in whose central future somebody falls: who, and when, the first ones first."""

    scenario: str
    falls: tuple[tuple[str, Quarter], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is told of a run before any table."""

    engine: str | None
    chances: tuple[Chance, ...]
    falls: Falls
    vendor_money: VendorMoney | None
    bad_cases: tuple[BadCase, ...]
    against: tuple[Falls, tuple[tuple[Chance, Chance], ...]] | None


def facts(ledger: Ledger, run: Run, engine: str | None, sets: tuple[str, ...]) -> Facts:
    """Everything that is told in sentences; the first scenario's unless it says otherwise."""
    first, other, without = run.scenarios[0], against(run), without_of(run)
    if run.done == 0:
        nobody = Falls(scenario=first, share=0.0, median=None, firms=(), looked_at=0)
        return Facts(engine=engine, chances=(), falls=nobody, bad_cases=(), vendor_money=None, against=None)
    chances = _chances(run, engine, first)
    return Facts(
        engine=engine,
        chances=chances,
        falls=falls(run, first),
        bad_cases=bad_cases(ledger, run, sets),
        vendor_money=_vendor_money(run, engine, chances, without) if engine and without else None,
        against=None if other is None else (falls(run, other), _pairs(run, engine, chances, other)),
    )


def against(run: Run) -> str | None:
    """The scenario that a run was set against, if any."""
    return next((one for one in run.scenarios[1:] if not _is_without(run, one)), None)


def without_of(run: Run) -> str | None:
    """The same scenario without vendor money, if it was simulated."""
    return next((one for one in run.scenarios[1:] if _is_without(run, one)), None)


def difference(run: Run, scenario: str) -> str:
    """The label of what differs from the first scenario, draw by draw."""
    return f"{scenario}{MINUS}{run.scenarios[0]}"


def _is_without(run: Run, scenario: str) -> bool:
    return scenario == taken_away(run.worlds[0].scenario, (), VENDOR_MONEY).id


def _chances(run: Run, engine: str | None, scenario: str) -> tuple[Chance, ...]:
    return () if engine is None else tuple(pays_its_way(run, engine, scenario, by) for by in asked_years(run))


def _pairs(run: Run, engine: str | None, chances: tuple[Chance, ...], other: str) -> tuple[tuple[Chance, Chance], ...]:
    return tuple(zip(chances, _chances(run, engine, other), strict=True))


def _vendor_money(run: Run, engine: str, chances: tuple[Chance, ...], without: str) -> VendorMoney:
    first = run.scenarios[0]
    cash = run.band(f"{engine}.cash", difference(run, without)).quantile[:, -1]
    levels = run.keep.quantiles
    middle = levels.index(0.5)
    capex = None
    if "gears.capex" in run.series:
        spent = [float(run.band("gears.capex", one).mean.sum()) for one in (first, without)]
        capex = spent[0], spent[1]
    return VendorMoney(
        scenario=first, without=without,
        received=float(run.band(f"{engine}.vendor_money", first).mean.sum()),
        capex=capex, cash=(float(cash[0]), float(cash[middle]), float(cash[-1])),
        chances=_pairs(run, engine, chances, without),
    )  # fmt: skip


def falls(run: Run, scenario: str) -> Falls:
    """Who falls and who falls first, future by future.

    Which firm is first in a future stands in no series; so futures are lived through once more, with the same
    luck, where anybody falls at all.
    """
    fell = {share.subject for share in run.events_of(scenario) if share.event == "default"}
    looked_at = min(run.done, MOST_LIVED_AGAIN)
    if not fell or not looked_at:
        return Falls(scenario=scenario, share=0.0, median=None, firms=(), looked_at=run.done)
    world = run.world(scenario)
    firms = tuple(firm for firm in world.entities if firm in fell)
    when = _when(run, scenario, firms, looked_at)
    earliest, end = when.min(axis=1), run.origin.quarters
    told = [_fall(run, firm, when[:, n], earliest) for n, firm in enumerate(firms) if (when[:, n] < end).any()]
    told.sort(key=lambda fall: (-fall.first, -fall.share, fall.firm))
    return Falls(
        scenario=scenario, share=float((earliest < end).mean()), median=_median(run, earliest), firms=tuple(told),
        looked_at=looked_at,
    )  # fmt: skip


def bad_cases(ledger: Ledger, run: Run, sets: tuple[str, ...]) -> tuple[BadCase, ...]:
    """Scenarios of the case, other than those simulated, in whose central future somebody falls; the earliest first.

    One that cannot be simulated on this network is left out.
    """
    found = []
    for name in ledger.scenarios():
        if name in run.scenarios:
            continue
        try:
            scenario, unread = with_sets(ledger.scenario(name), sets)
            world = prepare(run.given, scenario, run.first, run.origin.quarters, run.origin.seed, unread)
        except (ScenarioError, NetworkError):
            continue
        _, told = world.history(-1)
        rows, quarters = np.nonzero(told.firsts[0, DEFAULTED])
        fell = [(int(quarter), world.entities[row]) for row, quarter in zip(rows, quarters, strict=True)]
        if fell:
            falls = tuple((firm, run.first + quarter) for quarter, firm in sorted(fell))
            found.append(BadCase(scenario=name, falls=falls))
    return tuple(sorted(found, key=lambda case: (case.falls[0][1].index, case.scenario)))


def _when(run: Run, scenario: str, firms: tuple[str, ...], draws: int) -> NDArray[np.int64]:
    """(draw, firm): the number of the quarter in which a firm falls; the number of quarters if it stands."""
    world = run.world(scenario)
    places = np.array([world.places.stock(world.entities.index(firm), FALLEN) for firm in firms], dtype=np.int64)
    parts = []
    for begin in range(0, draws, _AT_ONCE):
        some = np.arange(begin, min(begin + _AT_ONCE, draws), dtype=np.int64)
        has_fallen = world.live(some, places).series > 0.5
        parts.append(np.where(has_fallen.any(axis=2), has_fallen.argmax(axis=2), run.origin.quarters))
    return np.concatenate(parts)


def earliest_fall(run: Run, scenario: str, firms: tuple[str, ...]) -> NDArray[np.int64]:
    """(draw): the number of the quarter in which the first of some firms falls; the number of quarters if none does."""
    fell = {share.subject for share in run.events_of(scenario) if share.event == "default"}
    some = tuple(firm for firm in run.world(scenario).entities if firm in fell and firm in firms)
    if not some:
        return np.full(run.done, run.origin.quarters, dtype=np.int64)
    return np.asarray(_when(run, scenario, some, min(run.done, MOST_LIVED_AGAIN)).min(axis=1), dtype=np.int64)


def _fall(run: Run, firm: str, when: NDArray[np.int64], earliest: NDArray[np.int64]) -> Fall:
    falls = when < run.origin.quarters
    median = _median(run, when)
    assert median is not None
    return Fall(firm=firm, share=float(falls.mean()), first=float((falls & (when == earliest)).mean()), median=median)


def _median(run: Run, when: NDArray[np.int64]) -> Quarter | None:
    """The quarter by which half of those that happen have happened."""
    middle = half_by(np.bincount(when, minlength=run.origin.quarters)[: run.origin.quarters].astype(np.float64))
    return None if middle is None else run.first + middle
