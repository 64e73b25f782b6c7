"""Small sums that prove or refute a printed number, and need no source."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from itertools import pairwise

from perpetuum.core.errors import UnitError
from perpetuum.core.text import both

_TWO: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_SIGNS = frozenset("0123456789.+-*/%() ")
LONGEST, LARGEST_POWER = 200, 100.0


def evaluate(expression: str) -> float:
    """The value of decimal numbers joined by + - * / % ** and brackets.

    Parameters
    ----------
    expression
        At most 200 signs; exponents from -100 to 100. ``%`` is the remainder of a
        division, as in Python, never a percentage.

    Returns
    -------
    float
        A finite number, in whatever unit the numbers of the expression have.

    Raises
    ------
    UnitError
        If anything else stands there (names, calls), if it is too long or an exponent
        too large, or if it has no finite real value.

    Examples
    --------
    >>> round(evaluate("500 / 4.3"), 1)
    116.3
    >>> round(evaluate("-(13.07 - 7.50) / 13.07"), 3)
    -0.426
    >>> evaluate("__import__('os')")
    Traceback (most recent call last):
        ...
    perpetuum.core.errors.UnitError: `__import__('os')` is not a sum: only numbers, ... may stand in it.
      Use numbers, + - * / ** and brackets only.
    """
    shown = expression if len(expression) <= 60 else f"{expression[:60]}…"
    if len(expression) > LONGEST:
        raise _refused(
            f"`{shown}` is too long for a sum: {len(expression)} signs, at most {LONGEST}.",
            f"`{shown}` 作為算式太長：共 {len(expression)} 個字元，最多 {LONGEST} 個。",
        )
    try:
        value = _value(_tree(expression))
    except (SyntaxError, TypeError, RecursionError, MemoryError):
        raise _refused(
            f"`{shown}` is not a sum: only numbers, + - * / % ** and brackets may stand in it.",
            f"`{shown}` 不是算式：只能有數字、+ - * / % ** 與括號。",
        ) from None
    except (ZeroDivisionError, OverflowError):
        value = math.nan
    if not math.isfinite(value):
        raise _refused(
            f"`{shown}` has no finite real value: it divides by zero, is too large or not real.",
            f"`{shown}` 沒有有限的實數值：除以零、太大，或不是實數。",
        )
    return value


def _refused(en: str, zh: str) -> UnitError:
    return UnitError(
        both(en, zh), both("Use numbers, + - * / ** and brackets only.", "請只用數字、+ - * / ** 與括號。")
    )


def _tree(expression: str) -> ast.expr:
    # The compiler must not see what could make it warn or allocate: quotes, names, `//`, deep nesting.
    if not set(expression) <= _SIGNS or "//" in expression or _touches_number(expression):
        raise SyntaxError
    return ast.parse(expression.strip(), mode="eval").body


def _touches_number(expression: str) -> bool:
    """Does a bracket open right after a number, which Python would read as a call?"""
    tight = expression.replace(" ", "")
    return any(after == "(" and (before.isdigit() or before in ".)") for before, after in pairwise(tight))


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _TWO:
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.op, ast.Pow):
            return _power(left, right)
        return _TWO[type(node.op)](left, right)
    raise TypeError


def _power(base: float, exponent: float) -> float:
    if abs(exponent) > LARGEST_POWER:
        raise OverflowError
    # An odd root of a negative number would come out complex.
    return math.nan if base < 0 and not exponent.is_integer() else operator.pow(base, exponent)
