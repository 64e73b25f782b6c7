"""Panels with something taken away, or with all money multiplied: what the rules of every dial are tested on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from perpetuum.core.claim import Figure
from perpetuum.core.panel import Dated, Panel
from perpetuum.core.quantity import Quantity
from perpetuum.core.when import Quarter


class Watched(dict):
    """A dictionary that remembers which of its entries somebody looked at."""

    def __init__(self, of) -> None:
        super().__init__(of)
        self.seen = set()

    def get(self, key, default=None):
        if key in self:
            self.seen.add(key)
        return super().get(key, default)


def watched(panel: Panel) -> tuple[Panel, Watched, Watched]:
    """The same panel, with cells and dated series that remember who was looked at."""
    cells, dated = Watched(panel.cells), Watched(panel.dated)
    return replace(panel, cells=cells, dated=dated), cells, dated


def until(panel: Panel, quarter: Quarter) -> Panel:
    """The panel as if nothing had happened after a quarter."""
    return replace(
        panel,
        cells={
            key: {when: figure for when, figure in series.items() if when - quarter <= 0}
            for key, series in panel.cells.items()
        },
        quarters=tuple(when for when in panel.quarters if when - quarter <= 0),
        dated={key: _kept(series, lambda day: day <= quarter.last) for key, series in panel.dated.items()},
    )


def _kept(series: Dated, keeps) -> Dated:
    rows = [n for n, day in enumerate(series.dates) if keeps(day)]
    return Dated(
        dates=tuple(series.dates[n] for n in rows), values=series.values[rows],
        figures=tuple(series.figures[n] for n in rows),
    )  # fmt: skip


def without_each(panel: Panel, cells, dated, since: Quarter, now: Quarter) -> Iterator[tuple[str, Panel]]:
    """The panel without one number, once for every number of the series named, between two quarters."""
    for key in sorted(cells):
        for when in panel.cells[key]:
            if since - when <= 0 and when - now <= 0:
                rest = {other: figure for other, figure in panel.cells[key].items() if other != when}
                yield f"{key} {when}", replace(panel, cells={**panel.cells, key: rest})
    for key in sorted(dated, key=str):
        for gone in panel.dated[key].dates:
            if gone <= now.last:
                rest = _kept(panel.dated[key], lambda day, gone=gone: day != gone)
                yield f"{key} {gone}", replace(panel, dated={**panel.dated, key: rest})


def ten_times(panel: Panel) -> Panel:
    """The panel with every amount of dollars multiplied by ten; prices of a unit are left alone."""

    def grown(figure: Figure) -> Figure:
        def claim(old):
            says = Quantity(old.says.value * 10, old.says.unit) if old.says.unit == "USD" else old.says
            return replace(old, says=says)

        return replace(figure, chosen=claim(figure.chosen), others=tuple(claim(old) for old in figure.others))

    def series(old: Dated) -> Dated:
        figures = tuple(grown(figure) for figure in old.figures)
        return Dated(dates=old.dates, values=np.array([figure.value for figure in figures]), figures=figures)

    return replace(
        panel,
        cells={key: {when: grown(f) for when, f in cell.items()} for key, cell in panel.cells.items()},
        dated={key: series(old) for key, old in panel.dated.items()},
    )
