"""The dials' vote, now and a year earlier, each as it was known then."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from perpetuum.core.reading import BANDS, Reading, Vote
from perpetuum.gauges import gauges, read_gauges, vote
from perpetuum.ledger import Ledger
from perpetuum.report import numbers
from perpetuum.report.blocks import LIGHTS, Evidence
from perpetuum.report.sentence import Number, Sentence
from perpetuum.report.snapshots import Snapshot, closed
from perpetuum.report.verdict_money import years_before
from perpetuum.report.words import joined, plain, say


def sentences(ledger: Ledger, now: Snapshot, policy: str) -> tuple[Sentence, ...]:
    """How many dials stand where, which of them alarm, and the same question put a year earlier."""
    day = years_before(min(now.at, now.asof), 1)
    before = read_gauges(ledger.panel(day, policy), closed(day))
    return (
        _told("vote", "verdict_page.vote", now.readings, now.asof),
        _told("vote_year_ago", "verdict_page.vote.then", before, day),
    )


def _told(id: str, key: str, readings: tuple[Reading, ...], day: datetime.date) -> Sentence:
    counted, evidence = vote(readings), _evidence(readings)
    alarming = joined([gauges()[id].name for id in counted.ids("alarm")])
    counts = {light: counted.count(light) for light in LIGHTS}
    is_empty = counts["unknown"] == len(counted.bands)
    return Sentence(
        id=id,
        text=say("verdict_page.vote.empty" if is_empty else key, quarter=numbers.quarter(counted.quarter),
                 all=len(counted.bands), day=numbers.day(day), alarming=alarming, **counts),
        knowledge="our arithmetic" if evidence else "we do not know",
        value=value(counted), evidence=evidence,
        numbers=tuple(_count(light, n) for light, n in counts.items()) if id == "vote" else (),
    )  # fmt: skip


def _count(light: str, n: int) -> Number:
    label = say("verdict_page.number.vote", band=say(f"band.{light}"))
    return Number(id=f"vote.{light}", label=label, shown=plain(n), low=n, high=n, counts=True)


def value(counted: Vote) -> dict[str, object]:
    """A count as data: the quarter, and the dials in each band."""
    return {"quarter": counted.quarter, "bands": {band: counted.ids(band) for band in BANDS}}


def _evidence(readings: Iterable[Reading]) -> Evidence:
    """What the dials that stand in a band rest on."""
    shown = [each.system for each in readings if each.system is not None and each.band != "unknown"]
    return tuple(dict.fromkeys(figure for point in shown for figure in point.figures))
