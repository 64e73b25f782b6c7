"""Five ways to judge a replay: in which order firms fell, who stood, how sales changed, what was lost, what dials said.

A criterion holds if half of the futures meet it. One whose inputs are missing is unknown: neither passed nor failed.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from perpetuum.core.collapse import Collapse
from perpetuum.core.criterion import Criterion, Judge
from perpetuum.core.text import Text
from perpetuum.core.when import Quarter, quarters_between
from perpetuum.gauges.read import gauges, read_gauges
from perpetuum.ledger import Ledger
from perpetuum.ledger.queries import ask
from perpetuum.report import names, numbers
from perpetuum.report.findings import answer_text
from perpetuum.report.replay import NEVER, Judged, Lived, Verdict
from perpetuum.report.words import fill, joined, plain, say

Floats = NDArray[np.float64]
HALF = 0.5  # of the futures
YEAR = 4


def judge(ledger: Ledger, opens: datetime.date, one: Criterion, lived: Lived | None) -> Judged:
    """One criterion."""
    return _JUDGES[one.judge](ledger, opens, one, lived)


# ---- the order of failures


def _order(ledger: Ledger, opens: datetime.date, one: Criterion, lived: Lived | None) -> Judged:
    dated = sorted((each for each in ledger.collapses if each.on.first > opens), key=lambda each: each.on.first)
    seen = [each for each in dated if lived is not None and each.entity in lived.falls]
    happened = (
        say("replay.order.happened", count=len(dated), first=numbers.day(dated[0].on.first),
            last=numbers.day(dated[-1].on.last)),
    ) if dated else ()  # fmt: skip
    fewest, least = int(one.fewest or 0), float(one.least or 0.0)
    if lived is None or len(seen) < 2:
        return _unknown(one, happened, say("replay.order.too_few", count=len(seen), of=len(dated), needs=fewest))
    rho, share = _agreement(seen, lived, least)
    told = say(
        "replay.order.model", count=len(seen), rho=_rho(rho), share=numbers.share(share), least=plain(f"{least:g}")
    )
    beside = (told, *_order_beside(ledger, seen, lived, least))
    if len(seen) < fewest:
        because = say("replay.order.too_few", count=len(seen), of=len(dated), needs=fewest)
        return _unknown(one, happened, because, beside)
    return Judged(
        criterion=one, verdict=_verdict(rho >= least, share), happened=happened, model=told, share=share,
        beside=beside[1:],
    )  # fmt: skip


def _agreement(seen: Sequence[Collapse], lived: Lived, least: float) -> tuple[float, float]:
    """Rank correlation of the median quarters of default with the days, and the share of futures that reach a bar."""
    days = np.array([each.on.first.toordinal() for each in seen], dtype=np.float64)
    falls = np.stack([lived.falls[each.entity] for each in seen], axis=1)
    medians = np.quantile(falls, 0.5, axis=0, method="inverted_cdf")
    each = spearman(falls, days)
    return float(spearman(medians[None, :], days)[0]), float((np.nan_to_num(each, nan=-1.0) >= least).mean())


def spearman(falls: Floats, days: Floats) -> Floats:
    """Rank correlation of each row with the days; ties share their ranks, what never falls comes last.

    Returns
    -------
    array, (future,)
        NaN where all of a row are tied: no order at all.

    Examples
    --------
    >>> spearman(np.array([[0.0, 2.0, np.inf], [5.0, 5.0, 5.0]]), np.array([1.0, 2.0, 3.0])).tolist()
    [1.0, nan]
    """
    ours, theirs = rankdata(falls, axis=1), rankdata(days)
    ours, theirs = ours - ours.mean(axis=1, keepdims=True), theirs - theirs.mean()
    scale = np.sqrt((ours**2).sum(axis=1) * (theirs**2).sum())
    return np.asarray(np.divide(ours @ theirs, scale, out=np.full(len(ours), np.nan), where=scale > 0.0))


def _order_beside(ledger: Ledger, seen: Sequence[Collapse], lived: Lived, least: float) -> tuple[Text, ...]:
    """The same on dates with a page, a naive order (the largest debt first), how early, and who stood."""
    found = []
    paged = [each for each in seen if not each.is_remembered]
    if 2 <= len(paged) < len(seen):
        rho, _ = _agreement(paged, lived, least)
        found.append(say("replay.order.reported", count=len(paged), rho=_rho(rho)))
    days = np.array([each.on.first.toordinal() for each in seen], dtype=np.float64)
    for word, order in _naive(seen, lived):
        if not np.isnan(order).any():
            found.append(say(f"replay.order.{word}", rho=_rho(float(spearman(order[None, :], days)[0]))))
    found += _timing(seen, lived)
    stood = sorted({*lived.world.cast.gears} - {each.entity for each in ledger.collapses})
    if stood:
        fell = [firm for firm in stood if lived.median(firm) is not None]
        found.append(say("replay.order.stood", count=len(stood), fell=len(fell),
                         firms=joined([names.firm(ledger, firm) for firm in stood])))  # fmt: skip
    return tuple(found)


def _naive(seen: Sequence[Collapse], lived: Lived) -> tuple[tuple[str, Floats], ...]:
    """Two orders that need no model: the largest debt first, and the fewest quarters of losses in cash first.

    Losses are interest at the base rate less EBITDA, at the opening.
    """
    cash, debt, ebitda = (
        np.array([_opening(lived, f"{each.entity}.opening_{what}") for each in seen])
        for what in ("cash", "debt", "ebitda")
    )
    losses = _opening(lived, "base_rate") * debt - ebitda
    quarters = np.divide(cash, losses, out=np.full_like(cash, NEVER), where=losses > 0.0)
    return ("naive", -debt), ("runway", np.where(np.isnan(losses), np.nan, quarters))


def _timing(seen: Sequence[Collapse], lived: Lived) -> list[Text]:
    """How many quarters early or late half of the futures are, over the firms that fall in half of them."""
    off = [when - Quarter.of(each.on.first) for each in seen if (when := lived.median(each.entity)) is not None]
    if not off:
        return []
    early, middle = sum(one < 0 for one in off), float(np.median(off))
    return [say("replay.order.timing", count=len(off), early=early, quarters=_signed_number(middle))]


def _signed_number(value: float) -> Text:
    return plain(f"{value:+g}".replace("-", "−"))


def _opening(lived: Lived, address: str) -> float:
    world = lived.world
    return float(world.values[world.resolved.addresses.knob(address).index])


def _rho(value: float) -> Text:
    return say("replay.order.none") if np.isnan(value) else plain(f"{value:.2f}".replace("-", "−"))


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
        return _unknown(one, happened, _lacking(ledger, group))
    seen = [firm for firm in group if firm in lived.falls]
    share = _share_standing(lived, seen, by)
    told = say("replay.stood.model", count=len(seen), share=numbers.share(share), day=numbers.day(by)) if seen else None
    if len(seen) < len(group):
        missing = [firm for firm in group if firm not in seen]
        return _unknown(one, happened, _lacking(ledger, missing), (told,) if told else ())
    return Judged(criterion=one, verdict=_verdict(True, share), happened=happened, model=told, share=share)


def _share_standing(lived: Lived, firms: Sequence[str], by: datetime.date) -> float:
    fell = [lived.falls[firm] <= lived.row(by) for firm in firms]
    return 1.0 - float(np.any(fell, axis=0).mean()) if fell else 1.0


# ---- how something changed


def _change(ledger: Ledger, opens: datetime.date, one: Criterion, lived: Lived | None) -> Judged:
    happened, firm, by = _answers(ledger, one), one.firm or "", one.by or datetime.date.max
    starts = [_start(ledger, firm, start.metric, start.period) for start in one.starts]
    if lived is None or firm not in lived.falls:
        return _unknown(one, happened, _lacking(ledger, [firm]))
    if starts[0] is None:
        return _unknown(one, happened, say("replay.change.no_start", period=plain(one.starts[0].period)))
    last = lived.row(by)
    if last + 1 < YEAR:
        return _unknown(one, happened, say("replay.change.too_short", day=numbers.day(by)))
    year = lived.series[f"{firm}.{one.metric}"][:, last + 1 - YEAR : last + 1].sum(axis=1)
    low, high = float(one.low or 0.0), float(one.high or 0.0)
    told = [_changed(year / start - 1.0, low, high) for start in starts if start]
    median, share = told[0]
    texts = [
        say("replay.change.model", change=_signed(middle), share=numbers.share(part), low=_signed(low),
            high=_signed(high), period=plain(start.period))
        for (middle, part), start in zip(told, one.starts, strict=False)
    ]  # fmt: skip
    return Judged(
        criterion=one, verdict=_verdict(low <= median <= high, share), happened=happened, model=texts[0], share=share,
        beside=tuple(texts[1:]),
    )  # fmt: skip


def _changed(change: Floats, low: float, high: float) -> tuple[float, float]:
    return float(np.median(change)), float(((change >= low) & (change <= high)).mean())


def _start(ledger: Ledger, firm: str, metric: str, period: str) -> float | None:
    value, _ = ask(ledger, "measured", ledger.case.newest, {"entity": firm, "metric": metric, "period": period})
    return None if value is None else float(value)


def _signed(change: float) -> Text:
    return plain(f"{100 * change:+.0f} %".replace("-", "−"))


# ---- what was lost


def _lost(ledger: Ledger, opens: datetime.date, one: Criterion, lived: Lived | None) -> Judged:
    group, happened = ledger.case.groups[one.group or ""], _answers(ledger, one)
    if lived is None:
        return _unknown(one, happened, _lacking(ledger, group))
    seen, last = [firm for firm in group if firm in lived.falls], lived.row(one.by or datetime.date.max)
    low, high = float(one.low or 0.0), float(one.high or 0.0)
    prior = (_prior(lived, low, high),)
    missing = [firm for firm in group if firm not in seen]
    if missing:
        return _unknown(one, happened, _lacking(ledger, missing), prior)
    lent = np.sum([lived.series[f"{firm}.vendor_financing_drawn"][:, last] for firm in seen], axis=0)
    lost = np.sum([lived.series[f"{firm}.vendor_loans_lost"][:, : last + 1].sum(axis=1) for firm in seen], axis=0)
    if not (lent > 0.0).any():
        return _unknown(one, happened, say("replay.lost.no_loans"), prior)
    share_lost = np.divide(lost, lent, out=np.zeros_like(lent), where=lent > 0.0)
    median, share = _changed(share_lost, low, high)
    told = say("replay.lost.model", lost=numbers.share(median), share=numbers.share(share), low=numbers.share(low),
               high=numbers.share(high))  # fmt: skip
    return Judged(
        criterion=one, verdict=_verdict(low <= median <= high, share), happened=happened, model=told, share=share,
        beside=prior,
    )  # fmt: skip


def _prior(lived: Lived, low: float, high: float) -> Text:
    """What the assumed recovery alone would give if every loan failed: how weak the test is."""
    world = lived.world
    slot = world.resolved.addresses.knob("recovery").index
    recovered = np.array([world.drawn(draw)[slot] for draw in range(min(lived.done, 200))])
    inside = float(((1.0 - recovered >= low) & (1.0 - recovered <= high)).mean())
    return say("replay.lost.prior", share=numbers.share(inside))


# ---- what the dials said


def _dials(ledger: Ledger, opens: datetime.date, one: Criterion, lived: Lived | None) -> Judged:
    by = one.by or opens
    chosen = [id for id, gauge in gauges().items() if gauge.part in one.parts or gauge.lead == "leads"]
    first: dict[str, tuple[Quarter, str]] = {}
    for quarter in _quarters_with_data(ledger, by):
        panel = ledger.panel(quarter.last)
        for id in chosen:
            if id in first:
                continue
            (reading,) = read_gauges(panel, quarter, id)
            if reading.band == "alarm" and reading.system is not None:
                first[id] = quarter, reading.system.entity
    least = int(one.least or 0)
    texts = [
        say("replay.dials.alarm", gauge=gauges()[id].name, firm=names.firm(ledger, firm),
            quarter=numbers.quarter(quarter))
        for id, (quarter, firm) in first.items()
    ]  # fmt: skip
    told = say("replay.dials.model", count=len(first), needs=least, dials=joined(texts, "; ", "；") if texts
               else say("replay.dials.none"))  # fmt: skip
    beside = (say("replay.dials.without"),) if len(first) == least else ()
    verdict: Verdict = "holds" if len(first) >= least else "fails"
    return Judged(criterion=one, verdict=verdict, happened=_answers(ledger, one), model=told, beside=beside)


def _quarters_with_data(ledger: Ledger, by: datetime.date) -> tuple[Quarter, ...]:
    """From the first quarter of which anything is known to the last that is over by a day."""
    known = [claim.ended for claim in ledger.metrics if claim.ended is not None and claim.known_from <= by]
    last = Quarter.of(by + datetime.timedelta(days=1)) + -1
    return quarters_between(Quarter.of(min(known)), last) if known else ()


# ---- for all of them


def _answers(ledger: Ledger, one: Criterion) -> tuple[Text, ...]:
    """What happened, in the words of the case's own findings."""
    told = {each.told.id: each for each in ledger.findings()}
    return tuple(
        fill(told[id].told.sentence, answer_text(ledger, told[id].told.query, told[id].answers[-1].value))
        for id in one.happened
    )


def _lacking(ledger: Ledger, firms: Sequence[str]) -> Text:
    return say("replay.lacking", firms=joined([names.firm(ledger, firm) for firm in firms]))


def _verdict(is_met: bool, share: float) -> Verdict:
    return "holds" if is_met and share >= HALF else "fails"


def _unknown(one: Criterion, happened: tuple[Text, ...], because: Text, beside: tuple[Text, ...] = ()) -> Judged:
    return Judged(criterion=one, verdict="unknown", happened=happened, because=because, beside=beside)


_JUDGES: Mapping[Judge, Callable[[Ledger, datetime.date, Criterion, Lived | None], Judged]] = {
    "order_of_failures": _order,
    "nobody_falls": _nobody,
    "change": _change,
    "share_lost": _lost,
    "dials_alarm": _dials,
}
