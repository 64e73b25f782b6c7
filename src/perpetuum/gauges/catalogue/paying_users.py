"""Who pays, and how much each user brings: does use become money?"""

from __future__ import annotations

import datetime

from perpetuum.core.claim import Figure
from perpetuum.core.panel import Panel
from perpetuum.core.reading import Band, Sub, worst
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.dated import Observation, between, named, within
from perpetuum.gauges.gauge import Bands, Gauge, Seen

USERS, PAYERS, REVENUE = "users", "payers", "run_rate"
# Users are carried at most this long beyond the last announcement.
CARRIED = datetime.timedelta(days=31)
FLAT = 0.03
SHARE = both("paying users / weekly users", "付費用戶／週活躍用戶")
EACH = both("annualized revenue per weekly user", "每位週活躍用戶年化營收")
_ONE = both("Only one of the two parts is known.", "兩項之中只有一項有資料。")


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """Both parts, each from the reports of a quarter that can be divided by users of the same day."""
    payers, run_rate = (_ratio(panel, series, quarter, quarter) for series in (PAYERS, REVENUE))
    users = named(panel, USERS)
    if users is None or (payers is None and run_rate is None):
        return None
    bands = {series: _band(panel, series, quarter) for series in (PAYERS, REVENUE)}
    main = payers or run_rate
    assert main is not None
    subs = tuple(
        Sub(name=name, value=found[0], unit=unit, figures=found[2], band=bands[series])
        for series, name, unit, found in (
            (PAYERS, SHARE, "ratio", payers),
            (REVENUE, EACH, "USD", run_rate),
        )
        if found
    )
    return Seen(
        value=payers[0] if payers else None,
        band=worst(bands.values(), complete=payers is not None and run_rate is not None),
        figures=main[2],
        period=str(main[1]),
        subs=subs,
        notes=() if payers and run_rate else (_ONE,),
        entity=users.entity,
        product=users.product,
    )


def _ratio(
    panel: Panel, series: str, quarter: Quarter, now: Quarter
) -> tuple[float, datetime.date, tuple[Figure, ...]] | None:
    """The middle one of a quarter's ratios (of two the lower): reports of one quarter differ in what they count.

    Users are those announced until ``now``; a later announcement never changes an earlier reading.
    """
    users, other = named(panel, USERS), named(panel, series)
    if users is None or other is None:
        return None
    found = [
        (point.value / divisor[0], point.day, (point.figure, *divisor[1]))
        for point in within(other.points, quarter)
        if (divisor := _users_on(users.until(now.last), point.day)) is not None
    ]
    return sorted(found, key=lambda each: each[:2])[(len(found) - 1) // 2] if found else None


def _users_on(points: tuple[Observation, ...], day: datetime.date) -> tuple[float, tuple[Figure, ...]] | None:
    """Users on a day: between two announcements, or carried from the last for a month."""
    if (found := between(points, day)) is not None:
        return found
    before = [point for point in points if point.day <= day]
    return (before[-1].value, (before[-1].figure,)) if before and day - before[-1].day <= CARRIED else None


def _band(panel: Panel, series: str, quarter: Quarter) -> Band:
    """Running if it went up since the quarter before, alarm if it fell twice running, else watch."""
    found = (_ratio(panel, series, quarter + -back, quarter) for back in range(3))
    now, before, earlier = (each[0] if each else None for each in found)
    if now is None or before is None:
        return "unknown"
    last = _step(before, now)
    if last > 0:
        return "running"
    return "alarm" if last < 0 and earlier is not None and _step(earlier, before) < 0 else "watch"


def _step(before: float, after: float) -> int:
    change = after / before - 1
    return 0 if abs(change) <= FLAT else 1 if change > 0 else -1


GAUGE = Gauge(
    id="paying_users",
    number=2,
    part="engine",
    name=Text(en="Paying users", zh="付費用戶"),
    unit="ratio",
    formula=Text(
        en="paying users over weekly users; beside it annualized revenue over weekly users (users between two"
        " announcements along logarithms, carried at most 31 days)",
        zh="付費用戶除以週活躍用戶；旁列年化營收除以週活躍用戶（兩次公告之間以對數內插，最多沿用 31 天）",
    ),
    bands=Bands(
        rule=Text(
            en="running: up by more than 3 % since the quarter before; alarm: down by more than 3 % two quarters in a"
            " row; watch: anything between; the worse of the two parts",
            zh="運轉：較上季上升逾 3 %；警示：連續兩季下降逾 3 %；觀察：介於其間；取兩項中較差者",
        ),
        because=Text(en="users who do not pay do not fund gigawatts", zh="不付費的用戶養不起 GW 級的算力"),
    ),
    look=look,
    whole="single",
    worse="low",
)
