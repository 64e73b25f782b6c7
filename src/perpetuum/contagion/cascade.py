"""What a shock has done: who fell in which round, who lost what through whom, and who pays in the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.contagion.books import Books, Obligation
from perpetuum.contagion.shock import Shock
from perpetuum.contagion.study import Study
from perpetuum.core.network import Origin
from perpetuum.core.text import Text

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Channel = Literal["own", "owed", "owned", "revenue", "funding", "costs"]
CHANNELS: tuple[Channel, ...] = ("own", "owed", "owned", "revenue", "funding", "costs")
PARTNERED: tuple[Channel, ...] = ("owed", "owned", "revenue", "funding")
Status = Literal["settled", "not_settled", "ran_out_of_rounds"]
Unique = Literal["yes", "no", "not_checked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """Why a firm fell: what it lost through a partner (or by itself), in USD, and the legs it runs on."""

    channel: Channel
    partner: str | None
    amount: float
    legs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """One domino: when it fell, what it owed and pays, and what pushed it, largest first."""

    firm: str
    round: int
    owes: float
    pays: float
    pushed: tuple[Push, ...]

    @property
    def recovery(self) -> float:
        """Share of its debts that it pays; 1 if it owes nothing."""
        return self.pays / self.owes if self.owes > 0 else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOf:
    """What happened to one guarantee: cap in full and released, called and paid in USD, and why.

    ``called`` is (low, high) where a trigger cannot be decided; ``met`` says whether the trigger holds.
    """

    leg: str
    guarantor: str
    protected: str
    full: float | None
    released: tuple[float, float]
    called: tuple[float, float]
    paid: tuple[float, float]
    met: bool | None
    because: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """How a loss travelled: the firms it went through, and how much of it arrived at the last, in USD."""

    firms: tuple[str, ...]
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who cost whom how much, in USD.

    ``loss_by_pair`` is (firm, partner, channel) for the channels that have a partner, ``began_at``
    (firm, origin): rows add up to ``total``. ``causes`` and ``borne`` add up to the same sum.
    """

    loss: Array
    loss_by_pair: Array
    total: Array
    began_at: Array
    paths: tuple[Path, ...]
    paths_rest: float
    causes: Mapping[str, float]
    borne: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """The least solution, by firm: equity in USD, and who has fallen in it."""

    equity: Array
    fallen: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """A study: the state before, every round, and the end; money in USD.

    Parameters
    ----------
    equity
        (round, firm), never negative; round 0 is before anyone has fallen.
    before
        Equity by firm without the shock.
    loss
        (round, firm, channel), against the state without the shock.
    low, high
        Total loss by firm where triggers are open: with none of them met, with all of them met.
    loss_by_pair
        (round, firm, partner, channel) for the channels that have a partner; the last round is that of
        ``attribution``.
    called
        (round, firm): what each guarantor was called for by then, a part of what it lost as owed.
    least
        The solution with the most harm, where the one told is not the only one.
    """

    books: Books
    shock: Shock
    study: Study
    firms: tuple[str, ...]
    before: Array
    equity: Array
    recovery: Array
    debt: Array
    short: Array
    round_of_default: NDArray[np.int64]
    at_edge: tuple[str, ...]
    loss: Array
    attribution: Attribution
    falls: tuple[Fall, ...]
    calls: tuple[CallOf, ...]
    status: Status
    unique: Unique
    residual: float
    error_bound: float
    low: Array
    high: Array
    loss_by_pair: Array
    called: Array
    least: Least | None = None
    fell_before: tuple[str, ...] = ()
    origin: Origin | None = None

    @property
    def settled(self) -> bool:
        """Is the answer proven to the accuracy asked for?"""
        return self.status == "settled"

    @property
    def rounds(self) -> int:
        """How many rounds it took until nobody fell any more."""
        return int(self.round_of_default.max(initial=0))

    @property
    def unknown(self) -> tuple[str, ...]:
        """Firms whose equity is not known: they take losses and pass nothing on."""
        return tuple(firm for firm in self.firms if firm in self.books.unknown_equity)

    @property
    def estimated(self) -> tuple[Obligation, ...]:
        """Obligations this answer rests on that nobody observed."""
        return self.books.estimated

    def lost(self, firm: str) -> float:
        """What one firm lost in all, in USD."""
        return float(self.attribution.total[self.books.at(firm)])

    def array(self, name: Literal["equity", "loss", "loss_by_pair", "began_at"]) -> xr.DataArray:
        """One of the results with its labels."""
        import xarray as xr

        firms = list(self.firms)
        rounds = list(range(len(self.equity)))
        if name == "equity":
            return xr.DataArray(self.equity, dims=("round", "firm"), coords={"round": rounds, "firm": firms})
        if name == "loss":
            coords = {"round": rounds, "firm": firms, "channel": list(CHANNELS)}
            return xr.DataArray(self.loss, dims=("round", "firm", "channel"), coords=coords)
        if name == "began_at":
            found = self.attribution.began_at
            return xr.DataArray(found, dims=("firm", "origin"), coords={"firm": firms, "origin": firms})
        coords = {"firm": firms, "partner": firms, "channel": list(PARTNERED)}
        return xr.DataArray(self.attribution.loss_by_pair, dims=("firm", "partner", "channel"), coords=coords)
