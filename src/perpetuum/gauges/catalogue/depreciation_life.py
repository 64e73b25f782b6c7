"""How much of profit rests on how long the chips are said to live."""

from __future__ import annotations

import math

from perpetuum.core.claim import Figure
from perpetuum.core.panel import Panel
from perpetuum.core.reading import Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.dated import observed
from perpetuum.gauges.gauge import Bands, Gauge, Scale, Seen
from perpetuum.gauges.sums import of_year, step, years_of

WATCH, ALARM = 0.05, 0.15
# Years that equipment earns its keep: central, and the ends that people argue about.
LIFE, OTHER_LIVES = 4.0, (5.0, 3.0)
_UPPER = both(
    "An upper bound: all depreciation is treated as that of servers.", "此為上限：把全部折舊都當作伺服器折舊。"
)
_NO_PROFIT = both("There is no profit to compare with.", "沒有獲利可供比較。")


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """The year that ends here, with lives as the firms' own books have them."""
    profit = of_year(panel, firms, "net_income", quarter)
    lives = [_life(panel, firm, quarter) for firm in firms]
    years = [of_year(panel, (firm,), "depreciation", quarter) for firm in firms]
    if profit is None or not all(lives) or not all(years):
        return None
    gains = [figure for firm in firms for figure in _gains(panel, firm, quarter)]
    base = profit.value - math.fsum(figure.value for figure in gains)

    def extra(life: float) -> float:
        return math.fsum(y.value * (own.value / life - 1) for y, own in zip(years, lives, strict=True) if y and own)

    figures = (*(f for y in years if y for f in y.figures), *(own for own in lives if own), *profit.figures, *gains)
    amount = Sub(
        name=both("more depreciation a year at four years", "以四年計每年增加的折舊"), value=extra(LIFE), unit="USD"
    )
    if base <= 0:
        return Seen(value=None, band="unknown", figures=figures, period=years_of(quarter), subs=(amount,),
                    notes=(_NO_PROFIT, _UPPER))  # fmt: skip
    others = tuple(
        Sub(
            name=both(f"share of profit at {life:g} years", f"以 {life:g} 年計占獲利"),
            value=extra(life) / base,
            unit="ratio",
        )
        for life in OTHER_LIVES
    )
    value = extra(LIFE) / base
    return Seen(value=value, band=step(value, WATCH, ALARM), figures=figures, period=years_of(quarter),
                subs=(amount, *others), notes=(_UPPER,))  # fmt: skip


def _life(panel: Panel, firm: str, quarter: Quarter) -> Figure | None:
    """The life in force at the end of a quarter: it stands until the firm changes it."""
    said = [point for point in observed(panel, firm, "gpu_depreciation_life") if point.day <= quarter.last]
    return said[-1].figure if said else None


def _gains(panel: Panel, firm: str, quarter: Quarter) -> list[Figure]:
    """Gains on stakes, in the quarters for which they are known."""
    found = [panel.figure(firm, "equity_securities_gain", quarter + -back) for back in range(4)]
    return [figure for figure in found if figure]


GAUGE = Gauge(
    id="depreciation_life",
    number=5,
    part="gear",
    name=Text(en="Depreciation lives", zh="折舊年限敏感度"),
    unit="ratio",
    formula=Text(
        en="depreciation of four quarters x (book life / 4 years - 1), over net income without gains on stakes where"
        " they are known; before tax",
        zh="近四季折舊 ×（帳上年限／4 年 − 1），除以淨利（已知的持股損益先扣除）；稅前",
    ),
    bands=Bands(
        rule=Text(en="watch: 5 % of profit or more; alarm: above 15 %", zh="觀察：占獲利 5 % 以上；警示：高於 15 %"),
        because=Text(
            en="each extension of lives in the past added four to five per cent to profit",
            zh="過去每次延長年限，獲利約增加百分之四到五",
        ),
        scale=Scale(watch=WATCH, alarm=ALARM, end=0.0),
    ),
    look=look,
    whole="sum",
    group="depreciating",
)
