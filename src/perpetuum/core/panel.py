"""What is measured or simulated, by entity, metric and quarter, with dated series beside it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.parameter import Parameter
from perpetuum.core.reading import Episode
from perpetuum.core.when import Quarter, Span, quarters_between

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A series at its own dates: what was seen, when, and since when it could be known."""

    dates: tuple[datetime.date, ...]
    values: NDArray[np.float64]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Numbers by (entity, metric) and quarter, each with the figure it rests on.

    ``cells`` holds only what is known: unknown is absent here and NaN in ``array``.
    ``dated`` holds series at their own dates, keyed by (entity, metric, product); ``longer``
    what is reported for a half year, a year or another span of several quarters. ``groups`` and
    ``named`` are the firms and the series (entity, metric, product) that the case gives a name to,
    ``parameters`` the numbers it states, ``episodes`` earlier times a dial was in a band.

    Examples
    --------
    >>> panel = Panel(cells={}, quarters=(Quarter(2025, 1), Quarter(2025, 2)))
    >>> panel.series("a", "revenue")
    array([nan, nan])
    """

    cells: Mapping[Key, Mapping[Quarter, Figure]]
    quarters: tuple[Quarter, ...] = ()
    dated: Mapping[tuple[str, str, str | None], Dated] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    longer: Mapping[Key, Mapping[Span, Figure]] = field(default_factory=dict)
    named: Mapping[str, tuple[str, str, str | None]] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    episodes: tuple[Episode, ...] = ()

    def figure(self, entity: str, metric: str, quarter: Quarter) -> Figure | None:
        """The figure of one quarter, or nothing."""
        return self.cells.get((entity, metric), {}).get(quarter)

    def value(self, entity: str, metric: str, quarter: Quarter) -> float:
        """The value of one quarter; NaN where unknown."""
        figure = self.figure(entity, metric, quarter)
        return figure.value if figure else float("nan")

    def series(self, entity: str, metric: str) -> NDArray[np.float64]:
        """Values over all quarters of the panel; NaN where unknown."""
        return np.array([self.value(entity, metric, quarter) for quarter in self.quarters])

    def year(self, entity: str, metric: str, quarter: Quarter) -> float:
        """The sum of the four quarters that end here; NaN if one is unknown."""
        return sum(self.value(entity, metric, quarter + back) for back in (-3, -2, -1, 0))

    def year_figures(self, entity: str, metric: str, quarter: Quarter) -> tuple[Figure, ...]:
        """The figures behind ``year``; empty if one is unknown."""
        found = [self.figure(entity, metric, quarter + back) for back in (-3, -2, -1, 0)]
        return tuple(figure for figure in found if figure) if all(found) else ()

    def over(self, entity: str, metric: str, first: datetime.date, last: datetime.date) -> tuple[Figure, ...]:
        """The figures that add up to a flow over whole quarters; empty if part of it is unknown.

        A figure reported for just this span stands alone; otherwise every quarter is needed.
        """
        if whole := self.longer.get((entity, metric), {}).get(Span(first, last)):
            return (whole,)
        quarters = quarters_between(Quarter.of(first), Quarter.of(last))
        found = [self.figure(entity, metric, quarter) for quarter in quarters]
        return tuple(figure for figure in found if figure) if all(found) else ()

    def with_rival(self, figure: Figure, rival: Claim) -> Panel:
        """The same panel with one figure resting on a claim it overruled; the figure is found wherever it stands."""
        other = replace(figure, chosen=rival)
        cells = {
            key: {quarter: other if own is figure else own for quarter, own in series.items()}
            for key, series in self.cells.items()
            if key == (figure.chosen.subject, figure.chosen.attribute)
        }
        dated = {
            key: replace(
                series,
                values=np.array([rival.says.value if own is figure else value
                                 for own, value in zip(series.figures, series.values, strict=True)]),
                figures=tuple(other if own is figure else own for own in series.figures),
            )
            for key, series in self.dated.items()
            if key[:2] == (figure.chosen.subject, figure.chosen.attribute)
        }  # fmt: skip
        return replace(self, cells={**self.cells, **cells}, dated={**self.dated, **dated})

    def array(self, entities: Iterable[str], metrics: Iterable[str]) -> xr.DataArray:
        """The cells as xarray, (draw, quarter, entity, metric); one draw where nothing is simulated."""
        import xarray as xr

        names, ids = list(entities), list(metrics)
        data = np.array([[self.series(name, metric) for metric in ids] for name in names])
        data = data.reshape(len(names), len(ids), len(self.quarters))
        return xr.DataArray(
            data.transpose(2, 0, 1)[None],
            dims=("draw", "quarter", "entity", "metric"),
            coords={"quarter": [str(q) for q in self.quarters], "entity": names, "metric": ids},
        )
