"""This machine now beside another one then: the same measures, by the same code, each with what it rests on.

Nothing here knows which cases they are. A cell without a value is the word unknown, and then nothing is compared.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from perpetuum.circularity import Circularity, measure
from perpetuum.core.claim import STAGES, Figure, Stage
from perpetuum.core.errors import LedgerError, UnknownName
from perpetuum.core.network import Network
from perpetuum.core.panel import Panel
from perpetuum.core.reading import Knowledge, Point, Reading, Sub
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter
from perpetuum.gauges import gauges, read_gauges, vote
from perpetuum.gauges.sums import Sum, of_quarter, of_year
from perpetuum.ledger import Ledger, load
from perpetuum.report import names, numbers
from perpetuum.report.blocks import LIGHTS, Evidence
from perpetuum.report.evidence import claims_of
from perpetuum.report.sentence import Sentence
from perpetuum.report.snapshots import STEP, Snapshot, closed
from perpetuum.report.views import parts
from perpetuum.report.words import joined, say

# The case that is set beside another one, unless another is asked for.
BESIDE = "telecom-2000"
# A case that replays the past names the day after which it looks at nothing.
CUT_OFF = "cut_off"
_NOTHING = 1 - 1e-9

Comparable = Literal["yes", "care", "no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two machines on its date: what is measured and read there."""

    ledger: Ledger
    name: Text
    at: datetime.date
    asof: datetime.date
    networks: Mapping[Stage, Network]
    measured: Mapping[Stage, Circularity]
    readings: Mapping[str, Reading]
    panel: Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One cell: the number in words and as data, of whom, of when, at which stage, and since when it could be known."""

    text: Text
    value: object
    who: Text | None
    period: str
    stage: Stage | None
    evidence: Evidence

    @property
    def known_since(self) -> datetime.date | None:
        """Since when the newest claim behind it could be known."""
        return max((claim.known_from for claim in claims_of(self.evidence)), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One row: how it is read on a side, and how far two readings of it may be set side by side, and why.

    ``dial`` is the one whose history is that of the measure, ``beside`` the place of the number beside it.
    """

    id: str
    look: Callable[[Side], Told | None]
    comparable: Comparable
    dial: str | None = None
    beside: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measure on both sides."""

    id: str
    then: Told | None
    now: Told | None
    comparable: Comparable
    because: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ThenAndNow:
    """The table: both sides with their dates, and a row a measure. ``missing`` says why there is no other side."""

    now_name: Text
    now_at: datetime.date
    then_name: Text | None
    then_at: datetime.date | None
    then_asof: datetime.date | None
    rows: tuple[Row, ...]
    missing: Text | None = None


def then_and_now(ledger: Ledger, now: Snapshot, policy: str, beside: Ledger | str | None = None) -> ThenAndNow:
    """Both machines on the same measures.

    Parameters
    ----------
    now
        What was measured of this case on its date.
    beside
        The other case, or its name; the usual one if left out. It is read on the day it names for this, with all
        that was known of that day by the date of ``now`` and nothing later.
    """
    mine = _of_snapshot(ledger, now, policy)
    return set_beside(mine, other_side(ledger, beside, now.asof, policy))


def set_beside(mine: Side, theirs: Side | Text) -> ThenAndNow:
    """Two sides on the same measures; words in the place of the other one say why there is none."""
    side = None if isinstance(theirs, Text) else theirs
    return ThenAndNow(
        now_name=mine.name, now_at=mine.at, then_name=side.name if side else None, then_at=side.at if side else None,
        then_asof=side.asof if side else None, rows=tuple(_row(each, side, mine) for each in MEASURES),
        missing=theirs if isinstance(theirs, Text) else None,
    )  # fmt: skip


def other_side(ledger: Ledger, beside: Ledger | str | None, known: datetime.date, policy: str) -> Side | Text:
    """The other case on the day it names for this, or why it cannot be set beside."""
    other = _other(ledger, beside)
    return other if isinstance(other, Text) else _then(other, known, policy)


def _other(ledger: Ledger, beside: Ledger | str | None) -> Ledger | Text:
    """The case to set beside, or why there is none."""
    if isinstance(beside, Ledger) and beside.hash != ledger.hash:
        return beside
    name = beside.case.id if isinstance(beside, Ledger) else beside or BESIDE
    if name == ledger.case.id:
        return say("verdict_page.then.itself")
    try:
        return load(name)
    except UnknownName:
        return say("verdict_page.then.absent", case=name)
    except LedgerError as error:
        return say("verdict_page.then.broken", case=name, errors=len(error.problems))


def _then(ledger: Ledger, known: datetime.date, policy: str) -> Side | Text:
    """The other case on the day it names, as known by ``known``; why not, where that day lies later."""
    dates = {date.id: date.on for date in ledger.case.dates}
    at = dates.get(CUT_OFF) or next(iter(dates.values()), ledger.case.newest)
    asof = min(known, ledger.case.newest)
    if at > asof:
        return say("verdict_page.then.later", day=numbers.day(at), known=numbers.day(asof))
    return side_on(ledger, at, asof, policy)


def side_on(ledger: Ledger, at: datetime.date, asof: datetime.date, policy: str) -> Side:
    """One machine measured and read on its date."""
    networks = {stage: ledger.network(at=at, stage=stage, asof=asof, policy=policy) for stage in STAGES}
    panel = ledger.panel(asof, policy)
    return Side(
        ledger=ledger, name=ledger.case.name, at=at, asof=asof, networks=networks,
        measured={stage: measure(network, step=STEP[stage]) for stage, network in networks.items()},
        readings={each.gauge: each for each in read_gauges(panel, closed(at))}, panel=panel,
    )  # fmt: skip


def _of_snapshot(ledger: Ledger, now: Snapshot, policy: str) -> Side:
    return Side(
        ledger=ledger, name=ledger.case.name, at=now.at, asof=now.asof, networks=now.networks, measured=now.measured,
        readings={each.gauge: each for each in now.readings}, panel=ledger.panel(now.asof, policy),
    )  # fmt: skip


def _row(of: Measure, then: Side | None, now: Side) -> Row:
    """A measure nobody knows on one side is not compared, whatever it is."""
    there, here = of.look(then) if then else None, of.look(now)
    if there is None or here is None:
        side = "both" if there is None and here is None else "then" if there is None else "now"
        return Row(id=of.id, then=there, now=here, comparable="no", because=say(f"verdict_page.unknown.{side}"))
    return Row(id=of.id, then=there, now=here, comparable=of.comparable, because=say(f"verdict_page.because.{of.id}"))


# ---- how each measure is read


def _point(side: Side, gauge: str) -> Point | None:
    """The reading of a dial that is not too old; nothing where it has no number."""
    reading = side.readings.get(gauge)
    point = reading.system if reading else None
    return point if point is not None and point.value is not None else None


def _of_dial(side: Side, gauge: str) -> Told | None:
    point = _point(side, gauge)
    if point is None or point.value is None:
        return None
    return _told(side, point, point.value, gauges()[gauge].unit, point.figures)


def _told(side: Side, point: Point, value: float, unit: str, figures: tuple[Figure, ...]) -> Told:
    stages = [figure.chosen.stage for figure in figures if figure.chosen.stage]
    return Told(
        text=numbers.value_of(value, unit), value=value, period=point.period, evidence=figures,
        who=names.firm(side.ledger, point.entity) if point.entity else None, stage=stages[0] if stages else None,
    )  # fmt: skip


def _dial(gauge: str) -> Callable[[Side], Told | None]:
    return lambda side: _of_dial(side, gauge)


def _announced(side: Side) -> Told | None:
    """Vendors' headlines to their customers on the very day, over the newest four quarters of sales; the widest one.

    The dial waits for the reports of a quarter; a headline is known on its day.
    """
    quarter = Quarter.of(side.at)
    found = [
        (promised.value / sold.value, firm, (*promised.figures, *sold.figures))
        for firm in side.panel.groups.get("vendors", ())
        if (promised := of_quarter(side.panel, (firm,), "vendor_financing_announced", quarter))
        and (sold := _newest_sales(side.panel, firm, quarter))
    ]
    if not found:
        return None
    value, firm, figures = max(found, key=lambda each: (each[0], each[1]))
    return Told(text=numbers.share(value), value=value, who=names.firm(side.ledger, firm), period=str(side.at),
                stage=None, evidence=figures)  # fmt: skip


def _newest_sales(panel: Panel, firm: str, quarter: Quarter) -> Sum | None:
    """Sales of the newest four quarters that are known, at most three quarters old."""
    years = (of_year(panel, (firm,), "revenue", quarter + -back) for back in range(4))
    return next((sold for sold in years if sold is not None and sold.value > 0), None)


def _drawn(side: Side) -> Told | None:
    """Of vendor financing, what was drawn against sales: the one number beside the dial that has a band of its own."""
    point = _point(side, "vendor_financing")
    sub = next((sub for sub in point.subs if sub.band is not None), None) if point else None
    if point is None or sub is None:
        return None
    return _told(side, point, sub.value, sub.unit, (*sub.figures, *point.figures))


def _grown(metric: str) -> Callable[[Side], Told | None]:
    """By how much inventory, or what customers owe, outgrew sales at the firm where the wider of the two is widest."""

    def look(side: Side) -> Told | None:
        point = _point(side, "stock_and_receivables")
        sub = next((sub for sub in point.subs if _is_of(sub, metric)), None) if point else None
        return None if point is None or sub is None else _told(side, point, sub.value, sub.unit, sub.figures)

    return look


def _is_of(sub: Sub, metric: str) -> bool:
    """Is a number beside the dial the growth of one metric, and not days of sales?"""
    return sub.unit == "points" and any(figure.chosen.attribute.startswith(metric) for figure in sub.figures)


def _drawn_of_promised(side: Side) -> Told | None:
    """Drawn over promised: both stand over the same sales."""
    point, drawn = _point(side, "vendor_financing"), _drawn(side)
    if point is None or drawn is None or not point.value or not isinstance(drawn.value, float):
        return None
    return _told(
        side, point, drawn.value / point.value, "ratio", tuple(f for f in drawn.evidence if isinstance(f, Figure))
    )


def _recycled(stage: Stage) -> Callable[[Side], Told | None]:
    """The first firm in focus: its own money among its receipts, with bounds; unknown where nothing is traced."""

    def look(side: Side) -> Told | None:
        of, focus = side.measured.get(stage), side.ledger.case.focus
        firm = next((firm for firm in focus if of is not None and firm in of.firms), None)
        if of is None or firm is None:
            return None
        share = of.recycled(firm)["burn"]
        if share.value is None or share.low is None or (share.not_traced or 0.0) >= _NOTHING:
            return None
        bounds, lost = numbers.between(share.low, share.high), numbers.share(share.not_traced)
        text = joined([numbers.share(share.value), say("share.small", bounds=bounds, lost=lost)], " ", "")
        return Told(text=text, value=[share.value, share.low, share.high, share.not_traced], period=of.window,
                    who=names.firm(side.ledger, firm), stage=stage,
                    evidence=parts.receipts_evidence(of, side.networks[stage], firm))  # fmt: skip

    return look


def _loops(side: Side) -> Told | None:
    """Closed loops among headlines: as many as are found, or too many to count."""
    of = side.measured.get("announced")
    if of is None or not of.loops_are_all:
        return None
    closed_ones = [loop for loop in of.loops if loop.status == "complete"]
    legs = sorted({leg for loop in closed_ones for leg in loop.legs})
    evidence = parts.figures_of(side.networks["announced"], legs) or parts.flows_evidence(
        of, side.networks["announced"]
    )
    if not evidence:
        return None
    return Told(text=say("verdict_page.loops", count=len(closed_ones)), value=len(closed_ones), who=None,
                period=of.window, stage="announced", evidence=evidence)  # fmt: skip


def _left_over(side: Side) -> Told | None:
    """Operating cash flow less capital spending of the gears: who pays for the build-out."""
    point = _point(side, "capex_to_cash_flow")
    if point is None or not point.subs:
        return None
    sub = point.subs[0]
    return _told(side, point, sub.value, sub.unit, sub.figures or point.figures)


def _vote(side: Side) -> Told | None:
    """The dials in each band; unknown where none reads anything."""
    counted = vote(side.readings.values())
    if counted.count("unknown") == len(counted.bands):
        return None
    shown = [each.system for each in side.readings.values() if each.system is not None and each.band != "unknown"]
    counts = {light: counted.count(light) for light in LIGHTS}
    return Told(
        text=say("verdict_page.vote.short", **counts), value=counts, who=None, period=str(counted.quarter), stage=None,
        evidence=tuple(dict.fromkeys(figure for point in shown for figure in point.figures)),
    )  # fmt: skip


MEASURES: tuple[Measure, ...] = (
    Measure(id="headlines", look=_announced, comparable="care"),
    Measure(id="promised", look=_dial("vendor_financing"), comparable="care", dial="vendor_financing"),
    Measure(id="drawn", look=_drawn, comparable="care"),
    Measure(id="drawn_of_promised", look=_drawn_of_promised, comparable="care"),
    Measure(id="recycled_announced", look=_recycled("announced"), comparable="care"),
    Measure(id="recycled_paid", look=_recycled("paid"), comparable="care"),
    Measure(id="loops", look=_loops, comparable="yes"),
    Measure(id="stock", look=_dial("stock_and_receivables"), comparable="yes", dial="stock_and_receivables"),
    Measure(id="inventory", look=_grown("inventory"), comparable="yes"),
    Measure(id="receivables", look=_grown("receivables"), comparable="yes"),
    Measure(id="capex_to_gdp", look=_dial("capex_to_gdp"), comparable="care", dial="capex_to_gdp"),
    Measure(id="capex_to_revenue", look=_dial("capex_to_revenue"), comparable="care", dial="capex_to_revenue"),
    Measure(id="capex_to_cash_flow", look=_dial("capex_to_cash_flow"), comparable="care", dial="capex_to_cash_flow"),
    Measure(id="left_over", look=_left_over, comparable="care", dial="capex_to_cash_flow", beside=0),
    Measure(id="off_books", look=_dial("off_balance_debt"), comparable="care", dial="off_balance_debt"),
    Measure(id="concentration", look=_dial("backlog_concentration"), comparable="care", dial="backlog_concentration"),
    Measure(id="price", look=_dial("price_at_fixed_quality"), comparable="care", dial="price_at_fixed_quality"),
    Measure(id="vote", look=_vote, comparable="yes"),
)


def sentences(told: ThenAndNow) -> tuple[Sentence, ...]:
    """How much of the table both sides know, and what of that may be set side by side."""
    if told.missing is not None or told.then_at is None or told.then_name is None:
        why = told.missing or say("unknown")
        return (Sentence(id="then", text=say("verdict_page.then.missing", why=why), knowledge="we do not know",
                         value=None),)  # fmt: skip
    known = [row for row in told.rows if row.then is not None and row.now is not None]
    count = {word: sum(row.comparable == word for row in known) for word in ("yes", "care")}
    evidence = tuple(
        dict.fromkeys(item for row in known for cell in (row.then, row.now) if cell for item in cell.evidence)
    )
    text = say("verdict_page.then.count", name=told.then_name, day=numbers.day(told.then_at), all=len(told.rows),
               known=len(known), **count)  # fmt: skip
    knowledge: Knowledge = "our arithmetic" if evidence else "we do not know"
    value = {"known": [row.id for row in known], **count}
    return (Sentence(id="then", text=text, knowledge=knowledge, value=value, evidence=evidence),)


def row_name(id: str) -> Text:
    """What a measure is called."""
    return say(f"verdict_page.measure.{id}")


def small(told: Told) -> Text:
    """Of whom and of when a cell speaks, and since when that could be known."""
    said = [*([told.who] if told.who else []), numbers.window(told.period)]
    if told.known_since is not None:
        said.append(say("gauges.known", day=numbers.day(told.known_since)))
    return joined(said, ", ", "，")
