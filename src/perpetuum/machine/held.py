"""A day on which some rules cannot answer: they say what they said in another life, whatever has changed since.

To see what runs through one link of a loop, the link is held. The day is lived through in plain Python as it is
written, with the same luck; only, after a held rule has spoken, what it said is replaced by what it said then.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import UnknownName
from perpetuum.core.text import both
from perpetuum.machine import behaviours, future
from perpetuum.machine.behaviour import Behaviour
from perpetuum.machine.prepare import Prepared
from perpetuum.machine.world import Knobs, Layout, Proposal, World

Floats = NDArray[np.float64]
RULE = both("rule of the day that can be held", "可固定的規則")
_HERE = "perpetuum.machine."


class Said:
    """What held rules said, by rule, draw and quarter: all they changed, and everything as they left it."""

    def __init__(self) -> None:
        self.changed: dict[tuple[str, int, int], tuple[NDArray[np.bool_], ...]] = {}
        self.left: dict[tuple[str, int, int], tuple[Floats, ...]] = {}


def holdable() -> tuple[str, ...]:
    """Rules that only propose: all but the close, which acts, and gifts, which are the measurement."""
    return tuple(rule.id for rule in _rules() if rule.phase != "close" and rule.id != "gifts_are_given")


def refuse_what_cannot_be_held(rules: Sequence[str]) -> None:
    """An unknown rule, or one of the close, raises ``UnknownName`` with the nearest."""
    for rule in rules:
        if rule not in holdable():
            raise UnknownName(rule, holdable(), what=RULE)


def live_held(
    world: Prepared, draws: NDArray[np.int64], kept: NDArray[np.int64], rules: Sequence[str], base: Said | None
) -> tuple[future.Told, Said]:
    """Live through some draws in plain Python, with some rules held.

    Parameters
    ----------
    rules
        Ids of behaviours.
    base
        What these rules said in another life of the same draws, and say again. Without it they speak freely.

    Returns
    -------
    Told
        As ``Prepared.live``.
    Said
        What the rules said here.
    """
    said = Said()
    watched: dict[str, Any] = {rule: _watched(rule, getattr(_module(rule), rule), said, base) for rule in rules}
    told = future.nothing_told(draws.size, kept.size, world.quarters, world.subjects)
    day = plainly(future.live_many, watched | {"LANES": 1})  # plain numbers are those of one draw
    r = world.resolved
    day(draws, world.seed, world.quarters, world.layout, world.values, r.spreads, r.shocks, kept, told,
        max(1, draws.size))  # fmt: skip
    return told, said


def _watched(rule: str, speaks: Callable[..., Any], said: Said, base: Said | None) -> Callable[..., Any]:
    """A rule whose words are written down, and replaced where it is held."""

    def speak(
        quarter: int, world: World, knobs: Knobs, layout: Layout, proposal: Proposal, chance: Any, *more: Any
    ) -> None:
        sheets = (proposal.due, proposal.want, world.stocks, world.positions, world.economy)
        before = [sheet.copy() for sheet in sheets]
        speaks(quarter, world, knobs, layout, proposal, chance, *more)
        place = rule, int(chance.draws[0]), int(quarter)
        said.changed[place] = tuple(sheet != was for sheet, was in zip(sheets, before, strict=True))
        if base is not None and place in base.left:
            for n, sheet in enumerate(sheets):
                held = said.changed[place][n] | base.changed[place][n]
                sheet[held] = base.left[place][n][held]
        said.left[place] = tuple(sheet.copy() for sheet in sheets)

    return speak


def plainly(function: Any, instead: Mapping[str, Any]) -> Callable[..., Any]:
    """A function of this room and all that it calls here as plain Python, with others in the place of some.

    Examples
    --------
    >>> plainly(holdable, {"_rules": lambda: ()})()
    ()
    """
    made: dict[int, Any] = {}

    def plain_of(one: Any) -> Any:
        source = getattr(one, "py_func", one)
        if not isinstance(source, FunctionType) or not source.__module__.startswith(_HERE):
            return one
        if id(source) not in made:
            copy = FunctionType(
                source.__code__, dict(source.__globals__), source.__name__, source.__defaults__, source.__closure__
            )
            copy.__kwdefaults__ = source.__kwdefaults__
            made[id(source)] = copy
            names = [name for name in source.__code__.co_names if name in copy.__globals__]
            copy.__globals__.update({name: instead.get(name, plain_of(copy.__globals__[name])) for name in names})
        return made[id(source)]

    return plain_of(function)  # type: ignore[no-any-return]


def _module(rule: str) -> Any:
    return importlib.import_module(f"{behaviours.__name__}.{rule}")


def _rules() -> tuple[Behaviour, ...]:
    """Every rule of the day, in the order of their names."""
    return tuple(_module(found.name).BEHAVIOUR for found in pkgutil.iter_modules(behaviours.__path__))
