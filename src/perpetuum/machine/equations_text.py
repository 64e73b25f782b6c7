"""A line of a textbook is a sum of things people write down, and may say nothing else.

The text is read into a tree, every branch of the tree is held against a short list, and what is run
is written anew from the tree: nothing of the text itself is ever run.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from perpetuum.core.errors import SeriesError, listed, not_a
from perpetuum.core.text import Text, both

# One formula, given this period's values and those of earlier periods by their distance.
Value = Callable[[list[float], Mapping[int, list[float]]], float]
NAME_OF_SYSTEM = both("variable or parameter of this system", "本系統的變數或參數")
FUNCTIONS: Mapping[str, tuple[int, int]] = {
    "exp": (1, 1), "log": (1, 1), "sqrt": (1, 1), "abs": (1, 1), "if_true": (1, 1), "min": (2, 99), "max": (2, 99),
}  # fmt: skip
_SUMS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARED = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_SIGNS: Mapping[type[ast.unaryop], str] = {ast.UAdd: "+", ast.USub: "-"}
_TOOLS = {
    "__builtins__": {}, "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "abs": abs, "min": min, "max": max,
    "power": math.pow,
}  # fmt: skip
_ALLOWED = both(
    f"Allowed: + - * / **, comparisons, and, or, not, numbers, names, X[-k] with k from 1, and {listed(FUNCTIONS).en}.",
    f"可用：+ - * / **、比較、and、or、not、數字、名稱、X[-k]（k 從 1 起）、{listed(FUNCTIONS).zh}。",
)


class Unreadable(SeriesError):
    """A text that is not a formula: at which column, why, and what may stand there."""

    repair: Text

    def __init__(self, what: Text, repair: Text = _ALLOWED, column: int = 1) -> None:
        super().__init__(what, repair)
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A text that has been read: what it needs, its value, and the sum of its absolute terms.

    ``now`` are places of this period's values, ``before`` places with the number of periods back.
    """

    text: str
    now: frozenset[int]
    before: frozenset[tuple[int, int]]
    value: Value
    size: Value


def read_formula(text: str, places: Mapping[str, int]) -> Formula:
    """Read a formula.

    Parameters
    ----------
    text
        As in ``alpha1*YD + alpha2*Hh[-1]``; a comparison counts 1 where it holds and 0 where it does not.
    places
        Where the value of each name stands in a row.

    Raises
    ------
    Unreadable
        For anything but sums, comparisons, known functions, known names and earlier values; with the column.

    Examples
    --------
    >>> formula = read_formula("2*Y + Y[-1]**2", {"Y": 0})
    >>> formula.value([5.0], {1: [3.0]})
    19.0
    >>> read_formula("Y + __import__('os')", {"Y": 0})
    Traceback (most recent call last):
    perpetuum.machine.equations_text.Unreadable: `__import__` is no function that equations may use.
      Allowed: + - * / **, comparisons, and, or, not, numbers, names, ...
    """
    reader = _Reader(text, places)
    try:
        tree = ast.parse(reader.text, mode="eval").body
        value, size = reader.written(tree), reader.size(tree)
        return Formula(
            text=text.strip(), now=frozenset(reader.now), before=frozenset(reader.before),
            value=_made(value), size=_made(size),
        )  # fmt: skip
    except SyntaxError as error:
        raise Unreadable(
            both("this is not a formula.", "這不是算式。"), column=reader.shift + (error.offset or 1)
        ) from None
    except (RecursionError, MemoryError, ValueError):
        raise Unreadable(
            both("too long, or holds signs that cannot be read.", "太長，或含有無法讀取的字元。"),
        ) from None


def _made(source: str) -> Value:
    """Run only what ``_Reader`` wrote: numbers, places, signs and the functions above."""
    made: Value = eval(compile(f"lambda v, p: {source}", "<equation>", "eval"), dict(_TOOLS))
    return made


