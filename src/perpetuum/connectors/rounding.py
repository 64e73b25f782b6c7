"""To how many digits a number was printed, and when two printed numbers may be the same number."""

from __future__ import annotations

from collections.abc import Iterable

# Filings print dollars in ones, thousands or millions. A number of billions that happens to be round
# is still one of millions, hence nothing coarser.
_SCALES = (1e6, 1e3, 1.0)
_DECIMALS = 6
_NEARLY = 1 + 1e-9  # two units are allowed, and decimals are not exact in binary


def rounding_unit(value: float) -> float:
    """The unit a number seems to be printed in: a million, a thousand, one, or a decimal place.

    Zero says nothing of its unit and counts as exact to one.

    Examples
    --------
    >>> rounding_unit(4_130_000_000), rounding_unit(4_130_162_000), rounding_unit(11.93)
    (1000000.0, 1000.0, 0.01)
    """
    if value == 0:
        return 1.0
    for scale in _SCALES:
        if value % scale == 0:
            return scale
    for places in range(1, _DECIMALS):
        if round(value, places) == value:
            return float(10**-places)
    return float(10**-_DECIMALS)


def coarsest(values: Iterable[float]) -> float:
    """The coarsest rounding unit among some numbers."""
    return max(map(rounding_unit, values))


def same_but_for_rounding(one: float, other: float) -> bool:
    """Do two numbers differ by no more than half a unit of the coarser one?

    Examples
    --------
    >>> same_but_for_rounding(4_130_162_000, 4_130_000_000)
    True
    >>> same_but_for_rounding(309e6, 318e6)
    False
    """
    return one == other or abs(one - other) <= coarsest((one, other)) / 2


def is_rounded_from(coarse: float, fine: float) -> bool:
    """Is one number the other cut to its leading digits, as a text says `4.1 billion` beside the table?

    Only for two numbers of one filing; between filings it would hide restatements.

    Examples
    --------
    >>> is_rounded_from(4_100_000_000, 4_130_162_000), is_rounded_from(4_130_162_000, 4_100_000_000)
    (True, False)
    """
    digits = _trailing_zeros(coarse)
    return digits > _trailing_zeros(fine) and abs(coarse - fine) <= 10**digits / 2


def _trailing_zeros(value: float) -> int:
    if value == 0 or value != int(value):
        return 0
    text = str(abs(int(value)))
    return len(text) - len(text.rstrip("0"))


def adds_up(whole: float, parts: Iterable[float]) -> bool:
    """Do the parts make the whole, within two units of rounding?

    Where every one of the numbers is cut to more than a million, that is the unit.

    Examples
    --------
    >>> adds_up(4_167e6, (1_937e6, 2_230e6)), adds_up(2_230e6, (1_937e6, 2_230e6))
    (True, False)
    """
    parts = tuple(parts)
    apart, numbers = abs(whole - sum(parts)), (whole, *parts)
    if apart <= 2 * coarsest(numbers) * _NEARLY:
        return True
    return bool(apart <= 2 * 10.0 ** min(map(_trailing_zeros, numbers)) * _NEARLY)
