"""Three readings of one price: as it stands, over what it earns, and beside what adoption explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.text import Text, both
from perpetuum.maths.explosive_windows import MORE_THAN_A_WINDOW, Windows

Input = Literal["price", "ratio", "residual"]
RatioForm = Literal["logs", "levels"]
Array = NDArray[np.float64]
INPUTS: tuple[Input, ...] = ("price", "ratio", "residual")

NAMES: dict[Input, Text] = {
    "price": both("logarithm of the price", "價格的對數"),
    "ratio": both("price over its fundamental", "價格／基本面比率"),
    "residual": both("price beside its adoption curve", "價格相對普及曲線的殘差"),
}
NOT_ASKED = both("not asked for", "未要求")
NO_FUNDAMENTAL = both("no dividend, sales or earnings were given", "未提供股利、營收或盈餘")
NO_ADOPTION = both("no adoption curve of users or sales was given", "未提供使用者或營收的普及曲線")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One input as it will be tested.

    ``values`` are one number for each date from date ``first`` on; ``told`` is there where each date tells the past
    anew: row by date of telling, column by date, both from ``first`` on, and nothing is told before row ``since``.
    ``form`` says logs or levels, ``in_hindsight`` that later data went into it.
    """

    input: Input
    form: RatioForm
    values: Array
    told: Array | None = None
    first: int = 0
    since: int = 0
    in_hindsight: bool = False


def prepare(
    prices: Array,
    fundamental: Array | None,
    adoption: Array | Text | None,
    ratio_form: RatioForm,
    *,
    in_hindsight: bool,
) -> dict[Input, Series | Text]:
    """Each input, or the reason why there is none.

    ``adoption`` is ln of the curve: one number for each date, or a table whose row e is the curve as fitted to what
    was known at date e; or a reason why there is no curve.
    """
    logs = np.log(prices)
    out: dict[Input, Series | Text] = {"price": Series(input="price", form="logs", values=logs)}
    out["ratio"] = NO_FUNDAMENTAL if fundamental is None else _ratio(prices, fundamental, ratio_form)
    if adoption is None or isinstance(adoption, Text):
        out["residual"] = adoption or NO_ADOPTION
    else:
        out["residual"] = _residual(logs, adoption, in_hindsight)
    return out


def _ratio(prices: Array, fundamental: Array, form: RatioForm) -> Series:
    values = np.log(prices) - np.log(fundamental) if form == "logs" else prices / fundamental
    return Series(input="ratio", form=form, values=values)


def _residual(logs: Array, adoption: Array, in_hindsight: bool) -> Series:
    """Log price less ln of the curve, its loading one (assumed)."""
    if adoption.ndim == 1:
        return Series(input="residual", form="logs", values=logs - adoption, in_hindsight=in_hindsight)
    first, since = beginning(adoption)
    told = logs[None, first:] - adoption[first:, first:]
    at = np.arange(1, len(told))
    # The change at a date as that date told it: both ends from one fit, the first of all for what lies before it.
    row = np.maximum(at, since - first)
    steps = told[row, at] - told[row, at - 1]
    return Series(
        input="residual", form="logs", values=np.concatenate([[0.0], np.cumsum(steps)]), told=told, first=first,
        since=since - first,
    )  # fmt: skip


def beginning(adoption: Array) -> tuple[int, int]:
    """Where a table of curves begins: the first date that its last row reaches, and the first row that is told.

    Examples
    --------
    >>> unknown = np.nan
    >>> beginning(np.array([[unknown, 0.0, 0.0], [unknown, unknown, 0.0], [unknown, 1.0, 2.0]]))
    (1, 2)
    """
    reached, told = np.isfinite(adoption[-1]), np.isfinite(np.diag(adoption))
    first = int(np.argmax(reached)) if reached.any() else 0
    return first, first + int(np.argmax(told[first:])) if told[first:].any() else first


