"""What nobody knows for sure differs from one possible future to the next."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from perpetuum.maths.chance import draw_law, moment, normals, share_below, uniforms
from perpetuum.maths.compiled import compiled, inlined
from perpetuum.maths.shapes import Float, Int


class Spreads(NamedTuple):
    """Every parameter that is spread: where it stands, its law, and whose luck it follows."""

    slot: Int[np.ndarray, " spread"]  # place in the flat array of parameters
    law: Int[np.ndarray, " spread"]  # a number of maths/chance.py
    a: Float[np.ndarray, " spread"]
    b: Float[np.ndarray, " spread"]
    c: Float[np.ndarray, " spread"]
    stream: Int[np.ndarray, " spread"]  # parameters that move together have the same
    least: Float[np.ndarray, " spread"]
    most: Float[np.ndarray, " spread"]
    even: Int[np.ndarray, " spread"]  # 1 where no parameter that moves with it has a normal law


_INT, _FLOAT = np.int64, np.float64
_TYPES = _INT, _INT, _FLOAT, _FLOAT, _FLOAT, _INT, _FLOAT, _FLOAT, _INT
NO_SPREADS = Spreads(*(np.zeros(0, dtype=each) for each in _TYPES))


@compiled
def draw_knobs(
    drawn: Float[np.ndarray, " knob"],
    slot: Int[np.ndarray, " spread"],
    law: Int[np.ndarray, " spread"],
    a: Float[np.ndarray, " spread"],
    b: Float[np.ndarray, " spread"],
    c: Float[np.ndarray, " spread"],
    stream: Int[np.ndarray, " spread"],
    least: Float[np.ndarray, " spread"],
    most: Float[np.ndarray, " spread"],
    even: Int[np.ndarray, " spread"],
    seed: int,
    draw: int,
) -> None:
    """Give every parameter its value in one future.

    Parameters
    ----------
    drawn
        Values of the central future, in the units of the parameters; what is spread is written over.
    slot, law, a, b, c, stream, least, most, even
        From :class:`Spreads`; a value drawn beyond ``least`` or ``most`` becomes that limit.
    seed, draw
        Whose luck it is; a draw below 0 is the central future and has none.

    Examples
    --------
    >>> drawn = np.array([0.5, 3.0])
    >>> uniform = NO_SPREADS._replace(
    ...     slot=np.array([1]), law=np.array([3]), a=np.array([2.0]), b=np.array([4.0]), c=np.array([0.0]),
    ...     stream=np.array([7]), least=np.array([0.0]), most=np.array([9.0]),
    ...     even=np.array([1]),
    ... )
    >>> draw_knobs(drawn, *uniform, 0, -1)
    >>> drawn
    array([0.5, 3. ])
    >>> draw_knobs(drawn, *uniform, 0, 5)
    >>> bool(drawn[0] == 0.5 and 2.0 < drawn[1] < 4.0)
    True
    """
    if draw < 0:
        return
    for i in range(slot.size):
        u, z = luck_of_spread(seed, draw, stream[i], even[i])
        value = draw_law(law[i], a[i], b[i], c[i], u, z)
        drawn[slot[i]] = min(max(value, least[i]), most[i])


@inlined
def luck_of_spread(seed: int, draw: int, stream: int, even: int) -> tuple[float, float]:
    """A share drawn evenly between 0 and 1, and the standard normal of which as much lies below.

    Where nobody needs the normal the share is drawn by itself, which is four times as quick, and the normal is 0.
    """
    if even > 0:
        return uniforms(seed, draw, moment(0, 0), stream)[0], 0.0
    z = normals(seed, draw, moment(0, 0), stream)[0]
    return share_below(z), z
