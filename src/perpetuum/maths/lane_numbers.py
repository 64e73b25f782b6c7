"""Numbers of several draws side by side, as Numba is to see them: vectors, with the arithmetic of numbers.

What each lane comes to is what the same operations give alone, bit for bit. What the processor has no
instruction for, powers and logarithms, is worked out one lane after the other.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, typeconv, types
from numba.core.extending import models, register_model
from numba.core.imputils import lower_builtin, lower_cast
from numba.core.typing.templates import AbstractTemplate, infer_global, signature

_settings: Any = numba.config
_conversions: Any = typeconv
PROMOTE = _conversions.Conversion.promote
LANES = 1 if _settings.DISABLE_JIT else 8

DOUBLES = ir.VectorType(ir.DoubleType(), LANES)
BITS = ir.VectorType(ir.IntType(1), LANES)


class Numbers(types.Type):  # type: ignore[misc]
    """One number of each lane."""

    def __init__(self) -> None:
        super().__init__(name="Numbers")

    def can_convert_from(self, context: Any, other: Any) -> Any:
        return PROMOTE if isinstance(other, types.Float | types.Integer) else None

    def unify(self, context: Any, other: Any) -> Any:
        return self if isinstance(other, types.Float | types.Integer) else None


class Answers(types.Type):  # type: ignore[misc]
    """Yes or no of each lane."""

    def __init__(self) -> None:
        super().__init__(name="Answers")

    def can_convert_from(self, context: Any, other: Any) -> Any:
        return PROMOTE if isinstance(other, types.Boolean) else None

    def unify(self, context: Any, other: Any) -> Any:
        return self if isinstance(other, types.Boolean) else None


NUMBERS, ANSWERS = Numbers(), Answers()


@register_model(Numbers)
class _NumbersModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, DOUBLES)


@register_model(Answers)
class _AnswersModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, BITS)


def spread(context: Any, builder: Any, value: Any, kind: Any) -> Any:
    """A number, or an answer, for all lanes, if it is not one of each already."""
    if isinstance(kind, Numbers | Answers):
        return value
    lanes, scalar = (BITS, types.boolean) if isinstance(kind, types.Boolean) else (DOUBLES, types.float64)
    one = context.cast(builder, value, kind, scalar)
    one = builder.trunc(one, ir.IntType(1)) if isinstance(kind, types.Boolean) and one.type.width > 1 else one
    empty = ir.Constant(lanes, ir.Undefined)
    first = builder.insert_element(empty, one, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES))


for _scalar, _of_lanes in ((types.Float, Numbers), (types.Integer, Numbers), (types.Boolean, Answers)):

    @lower_cast(_scalar, _of_lanes)
    def _cast(context: Any, builder: Any, scalar: Any, kind: Any, value: Any) -> Any:
        return spread(context, builder, value, scalar)


def is_number(kind: Any) -> bool:
    """Is a type a number, of one draw or of all lanes?"""
    return isinstance(kind, Numbers | types.Float | types.Integer)


def _of_two(*functions: Any, result: Any, build: Callable[..., Any]) -> None:
    """Let functions of two numbers work on lanes."""
    for function in functions:

        class Typed(AbstractTemplate):  # type: ignore[misc]
            key = function

            def generic(self, args: Any, kws: Any) -> Any:
                if len(args) == 2 and any(isinstance(one, Numbers) for one in args) and all(map(is_number, args)):
                    return signature(result, *args)
                return None

        infer_global(function)(Typed)
        for first, second in (
            (Numbers, Numbers), (Numbers, types.Float), (types.Float, Numbers),
            (Numbers, types.Integer), (types.Integer, Numbers),
        ):  # fmt: skip

            def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
                a, b = (spread(context, builder, *one) for one in zip(args, sig.args, strict=True))
                return build(context, builder, a, b)

            lower_builtin(function, first, second)(lowered)


def _smaller(context: Any, builder: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered("<", b, a), b, a)


def _larger(context: Any, builder: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", b, a), b, a)


def _of_one(function: Any, result: Any, build: Callable[[Any, Any, Any], Any]) -> None:
    """Let a function of one number work on lanes."""

    class Typed(AbstractTemplate):  # type: ignore[misc]
        key = function

        def generic(self, args: Any, kws: Any) -> Any:
            return signature(result, NUMBERS) if tuple(args) == (NUMBERS,) else None

    infer_global(function)(Typed)
    lower_builtin(function, Numbers)(lambda context, builder, sig, args: build(context, builder, args[0]))


def _at_once(name: str) -> Callable[..., Any]:
    """What the processor knows how to do for all lanes."""

    def build(context: Any, builder: Any, a: Any) -> Any:
        kind = ir.FunctionType(DOUBLES, [DOUBLES])
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.v{LANES}f64"), [a])

    return build


def _one_by_one(function: Callable[..., float]) -> Callable[..., Any]:
    """What is done for one lane after the other."""

    def build(context: Any, builder: Any, *lanes: Any) -> Any:
        result = ir.Constant(DOUBLES, ir.Undefined)
        kind = signature(types.float64, *(types.float64 for _ in lanes))
        for k in range(LANES):
            place = ir.Constant(ir.IntType(32), k)
            each = [builder.extract_element(one, place) for one in lanes]
            result = builder.insert_element(result, context.compile_internal(builder, function, kind, each), place)
        return result

    return build


_of_two(operator.add, operator.iadd, result=NUMBERS, build=lambda context, builder, a, b: builder.fadd(a, b))
_of_two(operator.sub, operator.isub, result=NUMBERS, build=lambda context, builder, a, b: builder.fsub(a, b))
_of_two(operator.mul, operator.imul, result=NUMBERS, build=lambda context, builder, a, b: builder.fmul(a, b))
_of_two(operator.truediv, operator.itruediv, result=NUMBERS, build=lambda context, builder, a, b: builder.fdiv(a, b))
_of_two(min, result=NUMBERS, build=_smaller)
_of_two(max, result=NUMBERS, build=_larger)
_of_two(operator.pow, operator.ipow, result=NUMBERS, build=_one_by_one(lambda x, y: x**y))
_of_two(operator.lt, result=ANSWERS, build=lambda context, builder, a, b: builder.fcmp_ordered("<", a, b))
_of_two(operator.le, result=ANSWERS, build=lambda context, builder, a, b: builder.fcmp_ordered("<=", a, b))
_of_two(operator.gt, result=ANSWERS, build=lambda context, builder, a, b: builder.fcmp_ordered(">", a, b))
_of_two(operator.ge, result=ANSWERS, build=lambda context, builder, a, b: builder.fcmp_ordered(">=", a, b))
_of_two(operator.eq, result=ANSWERS, build=lambda context, builder, a, b: builder.fcmp_ordered("==", a, b))
_of_two(operator.ne, result=ANSWERS, build=lambda context, builder, a, b: builder.fcmp_unordered("!=", a, b))
_of_one(operator.neg, NUMBERS, lambda context, builder, a: builder.fneg(a))
_of_one(abs, NUMBERS, _at_once("fabs"))
_of_one(np.rint, NUMBERS, _at_once("rint"))
_of_one(np.floor, NUMBERS, _at_once("floor"))
_of_one(np.exp, NUMBERS, _one_by_one(lambda x: math.exp(x)))
_of_one(np.log, NUMBERS, _one_by_one(lambda x: math.log(x)))
_of_one(np.isnan, ANSWERS, lambda context, builder, a: builder.fcmp_unordered("uno", a, a))


def _of_answers(*functions: Any, build: Callable[[Any, Any, Any], Any]) -> None:
    """Let functions of two answers work on lanes."""
    for function in functions:

        class Typed(AbstractTemplate):  # type: ignore[misc]
            key = function

            def generic(self, args: Any, kws: Any) -> Any:
                mixed = all(isinstance(one, Answers | types.Boolean) for one in args)
                return signature(ANSWERS, *args) if mixed and ANSWERS in args else None

        infer_global(function)(Typed)
        for first, second in ((Answers, Answers), (Answers, types.Boolean), (types.Boolean, Answers)):

            def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
                return build(builder, *(spread(context, builder, *one) for one in zip(args, sig.args, strict=True)))

            lower_builtin(function, first, second)(lowered)


_of_answers(operator.and_, operator.iand, build=lambda builder, a, b: builder.and_(a, b))
_of_answers(operator.or_, operator.ior, build=lambda builder, a, b: builder.or_(a, b))
