"""The same shock in many possible futures: whom it takes down in how many of them, in which round, and at what loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.books import Basis, View
from perpetuum.contagion.cascade import Cascade
from perpetuum.contagion.shock import Shock
from perpetuum.contagion.stress import stress
from perpetuum.contagion.study import STANDARD, Study
from perpetuum.core.errors import NetworkError, UnknownName
from perpetuum.core.network import Network
from perpetuum.core.nouns import FIRM_OF_NETWORK
from perpetuum.core.text import both
from perpetuum.core.when import Quarter

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Draw = int | Literal["central"]


class Kept(Protocol):
    """What a simulation says it keeps."""

    @property
    def draws(self) -> tuple[int, ...]:
        """Futures kept whole, by number."""
        ...


class Simulated(Protocol):
    """A simulation: whatever gives the network of a future on a date."""

    @property
    def keep(self) -> Kept:
        """What it keeps."""
        ...

    def network(self, at: Quarter | str | None = None, draw: Draw = "central", scenario: str | None = None) -> Network:
        """One future as a network."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OverDraws:
    """One shock in many futures.

    Parameters
    ----------
    falls
        (draw, firm): the round in which a firm falls; 0 never. Falls that happen without the shock count too; see
        ``fell_before``.
    lost
        (draw, firm): loss in USD against the same future without the shock.
    low, high
        (draw, firm): the same where triggers are open, with none of them met and with all of them met.
    fell_before
        (draw, firm): falls without the shock, in these books.
    unknown
        (draw, firm): is its equity in these books negative or not known? Then it takes losses, passes nothing on, and
        whether it falls is not told.
    settled
        By draw: was the answer proven?
    central
        The central future.
    """

    shock: Shock
    firms: tuple[str, ...]
    draws: tuple[int, ...]
    falls: NDArray[np.int64]
    lost: Array
    low: Array
    high: Array
    fell_before: NDArray[np.bool_]
    unknown: NDArray[np.bool_]
    settled: NDArray[np.bool_]
    central: Cascade

    @property
    def share(self) -> Mapping[str, float]:
        """Share of futures in which each firm falls, largest first."""
        shares = (self.falls > 0).mean(axis=0)
        return {self.firms[i]: float(shares[i]) for i in np.argsort(-shares, kind="stable")}

    @property
    def taken(self) -> NDArray[np.bool_]:
        """(draw, firm): does a firm fall that would stand without the shock? Whoever the shock itself fells counts."""
        return (self.falls > 0) & ~self.fell_before

    @property
    def by_round(self) -> Array:
        """Share of futures in which each firm falls in each round, (round, firm); the first row is round 1."""
        last = int(self.falls.max(initial=0))
        return np.array([(self.falls == n).mean(axis=0) for n in range(1, last + 1)]).reshape(last, len(self.firms))

    def lost_by(self, firm: str) -> Array:
        """What a firm loses in each future, USD; an unknown one raises ``UnknownName``."""
        if firm not in self.firms:
            raise UnknownName(firm, self.firms, what=FIRM_OF_NETWORK)
        return np.asarray(self.lost[:, self.firms.index(firm)])

    def array(self) -> xr.DataArray:
        """Rounds of default with labels."""
        import xarray as xr

        return xr.DataArray(
            self.falls, dims=("draw", "firm"), coords={"draw": list(self.draws), "firm": list(self.firms)}
        )


def over_draws(
    run: Simulated,
    shock: Shock,
    at: Quarter | str | None = None,
    *,
    draws: Sequence[int] | None = None,
    scenario: str | None = None,
    study: Study = STANDARD,
    view: View = "value",
    basis: Basis = "book",
    horizon: int = 4,
    progress: Callable[[int], None] = lambda done: None,
) -> OverDraws:
    """Let one shock travel through the networks of many futures.

    Parameters
    ----------
    run
        A simulation. Of each future the network at the close of ``at`` is stressed.
    at
        A simulated quarter; the last if left out.
    draws
        Futures by number; those that the run keeps whole if left out. Others are lived through once more.
    scenario
        The first of the run if left out.
    study, view, basis, horizon
        As for ``stress``.
    progress
        Called with the futures done, after each of them.

    Raises
    ------
    NetworkError
        If no future is named and the run keeps none, or a future breaks off before the quarter.

    Notes
    -----
    Every future has its own debts and stakes, so each is solved by itself.
    """
    numbers = tuple(run.keep.draws if draws is None else draws)
    if not numbers:
        raise NetworkError(
            both("no future to stress: this run keeps none whole.", "沒有可測試的路徑：這次模擬沒有完整保留任何路徑。"),
            both(
                "Name some: draws=range(100); or keep some: keep=Keep(draws=tuple(range(100)))",
                "請指定：draws=range(100)；或保留：keep=Keep(draws=tuple(range(100)))",
            ),
        )

    def cascade(draw: Draw) -> Cascade:
        network = run.network(at, draw, scenario)
        return stress(network, shock, study=study, view=view, basis=basis, horizon=horizon)

    central, found = cascade("central"), []
    for done, draw in enumerate(numbers):
        progress(done)
        found.append(cascade(draw))
    progress(len(numbers))
    return _told(shock, numbers, central, found)


def _told(shock: Shock, draws: tuple[int, ...], central: Cascade, found: Sequence[Cascade]) -> OverDraws:
    """Cascades side by side; a firm that a future does not have neither falls nor loses in it."""
    firms = tuple(dict.fromkeys(firm for one in (central, *found) for firm in one.firms))
    shape = (len(found), len(firms))
    falls = np.zeros(shape, dtype=np.int64)
    before, unknown = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
    lost, low, high = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for n, one in enumerate(found):
        place = [firms.index(firm) for firm in one.firms]
        falls[n, place] = one.round_of_default
        lost[n, place] = one.loss[-1].sum(axis=1)
        low[n, place], high[n, place] = one.low, one.high
        before[n] = [firm in one.fell_before for firm in firms]
        unknown[n] = [firm in one.unknown for firm in firms]
    return OverDraws(
        shock=shock, firms=firms, draws=draws, falls=falls, lost=lost, low=low, high=high, fell_before=before,
        unknown=unknown, settled=np.array([one.settled for one in found]), central=central,
    )  # fmt: skip
