"""What the machine gives for a case: many futures of its newest network, with the money of vendors and without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from perpetuum.core.errors import NetworkError, ScenarioError, UnknownName
from perpetuum.core.network import Network
from perpetuum.core.scenario import Scenario
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.report.machine_chances import asked_years, whole_years
from perpetuum.report.words import say

if TYPE_CHECKING:
    # Named only: whoever asks nothing of the machine need not wait for it.
    from perpetuum.machine.counterfactual import Counterfactual
    from perpetuum.machine.gain import Gain
    from perpetuum.machine.run import Run
    from perpetuum.machine.sensitivity import Tornado
    from perpetuum.report.machine_facts import Facts

FUTURES = 2_000
QUARTERS = 40
SEED = 0
SCENARIO = "neutral"
LEARNED = "calibrated"  # the same, as the reported numbers leave it; kept with a case by `make hindcast`
TURNED = 8  # assumptions that are shown
GIVEN = 4  # quarters after the first one in which one more dollar is given
_ENGINE = (
    "cash", "cash_burn", "funding_gap", "compute_used", "compute_need", "valuation", "revenue", "vendor_money",
)  # fmt: skip
_PARTS = (
    "gears.capex", "gears.revenue", "gears.capex_to_revenue", "gears.total_debt", "fuel.revenue", "engines.cash_burn",
    "cash", "total_debt", "mood",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Futures:
    """Many futures of one scenario."""

    scenario: Scenario
    run: Run

    @property
    def ends(self) -> dict[int, int]:
        """The number of the last quarter of each whole year, by year."""
        return {quarter.year: n for quarter, n in whole_years(self.run).items()}


@dataclass(frozen=True, kw_only=True, eq=False)
class Simulated:
    """Many futures of one scenario, and the same futures without the money of vendors.

    ``engine`` is the one the case looks at, if it has any; ``tornado`` which assumptions move its funding gap most;
    ``gain`` what one more dollar in its cash does, or why that cannot be asked.
    """

    ledger: Ledger
    scenario: Scenario
    pair: Counterfactual
    engine: str | None
    tornado: Tornado | None
    gain: Gain | Text | None

    @cached_property
    def found(self) -> Facts:
        """What is told in sentences; worked out when it is first told, as a verdict does without."""
        from perpetuum.report.machine_facts import facts

        return facts(self.ledger, self.run, self.engine, ())

    @property
    def run(self) -> Run:
        """The futures: with the money of vendors first, then without."""
        return self.pair.run

    @property
    def without(self) -> str:
        """The id of the same scenario without the money of vendors."""
        return self.run.scenarios[1]

    @property
    def futures(self) -> Futures:
        """Those with the money of vendors, by themselves."""
        return Futures(scenario=self.scenario, run=self.run)

    @property
    def ends(self) -> dict[int, int]:
        """The number of the last quarter of each whole year, by year."""
        return self.futures.ends

    @property
    def asked(self) -> tuple[Quarter, ...]:
        """The quarters at whose close it is asked how things stand."""
        return asked_years(self.run)


def simulated(
    ledger: Ledger,
    network: Network,
    *,
    scenario: str = SCENARIO,
    draws: int = FUTURES,
    progress: Callable[[Text], None] = lambda _: None,
) -> Simulated | Text | None:
    """Live through the futures of a case; why that cannot be done, or nothing where nobody is to be simulated.

    Parameters
    ----------
    network
        Where the scenario opens, of what is signed.
    scenario
        The name of the one that is lived through.
    draws
        How many futures; none at all if 0.

    Raises
    ------
    BooksDoNotBalance
        If money was lost or made: a bug of this program.
    KeyboardInterrupt
        If somebody interrupts.
    """
    if network.cast is None or draws == 0:
        return None
    from perpetuum.machine.counterfactual import counterfactual
    from perpetuum.machine.keep import Keep

    engine, quarters = _focus(ledger.case.loop, network.cast.engines), quarters_of(ledger, network)
    of_engine = () if engine is None else tuple(f"{engine}.{metric}" for metric in _ENGINE)
    progress(say("machine_page.progress", draws=draws))
    try:
        chosen = ledger.scenario(scenario)
        keep = Keep(series=(*of_engine, *_PARTS))
        pair = counterfactual(network, chosen, draws=draws, seed=SEED, quarters=quarters, keep=keep)
        if pair.run.interrupted:
            raise KeyboardInterrupt
        with _one_by_one():
            turned = None if engine is None else _turned(network, chosen, engine, pair.run, quarters)
            given = None if engine is None else _given(network, chosen, engine, pair.run)
    except (NetworkError, ScenarioError, UnknownName) as error:
        return error.says
    return Simulated(ledger=ledger, scenario=chosen, pair=pair, engine=engine, tornado=turned, gain=given)


def learned(ledger: Ledger, network: Network, *, draws: int) -> Futures | None:
    """The futures of the scenario that the reported numbers leave; nothing where the case keeps none.

    Raises
    ------
    BooksDoNotBalance, KeyboardInterrupt
        As :func:`simulated`.
    """
    if LEARNED not in ledger.written or network.cast is None or draws == 0:
        return None
    from perpetuum.machine.keep import Keep
    from perpetuum.machine.simulate import simulate

    scenario = ledger.scenario(LEARNED)
    quarters = quarters_of(ledger, network)
    keep = Keep(series=tuple(f"{engine}.cash" for engine in network.cast.engines))
    run = simulate(network, scenario, draws=draws, seed=SEED, quarters=quarters, keep=keep)
    if run.interrupted:
        raise KeyboardInterrupt
    return Futures(scenario=scenario, run=run)


def quarters_of(ledger: Ledger, network: Network) -> int:
    """How many quarters are lived through: ten years, or to the end of a time that is over."""
    from perpetuum.machine.prepare import first_quarter

    if ledger.case.ends is None:
        return QUARTERS
    return max(1, min(QUARTERS, Quarter.of(ledger.case.ends) - first_quarter(network) + 1))


def _focus(loop: tuple[str, ...], engines: tuple[str, ...]) -> str | None:
    """The engine the case looks at: the one in its loop, or the first."""
    return next((firm for firm in loop if firm in engines), engines[0] if engines else None)


@contextmanager
def _one_by_one() -> Iterator[None]:
    """One thread: single futures in turn are done before a second one is awake."""
    import numba

    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        yield
    finally:
        numba.set_num_threads(before)


def _turned(network: Network, scenario: Scenario, engine: str, run: Run, quarters: int) -> Tornado:
    """Which assumptions move most what the engine burns in the first years."""
    from perpetuum.machine.sensitivity import tornado

    asked = f"{engine}.funding_gap at {asked_years(run)[-1]}"
    return tornado(network, scenario, asked, top=TURNED, seed=SEED, quarters=quarters)


def _given(network: Network, scenario: Scenario, engine: str, run: Run) -> Gain | Text:
    """What one more dollar does, or why that cannot be asked: the engine may have no cash to measure it by."""
    from perpetuum.machine.gain import gain

    try:
        return gain(network, scenario, engine, run.quarters[GIVEN], seed=SEED)
    except (NetworkError, ScenarioError) as error:
        return error.says
