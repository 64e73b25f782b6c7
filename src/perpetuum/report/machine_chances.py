"""How often something happens by a quarter, when it does in half of the futures, and how sure such a share is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.when import Quarter

if TYPE_CHECKING:
    # Named only: whoever asks nothing of the machine need not wait for it.
    from perpetuum.machine.run import Run, Share

YEARS = (3, 5)  # after so many whole years it is asked how things stand
_DUST = 1e-9  # sums of shares are off by rounding, far less than one future of a million


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """In what share of futures something has happened by a quarter, and twice the standard error of that share."""

    scenario: str
    by: Quarter
    share: float
    error: float


def asked_years(run: Run) -> tuple[Quarter, ...]:
    """The ends of the years that people ask of, as far as a run goes; its last quarter if it ends before them."""
    whole = tuple(whole_years(run))
    return tuple(whole[n - 1] for n in YEARS if n <= len(whole)) or run.quarters[-1:]


def whole_years(run: Run) -> dict[Quarter, int]:
    """The last quarter of each whole year of a run, and its number in the run."""
    return {quarter: n for n, quarter in enumerate(run.quarters) if quarter.number == 4 and n >= 3}


def pays_its_way(run: Run, firm: str, scenario: str, by: Quarter) -> Chance:
    """In what share of futures a firm has paid its way for four quarters running."""
    share = so_far(run.event("gap_closed", firm, scenario), run.row_of(by))
    return Chance(scenario=scenario, by=by, share=share, error=sampling_error(share, run.done))


def so_far(share: Share, last: int) -> float:
    """Share of futures in which an event has happened by the close of a quarter."""
    return float(share.first[: last + 1].sum())


def half_by(first: NDArray[np.float64]) -> int | None:
    """The number of the quarter by which half of those that happen have happened; nothing if none does.

    Parameters
    ----------
    first
        (quarter): in how many futures, or in what share of them, something happens there for the first time.

    Examples
    --------
    >>> half_by(np.array([0.0, 0.1, 0.2, 0.1]))
    2
    """
    sums = np.cumsum(first)
    return int(np.searchsorted(sums, sums[-1] / 2 * (1 - _DUST))) if sums[-1] > 0 else None


def sampling_error(share: float, futures: int) -> float:
    """Twice the standard error of a share of finitely many futures.

    Examples
    --------
    >>> sampling_error(0.5, 10_000)
    0.01
    """
    return 2 * math.sqrt(share * max(1 - share, 0.0) / max(futures, 1))
