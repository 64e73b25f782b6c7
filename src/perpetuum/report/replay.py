"""The replay: a scenario that opens on a day in the past, judged by what the case wrote down before it was run.

Nothing later than the day is read for it. What happened is read only afterwards, to judge.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.criterion import Criterion
from perpetuum.core.errors import NetworkError
from perpetuum.core.network import Network
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.ledger import Ledger
from perpetuum.ledger.until import NotThen
from perpetuum.report.words import plain, say

if TYPE_CHECKING:
    # Named only: whoever asks nothing of the machine need not wait for it.
    from perpetuum.machine.folding import NotSimulated
    from perpetuum.machine.prepare import Prepared

Floats = NDArray[np.float64]
Verdict = Literal["holds", "fails", "unknown"]
NEVER = np.inf
HALF = 0.5  # of the futures


@dataclass(frozen=True, kw_only=True, eq=False)
class Lived:
    """The futures of one scenario: of each firm when it first stopped paying, and the series that judges read.

    ``network`` is the one it opens on. ``falls`` are (future,) numbers of quarters from the first, infinite where it
    never fell; ``series`` are (future, quarter) by address. Futures that broke off are left out of both.
    """

    world: Prepared
    network: Network
    first: Quarter
    falls: Mapping[str, Floats]
    series: Mapping[str, Floats]
    done: int

    def row(self, day: datetime.date) -> int:
        """The number of the last simulated quarter that is over by a day."""
        return Quarter.of(day + datetime.timedelta(days=1)) - self.first - 1

    def share_fallen(self, firm: str) -> float:
        """In what share of futures a firm ever fell."""
        return float(np.isfinite(self.falls[firm]).mean())

    def median(self, firm: str) -> Quarter | None:
        """The quarter by which a firm has fallen in half of the futures; nothing if it never comes to that."""
        half = self.median_fall(firm)
        return self.first + int(half) if np.isfinite(half) else None

    def median_fall(self, firm: str) -> float:
        """The number of the quarter by which a firm has fallen in half of the futures, infinite if never."""
        return float(np.quantile(self.falls[firm], 0.5, method="inverted_cdf"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One criterion, and how it came out.

    ``share`` is the share of futures that meet it; ``model`` what the model gives, or the dials gave; ``because``
    why it is unknown; ``beside`` what is told with it and judges nothing.
    """

    criterion: Criterion
    verdict: Verdict
    happened: tuple[Text, ...] = ()
    model: Text | None = None
    share: float | None = None
    because: Text | None = None
    beside: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Replay:
    """A replay, judged.

    Parameters
    ----------
    lived
        The futures of the judged scenario; nothing if nobody could be simulated, and then ``refused`` says why.
    beside
        Futures of scenarios made from it, which are shown and never judged.
    left_out
        Firms without a balance sheet of the time.
    not_then
        Legs that did not surely stand on the day.
    """

    scenario: str
    name: Text
    opens: datetime.date
    draws: int
    seed: int
    judged: tuple[Judged, ...]
    lived: Lived | None
    beside: Mapping[str, Lived]
    left_out: tuple[NotSimulated, ...]
    not_then: tuple[NotThen, ...]
    refused: Text | None = None


def replay(
    ledger: Ledger, *, policy: str | None = None, progress: Callable[[Text], None] = lambda _: None
) -> Replay | None:
    """Live through the replay of a case and judge it; nothing where the case asks for none.

    Raises
    ------
    ScenarioError
        If the scenario asks for what cannot be.
    BooksDoNotBalance
        If money was lost or made: a bug of this program.
    """
    from perpetuum.report import replay_judges

    criteria = ledger.criteria
    if criteria is None:
        return None
    progress(say("replay.progress"))
    scenario = ledger.scenario(criteria.scenario)
    opens = scenario.opens
    if opens is None:
        raise ValueError(f"{scenario.id} does not open on a day; the case should have been refused")
    lived, refused = _lived(ledger, criteria.scenario, policy)
    others = [name for name in ledger.scenarios() if _made_from(ledger, name, criteria.scenario)]
    beside = {name: found for name in others if (found := _lived(ledger, name, policy)[0]) is not None}
    return Replay(
        scenario=scenario.id, name=scenario.name, opens=opens, draws=criteria.draws, seed=criteria.seed,
        judged=tuple(replay_judges.judge(ledger, opens, one, lived) for one in criteria.each),
        lived=lived, beside=beside, left_out=lived.world.left_out if lived else (),
        not_then=ledger.not_then(opens), refused=refused,
    )  # fmt: skip


