"""A logistic curve through announcements: what growth they lead one to expect."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.maths.diffusion import LOGISTIC, fit, logistic

Said = tuple[tuple[datetime.date, float], ...]
YEAR = 365.25
# A curve laid through fewer announcements than this says nothing of growth.
LEAST = 5


@dataclass(frozen=True, slots=True)
class Followed:
    """A curve fitted to announcements from a first day on; ``spread`` is their residual deviation, in users."""

    since: datetime.date
    potential: float
    rate: float
    middle: float
    spread: float

    def level(self, days: Sequence[datetime.date]) -> NDArray[np.float64]:
        """Users that the curve expects on some days."""
        years = np.array([(day - self.since).days / YEAR for day in days])
        return np.asarray(self.potential * logistic(years, self.rate, self.middle))


@functools.lru_cache(maxsize=256)
def followed(said: Said) -> Followed:
    """The logistic curve with the least squares from announcements (day, users), at least five."""
    since = said[0][0]
    years = np.array([(day - since).days / YEAR for day, _ in said])
    users = np.array([value for _, value in said])
    found = fit(users, curve=LOGISTIC, method="level", time=years, spare=LEAST - 3)
    potential, rate, middle = (float(each) for each in found.estimate)
    return Followed(since, potential, rate, middle, found.residual_standard_error)
