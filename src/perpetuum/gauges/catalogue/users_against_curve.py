"""Growth of users against the curve they follow: is the engine still pulling?"""

from __future__ import annotations

import datetime
import math

import numpy as np

from perpetuum.core.claim import Figure
from perpetuum.core.panel import Panel
from perpetuum.core.reading import Band, Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.curve import LEAST, followed
from perpetuum.gauges.dated import Named, Observation, between, named, within
from perpetuum.gauges.gauge import Bands, Gauge, Scale, Seen, beside

SERIES = "users"
A_YEAR = datetime.timedelta(days=365)
STRIKE = 1.0
_FEW = both(
    "Fewer than five announcements came before this one, so no curve can be laid.", "此前公告不足五次，無法擬合曲線。"
)
_FIRST_STRIKE = both(
    "A first strike: users fell behind their curve once; a second time in a row is watch.",
    "首次落後曲線；連續第二次落後即轉為觀察。",
)


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """The newest announcement of a quarter against a curve that knows only the earlier ones."""
    users = named(panel, SERIES)
    said = within(users.points, quarter) if users else ()
    if users is None or not said:
        return None
    place = users.points.index(said[-1])
    gap = _gap(users.points, place)
    if gap is None:
        return None
    value, growth, allowed, figures = gap
    band, remark = _band(users, place, quarter, value, allowed)
    return Seen(
        value=value,
        band=band,
        figures=figures,
        period=_label(said[-1]),
        subs=(
            Sub(name=both("growth over a year, logarithm", "年成長（對數）"), value=growth, unit="ratio"),
            Sub(name=both("one standard deviation of the gap", "落差的一個標準差"), value=allowed, unit="ratio"),
            Sub(name=both("users", "用戶數"), value=said[-1].value, unit="users", figures=(said[-1].figure,)),
        ),
        remark=remark,
        entity=users.entity,
        product=users.product,
    )


def _band(users: Named, place: int, quarter: Quarter, gap: float, allowed: float) -> tuple[Band, Text | None]:
    if _shrinks_twice(users.points, quarter):
        return "alarm", None
    if gap >= -STRIKE * allowed:
        return "running", None
    before = _gap(users.points, place - 1)
    if before is None:
        return "unknown", _FEW
    return ("watch", None) if before[0] < -STRIKE * before[2] else ("running", _FIRST_STRIKE)


def _shrinks_twice(points: tuple[Observation, ...], quarter: Quarter) -> bool:
    """Did users not grow from quarter to quarter, twice running?"""
    last = [within(points, quarter + -back) for back in range(3)]
    if not all(last):
        return False
    now, before, earlier = (said[-1].value for said in last)
    return now <= before <= earlier


def _gap(points: tuple[Observation, ...], place: int) -> tuple[float, float, float, tuple[Figure, ...]] | None:
    """Growth less what the curve expects, growth, one standard deviation, figures; nothing where it cannot be told."""
    if place < LEAST:
        return None
    now = points[place]
    year_ago = between(points, now.day - A_YEAR)
    if year_ago is None:
        return None
    value_then, beside = year_ago
    curve = followed(tuple((point.day, point.value) for point in points[:place]))
    growth, expected = math.log(now.value / value_then), curve.level([now.day, now.day - A_YEAR])
    gap = growth - float(np.log(expected[0] / expected[1]))
    allowed = math.hypot(curve.spread / now.value, curve.spread / value_then)
    return gap, growth, allowed, tuple(dict.fromkeys((*(p.figure for p in points[: place + 1]), *beside)))


def _label(point: Observation) -> str:
    return point.figure.chosen.period_label or str(point.day)


GAUGE = Gauge(
    id="users_against_curve",
    number=1,
    part="engine",
    name=Text(en="Users against their curve", zh="用戶成長與曲線"),
    unit="ratio",
    formula=Text(
        en="how far growth of users over a year lies above what a logistic curve through the earlier announcements"
        " expects, or below it (difference of logarithms)",
        zh="用戶年成長高於（或低於）依先前公告擬合之邏輯曲線所預期的幅度（對數差）",
    ),
    article=Text(
        en="growth of monthly users should keep rising; only weekly users are published, and no curve that saturates"
        " grows ever faster",
        zh="月活躍用戶成長率應持續上升；但公開的只有週活躍用戶，而會飽和的曲線不可能越長越快",
    ),
    bands=Bands(
        rule=Text(
            en="watch: below the curve by more than one standard deviation at two announcements in a row; alarm: users"
            " do not grow for two quarters in a row",
            zh="觀察：連續兩次公告低於曲線逾一個標準差；警示：用戶連續兩季不成長",
        ),
        because=Text(
            en="a healthy engine follows its curve; it cannot beat it for ever",
            zh="健康的引擎會循著曲線走，不可能永遠超前",
        ),
        scale=Scale(watch=-STRIKE, step=beside(1), lasting=(2, 2)),
    ),
    look=look,
    whole="single",
    worse="low",
)