class _Reader:
    """Goes through one tree and notes what it needs."""

    def __init__(self, text: str, places: Mapping[str, int]) -> None:
        flat = " ".join(text.splitlines())
        self.text = flat.strip()
        self.shift = len(flat) - len(flat.lstrip())
        self.places = places
        self.now: set[int] = set()
        self.before: set[tuple[int, int]] = set()

    def written(self, node: ast.expr) -> str:
        """The branch as it will be run; each branch is a number."""
        match node:
            case ast.Constant(value=value) if type(value) in (int, float):
                return self.number(node, value)
            case ast.Name(id=name):
                self.now.add(place := self.place(node, name))
                return f"v[{place}]"
            case ast.Subscript(
                value=ast.Name(id=name), slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=k))
            ):
                return self.earlier(node, name, k)
            case ast.BinOp(op=ast.Pow(), left=left, right=right):
                return f"power({self.written(left)}, {self.written(right)})"
            case ast.BinOp(op=op, left=left, right=right) if type(op) in _SUMS:
                return f"({self.written(left)} {_SUMS[type(op)]} {self.written(right)})"
            case ast.UnaryOp(op=op, operand=operand) if type(op) in _SIGNS:
                return f"({_SIGNS[type(op)]}{self.written(operand)})"
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self.call(node, name, args)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                return f"(1.0 if {self.condition(node)} else 0.0)"
        raise self.refused(node)

    def condition(self, node: ast.expr) -> str:
        """A branch that holds or does not; a number holds if it is not 0."""
        match node:
            case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in _COMPARED for op in ops):
                steps = (f"{_COMPARED[type(op)]} {self.written(each)}" for op, each in zip(ops, others, strict=True))
                return f"({self.written(left)} {' '.join(steps)})"
            case ast.BoolOp(op=op, values=values):
                return f"({(' and ' if isinstance(op, ast.And) else ' or ').join(map(self.condition, values))})"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"(not {self.condition(operand)})"
            case ast.Compare():
                raise self.refused(node)
        return f"({self.written(node)} != 0.0)"

    def size(self, node: ast.expr) -> str:
        """The sum of absolute terms: what rounding is measured against."""
        match node:
            case ast.BinOp(op=ast.Add() | ast.Sub(), left=left, right=right):
                return f"({self.size(left)} + {self.size(right)})"
            case ast.UnaryOp(op=ast.UAdd() | ast.USub(), operand=operand):
                return self.size(operand)
        return f"abs({self.written(node)})"

    def number(self, node: ast.expr, value: Any) -> str:
        try:
            told = float(value)
        except OverflowError:
            told = math.inf
        if not math.isfinite(told):
            raise Unreadable(both("this number is too large.", "這個數字太大。"), column=self.column(node))
        return repr(told)

    def earlier(self, node: ast.expr, name: str, k: Any) -> str:
        if type(k) is not int or k < 1:
            raise self.refused(node)
        self.before.add((place := self.place(node, name), operator.index(k)))
        return f"p[{k}][{place}]"

    def call(self, node: ast.expr, name: str, args: list[ast.expr]) -> str:
        if name not in FUNCTIONS:
            raise Unreadable(
                both(f"`{name}` is no function that equations may use.", f"方程式不能使用函數 `{name}`。"),
                column=self.column(node),
            )
        least, most = FUNCTIONS[name]
        if not least <= len(args) <= most:
            raise Unreadable(
                both(f"`{name}` takes {least if least == most else 'two or more'} of what it is given here.",
                     f"`{name}` 需要{'一個' if least == most else '兩個以上'}引數。"),
                column=self.column(node),
            )  # fmt: skip
        if name == "if_true":
            return f"(1.0 if {self.condition(args[0])} else 0.0)"
        return f"{name}({', '.join(map(self.written, args))})"

    def place(self, node: ast.expr, name: str) -> int:
        if name not in self.places:
            raise Unreadable(
                not_a(NAME_OF_SYSTEM, name, self.places),
                both("Write a known name, or give it an equation or a parameter.",
                     "請寫已知的名稱，或為它加上方程式或參數。"),
                column=self.column(node),
            )  # fmt: skip
        return self.places[name]

    def column(self, node: ast.expr) -> int:
        """Counted in letters from 1, as an editor does."""
        return self.shift + len(self.text.encode()[: node.col_offset].decode()) + 1

    def refused(self, node: ast.expr) -> Unreadable:
        said = ast.get_source_segment(self.text, node) or ""
        said = said if len(said) <= 40 else f"{said[:40]}…"
        return Unreadable(both(f"`{said}` is not allowed here.", f"此處不能寫 `{said}`。"), column=self.column(node))
