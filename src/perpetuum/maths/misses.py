"""How reported numbers stray from a model's: each quarter a step farther, and now and then a series is far off.

What a model lacks it lacks every quarter, so the misses of one series are no independent errors. They walk: in
logarithms, each quarter adds a step to the miss of the quarter before. And a model that is wrong about a series is
wrong about all of it, so all steps of a series share one scale, which nobody knows.
"""

from __future__ import annotations

import math

import numpy as np

from perpetuum.maths.chance import quantile_normal
from perpetuum.maths.shapes import Float, Int

DOF = 4.0  # of Student's law: scales come from 3 to 8 changes, which is worth 2 to 7
UPPER = 0.9  # below it and above 1 - UPPER lies what an interval of 80 % leaves out


def log_density_of_misses(
    missed: Float[np.ndarray, "draw number"], ahead: Int[np.ndarray, " number"], error: Float[np.ndarray, " number"]
) -> Float[np.ndarray, " draw"]:
    """Logarithm of the density of all misses of one series together.

    Parameters
    ----------
    missed
        Logarithm of what was reported over what the model has; NaN gives NaN.
    ahead
        Quarters after the opening, at which the model knew the truth: 1 or more, each once.
    error
        Scale of the step of one quarter.

    Notes
    -----
    Multivariate Student law with 4 degrees of freedom and the covariance of a walk, error² min(h, k) for quarters h
    and k ahead: normal steps whose common variance is not known. Far out the density falls as a power, so a series
    that cannot be reached pulls the less the farther off it is. Sources: Lange, Little and Taylor (1989),
    doi:10.1080/01621459.1989.10478852, who advise 4 degrees where data are few; a discrepancy that all numbers of a
    model share is that of Kennedy and O'Hagan (2001), doi:10.1111/1467-9868.00294.

    Examples
    --------
    Two quarters off by one error: the second step is none, so the second miss costs next to nothing.

    >>> one = log_density_of_misses(np.array([[0.1]]), np.array([1]), np.array([0.1]))
    >>> two = log_density_of_misses(np.array([[0.1, 0.1], [0.1, -0.1]]), np.array([1, 2]), np.array([0.1, 0.1]))
    >>> one.round(2), two.round(2)
    (array([0.76]), array([2.1 , 0.33]))
    """
    count = ahead.size
    steps, gaps = _steps(missed / error, ahead)
    fixed = (
        math.lgamma(0.5 * (DOF + count)) - math.lgamma(0.5 * DOF) - 0.5 * count * math.log(DOF * math.pi)
        - 0.5 * float(np.log(gaps).sum()) - float(np.log(error).sum())
    )  # fmt: skip
    return np.asarray(fixed - 0.5 * (DOF + count) * np.log1p((steps**2).sum(axis=1) / DOF))


def walk_on(
    missed: Float[np.ndarray, "draw number"],
    ahead: Int[np.ndarray, " number"],
    luck: Float[np.ndarray, "draw quarter"],
) -> Float[np.ndarray, "draw quarter"]:
    """How misses go on, given those that are known: a walk through them, quarter by quarter.

    Parameters
    ----------
    missed
        In errors; no columns where nothing is known.
    ahead
        Of the known ones: quarters after the opening, 1 or more, none beyond the quarters of ``luck``.
    luck
        Standard normal, independent.

    Returns
    -------
    Float[np.ndarray, "draw quarter"]
        In errors, of quarters 1, 2, ... after the opening; the known ones as they are.

    Notes
    -----
    Once n misses are known, with squared steps q, the others follow Student's law with 4 + n degrees of freedom and
    the scale ((4 + q) / (4 + n))^½. The logarithm of a number that follows it gives that number no mean, so the steps
    here are normal, with the same middle 80 %. The walk through known points is a free one plus what it lacks at
    them, drawn straight from each to the next (Doucet 2010, *A note on efficient conditional simulation of Gaussian
    distributions*).

    Examples
    --------
    >>> walk_on(np.array([[2.0]]), np.array([2]), np.zeros((1, 4)))
    array([[1., 2., 2., 2.]])
    """
    # Imported here: it takes longer to import than a scenario takes to run.
    from scipy.special import stdtrit

    steps, _ = _steps(missed, ahead)
    dof = DOF + ahead.size
    wide = float(stdtrit(dof, UPPER)) / float(quantile_normal(UPPER))
    scale = wide * np.sqrt((DOF + (steps**2).sum(axis=1)) / dof)
    free = scale[:, None] * np.cumsum(luck, axis=1)
    if not ahead.size:
        return np.asarray(free)
    order = np.argsort(ahead)
    known, quarters = ahead[order], np.arange(1, luck.shape[1] + 1)
    straight = np.array([np.interp(quarters, [0, *known], [0.0, *row]) for row in np.eye(known.size)])
    return np.asarray(free + (missed[:, order] - free[:, known - 1]) @ straight)


def _steps(
    missed: Float[np.ndarray, "draw number"], ahead: Int[np.ndarray, " number"]
) -> tuple[Float[np.ndarray, "draw number"], Float[np.ndarray, " number"]]:
    """What each miss adds to the one before, per root of the quarters between, and those quarters."""
    order = np.argsort(ahead)
    gaps = np.diff(ahead[order], prepend=0).astype(np.float64)
    return np.diff(missed[:, order], prepend=0.0, axis=1) / np.sqrt(gaps), gaps
