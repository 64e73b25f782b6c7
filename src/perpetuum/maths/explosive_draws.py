"""Many series without a bubble, side by side: walks of chance, and a series whose changes lose their signs."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numba
import numpy as np

from perpetuum.maths.chance import normals, stream_of, uniforms
from perpetuum.maths.compiled import compiled, compiled_over_draws
from perpetuum.maths.explosive_loops import sequence_into
from perpetuum.maths.explosive_sequence import rooted
from perpetuum.maths.explosive_windows import Windows
from perpetuum.maths.shapes import Float

WALK, SIGNS = stream_of("explosive.walk"), stream_of("explosive.signs")
RADEMACHER, NORMAL = 0, 1
# Between so many draws a person may interrupt.
AT_ONCE = 256
# Threads of some systems must not be woken twice at once.
_ONE_AT_A_TIME = threading.Lock()


@compiled
def walk_into(y: Float[np.ndarray, " time"], seed: int, draw: int, stream: int) -> None:
    """A walk of standard normal steps from zero, two steps from each address of chance."""
    y[0] = 0.0
    for pair in range(len(y) // 2):
        a, b = normals(seed, draw, pair, stream)
        at = 2 * pair + 1
        y[at] = y[at - 1] + a
        if at + 1 < len(y):
            y[at + 1] = y[at] + b


@compiled
def wild_into(
    y: Float[np.ndarray, " time"], of: Float[np.ndarray, " time"], kind: int, seed: int, draw: int, stream: int
) -> None:
    """A series with the changes of another, each times a number of its own with mean 0 and variance 1."""
    y[0] = 0.0
    for pair in range(len(y) // 2):
        at = 2 * pair + 1
        if kind == RADEMACHER:
            u, v = uniforms(seed, draw, pair, stream)
            a, b = 1.0 if u < 0.5 else -1.0, 1.0 if v < 0.5 else -1.0
        else:
            a, b = normals(seed, draw, pair, stream)
        y[at] = y[at - 1] + a * (of[at] - of[at - 1])
        if at + 1 < len(y):
            y[at + 1] = y[at] + b * (of[at + 1] - of[at])


@compiled_over_draws
def _wild_maxima(
    of: Float[np.ndarray, " time"], kind: int, seed: int, stream: int, first: int, rows: int, lag: int, terms: int,
    rule: int, largest: Float[np.ndarray, " draw"],
) -> None:  # fmt: skip
    for k in numba.prange(len(largest)):
        y, ends = np.empty(len(of)), len(of) - rows - lag
        badf, bsadf = np.empty(ends), np.empty(ends)
        wild_into(y, of, kind, seed, first + k, stream)
        sequence_into(y, rows, lag, terms, rule, badf, bsadf)
        largest[k] = _most(bsadf)


@compiled_over_draws
def _walk_maxima(
    length: int, seed: int, stream: int, first: int, rows: int, lag: int, terms: int, rule: int,
    found: Float[np.ndarray, "three draw"],
) -> None:  # fmt: skip
    for k in numba.prange(found.shape[1]):
        y, ends = np.empty(length), length - rows - lag
        badf, bsadf = np.empty(ends), np.empty(ends)
        walk_into(y, seed, first + k, stream)
        sequence_into(y, rows, lag, terms, rule, badf, bsadf)
        found[0, k], found[1, k], found[2, k] = badf[ends - 1], _most(badf), _most(bsadf)


@compiled_over_draws
def _walk_sequences(
    length: int, seed: int, stream: int, first: int, rows: int, lag: int, terms: int, rule: int,
    badf: Float[np.ndarray, "draw end"], bsadf: Float[np.ndarray, "draw end"],
) -> None:  # fmt: skip
    for k in numba.prange(len(badf)):
        y = np.empty(length)
        walk_into(y, seed, first + k, stream)
        sequence_into(y, rows, lag, terms, rule, badf[k], bsadf[k])


@compiled
def _most(values: Float[np.ndarray, " end"]) -> float:
    """The largest number; NaN is none."""
    best = -np.inf
    for value in values:
        if value > best:
            best = value
    return best


def wild_maxima(
    of: Float[np.ndarray, " time"], cut: Windows, draws: int, seed: int, kind: int = RADEMACHER
) -> Float[np.ndarray, " draw"]:
    """GSADF of a series under changed signs, for draws 0, 1, 2 and so on of a seed."""
    largest = np.empty(draws)
    shape = (cut.rows, cut.lag, cut.terms, cut.rule)
    _in_parts(draws, lambda a, b: _wild_maxima(of, kind, seed, SIGNS, a, *shape, largest[a:b]))
    return rooted(largest)


def walk_maxima(length: int, cut: Windows, paths: int, seed: int, first: int = 0) -> Float[np.ndarray, "three draw"]:
    """ADF, SADF and GSADF of walks, from path ``first`` of a seed on."""
    found = np.empty((3, paths))
    shape = (cut.rows, cut.lag, cut.terms, cut.rule)

    def some(a: int, b: int) -> None:
        part = np.empty((3, b - a))
        _walk_maxima(length, seed, WALK, first + a, *shape, part)
        found[:, a:b] = part

    _in_parts(paths, some)
    return rooted(found)


def walk_sequences(
    length: int, cut: Windows, paths: int, seed: int, first: int = 0
) -> tuple[Float[np.ndarray, "draw end"], Float[np.ndarray, "draw end"]]:
    """BADF and BSADF of walks, from path ``first`` of a seed on."""
    badf, bsadf = np.empty((paths, length - cut.first_end)), np.empty((paths, length - cut.first_end))
    shape = (cut.rows, cut.lag, cut.terms, cut.rule)
    _in_parts(paths, lambda a, b: _walk_sequences(length, seed, WALK, first + a, *shape, badf[a:b], bsadf[a:b]))
    return rooted(badf), rooted(bsadf)


def _in_parts(count: int, some: Callable[[int, int], None]) -> None:
    for start in range(0, count, AT_ONCE):
        with _ONE_AT_A_TIME:
            some(start, min(start + AT_ONCE, count))
