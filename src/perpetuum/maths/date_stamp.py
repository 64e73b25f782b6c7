"""When an explosive episode began and ended: the stretches in which a sequence lies above its bound."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from perpetuum.maths.explosive_windows import Series
from perpetuum.maths.refusals import refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One stretch above the bound, by indices of observations, both ends included.

    ``peak`` is where the sequence is highest, the first of several; ``ongoing`` says that it reaches
    the last observation, so that its end is not known.
    """

    start: int
    end: int
    length: int
    peak: int
    ongoing: bool


def default_min_length(length: int) -> int:
    """The shortest stretch that counts in a series of some length: the whole part of ln T, at least 1.

    Examples
    --------
    >>> default_min_length(1680)
    7
    """
    return max(1, math.floor(math.log(length)))


def datestamp(
    bsadf: Series, bound: Series | float, min_length: int | None = None, first_end: int = 0
) -> tuple[Episode, ...]:
    """Date the episodes in which a sequence lies strictly above its bound.

    Parameters
    ----------
    bsadf
        One statistic for each end; NaN is not above anything.
    bound
        One number, or one for each end. A tie is not above.
    min_length
        Observations in a row that make an episode; ⌊ln T⌋ if left out.
    first_end
        Index of the observation that the first statistic belongs to.

    Raises
    ------
    ValueError
        If the bound has another length or is NaN, or ``min_length`` is below 1.

    Notes
    -----
    Source: Phillips, Shi and Yu (2015), section 4, doi:10.1111/iere.12132; the shortest length is theirs.

    Examples
    --------
    >>> [(e.start, e.end, e.peak, e.ongoing) for e in datestamp([0.2, 1.4, 1.5, 0.9, 2.0], 1.0, min_length=1)]
    [(1, 2, 2, False), (4, 4, 4, True)]
    """
    values, limit = np.asarray(bsadf, dtype=np.float64), np.asarray(bound, dtype=np.float64)
    least = default_min_length(first_end + max(values.size, 1)) if min_length is None else min_length
    refuse(
        [] if values.ndim == 1 else [f"bsadf has shape {values.shape}; give one number for each end."],
        [] if limit.ndim == 0 or limit.shape == values.shape else
        [f"bound has shape {limit.shape}; give one number, or one for each of {values.size} ends."],
        ["the bound is NaN; give a number."] if np.isnan(limit).any() else [],
        [] if least >= 1 else [f"min_length is {least}; give 1 or more."],
    )  # fmt: skip
    above = np.concatenate([[False], values > limit, [False]])
    edges = np.flatnonzero(above[1:] != above[:-1])
    found = []
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start >= least:
            peak = start + int(np.argmax(values[start:stop]))
            found.append(_episode(first_end, int(start), int(stop), int(peak), len(values)))
    return tuple(found)


def _episode(first: int, start: int, stop: int, peak: int, length: int) -> Episode:
    return Episode(
        start=first + start, end=first + stop - 1, length=stop - start, peak=first + peak, ongoing=stop == length
    )
