"""What the reported numbers leave of what was believed: futures that count the more, the better they fit.

Chance is keyed by (seed, draw), so a future can be named by a number and lived through again. A posterior is
therefore no more than numbers of futures with weights: live through many futures of the prior, ask of each how likely
it makes what was reported, and let it count by that. Any later question lives through the same futures once more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import Problem, ScenarioError
from perpetuum.core.network import Network
from perpetuum.core.scenario import Scenario, Spoken
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.machine.free import Free, rest_of, with_free
from perpetuum.machine.learned import FEWEST, Fitted, Learned, LeftOut, Posterior
from perpetuum.machine.observed import Observed
from perpetuum.machine.prepare import first_quarter
from perpetuum.machine.progress import Progress
from perpetuum.machine.search import LEVELS, Search, Sight, logs_of, three
from perpetuum.machine.shows import moves, would_show
from perpetuum.maths.chance import moment, stream_of, uniforms
from perpetuum.maths.importance import Moments, correlations, drawn_again, effective_size, moments, weights_of
from perpetuum.maths.laws import quantiles_of_law

Floats = NDArray[np.float64]
CHUNK = 2_000
ROUNDS = 10  # the prior, then as many narrowed to what was learned as it takes
STANDS_FOR_ALL = 1_000  # futures drawn again, each with the same weight
NAMED = 0.5  # correlations beyond it are named
LONGER = 40  # quarters in which a parameter that shows nowhere yet is looked for
STREAM = stream_of("posterior")


def posterior(
    network: Network,
    scenario: Scenario,
    observed: Sequence[Observed],
    free: Sequence[str],
    *,
    draws: int = 40_000,
    seed: int = 0,
    first: Quarter | None = None,
    others: bool = True,
    insist: bool = True,
    rounds: int = ROUNDS,
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> Posterior:
    """Learn about parameters from reported numbers.

    Parameters
    ----------
    scenario
        Its spreads are what is believed beforehand.
    observed
        Reported numbers of simulated quarters, of each series and quarter one. The logarithms of number over model
        walk: their steps from quarter to quarter follow, series by series, one Student law with the error as scale
        (:mod:`perpetuum.maths.misses`). Different series are taken as independent. All numbers count.
    free
        Addresses of the parameters to learn about.
    draws
        Futures lived through in each round.
    seed
        Names the luck. Same numbers, same seed, same answer to the last bit.
    first
        The first simulated quarter.
    others
        Whether parameters that are not free spread too, as the scenario says. They are averaged over.
    insist
        Whether a free parameter that moves nothing that was observed is an error; if not it is left out and named.
    rounds
        At most so many. The first is the prior. If what fits is rare, the next looks where it was found, and every
        future of every round counts by its prior density over the density with which it was looked for.

    Raises
    ------
    ScenarioError
        For what cannot be asked: no numbers, unknown addresses, parameters that nothing identifies; all at once.
    UnknownName
        For a series that there is not.

    Notes
    -----
    Importance sampling with a mixture of proposals, one of them the prior, so that no weight exceeds the likelihood
    times the number of rounds. Sources: Owen and Zhou (2000), doi:10.1080/01621459.2000.10473909; Cornuet, Marin,
    Mira and Robert (2012), doi:10.1111/j.1467-9469.2011.00756.x; the power that softens a first look is that of
    Del Moral, Doucet and Jasra (2006), doi:10.1111/j.1467-9868.2006.00553.x. What is out of reach is named, though it
    counts, as in history matching, Craig, Goldstein, Seheult and Smith (1997), doi:10.1007/978-1-4612-2290-3_2, at
    three deviations: Pukelsheim (1994), doi:10.1080/00031305.1994.10476030.

    Examples
    --------
    >>> from perpetuum import load
    >>> ledger = load("ai")
    >>> network, wide = ledger.network(at="newest", stage="signed"), ledger.scenario("neutral")
    >>> engine = network.cast.engines[0]
    >>> seen = Observed(series=f"{engine}.weekly_active_users", quarter=Quarter(2026, 1), value=0.95e9, error=0.03)
    >>> out = posterior(network, wide, [seen], [f"{engine}.opening_users"], draws=2000)
    >>> out.status, out.learned[0].is_moved, out.learned[0].sd < out.learned[0].before_sd
    ('enough', True, True)
    """
    start = first_quarter(network) if first is None else first
    _refuse(observed, free, draws, rounds, start)
    quarters = max(one.quarter for one in observed).index - start.index + 1
    world, named = with_free(network, scenario, free, first=start, quarters=quarters, seed=seed, others=others)
    sight = Sight.of(world, observed, start)
    shown, unseen = _parted(named, moves(world, named, sight.recipes, sight.errors(), start))
    if (insist and unseen) or not shown:
        _refuse_unseen(network, scenario, unseen, start, seed, others)
    luck = rest_of(world, named)
    helping, _ = _parted(luck, moves(world, luck, sight.recipes, sight.errors(), start))
    search = Search(
        world=world, free=(*shown, *helping), named=len(shown), sight=sight, seed=seed, first=start, chunk=chunk,
    )  # fmt: skip
    search.run(draws, rounds, progress)
    return _told(search, network, scenario, tuple(one.address for one in unseen), others)


def _parted(free: Sequence[Free], is_shown: NDArray[np.bool_]) -> tuple[tuple[Free, ...], tuple[Free, ...]]:
    """Those that move something observed, and the others."""
    yes = tuple(one for one, shown in zip(free, is_shown.tolist(), strict=True) if shown)
    return yes, tuple(one for one in free if one not in yes)


def _told(
    search: Search, network: Network, scenario: Scenario, shown_nowhere: tuple[str, ...], others: bool
) -> Posterior:
    """Everything in the words of a result."""
    logs = search.log_weights()
    weights = weights_of(logs)
    some = float(weights.sum()) > 0.0
    total = sum(one.draws for one in search.rounds)
    evidence = float(np.logaddexp.reduce(logs)) - math.log(total) if some else -math.inf
    named = search.free[: search.named]
    observed = search.sight.observed
    return Posterior(
        scenario=scenario, first=search.first, quarters=search.world.quarters, seed=search.seed, free=search.free,
        learned=tuple(_learned(one, search.values[:, n], weights) for n, one in enumerate(named)) if some else (),
        fitted=_fitted(search, weights),
        left_out=tuple(LeftOut(observed=observed[n], because=_NOT_MODELLED) for n in np.flatnonzero(~search.compared)),
        shown_nowhere=shown_nowhere, together=_together(named, search.values, weights) if some else (),
        rounds=tuple(search.rounds), draws=total, number=search.number, values=search.values, weights=weights,
        chosen=_chosen(search.seed, weights) if some else (), effective=effective_size(weights), log_evidence=evidence,
        failed=search.failed, network=network, others=others,
    )  # fmt: skip


def _fitted(search: Search, weights: Floats) -> tuple[Fitted, ...]:
    counts = weights if weights.any() else np.full(weights.size, 1.0 / weights.size)
    found, logs, sight = [], logs_of(search.model), search.sight
    for n in np.flatnonzero(search.compared):
        there = np.isfinite(logs[:, n])
        share = counts[there] / counts[there].sum()
        missed = (sight.logs[n] - logs[there, n]) / sight.error[n]
        found.append(
            Fitted(
                observed=sight.observed[n], before=search.before[n], after=three(search.model[there, n], share),
                error=float(sight.error[n]), apart=float(search.apart[n]), missed=float(share @ missed),
            )
        )  # fmt: skip
    return tuple(found)


def _together(named: Sequence[Free], values: Floats, weights: Floats) -> tuple[tuple[str, str, float], ...]:
    found = correlations(values[:, : len(named)], weights)
    pairs = np.argwhere(np.triu(np.abs(found) > NAMED, 1))
    told = [(named[i].address, named[j].address, float(found[i, j])) for i, j in pairs.tolist()]
    return tuple(sorted(told, key=lambda one: (-abs(one[2]), one[:2])))


def _chosen(seed: int, weights: Floats) -> tuple[int, ...]:
    start = uniforms(seed, 0, moment(0), STREAM)[0]
    return tuple(drawn_again(weights, STANDS_FOR_ALL, float(start)).tolist())


def _learned(one: Free, values: Floats, weights: Floats) -> Learned:
    found: Moments = moments(values, weights)
    before = quantiles_of_law(one.law, one.a, one.b, one.c, LEVELS)
    return Learned(
        address=one.address, unit=one.unit, says=one.says,
        before=(float(before[0]), float(before[1]), float(before[2])), before_mean=one.mean,
        before_sd=math.sqrt(one.variance), after=three(values, weights), mean=found.mean,
        sd=math.sqrt(found.variance), mean_error=found.mean_error, identified=1.0 - found.variance / one.variance,
        identified_error=found.variance_error / one.variance,
    )  # fmt: skip


_NOT_MODELLED = both(
    "no future of the scenario has it above zero: the machine does not model it here.",
    "情境的任何路徑中它都不大於零：機器在此未模擬它。",
)


def _refuse(observed: Sequence[Observed], free: Sequence[str], draws: int, rounds: int, first: Quarter) -> None:
    """Everything that cannot be asked, at once."""
    found: list[Problem] = []
    seen: set[tuple[str, Quarter]] = set()

    def refuse(path: str, what: Text, repair: Text) -> None:
        found.append(Problem(where=Spoken("posterior"), path=path, what=what, repair=repair))

    if not observed:
        refuse("observed", both("there is nothing to learn from: needs 1 reported number, has 0.",
                                "沒有可供學習的數字：需要 1 個申報數字，現有 0 個。"),
               both("Give at least one number of a simulated quarter.", "請至少給一個模擬期間的數字。"))  # fmt: skip
    if not free:
        refuse("free", both("no parameter is free.", "沒有可變動的參數。"),
               both("Name at least one, for example: imitation", "請至少指定一個，例如：imitation"))  # fmt: skip
    if draws < FEWEST:
        refuse("draws", both(f"needs {FEWEST} futures at least, has {draws}.",
                             f"至少需要 {FEWEST} 條路徑，現有 {draws} 條。"),
               both("Ask for 40000.", "請要求 40000 條。"))  # fmt: skip
    if rounds < 1:
        refuse("rounds", both(f"{rounds} rounds are none.", f"{rounds} 輪等於沒有。"),
               both("Write 1 or more.", "請寫 1 以上。"))  # fmt: skip
    for one in observed:
        if one.quarter.index < first.index:
            refuse(f"observed.{one.series}", both(f"{one.quarter} lies before the first simulated quarter, {first}.",
                                                  f"{one.quarter} 早於模擬的第一季 {first}。"),
                   both("Leave it out.", "請不要列出。"))  # fmt: skip
        if (one.series, one.quarter) in seen:
            refuse(f"observed.{one.series}", both(f"{one.quarter} is given twice.", f"{one.quarter} 出現兩次。"),
                   both("Give one number for each quarter.", "每季請只給一個數字。"))  # fmt: skip
        seen.add((one.series, one.quarter))
        if not (0.0 < one.value < math.inf and 0.0 < one.error < math.inf):
            refuse(f"observed.{one.series}", both("a number and its error are above zero.", "數字與其誤差須大於零。"),
                   both("Leave it out, or correct it.", "請不要列出，或更正。"))  # fmt: skip
    if found:
        raise ScenarioError(found)


def _refuse_unseen(
    network: Network, scenario: Scenario, unseen: Sequence[Free], first: Quarter, seed: int, others: bool
) -> None:
    """Name every free parameter that nothing observed identifies, and what would."""
    addresses = [one.address for one in unseen]
    world, known = with_free(network, scenario, addresses, first=first, quarters=LONGER, seed=seed, others=others)
    found = []
    for one in known:
        shows = would_show(world, one, first)
        repair = both(
            f"Leave it out: in {LONGER} quarters it shows in no series of this machine.",
            f"請不要列出：{LONGER} 季之內它不影響本機器的任何序列。",
        )
        if shows is not None:
            repair = both(
                f"Leave it out, or wait: it shows first in {shows.series}, from {shows.quarter} on.",
                f"請不要列出，或等待：它最先影響 {shows.series}，自 {shows.quarter} 起。",
            )
        what = both("nothing that was reported identifies it.", "沒有任何申報數字可辨識它。")
        found.append(Problem(where=Spoken("--free"), path=one.address, what=what, repair=repair))
    raise ScenarioError(found)
