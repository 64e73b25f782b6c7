"""How large a statistic must be before anyone is surprised: three bounds, each by its own name."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np

from perpetuum.maths.explosive_draws import NORMAL, RADEMACHER, walks, wild
from perpetuum.maths.explosive_windows import Convention, Series, Windows, readable, windows
from perpetuum.maths.refusals import refuse
from perpetuum.maths.shapes import Float

MULTIPLIERS = {"rademacher": RADEMACHER, "normal": NORMAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalValues:
    """Quantiles over walks without a bubble, with their standard errors; one number for each quantile.

    The bound of GSADF is family-wise: a walk passes it anywhere along its whole span in the stated share of cases.
    """

    length: int
    minw: int
    convention: Convention
    lag: int
    quantiles: tuple[float, ...]
    paths: int
    seed: int
    adf: Float[np.ndarray, " quantile"]
    sadf: Float[np.ndarray, " quantile"]
    gsadf: Float[np.ndarray, " quantile"]
    adf_se: Float[np.ndarray, " quantile"]
    sadf_se: Float[np.ndarray, " quantile"]
    gsadf_se: Float[np.ndarray, " quantile"]


def mc_critical_values(
    length: int,
    minw: int | None = None,
    convention: str = "rows",
    lag: int = 0,
    quantiles: tuple[float, ...] = (0.90, 0.95, 0.99),
    paths: int = 2000,
    seed: int = 0,
    lag_selection: str = "fixed",
    deterministics: str = "constant",
) -> CriticalValues:
    """Quantiles of ADF, SADF and GSADF over random walks with standard normal steps.

    Parameters
    ----------
    length
        Observations of the series they are for.
    minw, convention, lag, lag_selection, deterministics
        As for ``psy_sequence``.
    quantiles
        Shares between 0 and 1.
    paths
        Walks, 20 or more. Path k of a seed is always the same walk, whatever the threads.
    seed
        0 or more.

    Returns
    -------
    CriticalValues
        Standard errors are half the distance between the order statistics one binomial standard deviation
        to either side.

    Notes
    -----
    Only for series whose noise keeps its size. Source: Phillips, Shi and Yu (2015), doi:10.1111/iere.12132.

    Examples
    --------
    >>> found = mc_critical_values(50, paths=400, seed=1)
    >>> bool(np.all(np.abs(found.gsadf - [1.4797, 1.818, 2.5367]) < [0.16, 0.18, 0.36]))
    True
    """
    cut = windows(length, minw, convention, lag, lag_selection, deterministics)
    refuse(
        [f"quantile {q:g} is no share; write one between 0 and 1, such as 0.95." for q in quantiles if not 0 < q < 1],
        [] if paths >= 20 else [f"paths is {paths}; give 20 or more, 2,000 for a bound to be shown."],
        _seed(seed),
    )
    found = np.sort(walks(length, cut, paths, seed).three, axis=1)
    values, errors = np.quantile(found, quantiles, axis=1).T, _errors(found, quantiles)
    return CriticalValues(
        length=length, minw=cut.minw, convention=cut.convention, lag=lag, quantiles=tuple(quantiles), paths=paths,
        seed=seed, adf=values[0], sadf=values[1], gsadf=values[2], adf_se=errors[0], sadf_se=errors[1],
        gsadf_se=errors[2],
    )  # fmt: skip


@functools.lru_cache(maxsize=64)
def gsadf_bound(length: int, cut: Windows, level: float, paths: int, seed: int) -> float:
    """The GSADF quantile over walks; kept, since many series share it."""
    return float(np.quantile(walks(length, cut, paths, seed).gsadf, level))


@dataclass(frozen=True, slots=True, kw_only=True)
class WildBound:
    """A bound from the series' own changes with signs thrown anew, one flat number along the whole span.

    Attributes
    ----------
    value
        The family-wise bound: so many of the draws stay below it all along.
    largest
        GSADF of each draw, smallest first.
    level, draws, seed, multipliers
        The share of draws below the bound, how many, of which seed, and what the changes were multiplied by.
    """

    value: float
    largest: Float[np.ndarray, " draw"]
    level: float
    draws: int
    seed: int
    multipliers: str

    def p_value(self, gsadf: float) -> float:
        """The share of draws, the series itself among them, that reach so high."""
        return float((1 + np.sum(self.largest >= gsadf)) / (1 + self.draws))


def wild_bound(
    y: Series,
    minw: int | None = None,
    convention: str = "rows",
    lag: int = 0,
    draws: int = 399,
    level: float = 0.95,
    seed: int = 0,
    multipliers: str = "rademacher",
    lag_selection: str = "fixed",
    deterministics: str = "constant",
    since: int = 0,
) -> WildBound:
    """A family-wise bound that survives noise of changing size: the wild bootstrap.

    Each draw multiplies every change of the series by a number of its own with mean 0 and variance 1 and sums
    them up again: a series without a bubble whose noise is large where the true one's is. The bound is the
    quantile over draws of the largest BSADF along the whole span.

    Parameters
    ----------
    y, minw, convention, lag, lag_selection, deterministics
        As for ``psy_sequence``; draws take the lag of the test.
    draws
        19 or more; with 399 and 95 % the bound is the 380th of them.
    level
        Share of draws below the bound.
    seed
        0 or more; draw k of a seed has always the same multipliers, whatever the threads.
    multipliers
        ``rademacher``: +1 or -1; or ``normal``.
    since
        The first observation whose windows count, where the test has none before; the span is then shorter.

    Raises
    ------
    ValueError
        As ``psy_sequence``; and if there are too few draws for the level.

    Notes
    -----
    Source: Harvey, Leybourne, Sollis and Taylor (2016), Journal of Empirical Finance 38, 548-574,
    doi:10.1016/j.jempfin.2015.09.002. Signs rather than normal numbers as in Davidson and Flachaire (2008),
    doi:10.1016/j.jeconom.2008.08.003.

    Examples
    --------
    >>> walk = np.cumsum(np.random.default_rng(1).normal(size=60))
    >>> bound = wild_bound(walk, draws=99)
    >>> bool(bound.value == bound.largest[94]), bound.p_value(9.0)
    (True, 0.01)
    """
    values = np.asarray(y, dtype=np.float64)
    cut = windows(values.size, minw, convention, lag, lag_selection, deterministics)
    name = multipliers.lower()
    refuse(
        [] if name in MULTIPLIERS else [f"multipliers is {multipliers!r}; write one of: {', '.join(MULTIPLIERS)}."],
        level_problems(level),
        [] if not 0 < level < 1 or draws >= fewest_draws(level) else
        [f"{draws} draws are too few for a bound at {level:g}; give {fewest_draws(level)} or more."],
        _seed(seed),
        [] if 0 <= since < values.size else [f"since is {since}; give the number of an observation."],
    )  # fmt: skip
    largest = np.sort(wild(readable(values, shift=cut.terms > 0), cut, draws, seed, MULTIPLIERS[name], since).gsadf)
    if np.isnan(largest[0]) or np.isnan(largest[-1]):
        raise ValueError("a draw has no statistic: too few of the changes differ from zero; give a series with noise.")
    return WildBound(
        value=float(largest[_place(draws, level) - 1]), largest=largest, level=level, draws=draws, seed=seed,
        multipliers=name,
    )  # fmt: skip


def level_problems(level: float) -> list[str]:
    """What is wrong with the level of a bound."""
    return [] if 0 < level < 1 else [f"level is {level:g}; write a share between 0 and 1, such as 0.95."]


def fewest_draws(level: float) -> int:
    """The fewest draws of which one can be the bound at a level, and never fewer than 19.

    Examples
    --------
    >>> fewest_draws(0.95), fewest_draws(0.99)
    (19, 99)
    """
    return max(19, math.ceil(1 / (1 - level) - 1e-9) - 1)


def _place(draws: int, level: float) -> int:
    """Which of the sorted draws is the bound, counted from 1: exact where level·(draws + 1) is whole."""
    return math.ceil(level * (draws + 1) - 1e-9)


def _seed(seed: int) -> list[str]:
    return [] if 0 <= seed < 2**63 else [f"seed is {seed}; give a whole number from 0 on."]


def _errors(found: Float[np.ndarray, "three path"], quantiles: tuple[float, ...]) -> Float[np.ndarray, "three q"]:
    q, paths = np.array(quantiles), found.shape[1]
    apart = np.sqrt(q * (1 - q) / paths)
    low, high = (np.quantile(found, np.clip(q + sign * apart, 0, 1), axis=1).T for sign in (-1, 1))
    half: Float[np.ndarray, "three q"] = (high - low) / 2
    return half
