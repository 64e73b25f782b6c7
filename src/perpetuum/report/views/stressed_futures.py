"""The same question about dominoes, asked of many possible futures: in how many of them does a fall take whom along?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion import Study, over_draws
from perpetuum.contagion.over_draws import OverDraws
from perpetuum.core.errors import NetworkError, PerpetuumError
from perpetuum.core.network import Network
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.machine import Run
from perpetuum.machine.prepare import cast_of, first_quarter
from perpetuum.machine.progress import Clock, Progress
from perpetuum.report import machine_question as machine
from perpetuum.report.machine_chances import sampling_error
from perpetuum.report.views.stressed import Question, as_data, refuse_no_quarters, shock_of
from perpetuum.report.words import say

SIMULATED = machine.Question()  # what `simulate` asks where nobody says otherwise
DRAWS = 100  # each future has books of its own and is solved by itself
USUAL = 12  # quarters to the one whose close the shock strikes, where none is named
LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Futures:
    """Which futures a shock strikes, and at the close of which simulated quarter; the twelfth unless it is named."""

    scenario: str = SIMULATED.scenario
    sets: tuple[str, ...] = ()
    draws: int = DRAWS
    seed: int = SIMULATED.seed
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmOver:
    """One firm over all futures.

    Parameters
    ----------
    is_hit
        Does the shock strike it? Then its own fall is no news.
    taken, error
        Share of futures in which it falls and would stand without the shock, and twice the standard error of that
        share. Of those in which it can be judged; nothing if there are none.
    judged
        Futures in which it can be judged: its equity in these books is known and not negative.
    anyway
        Share of all futures in which it falls without the shock too.
    by_round
        Share of all futures in which it is taken down in round 1, 2, and so on.
    lost
        USD at the levels 5, 50 and 95 % of the futures; the outer ones with open triggers at their worse end.
    central_round, central_lost
        The central future: round of its fall (0: stands), and loss in USD.
    """

    firm: str
    is_hit: bool
    taken: float | None
    error: float | None
    judged: int
    anyway: float
    by_round: tuple[float, ...]
    lost: tuple[float, float, float]
    central_round: int
    central_lost: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Stressed:
    """What came out: the run, one shock in all its futures, and what it does to each firm.

    ``partners`` is what all firms that are not hit lose together, USD, at the three levels.
    """

    run: Run
    at: Quarter
    over: OverDraws
    firms: tuple[FirmOver, ...]
    partners: tuple[float, float, float]

    @property
    def settled(self) -> bool:
        """Did every future reach the quarter, and is every answer proven?"""
        return self.left_out == 0 and bool(self.over.settled.all()) and self.over.central.settled

    @property
    def left_out(self) -> int:
        """Futures that broke off before the quarter."""
        return self.run.done - len(self.over.draws)

    def result(self) -> dict[str, Any]:
        """The result as ``--json`` prints it; ``cascade`` is the central future."""
        over = self.over
        return {
            "cascade": as_data(over.central), "reverse": None,
            "futures": {
                "scenario": self.run.scenarios[0], "at": self.at, "seed": self.run.origin.seed,
                "asked": self.run.asked, "left_out": self.left_out, "settled": int(over.settled.sum()),
                "levels": LEVELS, "firms": self.firms, "partners_lose": self.partners,
                "by_draw": {"draws": over.draws, "firms": over.firms, "round_of_default": over.falls,
                            "fell_before": over.fell_before, "unknown": over.unknown,
                            "lost": over.lost, "low": over.low, "high": over.high},
            },
        }  # fmt: skip

    def origin(self) -> dict[str, Any]:
        """What the futures were made from, beside the case."""
        made = self.run.origin
        return {"scenarios": made.scenarios, "seed": made.seed, "draws": made.draws, "at_quarter": self.at,
                "first": made.first}  # fmt: skip


def ask(
    ledger: Ledger,
    question: Question,
    futures: Futures,
    *,
    policy: str | None = None,
    progress: Progress | None = None,
) -> Stressed:
    """Let a shock strike at the close of one quarter of many futures.

    The futures are those of ``perpetuum simulate`` with the same scenario and seed.

    Raises
    ------
    NetworkError
        For a case without a machine, a quarter that is not simulated, or when no future reaches it.
    UnknownName, ScenarioError
        As ``simulate`` and ``stress``.
    KeyboardInterrupt
        If somebody interrupts: some of the futures asked for would be another answer.
    """
    if question.reverse is not None:
        raise PerpetuumError(say("stress.futures.reverse"), say("stress.futures.reverse.how"))
    if not question.shocks:
        raise PerpetuumError(say("stress.nothing"), say("stress.how"))
    refuse_no_quarters(question)
    study, shock = Study.of(*question.channels, model=question.model), shock_of(question)
    network = ledger.opening(SIMULATED.scenario, policy)
    at = quarter_of(network, futures.at)
    run = machine.answer(ledger, network, _simulated(network, futures, at))
    if run.interrupted:
        raise KeyboardInterrupt
    reached = tuple(np.flatnonzero(run.statuses[run.scenarios[0]] == 0).tolist())
    if not reached:
        raise NetworkError(say("stress.futures.none", draws=run.done, at=str(at)), say("stress.futures.none.how"))
    over = over_draws(
        run, shock, at, draws=reached, study=study, view=question.view, basis=question.basis,
        horizon=question.horizon, progress=Clock(len(reached), progress).tell,
    )  # fmt: skip
    return Stressed(run=run, at=at, over=over, firms=firms_over(over), partners=_partners(over))


def quarter_of(network: Network, said: str | None) -> Quarter:
    """The simulated quarter that is meant; what ``simulate`` would not live through is refused."""
    cast_of(network)
    first = first_quarter(network)
    last = first + (SIMULATED.quarters - 1)
    at = first + (USUAL - 1) if said is None else Quarter.parse(said)
    if not first <= at <= last:
        raise NetworkError(
            say("stress.futures.at", at=str(at)), say("stress.futures.at.how", first=str(first), last=str(last))
        )
    return at


def _simulated(network: Network, futures: Futures, at: Quarter) -> machine.Question:
    return machine.Question(
        scenario=futures.scenario, sets=futures.sets, draws=futures.draws, seed=futures.seed,
        quarters=at - first_quarter(network) + 1, vendor_money=False,
    )  # fmt: skip


def firms_over(over: OverDraws) -> tuple[FirmOver, ...]:
    """Every firm: those that are hit first, then by how often they are taken down, then by loss."""
    found = [_firm(over, i) for i in range(len(over.firms))]
    return tuple(sorted(found, key=lambda one: (not one.is_hit, -(one.taken or 0.0), -one.lost[1], one.firm)))


def _firm(over: OverDraws, i: int) -> FirmOver:
    firm, central = over.firms[i], over.central
    taken, judged, last = over.taken[:, i], int((~over.unknown[:, i]).sum()), int(over.falls.max(initial=0))
    share = float(taken.sum()) / judged if judged else None
    central_at: Mapping[str, int] = {name: n for n, name in enumerate(central.firms)}
    n = central_at.get(firm)
    return FirmOver(
        firm=firm, is_hit=firm in hit_by(over), taken=share, judged=judged,
        error=None if share is None else sampling_error(share, judged), anyway=float(over.fell_before[:, i].mean()),
        by_round=tuple(float((taken & (over.falls[:, i] == r)).mean()) for r in range(1, last + 1)),
        lost=_spread(over.low[:, i], over.lost[:, i], over.high[:, i]),
        central_round=0 if n is None else int(central.round_of_default[n]),
        central_lost=0.0 if n is None else float(central.attribution.total[n]),
    )  # fmt: skip


def hit_by(over: OverDraws) -> frozenset[str]:
    """Firms that the shock itself strikes; all of them if it strikes everyone."""
    hit = {one.firm for one in over.shock.hits}
    return frozenset(over.firms) if "all" in hit else frozenset(hit)


def _partners(over: OverDraws) -> tuple[float, float, float]:
    """What all firms that are not hit lose together, USD, at the three levels."""
    others = [i for i, firm in enumerate(over.firms) if firm not in hit_by(over)]
    low, lost, high = (part[:, others].sum(axis=1) for part in (over.low, over.lost, over.high))
    return _spread(low, lost, high)


def _spread(
    low: NDArray[np.float64], lost: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[float, float, float]:
    least, middle, most = (
        float(np.quantile(part, level)) for part, level in zip((low, lost, high), LEVELS, strict=True)
    )
    return least, middle, most
