"""Many series without a bubble, side by side: walks of chance, and a series whose changes lose their signs."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numba
import numpy as np

from perpetuum.maths.chance import normals, stream_of, uniforms
from perpetuum.maths.compiled import compiled, compiled_over_draws
from perpetuum.maths.explosive_loops import most, sequence_into
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
def draw_into(
    y: Float[np.ndarray, " time"], of: Float[np.ndarray, " time"], kind: int, seed: int, draw: int, stream: int
) -> None:
    """One series from where another begins: each change of the other, times a number with mean 0 and variance 1.

    Two numbers come from each address of chance. Of a series that rises by one each time, normal numbers make a walk.
    """
    y[0] = of[0]
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
def _many(
    of: Float[np.ndarray, " time"], kind: int, seed: int, stream: int, first: int, rows: int, lag: int, terms: int,
    rule: int, skip: int, three: Float[np.ndarray, "three draw"], badf: Float[np.ndarray, "kept end"],
    bsadf: Float[np.ndarray, "kept end"],
) -> None:  # fmt: skip
    """ADF, SADF and GSADF of each draw, without the first ends; the sequences too where there is room for them."""
    for k in numba.prange(three.shape[1]):
        y, ends = np.empty(len(of)), len(of) - rows - lag
        some, all = np.empty(ends), np.empty(ends)
        draw_into(y, of, kind, seed, first + k, stream)
        sequence_into(y, rows, lag, terms, rule, some, all)
        three[0, k], three[1, k], three[2, k] = some[ends - 1], most(some[skip:]), most(all[skip:])
        if len(badf) > 0:
            for end in range(ends):
                badf[k, end], bsadf[k, end] = some[end], all[end]


@dataclass(frozen=True, slots=True)
class Drawn:
    """t values by draw: ADF, SADF and GSADF of each, and by end BADF and BSADF where they were kept."""

    three: Float[np.ndarray, "three draw"]
    badf: Float[np.ndarray, "kept end"]
    bsadf: Float[np.ndarray, "kept end"]

    @property
    def gsadf(self) -> Float[np.ndarray, " draw"]:
        """The largest value of each draw."""
        gsadf: Float[np.ndarray, " draw"] = self.three[2]
        return gsadf


def wild(
    of: Float[np.ndarray, " time"], cut: Windows, draws: int, seed: int, kind: int = RADEMACHER, since: int = 0
) -> Drawn:
    """A series with its changes multiplied anew, for draws 0, 1, 2 and so on of a seed; no end before ``since``."""
    return _drawn(of, kind, SIGNS, cut, draws, seed, 0, keep=False, skip=max(since - cut.first_end, 0))


def walks(length: int, cut: Windows, paths: int, seed: int, first: int = 0, *, keep: bool = False) -> Drawn:
    """Walks of standard normal steps, from path ``first`` of a seed on."""
    return _drawn(np.arange(float(length)), NORMAL, WALK, cut, paths, seed, first, keep=keep)


def _drawn(
    of: Float[np.ndarray, " time"], kind: int, stream: int, cut: Windows, draws: int, seed: int, first: int, *,
    keep: bool, skip: int = 0,
) -> Drawn:  # fmt: skip
    """All draws, in parts: between two of them a person may interrupt."""
    kept = (draws if keep else 0, len(of) - cut.first_end)
    three, badf, bsadf = np.empty((3, draws)), np.empty(kept), np.empty(kept)
    for start in range(0, draws, AT_ONCE):
        stop = min(start + AT_ONCE, draws)
        part = np.empty((3, stop - start))
        with _ONE_AT_A_TIME:
            _many(of, kind, seed, stream, first + start, cut.rows, cut.lag, cut.terms, cut.rule, skip, part,
                  badf[start:stop], bsadf[start:stop])  # fmt: skip
        three[:, start:stop] = part
    return Drawn(rooted(three), rooted(badf), rooted(bsadf))
