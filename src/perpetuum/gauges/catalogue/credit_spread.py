"""What the market asks for insuring a firm's debt for five years."""

from __future__ import annotations

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.dated import observed, within
from perpetuum.gauges.gauge import Bands, Gauge, Scale, Seen
from perpetuum.gauges.sums import step

WATCH, ALARM = 0.0100, 0.0500
STRESSED = 0.0300
# What holders get back in a default, as the market quotes it unless it says otherwise.
RECOVERY = 0.40
YEARS = 5
_RECOVERY = both("A recovery of 40 % is assumed.", "假設回收率 40 %。")
_STRESSED = both("Above 300 basis points the market speaks of stress.", "高於 300 個基點，市場視為承壓。")


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """The newest quote of a quarter for one firm."""
    quotes = [point for firm in firms for point in within(observed(panel, firm, "credit_spread"), quarter)]
    if not quotes:
        return None
    newest = quotes[-1]
    return Seen(
        value=newest.value, band=step(newest.value, WATCH, ALARM), figures=(newest.figure,),
        period=newest.figure.chosen.period_label or str(newest.day),
        subs=(
            Sub(name=both("chance of default in a year", "一年違約機率"), value=default_within(newest.value, 1),
                unit="ratio"),
            Sub(name=both("chance of default in five years", "五年違約機率"), value=default_within(newest.value),
                unit="ratio"),
        ),
        notes=(_RECOVERY, _STRESSED) if newest.value > STRESSED else (_RECOVERY,),
    )  # fmt: skip


def default_within(spread: float, years: int = YEARS, recovery: float = RECOVERY) -> float:
    """The chance of default that a spread implies: 1 - (1 - spread / (1 - recovery))^years; never above 1.

    Examples
    --------
    >>> [round(default_within(spread), 3) for spread in (0.0108, 0.0141)]
    [0.087, 0.112]
    >>> round(default_within(0.0141, recovery=0.3), 3)
    0.097
    """
    return float(1 - max(0.0, 1 - spread / (1 - recovery)) ** years)


GAUGE = Gauge(
    id="credit_spread",
    number=12,
    part="credit",
    name=Text(en="Credit spread", zh="信用利差"),
    unit="bp",
    formula=Text(
        en="spread of five-year credit default swaps; chance of default = spread / (1 - recovery) a year",
        zh="五年期信用違約交換利差；年違約機率＝利差／（1 − 回收率）",
    ),
    bands=Bands(
        rule=Text(en="watch: 100 basis points or more; alarm: above 500", zh="觀察：100 個基點以上；警示：高於 500"),
        because=Text(
            en="the market's own words: investment grade, stressed, distressed", zh="市場慣用的分界：投資級、承壓、危難"
        ),
        scale=Scale(watch=WATCH, alarm=ALARM, end=0.0),
    ),
    look=look,
    whole="widest",
    group="quoted_debtors",
    lead="coincident",
)
