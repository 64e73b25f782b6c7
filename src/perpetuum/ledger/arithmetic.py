"""Small sums that prove or refute a printed number, and need no source."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

_TWO: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
LONGEST, LARGEST_POWER = 200, 100.0


def evaluate(expression: str) -> float:
    """The value of numbers joined by + - * / ** and brackets.

    Raises
    ------
    ValueError
        If anything else stands there: names, calls, huge powers, a division by zero.

    Examples
    --------
    >>> round(evaluate("500 / 4.3"), 1)
    116.3
    >>> evaluate("__import__('os')")
    Traceback (most recent call last):
        ...
    ValueError: `__import__('os')` is not a sum of numbers.
    """
    refusal = ValueError(f"`{expression[:60]}` is not a sum of numbers.")
    if len(expression) > LONGEST:
        raise refusal
    try:
        value = _value(ast.parse(expression.strip(), mode="eval").body)
        return float(value)
    except (SyntaxError, KeyError, TypeError, ZeroDivisionError, OverflowError, RecursionError):
        raise refusal from None


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.op, ast.Pow) and abs(right) > LARGEST_POWER:
            raise TypeError
        return _TWO[type(node.op)](left, right)
    raise TypeError
