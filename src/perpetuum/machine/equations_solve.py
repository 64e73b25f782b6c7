"""What everyone decides together must be solved together; what follows from it can simply be read off.

Equations of one period are sorted into groups that wait for one another. A group of one is read off. Others
are solved by Newton's method from what was last period, and if that fails by taking turns with half steps.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from perpetuum.machine.equations_text import Formula, Value

Array = NDArray[np.float64]
Row = list[float]
Past = Mapping[int, Row]
# Most steps of Newton's method, and most turns of each damping, for one group and one period.
NEWTON, TURNS = 50, 2_000
DAMPINGS = (0.5, 0.1)
# Slopes of an earlier step are kept as long as each step leaves less than this share of what was missing.
KEPT = 0.1
# A step is taken below the tolerance too while it helps: what is left is multiplied by models with interest.
SMALLEST = 2.0**-52
# Half the digits: the step of a difference that is least wrong.
STEP = 2.0**-26
FAILS = (ArithmeticError, ValueError)


@dataclass(slots=True, kw_only=True)
class Block:
    """Equations that wait for one another: their places, and which of them each variable enters.

    ``slopes`` is room to work in: what was factored last, kept from period to period.
    """

    places: tuple[int, ...]
    values: tuple[Value, ...]
    enters: tuple[tuple[int, ...], ...]
    together: bool
    slopes: tuple[Array, Array, Array] | None = None


def blocks_of(equations: Sequence[Formula]) -> list[Block]:
    """The groups of a system, each after those it needs.

    Examples
    --------
    >>> from perpetuum.machine.equations_text import read_formula
    >>> names = {"Y": 0, "C": 1, "G": 2, "S": 3}
    >>> texts = ["C + G", "0.5*Y", "20", "Y - C"]
    >>> [block.places for block in blocks_of([read_formula(text, names) for text in texts])]
    [(2,), (0, 1), (3,)]
    """
    count = len(equations)
    needs = [sorted(place for place in formula.now if place < count) for formula in equations]
    rows = [i for i, each in enumerate(needs) for _ in each]
    columns = [place for each in needs for place in each]
    graph = csr_array((np.ones(len(rows)), (rows, columns)), shape=(count, count))
    _, group = connected_components(graph, directed=True, connection="strong")
    members: dict[int, list[int]] = {}
    for place in range(count):
        members.setdefault(int(group[place]), []).append(place)
    order = TopologicalSorter({own: {int(group[p]) for i in places for p in needs[i]} - {own}
                               for own, places in members.items()})  # fmt: skip
    return [_block(members[own], equations, needs) for own in order.static_order()]


def _block(places: list[int], equations: Sequence[Formula], needs: list[list[int]]) -> Block:
    enters = tuple(tuple(i for i, own in enumerate(places) if place in needs[own]) for place in places)
    return Block(
        places=tuple(places),
        values=tuple(equations[place].value for place in places),
        enters=enters,
        together=len(places) > 1 or bool(enters[0]),
    )


def settle(block: Block, now: Row, past: Past, tolerance: float) -> int:
    """Solve one group in one period, in place.

    Parameters
    ----------
    block
        From :func:`blocks_of`; the groups before it are solved.
    now
        Values of this period; those of the group are filled in.
    past
        Rows of earlier periods by their distance; 1 is the period before.
    tolerance
        Of max(1, what an equation is made of): how much it may miss.

    Returns
    -------
    int
        Steps taken; 0 where nothing had to be solved, -1 where it did not settle.

    Raises
    ------
    ArithmeticError, ValueError
        From a single equation that has no finite value.
    """
    if not block.together:
        now[block.places[0]] = _finite(block.values[0](now, past))
        return 0
    start = [_start(past[1][place]) for place in block.places]
    kept = block.slopes is not None
    steps = _newton(block, start, now, past, tolerance)
    if steps < 0 and kept:  # slopes of another period may have led astray
        block.slopes = None
        steps = _newton(block, start, now, past, tolerance)
    for damping in DAMPINGS:
        if steps < 0:
            block.slopes = None
            steps = _take_turns(block, start, now, past, tolerance, damping)
    return steps


def _start(before: float) -> float:
    """Last period's value; 1 where that is 0 or unknown."""
    return before if before and math.isfinite(before) else 1.0


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ArithmeticError
    return value


def _newton(block: Block, at: Row, now: Row, past: Past, tolerance: float) -> int:
    """Newton's method; the slopes of an earlier step serve while they serve well."""
    before = math.inf
    try:
        for step in range(NEWTON):
            missing = _missing(block, at, now, past)
            if block.slopes is None:
                block.slopes = _slopes(block, at, now, past, missing)
            factored, pivots, weight = block.slopes
            here = np.array(at)
            miss = float((np.abs(missing) / np.maximum(1.0, weight @ np.abs(here))).max())
            if miss <= tolerance and (miss <= SMALLEST or miss > KEPT * before):
                return step
            if KEPT * before < miss:  # slow: take the slopes here
                block.slopes = factored, pivots, _ = _slopes(block, at, now, past, missing)
            change, _ = lapack.dgetrs(factored, pivots, missing)
            at, before = (here - change).tolist(), miss
    except FAILS:
        pass
    return -1


def _put(block: Block, at: Row, now: Row) -> None:
    for place, own in zip(block.places, at, strict=True):
        now[place] = own


def _missing(block: Block, at: Row, now: Row, past: Past) -> Array:
    """By how much each variable is above what its equation says."""
    _put(block, at, now)
    return np.array([own - _finite(value(now, past)) for own, value in zip(at, block.values, strict=True)])


def _slopes(block: Block, at: Row, now: Row, past: Past, missing: Array) -> tuple[Array, Array, Array]:
    """Slopes by differences, factored; and their sizes, in which rounding is measured."""
    slopes = np.eye(len(at))
    for j, (place, own) in enumerate(zip(block.places, at, strict=True)):
        now[place] = moved = own + STEP * max(1.0, abs(own))
        for i in block.enters[j]:
            shifted = (moved if i == j else at[i]) - _finite(block.values[i](now, past))
            slopes[i, j] = (shifted - missing[i]) / (moved - own)
        now[place] = own
    factored, pivots, singular = lapack.dgetrf(slopes)
    if singular:
        raise ArithmeticError
    return factored, pivots, np.abs(slopes)


def _take_turns(block: Block, start: Row, now: Row, past: Past, tolerance: float, damping: float) -> int:
    """Each equation in turn moves its variable part of the way (Gauss-Seidel, damped)."""
    _put(block, start, now)
    try:
        for turn in range(TURNS):
            worst = 0.0
            for place, value in zip(block.places, block.values, strict=True):
                own = now[place]
                change = _finite(value(now, past)) - own
                worst = max(worst, abs(change) / max(1.0, abs(own)))
                now[place] = own + damping * change
            if worst <= tolerance:
                return turn + 1
    except FAILS:
        pass
    return -1
