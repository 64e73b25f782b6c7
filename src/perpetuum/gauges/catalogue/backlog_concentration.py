"""How much of a backlog one customer owes: it is worth what that customer can pay."""

from __future__ import annotations

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.gauge import Bands, Gauge, Scale, Seen
from perpetuum.gauges.sums import of_quarter, step

WATCH, ALARM = 0.20, 0.40
_SPLIT = both("How the rest is split is not published.", "其餘客戶的分布並未公布。")


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """One firm at the close of a quarter."""
    share = of_quarter(panel, firms, "backlog_top_customer_share", quarter)
    if share is None:
        return None
    backlog = of_quarter(panel, firms, "rpo_backlog", quarter)
    subs: tuple[Sub, ...] = ()
    if backlog is not None:
        owed = both("owed by that customer", "該客戶所欠")
        whole = both("backlog", "積壓訂單")
        subs = (
            Sub(name=whole, value=backlog.value, unit="USD", figures=backlog.figures),
            Sub(name=owed, value=backlog.value * share.value, unit="USD", figures=(*backlog.figures, *share.figures)),
        )
    return Seen(value=share.value, band=step(share.value, WATCH, ALARM), figures=share.figures, period=str(quarter),
                subs=subs, notes=(_SPLIT,))  # fmt: skip


GAUGE = Gauge(
    id="backlog_concentration",
    number=10,
    part="money",
    name=Text(en="Backlog of one customer", zh="積壓訂單集中度"),
    unit="ratio",
    formula=Text(
        en="the largest customer's share of contracted revenue not yet recognized", zh="最大客戶占剩餘履約義務的比率"
    ),
    bands=Bands(
        rule=Text(en="watch: 20 % or more; alarm: above 40 %", zh="觀察：20 % 以上；警示：高於 40 %"),
        because=Text(
            en="a backlog is worth what its largest debtor can pay", zh="積壓訂單值多少，取決於最大債務人付不付得起"
        ),
        scale=Scale(watch=WATCH, alarm=ALARM, end=0.0),
    ),
    look=look,
    whole="widest",
    group="sellers_of_computing",
)
