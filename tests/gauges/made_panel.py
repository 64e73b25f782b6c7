"""Panels written by hand, so that every ratio of the tests can be computed in the head."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from perpetuum.core.claim import Claim, Figure
from perpetuum.core.panel import Dated, Panel
from perpetuum.core.quantity import Quantity
from perpetuum.core.source import Source
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter, quarters_between

FIRST = Quarter(2024, 1)
WIRE = Source(id="wire", title="A wire", kind="filing", tier=1, url="https://example.org/wire")
NOTHING = Panel(cells={})


def figure(entity: str, metric: str, when: Quarter | datetime.date, value: float, unit: str = "USD") -> Figure:
    """One number with a claim behind it."""
    claim = Claim(
        id=f"{entity}/{metric}/{when}", subject=entity, attribute=metric, says=Quantity(value, unit), source=WIRE,
        known_from=when if isinstance(when, datetime.date) else when.last, status="reported", period_label=str(when),
    )  # fmt: skip
    return Figure(chosen=claim, because=Text(en="the only one", zh="唯一"))


def panel(
    cells: Mapping[tuple[str, str], Iterable[float | None]],
    *,
    groups: Mapping[str, tuple[str, ...]] | None = None,
    quarters: int | None = None,
) -> Panel:
    """Values by (entity, metric) from 2024Q1 on; a gap is None."""
    rows = {key: list(values) for key, values in cells.items()}
    count = quarters or max((len(row) for row in rows.values()), default=0)
    return Panel(
        cells={
            (entity, metric): {
                FIRST + i: figure(entity, metric, FIRST + i, value) for i, value in enumerate(row) if value is not None
            }
            for (entity, metric), row in rows.items()
        },
        quarters=quarters_between(FIRST, FIRST + (count - 1)) if count else (),
        groups=groups or {},
    )


def dated(
    name: str, points: Mapping[str, float], *, entity: str = "lab", metric: str = "users", product: str | None = "Chat"
) -> Panel:
    """One series at its own dates, which the case gives a name to."""
    days = {datetime.date.fromisoformat(day): value for day, value in points.items()}
    key = (entity, metric, product)
    return Panel(
        cells={},
        dated={
            key: Dated(
                dates=tuple(days),
                values=np.array(list(days.values()), dtype=float),
                figures=tuple(figure(entity, metric, day, value, "users") for day, value in days.items()),
            )
        },
        named={name: key} if name else {},
    )


def together(one: Panel, other: Panel) -> Panel:
    """Two panels as one; of what both hold the second counts."""
    return replace(
        one, cells={**one.cells, **other.cells}, dated={**one.dated, **other.dated}, named={**one.named, **other.named}
    )
