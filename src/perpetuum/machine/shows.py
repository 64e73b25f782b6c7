"""In which reported numbers a parameter shows: those that move when it goes from one end to the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.when import Quarter
from perpetuum.machine.free import Free
from perpetuum.machine.history import union
from perpetuum.machine.metrics import Recipe, recipes_of
from perpetuum.machine.prepare import Prepared
from perpetuum.machine.simulate import raise_if_unbalanced
from perpetuum.machine.spreads import NO_SPREADS

Floats = NDArray[np.float64]
LUCK = np.array([-1, 0, 1, 2], dtype=np.int64)  # the central future, and some in which chance plays a part
SEEN = 0.01  # of an observation's error: less moves no likelihood
PLAIN = 0.01  # of a series: less nobody would notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """The series that a parameter moves first, and when."""

    series: str
    quarter: Quarter


def moves(
    world: Prepared, free: Sequence[Free], recipes: Sequence[Recipe], errors: Floats, first: Quarter
) -> NDArray[np.bool_]:
    """Which free parameters move what was observed at all, from one end of their range to the other.

    Parameters
    ----------
    recipes
        The observed series, each once.
    errors
        Of each series in each quarter, (series, quarter); infinite where nothing was observed.

    Notes
    -----
    All other parameters stand at their centres. A parameter that shows only together with another is not found.
    """
    found = []
    for one in free:
        low, high = (_series(world, one, end, recipes, first) for end in one.ends)
        with np.errstate(divide="ignore", invalid="ignore"):
            apart = np.abs(np.log(high) - np.log(low)) / errors
        is_moved = (apart >= SEEN) | ((high > 0.0) != (low > 0.0)) & np.isfinite(errors)
        found.append(bool(is_moved.any()))
    return np.array(found, dtype=np.bool_)


def would_show(world: Prepared, one: Free, first: Quarter) -> Shows | None:
    """Where a parameter would show first in a longer run, most of all, and if it can in a series of its own firm."""
    recipes = recipes_of(world.entities, world.seat)
    low, high = (_series(world, one, end, recipes, first) for end in one.ends)
    scale = np.maximum(np.abs(low), np.abs(high))
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(scale > 0.0, np.abs(high - low) / scale, 0.0).max(axis=0)
    apart = np.where(np.isfinite(apart), apart, 0.0)
    quarters = np.flatnonzero((apart >= PLAIN).any(axis=0))
    if not quarters.size:
        return None
    at = int(quarters[0])
    is_own = np.array([recipe.entity == one.address.rpartition(".")[0] for recipe in recipes])
    own = np.where(is_own & (apart[:, at] >= PLAIN), apart[:, at], 0.0)
    most = own if own.any() else apart[:, at]
    return Shows(series=recipes[int(most.argmax())].id, quarter=first + at)


def _series(world: Prepared, one: Free, value: float, recipes: Sequence[Recipe], first: Quarter) -> Floats:
    """(draw, series, quarter) with one parameter somewhere else and all others at their centres."""
    values = world.values.copy()
    values[world.resolved.spreads.slot[one.row]] = value
    still = dataclasses.replace(world.resolved, spreads=NO_SPREADS)
    moved = dataclasses.replace(world, values=values, resolved=still)
    return series_of(moved, recipes, LUCK, first)[0]


def series_of(
    world: Prepared, recipes: Sequence[Recipe], draws: NDArray[np.int64], first: Quarter
) -> tuple[Floats, NDArray[np.int8]]:
    """(draw, series, quarter) of some futures, and how each ended; ``first`` is the first simulated quarter."""
    kept = union(recipe.places for recipe in recipes)
    column = {int(place): n for n, place in enumerate(kept)}
    told = world.live(draws, kept)
    raise_if_unbalanced(world, told, draws, first)
    out = np.empty((draws.size, len(recipes), world.quarters))
    for n, recipe in enumerate(recipes):
        out[:, n] = recipe.of(told.series, column)
    return out, told.status
