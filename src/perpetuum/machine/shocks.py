"""Something happens: a parameter turns for a while, a number jumps, a contract ends, a firm is told to fall."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from perpetuum.maths.compiled import inlined
from perpetuum.maths.shapes import Float, Int

SET, MULTIPLY, ADD = 0, 1, 2
NEVER = 1 << 40
# Columns of `turns`, of its values, of `hits`, of its values, and of `orders`. Quarters count from the first simulated.
SLOT, TURNS_BY, TURNS_AT, TURNS_UNTIL, TURNS_OVER = range(5)
TURNS_VALUE, TURNS_LEAST, TURNS_MOST = range(3)
ROW, COLUMN, HITS_BY, HITS_AT, HITS_OVER = range(5)
HITS_VALUE, HITS_LEAST = range(2)
ORDERED_AT, SUBJECT = range(2)
OF_ECONOMY = -1


class Shocks(NamedTuple):
    """What happens to parameters, to remembered numbers, and to contracts and firms, each in the order written."""

    turns: Int[np.ndarray, "turn 5"]  # slot, verb, first quarter, the one after the last, quarters of building up
    turn_values: Float[np.ndarray, "turn 3"]  # value, least, most
    hits: Int[np.ndarray, "hit 5"]  # entity or OF_ECONOMY, column, verb, quarter, quarters it is spread over
    hit_values: Float[np.ndarray, "hit 2"]  # value, least
    orders: Int[np.ndarray, "order 2"]  # quarter; entity, or number of entities plus leg


NO_SHOCKS = Shocks(
    np.zeros((0, 5), np.int64), np.zeros((0, 3)), np.zeros((0, 5), np.int64), np.zeros((0, 2)),
    np.zeros((0, 2), np.int64),
)  # fmt: skip


@inlined
def turn_knobs(
    quarter: int,
    drawn: Float[np.ndarray, " knob"],
    now: Float[np.ndarray, " knob"],
    turns: Int[np.ndarray, "turn 5"],
    values: Float[np.ndarray, "turn 3"],
) -> None:
    """Parameters as they are in one quarter: as drawn, but for the shocks that are present.

    Parameters
    ----------
    quarter
        Counted from the first simulated one, which is 0.
    drawn
        Values of this draw without shocks.
    now
        Starts each draw as a copy of ``drawn``; only the places that a shock names are written.
    turns, values
        From :class:`Shocks`. Several shocks on one parameter act one after the other. A ramp builds the effect up
        in equal steps; what passes the limits of a parameter becomes the limit.

    Examples
    --------
    A price falls to 60 % over four quarters; this is the second:

    >>> drawn, now = np.array([10.0]), np.array([10.0])
    >>> turns, values = np.array([[0, MULTIPLY, 3, NEVER, 4]]), np.array([[0.6, 0.0, np.inf]])
    >>> turn_knobs(4, drawn, now, turns, values)
    >>> now
    array([8.])
    """
    for i in range(turns.shape[0]):
        now[turns[i, SLOT]] = drawn[turns[i, SLOT]]
    for i in range(turns.shape[0]):
        if turns[i, TURNS_AT] <= quarter < turns[i, TURNS_UNTIL]:
            slot, value = turns[i, SLOT], values[i, TURNS_VALUE]
            part = min((quarter - turns[i, TURNS_AT] + 1) / turns[i, TURNS_OVER], 1.0)
            was = now[slot]
            turned = was + part * value
            if turns[i, TURNS_BY] == SET:
                turned = value + 0.0 * was if part == 1.0 else was + part * (value - was)
            elif turns[i, TURNS_BY] == MULTIPLY:
                turned = was * (1.0 + part * (value - 1.0))
            now[slot] = min(max(turned, values[i, TURNS_LEAST]), values[i, TURNS_MOST])


@inlined
def hit_stocks(
    quarter: int,
    economy: Float[np.ndarray, " economy"],
    stocks: Float[np.ndarray, "entity stock"],
    hits: Int[np.ndarray, "hit 5"],
    values: Float[np.ndarray, "hit 2"],
) -> None:
    """Move remembered numbers: once, or in equal parts over the ramp.

    Parameters
    ----------
    quarter
        Counted from the first simulated one, which is 0.
    economy, stocks
        Changed in place.
    hits, values
        From :class:`Shocks`. A factor over several quarters is split into equal factors; nothing that cannot be
        negative becomes so.

    Examples
    --------
    >>> economy, stocks = np.array([0.5]), np.array([[8.0]])
    >>> hits = np.array([[OF_ECONOMY, 0, ADD, 2, 1], [0, 0, MULTIPLY, 2, 2]])
    >>> for quarter in range(5):
    ...     hit_stocks(quarter, economy, stocks, hits, np.array([[-2.5, -np.inf], [0.25, 0.0]]))
    >>> economy, stocks
    (array([-2.]), array([[2.]]))
    """
    for i in range(hits.shape[0]):
        if hits[i, HITS_AT] <= quarter < hits[i, HITS_AT] + hits[i, HITS_OVER]:
            row, column = hits[i, ROW], hits[i, COLUMN]
            was = economy[column] if row == OF_ECONOMY else stocks[row, column]
            moved = max(_moved(was, hits[i, HITS_BY], values[i, HITS_VALUE], hits[i, HITS_OVER]), values[i, HITS_LEAST])
            if row == OF_ECONOMY:
                economy[column] = moved
            else:
                stocks[row, column] = moved


@inlined
def _moved(was: float, verb: int, value: float, over: int) -> float:
    if verb == SET:
        return value
    if verb == MULTIPLY:
        return was * math.pow(value, 1.0 / over)
    return was + value / over


@inlined
def give_orders(quarter: int, told: Int[np.ndarray, " subject"], orders: Int[np.ndarray, "order 2"]) -> None:
    """Tell firms to stop paying and contracts to end.

    Parameters
    ----------
    quarter
        Counted from the first simulated one, which is 0.
    told
        By subject, entities first and then legs: 1 where it has been told. Only set, never cleared.
    orders
        From :class:`Shocks`.

    Examples
    --------
    >>> told = np.zeros(3, dtype=np.int64)
    >>> give_orders(4, told, np.array([[4, 2], [5, 0]]))
    >>> told
    array([0, 0, 1])
    """
    for i in range(orders.shape[0]):
        if orders[i, ORDERED_AT] == quarter:
            told[orders[i, SUBJECT]] = 1
