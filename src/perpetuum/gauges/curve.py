"""A logistic curve through announcements: what growth they lead one to expect."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.when import years_between
from perpetuum.maths.adoption_curves import LOGISTIC
from perpetuum.maths.curve_fit import CurveFit, fit_curve

Said = tuple[tuple[datetime.date, float], ...]
# A curve laid through fewer announcements than this says nothing of growth.
LEAST = 5


@dataclass(frozen=True, slots=True)
class Followed:
    """A curve fitted to announcements from a first day on."""

    since: datetime.date
    fit: CurveFit

    @property
    def spread(self) -> float:
        """Residual deviation of the announcements, in users."""
        return self.fit.residual_standard_error

    def level(self, days: Sequence[datetime.date]) -> NDArray[np.float64]:
        """Users that the curve expects on some days."""
        return self.fit.level(_years(self.since, days))


@functools.lru_cache(maxsize=256)
def followed(said: Said) -> Followed:
    """The logistic curve with the least squares from announcements (day, users), at least five."""
    days, users = zip(*said, strict=True)
    years = _years(days[0], days)
    return Followed(days[0], fit_curve(np.array(users), curve=LOGISTIC, time=years, spare=LEAST - LOGISTIC.count))


def _years(since: datetime.date, days: Sequence[datetime.date]) -> NDArray[np.float64]:
    return np.array([years_between(since, day) for day in days])
