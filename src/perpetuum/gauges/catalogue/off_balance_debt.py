"""What is promised off the books against what is on them."""

from __future__ import annotations

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Band, Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.gauge import Bands, Gauge, Scale, Seen
from perpetuum.gauges.sums import of_quarter, step

WATCH, ALARM = 0.25, 0.75
LEASES, VEHICLES = "lease_commitments_not_commenced", "vehicle_debt"
_NO_LEASES = both("Leases that have not begun are unknown: the ratio is a floor.", "尚未起租的租賃未知：此比率為下限。")
_NO_VEHICLES = both(
    "No deal names debt of its vehicles: the ratio is a floor.", "沒有交易載明其特殊目的公司的債務：此比率為下限。"
)
_RICH = both(
    "A rich firm with few bonds reads high; look at its cash too.", "現金多、債券少的公司讀數偏高，請一併看現金。"
)


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """One firm at the close of a quarter."""
    debt = of_quarter(panel, firms, "total_debt", quarter)
    parts = {metric: of_quarter(panel, firms, metric, quarter) for metric in (LEASES, VEHICLES)}
    known = {metric: part for metric, part in parts.items() if part is not None}
    if debt is None or debt.value <= 0 or not known:
        return None
    names = {
        LEASES: both("leases signed and not begun", "已簽約未起租之租賃"),
        VEHICLES: both("debt of vehicles, as far as deals name it", "特殊目的公司債務（以交易所載為限）"),
    }
    cash = of_quarter(panel, firms, "cash", quarter)
    subs = [
        Sub(name=names[metric], value=part.value, unit="USD", figures=part.figures) for metric, part in known.items()
    ]
    if cash is not None:
        name = both("cash less debt", "現金減債務")
        subs.append(Sub(name=name, value=cash.value - debt.value, unit="USD", figures=(*cash.figures, *debt.figures)))
    value = sum(part.value for part in known.values()) / debt.value
    band: Band = step(value, WATCH, ALARM)
    missing = tuple(note for metric, note in ((LEASES, _NO_LEASES), (VEHICLES, _NO_VEHICLES)) if metric not in known)
    return Seen(
        value=value, band="unknown" if missing and band == "running" else band,
        figures=(*(figure for part in known.values() for figure in part.figures), *debt.figures), period=str(quarter),
        subs=tuple(subs), notes=(*missing, _RICH),
    )  # fmt: skip


GAUGE = Gauge(
    id="off_balance_debt",
    number=11,
    part="money",
    name=Text(en="Debt off the books", zh="表外負債比"),
    unit="ratio",
    formula=Text(
        en="leases signed and not begun (undiscounted) and debt of vehicles, over reported debt without leases",
        zh="已簽約未起租之租賃（未折現）加特殊目的公司債務，除以帳上債務（不含租賃）",
    ),
    bands=Bands(
        rule=Text(en="watch: 25 % or more; alarm: above 75 %", zh="觀察：25 % 以上；警示：高於 75 %"),
        because=Text(
            en="what is promised off the books has to be paid like what is on them", zh="表外的承諾和表內的一樣要還"
        ),
        scale=Scale(watch=WATCH, alarm=ALARM, end=0.0),
    ),
    look=look,
    whole="widest",
    group="off_balance",
)
