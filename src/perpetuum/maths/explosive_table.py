"""How large the statistics of a plain walk are: critical values from 20,000 to 400,000 walks, worked out once.

Regression with a constant, no lagged change, smallest window counted in rows, independent normal steps.
They hold where the size of the noise does not change; where it does, they reject far too often.
"""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = (0.90, 0.95, 0.99)
Three = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """Critical values at 90, 95 and 99 % for one length and smallest window, with their standard errors."""

    length: int
    minw: int
    paths: int
    adf: Three
    sadf: Three
    gsadf: Three
    adf_se: Three
    sadf_se: Three
    gsadf_se: Three


def table_row(length: int, minw: int) -> TableRow:
    """The row for a length and a smallest window; nothing is interpolated.

    Raises
    ------
    ValueError
        If the table has no such row.

    Examples
    --------
    >>> table_row(200, 27).gsadf
    (1.8196, 2.0881, 2.656)
    """
    for row in TABLE:
        if (row.length, row.minw) == (length, minw):
            return row
    have = ", ".join(f"{row.length} ({row.minw})" for row in TABLE)
    raise ValueError(
        f"the table has no row for {length} observations and a smallest window of {minw}; it has {have}. "
        "Use the wild bootstrap, or Monte Carlo values for your own length."
    )


# fmt: off
TABLE: tuple[TableRow, ...] = (
    TableRow(
        length=50,
        minw=13,
        paths=400_000,
        adf=(-0.4068, -0.0394, 0.6607),
        sadf=(0.8555, 1.1811, 1.85),
        gsadf=(1.4797, 1.818, 2.5367),
        adf_se=(0.0024, 0.003, 0.0063),
        sadf_se=(0.0023, 0.0026, 0.0053),
        gsadf_se=(0.0014, 0.0022, 0.0044),
    ),
    TableRow(
        length=100,
        minw=19,
        paths=400_000,
        adf=(-0.419, -0.0583, 0.6316),
        sadf=(0.9726, 1.2794, 1.8916),
        gsadf=(1.6517, 1.9511, 2.5771),
        adf_se=(0.0029, 0.0032, 0.0053),
        sadf_se=(0.0022, 0.0027, 0.004),
        gsadf_se=(0.0022, 0.0035, 0.0059),
    ),
    TableRow(
        length=150,
        minw=23,
        paths=200_000,
        adf=(-0.4286, -0.0621, 0.6148),
        sadf=(1.0397, 1.3382, 1.9263),
        gsadf=(1.7591, 2.0406, 2.6341),
        adf_se=(0.0037, 0.0038, 0.0076),
        sadf_se=(0.0035, 0.0051, 0.0095),
        gsadf_se=(0.0029, 0.0041, 0.0081),
    ),
    TableRow(
        length=200,
        minw=27,
        paths=200_000,
        adf=(-0.43, -0.0689, 0.6278),
        sadf=(1.0791, 1.3695, 1.9385),
        gsadf=(1.8196, 2.0881, 2.656),
        adf_se=(0.0025, 0.0048, 0.0075),
        sadf_se=(0.0027, 0.004, 0.0081),
        gsadf_se=(0.0029, 0.0043, 0.009),
    ),
    TableRow(
        length=400,
        minw=40,
        paths=100_000,
        adf=(-0.4365, -0.0747, 0.6304),
        sadf=(1.1621, 1.4468, 2.0199),
        gsadf=(1.946, 2.202, 2.7127),
        adf_se=(0.0051, 0.0058, 0.0145),
        sadf_se=(0.004, 0.005, 0.0117),
        gsadf_se=(0.0036, 0.0057, 0.0087),
    ),
    TableRow(
        length=500,
        minw=45,
        paths=100_000,
        adf=(-0.4386, -0.0784, 0.6171),
        sadf=(1.179, 1.4662, 2.0152),
        gsadf=(1.9866, 2.2397, 2.7395),
        adf_se=(0.0044, 0.0064, 0.0131),
        sadf_se=(0.0038, 0.0049, 0.0104),
        gsadf_se=(0.0032, 0.0059, 0.0111),
    ),
    TableRow(
        length=600,
        minw=50,
        paths=50_000,
        adf=(-0.4369, -0.0786, 0.6311),
        sadf=(1.197, 1.4823, 2.0282),
        gsadf=(2.0231, 2.2706, 2.7488),
        adf_se=(0.0085, 0.0129, 0.0195),
        sadf_se=(0.0055, 0.0093, 0.0162),
        gsadf_se=(0.0056, 0.0085, 0.0138),
    ),
    TableRow(
        length=1000,
        minw=66,
        paths=40_000,
        adf=(-0.4422, -0.0732, 0.6318),
        sadf=(1.2557, 1.5314, 2.0585),
        gsadf=(2.1141, 2.3484, 2.8144),
        adf_se=(0.0104, 0.0127, 0.021),
        sadf_se=(0.0062, 0.0076, 0.0148),
        gsadf_se=(0.0047, 0.008, 0.0152),
    ),
    TableRow(
        length=1680,
        minw=90,
        paths=20_000,
        adf=(-0.4525, -0.0791, 0.5711),
        sadf=(1.2894, 1.558, 2.1061),
        gsadf=(2.1823, 2.4022, 2.8629),
        adf_se=(0.0112, 0.0119, 0.0295),
        sadf_se=(0.0091, 0.0116, 0.0153),
        gsadf_se=(0.006, 0.0095, 0.0147),
    ),
)
# fmt: on
