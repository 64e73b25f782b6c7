"""Watching a series as it grows: which line is watched, and how often it cries wolf along the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

import numpy as np

from perpetuum.maths.date_stamp import Episode, datestamp, default_min_length
from perpetuum.maths.explosive_bounds import level_problems
from perpetuum.maths.explosive_draws import walks
from perpetuum.maths.explosive_sequence import PsySequence, psy_sequence
from perpetuum.maths.explosive_windows import Series, Windows, windows
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Bool, Float

Line = Literal["pointwise", "running", "family_wise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarms:
    """A line for BSADF and how often walks without a bubble pass it, by paths that did not make the line.

    Attributes
    ----------
    line
        ``pointwise``: the quantile of BSADF at each end; ``running``: of the largest BADF up to each end;
        ``family_wise``: of the largest BSADF along the whole span, one flat line.
    bound
        One number for each end.
    any_alarm, any_episode
        Share of walks that pass the line at least once, and at least ``min_length`` times in a row.
    """

    line: Line
    level: float
    min_length: int
    paths: int
    seed: int
    bound: Float[np.ndarray, " end"]
    any_alarm: float
    any_episode: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """A series under watch: its sequence, the line with its false alarms, and the episodes found."""

    sequence: PsySequence
    false_alarms: FalseAlarms
    episodes: tuple[Episode, ...]


def false_alarms(
    length: int,
    minw: int | None = None,
    convention: str = "rows",
    lag: int = 0,
    line: str = "pointwise",
    level: float = 0.95,
    min_length: int | None = None,
    paths: int = 2000,
    seed: int = 0,
) -> FalseAlarms:
    """Draw a line from walks, and count on as many other walks how often it is passed.

    Parameters
    ----------
    length, minw, convention, lag
        As for ``psy_sequence``.
    line
        ``pointwise``, ``running`` or ``family_wise``.
    level
        The quantile the line is drawn at.
    min_length
        Ends in a row that make an episode; ⌊ln T⌋ if left out.
    paths, seed
        Walks for the line, and again as many for the count.

    Notes
    -----
    A pointwise line is right at each end and wrong somewhere along most walks.
    Source: Phillips, Shi and Yu (2015), doi:10.1111/iere.12132.

    Examples
    --------
    >>> found = false_alarms(60, line="pointwise", paths=200)
    >>> found.any_alarm > 0.3, found.any_episode <= found.any_alarm
    (True, True)
    """
    cut = windows(length, minw, convention, lag)
    least = default_min_length(length) if min_length is None else min_length
    refuse(
        level_problems(level),
        [] if line in get_args(Line) else [f"line is {line!r}; write one of: {', '.join(get_args(Line))}."],
        [] if paths >= 20 else [f"paths is {paths}; give 20 or more."],
        [] if least >= 1 else [f"min_length is {least}; give 1 or more."],
        [] if seed >= 0 else [f"seed is {seed}; give a whole number from 0 on."],
    )
    bound = _line(length, cut, line, level, paths, seed)
    others = walks(length, cut, paths, seed, first=paths, keep=True).bsadf > bound
    return FalseAlarms(
        line=cast(Line, line), level=level, min_length=least, paths=paths, seed=seed, bound=bound,
        any_alarm=float(others.any(axis=1).mean()), any_episode=float((_longest(others) >= least).mean()),
    )  # fmt: skip


def monitor(
    y: Series,
    minw: int | None = None,
    convention: str = "rows",
    lag: int = 0,
    line: str = "family_wise",
    level: float = 0.95,
    min_length: int | None = None,
    paths: int = 2000,
    seed: int = 0,
) -> Monitoring:
    """Watch a series against a line whose false alarms are counted along with it.

    Parameters
    ----------
    y
        The series, oldest first.
    minw, convention, lag, line, level, min_length, paths, seed
        As for :func:`false_alarms`.

    Examples
    --------
    >>> walk = np.cumsum(np.random.default_rng(1).normal(size=60))
    >>> watched = monitor(walk, paths=200)
    >>> watched.episodes, watched.false_alarms.any_alarm < 0.15
    ((), True)
    """
    sequence = psy_sequence(y, minw, convention, lag)
    counted = false_alarms(sequence.length, sequence.minw, convention, lag, line, level, min_length, paths, seed)
    episodes = datestamp(sequence.bsadf, counted.bound, counted.min_length, sequence.first_end)
    return Monitoring(sequence=sequence, false_alarms=counted, episodes=episodes)


def _line(length: int, cut: Windows, line: str, level: float, paths: int, seed: int) -> Float[np.ndarray, " end"]:
    drawn = walks(length, cut, paths, seed, keep=True)
    badf, bsadf = drawn.badf, drawn.bsadf
    if line == "pointwise":
        return np.asarray(np.quantile(bsadf, level, axis=0), dtype=np.float64)
    if line == "running":
        largest = np.maximum.accumulate(badf, axis=1)
        return np.asarray(np.quantile(largest, level, axis=0), dtype=np.float64)
    return np.full(bsadf.shape[1], np.quantile(bsadf.max(axis=1), level))


def _longest(above: Bool[np.ndarray, "path end"]) -> Float[np.ndarray, " path"]:
    """The longest run in each row."""
    run: Float[np.ndarray, " path"] = np.zeros(len(above))
    longest: Float[np.ndarray, " path"] = np.zeros(len(above))
    for column in above.T:
        run = np.where(column, run + 1, 0.0)
        longest = np.maximum(longest, run)
    return longest
