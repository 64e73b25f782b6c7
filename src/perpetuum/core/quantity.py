"""A number with its unit and its bound, as a source says it."""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from perpetuum.core.errors import UnitError, suggest
from perpetuum.core.text import both
from perpetuum.core.units import UNITS

Bound = Literal["exactly", "about", "up to", "at least"]
BOUNDS: tuple[Bound, ...] = get_args(Bound)
SCALES = {"": 0, "k": 3, "m": 6, "bn": 9, "tn": 12}
_FORM = re.compile(
    r"(?:(?P<bound>exactly|about|up to|at least)\s+)?"
    r"(?P<number>[-−]?\d+(?:,\d{3})*(?:\.\d+)?)\s?(?:(?P<scale>k|m|bn|tn)(?![a-z]))?"  # the m of 3 months is no million
    r"(?:\s*(?P<unit>\S.*))?",
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in base units (whole dollars, fractions, GW), its unit and its bound.

    Examples
    --------
    >>> Quantity.parse("up to 100bn USD")
    Quantity(value=100000000000.0, unit='USD', bound='up to')
    >>> Quantity.parse("27 %")
    Quantity(value=0.27, unit='ratio', bound='exactly')
    >>> str(Quantity.parse("about 4.3bn USD"))
    'about 4.3bn USD'
    """

    value: float
    unit: str
    bound: Bound = "exactly"

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read a bound, a number, a scale (k, m, bn, tn) and a unit.

        Raises
        ------
        UnitError
            If the text is anything else; the message shows how to write it.
        """
        return _parse(text.strip())

    def __str__(self) -> str:
        bound = "" if self.bound == "exactly" else f"{self.bound} "
        if self.unit == "ratio":
            return f"{bound}{_plain(Decimal(repr(self.value)) * 100)} %"
        number, scale = _scaled(Decimal(repr(self.value)))
        return f"{bound}{number}{scale} {self.unit}"


@functools.lru_cache(maxsize=16384)
def _parse(text: str) -> Quantity:
    match = _FORM.fullmatch(text)
    if not match:
        raise _unreadable(text)
    symbol = _symbol(match["unit"], text)
    unit = UNITS[symbol]
    number = Decimal(match["number"].replace("−", "-").replace(",", ""))
    exact = number.scaleb(SCALES[match["scale"] or ""]) * Decimal(repr(unit.factor))
    value = float(exact)
    if not math.isfinite(value):
        raise _unreadable(text)
    return Quantity(value, unit.base, match["bound"] or "exactly")  # type: ignore[arg-type]


def _symbol(symbol: str | None, text: str) -> str:
    if symbol is None:
        raise UnitError(
            both(f"'{text}' has no unit.", f"「{text}」沒有單位。"),
            both(f"Add one, for example: {text} USD", f"請加上單位，例如：{text} USD"),
        )
    if symbol not in UNITS:
        near = suggest(symbol, UNITS)
        raise _unreadable(text, f": `{symbol}` is not a unit, {near.en}", f"：`{symbol}` 不是已知的單位，{near.zh}")
    return symbol


def _unreadable(text: str, because_en: str = ".", because_zh: str = "。") -> UnitError:
    return UnitError(
        both(f"cannot read '{text}' as a quantity{because_en}", f"無法把「{text}」讀成數量{because_zh}"),
        both(
            "Write a number, a scale (k, m, bn, tn) and a unit, for example: up to 100bn USD",
            "請寫數字、級距（k、m、bn、tn）與單位，例如：up to 100bn USD",
        ),
    )


def _scaled(value: Decimal) -> tuple[str, str]:
    for scale in ("tn", "bn", "m"):
        if abs(value) >= Decimal(10) ** SCALES[scale]:
            return _plain(value.scaleb(-SCALES[scale])), scale
    return _plain(value), ""


def _plain(value: Decimal) -> str:
    text = format(value.normalize(), "f")
    return "0" if text in ("-0", "0") else text
