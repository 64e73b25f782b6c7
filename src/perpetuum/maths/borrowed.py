"""Views of arrays that compiled code hands around for nothing.

Numba counts references to every array a function is handed. For functions of a few lines that counting is most of
the work; and `reshape` is a call nobody can leave out. Here are both without.
"""

from __future__ import annotations

import inspect
import math
from typing import Any

from numba.core import cgutils, types
from numba.core.typing.templates import Signature
from numba.extending import intrinsic, overload
from numba.np.arrayobj import make_array, populate_array

from perpetuum.maths.compiled import INSIDE


def borrowed(array: Any) -> Any:
    """The same array; in compiled code without its count of references.

    Counting costs more than the work of a small function. Whoever borrows keeps the array alive elsewhere: as
    an argument of the function that borrows, which its caller holds.
    """
    return array


def laid_on(numbers: Any, start: Any, shape: Any) -> Any:
    """A view of part of a row in another shape; in compiled code borrowed, and free if nobody looks at it."""
    return numbers[start : start + math.prod(shape)].reshape(shape)


@intrinsic
def _borrow(typing_context: Any, array: Any) -> Any:
    def build(context: Any, builder: Any, signature: Signature, arguments: Any) -> Any:
        kind = signature.args[0]
        lent = make_array(kind)(context, builder, arguments[0])
        taken = make_array(kind)(context, builder)
        populate_array(
            taken, data=lent.data, shape=lent.shape, strides=lent.strides, itemsize=lent.itemsize, meminfo=None
        )
        return taken._getvalue()

    return array(array), build


@intrinsic
def _lay_on(typing_context: Any, numbers: Any, start: Any, shape: Any) -> Any:
    made = types.Array(numbers.dtype, shape.count, "C")

    def build(context: Any, builder: Any, signature: Signature, arguments: Any) -> Any:
        lent = make_array(signature.args[0])(context, builder, arguments[0])
        lengths = cgutils.unpack_tuple(builder, arguments[2])
        size = context.get_constant(types.intp, numbers.dtype.bitwidth // 8)
        strides: list[Any] = []
        stride = size
        for length in reversed(lengths):
            strides.insert(0, stride)
            stride = builder.mul(stride, length)
        taken = make_array(made)(context, builder)
        first = builder.gep(lent.data, [arguments[1]])
        populate_array(taken, data=first, shape=lengths, strides=strides, itemsize=size, meminfo=None)
        return taken._getvalue()

    return made(numbers, types.intp, types.UniTuple(types.intp, shape.count)), build


@overload(borrowed, jit_options=INSIDE)
def _borrowed(array: Any) -> Any:
    def inside(array: Any) -> Any:
        return _borrow(array)

    return inspect.unwrap(inside)  # without the shape checks of tests, which Numba cannot read


@overload(laid_on, jit_options=INSIDE)
def _laid_on(numbers: Any, start: Any, shape: Any) -> Any:
    def inside(numbers: Any, start: Any, shape: Any) -> Any:
        return _lay_on(numbers, start, shape)

    return inspect.unwrap(inside)  # without the shape checks of tests, which Numba cannot read
