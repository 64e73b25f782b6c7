"""What a run kept, as labelled arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from perpetuum.machine.history import Floats, History
from perpetuum.maths.streaming import Spread

if TYPE_CHECKING:
    from perpetuum.machine.run import Run

_PLAIN = ("mean", "lowest", "highest", "present", "tails_clipped")
_BY_LEVEL = ("quantile", "error_bound", "sampling_error")


def draw_labels(run: Run) -> list[str]:
    """Futures kept whole, by name, with their mean if it was kept."""
    numbers = sorted({draw for _, draw in run.histories})
    return ["central" if draw < 0 else str(draw) for draw in numbers] + (["mean"] if run.means else [])


def panel_dataset(run: Run) -> xr.Dataset:
    """All series kept, on axes of entities and metrics; NaN where a firm has no such series."""
    recipes = run.recipes[run.scenarios[0]]
    entities = list(dict.fromkeys(recipe.entity for recipe in recipes))
    metrics = list(dict.fromkeys(recipe.metric for recipe in recipes))
    rows = [entities.index(recipe.entity) for recipe in recipes]
    columns = [metrics.index(recipe.metric) for recipe in recipes]

    def laid_out(values: Floats) -> Floats:
        out = np.full((*values.shape[:-2], values.shape[-1], len(entities), len(metrics)), np.nan)
        out[..., rows, columns] = np.swapaxes(np.asarray(values, dtype=float), -1, -2)
        return out

    def over(name: str) -> Floats:
        spreads: list[Spread] = list(run.spreads.values())
        return np.array([laid_out(getattr(spread, name)) for spread in spreads])

    quarters = [str(quarter) for quarter in run.quarters]
    axes = {"quarter": quarters, "entity": entities, "metric": metrics}
    plain = ("scenario", "quarter", "entity", "metric")
    variables: dict[str, tuple[tuple[str, ...], Floats]] = {}
    if run.spreads:
        variables = {name: (plain, over(name)) for name in _PLAIN}
        by_level = ("scenario", "quantile", *plain[1:])
        variables |= {_name(name): (by_level, over(name)) for name in _BY_LEVEL}
    kept = sorted({draw for _, draw in run.histories})
    paths = np.array([[_path(run, label, draw, laid_out) for draw in kept] for label in run.labels])
    variables["value"] = ("scenario", "draw", *plain[1:]), paths
    coords: dict[str, list[str] | list[float]] = {
        "scenario": list(run.labels),
        "draw": ["central" if draw < 0 else str(draw) for draw in kept],
        **axes,
    }
    if run.spreads:
        coords["quantile"] = list(run.keep.quantiles)
    units = {recipe.metric: recipe.unit for recipe in recipes}
    return xr.Dataset(variables, coords=coords, attrs={"units": units, "done": run.done, "seed": run.origin.seed})


def _name(variable: str) -> str:
    """The variable of a level is not called like its axis."""
    return "spread" if variable == "quantile" else variable


def _path(run: Run, label: str, draw: int, laid_out: Callable[[Floats], Floats]) -> Floats:
    of, against = run._of_label(label)
    values = _values(run, of, draw)
    if against is not None:
        values = values - _values(run, against, draw)
    return laid_out(values)


def _values(run: Run, scenario: str, draw: int) -> Floats:
    rows = run.histories[scenario, draw].rows
    return np.array([recipe.of(rows) for recipe in run.recipes[scenario]])


def by_entity(run: Run, what: str, axis: str, ids: tuple[str, ...], name: str) -> xr.DataArray:
    """(scenario, draw, quarter, entity, something) of futures kept whole."""
    labels = draw_labels(run)
    data = np.array([[getattr(_history(run, id, draw), what) for draw in labels] for id in run.scenarios])
    coords = {
        "scenario": list(run.scenarios), "draw": labels, "quarter": [str(quarter) for quarter in run.quarters],
        "entity": list(run.entities), axis: list(ids),
    }  # fmt: skip
    return xr.DataArray(data, dims=("scenario", "draw", "quarter", "entity", axis), coords=coords, name=name)


def by_leg(run: Run, what: str, axis: str | None, ids: tuple[str, ...], name: str) -> xr.DataArray:
    """(scenario, draw, quarter, leg[, something]) of futures kept whole; NaN where a scenario lacks the leg."""
    labels = draw_labels(run)
    legs = list(dict.fromkeys(leg.id for world in run.worlds for leg in world.legs))
    tail = (len(ids),) if axis else ()
    data = np.full((len(run.scenarios), len(labels), len(run.quarters), len(legs), *tail), np.nan)
    for s, world in enumerate(run.worlds):
        place = [legs.index(leg.id) for leg in world.legs]
        for d, draw in enumerate(labels):
            data[s, d][:, place] = getattr(_history(run, world.id, draw), what)
    coords: dict[str, list[str]] = {
        "scenario": list(run.scenarios), "draw": labels, "quarter": [str(quarter) for quarter in run.quarters],
        "leg": legs,
    }  # fmt: skip
    dims = ("scenario", "draw", "quarter", "leg", *((axis,) if axis else ()))
    if axis:
        coords[axis] = list(ids)
    return xr.DataArray(data, dims=dims, coords=coords, name=name)


def _history(run: Run, scenario: str, label: str) -> History:
    if label == "mean":
        return run.means[scenario]
    return run.histories[scenario, -1 if label == "central" else int(label)]
