"""Sums over a fixed group of firms: known for all of them, or not at all."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from perpetuum.core.claim import Figure
from perpetuum.core.panel import Panel
from perpetuum.core.reading import Band
from perpetuum.core.when import Quarter


@dataclass(frozen=True, slots=True)
class Sum:
    """A number and the figures that make it up."""

    value: float
    figures: tuple[Figure, ...]

    @classmethod
    def of(cls, figures: tuple[Figure, ...]) -> Sum:
        """The sum of some figures."""
        return cls(math.fsum(figure.value for figure in figures), figures)


def of_year(panel: Panel, firms: tuple[str, ...], metric: str, quarter: Quarter) -> Sum | None:
    """What firms together report for the four quarters that end here; nothing where one quarter of one is missing.

    A member that is missing never shrinks the group: the ratio of the others would be another ratio.
    """
    found = [panel.year_figures(firm, metric, quarter) for firm in firms]
    return Sum.of(tuple(figure for figures in found for figure in figures)) if firms and all(found) else None


def of_quarter(panel: Panel, firms: tuple[str, ...], metric: str, quarter: Quarter) -> Sum | None:
    """What firms together report for one quarter, or at its close; nothing where one is missing."""
    found = [panel.figure(firm, metric, quarter) for firm in firms]
    return Sum.of(tuple(figure for figure in found if figure)) if firms and all(found) else None


def together(parts: Sequence[Sum | None]) -> Sum | None:
    """Several sums as one; nothing where one is missing.

    Examples
    --------
    >>> together([Sum(1.0, ()), Sum(2.0, ())]).value, together([Sum(1.0, ()), None])
    (3.0, None)
    """
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return None
    return Sum(math.fsum(part.value for part in known), tuple(figure for part in known for figure in part.figures))


def growth(now: Sum | None, before: Sum | None) -> float | None:
    """Growth as a logarithm; nothing where one is unknown or not above zero."""
    if now is None or before is None or now.value <= 0 or before.value <= 0:
        return None
    return math.log(now.value / before.value)


def lasted(holds: Callable[[Quarter], bool | None], quarter: Quarter, quarters: int) -> bool | None:
    """Has something held for so many quarters in a row, up to this one?

    Nothing (None) where a quarter is unknown before one is found in which it did not hold.

    Examples
    --------
    >>> known = {Quarter(2025, 1): True, Quarter(2025, 2): True, Quarter(2024, 4): False}
    >>> lasted(known.get, Quarter(2025, 2), 2), lasted(known.get, Quarter(2025, 2), 4)
    (True, False)
    >>> lasted(known.get, Quarter(2025, 3), 2) is None
    True
    """
    for back in range(quarters):
        held = holds(quarter + -back)
        if not held:
            return held
    return True


def step(value: float, watch: float, alarm: float) -> Band:
    """The band of a number that is worse the higher it is: a threshold itself is still the better band below it.

    Examples
    --------
    >>> step(0.69, 0.7, 1.0), step(0.7, 0.7, 1.0), step(1.0, 0.7, 1.0), step(1.01, 0.7, 1.0)
    ('running', 'watch', 'watch', 'alarm')
    """
    return "alarm" if value > alarm else "watch" if value >= watch else "running"


def years_of(quarter: Quarter) -> str:
    """The label of the four quarters that end here."""
    return f"{quarter + -3}..{quarter}"
