"""Does a price grow faster than by chance, beyond what it earns and beyond what adoption explains?"""

from __future__ import annotations

import datetime
import functools

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.errors import SeriesError
from perpetuum.core.panel import Panel
from perpetuum.core.reading import Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.curve import LEAST, followed
from perpetuum.gauges.dated import Observation, named, within
from perpetuum.gauges.explosive import BubbleReading, InputReading, explosive_price
from perpetuum.gauges.gauge import Bands, Gauge, Seen

BASKET, FUNDAMENTAL, USERS = "basket", "fundamental", "users"
_WARNING = both(
    "Without any bubble the test rejects too often where volatility changes or adoption takes a step; read all three"
    " inputs.",
    "即使沒有泡沫，波動改變或普及出現跳升時也常誤判；請三項一併看。",
)
_PUBLISHED = both("Published verdicts on AI shares contradict each other.", "已發表的 AI 股泡沫檢定結論彼此矛盾。")


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """All prices up to the newest of this quarter, tested on three inputs."""
    basket = named(panel, BASKET)
    if basket is None or not within(basket.points, quarter):
        return None
    prices, told = basket.until(quarter.last), tested(panel, quarter)
    if told is None:
        return None
    main = next((each for each in told.inputs if each.test is not None), None)
    return Seen(
        value=main.test.sequence.gsadf if main and main.test else None,
        band=told.band,
        figures=(prices[0].figure, prices[-1].figure),
        period=f"{prices[0].day}..{prices[-1].day}",
        subs=tuple(sub for each in told.inputs for sub in _subs(each)),
        notes=(*(both(f"{each.name.en}: {each.because.en}.", f"{each.name.zh}：{each.because.zh}。")
                 for each in told.inputs if each.because is not None), _WARNING, _PUBLISHED),
        entity=basket.entity,
        product=basket.product,
    )  # fmt: skip


def tested(panel: Panel, quarter: Quarter) -> BubbleReading | None:
    """The whole test of the basket that a case names, with what was known by the end of a quarter."""
    prices = _until(panel, BASKET, quarter)
    return _tested(prices, _until(panel, FUNDAMENTAL, quarter), _until(panel, USERS, quarter)) if prices else None


def _until(panel: Panel, series: str, quarter: Quarter) -> tuple[Observation, ...]:
    found = named(panel, series)
    return found.until(quarter.last) if found else ()


def _subs(of: InputReading) -> tuple[Sub, ...]:
    if of.test is None:
        return ()
    return (
        Sub(name=of.name, value=of.test.sequence.gsadf, unit="statistic",
            band="watch" if of.verdict == "rejects" else "running"),
        Sub(name=both(f"bound, {of.name.en}", f"臨界值，{of.name.zh}"), value=of.test.bound, unit="statistic"),
    )  # fmt: skip


@functools.lru_cache(maxsize=64)
def _tested(
    prices: tuple[Observation, ...], fundamental: tuple[Observation, ...], users: tuple[Observation, ...]
) -> BubbleReading | None:
    """The test, or nothing where the prices cannot be tested: too few, constant, not above zero."""
    days = [point.day for point in prices]
    try:
        return explosive_price(
            np.array([point.value for point in prices]), days, _beside(days, fundamental), _adopted(days, users),
            adoption_in_hindsight=False,
        )  # fmt: skip
    except SeriesError:
        return None


def _beside(days: list[datetime.date], points: tuple[Observation, ...]) -> NDArray[np.float64] | None:
    """For each day what was last said by then; nothing where a day came before anything was said."""
    if not points or points[0].day > days[0]:
        return None
    place = np.searchsorted([point.day.toordinal() for point in points], [day.toordinal() for day in days], "right")
    return np.array([points[n - 1].value for n in place])


def _adopted(days: list[datetime.date], users: tuple[Observation, ...]) -> NDArray[np.float64] | None:
    """ln of the curve of users, a row for each day as it could be fitted by then; nothing where one cannot."""
    said = [tuple((point.day, point.value) for point in users if point.day <= day) for day in days]
    if not said or len(said[0]) < LEAST:
        return None
    return np.array([np.log(followed(known).level(days)) for known in said])


GAUGE = Gauge(
    id="explosive_price",
    number=17,
    part="prices",
    name=Text(en="Explosive price", zh="爆炸性價格檢定"),
    unit="statistic",
    formula=Text(
        en="GSADF of the log price against the bound of a wild bootstrap that holds along the whole span; the same for"
        " price over earnings or sales, and for what an adoption curve leaves over",
        zh="對數價格的 GSADF，與整段期間有效的野性拔靴臨界值比較；價格／基本面比率、扣除普及曲線後的殘差亦同",
    ),
    bands=Bands(
        rule=Text(
            en="watch: one or two of three inputs reject; alarm: all three; unknown: one is missing and none rejects",
            zh="觀察：三項中有一或兩項拒絕；警示：三項皆拒絕；未知：有缺項且無一拒絕",
        ),
        because=Text(
            en="a step of adoption alone makes the price reject in up to three cases of four; all three together are"
            " rare without a bubble",
            zh="單是普及跳升就可能讓四次中有三次拒絕；沒有泡沫時，三項同時拒絕很罕見",
        ),
    ),
    look=look,
    whole="single",
    history=2,
)
