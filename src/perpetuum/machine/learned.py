"""What was learned: parameters and reported numbers before and after, and the futures that stand for all.

A future can be named by a number and lived through again, so a posterior is no more than numbers with weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.network import Network
from perpetuum.core.scenario import Scenario
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.machine.free import Free, narrowed, with_free
from perpetuum.machine.metrics import recipes_of
from perpetuum.machine.observed import Observed
from perpetuum.machine.prepare import Prepared
from perpetuum.machine.shows import series_of

Floats = NDArray[np.float64]
Status = Literal["enough", "too_few", "none"]
REACH = 3.0  # deviations: under any law with one peak 95 % lie nearer
FEWEST = 100  # effective futures: with fewer, no interval can be trusted
IDENTIFIED = 0.1  # of the prior's variance; what moves less the data do not move
SURE = 2.0  # standard errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """One parameter before and after.

    Parameters
    ----------
    before, after
        The 10th, 50th and 90th percentile.
    mean_error
        Standard error of ``mean``, because futures are finitely many.
    identified
        1 less the variance after by the variance before; negative where the data widen what was believed.
    identified_error
        Its standard error.
    """

    address: str
    unit: str
    says: Text
    before: tuple[float, float, float]
    before_mean: float
    before_sd: float
    after: tuple[float, float, float]
    mean: float
    sd: float
    mean_error: float
    identified: float
    identified_error: float

    @property
    def shift(self) -> float:
        """How far the mean moved, in deviations of the prior."""
        return (self.mean - self.before_mean) / self.before_sd

    @property
    def is_moved(self) -> bool:
        """Whether the data take away or shift a tenth of its prior variance, beyond sampling error."""
        is_narrower = self.identified >= max(IDENTIFIED, SURE * self.identified_error)
        return is_narrower or self.shift**2 >= max(IDENTIFIED, (SURE * self.mean_error / self.before_sd) ** 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """One reported number and what the futures have in its place: 10th, 50th and 90th percentile, before and after.

    Parameters
    ----------
    error
        How far off it may be, as a logarithm: the error of a quarter times the root of the quarters since the opening.
    apart
        Before: distance of the logarithms of number and model, in deviations of error and prior together.
    missed
        After: mean of the logarithm of number over model, in errors.
    """

    observed: Observed
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    error: float
    apart: float
    missed: float

    @property
    def is_within_reach(self) -> bool:
        """Whether anything that was believed comes near it; if not, model or ranges are wrong here."""
        return self.apart <= REACH


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A reported number that cannot be compared, and why."""

    observed: Observed
    because: Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Round:
    """Futures of one proposal: draws ``begin`` to ``begin + draws`` of ``world``."""

    world: Prepared = field(repr=False)
    laws: dict[int, tuple[float, float]]
    begin: int
    draws: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Posterior:
    """What was learned.

    Parameters
    ----------
    free
        The parameters asked for, and after them those that spread too and move what was observed: they are no
        answer, but where to look for them had to be found as well.
    draws
        Futures lived through, all rounds together.
    number
        The draws among them that count at all; those of later rounds have higher numbers.
    values
        Of the free parameters in those futures, (future, parameter).
    weights
        Of those futures; they add up to one, or are all zero if none can have been.
    effective
        How many futures of equal weight they are worth.
    status
        ``enough``; ``too_few`` with fewer than 100 effective futures; ``none`` if no future can have been.
    chosen
        Places in ``number`` of futures that stand for all, each with the same weight.
    together
        Pairs of parameters whose correlation afterwards is above 0.5, with it.
    shown_nowhere
        Free parameters that move nothing that was observed, though nobody insisted on them.
    log_evidence
        Logarithm of the likelihood, averaged over the prior: for comparing scenarios on the same numbers.
    failed
        Futures that broke off or did not settle; they count for nothing.
    """

    scenario: Scenario
    first: Quarter
    quarters: int
    seed: int
    free: tuple[Free, ...]
    learned: tuple[Learned, ...]
    fitted: tuple[Fitted, ...]
    left_out: tuple[LeftOut, ...]
    shown_nowhere: tuple[str, ...]
    together: tuple[tuple[str, str, float], ...]
    rounds: tuple[Round, ...] = field(repr=False)
    draws: int
    number: NDArray[np.int64] = field(repr=False)
    values: Floats = field(repr=False)
    weights: Floats = field(repr=False)
    chosen: tuple[int, ...] = field(repr=False)
    effective: float
    log_evidence: float
    failed: int
    network: Network = field(repr=False)
    others: bool = True

    @property
    def status(self) -> Status:
        """Whether the futures are enough to go by."""
        if self.effective == 0.0:
            return "none"
        return "enough" if self.effective >= FEWEST else "too_few"

    @property
    def moved(self) -> tuple[Learned, ...]:
        """Parameters that the data move, most first."""
        found = [one for one in self.learned if one.is_moved]
        return tuple(sorted(found, key=lambda one: (-max(one.identified, one.shift**2), one.address)))

    @property
    def not_moved(self) -> tuple[Learned, ...]:
        """Parameters that the data do not move."""
        return tuple(one for one in self.learned if not one.is_moved)

    def relive(self, series: Sequence[str], quarters: int) -> Floats:
        """The chosen futures once more, longer: (draw, series, quarter), each draw with the same weight.

        These are the model's numbers. What will be reported strays from them, see ``machine/forecast.py``.

        Raises
        ------
        UnknownName
            For a series that there is not.
        """
        addresses = [one.address for one in self.free]
        longer, _ = with_free(
            self.network, self.scenario, addresses, first=self.first, quarters=quarters, seed=self.seed,
            others=self.others,
        )  # fmt: skip
        recipes = recipes_of(longer.entities, longer.seat, series)
        out = np.empty((len(self.chosen), len(recipes), quarters))
        numbers = self.number[list(self.chosen)]
        for one in self.rounds:
            places = np.flatnonzero((numbers >= one.begin) & (numbers < one.begin + one.draws))
            if places.size:
                world = narrowed(longer, self.free, one.laws)
                out[places] = series_of(world, recipes, numbers[places], self.first)[0]
        return out