def _made_from(ledger: Ledger, name: str, judged: str) -> bool:
    return name != judged and ledger.written[name].own.base == judged


def _lived(ledger: Ledger, name: str, policy: str | None) -> tuple[Lived | None, Text | None]:
    """The futures of one scenario, or why there are none."""
    from perpetuum.machine.metrics import recipes_of
    from perpetuum.machine.prepare import first_quarter, prepare
    from perpetuum.machine.shows import series_of

    criteria = ledger.criteria
    assert criteria is not None
    network = ledger.opening(name, policy)
    if network.cast is None:
        return None, say("replay.nobody")
    first = first_quarter(network)
    try:
        world = prepare(network, ledger.scenario(name), first, criteria.quarters, criteria.seed, ())
    except NetworkError as error:
        return None, error.says
    firms = world.cast.firms
    ids = [*(f"{firm}.fallen" for firm in firms), *_read(ledger, firms, world.cast.fuel)]
    recipes = recipes_of(world.entities, world.seat, ids)
    draws = np.arange(criteria.draws, dtype=np.int64)
    values, status = series_of(world, recipes, draws, first)
    values = values[status == 0]
    series = {recipe.id: values[:, n] for n, recipe in enumerate(recipes)}
    falls = {firm: _first_fall(series[f"{firm}.fallen"]) for firm in firms}
    return Lived(world=world, network=network, first=first, falls=falls, series=series, done=len(values)), None


def _read(ledger: Ledger, firms: Sequence[str], fuel: Sequence[str]) -> list[str]:
    """The series that the judges read."""
    criteria = ledger.criteria
    assert criteria is not None
    changes = [f"{one.firm}.{one.metric}" for one in criteria.each if one.judge == "change" and one.firm in firms]
    lent = [f"{firm}.{metric}" for firm in fuel for metric in ("vendor_loans_lost", "vendor_financing_drawn")]
    return [*changes, *lent]


def _first_fall(fallen: Floats) -> Floats:
    """The number of the first quarter at whose close a firm had fallen, infinite if it never had."""
    ever = fallen > 0.5
    return np.where(ever.any(axis=1), ever.argmax(axis=1).astype(np.float64), NEVER)


def verdict_of(is_met: bool, share: float) -> Verdict:
    """Whether the median future meets a criterion, and at least half of the futures do."""
    return "holds" if is_met and share >= HALF else "fails"


def unknown(one: Criterion, happened: tuple[Text, ...], because: Text, beside: tuple[Text, ...] = ()) -> Judged:
    """A criterion whose inputs are missing: neither passed nor failed."""
    return Judged(criterion=one, verdict="unknown", happened=happened, because=because, beside=beside)


def as_data(told: Replay) -> dict[str, object]:
    """A replay as data."""
    return {
        "scenario": told.scenario, "opens": told.opens, "futures": told.draws, "seed": told.seed,
        "refused": told.refused,
        "criteria": [
            {"id": one.criterion.id, "judge": one.criterion.judge, "name": one.criterion.name,
             "verdict": one.verdict, "share_of_futures": one.share, "happened": one.happened, "model": one.model,
             "because": one.because, "beside": one.beside, "caveat": one.criterion.caveat}
            for one in told.judged
        ],
        "falls": {name: _falls(lived) for name, lived in _each(told).items()},
        "not_simulated": told.left_out, "not_then": told.not_then,
    }  # fmt: skip


def _each(told: Replay) -> Mapping[str, Lived]:
    return ({told.scenario: told.lived} if told.lived else {}) | dict(told.beside)


def _falls(lived: Lived) -> dict[str, dict[str, object]]:
    return {firm: {"median": lived.median(firm), "share": lived.share_fallen(firm)} for firm in lived.world.cast.firms}


def quarter_word(when: Quarter | None) -> Text:
    """A quarter, or never."""
    return say("replay.never") if when is None else plain(str(when))
