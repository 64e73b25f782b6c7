"""What a vendor has promised its own customers, against what it sells: does it lend them the money to buy?"""

from __future__ import annotations

from perpetuum.core.panel import Panel
from perpetuum.core.reading import Sub
from perpetuum.core.text import Text, both
from perpetuum.core.when import Quarter
from perpetuum.gauges.gauge import Bands, Gauge, Scale, Seen
from perpetuum.gauges.sums import Sum, of_quarter, of_year, step, together

WATCH, ALARM = 0.05, 0.15
# The parts of a book of customer financing, and the whole as printed.
LOANS, GUARANTEES, WHOLE = (
    "customer_loan_commitments",
    "customer_guarantee_commitments",
    "vendor_financing_total_headline",
)
LOANS_DRAWN, GUARANTEES_USED = "customer_loans_drawn", "customer_guarantees_drawn"
_SIZE = both(
    "A stock over one year's sales: it says how large the promises are, not what share of sales they pay for.",
    "存量除以一年營收：表示承諾的規模，並非營收中由其支付的比率。",
)
_FLOOR = both(
    "Draws of most promises are unknown, so what was drawn is a floor.", "多數承諾的動撥情形未知，已動撥金額為下限。"
)
_BOOK = both(
    "The vendor's whole book as reported at that date; single loans stand inside it and are not added.",
    "採供應商當日所報的全部帳面；單筆貸款已含在內，不再相加。",
)


def look(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """One vendor at the close of a quarter: its book as it reports it, else the sum of its deals."""
    if any((firm, metric) in panel.cells for firm in firms for metric in (LOANS, WHOLE)):
        return _reported(panel, firms, quarter)
    sold = of_year(panel, firms, "revenue", quarter)
    promised = of_quarter(panel, firms, "vendor_financing_promised", quarter)
    if sold is None or promised is None or sold.value <= 0:
        return None
    beside = (
        ("vendor_guarantees", both("of it caps of guarantees", "其中擔保上限"), False),
        ("vendor_financing_drawn", both("drawn, at least", "已動撥（至少）"), True),
        ("vendor_financing_announced", both("announced", "已宣布"), False),
    )
    subs = tuple(
        _sub(name, found, sold, has_band=has_band)
        for metric, name, has_band in beside
        for found in [of_quarter(panel, firms, metric, quarter)] if found
    )  # fmt: skip
    return _seen(promised, sold, quarter, subs, (_FLOOR, _SIZE))


def _reported(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Seen | None:
    """The book at the close of a quarter, over the newest year of sales that had ended by then."""
    parts = [of_quarter(panel, firms, metric, quarter) for metric in (LOANS, GUARANTEES)]
    promised = together(parts) or of_quarter(panel, firms, WHOLE, quarter)
    sold = _newest_year(panel, firms, quarter)
    if promised is None or sold is None or sold.value <= 0:
        return None
    drawn = together([of_quarter(panel, firms, metric, quarter) for metric in (LOANS_DRAWN, GUARANTEES_USED)])
    # Sales that are only remembered are no firm ground: those of the year before stand beside them.
    is_weak = any(figure.chosen.is_remembered for figure in sold.figures)
    before = _year(panel, firms, "revenue", quarter + -4) if is_weak else None
    telecom = _year(panel, firms, "telecom_revenue", Quarter(quarter.year, 4))
    subs = [
        *([_sub(both("of it guarantees", "其中擔保"), parts[1], sold)] if parts[1] else []),
        *([_sub(both("drawn", "已動撥"), drawn, sold, has_band=True)] if drawn else []),
        *_over(both("over sales of the year before", "以前一年營收為分母"), promised, before),
        *_over(both("over telecom sales alone", "僅以電信設備營收為分母"), promised, telecom),
    ]
    return _seen(promised, sold, quarter, tuple(subs), (_BOOK, _SIZE))


def _newest_year(panel: Panel, firms: tuple[str, ...], quarter: Quarter) -> Sum | None:
    """Sales of the year that ends with a quarter; of the one a quarter earlier where that is the newest reported."""
    return _year(panel, firms, "revenue", quarter) or _year(panel, firms, "revenue", quarter + -1)


def _year(panel: Panel, firms: tuple[str, ...], metric: str, quarter: Quarter) -> Sum | None:
    """Four quarters, or the year that a firm reports as a whole."""
    found = [panel.over(firm, metric, (quarter + -3).first, quarter.last) for firm in firms]
    return together([Sum.of(figures) for figures in found]) if firms and all(found) else None


def _sub(name: Text, part: Sum, sold: Sum, *, has_band: bool = False) -> Sub:
    ratio = part.value / sold.value
    band = step(ratio, WATCH, ALARM) if has_band else None
    return Sub(name=name, value=ratio, unit="ratio", figures=part.figures, band=band)


def _over(name: Text, promised: Sum, other: Sum | None) -> list[Sub]:
    """The same promises over other sales, where these are known: the choice of the denominator is shown."""
    if other is None or other.value <= 0:
        return []
    figures = (*promised.figures, *other.figures)
    return [Sub(name=name, value=promised.value / other.value, unit="ratio", figures=figures)]


def _seen(promised: Sum, sold: Sum, quarter: Quarter, subs: tuple[Sub, ...], notes: tuple[Text, ...]) -> Seen:
    value = promised.value / sold.value
    return Seen(value=value, band=step(value, WATCH, ALARM), figures=(*promised.figures, *sold.figures),
                period=str(quarter), subs=subs, notes=notes)  # fmt: skip


GAUGE = Gauge(
    id="vendor_financing",
    number=9,
    part="money",
    name=Text(en="Vendor financing", zh="供應商融資比"),
    unit="ratio",
    formula=Text(
        en="what a vendor has firmly promised to customers and to vehicles that buy its goods, with the caps of its"
        " guarantees, over its revenue of four quarters; its own book of customer financing where it reports one",
        zh="供應商對客戶與採購其產品之特殊目的公司的確定承諾，加擔保上限，除以其近四季營收；若供應商自行公布客戶融資帳面，則採該帳面",
    ),
    bands=Bands(
        rule=Text(en="watch: 5 % or more; alarm: above 15 %", zh="觀察：5 % 以上；警示：高於 15 %"),
        because=Text(
            en="the suppliers of 2000 had promised 10 to 24 % of a year's sales before their customers fell",
            zh="2000 年的設備商在客戶倒下前，承諾金額已達年營收的 10 % 至 24 %",
        ),
        scale=Scale(watch=WATCH, alarm=ALARM, end=0.0),
    ),
    look=look,
    whole="widest",
    group="vendors",
)
