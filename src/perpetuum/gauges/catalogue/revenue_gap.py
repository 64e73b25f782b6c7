"""What the build-out needs to earn against what its users pay."""

from __future__ import annotations

import math

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.dated import Observation, named, observed, quarterly, within
from perpetuum.gauges.gauge import MAX_AGE, Bands, Gauge, Scale, Seen

SERIES, SELLERS = "chip_sales", "sellers_to_users"
METRIC, SIMULATED = "revenue_annualized", "end_user_ai_revenue"
WATCH, ALARM = 1.0, 3.0
# Twice for the rest of the site, twice for the buyer's margin.
NEEDED_PER_CHIP_DOLLAR = 4.0
QUARTERS = 4
_SPLIT = both(
    "A cloud's own AI revenue is left out: it holds what the labs themselves use.",
    "雲端業者自報的 AI 營收不計入：其中含實驗室自己的用量。",
)
_SOME = both("Not every seller is known, so the gap is at most this.", "並非每家賣方都有資料，缺口以此為上限。")


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """One quarter of chip sales, times four, against the newest run rates of those who sell to users."""
    chips = named(panel, SERIES)
    sold = within(chips.points, quarter) if chips else ()
    paid = [_run_rate(panel, firm, quarter) for firm in firms]
    known = [point for point in paid if point is not None]
    if chips is None or not sold or not known or sold[-1].value <= 0:
        return None
    run_rate = QUARTERS * sold[-1].value
    users = math.fsum(point.value for point in known)
    gap = (NEEDED_PER_CHIP_DOLLAR * run_rate - users) / run_rate
    is_bound = len(known) < len(paid)
    band = "alarm" if gap > ALARM else "watch" if gap >= WATCH else "running"
    figures = (sold[-1].figure, *(point.figure for point in known))
    return Seen(
        # With a seller missing the true gap is smaller: a better band may hold.
        value=gap, band="unknown" if is_bound and band != "running" else band,  # type: ignore[arg-type]
        figures=figures, period=str(quarter), entity=chips.entity,
        subs=(
            Sub(name=both("revenue the build-out needs in a year", "建置每年所需營收"), value=4 * run_rate, unit="USD"),
            Sub(name=both("what users pay in a year", "用戶每年支付"), value=users, unit="USD", figures=figures[1:]),
        ),
        notes=(_SOME, _SPLIT) if is_bound else (_SPLIT,),
    )  # fmt: skip


def _run_rate(panel: Panel, firm: str, quarter: Quarter) -> Observation | None:
    """The newest report of yearly revenue that is not too old; an estimate only where there is no report.

    A simulated firm has its quarters of revenue from users instead: four times the quarter.
    """
    first = (quarter + -MAX_AGE).first
    simulated = (
        Observation(each.day, QUARTERS * each.value, each.figure) for each in quarterly(panel, firm, SIMULATED)
    )
    said = (*observed(panel, firm, METRIC), *simulated)
    recent = [point for point in said if first <= point.day <= quarter.last]
    reported = [point for point in recent if point.figure.chosen.status == "reported"]
    best = reported or recent
    return best[-1] if best else None


GAUGE = Gauge(
    id="revenue_gap",
    number=13,
    part="system",
    name=Text(en="Revenue gap", zh="營收缺口"),
    unit="x",
    formula=Text(
        en="what the build-out has to earn in a year, less what end users pay, in years of chip sales; it has to earn"
        " four times the chips, and a year of chips is four times a quarter's data center sales",
        zh="建置每年須賺得的營收減去終端用戶每年支付，再除以晶片年化銷售；須賺得者為晶片年化銷售的四倍，"
        "年化銷售為單季資料中心營收的四倍",
    ),
    bands=Bands(
        rule=Text(en="watch: 1 or more; alarm: above 3", zh="觀察：1 以上；警示：高於 3"),
        because=Text(
            en="below 1 users pay three quarters of what the build-out needs",
            zh="低於 1 表示用戶支付了建置所需的四分之三",
        ),
        scale=Scale(watch=WATCH, alarm=ALARM),
    ),
    look=look,
    whole="single",
    group=SELLERS,
)
