"""A series that is told anew at each date: the test at a date reads only what was said by then."""

from __future__ import annotations

import numpy as np

from perpetuum.maths.explosive_loops import end_by_products, end_by_running_sums
from perpetuum.maths.explosive_sequence import PsySequence, rooted
from perpetuum.maths.explosive_windows import readable, windows
from perpetuum.maths.shapes import Float


def psy_vintages(
    told: Float[np.ndarray, "time time"],
    minw: int | None = None,
    convention: str = "rows",
    lag: int = 0,
    lag_selection: str = "fixed",
    deterministics: str = "constant",
    since: int = 0,
) -> PsySequence:
    """The sequences of ``psy_sequence`` where the whole past is told anew at each end.

    Parameters
    ----------
    told
        Row e holds the series as it was known at observation e, columns 0 to e; what stands after is not read.
    minw, convention, lag, lag_selection, deterministics
        As for ``psy_sequence``.
    since
        The first row that is told at all; windows that end before it have no statistic (NaN).

    Returns
    -------
    PsySequence
        Windows that end at e are taken from row e. ``adf`` is that of the last row.

    Raises
    ------
    ValueError
        As ``psy_sequence``, for the part of each row that is read; if the table is not square; and if no row is told.

    Examples
    --------
    Where nothing is told anew, the answer is that of the plain series:

    >>> from perpetuum.maths.explosive_sequence import psy_sequence
    >>> walk = np.cumsum(np.random.default_rng(1).normal(size=40))
    >>> again, plain = psy_vintages(np.tile(walk, (40, 1))), psy_sequence(walk)
    >>> bool(np.allclose(again.bsadf, plain.bsadf)), again.gsadf_window == plain.gsadf_window
    (True, True)
    """
    length = len(told)
    if told.shape != (length, length):
        raise ValueError(f"told has shape {told.shape}; give a row for each date and a column for each date.")
    if not 0 <= since < length:
        raise ValueError(f"since is {since}; give the number of a row, 0 to {length - 1}.")
    cut = windows(length, minw, convention, lag, lag_selection, deterministics)
    found = np.full((3, length - cut.first_end), np.nan)
    for end in range(max(cut.first_end, since), length):
        row = readable(told[end, : end + 1], shift=cut.terms > 0)
        best, start, last = (
            end_by_running_sums(row, end, cut.rows) if cut.lag == 0 and cut.terms == 1 else
            end_by_products(row, end, cut.rows, cut.lag, cut.terms, cut.rule)
        )  # fmt: skip
        found[:, end - cut.first_end] = last, best, start
    badf, bsadf = rooted(found[0]), rooted(found[1])
    if np.isnan(bsadf).all():
        raise ValueError("every window is fitted exactly, without any noise; a test needs a series with noise.")
    at = int(np.nanargmax(bsadf))
    return PsySequence(
        adf=float(badf[-1]), sadf=float(np.fmax.reduce(badf)), gsadf=float(bsadf[at]), badf=badf, bsadf=bsadf,
        first_end=cut.first_end, gsadf_window=(int(found[2, at]), cut.first_end + at), minw=cut.minw,
        convention=cut.convention, lag=cut.lag, lag_selection=cut.lag_selection, deterministics=cut.deterministics,
    )  # fmt: skip
