"""Is the most explosive window of a series more explosive than chance allows?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from perpetuum.maths.explosive_bounds import gsadf_bound, level_problems, wild_bound
from perpetuum.maths.explosive_sequence import PsySequence, psy_sequence
from perpetuum.maths.explosive_table import LEVELS, table_row
from perpetuum.maths.explosive_windows import Series
from perpetuum.maths.refusals import refuse

Bound = Literal["wild", "table", "monte_carlo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GsadfTest:
    """A verdict: the sequence, its bound by name, and whether GSADF lies above it.

    Attributes
    ----------
    sequence
        All statistics.
    bound, bound_name
        The number, and ``wild``, ``table`` or ``monte_carlo``. One flat line along the whole span.
    level
        The bound is meant to hold for this share of series without a bubble; ``family_wise`` is the rest,
        the share that is wrongly called a bubble anywhere in the span, as long as the bound's own terms hold.
    p_value
        Only of the wild bootstrap.
    draws, seed
        Behind the bound; None for the table.
    """

    sequence: PsySequence
    bound: float
    bound_name: Bound
    level: float
    p_value: float | None = None
    draws: int | None = None
    seed: int | None = None

    @property
    def rejects(self) -> bool:
        """Whether some window is more explosive than the bound; a tie is not."""
        return self.sequence.gsadf > self.bound

    @property
    def family_wise(self) -> float:
        """The share of false alarms the bound is made for."""
        return 1.0 - self.level


def gsadf_test(
    y: Series,
    minw: int | None = None,
    convention: str = "rows",
    lag: int = 0,
    level: float = 0.95,
    bound: str = "monte_carlo",
    paths: int = 2000,
    seed: int = 0,
    lag_selection: str = "fixed",
    deterministics: str = "constant",
) -> GsadfTest:
    """Hold GSADF against a bound made of plain walks.

    Parameters
    ----------
    y, minw, convention, lag, lag_selection, deterministics
        As for ``psy_sequence``.
    level
        Share of walks below the bound.
    bound
        ``monte_carlo``: from walks of this length; ``table``: the stored values, for the lengths and windows they
        have, counted in rows, with a constant and no lag.
    paths, seed
        Of the walks.

    Notes
    -----
    Walks have noise of one size. Where the noise of the series triples in its second half, this test rejects
    about 33 % of series without a bubble at 200 observations: use :func:`gsadf_test_wild_bootstrap` instead.

    Examples
    --------
    >>> walk = np.cumsum(np.random.default_rng(1).normal(size=100))
    >>> found = gsadf_test(walk, bound="table")
    >>> found.rejects, found.bound
    (False, 1.9511)
    """
    refuse(
        level_problems(level),
        [] if bound in ("monte_carlo", "table") else [f"bound is {bound!r}; write one of: monte_carlo, table."],
    )
    sequence = psy_sequence(y, minw, convention, lag, lag_selection, deterministics)
    if bound == "table":
        return GsadfTest(sequence=sequence, bound=_from_table(sequence, level), bound_name="table", level=level)
    value = gsadf_bound(sequence.length, sequence.windows, level, paths, seed)
    return GsadfTest(
        sequence=sequence, bound=value, bound_name="monte_carlo", level=level, draws=paths, seed=seed
    )  # fmt: skip


def gsadf_test_wild_bootstrap(
    y: Series,
    minw: int | None = None,
    convention: str = "rows",
    lag: int = 0,
    level: float = 0.95,
    draws: int = 399,
    seed: int = 0,
    multipliers: str = "rademacher",
    lag_selection: str = "fixed",
    deterministics: str = "constant",
) -> GsadfTest:
    """Hold GSADF against the series' own changes with signs thrown anew: the default.

    Parameters
    ----------
    y, minw, convention, lag, lag_selection, deterministics
        As for ``psy_sequence``.
    level, draws, seed, multipliers
        As for ``wild_bound``.

    Examples
    --------
    >>> steps = np.random.default_rng(1).normal(size=100)
    >>> walk = np.cumsum(steps) + 20.0
    >>> gsadf_test_wild_bootstrap(walk, draws=99).rejects
    False
    >>> for t in range(60, 100):
    ...     walk[t] = 1.05 * walk[t - 1] + steps[t]
    >>> gsadf_test_wild_bootstrap(walk, draws=99).rejects
    True
    """
    sequence = psy_sequence(y, minw, convention, lag, lag_selection, deterministics)
    wild = wild_bound(y, minw, convention, lag, draws, level, seed, multipliers, lag_selection, deterministics)
    return GsadfTest(
        sequence=sequence, bound=wild.value, bound_name="wild", level=level, p_value=wild.p_value(sequence.gsadf),
        draws=draws, seed=seed,
    )  # fmt: skip


def _from_table(sequence: PsySequence, level: float) -> float:
    held = (sequence.convention, sequence.lag, sequence.lag_selection, sequence.deterministics)
    places = np.flatnonzero(np.isclose(LEVELS, level, atol=1e-9))
    refuse(
        [] if held == ("rows", 0, "fixed", "constant") else
        ["the table holds for windows counted in rows, a constant and no lag; set these, or use another bound."],
        [] if places.size else [f"the table has no level {level:g}; write 0.9, 0.95 or 0.99, or use another bound."],
    )  # fmt: skip
    return table_row(sequence.length, sequence.minw).gsadf[int(places[0])]
