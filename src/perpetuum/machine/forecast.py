"""What firms will report: a future of the model, and how far what was reported has strayed from it by then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.when import Quarter
from perpetuum.machine.learned import Posterior
from perpetuum.machine.observed import Observed
from perpetuum.maths.chance import moment, normals, stream_of
from perpetuum.maths.compiled import compiled
from perpetuum.maths.misses import walk_on
from perpetuum.maths.shapes import Float

Floats = NDArray[np.float64]


def forecast(found: Posterior, errors: Mapping[str, float], quarters: int) -> Floats:
    """What will be reported in the futures that stand for all, (draw, series, quarter), each draw of the same weight.

    Parameters
    ----------
    errors
        Of the series asked for, in their order: the step of one quarter by which a number strays from the model.
    quarters
        From the first simulated one on.

    Raises
    ------
    UnknownName
        For a series that there is not.
    """
    values = found.relive(list(errors), max(quarters, found.quarters))
    told = [one.observed for one in found.fitted]
    return strayed(values, told, errors, found.first, found.seed)[:, :, :quarters]


def strayed(
    values: Floats, observed: Sequence[Observed], errors: Mapping[str, float], first: Quarter, seed: int
) -> Floats:
    """The model's numbers, (draw, series, quarter), times a walk that goes through what was reported.

    The luck of a walk is keyed by seed, place among the draws, quarter and series.
    """
    out = values.copy()
    for n, (series, error) in enumerate(errors.items()):
        own = [one for one in observed if one.series == series]
        ahead = np.array([one.quarter - first + 1 for one in own], dtype=np.int64)
        reported = np.array([one.value for one in own], dtype=np.float64)
        missed = np.log(reported / values[:, n, ahead - 1]) / error
        luck = np.empty((len(values), values.shape[2]))
        _luck(luck, seed, stream_of(f"misses:{series}"))
        out[:, n] *= np.exp(error * walk_on(missed, ahead, luck))
    return out


@compiled
def _luck(out: Float[np.ndarray, "draw quarter"], seed: int, stream: int) -> None:
    for d in range(out.shape[0]):
        for q in range(out.shape[1]):
            out[d, q] = normals(seed, d, moment(q), stream)[0]
