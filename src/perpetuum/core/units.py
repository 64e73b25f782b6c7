"""The closed list of units: what a number may be a number of."""

from __future__ import annotations

from dataclasses import dataclass

from perpetuum.core.text import Text


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: its symbol in files, its name, and how many base units it stands for."""

    symbol: str
    name: Text
    base: str
    factor: float = 1.0


def _unit(symbol: str, en: str, zh: str, base: str | None = None, factor: float = 1.0) -> Unit:
    return Unit(symbol, Text(en=en, zh=zh), base or symbol, factor)


UNITS: dict[str, Unit] = {
    unit.symbol: unit
    for unit in (
        _unit("USD", "US dollars", "美元"),
        _unit("USD/GW", "US dollars per gigawatt", "美元／GW"),
        _unit("USD/GW-year", "US dollars per gigawatt and year", "美元／GW／年"),
        _unit("USD/GW-quarter", "US dollars per gigawatt and quarter", "美元／GW／季"),
        _unit("USD/GPU-hour", "US dollars per GPU hour", "美元／GPU 小時"),
        _unit("USD/Mtok", "US dollars per million tokens", "美元／百萬 token"),
        _unit("ratio", "ratio", "比率"),
        _unit("%", "per cent", "百分比", "ratio", 0.01),
        _unit("x", "times", "倍", "ratio"),
        _unit("statistic", "test statistic", "檢定統計量"),
        _unit("bp", "basis points", "個基點", "ratio", 1e-4),
        _unit("points", "percentage points", "個百分點", "ratio", 0.01),
        _unit("GW", "gigawatts", "GW"),
        _unit("MW", "megawatts", "MW", "GW", 0.001),
        _unit("GW/user", "gigawatts per user", "GW／人"),
        _unit("W/user", "watts per user", "瓦／人", "GW/user", 1e-9),
        _unit("users", "users", "人"),
        _unit("tokens", "tokens", "token"),
        _unit("persons", "persons", "人"),
        _unit("firms", "firms", "家"),
        _unit("year", "calendar year", "西元年"),
        _unit("days", "days", "日"),
        _unit("months", "months", "個月"),
        _unit("years", "years", "年"),
        _unit("quarters", "quarters", "季"),
        _unit("shares", "shares", "股"),
        _unit("H100e", "H100 equivalents", "H100 等效顆數"),
        _unit("units", "units", "單位"),
        _unit("index", "index points", "點"),
    )
}
