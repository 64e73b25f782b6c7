"""How good a forecast was once the number is there: a sample of what could have been against what came."""

from __future__ import annotations

import numpy as np

from perpetuum.maths.importance import quantiles
from perpetuum.maths.shapes import Float


def crps(values: Float[np.ndarray, " draw"], weights: Float[np.ndarray, " draw"], came: float) -> float:
    """Continuous ranked probability score of a weighted sample: the smaller the better, in the unit of the values.

    It is the mean distance to what came, less half the mean distance between two members, and so the area between
    the sample's distribution and a step at what came. A sample of one is scored by its distance.

    Parameters
    ----------
    values
        No NaN: it is refused with ``ValueError``.
    weights
        Never negative; only their proportions count.
    came
        The number as it turned out.

    Notes
    -----
    Sorted once, no pair is visited. Source: Gneiting and Raftery (2007), doi:10.1198/016214506000001437, equation 21.

    Examples
    --------
    >>> even = np.array([0.5, 0.5])
    >>> crps(np.array([1.0, 3.0]), even, 2.0), crps(np.array([5.0]), np.ones(1), 2.0)
    (0.5, 3.0)
    """
    share = _shares(values, weights, came)
    order = np.argsort(values, kind="stable")
    x, w = values[order], share[order]
    middle = np.cumsum(w) - 0.5 * w
    apart = 2.0 * float(np.sum(w * x * (2.0 * middle - 1.0)))
    return float(np.sum(w * np.abs(x - came)) - 0.5 * apart)


def is_covered(
    values: Float[np.ndarray, " draw"], weights: Float[np.ndarray, " draw"], came: float, level: float = 0.8
) -> bool:
    """Whether what came lies in the middle ``level`` of the sample, ends included.

    Examples
    --------
    >>> ten = np.arange(1.0, 11.0)
    >>> is_covered(ten, np.full(10, 0.1), 9.0), is_covered(ten, np.full(10, 0.1), 9.5)
    (True, False)
    """
    share = _shares(values, weights, came)
    low, high = quantiles(values, share, np.array([0.5 - 0.5 * level, 0.5 + 0.5 * level]))
    return bool(low <= came <= high)


def share_below(
    values: Float[np.ndarray, " draw"], weights: Float[np.ndarray, " draw"], came: float, split: float = 0.5
) -> float:
    """The part of the sample below what came; of what equals it, the part ``split``.

    Over many honest forecasts these are spread evenly between 0 and 1 (Dawid 1984, doi:10.2307/2981683).

    Examples
    --------
    >>> share_below(np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 0.25), 2.0)
    0.375
    """
    share = _shares(values, weights, came)
    return float(share[values < came].sum() + split * share[values == came].sum())


def _shares(
    values: Float[np.ndarray, " draw"], weights: Float[np.ndarray, " draw"], came: float
) -> Float[np.ndarray, " draw"]:
    if not values.size or np.isnan(values).any() or np.isnan(came):
        raise ValueError("a score needs a sample without gaps and the number that came. Leave out what is unknown.")
    if (weights < 0.0).any() or not weights.sum() > 0.0:
        raise ValueError("weights are not negative and not all zero. Correct them.")
    return np.asarray(weights / weights.sum())
