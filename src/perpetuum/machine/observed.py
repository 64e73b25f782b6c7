"""A number that was reported for a simulated quarter, and how far from it a model may fairly be."""

from __future__ import annotations

from dataclasses import dataclass

from perpetuum.core.claim import Figure
from perpetuum.core.record import Record
from perpetuum.core.when import Quarter


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed(Record):
    """One reported number.

    Parameters
    ----------
    series
        Of a run, such as ``lab.revenue``.
    quarter
        The quarter it speaks of; of a balance, the quarter at whose close it stands.
    value
        In the unit of the series, above zero.
    error
        How far the logarithm of number over model may stray in a quarter: what nobody could have known better.
    figure
        What the number rests on.

    Examples
    --------
    >>> Observed(series="lab.revenue", quarter=Quarter(2026, 1), value=5.7e9, error=0.1).error
    0.1
    """

    series: str
    quarter: Quarter
    value: float
    error: float
    figure: Figure | None = None
