"""How numbers are written: three significant digits, the same rounding in both languages."""

from __future__ import annotations

import datetime
import math
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypeGuard

from perpetuum.core.quantity import Quantity
from perpetuum.core.text import Text
from perpetuum.core.units import UNITS
from perpetuum.core.when import Quarter
from perpetuum.report.words import plain, say

THIN = "\u202f"  # narrow no-break space, before units
MINUS = "\u2212"
_EN_SCALES = ((12, "tn"), (9, "bn"), (6, "m"))
_ZH_SCALES = ((12, "兆"), (8, "億"), (4, "萬"))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TINY, _NEARLY_ALL = 1e-4, 0.9995


def significant(value: float, digits: int = 3) -> Decimal:
    """A value rounded to significant digits, exactly, half to even."""
    number = Decimal(repr(float(value)))
    if number == 0:
        return Decimal(0)
    return number.quantize(Decimal(1).scaleb(number.adjusted() - digits + 1), rounding=ROUND_HALF_EVEN)


def digits(number: Decimal) -> str:
    """A number with thousands separated and no idle zeros.

    Examples
    --------
    >>> digits(Decimal("3000.0")), digits(Decimal("0.50"))
    ('3,000', '0.5')
    """
    text = f"{number.normalize():,f}"
    return text.replace("-", MINUS) if text != "-0" else "0"


def _is_known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _scaled(value: Decimal, scales: tuple[tuple[int, str], ...]) -> tuple[str, str]:
    for power, name in scales:
        if abs(value) >= Decimal(10) ** power:
            return digits(value.scaleb(-power)), name
    return digits(value), ""


def money(value: float | None) -> Text:
    """Dollars as people write them; an unknown amount is the word.

    Examples
    --------
    >>> money(3e11).en, money(3e11).zh
    ('US$300bn', '3,000\\u202f億美元')
    >>> money(-2.4e10).en, money(None).zh
    ('−US$24bn', '未知')
    """
    if not _is_known(value):
        return say("unknown")
    rounded = significant(value)
    number, scale = _scaled(abs(rounded), _EN_SCALES)
    sign = MINUS if rounded < 0 else ""
    zh_number, zh_scale = _scaled(rounded, _ZH_SCALES)
    return Text(en=f"{sign}US${number}{scale}", zh=f"{zh_number}{THIN}{zh_scale}美元")


def share(value: float | None) -> Text:
    """A fraction as per cent; below a hundredth of a per cent it says so.

    Examples
    --------
    >>> share(0.27).en, share(2e-6).en, share(0.0).zh
    ('27\\u202f%', 'below 0.01\\u202f%', '0\\u202f%')
    """
    if not _is_known(value):
        return say("unknown")
    if 0 < value < _TINY:
        return Text(en=f"below 0.01{THIN}%", zh=f"小於{THIN}0.01{THIN}%")
    # Rounded to 100 it would say that nothing else is there; beyond rounding errors nothing is.
    if _NEARLY_ALL <= value < 1 - 1e-9:
        return say("nearly_all")
    return plain(f"{digits(significant(value).scaleb(2))}{THIN}%")


def between(low: float | None, high: float | None) -> Text:
    """Two fractions as a range; one of them if they are the same.

    Examples
    --------
    >>> between(0.27, 0.33).en, between(0.0, 0.0).en
    ('27 to 33\\u202f%', '0\\u202f%')
    """
    if not (_is_known(low) and _is_known(high)):
        return say("unknown")
    ends = (share(low), share(high))
    if ends[0] == ends[1]:
        return ends[0]
    a, b = (Text(en=end.en.removesuffix(f"{THIN}%"), zh=end.zh.removesuffix(f"{THIN}%")) for end in ends)
    return Text(en=f"{a.en} to {b.en}{THIN}%", zh=f"{a.zh}{THIN}至{THIN}{b.zh}{THIN}%")


def statistic(value: float | None) -> Text:
    """A test statistic or a p value: three decimals.

    Examples
    --------
    >>> statistic(4.206873894).en, statistic(-0.5).en, statistic(None).en
    ('4.207', '\u22120.500', '–')
    """
    if not _is_known(value):
        return plain("–")
    return plain(f"{value:.3f}".replace("-", MINUS))


