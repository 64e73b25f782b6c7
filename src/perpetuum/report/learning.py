"""The verb `calibrate`: what the numbers known on a date leave of a scenario's parameters."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from perpetuum.core.cast import Cast
from perpetuum.core.errors import Problem, ScenarioError, SeriesError
from perpetuum.core.network import Network
from perpetuum.core.scenario import Scenario, Spoken
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.machine.folding import with_known_openings
from perpetuum.machine.learned import Posterior
from perpetuum.machine.learned_scenario import as_scenario
from perpetuum.machine.legs import legs_of
from perpetuum.machine.posterior import ROUNDS, posterior
from perpetuum.machine.prepare import Prepared, cast_of, first_quarter, prepare
from perpetuum.machine.progress import Progress
from perpetuum.report import numbers
from perpetuum.report.reported import Error, Series, errors_of, observed_of, series_of
from perpetuum.report.words import plain, say

LEAST = 3  # reported numbers: fewer can neither narrow a parameter nor contradict another


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked.

    Parameters
    ----------
    asof
        Only what could be known on this day counts; a day, a name of the case, or nothing for the newest.
    free
        Addresses; if none is named, every parameter that the scenario spreads and that shows in what was reported.
    """

    scenario: str = "neutral"
    asof: str | None = None
    free: tuple[str, ...] = ()
    draws: int = 40_000
    seed: int = 0
    rounds: int = ROUNDS
    policy: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Calibrated:
    """What came out, and what it rests on."""

    ask: Ask
    asof: datetime.date
    posterior: Posterior
    series: Mapping[str, Series]
    errors: Mapping[str, Error]
    scenario: Scenario | None


def opening_of(ledger: Ledger, scenario: str) -> Quarter:
    """The first quarter that a scenario of a case simulates: the one after its opening."""
    return first_quarter(ledger.opening(scenario))


def calibrate(ledger: Ledger, ask: Ask, progress: Progress | None = None) -> Calibrated:
    """Learn from what was known on a date.

    Raises
    ------
    ScenarioError
        For addresses that there are not and parameters that nothing identifies; all at once.
    SeriesError
        If too little of the simulated quarters was known on that date.
    UnknownName
        For a scenario that the case does not have.
    """
    asof = ledger.clock(None, ask.asof)[1]
    scenario, first = ledger.scenario(ask.scenario), opening_of(ledger, ask.scenario)
    network = ledger.opening(ask.scenario, ask.policy, asof)
    cast, scenario, _ = with_known_openings(network, as_known(ledger, scenario, network), cast_of(network), first)
    known = series_of(ledger.panel(asof, ask.policy), cast, first + -1)
    errors = errors_of(known)
    observed = observed_of(known, errors, first)
    if len(observed) < LEAST:
        raise _too_little(ledger, cast, first, asof, len(observed), ask.policy)
    free = ask.free or spread_parameters(network, scenario, first, {one.series.partition(".")[0] for one in observed})
    found = posterior(
        network, scenario, observed, free, draws=ask.draws, seed=ask.seed, first=first, insist=bool(ask.free),
        rounds=ask.rounds, progress=progress,
    )  # fmt: skip
    learned = _scenario(ask, asof, found) if found.status == "enough" and found.moved else None
    return Calibrated(ask=ask, asof=asof, posterior=found, series=known, errors=errors, scenario=learned)


def as_known(ledger: Ledger, scenario: Scenario, network: Network) -> Scenario:
    """A scenario without its lines about contracts of the case that had no signed figure yet, and so take no part."""
    here = {leg.id for leg in legs_of(network, scenario, cast_of(network))[0]}
    unknown = set(ledger.legs_by_id) - here
    return dataclasses.replace(
        scenario,
        changes=tuple(one for one in scenario.changes if one.to is None or _leg(one.target) not in unknown),
        spreads=tuple(one for one in scenario.spreads if _leg(one.of) not in unknown),
        shocks=tuple(one for one in scenario.shocks if _leg(one.target) not in unknown),
    )


def _leg(address: str) -> str:
    """The owner of a parameter, or the whole address where it is a leg itself."""
    return address.rpartition(".")[0] or address


def spread_parameters(network: Network, scenario: Scenario, first: Quarter, firms: set[str]) -> tuple[str, ...]:
    """Every parameter that a scenario spreads, unless it belongs to a firm, or to firms, of which nothing was seen."""
    world = prepare(network, scenario, first, 1, 0, ())
    names = [world.resolved.addresses.names[slot] for slot in world.resolved.spreads.slot]
    found = tuple(name for name in names if _touches(world, name, firms))
    if not found:
        raise ScenarioError([
            Problem(
                where=Spoken("--free"), path=scenario.id, what=say("calibrate.no_spreads"),
                repair=say("calibrate.no_spreads.how"),
            )
        ])  # fmt: skip
    return found


def _touches(world: Prepared, name: str, firms: set[str]) -> bool:
    owner = name.rpartition(".")[0]
    if not owner:
        return True
    if owner in world.entities:
        return owner in firms
    leg = world.legs[world.resolved.addresses.leg_rows[owner]]
    return bool({leg.payer, leg.payee} & firms)


def _too_little(
    ledger: Ledger, cast: Cast, first: Quarter, asof: datetime.date, has: int, policy: str | None
) -> SeriesError:
    """Too few numbers of simulated quarters on a date: how many there are, and when enough are known."""
    known = series_of(ledger.panel(None, policy), cast, first + -1)
    days = sorted(
        series.known_from(quarter)
        for series in known.values() for quarter in series.numbers if quarter.index >= first.index
    )  # fmt: skip
    what = say("calibrate.too_little", first=numbers.quarter(first), asof=numbers.day(asof), needs=LEAST, has=has)
    if len(days) < LEAST:
        return SeriesError(what, say("calibrate.too_little.never", has=len(days)))
    begins = numbers.day(days[0])
    return SeriesError(what, say("calibrate.too_little.how", first=begins, enough=numbers.day(days[LEAST - 1])))


def _scenario(ask: Ask, asof: datetime.date, found: Posterior) -> Scenario:
    date = numbers.day(asof)
    about = say(
        "calibrate.scenario.about",
        base=ask.scenario,
        asof=date,
        known=len(found.fitted),
        effective=round(found.effective),
    )
    return as_scenario(
        found, id=f"{ask.scenario}-{asof.isoformat()}", name=_name(ask.scenario, date), about=about,
        because=say("calibrate.scenario.because", asof=date),
    )  # fmt: skip


def _name(scenario: str, date: Text) -> Text:
    return say("calibrate.scenario.name", scenario=plain(scenario), asof=date)
