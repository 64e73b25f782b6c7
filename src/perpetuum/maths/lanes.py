"""Several draws side by side in one number: the source speaks of one, the processor works on eight.

A loop over legs adds to a few purses again and again, and each addition waits for the one before. Eight draws that
do the same thing at the same time wait together. So where draws lie side by side in memory, a number of the source
is, compiled, a vector of the numbers of eight draws: `+`, `min`, `<` work on all of them, `choose` takes the place
of `if`. Each draw's own arithmetic is the same as alone, bit for bit. In plain Python there is one lane, a number
is a number, and the source runs as it reads.
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic, overload

from perpetuum.maths.compiled import INSIDE, inlined
from perpetuum.maths.lane_numbers import LANES, NUMBERS, Answers, Numbers, spread
from perpetuum.maths.lane_tables import ALL, lanes_on

__all__ = [
    "ALL", "LANES", "anywhere", "choose", "empty_row", "everywhere", "lane", "lanes_on", "largest", "portion",
    "smallest", "with_lane",
]  # fmt: skip
LINE = 64  # bytes


@inlined
def empty_row(size: int) -> Any:
    """A row of so many zeros that begins where the processor likes to read: a vector in two lines of memory is slow."""
    row = np.zeros(size + LINE // 8)
    skipped = (-row.ctypes.data % LINE) // 8
    return row[skipped : skipped + size]


def choose(holds: Any, then: Any, otherwise: Any) -> Any:
    """One of two numbers; in each lane by its own answer.

    Examples
    --------
    >>> choose(3.0 > 2.0, 1.0, 0.0)
    1.0
    """
    return then if holds else otherwise


def anywhere(holds: Any) -> bool:
    """Does it hold in any lane?"""
    return bool(holds)


def everywhere(holds: Any) -> bool:
    """Does it hold in every lane?"""
    return bool(holds)


def lane(value: Any, k: int) -> Any:
    """The number, or the answer, of one lane."""
    return value


def with_lane(value: Any, k: int, one: float) -> Any:
    """The same numbers, but for that of one lane."""
    return one


@inlined
def portion(part: Any, whole: Any) -> Any:
    """A part of a whole, 0 where there is no whole; nothing is ever divided by 0.

    Examples
    --------
    >>> portion(3.0, 4.0), portion(3.0, 0.0)
    (0.75, 0.0)
    """
    there = whole > 0.0
    return choose(there, part / choose(there, whole, 1.0), 0.0)


@inlined
def largest(value: Any) -> Any:
    """The largest number of any lane."""
    most = lane(value, 0)
    for k in range(1, LANES):
        most = max(most, lane(value, k))
    return most


@inlined
def smallest(value: Any) -> Any:
    """The smallest number of any lane."""
    least = lane(value, 0)
    for k in range(1, LANES):
        least = min(least, lane(value, k))
    return least


@intrinsic
def _with_lane(context: Any, value: Any, k: Any, one: Any) -> Any:
    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        lanes = spread(context, builder, args[0], sig.args[0])
        return builder.insert_element(lanes, context.cast(builder, args[2], sig.args[2], types.float64), args[1])

    return NUMBERS(value, types.intp, one), build


@overload(with_lane, jit_options=INSIDE)
def _with_lane_overload(value: Any, k: Any, one: Any) -> Any:
    def of_lanes(value: Any, k: Any, one: Any) -> Any:
        return _with_lane(value, k, one)

    return inspect.unwrap(of_lanes)


@intrinsic
def _choose(context: Any, holds: Any, then: Any, otherwise: Any) -> Any:
    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        a, b = (spread(context, builder, args[i], sig.args[i]) for i in (1, 2))
        return builder.select(args[0], a, b)

    return NUMBERS(holds, then, otherwise), build


def _packed(builder: Any, answers: Any) -> Any:
    return builder.bitcast(answers, ir.IntType(LANES))


@intrinsic
def _anywhere(context: Any, holds: Any) -> Any:
    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.icmp_unsigned("!=", _packed(builder, args[0]), ir.Constant(ir.IntType(LANES), 0))

    return types.boolean(holds), build


@intrinsic
def _everywhere(context: Any, holds: Any) -> Any:
    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.icmp_unsigned("==", _packed(builder, args[0]), ir.Constant(ir.IntType(LANES), -1))

    return types.boolean(holds), build


@intrinsic
def _lane(context: Any, value: Any, k: Any) -> Any:
    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.extract_element(args[0], args[1])

    return (types.boolean if isinstance(value, Answers) else types.float64)(value, types.intp), build


@overload(choose, jit_options=INSIDE)
def _choose_overload(holds: Any, then: Any, otherwise: Any) -> Any:
    def of_lanes(holds: Any, then: Any, otherwise: Any) -> Any:
        return _choose(holds, then, otherwise)

    def of_one(holds: Any, then: Any, otherwise: Any) -> Any:
        return then if holds else otherwise

    return inspect.unwrap(of_lanes if isinstance(holds, Answers) else of_one)


def _asks(function: Any, all_lanes: Any) -> None:
    """Let a question be put to all lanes; of one answer it is the answer."""

    @overload(function, jit_options=INSIDE)
    def _question(holds: Any) -> Any:
        def of_lanes(holds: Any) -> Any:
            return all_lanes(holds)

        def of_one(holds: Any) -> Any:
            return holds

        return inspect.unwrap(of_lanes if isinstance(holds, Answers) else of_one)


_asks(anywhere, _anywhere)
_asks(everywhere, _everywhere)


@overload(lane, jit_options=INSIDE)
def _lane_overload(value: Any, k: Any) -> Any:
    def of_lanes(value: Any, k: Any) -> Any:
        return _lane(value, k)

    def of_one(value: Any, k: Any) -> Any:
        return value

    return inspect.unwrap(of_lanes if isinstance(value, Numbers | Answers) else of_one)
