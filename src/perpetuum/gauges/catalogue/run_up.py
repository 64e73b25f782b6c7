"""How far a price has run: what came after such a run before, both ways."""

from __future__ import annotations

import datetime
from dataclasses import replace

from perpetuum.core.claim import Figure
from perpetuum.core.panel import Panel
from perpetuum.core.reading import Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter, months_later
from perpetuum.gauges.dated import Named, named, within
from perpetuum.gauges.gauge import Bands, Gauge, Scale, Seen, beside

BASKET, MARKET, PRICES = "basket", "market", "consumer_prices"
WATCH, ALARM = 1.00, 1.50
# A price of a month stands for the month; of the end of a month, for a few days around it.
NEAR = datetime.timedelta(days=20)
_BOTH_WAYS = both(
    "After a doubling in a year a market halved within five years in 15 to 17 % of cases (6 % otherwise) and doubled"
    " again in 26 %: a run-up is no sentence (Goetzmann).",
    "市場一年內翻倍後，五年內腰斬的占 15 % 至 17 %（平時 6 %），再度翻倍的占 26 %：大漲並非判決（Goetzmann）。",
)


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """The newest price of a quarter against those of one and two years before, without inflation."""
    basket, market, consumer = (_until(panel, series, quarter) for series in (BASKET, MARKET, PRICES))
    if basket is None or consumer is None or not within(basket.points, quarter):
        return None
    newest = within(basket.points, quarter)[-1]
    year, two = (real_return(basket, consumer, newest.day, months) for months in (12, 24))
    if year is None or two is None:
        return None
    band = "alarm" if two[0] >= ALARM else "watch" if max(year[0], two[0]) >= WATCH else "running"
    subs = [Sub(name=both("real return over two years", "兩年實質報酬"), value=two[0], unit="ratio", figures=two[1])]
    beside = real_return(market, consumer, newest.day, 12) if market else None
    if beside is not None:
        name = both("the market over one year", "大盤一年")
        subs.append(Sub(name=name, value=beside[0], unit="ratio", figures=beside[1]))
    return Seen(
        value=year[0], band=band, figures=year[1], period=newest.figure.chosen.period_label or str(newest.day),  # type: ignore[arg-type]
        subs=tuple(subs), notes=(_BOTH_WAYS,), entity=basket.entity, product=basket.product,
    )  # fmt: skip


def _until(panel: Panel, series: str, quarter: Quarter) -> Named | None:
    """A series as it stood at the end of a quarter: the nearest observation must not be a later one."""
    found = named(panel, series)
    return replace(found, points=found.until(quarter.last)) if found else None


def real_return(
    prices: Named, consumer: Named, day: datetime.date, months: int
) -> tuple[float, tuple[Figure, ...]] | None:
    """Return over some months up to a day, after consumer prices; nothing where one of the four is missing."""
    then = months_later(day, -months)
    found = [_near(series, when) for series in (prices, consumer) for when in (day, then)]
    if any(point is None or point[0] <= 0 for point in found):
        return None
    now, before, cost, cost_before = (point for point in found if point)
    return now[0] / before[0] / (cost[0] / cost_before[0]) - 1, tuple(point[1] for point in found if point)


def _near(series: Named, day: datetime.date) -> tuple[float, Figure] | None:
    """The observation of the same month, or the nearest one within a few days."""
    same = [point for point in series.points if (point.day.year, point.day.month) == (day.year, day.month)]
    close = same or [point for point in series.points if abs(point.day - day) <= NEAR]
    if not close:
        return None
    best = min(close, key=lambda point: abs(point.day - day))
    return best.value, best.figure


GAUGE = Gauge(
    id="run_up",
    number=16,
    part="prices",
    name=Text(en="Run-up", zh="漲幅基準率"),
    unit="ratio",
    formula=Text(
        en="return of the basket over 12 months after consumer prices; over two years beside it",
        zh="股票組合 12 個月報酬（扣除消費者物價）；旁列兩年",
    ),
    bands=Bands(
        rule=Text(
            en="watch: doubled in one year or in two; alarm: up by 150 % or more in two years",
            zh="觀察：一年或兩年內翻倍；警示：兩年內上漲 150 % 以上",
        ),
        because=Text(
            en="after such a run of an industry a crash became much more likely, and yet did not always come",
            zh="產業股價如此大漲之後，崩跌機率明顯升高，但並非必然",
        ),
        scale=Scale(watch=WATCH, alarm=ALARM, number=beside(0), of=both("real return over two years", "兩年實質報酬")),
    ),
    look=look,
    whole="single",
)