def times(value: float | None) -> Text:
    """A multiple: 3.2 times."""
    if not _is_known(value):
        return say("unknown")
    number = digits(significant(value))
    return Text(en=f"{number} times", zh=f"{number}{THIN}倍")


def count(value: float, unit: str) -> Text:
    """A number of something that is not money: users, GW, years.

    Examples
    --------
    >>> count(9e8, "users").en, count(9e8, "users").zh
    ('900m users', '9\\u202f億人')
    """
    if not _is_known(value):
        return say("unknown")
    rounded = significant(value)
    name = UNITS[unit].name if unit in UNITS else plain(unit)
    number, scale = _scaled(rounded, _EN_SCALES)
    zh_number, zh_scale = _scaled(rounded, _ZH_SCALES)
    zh = f"{zh_number}{THIN}{zh_scale}{name.zh}" if zh_scale else f"{zh_number}{THIN}{name.zh}"
    unit_en = "GW" if unit == "GW" else name.en
    return Text(en=f"{number}{scale} {unit_en}", zh=zh)


def quantity(said: Quantity) -> Text:
    """What a source says, with its bound: `up to US$100bn`.

    Examples
    --------
    >>> quantity(Quantity.parse("up to 100bn USD")).zh
    '最多\\u202f1,000\\u202f億美元'
    """
    return bounded(value_of(said.value, said.unit), said.bound)


def bounded(text: Text, bound: str) -> Text:
    """A number behind the word for its bound."""
    return text if bound == "exactly" else say(f"bound.{bound}", amount=text)


def value_of(value: float, unit: str) -> Text:
    """A number in one of our units."""
    if unit == "USD":
        return money(value)
    if unit == "ratio":
        return share(value)
    if unit == "x":
        return times(value)
    if unit == "year":
        return plain(f"{value:.0f}") if _is_known(value) else say("unknown")
    if unit == "statistic":
        return plain(f"{value:.3f}".replace("-", "−")) if _is_known(value) else say("unknown")
    if unit in ("points", "bp") and _is_known(value):
        return count(value / UNITS[unit].factor, unit)
    if unit.startswith("USD/") and _is_known(value):
        per, number = UNITS[unit].name, money(value)
        if abs(value) >= 1e6:
            return Text(en=f"{number.en}/{unit[4:]}", zh=f"{number.zh}／{unit[4:]}")
        return Text(en=f"{number.en} per {per.en.split(' per ')[1]}", zh=f"{number.zh}{per.zh.removeprefix('美元')}")
    return count(value, unit)


def day(date: datetime.date) -> Text:
    """A date: 16 Sep 2026."""
    return Text(
        en=f"{date.day} {_MONTHS[date.month - 1]} {date.year}",
        zh=f"{date.year}{THIN}年{THIN}{date.month}{THIN}月{THIN}{date.day}{THIN}日",
    )


def quarter(when: Quarter) -> Text:
    """A quarter: 2025 Q3."""
    return Text(en=f"{when.year} Q{when.number}", zh=f"{when.year}{THIN}年第{THIN}{when.number}{THIN}季")


def window(label: str) -> Text:
    """A stretch of quarters as results name it: `2025Q1..2025Q4`."""
    if label == "–":
        return plain("–")
    head, _, tail = label.partition("..")
    ends = [_period(end) for end in (head, tail) if end]
    return Text(en=" to ".join(end.en for end in ends), zh=f"至{THIN}".join(end.zh for end in ends))


def _period(label: str) -> Text:
    if len(label) == 6 and label[4] == "Q":
        return quarter(Quarter.parse(label))
    if len(label) == 10:
        return day(datetime.date.fromisoformat(label))
    if len(label) == 7 and label[4] == "-":
        year, month = int(label[:4]), int(label[5:])
        return Text(en=f"{_MONTHS[month - 1]} {year}", zh=f"{year}{THIN}年{THIN}{month}{THIN}月")
    if len(label) == 4 and label.isdigit():
        return Text(en=label, zh=f"{label}{THIN}年")
    return plain(label)
