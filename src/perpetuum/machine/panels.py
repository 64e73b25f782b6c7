"""A simulated future as the panel of what firms report, so that a dial cannot tell it from a filing."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import numpy as np

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.panel import Dated, Panel
from perpetuum.core.quantity import Quantity
from perpetuum.core.source import Source
from perpetuum.core.text import both
from perpetuum.core.when import Quarter, Span
from perpetuum.machine import columns as c
from perpetuum.machine.history import Floats, History
from perpetuum.machine.metrics import PARTS, WORLD, recipes_of
from perpetuum.machine.prepare import Prepared

_THE_MODEL = both("the model gives it", "由模型推算")
_SHEET = {
    "total_assets": (c.CASH, c.RECEIVABLES, c.PREPAID, c.EQUIPMENT, c.BUILDINGS, c.HOLDINGS, c.LOANS, c.OTHER_ASSETS),
    "total_liabilities": (c.DEPOSITS, c.PAYABLES, c.DEBT, c.DEFERRED_REVENUE),
    "stockholders_equity": (c.PAID_IN, c.EARNINGS, c.REVALUATION),
}
_AT_THE_OPENING = {
    "cash": (c.CASH,), "total_debt": (c.DEBT,), "receivables": (c.RECEIVABLES,),
    "ppe_net": (c.EQUIPMENT, c.BUILDINGS),
}  # fmt: skip
_PRICED = ("valuation", "equity_market_cap")


def panel_of(world: Prepared, history: History, first: Quarter, past: Panel | None, draw: int) -> Panel:
    """The panel of one future; with the past, of what firms did report before it.

    Figures of the model are projections from the first simulated quarter on, and the opening sheets at the close
    of the quarter before, where the past holds no figure. Groups hold only firms that are simulated.
    """
    pen = _Pen(world, draw)
    cells = {} if past is None else {key: _before(series, first) for key, series in past.cells.items()}
    quarters = [first + n for n in range(history.rows.shape[1])]
    for (entity, metric), (unit, values) in _series(world, history).items():
        cell = cells.setdefault((entity, metric), {})
        for quarter, value in zip(quarters, values.tolist(), strict=True):
            if np.isfinite(value):
                cell[quarter] = pen.figure(entity, metric, value, unit, quarter)
    for (entity, metric), value in _opening(world, history).items():
        opened = first + -1
        cells.setdefault((entity, metric), {}).setdefault(opened, pen.figure(entity, metric, value, "USD", opened))
    known = sorted({*(past.quarters if past else ()), first + -1, *quarters})
    return Panel(
        cells={key: cell for key, cell in cells.items() if cell},
        quarters=tuple(quarter for quarter in known if quarter <= quarters[-1]),
        dated={**_dated_before(past, first), **_priced(cells, past, first)},
        groups=_groups(world, past),
        longer={} if past is None else past.longer,
        named={} if past is None else past.named,
        parameters={} if past is None else past.parameters,
        episodes=() if past is None else past.episodes,
    )


def _groups(world: Prepared, past: Panel | None) -> dict[str, tuple[str, ...]]:
    """The groups of the case, with those of their firms that are simulated, or whoever they are counted with.

    Where the case has no group of fuel, gears or engines, the cast has.
    """
    stands_for, firms = world.cast.stands_for, set(world.cast.firms)
    found = {part: members for part in ("fuel", "gears", "engines") if (members := getattr(world.cast, part))}
    for name, members in (past.groups if past else {}).items():
        here = dict.fromkeys(stands_for.get(member, member) for member in members)
        if some := tuple(member for member in here if member in firms):
            found[name] = some
    return found


def _before(series: Mapping[Quarter, Figure], first: Quarter) -> dict[Quarter, Figure]:
    return {quarter: figure for quarter, figure in series.items() if quarter < first}


class _Pen:
    """Writes figures of one future."""

    def __init__(self, world: Prepared, draw: int) -> None:
        told = "central" if draw < 0 else str(draw)
        self.source = Source(id=f"simulation:{world.id}:{told}", title=f"Simulation {world.id}, draw {told}",
                             kind="analyst", tier=3)  # fmt: skip
        self.periods: dict[Quarter, tuple[Span, str]] = {}

    def figure(self, entity: str, metric: str, value: float, unit: str, quarter: Quarter) -> Figure:
        """One number of the model, true of a quarter."""
        if quarter not in self.periods:
            self.periods[quarter] = Span(quarter.first, quarter.last), str(quarter)
        period, label = self.periods[quarter]
        claim = Claim(
            id=f"{self.source.id}:{entity}.{metric}:{label}", subject=entity, attribute=metric,
            says=Quantity(value, unit), source=self.source, known_from=period.last, status="projection",
            period=period, period_label=label,
        )  # fmt: skip
        return Figure(chosen=claim, because=_THE_MODEL)


def _series(world: Prepared, history: History) -> dict[tuple[str, str], tuple[str, Floats]]:
    """Every metric of every firm, and the sums of its balance sheet."""
    found = {
        (recipe.entity, recipe.metric): (recipe.unit, recipe.of(history.rows))
        for recipe in recipes_of(world.entities, world.seat)
        if recipe.entity not in (*PARTS, WORLD)
    }
    for row, entity in enumerate(world.entities):
        for metric, accounts in _SHEET.items():
            found[entity, metric] = "USD", history.accounts[:, row, list(accounts)].sum(axis=-1)
    return found


def _opening(world: Prepared, history: History) -> dict[tuple[str, str], float]:
    """Balances as the first quarter opened."""
    opened = history.opening[0]
    return {
        (world.entities[row], metric): float(opened[row, list(accounts)].sum())
        for row in (*world.layout.fuel, *world.layout.gears, *world.layout.engines)
        for metric, accounts in {**_AT_THE_OPENING, **_SHEET}.items()
        if np.isfinite(opened[row]).all()
    }


def _dated_before(past: Panel | None, first: Quarter) -> dict[tuple[str, str, str | None], Dated]:
    """Series at their own dates, up to the first simulated day."""
    found: dict[tuple[str, str, str | None], Dated] = {}
    for key, series in (past.dated if past else {}).items():
        rows = [n for n, day in enumerate(series.dates) if day < first.first]
        found[key] = Dated(
            dates=tuple(series.dates[n] for n in rows), values=series.values[rows],
            figures=tuple(series.figures[n] for n in rows),
        )  # fmt: skip
    return found


def _priced(
    cells: Mapping[tuple[str, str], Mapping[Quarter, Figure]], past: Panel | None, first: Quarter
) -> dict[tuple[str, str, str | None], Dated]:
    """What markets and rounds say a firm is worth, at the end of every quarter."""
    found: dict[tuple[str, str, str | None], Dated] = {}
    for (entity, metric), cell in cells.items():
        if metric not in _PRICED or not any(quarter >= first for quarter in cell):
            continue
        before = _dated_before(past, first).get((entity, metric, None))
        told = [(quarter.last, figure) for quarter, figure in sorted(cell.items()) if quarter >= first]
        dates: tuple[datetime.date, ...] = tuple(day for day, _ in told)
        figures = tuple(figure for _, figure in told)
        if before is not None:
            dates, figures = (*before.dates, *dates), (*before.figures, *figures)
        values = np.array([figure.value for figure in figures])
        found[entity, metric, None] = Dated(dates=dates, values=values, figures=figures)
    return found
