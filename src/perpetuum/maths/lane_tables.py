"""Arrays whose elements are numbers of several draws side by side.

In memory the numbers of all lanes that stand for one number of the source follow one another. So one and the same
part of a row can be read as a table, for all draws at once, or as an array of one of them.
"""

from __future__ import annotations

import inspect
import math
import operator
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.extending import models, register_model
from numba.core.imputils import lower_builtin, lower_getattr
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_getattr, infer_global, signature
from numba.extending import intrinsic, overload
from numba.np.arrayobj import make_array, populate_array

from perpetuum.maths.compiled import INSIDE
from perpetuum.maths.lane_numbers import DOUBLES, LANES, NUMBERS, is_number, spread

ALL = None
_BYTES = 8


class Table(types.Type):  # type: ignore[misc]
    """An array whose elements are numbers of all lanes."""

    def __init__(self, ndim: int) -> None:
        self.ndim = ndim
        super().__init__(name=f"Table({ndim})")


@register_model(Table)
class _TableModel(models.StructModel):
    def __init__(self, manager: Any, kind: Table) -> None:
        members = [("data", types.CPointer(types.float64)), ("shape", types.UniTuple(types.intp, kind.ndim))]
        super().__init__(manager, kind, members)


def lanes_on(numbers: Any, start: Any, shape: Any, k: Any) -> Any:
    """A view of part of a row in which the numbers of all lanes lie side by side, as if it held those of one.

    ``start`` and ``shape`` count numbers of one lane. With ``k = ALL`` it speaks of all lanes at once: a table,
    where compiled; otherwise of lane ``k``: an array. In plain Python the row holds one lane, and both are one.
    """
    return numbers[start : start + math.prod(shape)].reshape(shape)


@intrinsic
def _table_on(context: Any, numbers: Any, start: Any, shape: Any) -> Any:
    made = Table(shape.count)

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        lent = make_array(sig.args[0])(context, builder, args[0])
        taken = cgutils.create_struct_proxy(made)(context, builder)
        taken.data = builder.gep(lent.data, [builder.mul(args[1], ir.Constant(args[1].type, LANES))])
        taken.shape = args[2]
        return taken._getvalue()

    return made(numbers, types.intp, types.UniTuple(types.intp, shape.count)), build


@intrinsic
def _lane_on(context: Any, numbers: Any, start: Any, shape: Any, k: Any) -> Any:
    made = types.Array(numbers.dtype, shape.count, "A")

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        lent = make_array(sig.args[0])(context, builder, args[0])
        lengths = cgutils.unpack_tuple(builder, args[2])
        strides: list[Any] = []
        stride = context.get_constant(types.intp, _BYTES * LANES)
        for length in reversed(lengths):
            strides.insert(0, stride)
            stride = builder.mul(stride, length)
        taken = make_array(made)(context, builder)
        first = builder.add(builder.mul(args[1], ir.Constant(args[1].type, LANES)), args[3])
        populate_array(
            taken, data=builder.gep(lent.data, [first]), shape=lengths, strides=strides, itemsize=_BYTES, meminfo=None
        )
        return taken._getvalue()

    return made(numbers, types.intp, types.UniTuple(types.intp, shape.count), types.intp), build


@overload(lanes_on, jit_options=INSIDE)
def _lanes_on(numbers: Any, start: Any, shape: Any, k: Any) -> Any:
    def of_all(numbers: Any, start: Any, shape: Any, k: Any) -> Any:
        return _table_on(numbers, start, shape)

    def of_one(numbers: Any, start: Any, shape: Any, k: Any) -> Any:
        return _lane_on(numbers, start, shape, k)

    return inspect.unwrap(of_all if isinstance(k, types.NoneType) else of_one)


def _address(context: Any, builder: Any, table: Any, index: Any, index_kind: Any) -> tuple[Any, list[Any]]:
    """Where an element lies, and the lengths of what is left if the index names fewer than all axes."""
    is_many = isinstance(index_kind, types.BaseTuple)
    named = cgutils.unpack_tuple(builder, index) if is_many else [index]
    kinds: list[Any] = list(index_kind) if is_many else [index_kind]
    parts = [context.cast(builder, *one, types.intp) for one in zip(named, kinds, strict=True)]
    lengths = cgutils.unpack_tuple(builder, table.shape)
    at = ir.Constant(parts[0].type, 0)
    for axis, length in enumerate(lengths):
        at = builder.mul(at, length)
        if axis < len(parts):
            at = builder.add(at, parts[axis])
    at = builder.mul(at, ir.Constant(at.type, LANES))
    return builder.gep(table.data, [at]), lengths[len(parts) :]


def _left_axes(table: Table, index: Any) -> int:
    return table.ndim - (len(index) if isinstance(index, types.BaseTuple) else 1)


@infer_global(operator.getitem)
class _GetItem(AbstractTemplate):  # type: ignore[misc]
    def generic(self, args: Any, kws: Any) -> Any:
        table, index = args
        if not isinstance(table, Table):
            return None
        left = _left_axes(table, index)
        return signature(NUMBERS if left == 0 else Table(left), table, index)


@lower_builtin(operator.getitem, Table, types.Any)
def _get(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    table = cgutils.create_struct_proxy(sig.args[0])(context, builder, args[0])
    place, left = _address(context, builder, table, args[1], sig.args[1])
    if not left:
        return builder.load(builder.bitcast(place, DOUBLES.as_pointer()), align=_BYTES)
    row = cgutils.create_struct_proxy(sig.return_type)(context, builder)
    row.data, row.shape = place, cgutils.pack_array(builder, left)
    return row._getvalue()


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):  # type: ignore[misc]
    def generic(self, args: Any, kws: Any) -> Any:
        table, index, value = args
        if isinstance(table, Table) and _left_axes(table, index) == 0 and is_number(value):
            return signature(types.none, table, index, value)
        return None


@lower_builtin(operator.setitem, Table, types.Any, types.Any)
def _set(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    table = cgutils.create_struct_proxy(sig.args[0])(context, builder, args[0])
    place, _ = _address(context, builder, table, args[1], sig.args[1])
    value = spread(context, builder, args[2], sig.args[2])
    builder.store(value, builder.bitcast(place, DOUBLES.as_pointer()), align=_BYTES)
    return context.get_dummy_value()


@infer_getattr
class _Attributes(AttributeTemplate):  # type: ignore[misc]
    key = Table

    def resolve_shape(self, table: Table) -> Any:
        return types.UniTuple(types.intp, table.ndim)

    def resolve_size(self, table: Table) -> Any:
        return types.intp if table.ndim == 1 else None


@lower_getattr(Table, "shape")
def _shape(context: Any, builder: Any, kind: Any, table: Any) -> Any:
    return cgutils.create_struct_proxy(kind)(context, builder, table).shape


@lower_getattr(Table, "size")
def _size(context: Any, builder: Any, kind: Any, table: Any) -> Any:
    return builder.extract_value(cgutils.create_struct_proxy(kind)(context, builder, table).shape, 0)
