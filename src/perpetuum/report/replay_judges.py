"""Five ways to judge a replay: in which order firms fell, who stood, how sales changed, what was lost, what dials said.

A criterion holds if half of the futures meet it. One whose inputs are missing is unknown: neither passed nor failed.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from perpetuum.core.criterion import Criterion, Judge
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter, quarters_between
from perpetuum.gauges.read import gauges, read_gauges
from perpetuum.ledger import Ledger
from perpetuum.ledger.queries import ask
from perpetuum.report import names, numbers, replay_loans, replay_order
from perpetuum.report.replay import Judged, Lived, Verdict, unknown, verdict_of
from perpetuum.report.replay_words import answers, changed, lacking
from perpetuum.report.words import joined, plain, say

Floats = NDArray[np.float64]
YEAR = 4


def judge(ledger: Ledger, opens: datetime.date, one: Criterion, lived: Lived | None) -> Judged:
    """One criterion."""
    return _JUDGES[one.judge](ledger, opens, one, lived)


# ---- who stood


def _nobody(ledger: Ledger, opens: datetime.date, one: Criterion, lived: Lived | None) -> Judged:
    group, by = ledger.case.groups[one.group or ""], one.by or datetime.date.max
    fell = [each for each in ledger.collapses if each.entity in group and each.on.first <= by]
    happened = (
        say("replay.stood.fell", firms=joined([names.firm(ledger, each.entity) for each in fell]))
        if fell
        else say("replay.stood.happened", count=len(group), day=numbers.day(by)),
    )
    if lived is None:
        return unknown(one, happened, lacking(ledger, group))
    seen = [firm for firm in group if firm in lived.falls]
    share = _share_standing(lived, seen, by)
    told = say("replay.stood.model", count=len(seen), share=numbers.share(share), day=numbers.day(by)) if seen else None
    if len(seen) < len(group):
        missing = [firm for firm in group if firm not in seen]
        return unknown(one, happened, lacking(ledger, missing), (told,) if told else ())
    return Judged(criterion=one, verdict=verdict_of(True, share), happened=happened, model=told, share=share)


def _share_standing(lived: Lived, firms: Sequence[str], by: datetime.date) -> float:
    fell = [lived.falls[firm] <= lived.row(by) for firm in firms]
    return 1.0 - float(np.any(fell, axis=0).mean()) if fell else 1.0


# ---- how something changed


def _change(ledger: Ledger, opens: datetime.date, one: Criterion, lived: Lived | None) -> Judged:
    happened, firm, by = answers(ledger, one), one.firm or "", one.by or datetime.date.max
    starts = [_start(ledger, firm, start.metric, start.period) for start in one.starts]
    if lived is None or firm not in lived.falls:
        return unknown(one, happened, lacking(ledger, [firm]))
    if starts[0] is None:
        return unknown(one, happened, say("replay.change.no_start", period=plain(one.starts[0].period)))
    last = lived.row(by)
    if last + 1 < YEAR:
        return unknown(one, happened, say("replay.change.too_short", day=numbers.day(by)))
    year = lived.series[f"{firm}.{one.metric}"][:, last + 1 - YEAR : last + 1].sum(axis=1)
    low, high = float(one.low or 0.0), float(one.high or 0.0)
    told = [changed(year / start - 1.0, low, high) for start in starts if start]
    median, share = told[0]
    texts = [
        say("replay.change.model", change=_signed(middle), share=numbers.share(part), low=_signed(low),
            high=_signed(high), period=plain(start.period))
        for (middle, part), start in zip(told, one.starts, strict=False)
    ]  # fmt: skip
    return Judged(
        criterion=one, verdict=verdict_of(low <= median <= high, share), happened=happened, model=texts[0], share=share,
        beside=tuple(texts[1:]),
    )  # fmt: skip


def _start(ledger: Ledger, firm: str, metric: str, period: str) -> float | None:
    value, _ = ask(ledger, "measured", ledger.case.newest, {"entity": firm, "metric": metric, "period": period})
    return None if value is None else float(value)


def _signed(change: float) -> Text:
    return plain(f"{100 * change:+.0f} %".replace("-", "−"))


# ---- what the dials said


def _dials(ledger: Ledger, opens: datetime.date, one: Criterion, lived: Lived | None) -> Judged:
    by, least, happened = one.by or opens, int(one.least or 0), answers(ledger, one)
    chosen = [id for id, gauge in gauges().items() if gauge.part in one.parts or gauge.lead == "leads"]
    first: dict[str, tuple[Quarter, str]] = {}
    ever, together = set(), 0
    for quarter in _quarters_with_data(ledger, by):
        panel, alarms = ledger.panel(quarter.last), 0
        for id in chosen:
            (reading,) = read_gauges(panel, quarter, id)
            ever |= {id} if reading.band != "unknown" else set()
            if reading.band == "alarm" and reading.system is not None:
                first.setdefault(id, (quarter, reading.system.entity))
                alarms += 1
        together = max(together, alarms)
    if len(ever) < least:
        return unknown(one, happened, say("replay.dials.too_few", count=len(ever), needs=least))
    texts = [
        say("replay.dials.alarm", gauge=gauges()[id].name, firm=names.firm(ledger, firm),
            quarter=numbers.quarter(quarter))
        for id, (quarter, firm) in first.items()
    ]  # fmt: skip
    told = say("replay.dials.model", count=len(first), needs=least, dials=joined(texts, "; ", "；") if texts
               else say("replay.dials.none"))  # fmt: skip
    beside = [say("replay.dials.without")] if len(first) == least else []
    if together < min(least, len(first)):
        beside.append(say("replay.dials.apart", together=together))
    verdict: Verdict = "holds" if len(first) >= least else "fails"
    return Judged(criterion=one, verdict=verdict, happened=happened, model=told, beside=tuple(beside))


def _quarters_with_data(ledger: Ledger, by: datetime.date) -> tuple[Quarter, ...]:
    """From the first quarter of which anything is known to the last that is over by a day."""
    known = [claim.ended for claim in ledger.metrics if claim.ended is not None and claim.known_from <= by]
    last = Quarter.of(by + datetime.timedelta(days=1)) + -1
    return quarters_between(Quarter.of(min(known)), last) if known else ()


_JUDGES: Mapping[Judge, Callable[[Ledger, datetime.date, Criterion, Lived | None], Judged]] = {
    "order_of_failures": replay_order.judge,
    "nobody_falls": _nobody,
    "change": _change,
    "share_lost": replay_loans.judge,
    "dials_alarm": _dials,
}