def long_enough(series: Series | Text, windows: Windows) -> Series | Text:
    """The same, or the reason why too few dates are left of it."""
    if isinstance(series, Text):
        return series
    length, ends = len(series.values), len(series.values) - max(windows.first_end, series.since)
    least = max(windows.minw, windows.first_end) + MORE_THAN_A_WINDOW
    if length >= least and ends >= MORE_THAN_A_WINDOW:
        return series
    return both(
        f"the curve is known at {max(ends, 0)} dates that end a window, of {length} it reaches; "
        f"a test needs {MORE_THAN_A_WINDOW} of {least}",
        f"曲線涵蓋 {length} 期，其中可作為視窗終點且當時已有曲線的只有 {max(ends, 0)} 期；"
        f"檢定需要 {least} 期中的 {MORE_THAN_A_WINDOW} 期",
    )


def problems(prices: Any, fundamental: Any, adoption: Any, dates: int | None) -> list[Text]:
    """What keeps series from being read: every problem, each with its repair."""
    found = _row(prices, both("the price", "價格"), None, must_be_positive=True)
    length = len(prices) if not found else None
    if dates is not None and length is not None and dates != length:
        found.append(
            both(
                f"there are {dates} dates and {length} prices. Give one date for each price.",
                f"有 {dates} 個日期、{length} 個價格。請為每個價格提供一個日期。",
            )
        )
    if fundamental is not None:
        found += _row(fundamental, both("the fundamental", "基本面"), length, must_be_positive=True)
    if adoption is not None and not isinstance(adoption, Text):
        found += _curve(np.asarray(adoption, dtype=np.float64), length)
    return found


def _curve(adoption: Array, length: int | None) -> list[Text]:
    name = both("ln of the adoption curve", "普及曲線的對數")
    if adoption.ndim == 1:
        return _row(adoption, name, length, must_be_positive=False)
    if length is not None and adoption.shape != (length, length):
        return [
            both(
                f"the adoption curves have shape {adoption.shape}. "
                f"Give {length} numbers, or {length} rows of {length}.",
                f"普及曲線的形狀是 {adoption.shape}。請提供 {length} 個數字，或 {length} 列、每列 {length} 個。",
            )
        ]
    if adoption.ndim != 2 or not adoption.size:
        return _row(adoption, name, length, must_be_positive=False)
    first, since = beginning(adoption)
    return _finite(np.concatenate([row[first : n + 1] for n, row in enumerate(adoption) if n >= since]), name)


def _row(values: Any, name: Text, length: int | None, *, must_be_positive: bool) -> list[Text]:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.empty(0)
    if array.ndim != 1 or not array.size:
        return [both(f"{name.en} is no row of numbers. Give one number for each date.",
                     f"{name.zh}不是一列數字。請為每個日期提供一個數字。")]  # fmt: skip
    if length is not None and len(array) != length:
        return [both(f"{name.en} has {len(array)} numbers, the price {length}. Give one for each date.",
                     f"{name.zh}有 {len(array)} 個數字，價格有 {length} 個。請為每個日期提供一個。")]  # fmt: skip
    found = _finite(array, name)
    if must_be_positive and not found and array.min() <= 0:
        at = int(np.argmax(array <= 0))
        found.append(
            both(
                f"{name.en} is {array[at]:g} at observation {at + 1}. Logarithms and ratios need numbers above zero.",
                f"第 {at + 1} 期的{name.zh}是 {array[at]:g}。對數與比率需要大於零的數字。",
            )
        )
    return found


def _finite(array: Array, name: Text) -> list[Text]:
    bad = np.flatnonzero(~np.isfinite(array))
    if not bad.size:
        return []
    return [
        both(
            f"{name.en} is {array[bad[0]]:g} at observation {bad[0] + 1}, and {bad.size} such in all. "
            "Leave out dates without a number.",
            f"第 {bad[0] + 1} 期的{name.zh}是 {array[bad[0]]:g}，共有 {bad.size} 期如此。請略去沒有數字的日期。",
        )
    ]
